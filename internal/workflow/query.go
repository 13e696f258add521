package workflow

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Query is a parsed filter text, for one goroutine: it remembers what it has
// matched. The zero Query matches everything.
//
// The text is a row of terms, split by spaces, all of which must match:
//
//	order-17          a word: the ID, the name, the status word, the custom
//	                  status or the failure holds it, in any case
//	"card declined"   the same, with its spaces
//	/ord.*7/          the same, as a regular expression (RE2, in any case;
//	                  (?-i) minds the case)
//	status:failed     a key with a value; see Keys
//	name:Order*,Pay*  commas separate alternatives
//	-name:Order*      a minus leaves out what matches
//
// A value of a key that names a text (name, id, app, parent, custom, failure,
// version) is a part of it; with * or ? it is a pattern of the whole, with = in
// front it is the whole, between slashes a regular expression. In a word * and
// ? stand for any text and any character. Nothing in quotes has a meaning
// of its own. An absent text matches nothing, so that custom:* is "has a custom
// status".
//
// Only a known key makes a term of a key: any other word with a colon is a
// word, for instance IDs hold colons (a child's is "<parent>:0001"). A term
// whose whole text is the ID of an instance matches it also where it reads as
// a key with a value, so that an ID put in as it is finds its instance. Quotes
// help the ID that begins with a minus, or that reads as a key with a wrong
// value, such as "status:0001".
//
// A term with a mistake is left out; see Mistakes.
type Query struct {
	terms []term
	// parents are the terms that ask for the parent: they are asked last, for
	// a parent costs a call.
	parents  []term
	mistakes []Mistake
	timed    bool
}

// Key of a term. The empty one is that of a word.
const (
	keyStatus  = "status"
	keyName    = "name"
	keyID      = "id"
	keyAge     = "age"
	keyUpdated = "updated"
	keyIs      = "is"
	keyCustom  = "custom"
	keyFailure = "failure"
	keyApp     = "app"
	keyParent  = "parent"
	keyVersion = "version"
)

// Keys lists the keys that a term can have, the most useful first.
func Keys() []string {
	return []string{
		keyStatus, keyName, keyID, keyAge, keyUpdated, keyIs, keyCustom, keyFailure, keyApp, keyParent, keyVersion,
	}
}

// term is one word, or a key with its alternatives, and whether a row must not
// match it.
type term struct {
	key    string
	negate bool
	// token is the whole term as it was typed, without its minus.
	token    string
	texts    []pattern
	spans    []ageSpan
	statuses StatusSet
	marks    markSet
	// sources are the alternatives as they were typed.
	sources []string
}

// ParseQuery reads a filter text. It never fails: what is wrong in the text is
// in Mistakes, and left out.
func ParseQuery(text string) Query {
	p := parser{text: text}
	p.run()
	return p.q
}

// Empty reports whether the query matches everything.
func (q Query) Empty() bool { return len(q.terms)+len(q.parents) == 0 }

// Timed reports whether what matches changes with the time alone.
func (q Query) Timed() bool { return q.timed }

// AsksParents reports whether the query needs to know parents.
func (q Query) AsksParents() bool { return len(q.parents) > 0 }

// String writes the query anew: a text that parses to the same query. Terms
// with a mistake are not in it.
func (q Query) String() string {
	var b strings.Builder
	for _, t := range slices.Concat(q.terms, q.parents) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if t.negate {
			b.WriteByte('-')
		}
		if t.key != "" {
			b.WriteString(t.key + ":")
		}
		b.WriteString(strings.Join(t.sources, ","))
	}
	return b.String()
}

// parser goes through a filter text. Places are counted in bytes.
type parser struct {
	text string
	at   int
	q    Query
	last piece
	// open is set when no regular expression ends in the rest of the text.
	open bool
}

// piece is what the parser read last: a word, a key without its colon, or one
// value of a key.
type piece struct {
	from, to int
	// key is that of a value, empty for a word.
	key string
	// quoted and regexp say how it was written; an exact value begins behind
	// its equals sign.
	quoted, regexp, exact bool
}

// run reads all terms.
func (p *parser) run() {
	for p.skipSpace(); p.at < len(p.text); p.skipSpace() {
		p.term()
	}
}

func (p *parser) skipSpace() {
	for p.at < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if !unicode.IsSpace(r) {
			return
		}
		p.at += n
	}
}

// ends reports whether nothing of the term stands at i.
func (p *parser) ends(i int) bool {
	if i >= len(p.text) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(p.text[i:])
	return unicode.IsSpace(r)
}

// has reports whether the byte c stands at the parser's place.
func (p *parser) has(c byte) bool { return p.at < len(p.text) && p.text[p.at] == c }

// wordEnd returns where the word at i ends.
func (p *parser) wordEnd(i int) int {
	if n := strings.IndexFunc(p.text[i:], unicode.IsSpace); n >= 0 {
		return i + n
	}
	return len(p.text)
}

func (p *parser) term() {
	t := term{}
	if p.has('-') && !p.ends(p.at+1) {
		t.negate = true
		p.at++
	}
	from := p.at
	if key, ok := p.key(); ok {
		t.key = key
		p.at += len(key) + 1
		p.values(&t, from)
	} else {
		p.word(&t)
	}
	t.token = p.text[from:p.at]
	switch {
	case len(t.sources) == 0:
	case t.key == keyParent:
		p.q.parents = append(p.q.parents, t)
	default:
		p.q.terms = append(p.q.terms, t)
	}
}

// key returns the known key, with its colon behind it, that stands here.
func (p *parser) key() (string, bool) {
	name, _, ok := strings.Cut(p.text[p.at:p.wordEnd(p.at)], ":")
	if !ok {
		return "", false
	}
	for _, k := range Keys() {
		if strings.EqualFold(k, name) && len(k) == len(name) {
			return k, true
		}
	}
	return "", false
}

