package model

import (
	"errors"
	"testing"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

func listless(s *watch.Snapshot) {
	s.Listless, s.ListErr = true, &workflow.Error{Kind: workflow.KindOldRuntime, Message: "this runtime is too old"}
	s.Watched, s.Absent = 3, []string{"gone"}
}

func TestIDsAreAddedWhereNothingCanBeListed(t *testing.T) {
	var app, text, forgotten string
	var remember bool
	var fail error
	b := start(t, func(c *Config) {
		c.WatchIDs = func(a, t string, r bool) (int, error) {
			app, text, remember = a, t, r
			return 5, fail
		}
		c.ForgetIDs = func(a, t string) (int, error) {
			forgotten = a + ": " + t
			return 4, nil
		}
	})
	b.refresh(listless)
	b.sees("orders cannot list its instances", "this runtime is too old", "O", "give IDs")
	b.press("O")
	b.sees("Watch instances of orders", "3 IDs are watched now.")
	b.press("ctrl+s")
	b.sees("at least one ID")
	b.text("order-1")
	b.press("enter")
	b.text("order 2")
	b.press("ctrl+s")
	if app != "orders" || text != "order-1\norder 2" || !remember {
		t.Errorf("%q got %q, remembered: %v", app, text, remember)
	}
	b.sees("5 IDs of orders on the watch list")
	fail = errors.New("no room left")
	b.press("O")
	b.text("order-3")
	b.press("ctrl+s")
	b.sees("the watch list of orders: no room left")
	b.press("O")
	b.text("order-3")
	b.press("tab tab tab tab enter") // its last button
	b.sees("4 IDs of orders on the watch list")
	if forgotten != "orders: order-3" {
		t.Errorf("forgotten is %q", forgotten)
	}

	b.client.add("order-1", "OrderProcessing", workflow.Running)
	b.refresh(listless)
	b.sees("1 watched instance", "1 watched ID does not exist")
}

func TestIDsAreNotAddedWhereInstancesAreListed(t *testing.T) {
	b := start(t, func(c *Config) {
		c.WatchIDs = func(string, string, bool) (int, error) { t.Error("it was called"); return 0, nil }
		c.ForgetIDs = func(string, string) (int, error) { t.Error("it was called"); return 0, nil }
	})
	b.press("O")
	b.sees("cannot watch IDs")
	b.refresh()
	b.press("O")
	b.sees("orders lists its instances by itself")
}
