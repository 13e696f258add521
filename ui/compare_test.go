package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

func compareSide(in saved.Instance) workflow.Compared {
	return workflow.Compared{Detail: in.Detail, History: in.History, HistoryErr: in.HistoryErr}
}

// compareCase is a comparison of recorded instances.
type compareCase struct {
	name string
	make func(t testing.TB) *workflow.Comparison
}

func compareCases() []compareCase {
	firsts := func(a, b string) func(t testing.TB) *workflow.Comparison {
		return func(t testing.TB) *workflow.Comparison {
			_, x := recording(t, a)
			_, y := recording(t, b)
			return workflow.Compare(compareSide(x), compareSide(y))
		}
	}
	return []compareCase{
		{"approved-expired", firsts("go-order-approved", "go-order-expired")},
		{"approved-waiting", firsts("go-order-approved", "go-order-approval")},
		{"retries-failed", firsts("go-retries", "go-retries-failed")},
		{"fan-out-js", firsts("go-fan-out-100", "js-fan-out")},
		{"rerun", func(t testing.TB) *workflow.Comparison {
			f, _ := recording(t, "go-rerun")
			return workflow.Compare(compareSide(f.Instances[1]), compareSide(f.Instances[0]))
		}},
	}
}

func compareView(t testing.TB, c compareCase, ascii bool) *CompareView {
	t.Helper()
	v := NewCompare(NewTheme(true, ascii), keymap.Default(), "Compare one with another (shop)")
	v.SetCompared(PrepareCompare(c.make(t)))
	return v
}

func TestCompareView(t *testing.T) {
	for _, c := range compareCases() {
		for _, size := range [][2]int{{160, 50}, {80, 24}, {40, 12}} {
			for _, ascii := range []bool{false, true} {
				if ascii && size[0] == 160 {
					continue
				}
				name := fmt.Sprintf("compare-%s-%dx%d", c.name, size[0], size[1])
				if ascii {
					name += "-ascii"
				}
				t.Run(name, func(t *testing.T) {
					v := compareView(t, c, ascii)
					v.SetSize(size[0], size[1])
					lines := strings.Split(v.View(), "\n")
					paneGolden(t, name, exact(t, lines, boxWidth(size[0]), len(lines)))
				})
			}
		}
	}
}

func TestContrastView(t *testing.T) {
	for _, c := range compareCases() {
		for _, size := range [][2]int{{160, 50}, {80, 24}, {40, 12}} {
			name := fmt.Sprintf("contrast-%s-%dx%d", c.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				v := contrastOf(t, c, false)
				v.SetSize(size[0], size[1])
				lines := strings.Split(v.View(), "\n")
				paneGolden(t, name, exact(t, lines, boxWidth(size[0]), len(lines)))
			})
		}
	}
}

// contrastOf shows the values of the line that the cursor begins on.
func contrastOf(t testing.TB, c compareCase, ascii bool) *ContrastView {
	t.Helper()
	p, line, ok := compareView(t, c, ascii).Selected()
	if !ok {
		t.Fatal("nothing is selected")
	}
	return NewContrast(NewTheme(true, ascii), keymap.Default(), PrepareContrast(p, line))
}

// anySize draws at many sizes, while keys are pressed.
func anySize(t *testing.T, name string, view interface {
	SetSize(w, h int)
	View() string
}, press func(),
) {
	t.Helper()
	for _, w := range []int{0, 1, 2, 3, 5, 11, 20, 39, 40, 60, 80, 101, 120, 200} {
		for _, h := range []int{0, 1, 2, 3, 4, 5, 6, 8, 12, 16, 18, 24, 50} {
			view.SetSize(w, h)
			lines := strings.Split(view.View(), "\n")
			bw := ansi.StringWidth(lines[0])
			if bw > w || len(lines) > max(h, 1) || (w > 0 && h > 0) != (bw > 0) {
				t.Fatalf("%s is %dx%d on a screen of %dx%d", name, bw, len(lines), w, h)
			}
			if bw > 0 {
				exact(t, lines, bw, len(lines))
			}
			press()
		}
	}
}

