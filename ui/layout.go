package ui

// Rect is a rectangle of cells.
type Rect struct{ X, Y, W, H int }

// Layout is where the parts of the screen lie.
type Layout struct {
	Wide, TooSmall       bool
	Header, Body, Footer Rect
	List, Detail         Rect
}

// Compute lays out a screen of w columns and h rows.
func Compute(w, h int, detailOpen bool) Layout {
	return Layout{TooSmall: w < 40 || h < 12, Wide: w >= 120 && detailOpen}
}

// TooSmall is the whole screen when the window is too small.
func TooSmall(t *Theme, w, h int) string { return t.fit("too small", w*min(h, 1)) }
