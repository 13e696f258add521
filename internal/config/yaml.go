package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// maxDepth is how deep aliases and merges are followed: one can hold itself.
// maxMerges is how many merges a file may have: a few that hold each other are
// as many as one likes.
const (
	maxDepth  = 8
	maxMerges = 256
)

// document reads the text as one YAML document. It returns nil for a text that
// says nothing, and what is wrong with one that is no YAML.
func document(file string, text []byte) (*yaml.Node, Mistakes) {
	if m := unreadable(file, text); m != nil {
		return nil, m
	}
	var doc yaml.Node
	err := yaml.Load(text, &doc)
	switch {
	case err == nil && len(doc.Content) == 1:
		return doc.Content[0], nil
	case err == nil, saysNothing(text):
		return nil, nil
	}
	if m := tabs(file, text); m != nil {
		return nil, m // what the parser says of them nobody understands
	}
	return nil, Mistakes{syntax(file, text, err)}
}

// unreadable finds the characters that no YAML may hold.
func unreadable(file string, text []byte) Mistakes {
	line, column := 1, 1
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return Mistakes{{file, line, column, "this is not UTF-8"}}
		case r == '\n':
			line, column = line+1, 0
		case r == '\t', r == '\r', r == '\ufeff' && i == 0:
		case unicode.IsControl(r), r == '\ufeff', r == '\ufffe', r == '\uffff':
			return Mistakes{{file, line, column, fmt.Sprintf("the character U+%04X may not stand here", r)}}
		}
		i += size
		column++
	}
	return nil
}

// saysNothing reports whether a text is empty but for comments.
func saysNothing(text []byte) bool {
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line != "" && !strings.HasPrefix(line, "#") && line != "---" {
			return false
		}
	}
	return true
}

// tabs finds the lines that a tab indents.
func tabs(file string, text []byte) Mistakes {
	var found Mistakes
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if at := strings.IndexByte(indent, '\t'); at >= 0 && strings.TrimSpace(line) != "" {
			found = append(found, Mistake{file, n, at + 1, "a tab indents this line: YAML takes spaces"})
		}
	}
	return found
}

// syntax words the parser's error.
func syntax(file string, text []byte, err error) Mistake {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		return Mistake{file, 1, 1, err.Error()}
	}
	if e.Mark.Line == 0 {
		return Mistake{file, secondDocument(text), 1, "a second document begins here: there is one in a configuration"}
	}
	m := Mistake{file, e.Mark.Line, max(1, e.Mark.Column), e.Message}
	if e.ContextMsg != "" && e.ContextMark.Line > 0 {
		m.Text += fmt.Sprintf(" (%s that begins in line %d, column %d)", e.ContextMsg, e.ContextMark.Line, e.ContextMark.Column)
	}
	return m
}

// secondDocument returns the line in which a text's second document begins.
func secondDocument(text []byte) int {
	n, begun := 0, false
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		marker := strings.HasPrefix(line, "---")
		if marker && begun {
			return n
		}
		begun = begun || marker || line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "%")
	}
	return 1
}

// pair is a key of a mapping with its value.
type pair struct{ key, value *yaml.Node }

// actual follows aliases.
func actual(n *yaml.Node) *yaml.Node {
	for range maxDepth {
		if n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return n
}

// isNull reports whether a value says nothing, as behind a key that stands
// alone.
func isNull(n *yaml.Node) bool {
	n = actual(n)
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// reader reads a document and collects what is wrong with it.
type reader struct {
	opts     Options
	mistakes Mistakes
	merges   int
}

func (r *reader) wrong(n *yaml.Node, format string, args ...any) {
	r.mistakes = append(r.mistakes, Mistake{r.opts.File, n.Line, n.Column, fmt.Sprintf(format, args...)})
}

func (r *reader) from(n *yaml.Node) Origin {
	return Origin{Kind: FromFile, Name: r.opts.File, Line: n.Line}
}

// pairs returns what a mapping holds, each key once. Keys that it merges come
// last, and give way.
func (r *reader) pairs(n *yaml.Node, depth int) []pair {
	first := map[string]*yaml.Node{}
	var own []pair
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := actual(n.Content[i]), n.Content[i+1]
		switch before := first[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			r.wrong(key, "a key is one word")
		case key.ShortTag() == "!!merge":
			merged = append(merged, value)
		case before != nil:
			r.wrong(key, "%s stands twice: it is in line %d already", quote(key.Value), before.Line)
		default:
			first[key.Value] = key
			own = append(own, pair{key, value})
		}
	}
	for _, m := range merged {
		for _, p := range r.merge(m, depth+1) {
			if first[p.key.Value] == nil {
				first[p.key.Value] = p.key
				own = append(own, p)
			}
		}
	}
	return own
}

// merge returns what a "<<" brings.
func (r *reader) merge(n *yaml.Node, depth int) []pair {
	n = actual(n)
	r.merges++
	switch {
	case r.merges == maxMerges, depth > maxDepth && r.merges < maxMerges:
		r.wrong(n, "this merges too many others, or itself")
		r.merges = maxMerges
	case r.merges > maxMerges: // it was said
	case n.Kind == yaml.MappingNode:
		return r.pairs(n, depth)
	case n.Kind == yaml.SequenceNode:
		var all []pair
		for _, one := range n.Content {
			all = append(all, r.merge(one, depth+1)...)
		}
		return all
	default:
		r.wrong(n, "<< wants the name of another mapping, such as *base")
	}
	return nil
}

// field is a key that may stand in a mapping.
type field struct {
	key  string
	read func(n *yaml.Node)
}

// fields reads a mapping whose keys are known. hint, where it is not nil, says
// more of a key that is not one of them.
func (r *reader) fields(n *yaml.Node, what string, known []field, hint func(key string) string) {
	if n = actual(n); n.Kind != yaml.MappingNode {
		r.wrong(n, "%s: want keys with values, not %s", what, kindOf(n))
		return
	}
	words := make([]string, 0, len(known))
	for _, f := range known {
		words = append(words, f.key)
	}
	for _, p := range r.pairs(n, 0) {
		i := indexOf(words, p.key.Value)
		switch {
		case i >= 0 && isNull(p.value):
		case i >= 0:
			known[i].read(p.value)
		default:
			r.unknown(p.key, words, hint)
		}
	}
}

func (r *reader) unknown(key *yaml.Node, words []string, hint func(string) string) {
	if hint != nil {
		if text := hint(key.Value); text != "" {
			r.wrong(key, "%s", text)
			return
		}
	}
	r.wrong(key, "unknown key %s%s", quote(key.Value), didYouMean(key.Value, words))
}

func indexOf(words []string, s string) int {
	for i, w := range words {
		if w == s {
			return i
		}
	}
	return -1
}

// kindOf is what a value is, for a mistake.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if isNull(n) {
			return "nothing"
		}
		return quote(n.Value)
	default:
		return "this"
	}
}

// scalar returns a value that is one word or text.
func (r *reader) scalar(n *yaml.Node, want string) (*yaml.Node, bool) {
	v := actual(n)
	if v.Kind != yaml.ScalarNode || isNull(v) {
		r.wrong(n, "want %s, not %s", want, kindOf(v))
		return nil, false
	}
	return v, true
}

// list returns the parts of a list; one value is a list of one.
func (r *reader) list(n *yaml.Node, want string) []*yaml.Node {
	v := actual(n)
	switch {
	case v.Kind == yaml.SequenceNode:
		return v.Content
	case v.Kind == yaml.ScalarNode && !isNull(v):
		return []*yaml.Node{n}
	}
	r.wrong(n, "want %s, not %s", want, kindOf(v))
	return nil
}
