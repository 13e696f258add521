package ui

import (
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestCleanedEmojiAreAsWideEverywhere: a terminal without grapheme clusters
// must find a row as wide as we did, or the screen tears.
func TestCleanedEmojiAreAsWideEverywhere(t *testing.T) {
	for _, raw := range []string{
		"👨‍👩‍👧‍👦 family", "👍🏽 thumb", "❤️ heart", "1️⃣ keycap", "🏳️‍🌈 flag", "🇩🇪 flag", "⏳ wait", "✅ done", "⚠️ care", "🧑🏿‍🚀",
		"订单处理", "한국어", "ไทยที่", "e\u0301clair", "العربية", "עברית",
		"e\u0301\u0301\u0301\u0301\u0301\u0301", "🇩", "🇩🇪🇫", "\u0301x", "\u0600\u06001",
	} {
		text := workflow.Clean(raw)
		if ours, theirs := ansi.StringWidth(text), ansi.WcWidth.StringWidth(text); ours != theirs {
			t.Errorf("%q, cleaned %q: %d cells with grapheme clusters, %d without", raw, text, ours, theirs)
		}
	}
}
