package workflow

import (
	"strings"
	"unicode"
)

// Values are what the values of some keys can be completed with: what has been
// seen in the list.
type Values struct{ Names, Apps, Parents []string }

// Completion is what a filter text can go on with at a place.
type Completion struct {
	// From and To are what a candidate takes the place of, in bytes.
	From, To   int
	Candidates []Candidate
}

// Candidate is one way to go on.
type Candidate struct {
	// Insert is what goes into the text, Label what is shown of it, cleaned.
	Insert, Label string
}

// maxCandidates is how many candidates there are at most.
const maxCandidates = 50

// Complete says how the text can go on at the cursor, which counts bytes: with
// a key, or behind a key with a value that begins with what stands there, or
// then with one that holds it. There is nothing to say where the only candidate
// stands there already.
func Complete(text string, cursor int, v Values) Completion {
	p := parser{text: text[:cursor]}
	p.run()
	at := p.last
	if at.to != cursor || at.key == "" && text[at.from:cursor] == "-" {
		at = piece{from: cursor, to: cursor}
	}
	c := Completion{From: at.from, To: cursor}
	if at.regexp || at.quoted && at.key == "" {
		return c
	}
	typed := text[at.from:cursor]
	if at.key == "" {
		for _, k := range Keys() {
			c.offer(typed, k+":", false)
		}
	} else {
		c.values(at, strings.Trim(typed, `"`), v)
	}
	if len(c.Candidates) == 1 && c.Candidates[0].Insert == typed {
		c.Candidates = nil
	}
	return c
}

// values offers the values of a key.
func (c *Completion) values(at piece, typed string, v Values) {
	var all []string
	free := false // any text, and so perhaps one to be put in quotes
	switch at.key {
	case keyStatus:
		for _, s := range filterStatuses() {
			all = append(all, statusWord(s))
		}
	case keyIs:
		all = markNames()
	case keyAge, keyUpdated:
		all = []string{"<1m", "<10m", "<1h", "<1d", ">1m", ">10m", ">1h", ">1d", "1h..1d"}
	case keyName:
		all, free = v.Names, true
	case keyApp:
		all, free = v.Apps, true
	case keyParent:
		all, free = v.Parents, true
	}
	for _, s := range all {
		c.offer(typed, s, free)
	}
	if !free {
		return
	}
	for _, s := range all {
		if !hasPrefixFold(s, typed) && strings.Contains(strings.ToLower(s), strings.ToLower(typed)) {
			c.offer("", s, free)
		}
	}
}

// offer adds a candidate that begins with what was typed.
func (c *Completion) offer(typed, s string, free bool) {
	if s == "" || len(c.Candidates) >= maxCandidates || !hasPrefixFold(s, typed) {
		return
	}
	insert := s
	if free && (strings.ContainsFunc(s, unicode.IsSpace) || strings.ContainsAny(s, ",*?") || strings.ContainsAny(s[:1], `"/=`)) {
		insert = `"` + s + `"`
	}
	c.Candidates = append(c.Candidates, Candidate{Insert: insert, Label: Clean(s)})
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
