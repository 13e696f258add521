package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func header(t *testing.T, info HeaderInfo, w int) string {
	t.Helper()
	theme := NewTheme(true, false)
	return strings.Join(exact(t, Header(&theme, info, w), w, 2), "\n")
}

func TestHeaderTellsEverythingThereIsRoomFor(t *testing.T) {
	info := newScreen(false).info
	info.Counts[workflow.Completed] = 11941
	info.Filter = "status:-completed"
	got := header(t, info, 160)
	for _, s := range []string{"daprdeck", "orders", "127.0.0.1:50001", "dapr 1.18.0", "2 workers", "every 2s", "↻ 3s ago", "ages, UTC", "✓ 11,941 completed", "/ status:-completed"} {
		if !strings.Contains(got, s) {
			t.Errorf("no %q in\n%s", s, got)
		}
	}
}

// TestHeaderOfAListThatIsNotComplete: the sidecar answers, so it is not said to
// be gone.
func TestHeaderOfAListThatIsNotComplete(t *testing.T) {
	info := newScreen(false).info
	info.Stale, info.AgeKnown, info.StaleErr = true, false, "the listing runs in a circle"
	for connected, want := range map[bool]string{true: "list not complete: the listing runs in a circle", false: "not connected: the listing"} {
		info.Connected = connected
		if got := header(t, info, 160); !strings.Contains(got, want) || strings.Contains(got, "not connected") == connected {
			t.Errorf("connected %v:\n%s", connected, got)
		}
	}
}

func TestHeaderWarnsOfAnUnencryptedToken(t *testing.T) {
	info := newScreen(false).info
	if got := header(t, info, 160); strings.Contains(got, "token") {
		t.Error(got)
	}
	info.PlainToken = true
	for _, w := range []int{80, 160} {
		if got := header(t, info, w); !strings.Contains(got, "token unencrypted") {
			t.Errorf("at %d cells:\n%s", w, got)
		}
	}
}

// The name of the app, and that the data is stale or the console read-only,
// stay at every width that is drawn at all.
func TestHeaderNeverDropsWhatMatters(t *testing.T) {
	info := newScreen(false).info
	info.ReadOnly, info.Stale, info.StaleErr, info.Age = true, true, "connection refused", 12*time.Second
	info.Production, info.Context = true, "prod-eu"
	for w := minWidth; w < 200; w++ {
		got := header(t, info, w)
		for _, s := range []string{"orders", "READ-ONLY", "stale 12s", "PROD"} {
			if !strings.Contains(got, s) {
				t.Errorf("at %d no %q in\n%s", w, s, got)
			}
		}
	}
	if got := header(t, info, 120); !strings.Contains(got, "connection refused") {
		t.Errorf("no reason in\n%s", got)
	}
}

// TestHeaderInAColourOfItsOwn: the first line is of one colour from edge to edge
// in every kind of terminal, says in words what the colour means, and takes the
// same cells as ever.
func TestHeaderInAColourOfItsOwn(t *testing.T) {
	info := newScreen(false).info
	info.Production, info.Context = true, "prod"
	for _, colors := range []Colors{AllColors, Colors256, Colors16} {
		for _, ascii := range []bool{false, true} {
			theme := NewThemeOf(ThemeSpec{Colors: colors, Dark: true, ASCII: ascii, Header: "red"})
			lines := Header(&theme, info, 120)
			exact(t, lines, 120, 2)
			open := theme.banner.Text.open
			for i, piece := range strings.Split(lines[0], theme.banner.Text.close) {
				if piece != "" && !strings.HasPrefix(piece, open) {
					t.Errorf("piece %d is not in the colour: %q", i, piece)
				}
			}
			if plain := NewThemeOf(ThemeSpec{Colors: colors, Dark: true, ASCII: ascii}); Header(&plain, info, 120)[1] != lines[1] {
				t.Error("the second line has changed")
			}
			if !strings.Contains(lines[0], "PRODUCTION") || !strings.Contains(lines[0], "context prod") {
				t.Errorf("%q", lines[0])
			}
		}
	}
}

