package ui

import (
	"slices"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	// labelWidth is the column of labels, narrowLabel that of a narrow pane.
	labelWidth, narrowLabel = 15, 9
	narrowText              = 50
	// maxStack is the most lines of a stack trace that are drawn.
	maxStack = 200
	// maxWrap is the most lines that one value is wrapped to, and maxValue the
	// most bytes of one that are looked at.
	maxWrap  = 40
	maxValue = 16 << 10
)

// page gathers the lines of a text with labels. Every line is w+2 cells wide:
// a cell of air on each side.
type page struct {
	t     *Theme
	w     int
	lines []string
}

func (p *page) strip() *strip { return newStrip(p.t, p.w+2).gap(1) }

func (p *page) line(pieces ...span) {
	s := p.strip()
	s.left-- // air on the right
	for _, piece := range pieces {
		s.put(piece.pen, piece.text)
	}
	s.left++
	p.lines = append(p.lines, s.end())
}

func (p *page) blank() {
	if n := len(p.lines); n > 0 && p.lines[n-1] != pad(p.w+2) {
		p.lines = append(p.lines, pad(p.w+2))
	}
}

// title begins a block.
func (p *page) title(text string, more ...span) {
	p.blank()
	p.line(append([]span{{p.t.Strong, text}}, more...)...)
}

func (p *page) label() int {
	if p.w < narrowText {
		return narrowLabel
	}
	return labelWidth
}

// field writes a label and a value, wrapped in its own column. A label that is
// too long for its column has a line to itself. Nothing is written for no text.
func (p *page) field(label string, pen Pen, text string) {
	if text == "" {
		return
	}
	n := p.label()
	if width(label) >= n {
		p.line(span{p.t.Dim, label})
		label, n = "", 2
	}
	lines := wrap(workflow.Shorten(text, maxValue), p.w-n)
	for i, s := range lines {
		if i == maxWrap {
			p.line(span{p.t.Faint, pad(n) + p.t.Glyphs.Ellipsis + " " + Plural(len(lines)-i, "more line", "more lines")})
			return
		}
		p.line(span{p.t.Dim, p.t.fit(label, n)}, span{pen, s})
		label = ""
	}
}

// prose writes wrapped text behind a mark.
func (p *page) prose(pen Pen, mark, text string) {
	n := width(mark) + 1
	for i, s := range wrap(text, p.w-n) {
		if i > 0 {
			mark = ""
		}
		p.line(span{pen, p.t.fit(mark, n)}, span{pen, s})
	}
}

// failure writes why something failed, with all its causes.
func (p *page) failure(f *workflow.Failure) {
	for f != nil {
		p.field("Type", p.t.Text, workflow.Clean(f.Type))
		p.field("Message", p.t.Bad, workflow.CleanText(f.Message))
		if f.NonRetriable {
			p.field("Retries", p.t.Text, "none: marked as not retriable")
		}
		p.stack(workflow.CleanText(f.Stack))
		if f = f.Cause; f != nil {
			p.title("Caused by")
		}
	}
}

// stack writes a stack trace, whole lines wrapped.
func (p *page) stack(text string) {
	text = strings.TrimRight(workflow.Shorten(text, 4*maxValue), "\n ")
	if text == "" {
		return
	}
	p.line(span{p.t.Dim, "Stack"})
	lines := workflow.StackLines(text)
	first := len(p.lines)
	for i := 0; i < len(lines); i++ {
		if len(p.lines)-first >= maxStack {
			p.line(span{p.t.Faint, "  " + p.t.Glyphs.Ellipsis + " " + Plural(len(lines)-i, "more line", "more lines")})
			return
		}
		if n := framesOfSDK(lines[i:]); n > 1 {
			p.line(span{p.t.Faint, "  " + p.t.Glyphs.Ellipsis + " " + Plural(n, "line of the Dapr SDK", "lines of the Dapr SDK")})
			i += n - 1
			continue
		}
		for _, w := range wrapCode(workflow.Shorten(lines[i].Text, maxLine*2), p.w-2) {
			p.line(span{p.t.Dim, "  " + w})
		}
	}
}

// framesOfSDK counts the lines of the SDK's frames that a trace begins with.
func framesOfSDK(lines []workflow.StackLine) int {
	n := slices.IndexFunc(lines, func(l workflow.StackLine) bool { return !l.SDK })
	if n < 0 {
		return len(lines)
	}
	return n
}

// text writes the first lines of a payload as it opens, cut at the right edge.
func (p *page) text(text payload, most int, rest string) {
	v := text.view()
	for i := range v.lines() {
		if i == most {
			p.line(span{p.t.Faint, "  " + p.t.Glyphs.Ellipsis + " " + Plural(v.lines()-i, "more line", "more lines") + rest})
			return
		}
		s := p.strip().gap(2)
		s.left--
		s.drawDoc(&v, i, found{}, nil)
		s.left++
		p.lines = append(p.lines, s.end())
	}
}
