package model

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestTypedAheadOfTheFilter: a filter, enter, an action and its text, all
// before the rows of the filter are there: the action is about what was
// filtered for.
func TestTypedAheadOfTheFilter(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.add("order-18", "OrderProcessing", workflow.Running)
	b.refresh()
	other := b.m.list.SelectedKey().InstanceID
	wanted := map[string]string{"order-17": "order-18", "order-18": "order-17"}[other]

	late := b.hold("/")
	for _, r := range wanted {
		late = append(late, b.holdMsg(tea.KeyPressMsg{Code: r, Text: string(r)})...)
	}
	late = append(late, b.hold("enter", "p")...)
	late = append(late, b.holdMsg(tea.PasteMsg{Content: "typed ahead"})...)
	late = append(late, b.hold("ctrl+s")...)
	b.seesNot("Pause")
	b.called()
	for _, cmd := range late {
		b.run(cmd)
	}
	// What was typed ahead comes in a burst, and a burst sends nothing.
	b.sees("Pause "+wanted, "typed ahead", "not sent: the keys came faster than a person types")
	b.called()
	b.press("ctrl+s")
	b.sees("paused " + wanted)
	b.called("suspend " + wanted + " typed ahead")
}

// TestTypedAheadStaysInOrder: what is typed into a filter that was opened ahead
// of rows goes behind what waits for them.
func TestTypedAheadStaysInOrder(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.add("order-18", "OrderProcessing", workflow.Running)
	b.refresh()
	first := b.hold("0", "/", "o", "r", "d") // the rows of all statuses are on their way
	for _, cmd := range first {
		late := b.hold("e", "r")
		b.run(cmd)
		for _, c := range late {
			b.run(c)
		}
	}
	b.press("enter")
	b.sees("/ order" + strings.Repeat("er", len(first)-1))
}

// hold presses keys without running what they ask for.
func (b *bench) hold(keys ...string) []tea.Cmd {
	var cmds []tea.Cmd
	for _, k := range keys {
		cmds = append(cmds, b.holdMsg(keyPress(k))...)
	}
	return cmds
}

func (b *bench) holdMsg(msg tea.Msg) []tea.Cmd {
	_, cmd := b.m.Update(msg)
	return []tea.Cmd{cmd}
}
