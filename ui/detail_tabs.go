package ui

// tab is one of the tabs of the detail pane.
type tab uint8

const (
	tabOverview tab = iota
	tabHistory
	tabTimeline
	tabTree
	tabData
	numTabs
)

func (t tab) String() string {
	return [...]string{"Overview", "History", "Timeline", "Tree", "Data"}[t%numTabs]
}

// short is the name for a narrow pane.
func (t tab) short() string { return [...]string{"Over", "Hist", "Time", "Tree", "Data"}[t%numTabs] }

// tabs draws the line of tabs. The one that is shown has the cursor's mark, so
// that it does not depend on colour. A narrow pane has short names, and a very
// narrow one no numbers.
func (d *Detail) tabs() string {
	t := &d.theme
	names, numbers := [numTabs]string{}, [numTabs]string{}
	if p := d.s.Prepared; p != nil && p.HistErr == nil {
		numbers[tabHistory] = Count(len(p.events))
		if n := len(p.children); n > 0 {
			numbers[tabTree] = Count(n)
		}
	}
	full, brief, bare := 0, 0, 0
	for i := tabOverview; i < numTabs; i++ {
		names[i] = i.String()
		number := width(numbers[i])
		if number > 0 {
			number++
		}
		full += len(i.String()) + number + 3
		brief += len(i.short()) + number + 2
		bare += len(i.short()) + 2
	}
	gap := 2
	if full > d.w-2 {
		gap = 1
		for i := tabOverview; i < numTabs; i++ {
			names[i] = i.short()
		}
	}
	if brief > d.w-2 {
		numbers = [numTabs]string{}
	}
	if bare > d.w-2 {
		gap = 0
	}
	s := newStrip(t, d.w-2)
	for i := tabOverview; i < numTabs; i++ {
		mark, pen := " ", t.Dim
		if i == d.tab {
			mark, pen = t.Glyphs.Cursor, t.Strong
		}
		s.put(t.Accent, mark).put(pen, names[i])
		if numbers[i] != "" {
			s.gap(1).put(t.Faint, numbers[i])
		}
		s.gap(gap)
	}
	return s.end()
}
