package ui

// Overlay draws box centred over base, which is w x h cells. A larger box is
// clipped to the screen.
func Overlay(base, box string, w, h int) string {
	s, _, _ := OverlayAt(base, box, w, h)
	return s
}

// OverlayAt is Overlay, and returns where the box's upper left corner is.
func OverlayAt(base, box string, w, h int) (s string, x, y int) {
	return box, 0, 0
}
