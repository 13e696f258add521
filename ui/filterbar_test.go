package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestFilterBarTypesAndKeeps(t *testing.T) {
	b := NewFilterBar(NewTheme(true, false))
	b.Open("order")
	text, done, cancelled, changed, _ := b.Update(press("q"))
	if text != "orderq" || done || cancelled || !changed {
		t.Errorf("typed: %q %v %v %v", text, done, cancelled, changed)
	}
	text, done, cancelled, changed, _ = b.Update(press("left"))
	if text != "orderq" || done || cancelled || changed {
		t.Errorf("moved: %q %v %v %v", text, done, cancelled, changed)
	}
	text, _, _, changed, _ = b.Update(tea.PasteMsg{Content: " a\nb\x1b\r\n"})
	if text != "order a bq" || !changed {
		t.Errorf("pasted: %q %v", text, changed)
	}
	text, done, cancelled, _, _ = b.Update(press("enter"))
	if text != "order a bq" || !done || cancelled {
		t.Errorf("enter: %q %v %v", text, done, cancelled)
	}
}

func TestFilterBarGoesBack(t *testing.T) {
	b := NewFilterBar(NewTheme(true, false))
	b.Open("order")
	b.Update(press("ctrl+u"))
	b.Update(press("x"))
	text, done, cancelled, changed, _ := b.Update(press("esc"))
	if text != "order" || done || !cancelled || !changed {
		t.Errorf("esc: %q %v %v %v", text, done, cancelled, changed)
	}
}

func TestFilterBarDrawsItsCursor(t *testing.T) {
	b := NewFilterBar(NewTheme(true, false))
	if b.Cursor() != nil {
		t.Error("a cursor before it is drawn")
	}
	b.Open("订单")
	line := ansi.Strip(b.View(80))
	if got := ansi.Truncate(line, b.Cursor().X, ""); got != " /订单" {
		t.Errorf("before the cursor stands %q", got)
	}
	b.Update(tea.PasteMsg{Content: strings.Repeat("x", 300)})
	for w := range 100 {
		line := b.View(w)
		if n := ansi.StringWidth(line); n != w {
			t.Errorf("%d cells of %d", n, w)
		}
		if c := b.Cursor(); c != nil && (c.X < 0 || c.X >= w) {
			t.Errorf("the cursor is at %d of %d", c.X, w)
		}
	}
	b.Open("")
	if line := ansi.Strip(b.View(80)); !strings.Contains(line, "status:failed name:Order*") || !strings.Contains(line, "esc goes back") {
		t.Errorf("empty: %q", line)
	}
}

// barCase is a bar after some keys.
type barCase struct {
	name string
	do   func(b *FilterBar)
}

func barCases() []barCase {
	write := func(text string) func(*FilterBar) {
		return func(b *FilterBar) { b.Update(tea.PasteMsg{Content: text}) }
	}
	keys := func(text string, names ...string) func(*FilterBar) {
		return func(b *FilterBar) {
			write(text)(b)
			for _, n := range names {
				b.Update(press(n))
			}
		}
	}
	return []barCase{
		{"empty", func(*FilterBar) {}},
		{"words", write("order 订单")},
		{"mistake", write("订单 status:faild order")},
		{"mistake-at-the-end", write("order-17 -age:>1h name:Order* custom:waiting updated:>10x")},
		{"mistake-out-of-sight", write("id:/[/ " + strings.Repeat("order ", 40))},
		{"hint", write("stauts:failed")},
		{"values", write("order status:s")},
		{"names", write("name:")},
		{"completed", keys("order status:", "tab", "tab", "tab")},
		{"completed-back", keys("", "shift+tab", "shift+tab", "shift+tab")},
		{"refused", keys("status: order", "enter")},
	}
}

func openedBar(c barCase, t Theme) *FilterBar {
	b := NewFilterBar(t)
	b.Open("")
	b.SetValues(workflow.Values{Names: []string{"OrderProcessing", "Payment", "订单 处理"}, Apps: []string{"orders"}})
	c.do(b)
	return b
}

