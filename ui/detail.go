package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// Prepared is everything costly about one instance, made off the update loop.
type Prepared struct {
	Detail  workflow.Detail
	History workflow.History
	HistErr error
}

// Prepare makes ready what the detail pane draws.
func Prepare(d workflow.Detail, h workflow.History, histErr error) Prepared {
	return Prepared{Detail: d, History: h, HistErr: histErr}
}

// DetailState is what the detail pane shows.
type DetailState struct {
	Key      workflow.Key
	Label    string
	Prepared *Prepared
	Loading  bool
	Err      error
	ReadAt   time.Time
	Row      *workflow.Instance
}

// Detail is the pane of one instance.
type Detail struct{ s DetailState }

// NewDetail returns an empty detail pane.
func NewDetail(km keymap.Map) *Detail { return &Detail{} }

func (d *Detail) SetTheme(t Theme)                      {}
func (d *Detail) SetSize(w, h int)                      {}
func (d *Detail) SetClock(c Clock)                      {}
func (d *Detail) SetFocus(focus bool)                   {}
func (d *Detail) SetState(s DetailState)                { d.s = s }
func (d *Detail) HandleKey(k tea.KeyPressMsg) bool      { return false }
func (d *Detail) Wheel(lines int)                       {}
func (d *Detail) Tab() string                           { return "" }
func (d *Detail) Value() (label, text string, ok bool)  { return "", "", false }
func (d *Detail) SelectedEvent() (workflow.Event, bool) { return workflow.Event{}, false }
func (d *Detail) View() string                          { return "" }
