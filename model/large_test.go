package model

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// heavy is a runtime whose histories, or whose instances, are larger than the
// limit of a read that has one.
type heavy struct {
	*fakeClient
	details bool
	reads   int
}

func (h *heavy) large(ctx context.Context) error {
	h.reads++
	if workflow.ReadLimit(ctx) == 0 {
		return nil
	}
	return &workflow.Error{Kind: workflow.KindTooLarge, Message: "the answer is larger than 4 MB"}
}

func (h *heavy) Detail(ctx context.Context, key workflow.Key) (workflow.Detail, error) {
	if h.details {
		if err := h.large(ctx); err != nil {
			return workflow.Detail{}, err
		}
	}
	return h.fakeClient.Detail(ctx, key)
}

func (h *heavy) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	if err := h.large(ctx); err != nil {
		return workflow.History{}, err
	}
	return h.fakeClient.History(ctx, key)
}

// TestWhatIsLargeIsReadWhenAskedFor: not by itself, not again and again, and by
// the key that the message names.
func TestWhatIsLargeIsReadWhenAskedFor(t *testing.T) {
	for _, details := range []bool{true, false} {
		h := &heavy{details: details}
		b := start(t, func(c *Config) {
			fake, ok := c.Client.(*fakeClient)
			if !ok {
				t.Fatal("another client")
			}
			h.fakeClient, c.Client = fake, h
		})
		b.client.add("order-1", "Order", workflow.Completed, workflow.Event{ID: 3, Type: workflow.TaskScheduled, Name: "Charge"})
		b.refresh()
		b.pass(restBeforeRead)
		b.press("enter")
		b.pass(restBeforeRead)
		if !details {
			b.press("]") // the history
		}
		b.sees("larger than 4 MB; ctrl+r reads it whole")
		before := h.reads
		for range 3 {
			b.refresh()
			b.pass(2 * time.Second)
		}
		if h.reads != before {
			t.Errorf("it was read %d times more", h.reads-before)
		}
		b.press("ctrl+r")
		b.pass(restBeforeRead)
		if strings.Contains(b.screen(), "larger than 4 MB") {
			t.Errorf("after ctrl+r:\n%s", b.screen())
		}
	}
}

// TestTheMemoryOfALargeInstanceIsGivenBack when it leaves the screen, and not of
// a small one.
func TestTheMemoryOfALargeInstanceIsGivenBack(t *testing.T) {
	for size, want := range map[int]int{10: 0, 8 << 20: 2} {
		freed := 0
		b := start(t, func(c *Config) { c.Free = func() { freed++ } })
		b.client.add("a", "Order", workflow.Completed)
		b.client.add("b", "Order", workflow.Completed)
		b.client.instances["a"].input = `"` + strings.Repeat("x", size)
		b.refresh()
		b.pass(restBeforeRead)
		b.press("g")
		b.pass(restBeforeRead)
		b.press("j k j") // a in the end, or b: it has been shown and left
		b.pass(restBeforeRead)
		b.press("k j")
		b.pass(5 * time.Second)
		if freed < want || want == 0 && freed > 0 { // when it was read, and when it had left
			t.Errorf("%d bytes: freed %d times", size, freed)
		}
	}
}
