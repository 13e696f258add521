package model

import (
	"strconv"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

func TestRecentIsBounded(t *testing.T) {
	var r recent
	read := func(id string, size int) shown {
		d := workflow.Detail{Input: workflow.Payload{Set: true, Raw: strings.Repeat("x", size)}}
		return shown{key: workflow.Key{InstanceID: id}, prepared: &ui.Prepared{Detail: d}}
	}
	for i := range 2 * maxRecent {
		r.keep(read(strconv.Itoa(i), 10))
		r.keep(read("same", 10))
	}
	if len(r.all) != maxRecent {
		t.Errorf("%d are kept, want %d", len(r.all), maxRecent)
	}
	if _, ok := r.of(workflow.Key{InstanceID: "same"}); !ok {
		t.Error("one that was kept last is gone")
	}
	if _, ok := r.of(workflow.Key{InstanceID: "1"}); ok {
		t.Error("an old one is still there")
	}
	r.keep(read("large", maxRecentSize/2-10))
	if n := len(r.all); n != 2 { // there is room for ten bytes, twice
		t.Errorf("beside a large one there are %d", n-1)
	}
	r.keep(read("too large", maxRecentSize))
	r.keep(shown{key: workflow.Key{InstanceID: "never read"}})
	if n := len(r.all); n != 0 {
		t.Errorf("%d are kept beyond the size", n)
	}
}

// TestGoingBackShowsAtOnce: without waiting for the read.
func TestGoingBackShowsAtOnce(t *testing.T) {
	b := start(t)
	b.client.add("order-1", "OrderProcessing", workflow.Running)
	b.client.add("order-2", "OrderProcessing", workflow.Running)
	b.refresh()
	b.pass(restBeforeRead)
	first := b.m.shown.key
	if b.m.shown.prepared == nil {
		t.Fatal("the first is not read")
	}
	b.press("j")
	b.pass(restBeforeRead)
	b.press("k")
	if b.m.shown.key != first || b.m.shown.prepared == nil || !b.m.shown.loading {
		t.Errorf("back at %s: %+v", first.InstanceID, b.m.shown)
	}
}
