package ui

// Empty says what it means that there is nothing, and what to do about it.
// Empty is not one thing: no instances yet, nothing matches, still loading,
// listing refused and no connection each have their own.
type Empty struct {
	// Title is one plain sentence.
	Title string
	// Lines explain; each is wrapped to the room there is.
	Lines []string
	// Commands are pairs: a command or key, and what it does.
	Commands [][2]string
}

// maxEmpty keeps the text of an empty pane readable on wide screens, in cells.
const maxEmpty = 64

// DrawEmpty draws e as one block, a little above the middle of h lines of w
// cells.
func DrawEmpty(t *Theme, e Empty, w, h int) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	inner := min(w-2, maxEmpty)
	block := e.draw(t, inner, w-2)
	wide := 0
	for _, l := range block {
		wide = max(wide, l.width())
	}
	left := max(1, (w-wide)/2)
	top := max(0, (h-len(block))*2/5)
	out := make([]string, h)
	for i := range out {
		s := newStrip(t, w)
		if n := i - top; n >= 0 && n < len(block) {
			s.gap(left)
			for _, p := range block[n] {
				s.put(p.pen, p.text)
			}
		}
		out[i] = s.end()
	}
	return out
}

// span is a piece of text in one style, and spans a line of them.
type (
	span struct {
		pen  Pen
		text string
	}
	spans []span
)

func (l spans) width() int {
	n := 0
	for _, p := range l {
		n += width(p.text)
	}
	return n
}

// draw returns the lines: prose at most w cells wide, commands at most full.
func (e Empty) draw(t *Theme, w, full int) []spans {
	var out []spans
	for _, s := range wrap(e.Title, w) {
		out = append(out, spans{{t.Strong, s}})
	}
	if len(e.Lines) > 0 {
		out = append(out, nil)
	}
	for _, text := range e.Lines {
		for _, s := range wrap(text, w) {
			out = append(out, spans{{t.Dim, s}})
		}
	}
	if len(e.Commands) > 0 {
		out = append(out, nil)
	}
	wide := 0
	for _, c := range e.Commands {
		wide = max(wide, width(c[0]))
	}
	beside := true
	for _, c := range e.Commands {
		beside = beside && wide+3+width(c[1]) <= full
	}
	for _, c := range e.Commands {
		if beside {
			out = append(out, spans{{t.Accent, t.fit(c[0], wide)}, {t.Dim, "   " + c[1]}})
			continue
		}
		out = append(out, spans{{t.Accent, c[0]}}, spans{{t.Dim, "  " + c[1]}})
	}
	return out
}
