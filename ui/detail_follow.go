package ui

// ToNewest puts the history's cursor on the newest event, where it stays while
// events come in, until somebody moves it.
func (d *Detail) ToNewest() {
	d.hist.moved = d.hist.expanded
	if p := d.s.Prepared; p != nil && !d.hist.expanded {
		d.hist.cursor = max(0, len(p.events)-1)
		d.soil(false)
	}
}
