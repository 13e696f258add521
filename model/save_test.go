package model

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// disk is a folder in memory.
type disk map[string]string

func (d disk) write(path, text string, replace bool) error {
	if _, there := d[path]; there && !replace {
		return fmt.Errorf("%s is there already: %w", path, fs.ErrExist)
	}
	d[path] = text
	return nil
}

func withDisk(t *testing.T) (*bench, disk) {
	t.Helper()
	d := disk{}
	return start(t, func(c *Config) { c.WriteValue = d.write }), d
}

// child is the event that makes a child workflow.
func child(n int, id string) workflow.Event {
	return workflow.Event{ID: int32(n), Type: workflow.ChildWorkflowInstanceCreated, Name: "Child", ChildID: id}
}

func (d disk) read(t *testing.T, path string) saved.File {
	t.Helper()
	f, err := saved.Read(strings.NewReader(d[path]))
	if err != nil {
		t.Fatalf("%q: %v", path, err)
	}
	return f
}

func TestSaveWritesTheTree(t *testing.T) {
	b, d := withDisk(t)
	b.client.add("order-1", "Order", workflow.Running, child(0, "order-1:0000"), child(1, "gone"))
	b.client.add("order-1:0000", "Child", workflow.Completed, child(0, "order-1:0000:0000"), child(1, "order-1"))
	b.client.add("order-1:0000:0000", "Child", workflow.Completed)
	b.client.add("other", "Order", workflow.Running)
	b.refresh()
	b.press("/")
	b.text("id:=order-1")
	b.press("enter ctrl+e")
	b.sees("Save order-1 (orders)", "order-1-saved.json")
	b.press("ctrl+s")
	b.sees("saved order-1 and 2 child workflows", "to order-1-saved.json; 1 child workflow could not be read")
	f := d.read(t, "order-1-saved.json")
	var ids []string
	for _, in := range f.Instances {
		ids = append(ids, in.Detail.InstanceID)
		if !in.HistoryKnown {
			t.Errorf("%s has no history", in.Detail.InstanceID)
		}
	}
	if got := strings.Join(ids, " "); got != "order-1 order-1:0000 order-1:0000:0000" {
		t.Errorf("saved are %s", got)
	}
	if !f.SavedAt.Equal(b.now) || f.Sidecar.AppID != "orders" || f.Note != "1 child workflow could not be read" || f.Instances[0].Detail.Input.Raw != `{"sku":"A1"}` {
		t.Errorf("%+v", f)
	}
	b.called()
}

func TestSaveAsksBeforeItReplaces(t *testing.T) {
	b, d := withDisk(t)
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	d["order-1-saved.json"] = "mine"
	b.press("ctrl+e ctrl+s")
	b.sees("this file is there already", "Save order-1")
	if d["order-1-saved.json"] != "mine" {
		t.Fatal("the file was replaced")
	}
	b.press("tab space ctrl+s")
	b.sees("saved order-1")
	d.read(t, "order-1-saved.json")
}

func TestAFailedSaveSaysWhy(t *testing.T) {
	b := start(t, func(c *Config) {
		c.WriteValue = func(string, string, bool) error { return errors.New("no space\x1b[31m left on device") }
	})
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.press("ctrl+e ctrl+s")
	b.sees("order-1 was not saved: no space left on device")
	b.press("ctrl+e")
	delete(b.client.instances, "order-1")
	b.press("ctrl+s")
	b.sees("order-1 was not saved: no such instance exists")
}

func TestATreeIsSavedUpToALimit(t *testing.T) {
	b, d := withDisk(t)
	events := make([]workflow.Event, 300)
	for i := range events {
		id := fmt.Sprintf("batch:%04d", i)
		events[i] = child(i, id)
		b.client.add(id, "Child", workflow.Completed)
	}
	b.client.add("batch", "Batch", workflow.Running, events...)
	b.refresh()
	b.press("/")
	b.text("id:=batch")
	b.press("enter ctrl+e ctrl+s")
	b.sees("there are more than the 200 instances")
	if n := len(d.read(t, "batch-saved.json").Instances); n != maxSaved {
		t.Errorf("%d are saved", n)
	}
}

// TestAHistoryThatCannotBeReadIsSaidInTheFile: the rest is saved all the same.
func TestAHistoryThatCannotBeReadIsSaidInTheFile(t *testing.T) {
	c := newFakeClient("orders", time.Now)
	c.add("a", "Order", workflow.Running)
	got, err := readTree(t.Context(), noHistory{c}, workflow.Key{AppID: "orders", InstanceID: "a"}, time.Second)
	if err != nil || len(got.instances) != 1 || got.instances[0].HistoryKnown || got.instances[0].HistoryErr != "too large" {
		t.Errorf("%+v, %v", got, err)
	}
}

type noHistory struct{ Client }

func (noHistory) History(context.Context, workflow.Key) (workflow.History, error) {
	return workflow.History{}, &workflow.Error{Kind: workflow.KindTooLarge, Message: "too large"}
}

func TestTheProposedNameIsSafe(t *testing.T) {
	for id, want := range map[string]string{
		"order-1": "order-1-saved.json", "../../etc/passwd": "etc-passwd-saved.json", "a b\n$(x)": "a-b-x-saved.json", "": "saved.json", "订单": "saved.json",
		"-rf": "rf-saved.json", ".bashrc": "bashrc-saved.json",
	} {
		if got := saveName(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}

func TestWhereThereAreNoFilesNothingIsSaved(t *testing.T) {
	b := start(t)
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.press("ctrl+e")
	b.sees("no files here")
	if m := keymap.Default().Served(); m.Save.Enabled() {
		t.Error("a console that is served to others saves files on this machine")
	}
}

// TestAFileIsNamedAndItsTimeStandsStill: what was two minutes old stays so.
func TestAFileIsNamedAndItsTimeStandsStill(t *testing.T) {
	b := start(t, func(c *Config) { c.ReadOnly, c.Saved = true, &Saved{Name: "order.json", At: c.Now()} })
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.sees("file order.json, saved 2026-11-23 09:43:17 UTC", "RUNNING for 1m00s", "READ-ONLY")
	b.press("i")
	b.sees("order.json is a file: no sidecar is behind it")
	b.pass(3 * time.Hour)
	b.sees("RUNNING for 1m00s")
}
