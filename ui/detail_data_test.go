package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// payloads is an instance with a payload of each kind.
func payloads() (workflow.Detail, workflow.History) {
	d, h := waitingOrder()
	d.Input = workflow.Payload{Set: true, Raw: `{"order":9223372036854775807,"at":"2026-11-23T09:41:03Z","due":1795430463,"due":1795430463000,` +
		`"customer":{"name":"王芳","mail":"wang@example.com"},"lines":[{"sku":"A1","qty":3,"price":12.50},{"sku":"B2","qty":1,"price":1e2}],` +
		`"note":"\u00fc` + "\u202e" + `👩🚀","tags":[],"open":true}`}
	d.Output = workflow.Payload{Set: true, Raw: "{\"ok\":true,\n \"why\":}"}
	d.CustomStatus = workflow.Payload{Set: true, Raw: "\x00\x01PNG\r\nbytes of an image\xff"}
	return d, h
}

func typedKeys(s string) []string { return strings.Split(s, "") }

// TestPayloadScreens draws the Data tab and an open event, each as keys leave
// them.
func TestPayloadScreens(t *testing.T) {
	for name, keys := range map[string][]string{
		"payload":        {"[", "j", "j", "j", "j", "j", "j", "h", "j", "j"},
		"payload-folded": {"[", "j", "-"},
		"payload-raw":    {"[", "j", "j", "v"},
		"payload-search": append(append([]string{"[", "-", "/"}, typedKeys("sku")...), "enter", "n"),
		"payload-typing": append([]string{"[", "/"}, typedKeys("pri")...),
		"payload-none":   append([]string{"[", "/"}, typedKeys("zebra")...),
		"event-search":   append(append([]string{"]", "/"}, typedKeys("reserve")...), "enter", "n"),
		"event-value":    {"]", "v", "g", "j", "enter", "G", "k", "k", "k", "h"},
	} {
		for _, size := range [][2]int{{160, 50}, {80, 24}} {
			t.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := newScreen(false)
				s.rows(nine())
				s.open = true
				d, h := payloads()
				s.show(d, h, nil)
				s.draw(t, size[0], size[1])
				for _, k := range keys {
					if k == "/" {
						s.detail.StartSearch()
						continue
					}
					s.detail.HandleKey(press(k))
				}
				paneGolden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), exact(t, s.draw(t, size[0], size[1]), size[0], size[1]))
			})
		}
	}
}

func newPayloads(t *testing.T, w, h int) *Detail {
	t.Helper()
	d, hist := payloads()
	p := newTestDetail(w, h, d, hist, nil)
	p.keys(t, "[")
	return p
}

func TestDataFoldsAtTheCursor(t *testing.T) {
	p := newPayloads(t, 100, 60)
	p.shows(t, `"due": 1795430463,  2026-11-23 10:41:03 UTC, in 57m`, `"at": "2026-11-23T09:41:03Z",  2m ago`, `\u202e`, "9223372036854775807")
	p.keys(t, "j", "j", "j", "j", "j", "j", "j") // in the customer
	p.shows(t, "$.customer.name")
	p.keys(t, "h") // up to what holds it
	if path, _ := p.Path(); path != "$.customer" {
		t.Errorf("h went to %s", path)
	}
	p.keys(t, "h")
	p.shows(t, `"customer": {… 2},  "name":"王芳"`, `!"mail": "`)
	if _, text, _ := p.Value(); text != `{"name":"王芳","mail":"wang@example.com"}` {
		t.Errorf("the value is %s", text)
	}
	p.keys(t, "l")
	p.shows(t, `"mail": "wang@`)
	p.keys(t, "enter")
	p.shows(t, `!"mail": "`)
	p.keys(t, "+")
	p.shows(t, `"mail": "wang@`)
	p.keys(t, "-")
	p.shows(t, `"lines": [… 2]`, `!"mail": "`)
}

