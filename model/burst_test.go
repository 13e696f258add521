package model

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestABurstOfKeysSendsNothing: a paste into a terminal that does not bracket it
// comes as keys, all in one moment. Whatever it begins with, nothing is sent.
func TestABurstOfKeysSendsNothing(t *testing.T) {
	for _, keys := range []string{
		"p ctrl+s", "p enter enter", "p r e a s o n enter enter enter", "a ctrl+s ctrl+s", "a x tab y ctrl+s", "e a p p r o v e enter enter enter", "e a ctrl+s",
		"T ctrl+s", "T tab enter y enter", "X ctrl+s enter", "R enter ctrl+s",
	} {
		for _, status := range []workflow.Status{workflow.Running, workflow.Suspended, workflow.Completed} {
			b := withOne(t, status, goTask()...)
			b.burst(keys)
			b.called()
			b.pass(time.Second)
			b.called()
			// The rest of it, a second later.
			b.burst("x enter enter enter")
			b.called()
		}
	}
}

// A key that is pressed again after the burst counts.
func TestAfterABurstAPersonCanSend(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.burst("p x ctrl+s")
	b.sees("not sent: the keys came faster than a person types; press it again")
	b.called()
	b.press("ctrl+s")
	b.called("suspend order-17 x")
}

// TestIDsThatLookAlike: in production the ID is typed, and what is typed must be
// the one that is spelled in the form, not one that looks like it.
func TestIDsThatLookAlike(t *testing.T) {
	for _, id := range []string{"order-1 ", "order-1\u200b", "order-1\u200c", "order-1\u202e", "\u043erder-1", "order\u20101"} {
		b := start(t, func(c *Config) { c.Production = true })
		b.client.add(id, "OrderProcessing", workflow.Running)
		b.refresh()
		b.pass(time.Second)
		b.sees(workflow.SpellID(id))
		b.press("T")
		b.sees("Terminate " + workflow.SpellID(id))
		b.pass(400 * time.Millisecond)
		b.press("ctrl+s") // what was refused has the focus
		b.text("order-1")
		b.press("ctrl+s")
		b.called()
		b.press("ctrl+u")
		b.text(workflow.SpellID(id))
		b.press("ctrl+s")
		b.called("terminate " + id + " recursive=true ")
	}
}

// A pasted ID loses the blanks around it, and several lines are no ID.
func TestAPastedID(t *testing.T) {
	b := withOne(t, workflow.Completed)
	b.press("a tab")
	b.send(tea.PasteMsg{Content: "a-1\nb-2\n"})
	b.sees("not pasted: 2 lines where one ID is expected")
	b.send(tea.PasteMsg{Content: "  a-1 \n"})
	b.press("ctrl+s")
	b.called("start OrderProcessing a-1 ")

	for _, id := range []string{" ", "a ", " a", "a::b", "a||b"} {
		b := withOne(t, workflow.Completed)
		b.press("a tab")
		b.text(id)
		b.press("ctrl+s")
		b.called()
		b.sees("an instance ID must not")
	}
}
