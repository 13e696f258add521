package workflow

import (
	"strings"
	"testing"
)

func TestCheckNewID(t *testing.T) {
	for _, c := range []struct {
		name, id      string
		refused, warn bool
	}{
		{name: "generated"},
		{name: "plain", id: "order-17_B"},
		{name: "64 characters", id: strings.Repeat("a", 64)},
		{name: "65 characters", id: strings.Repeat("a", 65), warn: true},
		{name: "space", id: "a b", warn: true},
		{name: "colon of a child", id: "a:0001", warn: true},
		{name: "chinese", id: "订单", warn: true},
		{name: "one bar", id: "a|b", warn: true},
		{name: "two bars", id: "a||b", refused: true},
		{name: "bar at the end", id: "a|", refused: true},
		{name: "slash", id: "a/b", refused: true},
		{name: "backslash", id: `a\b`, refused: true},
		{name: "hash", id: "a#b", refused: true},
		{name: "question mark", id: "a?b", refused: true},
		{name: "newline", id: "a\nb", refused: true},
		{name: "nul", id: "a\x00", refused: true},
		{name: "c1", id: "a\u0085", refused: true},
		{name: "not utf-8", id: "a\xff", refused: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			warning, err := CheckNewID(c.id)
			if (err != nil) != c.refused || (warning != "") != c.warn {
				t.Fatalf("CheckNewID(%q) = %q, %v", c.id, warning, err)
			}
			if err != nil && KindOf(err) != KindInvalidID {
				t.Errorf("kind %v, want KindInvalidID", KindOf(err))
			}
		})
	}
}
