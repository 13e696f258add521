package model

import (
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// withOrders starts a bench with some orders, the first of them selected.
func withOrders(t *testing.T, ids ...string) *bench {
	t.Helper()
	b := start(t)
	for i, id := range ids {
		b.client.add(id, "Order", []workflow.Status{workflow.Completed, workflow.Failed, workflow.Running}[i%3])
	}
	b.refresh()
	b.press("s s s s s") // by ID
	for b.m.sortBy != workflow.SortID {
		b.press("s")
	}
	b.press("g")
	b.pass(time.Second)
	return b
}

// marked are the IDs that stand beside a mark on the screen.
func (b *bench) marked() string {
	var ids []string
	for line := range strings.Lines(b.screen()) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "│"), "│")
		if strings.Contains(cell, "◆") {
			fields := strings.Fields(cell)
			for _, f := range fields {
				if strings.HasPrefix(f, "order-") {
					ids = append(ids, f)
				}
			}
		}
	}
	return strings.Join(ids, " ")
}

func (b *bench) marks(want string) {
	b.t.Helper()
	if got := b.marked(); got != want {
		b.t.Fatalf("marked are %q, want %q:\n%s", got, want, b.screen())
	}
}

func TestMarksStayOnTheirInstances(t *testing.T) {
	b := withOrders(t, "order-1", "order-2", "order-3")
	b.seesNot("marked")
	b.press("space j j space")
	b.sees("3 instances · 2 marked")
	b.marks("order-1 order-3")
	b.press("o")
	b.marks("order-3 order-1")
	b.client.add("order-2b", "Order", workflow.Running)
	b.refresh()
	b.marks("order-3 order-1")
	b.press("/")
	b.text("order-2")
	b.press("enter")
	b.sees("2 of 4 · 2 marked") // also those that the filter hides
	b.marks("")
	b.press("/ ctrl+u enter")
	b.marks("order-3 order-1")
	b.m.list.Select(workflow.Key{AppID: "orders", InstanceID: "order-1"})
	b.press("space")
	b.sees("4 instances · 1 marked")
	b.marks("order-3")
}

func TestMarksHaveAFormWithoutColour(t *testing.T) {
	b := start(t, func(c *Config) { c.ASCII = true })
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.seesNot("# *")
	b.press("space")
	b.sees("># * RUNNING", "1 instance - 1 marked")
}

func TestTheListIsAsWideAsEverWithoutMarks(t *testing.T) {
	b := withOrders(t, "order-1", "order-2")
	before := b.screen()
	b.press("space")
	if b.screen() == before {
		t.Fatal("a mark is not seen")
	}
	b.press("space")
	if got := b.screen(); got != before {
		t.Errorf("after the last mark is gone the list is\n%s\nit was\n%s", got, before)
	}
}

func TestEscClearsTheMarksBeforeTheFilter(t *testing.T) {
	b := withOrders(t, "order-1", "order-2", "order-3")
	b.press("/")
	b.text("order")
	b.press("enter space j space")
	b.sees("2 marked", "/ order", "esc unmark all")
	b.press("esc")
	b.seesNot("· 2 marked")
	b.sees("2 marks cleared", "/ order")
	b.press("esc")
	b.seesNot("/ order")
}

// Where the filter hides everything, esc does what the list says it does.
func TestEscClearsAFilterThatHidesEverythingFirst(t *testing.T) {
	b := withOrders(t, "order-1", "order-2")
	b.press("space /")
	b.text("nowhere")
	b.press("enter")
	b.sees("clear the filter", "1 marked")
	b.press("esc")
	b.sees("2 instances · 1 marked")
}

func TestMarksGoWithTheirInstances(t *testing.T) {
	b := withOrders(t, "order-1", "order-2", "order-3")
	b.press("space j space")
	delete(b.client.instances, "order-1")
	b.refresh()
	b.sees("2 instances · 1 marked")
	b.marks("order-2")
}

func TestMarksOfAnotherAppAreVoid(t *testing.T) {
	b := withOrders(t, "order-1", "order-2")
	b.press("space j space")
	b.client.app = "billing"
	b.refresh(otherApp)
	b.seesNot("marked")
	if b.m.marks.any() {
		t.Errorf("%v are marked", b.m.marks.all)
	}
}

func TestMarkIsAKeyOfTheList(t *testing.T) {
	b := withOrders(t, "order-1", "order-2")
	b.press("enter space")
	b.sees("rows are marked in the list")
	if b.m.marks.any() {
		t.Errorf("%v are marked", b.m.marks.all)
	}
	b.m.list.SetRows(ui.Rows{})
	b.press("esc space")
	b.sees("nothing to mark")
}