// What is folded stays so when the same value is read again, and another
// instance begins unfolded.
func TestFoldsOutliveAReading(t *testing.T) {
	p := newPayloads(t, 100, 60)
	p.keys(t, "j", "-")
	d, h := payloads()
	d.CustomStatus = workflow.Payload{Set: true, Raw: `{"new":true}`}
	again := Prepare(d, h, nil)
	s := p.s
	s.Prepared = &again
	p.SetState(s)
	p.shows(t, `"lines": [… 2]`, `"new": true`)
	d.InstanceID = "other"
	other := Prepare(d, h, nil)
	p.SetState(DetailState{Key: d.Key, Label: "other", Prepared: &other})
	p.shows(t, `"mail": "wang@`)
}

func TestRawAndBack(t *testing.T) {
	p := newPayloads(t, 100, 60)
	p.keys(t, "j", "j", "v")
	p.shows(t, `{"order":9223372036854775807,"at":`, "JSON, raw", "binary, raw", "!00000000")
	if _, text, _ := p.Value(); !strings.HasPrefix(text, `{"order"`) {
		t.Errorf("raw, the value is %s", text)
	}
	p.keys(t, "v")
	p.shows(t, `  "order": 9223372036854775807,`, "00000000  00 01 50 4e 47 0d 0a")
}

func TestInvalidJSONNamesThePlace(t *testing.T) {
	newPayloads(t, 160, 60).shows(t, "text · not JSON: line 2, column 8: a value was expected, not }")
}

// search types a text to search.
func (d *Detail) search(t *testing.T, text string) {
	t.Helper()
	if !d.StartSearch() {
		t.Fatal("there is nothing to search")
	}
	for _, k := range typedKeys(text) {
		d.keys(t, k)
	}
	d.keys(t, "enter")
}

func TestSearchInData(t *testing.T) {
	p := newPayloads(t, 100, 60)
	p.keys(t, "-")
	p.search(t, "sku")
	p.shows(t, "/sku", "1 of 2", `"sku": "A1"`, `!"sku": "B2"`)
	p.keys(t, "n")
	p.shows(t, "2 of 2", `"sku": "B2"`)
	if path, _ := p.Path(); path != "$.lines[1].sku" {
		t.Errorf("at %s", path)
	}
	p.keys(t, "n")
	p.shows(t, "1 of 2")
	p.keys(t, "N")
	p.shows(t, "2 of 2")
	p.keys(t, "esc")
	p.shows(t, "!/sku", "$.lines[1].sku")
	if p.HandleKey(press("n")) || p.HandleKey(press("esc")) {
		t.Error("a key of a search that has ended was used")
	}
	p.search(t, "zebra")
	p.shows(t, "nothing found")
	p.keys(t, "n", "esc")
}

// Letters that are keys elsewhere are text while a search is typed; leaving
// the pane ends it.
func TestTypingASearch(t *testing.T) {
	p := newPayloads(t, 100, 60)
	p.StartSearch()
	p.keys(t, "p", "q", "X", "]", "tab", "backspace")
	p.shows(t, "/pqX", "▌Data")
	if c := p.Cursor(); c == nil || c.Y != 58 || c.X != 6 {
		t.Errorf("the cursor is at %+v", c)
	}
	p.Paste("a\nb")
	p.shows(t, "/pqXa b")
	p.SetFocus(false)
	if p.Typing() || p.Cursor() != nil {
		t.Error("it goes on without the focus")
	}
	p.SetFocus(true)
	p.StartSearch()
	p.keys(t, "enter")
	p.shows(t, "!enter finds")
	p.keys(t, "]")
	if p.StartSearch() {
		t.Error("the overview is searched")
	}
}

func TestSearchInTheHistory(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(100, 40, d, h, nil)
	p.keys(t, "]")
	p.search(t, "reserved") // in the result alone
	p.shows(t, "1 of 1", "TaskCompleted · Reserve")
	p.keys(t, "enter")
	p.shows(t, "1 of 1", `▌    "reserved": true`, "/reserved")
	p.keys(t, "esc")
	p.shows(t, "!/reserved", "$.reserved")
	p.keys(t, "esc")
	p.search(t, "card declined")
	if e, _ := p.SelectedEvent(); e.Type != workflow.TaskFailed {
		t.Errorf("at %s", e.Type)
	}
}