func TestCompareFitsAtAnySize(t *testing.T) {
	for _, c := range append(compareCases(), hostileCompare()) {
		keys := strings.Fields("j n l l k N G n g pgdown pgup ctrl+d ctrl+u tab")
		v, i := compareView(t, c, false), 0
		anySize(t, c.name, v, func() { v.HandleKey(press(keys[i%len(keys)])); i++ })
		x := contrastOf(t, c, false)
		anySize(t, c.name+" in full", x, func() { x.HandleKey(press(keys[i%len(keys)])); i++ })
	}
}

// hostileCompare compares instances whose every text is an attack on the
// terminal.
func hostileCompare() compareCase {
	return compareCase{"hostile", func(testing.TB) *workflow.Comparison {
		side := func(id, evil string) workflow.Compared {
			label := workflow.CleanID(id)
			return workflow.Compared{
				Detail: workflow.Detail{
					Instance: workflow.Instance{Key: workflow.Key{AppID: "shop", InstanceID: id}, Label: label, Name: "订单处理", Status: workflow.Failed},
					Input:    workflow.Payload{Set: true, Raw: `{"` + evil + `":{"🎁\t":"` + evil + `"},"\u001b[2J":1}`},
					Output:   workflow.Payload{Set: true, Raw: evil + "\x1b]52;c;aGk=\x07\r\n\tsecond\u2028third"},
					Failure:  &workflow.Failure{Type: "E", Message: workflow.CleanText("boom\n" + evil)},
				},
				History: workflow.NewHistory([]workflow.Event{
					{ID: -1, Type: workflow.ExecutionStarted},
					{ID: 0, Type: workflow.TaskScheduled, Name: strings.Repeat("长名", 40), Payload: workflow.Payload{Set: true, Raw: "\x1b[31m" + evil + "\u202e"}},
					{ID: -1, Type: workflow.TaskFailed, Ref: 0, HasRef: true, Failure: &workflow.Failure{Message: workflow.CleanText(evil)}},
					{ID: -1, Type: workflow.EventRaised, Name: workflow.CleanID(evil), Payload: workflow.Payload{Set: true, Raw: strings.Repeat(evil, 5000)}},
					{ID: -1, Type: "Unknown event 40", Raw: `{"x":1}`},
				}),
			}
		}
		return workflow.Compare(side("a\x1b[2J-1", "\u202eabc\x07"), side("订单-\u2066-2", "x\x1b[31m\U000e0041"))
	}}
}

// A hostile text reaches no terminal, whichever line is looked at.
func TestCompareHostileText(t *testing.T) {
	p := PrepareCompare(hostileCompare().make(t))
	v := NewCompare(NewTheme(true, false), keymap.Default(), "Compare")
	v.SetCompared(p)
	v.SetSize(100, 30)
	v.HandleKey(press("g"))
	for i := range p.rows {
		lines := strings.Split(v.View(), "\n")
		exact(t, lines, boxWidth(100), len(lines))
		x := NewContrast(NewTheme(true, false), keymap.Default(), PrepareContrast(p, i))
		for _, w := range []int{100, 160} {
			x.SetSize(w, 30)
			lines := strings.Split(x.View(), "\n")
			exact(t, lines, boxWidth(w), len(lines))
		}
		v.HandleKey(press("j"))
	}
}

func TestCompareDrawsOnlyASCIIWhenAsked(t *testing.T) {
	for _, c := range compareCases() {
		views := []interface {
			SetSize(w, h int)
			View() string
		}{compareView(t, c, true), contrastOf(t, c, true)}
		for _, v := range views {
			for _, size := range [][2]int{{160, 50}, {80, 24}, {40, 12}} {
				v.SetSize(size[0], size[1])
				for _, r := range ansi.Strip(v.View()) {
					if r > 0x7e {
						t.Fatalf("%s draws %q", c.name, r)
					}
				}
			}
		}
	}
}

