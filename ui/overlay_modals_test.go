package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/daprdeck/daprdeck/keymap"
)

// modalCase is a modal in some state, to be drawn at any size.
type modalCase struct {
	name string
	// open makes the modal; it returns how to draw it.
	open func(t *testing.T, th Theme) func(w, h int) string
}

func logClock() Clock { return Clock{Now: formNow()} }

func logLines(n int) []LogLine {
	texts := []string{
		"pausing order-1042", "paused order-1042: SUSPENDED after 128 ms", "terminate sent to order-1040, which is suspended: it will take effect when it is resumed",
		"purge of order-0991 refused: it has not ended yet", "raised approve on 订单-17",
	}
	kinds := []NoticeKind{NoticeBusy, NoticeGood, NoticeWarn, NoticeBad, NoticeInfo}
	lines := make([]LogLine, n)
	for i := range lines {
		k := i % len(texts)
		lines[i] = LogLine{At: formNow().Add(-time.Duration(i*i*i) * time.Second), Kind: kinds[k], Text: texts[k]}
		if k > 0 {
			lines[i].Detail = "accepted after 12 ms\nseen in the history after 128 ms, as event number 14"
		}
	}
	return lines
}

func formCase(name string, spec func() FormSpec, do func(r *formRig)) modalCase {
	return modalCase{name, func(t *testing.T, th Theme) func(w, h int) string {
		r := openRig(t, spec())
		r.SetTheme(th)
		if do != nil {
			do(r)
		}
		return func(w, h int) string {
			r.SetSize(w, h)
			return r.View()
		}
	}}
}

// helpGroups is not the real key map, so that a new key changes no golden file.
func helpGroups() []keymap.Group {
	bind := func(k, desc string) keymap.Binding { return key.NewBinding(key.WithKeys(k), key.WithHelp(k, desc)) }
	groups := []keymap.Group{{Title: "Move"}, {Title: "Act"}, {Title: "Never bound"}, {Title: "Console"}}
	for i := range 14 {
		groups[0].Bindings = append(groups[0].Bindings, bind(string(rune('a'+i))+"/↑", "up a little"))
		if i < 9 {
			groups[1].Bindings = append(groups[1].Bindings, bind("shift+tab", "do something to it"))
			groups[3].Bindings = append(groups[3].Bindings, bind("ctrl+"+string(rune('a'+i)), "something of the console"))
		}
	}
	return groups
}

func modalCases() []modalCase {
	return []modalCase{
		formCase("raise", raiseSpec, nil),
		formCase("raise-json", raiseSpec, func(r *formRig) {
			r.typeText("approve")
			r.keys("tab")
			r.pasteText("{\n\t\"by\": \"ops\",\n\t\"注\": \"\u202e\x00\"\n}")
		}),
		formCase("raise-invalid", raiseSpec, func(r *formRig) {
			r.keys("tab")
			r.typeText(`{"by": `)
			r.keys("ctrl+s", "tab")
		}),
		formCase("raise-escape", raiseSpec, func(r *formRig) {
			r.typeText("approve")
			r.keys("esc")
		}),
		formCase("terminate", terminateSpec, nil),
		formCase("terminate-busy", terminateSpec, func(r *formRig) {
			r.keys("right")
			r.SetBusy(true)
		}),
		formCase("purge-force", purgeSpec, func(r *formRig) {
			r.keys("tab", "tab", "space", "tab")
			r.typeText("order-1")
		}),
		formCase("start", startSpec, func(r *formRig) { r.pasteText(strings.Repeat("Order流程", 30)) }),
		{"help", func(_ *testing.T, th Theme) func(w, h int) string {
			v := NewHelp(th, helpGroups(), []string{"Read-only: the keys that change anything are not bound."})
			return func(w, h int) string { v.SetSize(w, h); return v.View() }
		}},
		{"log", func(_ *testing.T, th Theme) func(w, h int) string {
			v := NewLog(th, keymap.Default())
			v.SetLines(logLines(40), logClock())
			v.HandleKey(press("j"))
			v.HandleKey(press("j"))
			return func(w, h int) string { v.SetSize(w, h); return v.View() }
		}},
		{"log-empty", func(_ *testing.T, th Theme) func(w, h int) string {
			v := NewLog(th, keymap.Default())
			return func(w, h int) string { v.SetSize(w, h); return v.View() }
		}},
		{"options", func(_ *testing.T, th Theme) func(w, h int) string {
			v := NewOptions(th, keymap.Default(), OptionsValues{Interval: 3 * time.Second})
			return func(w, h int) string { v.SetSize(w, h); return v.View() }
		}},
		{"filter", func(_ *testing.T, th Theme) func(w, h int) string {
			v := NewFilterBar(th)
			v.Open("order 订单 status:failed")
			return func(w, h int) string {
				if h == 0 || w == 0 {
					return ""
				}
				return v.View(w)
			}
		}},
	}
}

func TestModals(t *testing.T) {
	for _, c := range modalCases() {
		for _, size := range [][2]int{{120, 40}, {80, 24}, {40, 12}} {
			for _, ascii := range []bool{false, true} {
				name := fmt.Sprintf("%s-%dx%d", c.name, size[0], size[1])
				if ascii {
					name += "-ascii"
				}
				if ascii && size[0] != 80 {
					continue
				}
				t.Run(name, func(t *testing.T) {
					view := c.open(t, NewTheme(true, ascii))(size[0], size[1])
					golden.RequireEqual(t, ansi.Strip(view)+"\n")
				})
			}
		}
	}
}

func TestModalsFitAtAnySize(t *testing.T) {
	for _, c := range modalCases() {
		draw := c.open(t, NewTheme(true, false))
		for _, w := range []int{0, 1, 2, 3, 4, 5, 7, 11, 20, 39, 40, 71, 72, 73, 80, 101, 200} {
			for _, h := range []int{0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 17, 18, 19, 24, 31, 50} {
				s := draw(w, h)
				lines := strings.Split(s, "\n")
				bw := ansi.StringWidth(lines[0])
				if bw > w || len(lines) > max(h, 1) || (w > 0 && h > 0) != (bw > 0) {
					t.Fatalf("%s is %dx%d on a screen of %dx%d", c.name, bw, len(lines), w, h)
				}
				if w > 0 && h > 0 {
					fits(t, fmt.Sprintf("%s on %dx%d", c.name, w, h), s, bw, len(lines))
				}
			}
		}
	}
}

func TestModalsDrawOnlyASCIIWhenAsked(t *testing.T) {
	spec := raiseSpec()
	spec.Fields[0].History = []string{"a"}
	cases := []modalCase{
		formCase("form", func() FormSpec { return spec }, func(r *formRig) { r.keys("x", "esc") }),
		formCase("form", func() FormSpec { return spec }, nil),
		formCase("busy", purgeSpec, func(r *formRig) { r.SetBusy(true) }),
	}
	for _, c := range modalCases() {
		if c.name == "help" || c.name == "options" || c.name == "log-empty" || c.name == "terminate" {
			cases = append(cases, c)
		}
	}
	for _, c := range cases {
		for _, r := range ansi.Strip(c.open(t, NewTheme(true, true))(80, 24)) {
			if r > 0x7e {
				t.Errorf("%s draws %q", c.name, r)
			}
		}
	}
}