// word reads a term without a key.
func (p *parser) word(t *term) {
	from := p.at
	if p.has('"') {
		text, src := p.quoted(false)
		p.last = piece{from: from, to: p.at, quoted: true}
		if text != "" {
			t.add(newPart(text), src)
		}
		return
	}
	p.at = p.wordEnd(from)
	word := p.text[from:p.at]
	p.last = piece{from: from, to: p.at}
	if len(word) > 2 && word[0] == '/' && slashAt(word[1:]) == len(word)-2 {
		p.last.regexp = true
		p.regexp(t, word[1:len(word)-1], from)
		return
	}
	p.nearKey(from)
	if strings.ContainsAny(word, "*?") {
		t.add(newGlob("*"+word+"*"), word)
		return
	}
	t.add(newPart(word), word)
}

func (t *term) add(p pattern, source string) {
	t.texts = append(t.texts, p)
	t.sources = append(t.sources, source)
}

// quoted reads a text in quotes and returns it without and with them. A quote
// ends where a space, the end, or among values a comma follows it; without an
// end it goes on to the end of the text.
func (p *parser) quoted(value bool) (text, source string) {
	from := p.at + 1
	for i := from; i < len(p.text); i++ {
		if p.text[i] == '"' && (p.ends(i+1) || value && p.text[i+1] == ',') {
			p.at = i + 1
			return p.text[from:i], p.text[from-1 : i+1]
		}
	}
	p.at = len(p.text)
	return p.text[from:], p.text[from-1:] + `"`
}

// slashAt returns where the first slash stands that no backslash escapes, or
// below 0.
func slashAt(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '/':
			return i
		}
	}
	return -1
}

func (p *parser) regexp(t *term, expr string, from int) {
	re, why := newRegexp(expr)
	if why != "" {
		p.wrong(from, p.at, quoted("/"+expr+"/")+": "+why)
		return
	}
	t.add(re, p.text[from:p.at])
}

// values reads the alternatives of a key; from is where its term begins.
func (p *parser) values(t *term, from int) {
	for {
		if p.ends(p.at) || p.has(',') {
			p.last = piece{from: p.at, to: p.at, key: t.key}
			to := p.at
			if p.has(',') {
				to++
			}
			p.wrong(from, to, t.key+": "+wanted(t.key))
		} else {
			p.value(t)
		}
		if !p.has(',') {
			return
		}
		p.at++
		from = p.at - 1
	}
}

// value reads one alternative.
func (p *parser) value(t *term) {
	switch t.key {
	case keyStatus, keyIs, keyAge, keyUpdated:
		p.plainValue(t)
	default:
		p.textValue(t)
	}
}

// upToComma reads what stands before the next comma or space.
func (p *parser) upToComma() string {
	from := p.at
	rest := p.text[from:]
	if n := strings.IndexFunc(rest, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }); n >= 0 {
		rest = rest[:n]
	}
	p.at += len(rest)
	return rest
}

func (p *parser) plainValue(t *term) {
	from := p.at
	v := p.upToComma()
	p.last = piece{from: from, to: p.at, key: t.key}
	var why string
	switch t.key {
	case keyStatus:
		var s StatusSet
		s, why = statusesOf(v)
		t.statuses |= s
	case keyIs:
		var m markSet
		m, why = marksOf(v)
		t.marks |= m
	default:
		var s ageSpan
		if s, why = parseSpan(v); why == "" {
			t.spans = append(t.spans, s)
			p.q.timed = true
		}
	}
	if why != "" {
		p.wrong(from, p.at, why)
		return
	}
	t.sources = append(t.sources, v)
}

// textValue reads an alternative of a key that names a text.
func (p *parser) textValue(t *term) {
	from := p.at
	exact := p.has('=') && !p.ends(p.at+1) && p.text[p.at+1] != ','
	if exact {
		p.at++
	}
	last := piece{from: p.at, key: t.key, exact: exact}
	switch {
	case p.has('"'):
		last.quoted = true
		text, src := p.quoted(true)
		if text == "" {
			p.wrong(from, p.at, t.key+": "+wanted(t.key))
			break
		}
		t.addText(text, exact, p.text[from:last.from]+src)
	case p.has('/') && !exact:
		last.regexp = true
		p.regexpValue(t)
	default:
		text := p.upToComma()
		if !exact && strings.ContainsAny(text, "*?") {
			t.add(newGlob(text), text)
			break
		}
		t.addText(text, exact, p.text[from:p.at])
	}
	last.to = p.at
	p.last = last
}

func (t *term) addText(text string, exact bool, source string) {
	if exact {
		t.add(newWhole(text), source)
		return
	}
	t.add(newPart(text), source)
}

// regexpValue reads a regular expression, which may hold spaces and commas: it
// ends at a slash before a space, a comma or the end.
func (p *parser) regexpValue(t *term) {
	from := p.at
	for i := from + 1; ; {
		n := -1
		if !p.open {
			n = slashAt(p.text[i:])
		}
		if n < 0 {
			p.open = true
			p.at = p.wordEnd(from)
			p.wrong(from, p.at, "a regular expression ends with a slash: "+t.key+":/.../")
			return
		}
		i += n + 1
		if !p.ends(i) && p.text[i] != ',' {
			continue // a slash inside
		}
		p.at = i
		if expr := p.text[from+1 : i-1]; expr != "" {
			p.regexp(t, expr, from)
			return
		}
		p.wrong(from, p.at, "an empty regular expression; "+wanted(t.key))
		return
	}
}
