package ui

// ToNewest puts the history's cursor on the newest event, where it stays while
// events come in, until somebody moves it.
func (d *Detail) ToNewest() {
	d.hist.moved = d.hist.expanded
	if d.s.Prepared != nil && !d.hist.expanded {
		d.hist.relist(d)
		d.soil(false)
	}
}
