package workflow

import (
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestNeedsOf(t *testing.T) {
	for expr, want := range map[string]needs{
		"ord.*7$":      {words: []string{"ord"}, last: "7"},
		"^a(b|c)D+e?f": {words: []string{"a", "d", "f"}},
		"(ab){2,}x{0}": {words: []string{"ab"}},
		"a|b":          {},
		"$":            {},
		"(?m)a$":       {words: []string{"a"}},
		"ümlaut.*x":    {words: []string{"x"}},
		"[":            {},
		"a$b":          {words: []string{"a", "b"}},
	} {
		if got := needsOf("(?i)" + expr); !reflect.DeepEqual(got, want) {
			t.Errorf("%s needs %+v, want %+v", expr, got, want)
		}
	}
}

// TestNeedsHideNothing: what an expression matches has what the expression
// needs, for expressions and texts made of the same few pieces.
func TestNeedsHideNothing(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	pieces := strings.Fields(`a b k s ab K . .* $ ^ \b a? (b) b+ (?:ab){2} [ak] (?-i:A) (?:a|s) (?m:$) \n ſ (?s:.) (?U)a+`)
	letters := []rune("aAbBkKsSſ\u212a\n7")
	matched := 0
	for range 20_000 {
		var expr, text strings.Builder
		for range 1 + random.IntN(5) {
			expr.WriteString(pieces[random.IntN(len(pieces))])
		}
		for range random.IntN(7) {
			text.WriteRune(letters[random.IntN(len(letters))])
		}
		re, err := regexp.Compile("(?i)" + expr.String())
		if err != nil {
			continue
		}
		n := needsOf("(?i)" + expr.String())
		if !re.MatchString(text.String()) {
			continue
		}
		matched++
		if !n.met(text.String()) {
			t.Fatalf("%q matches %q, and is said to need %+v", expr.String(), text.String(), n)
		}
	}
	if matched < 1000 {
		t.Errorf("only %d matches were tried", matched)
	}
}
