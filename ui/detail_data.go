package ui

// dataTab is the state of the Data tab: the values of an instance one below
// the other, scrolled both ways. The selected one is that in focus for the
// clipboard.
type dataTab struct {
	top, side int
	section   int
}

// span returns the lines of a section, counted from the top of the tab: its
// heading, then its text, then a line of air.
func (s *dataTab) span(p *Prepared, section int) (from, to int) {
	for i := range section {
		from += sectionLines(p, i)
	}
	return from, from + sectionLines(p, section)
}

func sectionLines(p *Prepared, i int) int { return 2 + len(p.sections[i].text.lines) }

func (s *dataTab) total(p *Prepared) int {
	_, to := s.span(p, numSections-1)
	return to - 1 // no air below the last
}

// at returns the section of a line.
func (s *dataTab) at(p *Prepared, line int) int {
	for i := range numSections {
		if _, to := s.span(p, i); line < to {
			return i
		}
	}
	return numSections - 1
}

// move scrolls. The selection goes along when its section leaves the window;
// where there is nothing more to scroll it moves by itself.
func (s *dataTab) move(d *Detail, n int) {
	p := d.s.Prepared
	if p == nil || n == 0 {
		return
	}
	was := s.top
	s.top = d.scrolled(s.top, n, s.total(p))
	if s.top == was {
		if n < 0 {
			s.section = max(0, s.section-1)
		} else {
			s.section = min(numSections-1, s.section+1)
		}
		return
	}
	if from, to := s.span(p, s.section); to-1 <= s.top || from >= s.top+d.bodyHeight() {
		s.section = s.at(p, s.top)
	}
}

// next selects the next section and shows where it begins.
func (s *dataTab) next(d *Detail) {
	p := d.s.Prepared
	s.section = (s.section + 1) % numSections
	from, to := s.span(p, s.section)
	h := d.bodyHeight()
	if from < s.top || to-1 > s.top+h {
		s.top = d.scrolled(from, 0, s.total(p))
	}
}

func (s *dataTab) sideways(d *Detail, n int) {
	p := d.s.Prepared
	if p == nil {
		return
	}
	wide := 0
	for i := range p.sections {
		wide = max(wide, p.sections[i].text.wide)
	}
	s.side = min(max(0, s.side+n), max(0, wide-d.textWidth()+2))
}

func (s *dataTab) draw(d *Detail) ([]string, scroll) {
	p, h := d.s.Prepared, d.bodyHeight()
	total := s.total(p)
	s.top = d.scrolled(s.top, 0, total)
	lines := make([]string, 0, h)
	for i := s.top; i < min(total, s.top+h); i++ {
		lines = append(lines, s.line(d, i))
	}
	return lines, scroll{s.top, h, total}
}

// line draws one line. The first line of the window is always a heading, so
// that it is known what scrolls by.
func (s *dataTab) line(d *Detail, i int) string {
	p, t := d.s.Prepared, &d.theme
	n := s.at(p, i)
	from, to := s.span(p, n)
	text := &p.sections[n].text
	switch {
	case i == from || i == s.top && i < to-1:
		return s.heading(d, n, i-from)
	case i == to-1:
		return pad(d.w - 2)
	}
	return t.textRow(text.lines[i-from-1], text.json, d.w-2, 3, s.side)
}

// heading names a section; at is the line of the section that it stands on.
func (s *dataTab) heading(d *Detail, n, at int) string {
	t, sec := &d.theme, &d.s.Prepared.sections[n]
	st := newStrip(t, d.w-2)
	switch {
	case n != s.section:
		st.gap(1)
	case d.focus:
		st.put(t.Accent, t.Glyphs.Cursor)
	default:
		st.put(t.Dim, t.Glyphs.Bullet)
	}
	st.put(t.Strong, sec.label).gap(colGap)
	switch {
	case !sec.raw.Set:
		return st.put(t.Faint, "(none)").end()
	case sec.raw.Raw == "":
		return st.put(t.Faint, "(empty)").end()
	}
	kind := "text"
	if sec.text.json {
		kind = "JSON"
	}
	st.put(t.Faint, bytesText(len(sec.raw.Raw))+" "+t.Glyphs.Bullet+" "+kind)
	if at > 0 {
		st.put(t.Faint, " "+t.Glyphs.Bullet+" line "+Count(at)+" of "+Count(len(sec.text.lines)))
	}
	if s.side > 0 {
		st.put(t.Faint, " "+t.Glyphs.Bullet+" from column "+Count(s.side+1))
	}
	return st.end()
}