// Values in an open event are folded and copied like those of the data.
func TestValuesOfAnEvent(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(100, 40, d, h, nil)
	p.keys(t, "]", "v", "g", "j", "enter", "G", "k", "k")
	if path, _ := p.Path(); path != "$.lines[0]" {
		t.Errorf("at %s", path)
	}
	if what, text, _ := p.Value(); text != `{"price":12.50,"name":"椅子"}` || what != "$.lines[0] of the input of OrderProcessing" {
		t.Errorf("%s is %s", what, text)
	}
	p.keys(t, "enter")
	p.shows(t, `{… 2}  "price":12.50`)
	p.keys(t, "g", "enter") // at its fields enter closes the event
	p.shows(t, "TimerFired")
}

// A window over any payload holds the cursor, whatever keys are pressed.
func TestTheCursorStaysInSight(t *testing.T) {
	p := newPayloads(t, 60, 16)
	for i, k := range strings.Fields("j j j G k k h h - j j l + G g ctrl+d ctrl+d ctrl+u pgdown pgdown v j v G enter k enter g enter j j j enter G") {
		p.HandleKey(press(k))
		if v := p.plainView(); strings.Count(v, "▌") != 2 { // the tab's and the cursor's
			t.Fatalf("after key %d, %s:\n%s", i, k, v)
		}
	}
}

// BenchmarkLargePayload is what a payload of 5 MB costs: to lay out and fold,
// off the update loop; the first page from the moment that the payload is
// there; and each frame and key of scrolling after that.
func BenchmarkLargePayload(b *testing.B) {
	var raw strings.Builder
	raw.WriteString(`{"lines":[`)
	for i := 0; raw.Len() < 5<<20; i++ {
		fmt.Fprintf(&raw, `{"sku":"SKU-%06d","qty":%d,"price":%d.50,"name":"椅子 %d","gift":false,"at":"2026-11-23T09:41:03Z"},`, i, i%7, i, i)
	}
	raw.WriteString(`0]}`)
	d, h := waitingOrder()
	d.Input = workflow.Payload{Set: true, Raw: raw.String()}
	pane := func() *Detail {
		p := NewDetail(keymap.Default())
		p.SetTheme(NewTheme(true, false))
		p.SetClock(Clock{Now: paneNow(), Zone: time.UTC})
		p.SetSize(120, 50)
		p.SetFocus(true)
		p.tab = tabData
		return p
	}
	open := func(p *Detail) {
		prepared := Prepare(d, h, nil)
		p.SetState(DetailState{Key: d.Key, Label: d.Label, Prepared: &prepared})
	}
	b.Run("laid out and folded", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Prepare(d, h, nil)
		}
	})
	b.Run("first page", func(b *testing.B) {
		for b.Loop() {
			p := pane()
			open(p)
			p.View()
		}
	})
	p := pane()
	open(p)
	p.HandleKey(press("+"))
	for _, key := range []string{"j", "pgdown", "h"} {
		b.Run("frame after "+key, func(b *testing.B) {
			for b.Loop() {
				p.HandleKey(press(key))
				p.View()
			}
		})
	}
}

// What was found stands out without colours, and the match in focus among the
// others.
func TestMatchesNeedNoColour(t *testing.T) {
	for _, colors := range []Colors{AllColors, Colors256, Colors16} {
		for _, dark := range []bool{true, false} {
			p := newPayloads(t, 100, 60)
			p.SetTheme(NewThemeOf(ThemeSpec{Colors: colors, Dark: dark, ASCII: false}))
			p.search(t, "sku")
			v := p.View()
			th := p.theme
			if !strings.Contains(v, th.Match.Draw("sku")) || !strings.Contains(v, th.MatchNow.Draw("sku")) {
				t.Errorf("colours %d, dark %v: the matches are not drawn in their pens", colors, dark)
			}
			if th.Match.Draw("x") == th.MatchNow.Draw("x") {
				t.Errorf("colours %d, dark %v: the match in focus looks like the others", colors, dark)
			}
		}
	}
}
