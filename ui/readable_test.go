package ui

import (
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestEscapedJSONIsReadable: Python writes every character beyond ASCII as an
// escape. It is shown and searched as people read it; raw stays raw.
func TestEscapedJSONIsReadable(t *testing.T) {
	d, h := waitingOrder()
	d.Input = workflow.Payload{Set: true, Raw: `{"customer": "\u738b\u5c0f\u660e", "sign": "\ud83d\ude80"}`}
	p := newTestDetail(90, 40, d, h, nil)
	p.shows(t, `"customer": "王小明"`, "🚀", `!\u738b`) // the overview
	p.keys(t, "[")
	p.shows(t, `"customer": "王小明"`, `!\u738b`)
	p.search(t, "王小明")
	p.shows(t, "1 of 1")
	p.keys(t, "v")
	p.shows(t, `"\u738b\u5c0f\u660e"`, "!王小明\"")
	if name, text, ok := p.Value(); !ok || !strings.Contains(text, `\u738b`) {
		t.Errorf("%s is copied as %q", name, text)
	}
	p.search(t, "u5c0f")
	p.shows(t, "1 of 1")
	p.keys(t, "v")
	p.shows(t, "nothing found")
}
