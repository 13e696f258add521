package model

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// monkey presses keys at random while the window, the sidecar and the runtime
// do what they like.
type monkey struct {
	*bench
	r    *rand.Rand
	w, h int
	apps uint64
	did  []string
	// news brings a snapshot; nil: that of the only sidecar.
	news func(change ...func(*watch.Snapshot))
}

func monkeyKeys() []string {
	return strings.Fields("p r e T X a R / s o y Y z L , ? t u 0 1 5 9 enter esc tab shift+tab up down left right space backspace " +
		"ctrl+s ctrl+o ctrl+n ctrl+p ctrl+r ctrl+c q j k g G [ ] pgup pgdown home end ctrl+d ctrl+u x @ { \" : ctrl+k ctrl+a ctrl+w v n N + - w | ctrl+y / i enter space c c")
}

func newMonkey(t *testing.T, seed uint64) *monkey {
	m := &monkey{bench: start(t), r: rand.New(rand.NewPCG(seed, 1)), w: 160, h: 40}
	waits := workflow.Event{ID: 0, Type: workflow.TimerCreated, Name: "approve", Origin: workflow.OriginExternalEvent, OriginRef: "approve"}
	ids := []string{"order-1", "c97a3d08-4ee4-4790-9861-b434c5d68b99", "订单-🎁-0001", strings.Repeat("long-", 60), "a||b", "with space"}
	for _, id := range ids {
		m.client.add(id, "Order流程", workflow.Statuses()[m.r.IntN(workflow.NumStatuses-1)], waits)
	}
	m.refresh()
	return m
}

// act does one thing.
func (m *monkey) act() {
	what := m.r.IntN(100)
	switch {
	case what < 70:
		keys := monkeyKeys()
		key := keys[m.r.IntN(len(keys))]
		m.did = append(m.did, key)
		m.press(key)
	case what < 76:
		m.w, m.h = m.r.IntN(170), m.r.IntN(50)
		m.did = append(m.did, fmt.Sprintf("%dx%d", m.w, m.h))
		m.send(tea.WindowSizeMsg{Width: m.w, Height: m.h})
	case what < 80:
		m.did = append(m.did, "(paste)")
		m.send(tea.PasteMsg{Content: "{\"a\":\x1b[31m1}\n你好\u202e"})
	case what < 90:
		m.pass(time.Duration(m.r.IntN(3000)) * time.Millisecond)
	case what < 92:
		m.client.fail = []error{
			nil, &workflow.Error{Kind: workflow.KindDeadline, Message: "no answer"}, &workflow.Error{Kind: workflow.KindNoWorker, Message: "no worker"},
		}[m.r.IntN(3)]
	case what < 93:
		m.apps++
		m.did = append(m.did, "(another app)")
		m.tell(func(s *watch.Snapshot) { s.AppChange = m.apps })
	case what < 96:
		m.did = append(m.did, "(down)")
		m.tell(func(s *watch.Snapshot) {
			s.AppChange, s.Phase = m.apps, watch.Down
			s.Err = &workflow.Error{Kind: workflow.KindUnavailable, Message: "nothing answers"}
		})
	default:
		m.tell(func(s *watch.Snapshot) { s.AppChange = m.apps })
	}
}

// tell brings a snapshot.
func (m *monkey) tell(change ...func(*watch.Snapshot)) {
	if m.news != nil {
		m.news(change...)
		return
	}
	m.refresh(change...)
}

// check looks at the screen: every line fits exactly, and the cursor is on it.
func (m *monkey) check() {
	m.t.Helper()
	v := m.m.View()
	if m.w <= 0 || m.h <= 0 {
		return
	}
	lines := strings.Split(v.Content, "\n")
	if len(lines) != m.h {
		m.t.Fatalf("%d lines on %dx%d after %v", len(lines), m.w, m.h, m.did)
	}
	for _, l := range lines {
		if n := ansi.StringWidth(l); n > m.w {
			m.t.Fatalf("a line of %d cells on %dx%d: %q after %v", n, m.w, m.h, ansi.Strip(l), m.did)
		}
		if strings.ContainsAny(ansi.Strip(l), "\x1b\r\t\u202e") {
			m.t.Fatalf("hostile text is drawn: %q after %v", l, m.did)
		}
	}
	if c := v.Cursor; c != nil && (c.X < 0 || c.X >= m.w || c.Y < 0 || c.Y >= m.h) {
		m.t.Fatalf("the cursor is at %d,%d of %dx%d after %v", c.X, c.Y, m.w, m.h, m.did)
	}
}

// TestAMonkeyBreaksNothing: whatever is pressed in whatever order, nothing
// panics and the screen is whole.
func TestAMonkeyBreaksNothing(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			m := newMonkey(t, seed)
			for range 200 {
				m.act()
				m.check()
			}
		})
	}
}
