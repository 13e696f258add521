// Package mask keeps values out of sight: it replaces those that rules name in
// a payload, wherever the payload then goes. It is pure.
//
// A rule is the name of a JSON member, with * for any run of characters, or a
// path such as $.customer.email, $..card or $.items[*].price. Case never
// matters. A value that a rule names is replaced by "•••", whatever it was, and
// every other byte stays as it is.
//
// Where a payload is a text that holds JSON, or a member of it is, the rules
// hold in there too. JSON that breaks off is masked from there on, for nobody
// knows what the rest belongs to. Text that is no JSON is hidden as a whole when
// it holds a name of a rule as a word, the last one of a path, and otherwise left
// alone: what is the value in it nobody knows. Neither case nor characters that
// show nothing nor escapes hide a name.
package mask

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// The rules that are about texts that are no JSON objects or lists.
const (
	// RuleText masks every payload that is a text.
	RuleText = "*text"
	// RuleFailure masks the messages and stacks of failures.
	RuleFailure = "*failure"
)

// maxSteps is how long a path can be: its places are bits of a number.
const maxSteps = 63

// Mask is a set of rules. Nil has none. It may be used by several goroutines.
type Mask struct {
	names         []glob
	paths         []path
	text, failure bool
	// words are the names that a text which is no JSON is searched for; whole
	// says that a path is about everything.
	words []glob
	whole bool
	// shortest is the length of the shortest of words, without its stars.
	shortest int
}

// glob is a name in small letters; parts are what stands between its stars.
type glob []string

// path is the steps from the outermost value.
type path []step

// step goes to a member by its name, or to an element: at an index, or with a
// negative one any.
type step struct {
	name    glob
	element bool
	index   int
	// deep takes the step at any depth.
	deep bool
}

// New makes a mask of rules. Without rules it is nil.
func New(rules []string) (*Mask, error) {
	if len(rules) == 0 {
		return nil, nil
	}
	m := &Mask{}
	for _, r := range rules {
		if err := m.add(r); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Check returns why a text is no rule.
func Check(rule string) error { return new(Mask).add(rule) }

func (m *Mask) add(rule string) error {
	switch {
	case strings.TrimSpace(rule) == "":
		return errors.New("the rule is empty")
	case rule == RuleText:
		m.text = true
	case rule == RuleFailure:
		m.failure = true
	case strings.HasPrefix(rule, "$"):
		p, err := parsePath(rule)
		if err != nil {
			return fmt.Errorf("%s: %w", quote(rule), err)
		}
		m.paths = append(m.paths, p)
		m.addPathWord(p)
	case strings.ContainsAny(rule, "[]"):
		return fmt.Errorf("%s: a path begins with $, as in $.%s", quote(rule), workflow.Clean(rule))
	default:
		m.names = append(m.names, newGlob(rule))
		m.addWord(newGlob(rule))
	}
	return nil
}

func quote(s string) string { return strconv.Quote(workflow.Clean(s)) }

func newGlob(s string) glob { return strings.Split(fold(s), "*") }

// match reports whether a name, in small letters, is meant.
func (g glob) match(name string) bool {
	first, last := g[0], g[len(g)-1]
	if len(g) == 1 {
		return name == first
	}
	if len(name) < len(first)+len(last) || !strings.HasPrefix(name, first) || !strings.HasSuffix(name, last) {
		return false
	}
	name = name[len(first) : len(name)-len(last)]
	for _, part := range g[1 : len(g)-1] {
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name = name[i+len(part):]
	}
	return true
}

// parsePath reads $.a.b, $..c, $.list[*], $.list[0] and $['a name'].
func parsePath(rule string) (path, error) {
	var p path
	rest := rule[1:]
	for rest != "" {
		if len(p) == maxSteps {
			return nil, fmt.Errorf("a path has %d steps at most", maxSteps)
		}
		var s step
		var err error
		if s, rest, err = parseStep(rest); err != nil {
			return nil, err
		}
		p = append(p, s)
	}
	return p, nil
}

func parseStep(rest string) (s step, after string, err error) {
	dotted := false
	switch {
	case strings.HasPrefix(rest, ".."):
		s.deep, rest = true, rest[2:]
		dotted = true
	case strings.HasPrefix(rest, "."):
		rest, dotted = rest[1:], true
	}
	if strings.HasPrefix(rest, "[") && (!dotted || s.deep) {
		return parseBracket(s, rest)
	}
	if !dotted {
		return s, "", fmt.Errorf("a dot or a bracket is missing before %s", quote(rest))
	}
	end := strings.IndexAny(rest, ".[")
	if end < 0 {
		end = len(rest)
	}
	if end == 0 {
		return s, "", errors.New("a name is missing after the dot")
	}
	s.name = newGlob(rest[:end])
	return s, rest[end:], nil
}

func parseBracket(s step, rest string) (_ step, after string, err error) {
	if len(rest) > 1 && (rest[1] == '\'' || rest[1] == '"') {
		end := strings.Index(rest[2:], rest[1:2]+"]")
		if end < 0 {
			return s, "", errors.New("the name in brackets does not end")
		}
		s.name = glob{fold(rest[2 : 2+end])} // as it is, stars too
		return s, rest[2+end+2:], nil
	}
	inside, after, ok := strings.Cut(rest[1:], "]")
	if !ok {
		return s, "", errors.New("a bracket does not close")
	}
	s.element, s.index = true, -1
	if inside != "*" {
		n, err := strconv.Atoi(inside)
		if err != nil || n < 0 {
			return s, "", fmt.Errorf("%s: in brackets stands a number, * or a name in quotes", quote(inside))
		}
		s.index = n
	}
	return s, after, nil
}
