package workflow

import "testing"

func TestIDsThatLookAlikeAreSpelledApart(t *testing.T) {
	for id, want := range map[string]string{
		"order-1":          "order-1",
		"order 1":          "order 1",
		"order-1 ":         `order-1\u0020`,
		"  order-1":        `\u0020\u0020order-1`,
		" ":                `\u0020`,
		"order-1\u200b":    `order-1\u200b`,
		"order-1\u200c":    `order-1\u200c`,
		"order\u00a01":     `order\u00a01`,
		"caf\u00e9":        "caf\u00e9",
		"cafe\u0301":       `cafe\u0301`,
		"\u043erder-1":     `\u043erder-1`,
		"заказ-1":          "заказ-1",
		"ก็-1":             "ก็-1",
		"订单-1":             "订单-1",
		"order\uff0d1":     `order\uff0d1`,
		"order\u20101":     `order\u20101`,
		"a\x1b[31mb":       `a\u001b[31mb`,
		"a\nb":             `a\u000ab`,
		"a\xffb":           `a\xffb`,
		`a\b`:              `a\\b`,
		`order-1\u200b`:    `order-1\\u200b`,
		"order-1\u202egnp": `order-1\u202egnp`,
		"":                 "",
	} {
		if got := SpellID(id); got != want {
			t.Errorf("%q is spelled %q, want %q", id, got, want)
		}
	}
}

// Two IDs are never spelled alike.
func FuzzSpellID(f *testing.F) {
	f.Add("order-1", "order-1 ")
	f.Add("cafe\u0301", "caf\u00e9")
	f.Add("a\\u0020", "a ")
	f.Add("\xff", `\xff`)
	f.Fuzz(func(t *testing.T, a, b string) {
		if a != b && len(a) < 100 && len(b) < 100 && SpellID(a) == SpellID(b) {
			t.Errorf("%q and %q are both spelled %q", a, b, SpellID(a))
		}
		if s := SpellID(a); Clean(s) != s {
			t.Errorf("%q is spelled %q, which is not clean", a, s)
		}
	})
}