// The cursor begins where the two part, and n and N go through all differences.
func TestCompareCursorGoesThroughTheDifferences(t *testing.T) {
	v := compareView(t, compareCases()[0], false)
	at := func() string {
		p, i, _ := v.Selected()
		return p.rows[i].name
	}
	var seen []string
	for _, k := range strings.Fields("- n n N N N N") {
		v.HandleKey(press(k))
		seen = append(seen, at())
	}
	want := []string{"event approve", "output", "output", "event approve", "activity Reserve", "input", "input"}
	if !slices.Equal(seen, want) {
		t.Errorf("went to %q, want %q", seen, want)
	}
	v = compareView(t, compareCases()[4], false)
	if s := ansi.Strip(v.View()); at() != "activity Part" || !strings.Contains(s, "rerun from here") {
		t.Errorf("a rerun without a difference begins at %s:\n%s", at(), s)
	}
}

// A comparison that is made again leaves the cursor where it is.
func TestCompareKeepsTheCursor(t *testing.T) {
	c := compareCases()[0]
	v := compareView(t, c, false)
	v.HandleKey(press("g"))
	v.SetBusy("reading both")
	if s := ansi.Strip(v.View()); !strings.Contains(s, "reading both") || !strings.Contains(s, "event approve") {
		t.Errorf("while it is read again:\n%s", s)
	}
	v.SetCompared(PrepareCompare(c.make(t)))
	if _, i, _ := v.Selected(); i != 0 {
		t.Errorf("the cursor is on %d", i)
	}
}

func TestCompareCopiesBothSides(t *testing.T) {
	v := compareView(t, compareCases()[0], false)
	const want = "event approve: outcome\nA order-2: received 16ms\nB order-3: timed out 100ms\nA order-2, data: \"ann\""
	if got := v.Value(); got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	x := contrastOf(t, compareCases()[0], false)
	if what, text := x.Value(); what != "data of order-2" || text != `"ann"` { // B has none
		t.Errorf("copied %s %q", what, text)
	}
	x.HandleKey(press("tab"))
	if what, text := x.Value(); what != "data of order-3" || text != "" {
		t.Errorf("copied %s %q", what, text)
	}
}

// BenchmarkCompareView draws the comparison of two long histories.
func BenchmarkCompareView(b *testing.B) {
	in := longInstance(b, 10_000)
	c := workflow.Compare(in, in)
	b.Run("prepare", func(b *testing.B) {
		for b.Loop() {
			PrepareCompare(c)
		}
	})
	v := NewCompare(NewTheme(true, false), keymap.Default(), "Compare")
	v.SetCompared(PrepareCompare(c))
	v.SetSize(160, 50)
	b.Run("view", func(b *testing.B) {
		for b.Loop() {
			v.HandleKey(press("j"))
			_ = v.View()
		}
	})
}

func longInstance(b *testing.B, events int) workflow.Compared {
	b.Helper()
	all := []workflow.Event{{ID: -1, Type: workflow.ExecutionStarted, Time: paneNow()}}
	for n := int32(0); len(all) < events; n++ {
		payload := workflow.Payload{Set: true, Raw: fmt.Sprintf(`{"item":%d,"note":"as it was ordered"}`, n)}
		all = append(all, workflow.Event{ID: n, Type: workflow.TaskScheduled, Name: "Step", Time: paneNow(), Payload: payload},
			workflow.Event{ID: -1, Type: workflow.TaskCompleted, Ref: n, HasRef: true, Time: paneNow(), Payload: payload})
	}
	_, in := recording(b, "go-order-approved")
	return workflow.Compared{Detail: in.Detail, History: workflow.NewHistory(all)}
}

// Marked rows have a symbol of their own, in a column that is there only while
// something is marked.
func TestListMarks(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		for _, size := range [][2]int{{160, 50}, {80, 24}, {40, 12}} {
			s := newScreen(ascii)
			rows := nine()
			s.rows(rows)
			s.draw(t, size[0], size[1])
			s.list.SetMarks(map[workflow.Key]bool{rows[0].Key: true, rows[2].Key: true})
			lines := exact(t, s.draw(t, size[0], size[1]), size[0], size[1])
			if !ascii || size[0] == 80 {
				name := fmt.Sprintf("list-marked-%dx%d", size[0], size[1])
				if ascii {
					name += "-ascii"
				}
				paneGolden(t, name, lines)
			}
		}
	}
}
