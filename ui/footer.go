package ui

// Hint is a key in the footer; Off when it is refused now.
type Hint struct {
	Key, Desc string
	Off       bool
}

// NoticeKind says how a notice is meant.
type NoticeKind uint8

// The kinds of notice.
const (
	NoticeInfo NoticeKind = iota
	NoticeGood
	NoticeWarn
	NoticeBad
	NoticeBusy
)

// Notice is the last thing worth telling.
type Notice struct {
	Kind NoticeKind
	Text string
}

// Footer returns two lines: the notice and the keys.
func Footer(t *Theme, notice Notice, hints []Hint, w int) []string {
	return box([]string{notice.Text}, w, 2)
}