// TestFilterBarLines draws both lines as a terminal without colours and
// underlines shows them.
func TestFilterBarLines(t *testing.T) {
	for _, c := range barCases() {
		for _, ascii := range []bool{false, true} {
			name := c.name
			if ascii {
				name += "-ascii"
			}
			t.Run(name, func(t *testing.T) {
				var out strings.Builder
				for _, w := range []int{160, 80, 40} {
					b := openedBar(c, NewTheme(true, ascii))
					out.WriteString(ansi.Strip(b.View(w)) + "|\n" + ansi.Strip(b.Help(w)) + "|\n")
				}
				golden.RequireEqual(t, out.String())
			})
		}
	}
}

func TestFilterBarFitsAtAnyWidth(t *testing.T) {
	for _, c := range barCases() {
		b := openedBar(c, NewTheme(true, false))
		for w := range 170 {
			if line := b.View(w); ansi.StringWidth(line) != w {
				t.Fatalf("%s: %d cells of %d: %q", c.name, ansi.StringWidth(line), w, line)
			}
			if line := b.Help(w); line != "" && ansi.StringWidth(line) != w {
				t.Fatalf("%s: the second line has %d cells of %d: %q", c.name, ansi.StringWidth(line), w, line)
			}
		}
	}
}

// The mistake, and nothing else, is underlined; the marks stand under it.
func TestFilterBarUnderlines(t *testing.T) {
	b := NewFilterBar(NewTheme(true, false))
	b.Open("订单 status:faild order")
	line := b.View(120)
	before, rest, _ := strings.Cut(line, b.t.Match.open)
	under, _, _ := strings.Cut(rest, b.t.Match.close)
	if under != "faild" || strings.Count(line, b.t.Match.open) != 1 {
		t.Fatalf("underlined: %q in %q", under, line)
	}
	if at := strings.Index(ansi.Strip(b.Help(120)), "^^^^^ "); at != ansi.StringWidth(before) {
		t.Errorf("the marks are at %d, the mistake at %d", at, ansi.StringWidth(before))
	}
}

// Enter does not close the bar on a mistake, and closes it on a hint.
func TestFilterBarRefusesMistakes(t *testing.T) {
	b := NewFilterBar(NewTheme(true, false))
	b.Open("status: order")
	text, done, cancelled, changed, _ := b.Update(press("enter"))
	if text != "status: order" || done || cancelled || changed {
		t.Errorf("enter on a mistake: %q %v %v %v", text, done, cancelled, changed)
	}
	b.View(80)
	if help := ansi.Strip(b.Help(80)); !strings.Contains(help, "expected a status") {
		t.Errorf("it does not say why: %q", help)
	}
	b.Update(press("f"))
	if text, done, _, _, _ := b.Update(press("enter")); text != "status:f order" || !done {
		t.Errorf("mended where the cursor went: %q %v", text, done)
	}
	b.Open("stauts:failed")
	if _, done, _, _, _ := b.Update(press("enter")); !done {
		t.Error("a hint is refused")
	}
}

func TestFilterBarCompletes(t *testing.T) {
	for _, c := range []struct {
		text string
		keys []string
		want string
	}{
		{"", []string{"tab"}, "status:"},
		{"", []string{"tab", "tab"}, "name:"},
		{"", []string{"tab", "tab", "shift+tab"}, "status:"},
		{"", []string{"shift+tab", "tab"}, "status:"},
		{"x -st", []string{"tab", "tab"}, "x -status:running"},
		{"status:s", []string{"tab", "tab", "tab"}, "status:suspended"},
		{"status:failed,st", []string{"tab", "tab"}, "status:failed,stalled"},
		{"name:", []string{"shift+tab"}, `name:"订单 处理"`},
		{"name:pay x", []string{"left", "left", "tab"}, "name:Payment x"},
		{"app:", []string{"tab", "space", "x"}, "app:orders x"},
		{"zz", []string{"tab"}, "zz"},
		{"status:s", []string{"tab", "esc"}, ""},
	} {
		b := openedBar(barCase{do: func(*FilterBar) {}}, NewTheme(true, false))
		b.Update(tea.PasteMsg{Content: c.text})
		text := c.text
		for _, k := range c.keys {
			was := text
			var changed bool
			text, _, _, changed, _ = b.Update(press(k))
			if changed != (text != was) {
				t.Errorf("%q %v: changed is %v from %q to %q", c.text, c.keys, changed, was, text)
			}
		}
		if text != c.want {
			t.Errorf("%q %v: %q, want %q", c.text, c.keys, text, c.want)
		}
	}
}
