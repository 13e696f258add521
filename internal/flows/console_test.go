// Package flows tests the whole console, without a terminal: the model, the
// watch and the client against the embedded engine over a real connection, by
// keys, until the screen shows what it must.
package flows

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/model"
)

// patience is how long at most a screen may take to show something.
const patience = 20 * time.Second

// console is a running console. One goroutine owns the model, as a program's
// would; each message may be followed by new commands, each in a goroutine.
type console struct {
	t      *testing.T
	client *daprclient.Client
	msgs   chan tea.Msg
	done   <-chan struct{}
	quit   chan struct{}

	mu     sync.Mutex
	screen string
	waits  []*wait
}

type wait struct {
	ok  func(screen string) bool
	met chan struct{}
}

// open starts a console on an address.
func open(t *testing.T, address string, change ...func(*model.Config)) *console {
	t.Helper()
	target, err := daprclient.ParseTarget(address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	logger := slog.New(slog.DiscardHandler)
	client, err := daprclient.New(daprclient.Options{Target: target, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	w := fleet.One(client, client, watch.Config{Interval: 200 * time.Millisecond, Logger: logger})
	cfg := model.Config{
		Client: client, Feed: w.Subscribe(), Keys: keymap.Default(), Now: time.Now, Interval: 200 * time.Millisecond, Guard: time.Nanosecond, Quiet: time.Nanosecond,
	}
	for _, c := range change {
		c(&cfg)
	}
	c := &console{t: t, client: client, msgs: make(chan tea.Msg, 1), done: ctx.Done(), quit: make(chan struct{})}
	var running sync.WaitGroup
	running.Go(func() { w.Run(ctx) })
	running.Go(func() { c.loop(ctx, model.New(ctx, cfg)) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		if err := client.Close(); err != nil {
			t.Errorf("close the client: %v", err)
		}
	})
	c.msgs <- tea.WindowSizeMsg{Width: 160, Height: 45}
	return c
}

func (c *console) loop(ctx context.Context, m tea.Model) {
	c.run(m.Init())
	for {
		select {
		case <-ctx.Done():
			return
		case msg := <-c.msgs:
			switch msg := msg.(type) {
			case tea.BatchMsg:
				for _, cmd := range msg {
					c.run(cmd)
				}
				continue
			case tea.QuitMsg:
				close(c.quit)
				return
			}
			var cmd tea.Cmd
			m, cmd = m.Update(msg)
			c.run(cmd)
			c.draw(ansi.Strip(m.View().Content))
		}
	}
}

func (c *console) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		select {
		case c.msgs <- cmd():
		case <-c.done:
		}
	}()
}

// draw takes a new screen in and wakes who waited for it.
func (c *console) draw(screen string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.screen = screen
	left := c.waits[:0]
	for _, w := range c.waits {
		if w.ok(screen) {
			close(w.met)
		} else {
			left = append(left, w)
		}
	}
	c.waits = left
}

// until waits for a screen that is as it should be.
func (c *console) until(what string, ok func(screen string) bool) {
	c.t.Helper()
	w := &wait{ok: ok, met: make(chan struct{})}
	c.mu.Lock()
	now := ok(c.screen)
	if !now {
		c.waits = append(c.waits, w)
	}
	c.mu.Unlock()
	if now {
		return
	}
	select {
	case <-w.met:
	case <-time.After(patience):
		c.mu.Lock()
		defer c.mu.Unlock()
		c.t.Fatalf("the screen never showed %s:\n%s", what, c.screen)
	}
}

// sees waits until the screen holds every text.
func (c *console) sees(texts ...string) {
	c.t.Helper()
	c.until(strings.Join(texts, ", "), func(screen string) bool { return holds(screen, texts) })
}

func (c *console) seesNot(text string) {
	c.t.Helper()
	c.until("the end of "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

// row waits until a row of the list shows every text.
func (c *console) row(texts ...string) {
	c.t.Helper()
	c.until("a row with "+strings.Join(texts, ", "), func(screen string) bool {
		for line := range strings.Lines(screen) {
			if row, _, ok := strings.Cut(strings.TrimPrefix(line, "│"), "│"); ok && holds(row, texts) {
				return true
			}
		}
		return false
	})
}

func holds(line string, texts []string) bool {
	for _, text := range texts {
		if !strings.Contains(line, text) {
			return false
		}
	}
	return true
}

// press presses keys by name, separated by spaces.
func (c *console) press(keys string) {
	c.t.Helper()
	named := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "down": tea.KeyDown, "space": tea.KeySpace}
	for k := range strings.FieldsSeq(keys) {
		var mod tea.KeyMod
		if rest, ok := strings.CutPrefix(k, "ctrl+"); ok {
			mod, k = tea.ModCtrl, rest
		}
		code, special := named[k]
		if !special {
			code = []rune(k)[0]
		}
		msg := tea.KeyPressMsg{Code: code, Mod: mod}
		if !special && mod == 0 {
			msg.Text = k
		}
		if k == "space" {
			msg.Text = " "
		}
		c.send(msg)
	}
}

// paste puts a text in, as a terminal does.
func (c *console) paste(text string) { c.send(tea.PasteMsg{Content: text}) }

func (c *console) send(msg tea.Msg) {
	select {
	case c.msgs <- msg:
	case <-c.done:
	}
}

// historyOf waits until the detail shows an instance of a workflow that has
// ended, with its history read.
func (c *console) historyOf(name string) {
	c.t.Helper()
	c.until("history of "+name, func(screen string) bool {
		return strings.Contains(screen, name+" · orders") && strings.Contains(screen, "Ended  ") && strings.Contains(screen, "Execution ID")
	})
}

// only narrows the list to one instance, so that it is the selected one.
func (c *console) only(id string) {
	c.t.Helper()
	c.press("/")
	c.paste(id)
	c.press("enter")
	c.until("only "+id, func(screen string) bool {
		return strings.Contains(screen, "1 of ") && strings.Contains(screen, "▌") && strings.Contains(screen, id)
	})
}
