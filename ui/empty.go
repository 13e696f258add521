package ui

// Empty says what it means that there is nothing, and what to do about it.
type Empty struct {
	Title string
	Lines []string
	// Commands are pairs of a command and what it does.
	Commands [][2]string
}

// DrawEmpty draws e in the middle of h lines of w cells.
func DrawEmpty(t *Theme, e Empty, w, h int) []string {
	return box([]string{t.Strong.Draw(e.Title)}, w, h)
}
