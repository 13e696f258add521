package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// bench is a model with a runtime in memory, driven by messages without a
// program. Delays are messages that wait in line until the test lets time pass.
type bench struct {
	t      testing.TB
	m      *Model
	client *fakeClient
	feed   *fakeFeed
	now    time.Time
	// delayed are the messages that time will bring, with when.
	delayed []delayed
	seq     uint64
	quit    bool
	// copied is what went to the clipboard.
	copied []string
	// raw is what went to the terminal past the renderer.
	raw []string
}

type delayed struct {
	at  time.Time
	msg func(time.Time) tea.Msg
}

func start(t testing.TB, change ...func(*Config)) *bench {
	t.Helper()
	b := &bench{t: t, feed: newFakeFeed(), now: time.Date(2026, 11, 23, 9, 43, 17, 0, time.UTC)}
	b.client = newFakeClient("orders", func() time.Time { return b.now })
	cfg := Config{Client: b.client, Feed: b.feed, Keys: keymap.Default(), Now: func() time.Time { return b.now }, Interval: 2 * time.Second}
	cfg.After = func(d time.Duration, msg func(time.Time) tea.Msg) tea.Cmd {
		at := b.now.Add(d)
		return func() tea.Msg {
			b.delayed = append(b.delayed, delayed{at, msg})
			return nil
		}
	}
	for _, c := range change {
		c(&cfg)
	}
	b.m = New(t.Context(), cfg)
	b.run(b.m.Init())
	b.send(tea.WindowSizeMsg{Width: 160, Height: 40})
	return b
}

// run runs a command to its end, and what comes of it.
func (b *bench) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, feedEndedMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			b.run(c)
		}
	case tea.RawMsg:
		b.raw = append(b.raw, fmt.Sprint(msg.Msg))
	case tea.QuitMsg:
		b.quit = true
	default:
		if b.clipboard(msg) {
			return
		}
		b.send(msg)
	}
}

// clipboard takes a copied text in. The message's type is Bubble Tea's own.
func (b *bench) clipboard(msg tea.Msg) bool {
	if !strings.Contains(fmt.Sprintf("%T", msg), "lipboard") {
		return false
	}
	b.copied = append(b.copied, fmt.Sprint(msg))
	return true
}

func (b *bench) send(msg tea.Msg) {
	_, cmd := b.m.Update(msg)
	b.run(cmd)
}

// pass lets time pass, and brings what it brings, in order.
func (b *bench) pass(d time.Duration) {
	end := b.now.Add(d)
	for {
		slices.SortStableFunc(b.delayed, func(x, y delayed) int { return x.at.Compare(y.at) })
		if len(b.delayed) == 0 || b.delayed[0].at.After(end) {
			break
		}
		next := b.delayed[0]
		b.delayed = b.delayed[1:]
		if next.at.After(b.now) {
			b.now = next.at
		}
		b.send(next.msg(b.now))
	}
	b.now = end
}

// refresh brings a snapshot of what the runtime holds.
func (b *bench) refresh(change ...func(*watch.Snapshot)) {
	b.seq++
	s := watch.Snapshot{
		Seq: b.seq, Address: "127.0.0.1:50001", Phase: watch.Ready, RefreshedAt: b.now, Interval: 2 * time.Second,
		Sidecar: workflow.Sidecar{AppID: b.client.app, Version: "1.18.0", Workers: 1, WorkersKnown: true},
	}
	ids := make([]string, 0, len(b.client.instances))
	for id := range b.client.instances {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		row := b.client.row(id)
		s.Instances = append(s.Instances, &row)
	}
	s.Listed = len(ids)
	for _, c := range change {
		c(&s)
	}
	b.feed.snaps <- fleet.Of(s)
	b.run(b.m.awaitSnapshot())
}

// press presses keys by their names, separated by spaces; "space" is the space.
func (b *bench) press(keys string) {
	b.t.Helper()
	for name := range strings.FieldsSeq(keys) {
		b.pace()
		b.send(keyPress(name))
	}
}

// pace lets the time pass that a person takes for the next key: so much that a
// form which does not destroy can be sent.
func (b *bench) pace() {
	f, ok := b.m.modals.top().(*formModal)
	if !ok {
		return
	}
	s := f.form.Spec()
	b.now = b.now.Add(s.Quiet)
	if s.Destructive {
		return
	}
	if due := s.OpenedAt.Add(s.SendGuard); b.now.Before(due) {
		b.now = due
	}
}

// burst presses keys that come all at once, as a paste does in a terminal that
// does not bracket it.
func (b *bench) burst(keys string) {
	b.t.Helper()
	for name := range strings.FieldsSeq(keys) {
		b.send(keyPress(name))
	}
}

// text types a text, letter by letter.
func (b *bench) text(s string) {
	for _, r := range s {
		b.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func keyPress(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "space": tea.KeySpace,
		"left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp,
		"home": tea.KeyHome, "end": tea.KeyEnd, "f1": tea.KeyF1,
	}
	var mod tea.KeyMod
	for {
		switch {
		case strings.HasPrefix(name, "ctrl+"):
			mod, name = mod|tea.ModCtrl, name[len("ctrl+"):]
			continue
		case strings.HasPrefix(name, "shift+"):
			mod, name = mod|tea.ModShift, name[len("shift+"):]
			continue
		}
		break
	}
	if code, ok := special[name]; ok {
		k := tea.KeyPressMsg{Code: code, Mod: mod}
		if name == "space" {
			k.Text = " "
		}
		return k
	}
	r := []rune(name)[0]
	k := tea.KeyPressMsg{Code: r, Mod: mod}
	if mod == 0 {
		k.Text = name
	}
	return k
}

// screen is what stands on the screen, without colours.
func (b *bench) screen() string { return ansi.Strip(b.m.View().Content) }

func (b *bench) sees(texts ...string) {
	b.t.Helper()
	screen := b.screen()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			b.t.Fatalf("the screen lacks %q:\n%s", text, screen)
		}
	}
}

func (b *bench) seesNot(text string) {
	b.t.Helper()
	if screen := b.screen(); strings.Contains(screen, text) {
		b.t.Fatalf("the screen holds %q:\n%s", text, screen)
	}
}

// called checks the mutating calls that the runtime got.
func (b *bench) called(want ...string) {
	b.t.Helper()
	if !slices.Equal(b.client.calls, want) {
		b.t.Fatalf("the runtime got %q, want %q", b.client.calls, want)
	}
}
