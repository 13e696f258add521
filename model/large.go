package model

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// freeAfter is how long after a large instance has left the screen its memory is
// given back: whoever moves through the list gives back once.
const freeAfter = 2 * time.Second

// largeSize is the size of what was prepared of an instance, in bytes, from
// which its memory is given back at once, and not when the runtime sees fit.
const largeSize = 4 << 20

// freeMsg gives back the memory of a large instance that left the screen.
type freeMsg struct{}

// limited is the context of a read that nobody has asked for by a key.
func limited(ctx context.Context) context.Context {
	return workflow.WithReadLimit(ctx, workflow.AskFirst)
}

// tooLarge returns the error of a read that was given up for its size, with the
// key that makes it all the same; any other error as it is.
func (m *Model) tooLarge(err error) error {
	var e *workflow.Error
	if !errors.As(err, &e) || e.Kind != workflow.KindTooLarge {
		return err
	}
	said := *e
	said.Message += "; " + keyOf(m.keys.Refresh) + " reads it whole"
	return &said
}

// isTooLarge reports whether what is shown lacks something for its size.
func (s *shown) isTooLarge() bool {
	return workflow.KindOf(s.err) == workflow.KindTooLarge || s.prepared != nil && workflow.KindOf(s.prepared.HistErr) == workflow.KindTooLarge
}

// askedFor has the shown instance read whole when it was too large to be read
// unasked.
func (s *shown) askedFor() { s.whole = s.whole || s.isTooLarge() }

// leaves sees to it that the memory of what leaves the screen is given back.
func (m *Model) leaves(s *shown) tea.Cmd {
	if s.prepared == nil || s.prepared.Size() < largeSize || m.cfg.Free == nil {
		return nil
	}
	return m.cfg.After(freeAfter, func(time.Time) tea.Msg { return freeMsg{} })
}

// trim gives back, once for each look at a large instance, what its reading took
// beyond what is kept: four times as much.
func (m *Model) trim() tea.Cmd {
	if m.shown.trimmed {
		return nil
	}
	free := m.leaves(&m.shown)
	m.shown.trimmed = free != nil
	return free
}

// closed forgets a large instance whose detail was closed; opening it reads it
// again.
func (m *Model) closed() tea.Cmd {
	free := m.leaves(&m.shown)
	if free == nil || m.detailVisible() {
		return nil
	}
	key, row := m.shown.key, m.shown.row
	m.detailGen++
	m.shown = shown{key: key, row: row}
	m.detail.SetState(ui.DetailState{})
	m.showDetail()
	return free
}

// free gives memory back, off the update loop.
func (m *Model) free() tea.Cmd {
	give := m.cfg.Free
	return func() tea.Msg {
		give()
		return nil
	}
}
