package model

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

// startFilter opens the bar; what it completes comes from the rows.
func (m *Model) startFilter() tea.Cmd {
	m.filtering, m.filterBefore = true, m.filter.Text
	rows, parents := m.snap.Instances, m.parents
	return tea.Batch(m.filterBar.Open(m.filter.Text), func() tea.Msg { return filterValuesMsg{valuesOf(rows, parents)} })
}

// filterValuesMsg brings what the values of a filter can be completed with.
type filterValuesMsg struct{ values workflow.Values }

// maxValues is how many values of one key are offered.
const maxValues = 200

func valuesOf(rows []*workflow.Instance, parents *parents) workflow.Values {
	column := func(text func(*workflow.Instance) string) []string {
		return distinct(maxValues, func(yield func(string) bool) {
			for _, row := range rows {
				if !yield(text(row)) {
					return
				}
			}
		})
	}
	return workflow.Values{
		Names:   column(func(i *workflow.Instance) string { return i.Name }),
		Apps:    column(func(i *workflow.Instance) string { return i.AppID }),
		Parents: parents.names(maxValues),
	}
}

// distinct returns texts each once, from A to Z, without the empty one: the
// first most of them.
func distinct(most int, texts iter.Seq[string]) []string {
	seen := map[string]bool{"": true}
	var all []string
	for s := range texts {
		if !seen[s] {
			seen[s] = true
			all = append(all, s)
		}
		if len(all) == most {
			break
		}
	}
	slices.Sort(all)
	return all
}

func (m *Model) filterKey(k tea.KeyPressMsg) tea.Cmd { return m.filterMsg(k) }

// filterMsg types into the filter; the list follows at once. What is mistaken
// in the text is left out while it is typed, and the bar does not close on it,
// so that no action is ever about rows that a mistake let through.
func (m *Model) filterMsg(msg tea.Msg) tea.Cmd {
	text, done, cancelled, changed, cmd := m.filterBar.Update(msg)
	switch {
	case cancelled:
		m.filtering, m.filter.Text = false, m.filterBefore
		return tea.Batch(cmd, m.refilter())
	case done:
		m.filtering = false
	}
	if changed || done {
		m.filter.Text = text
		return tea.Batch(cmd, m.refilter())
	}
	return cmd
}

// statusGroup tells which digit is which status: the header has no room for the
// numbers, and leaves out what there is none of.
func statusGroup() keymap.Group {
	g := keymap.Group{Title: "Statuses by digit"}
	const row = 3
	for some := range slices.Chunk(workflow.Statuses(), row) {
		var digits, words []string
		for _, s := range some {
			digits = append(digits, strconv.Itoa(slices.Index(workflow.Statuses(), s)+1))
			words = append(words, strings.ToLower(s.String()))
		}
		g.Bindings = append(g.Bindings, key.NewBinding(key.WithKeys(digits...), key.WithHelp(strings.Join(digits, " "), strings.Join(words, ", "))))
	}
	return g
}

// filterGroup is the filter's language among the keys of the help; the whole
// of it is in docs/filter.md.
func filterGroup() keymap.Group {
	g := keymap.Group{Title: "In the filter"}
	for _, line := range [][2]string{
		{`word "two words"`, "ID, name, status, failure"},
		{"status:failed,stalled", "one of them"},
		{"name:Order*", "id app parent custom …"},
		{"id:/^ord.*7$/", "a regular expression"},
		{"age:<1h updated:>10m", "or 1h..2d"},
		{"is:live", "ended missing unread"},
		{"-status:completed", "leaves out"},
	} {
		g.Bindings = append(g.Bindings, key.NewBinding(key.WithKeys(line[0]), key.WithHelp(line[0], line[1])))
	}
	return g
}

// refilter selects the rows anew, from the newest snapshot even while frozen.
func (m *Model) refilter() tea.Cmd {
	m.ahead.waiting = true
	m.stopParents()
	m.list.SetEmpty(m.emptyList())
	return m.selectRows()
}

func (m *Model) setStatuses(s workflow.StatusSet) tea.Cmd {
	m.filter.Statuses = s
	return m.refilter()
}

// toggleStatus toggles the status at the digit's place.
func (m *Model) toggleStatus(k tea.KeyPressMsg) tea.Cmd {
	n, err := strconv.Atoi(k.Text)
	all := workflow.Statuses()
	if err != nil || n < 1 || n > len(all) {
		return nil
	}
	return m.setStatuses(m.filter.Statuses.Toggle(all[n-1]))
}

func (m *Model) sortNext() tea.Cmd {
	all := workflow.Sorts()
	m.sortBy = all[(slices.Index(all, m.sortBy)+1)%len(all)]
	if m.sortBy == workflow.SortApp && !m.several() {
		m.sortBy = all[0]
	}
	m.reverse = false
	m.saySort()
	return m.resort()
}

// saySort tells the order: its column can be one for which the screen has no
// room.
func (m *Model) saySort() {
	m.notice(ui.NoticeInfo, "sorted by "+m.sortBy.String()+", "+m.sortBy.Order(m.reverse))
}

func (m *Model) resort() tea.Cmd {
	m.list.SetSort(m.sortBy, m.reverse)
	return m.selectRows()
}

// freeze holds the list still; what is shown may then be old, and the header
// says so. Actions still read the instance afresh before they are sent.
func (m *Model) freeze() tea.Cmd {
	m.frozen = !m.frozen
	m.list.SetTitle(m.listTitle())
	if m.frozen {
		m.notice(ui.NoticeInfo, "the list is frozen; "+keyOf(m.keys.Freeze)+" lets it go on")
		return nil
	}
	m.notice(ui.NoticeInfo, "the list goes on")
	return m.selectRows()
}

func (m *Model) setOptions(v ui.OptionsValues) {
	old := m.options
	m.options = v
	if v.Interval != old.Interval {
		m.cfg.Feed.SetInterval(v.Interval)
	}
	m.clock.Absolute = v.Absolute
	m.clock.Zone = m.cfg.Zone
	if v.UTC {
		m.clock.Zone = time.UTC
	}
	m.restyle()
}
