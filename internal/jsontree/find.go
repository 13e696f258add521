package jsontree

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Match is where a text was found: Len bytes at the byte At of the source.
type Match struct{ At, Len int }

// Finder looks for a text. Without a capital letter in it, it finds capitals
// as well.
type Finder struct {
	text  string
	exact bool
}

// NewFinder returns what finds a text; an empty one finds nothing.
func NewFinder(text string) Finder {
	return Finder{text: text, exact: strings.ToLower(text) != text}
}

// Has reports whether s holds the text.
func (q Finder) Has(s string) bool {
	if q.text == "" {
		return false
	}
	at, _ := q.next(s, 0)
	return at >= 0
}

// All returns the matches in a short text.
func (q Finder) All(s string) []Match {
	var out []Match
	for from := 0; q.text != ""; {
		at, n := q.next(s, from)
		if at < 0 {
			break
		}
		out = append(out, Match{at, n})
		from = at + n
	}
	return out
}

// Find returns the matches in a document in their order, at most so many. In
// JSON a match lies within a name or a value: what only separates them is not
// found.
func (d *Doc) Find(q Finder, most int) []Match {
	var out []Match
	if q.text == "" {
		return nil
	}
	scan := scanner{q: q, s: d.Source}
	for from := 0; len(out) < most; {
		at, n := scan.next(from)
		if at < 0 {
			break
		}
		if d.Tree == nil || d.Tree.within(at, n) {
			out = append(out, Match{at, n})
			from = at + n
			continue
		}
		from = at + 1
	}
	return out
}

// within reports whether n bytes lie in one name or one value.
func (t *Tree) within(at, n int) bool {
	i := t.nodeAt(at)
	if i < 0 || t.nodes[i].container() && at >= int(t.nodes[i].start) {
		return false
	}
	end := t.nodes[i].end
	if at < int(t.nodes[i].nameEnd) {
		end = t.nodes[i].nameEnd
	}
	return at+n <= int(end)
}

// next returns the first match from a byte on, or -1.
func (q Finder) next(s string, from int) (at, n int) {
	scan := scanner{q: q, s: s}
	return scan.next(from)
}

// scanner goes through a text; it remembers where the first letter is next in
// either case, so that no byte is looked at twice.
type scanner struct {
	q    Finder
	s    string
	at   [2]int
	seen bool
}

func (c *scanner) next(from int) (at, n int) {
	if c.q.exact {
		if i := strings.Index(c.s[from:], c.q.text); i >= 0 {
			return from + i, len(c.q.text)
		}
		return -1, 0
	}
	first, _ := utf8.DecodeRuneInString(c.q.text)
	letters := [2]rune{first, unicode.ToUpper(first)}
	for {
		at = -1
		for k, r := range letters {
			if k > 0 && r == letters[0] {
				break
			}
			if !c.seen || c.at[k] >= 0 && c.at[k] < from {
				c.at[k] = indexFrom(c.s, r, from)
			}
			if c.at[k] >= 0 && (at < 0 || c.at[k] < at) {
				at = c.at[k]
			}
		}
		c.seen = true
		if at < 0 {
			return -1, 0
		}
		if n := foldPrefix(c.s[at:], c.q.text); n > 0 {
			return at, n
		}
		from = at + 1
	}
}

func indexFrom(s string, r rune, from int) int {
	i := strings.IndexRune(s[from:], r)
	if i < 0 {
		return -1
	}
	return from + i
}

// foldPrefix returns how many bytes of s are q but for capitals, 0 for none.
func foldPrefix(s, q string) int {
	n := 0
	for _, want := range q {
		r, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || unicode.ToLower(r) != want || r == utf8.RuneError && size == 1 {
			return 0
		}
		n += size
	}
	return n
}
