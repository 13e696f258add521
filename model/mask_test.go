package model

import (
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestAMaskedInputIsNotOffered: the form of a rerun says so, and holds nothing
// that could be sent by accident.
func TestAMaskedInputIsNotOffered(t *testing.T) {
	for raw, masked := range map[string]bool{`{"card":"•••","a":1}`: true, `{"card":1}`: false} {
		events := ended()
		events[0].Payload = workflow.Payload{Set: true, Raw: raw}
		b := withOne(t, workflow.Failed, events...)
		b.press("R enter")
		b.pass(400 * time.Millisecond)
		if said := strings.Contains(b.screen(), "Its input is masked"); said != masked {
			t.Errorf("%s: said %v", raw, said)
		}
		f, ok := b.m.modals.top().(*formModal)
		if !ok || f.form.Value(fieldInput) != "" || f.form.On(fieldReplace) {
			t.Fatalf("%s: the form holds %q", raw, f.form.Value(fieldInput))
		}
		b.press("ctrl+s")
		b.called("rerun order-17 from 0 as rerun-of-order-17")
	}
}

// TestTheSignOfAMaskIsNotSent wherever it was copied from.
func TestTheSignOfAMaskIsNotSent(t *testing.T) {
	for text, ok := range map[string]bool{`{"a":"•••"}`: false, `"•••"`: false, `{"a":"•"}`: true} {
		if _, err := checkJSON(text); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestAMaskedInputIsInNoScript.
func TestAMaskedInputIsInNoScript(t *testing.T) {
	b := start(t)
	b.client.add("order-17", "OrderProcessing", workflow.Running)
	b.client.instances["order-17"].input = `{"card":"•••"}`
	b.refresh()
	b.pass(time.Second)
	if text, masked := b.m.knownInput(b.m.list.SelectedKey()); text != "" || !masked {
		t.Errorf("%q %v", text, masked)
	}
}
