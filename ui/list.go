package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// List is the pane of instances.
type List struct {
	km    keymap.Map
	theme Theme
	rows  []workflow.Instance
	w, h  int
}

// NewList returns an empty list.
func NewList(km keymap.Map) *List { return &List{km: km} }

func (l *List) SetTheme(t Theme)                         { l.theme = t }
func (l *List) SetSize(w, h int)                         { l.w, l.h = w, h }
func (l *List) SetClock(c Clock)                         {}
func (l *List) SetFocus(focus bool)                      {}
func (l *List) SetRows(rows []workflow.Instance)         { l.rows = rows }
func (l *List) SetTitle(s string)                        {}
func (l *List) SetSort(by workflow.SortBy, reverse bool) {}
func (l *List) SetEmpty(e Empty)                         {}
func (l *List) HandleKey(k tea.KeyPressMsg) bool         { return false }
func (l *List) Wheel(lines int)                          {}
func (l *List) Click(y int) bool                         { return false }
func (l *List) Selected() (workflow.Instance, bool)      { return workflow.Instance{}, false }
func (l *List) SelectedKey() workflow.Key                { return workflow.Key{} }
func (l *List) Select(k workflow.Key) bool               { return false }
func (l *List) Visible() []workflow.Key                  { return nil }
func (l *List) View() string                             { return "" }
