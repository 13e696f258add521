package workflow

import (
	"slices"
	"strings"
)

// Mistake is a part of a filter text that means nothing, or that may have been
// meant otherwise.
type Mistake struct {
	// From and To are where it stands, in bytes of the text. It is never empty.
	From, To int
	// Text names it and says what was expected, in one cleaned line.
	Text string
	// Hint marks a word that means what it says and looks like a mistyped key.
	// It is in force as a word; any other mistake is left out of the query.
	Hint bool
}

// Mistakes returns what is wrong in the text, from left to right.
func (q Query) Mistakes() []Mistake { return q.mistakes }

// Mistake returns the first mistake that is not a mere hint.
func (q Query) Mistake() (Mistake, bool) {
	i := slices.IndexFunc(q.mistakes, func(m Mistake) bool { return !m.Hint })
	if i < 0 {
		return Mistake{}, false
	}
	return q.mistakes[i], true
}

func (p *parser) wrong(from, to int, text string) {
	p.q.mistakes = append(p.q.mistakes, Mistake{From: from, To: to, Text: text})
}

// quoted shortens and cleans what the user typed, for a message.
func quoted(s string) string { return `"` + Shorten(Clean(s), 24) + `"` }

// wanted says what a key expects behind its colon.
func wanted(key string) string {
	switch key {
	case keyStatus:
		return "expected a status, such as failed or stalled"
	case keyIs:
		return "expected " + strings.Join(markNames(), ", ")
	case keyAge, keyUpdated:
		return "expected <1h, >2d or 1h..2d"
	case keyName:
		return "expected a text, a pattern such as Order*, or /regex/"
	}
	return "expected a text, a pattern with *, or /regex/"
}

// nearKey hints at a key where the word that begins here looks like a slip of
// it. It is a hint only: every word with a colon may be an instance ID.
func (p *parser) nearKey(from int) {
	name, rest, ok := strings.Cut(p.text[from:p.at], ":")
	if !ok || len(name) < 2 || len(name) > 10 || childSuffix(rest) {
		return
	}
	if key := nearestKey(strings.ToLower(name)); key != "" {
		p.q.mistakes = append(p.q.mistakes, Mistake{
			From: from, To: from + len(name) + 1, Hint: true,
			Text: key + ":? " + quoted(name+":") + " is no key, and searched for as it is",
		})
	}
}

// LikeKeys returns what stands before the colon in the words of the query that
// are written like a key with a value, such as "namespace" in namespace:prod.
// They are searched for as they are: an instance ID may look like this.
func (q Query) LikeKeys() []string {
	var names []string
	for _, t := range q.terms {
		name, rest, ok := strings.Cut(t.token, ":")
		letters := strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz-_") == ""
		if t.key == "" && ok && name != "" && letters && rest != "" && !childSuffix(rest) {
			names = append(names, name)
		}
	}
	return names
}

// childSuffix reports whether s is what the runtime puts behind the colon in
// the ID of a child (durabletask-go api/helpers/task.go).
func childSuffix(s string) bool {
	return len(s) == 4 && strings.Trim(s, "0123456789abcdef") == ""
}

// nearestKey returns the key that somebody meant, or nothing.
func nearestKey(name string) string {
	switch name {
	case "workflow", "type":
		return keyName
	case "instance":
		return keyID
	case "error", "failed", "fail":
		return keyFailure
	case "created", "started":
		return keyAge
	case "state":
		return keyStatus
	case "customstatus":
		return keyCustom
	}
	return Nearest(name, Keys())
}

// maxSlip is longer than any word that s could be a slip of, in bytes.
const maxSlip = 24

// Nearest returns the word that differs from s in the fewest letters, when
// these are few.
func Nearest(s string, words []string) string {
	best, least := "", min(2, (len(s)-1)/2)+1
	if len(s) > maxSlip {
		return ""
	}
	for _, w := range words {
		if max(len(s), len(w))-min(len(s), len(w)) >= least {
			continue // as many letters differ at least
		}
		if d := distance(s, w); d < least {
			best, least = w, d
		}
	}
	return best
}

// distance counts the letters to put in, leave out, change or swap with their
// neighbour to make b of a.
func distance(a, b string) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			change := row[j]
			if a[i] != b[j] {
				change++
			}
			next[j+1] = min(change, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
