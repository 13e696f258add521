package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/keymap"
)

// ScriptText is an operation in one form. Text is what to copy, free of control
// characters but line breaks and tabs; empty where the form has no such call.
// Notes are what to know of it, or why there is none.
type ScriptText struct {
	Text  string
	Notes []string
}

// ScriptSpec is what a ScriptView shows: operations on what Title names, in
// forms. Title, Ops, Forms and Hint are clean. Write makes one of the texts; it runs when a key chooses
// another, never while drawing.
type ScriptSpec struct {
	Title      string
	Ops, Forms []string
	Op, Form   int
	Hint       string
	Write      func(op, form int) ScriptText
}

// ScriptView shows how an operation is done without this console.
type ScriptView struct {
	t    *Theme
	km   keymap.Map
	spec ScriptSpec
	text ScriptText

	w, h, top int
	// touched is set once somebody has chosen an operation or a form.
	touched bool
	// lines are the drawn text and notes for a width of linesW cells.
	lines  []string
	linesW int
}

// scriptOps is the width of the column of operations, with the air behind it,
// and scriptWide the least width of a box that has it.
const (
	scriptOps  = 15
	scriptWide = 60
)

// NewScript opens the view on the operation and the form of the spec.
func NewScript(t Theme, km keymap.Map, spec ScriptSpec) *ScriptView {
	v := &ScriptView{t: &t, km: km, spec: spec, w: 80, h: 24}
	v.choose(spec.Op, spec.Form)
	return v
}

// choose shows another operation or form.
func (v *ScriptView) choose(op, form int) {
	v.spec.Op = (op + len(v.spec.Ops)) % len(v.spec.Ops)
	v.spec.Form = (form + len(v.spec.Forms)) % len(v.spec.Forms)
	v.text = v.spec.Write(v.spec.Op, v.spec.Form)
	v.lines, v.top = nil, 0
}

// Renew takes another spec of the same operations and forms, for what has become
// known meanwhile. Unless somebody has chosen another, its operation is shown.
func (v *ScriptView) Renew(spec ScriptSpec) {
	op, form := v.spec.Op, v.spec.Form
	if !v.touched {
		op = spec.Op
	}
	v.spec = spec
	v.choose(op, form)
}

// Chosen returns the operation and the form that are shown.
func (v *ScriptView) Chosen() (op, form int) { return v.spec.Op, v.spec.Form }

// Value returns what to copy and what to call it.
func (v *ScriptView) Value() (label, text string) {
	return v.spec.Ops[v.spec.Op] + " (" + v.spec.Forms[v.spec.Form] + ")", v.text.Text
}

// SetSize gives the size of the screen that the box must fit into.
func (v *ScriptView) SetSize(w, h int) { v.w, v.h = max(w, 0), max(h, 0) }

// SetTheme changes the colours and symbols.
func (v *ScriptView) SetTheme(t Theme) { v.t, v.lines = &t, nil }

// HandleKey chooses an operation (up and down) or a form (tab, brackets, left
// and right), scrolls, or closes.
func (v *ScriptView) HandleKey(msg tea.KeyPressMsg) (closed bool) {
	op, form := v.spec.Op, v.spec.Form
	v.touched = true
	switch {
	case key.Matches(msg, v.km.Script, v.km.Quit, v.km.Back):
		return true
	case key.Matches(msg, v.km.Up):
		v.choose(op-1, form)
	case key.Matches(msg, v.km.Down):
		v.choose(op+1, form)
	case key.Matches(msg, v.km.NextTab, v.km.NextPane, v.km.Right):
		v.choose(op, form+1)
	case key.Matches(msg, v.km.PrevTab, v.km.PrevPane, v.km.Left):
		v.choose(op, form-1)
	default:
		w, h := v.box()
		v.top = scrollBy(v.km, msg, v.top, len(v.body(v.bodyWidth(w))), h-2-scriptHead)
	}
	return false
}

// scriptHead is the lines above the part that scrolls: the forms and a blank.
const scriptHead = 2

// box is the size of the box, its frame included.
func (v *ScriptView) box() (w, h int) {
	w, h = boxWidth(min(v.w, 124)), boxHeight(v.h)
	need := max(len(v.body(v.bodyWidth(w))), len(v.spec.Ops)) + scriptHead + 3
	return w, min(h, need)
}

// bodyWidth is the width of the text in a box of w cells.
func (v *ScriptView) bodyWidth(w int) int {
	inner := w - 4
	if w >= scriptWide && len(v.spec.Ops) > 1 {
		inner -= scriptOps
	}
	return max(inner, 1)
}

