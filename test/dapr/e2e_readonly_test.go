package dapr_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// TestConsoleReadOnly: no key changes anything.
func TestConsoleReadOnly(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "watched"})
	for _, status := range []string{running, suspended, pending, completed, terminated, failed} {
		a.bring(t, "ro-"+status, status)
	}
	a.start(t, worker.Sequence, "ro-sequence", completed)
	before := a.everything(t)
	if len(before) != 7 {
		t.Fatalf("there are %d instances, want 7", len(before))
	}

	d := openDeck(t, a, "--read-only")
	d.See("READ-ONLY", "7 instances")
	for status := range before {
		d.seeRow(status)
	}
	d.pressEverything() // wherever the keys move the selection
	d.toList()
	d.Press("L")
	d.See("Nothing has been done yet.")
	d.toList()
	for id := range before {
		d.Press("0")
		d.only(id)
		d.Press("p", "ctrl+s", "r", "ctrl+s", "e", "ctrl+s", "T", "tab", "enter", "X", "tab", "enter", "a", "ctrl+s", "R", "tab", "enter")
		d.Press("L") // when this is shown, all keys before it have been taken
		d.See("READ-ONLY", "─ 1 of 7 ", "Nothing has been done yet.")
		d.toList()
	}
	d.Press("?")
	d.See("read-only: the keys that change anything are not bound")
	d.toList()

	after := a.everything(t)
	for id, text := range before {
		if after[id] != text {
			t.Errorf("%s was\n%s\nand is\n%s", id, text, after[id])
		}
	}
	if len(after) != len(before) {
		t.Errorf("there were %d instances and are %d", len(before), len(after))
	}
}

// toList presses esc until nothing is over the list and it has the focus. An
// esc that comes in one piece with the key behind it, as on a busy machine,
// would be another key.
func (d *deck) toList() {
	d.t.Helper()
	for range 10 {
		d.Press("esc")
		err := d.WaitFor("the list in focus", 500*time.Millisecond, func(s console.Screen) bool {
			_, ok := row(s, "▌")
			return ok && strings.Count(s.String(), "╭") == 2
		})
		if err == nil {
			return
		}
	}
	d.t.Fatalf("the list has no focus\n%s", d.Screen().Framed())
}

// everything is status and history of every instance by its ID.
func (a *app) everything(t *testing.T) map[string]string {
	t.Helper()
	all := make(map[string]string)
	a.must(t, "everything", func(ctx context.Context) error {
		list, err := a.client.ListInstanceIDs(ctx)
		if err != nil {
			return err
		}
		for _, id := range list.InstanceIds {
			status, err := statusOf(ctx, a.client, id)
			if err != nil {
				return err
			}
			all[id] = status
			history, err := a.client.GetInstanceHistory(ctx, id)
			if err != nil {
				return err
			}
			for _, e := range history.Events {
				wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(e)
				if err != nil {
					return fmt.Errorf("event of %s: %w", id, err)
				}
				all[id] += fmt.Sprintf("\n%s %x", kind(e), wire)
			}
		}
		return nil
	})
	return all
}