func TestHeaderWorkers(t *testing.T) {
	info := newScreen(false).info
	for _, c := range []struct {
		n     int
		known bool
		want  string
	}{{0, true, "▲ no worker"}, {1, true, "1 worker "}, {2, true, "2 workers"}, {0, false, "! worker"}} {
		info.Workers, info.WorkersKnown = c.n, c.known
		got := header(t, info, 120)
		if not, ok := strings.CutPrefix(c.want, "! "); ok == strings.Contains(got, strings.TrimSpace(c.want)) && ok || ok && strings.Contains(got, not) {
			t.Errorf("%+v: %s", c, got)
		} else if !ok && !strings.Contains(got, c.want) {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// The filter by status can be seen without colour, and a status that is in it
// is listed even when no instance has it.
func TestHeaderMarksTheStatusFilter(t *testing.T) {
	info := newScreen(false).info
	info.Counts[workflow.Running], info.Counts[workflow.Failed] = 34, 2
	info.Active = workflow.NewStatusSet(workflow.Failed, workflow.Stalled)
	got := header(t, info, 160)
	for _, s := range []string{" ● 34 running", "[▲ 0 stalled]", "[✗ 2 failed]"} {
		if !strings.Contains(got, s) {
			t.Errorf("no %q in\n%s", s, got)
		}
	}
}

func TestHeaderCountsFitAt40(t *testing.T) {
	info := newScreen(false).info
	for i, n := range []int{34, 3, 2, 1, 12, 11941, 7} {
		info.Counts[workflow.Statuses()[i]] = n
	}
	if got := header(t, info, 40); !strings.Contains(got, "●34 ◐3 ◌2 ▲1 ✗12 ✓11,941 ⊘7") {
		t.Error(got)
	}
}

// Footers cut keys from the end, and keep the one for help.
func TestFooterKeepsHelp(t *testing.T) {
	s := newScreen(false)
	for w := minWidth; w < 140; w++ {
		got := exact(t, Footer(&s.theme, Notice{}, s.hints, w), w, 2)[1]
		if !strings.Contains(got, "? help") || !strings.Contains(got, "p pause") {
			t.Errorf("at %d: %q", w, got)
		}
		for i := range s.hints[:8] {
			earlier, later := s.hints[i].Desc, s.hints[i+1].Desc
			if s.hints[i+1].Key != "?" && strings.Contains(got, later) && !strings.Contains(got, earlier) {
				t.Errorf("at %d %s was dropped before %s", w, earlier, later)
			}
		}
	}
}

func TestEveryNoticeHasItsOwnMark(t *testing.T) {
	theme := NewTheme(true, false)
	seen := map[string]NoticeKind{}
	for k := NoticeInfo; k <= NoticeBusy; k++ {
		line := exact(t, Footer(&theme, Notice{k, "text"}, nil, 40), 40, 2)[0]
		mark := strings.Fields(line)[0]
		if other, ok := seen[mark]; ok {
			t.Errorf("%d and %d both have %q", k, other, mark)
		}
		seen[mark] = k
	}
}

func TestComputeCoversTheScreen(t *testing.T) {
	for h := 1; h < 60; h++ {
		for w := 1; w < 240; w++ {
			for _, open := range []bool{false, true} {
				checkLayout(t, w, h, open)
			}
		}
	}
}

func checkLayout(t *testing.T, w, h int, open bool) {
	t.Helper()
	l := Compute(w, h, open)
	at := fmt.Sprintf("%dx%d, open %v: %+v", w, h, open, l)
	if l.TooSmall != (w < 40 || h < 12) {
		t.Fatal(at)
	}
	if l.TooSmall {
		return
	}
	if l.Wide != (w >= 120) {
		t.Fatal(at)
	}
	if l.Header.H+l.Body.H+l.Footer.H != h || l.Body.Y != l.Header.H || l.Footer.Y != l.Header.H+l.Body.H {
		t.Fatal(at)
	}
	cells := l.List.W*l.List.H + l.Detail.W*l.Detail.H
	if cells != l.Body.W*l.Body.H || l.Wide && l.List.W != l.Detail.X {
		t.Fatal(at)
	}
	if !l.Wide && open == (l.Detail.W == 0) {
		t.Fatal(at)
	}
}

func TestTooSmallSaysSo(t *testing.T) {
	theme := NewTheme(true, false)
	for _, size := range sizes() {
		w, h := size[0], 5
		if got := strings.Join(exact(t, strings.Split(TooSmall(&theme, w, h, ""), "\n"), w, h), "\n"); !strings.Contains(got, "too small") {
			t.Error(got)
		}
	}
}

func TestThumb(t *testing.T) {
	for h := 1; h < 20; h++ {
		for total := 1; total < 60; total++ {
			for top := 0; top <= max(0, total-h); top++ {
				from, to := scroll{top, h, total}.thumb(h)
				if total <= h {
					if from != to {
						t.Fatalf("a thumb where all is shown: %d of %d", h, total)
					}
					continue
				}
				if from < 0 || to <= from || to > h {
					t.Fatalf("top %d, %d of %d: %d to %d", top, h, total, from, to)
				}
				if h > 1 && (top == 0) != (from == 0) && top == 0 {
					t.Fatalf("at the top the thumb is at %d", from)
				}
				if top == total-h && to != h {
					t.Fatalf("at the end the thumb ends at %d of %d", to, h)
				}
			}
		}
	}
}

// TestProductionHeader keeps the header of a production with its colours.
func TestProductionHeader(t *testing.T) {
	info := newScreen(false).info
	info.Counts[workflow.Running], info.Counts[workflow.Failed] = 34, 2
	info.Production, info.Context, info.ReadOnly = true, "prod-eu", true
	for _, w := range []int{120, 60, 40} {
		for _, ascii := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d-%v", w, ascii), func(t *testing.T) {
				theme := NewThemeOf(ThemeSpec{Dark: true, ASCII: ascii, Header: "red"})
				lines := Header(&theme, info, w)
				exact(t, lines, w, 2)
				golden.RequireEqual(t, strings.Join(lines, "\n")+"\n")
			})
		}
	}
}