// body draws the text and its notes in lines of w cells.
func (v *ScriptView) body(w int) []string {
	if v.lines != nil && v.linesW == w {
		return v.lines
	}
	v.lines, v.linesW = make([]string, 0, 16), w
	if v.text.Text != "" {
		text := strings.ReplaceAll(v.text.Text, "\t", "    ")
		for line := range strings.SplitSeq(ansi.Hardwrap(text, w, true), "\n") {
			v.lines = append(v.lines, v.t.Text.Draw(line))
		}
		v.lines = append(v.lines, "")
	}
	mark, pen := v.noteMark()
	for _, n := range v.text.Notes {
		for i, line := range wrap(n, max(w-width(mark)-1, 1)) {
			lead := pen.Draw(mark) + " "
			if i > 0 {
				lead = pad(width(mark) + 1)
			}
			v.lines = append(v.lines, lead+v.t.Dim.Draw(line))
		}
	}
	return v.lines
}

// noteMark is the symbol of a note: a warning where it stands for the text.
func (v *ScriptView) noteMark() (string, Pen) {
	if v.text.Text == "" {
		return v.t.noticeMark(NoticeWarn)
	}
	return v.t.noticeMark(NoticeInfo)
}

// View draws the box.
func (v *ScriptView) View() string {
	w, h := v.box()
	if w <= 0 || h <= 0 {
		return ""
	}
	bw := v.bodyWidth(w)
	body := v.body(bw)
	rows := max(h-2-scriptHead-1, 0)
	v.top = max(min(v.top, len(body)-rows), 0)
	lines := make([]string, 0, h)
	lines = append(lines, v.forms(max(w-2, 0)), "")
	column := w >= scriptWide && len(v.spec.Ops) > 1
	for i := range rows {
		line := ""
		if y := v.top + i; y < len(body) {
			line = body[y]
		}
		if column {
			line = v.op(i, rows) + clip(line, bw)
		} else {
			line = " " + line
		}
		lines = append(lines, line)
	}
	lines = append(lines, v.foot(max(w-2, 0)))
	at := scrollPart{from: scriptHead, shown: rows, total: len(body), top: v.top}
	return v.t.modal(v.title(column), lines[:min(len(lines), max(h-2, 0))], w, h, at)
}

// title names the operation where there is no column of them.
func (v *ScriptView) title(column bool) string {
	if column || len(v.spec.Ops) == 1 {
		return "As a script: " + v.spec.Title
	}
	return v.spec.Ops[v.spec.Op] + ": " + v.spec.Title
}

// forms draws the line of forms; where there is no room for all, from the one
// that is shown on.
func (v *ScriptView) forms(w int) string {
	need := 0
	for _, f := range v.spec.Forms {
		need += width(f) + 3
	}
	first := 0
	if need > w {
		first = v.spec.Form
	}
	s := newStrip(v.t, w)
	for i := first; i < len(v.spec.Forms); i++ {
		mark, pen := " ", v.t.Dim
		if i == v.spec.Form {
			mark, pen = v.t.Glyphs.Cursor, v.t.Strong
		}
		s.put(v.t.Accent, mark).put(pen, v.spec.Forms[i]).gap(2)
	}
	return s.end()
}

// op draws row i of the column of operations, of which rows are seen.
func (v *ScriptView) op(i, rows int) string {
	first := max(min(v.spec.Op-rows/2, len(v.spec.Ops)-rows), 0)
	s := newStrip(v.t, scriptOps)
	if n := first + i; n < len(v.spec.Ops) {
		mark, pen := " ", v.t.Dim
		if n == v.spec.Op {
			mark, pen = v.t.Glyphs.Cursor, v.t.Strong
		}
		s.put(v.t.Accent, mark).put(pen, v.spec.Ops[n])
	}
	return s.end()
}

// foot says what the keys do.
func (v *ScriptView) foot(w int) string {
	s := newStrip(v.t, w).gap(1)
	hint := func(b keymap.Binding, word string) {
		s.put(v.t.Key, v.t.keyName(b.Help().Key)).gap(1).put(v.t.Dim, word).gap(hintGap)
	}
	if v.text.Text != "" {
		hint(v.km.CopyValue, "copy")
	}
	hint(v.km.NextPane, "form")
	if len(v.spec.Ops) > 1 {
		hint(v.km.Down, "operation")
	}
	hint(v.km.Back, "close")
	if s.left > width(v.spec.Hint) {
		s.put(v.t.Faint, v.spec.Hint)
	}
	return s.end()
}
