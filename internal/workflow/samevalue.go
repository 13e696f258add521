package workflow

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxSameJSON is the largest payload that is compared value by value; one
	// that is larger is compared byte by byte. sameBudget bounds them together.
	maxSameJSON = 1 << 20
	sameBudget  = 64 << 20
	// minOwnID is the shortest instance ID that is looked for in texts: a
	// shorter one could be anything.
	minOwnID = 3
	// ownID stands for an instance's own ID in a text.
	ownID = "\x00"
)

// sameness compares values of two instances. What differs only because it
// holds the instance's own ID is the same.
type sameness struct {
	a, b   string
	budget int
}

func newSameness(a, b string) *sameness { return &sameness{a: a, b: b, budget: sameBudget} }

// text reports whether two texts are the same but for the instances' own IDs.
func (s *sameness) text(a, b string) bool {
	return a == b || s.a != s.b && neutral(a, s.a) == neutral(b, s.b)
}

// neutral puts a mark in the place of an ID. The ID must stand on its own:
// order-1 is not in order-17.
func neutral(text, id string) string {
	if len(id) < minOwnID || !strings.Contains(text, id) {
		return text
	}
	var out strings.Builder
	for from := 0; ; {
		at := strings.Index(text[from:], id)
		if at < 0 {
			return out.String() + text[from:]
		}
		at += from
		end := at + len(id)
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if at > 0 && wordRune(before) || end < len(text) && wordRune(after) {
			out.WriteString(text[from : at+1])
			from = at + 1
			continue
		}
		out.WriteString(text[from:at] + ownID)
		from = end
	}
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Departure is where two JSON values differ first: the path of it, as
// $.lines[3].price, and what each side has there; a side that lacks it has
// nothing. The values are cut to maxDeparture bytes; all three are hostile.
type Departure struct{ Path, A, B string }

const maxDeparture = 4 << 10

// payload reports whether two payloads are the same value: JSON whatever its
// blanks and the order of its names. Where both are JSON it says where they
// differ.
func (s *sameness) payload(a, b Payload) (same bool, at Departure) {
	switch {
	case a == b:
		return true, at
	case a.Set != b.Set:
		return false, at
	case len(a.Raw) > maxSameJSON || len(b.Raw) > maxSameJSON || s.budget < len(a.Raw)+len(b.Raw):
		return s.text(a.Raw, b.Raw), at
	}
	s.budget -= len(a.Raw) + len(b.Raw)
	a.Raw, b.Raw = a.Text(), b.Text()
	x, okA := parseJSON(a.Raw)
	y, okB := parseJSON(b.Raw)
	if !okA || !okB {
		return s.text(a.Raw, b.Raw), at
	}
	p := &departing{sameness: s, a: a.Raw, b: b.Raw}
	if p.same(x, y) {
		return true, at
	}
	return false, Departure{Path: "$" + p.path, A: Shorten(p.at(a.Raw, p.x), maxDeparture), B: Shorten(p.at(b.Raw, p.y), maxDeparture)}
}

// jsonValue is a value of a JSON text: text[start:end]. An object has names,
// quoted as they stand, and as many values as names.
type jsonValue struct {
	kind       byte
	start, end int
	names      []string
	values     []*jsonValue
}

// parseJSON reads a whole JSON text. It does so without recursion.
func parseJSON(text string) (*jsonValue, bool) {
	root := &jsonValue{kind: '['}
	open := []*jsonValue{root}
	sc := jsonScanner{text: text}
	for {
		tok, problem := sc.next()
		if problem != nil {
			return nil, false
		}
		in := open[len(open)-1]
		named := in.kind == '{' && len(in.names) > len(in.values)
		switch tok.kind {
		case tokenEnd:
			return root.values[0], true
		case ',', ':':
		case '}', ']':
			in.end = tok.end
			open = open[:len(open)-1]
		default:
			if in.kind == '{' && !named {
				in.names = append(in.names, text[tok.start:tok.end])
				continue
			}
			v := &jsonValue{kind: tok.kind, start: tok.start, end: tok.end}
			in.values = append(in.values, v)
			if tok.kind == '{' || tok.kind == '[' {
				open = append(open, v)
			}
		}
	}
}

// departing looks for the first difference of two values. It goes down a path
// only while the values differ there, so that x, y and path are those of the
// first difference when it ends.
type departing struct {
	*sameness
	a, b string
	x, y *jsonValue
	path string
}

func (d *departing) at(text string, v *jsonValue) string {
	if v == nil {
		return ""
	}
	return text[v.start:v.end]
}

// depart notes where the values differ. The path is written from its end.
func (d *departing) depart(x, y *jsonValue) bool {
	d.x, d.y, d.path = x, y, ""
	return false
}

// along puts a step before the path.
func (d *departing) along(step string) bool {
	if len(d.path) < maxDeparture { // nested without end
		d.path = step + d.path
	}
	return false
}

func (d *departing) same(x, y *jsonValue) bool {
	switch {
	case d.a[x.start:x.end] == d.b[y.start:y.end]:
		return true
	case x.kind != y.kind:
		return d.depart(x, y)
	case x.kind == '{':
		return d.sameObject(x, y)
	case x.kind == '[':
		return d.sameArray(x, y)
	case d.text(d.a[x.start:x.end], d.b[y.start:y.end]):
		return true
	}
	return d.depart(x, y)
}

func (d *departing) sameArray(x, y *jsonValue) bool {
	for i := range max(len(x.values), len(y.values)) {
		step := "[" + strconv.Itoa(i) + "]"
		switch {
		case i >= len(x.values):
			d.depart(nil, y.values[i])
			return d.along(step)
		case i >= len(y.values):
			d.depart(x.values[i], nil)
			return d.along(step)
		case !d.same(x.values[i], y.values[i]):
			return d.along(step)
		}
	}
	return true
}

// sameObject compares objects name by name. Of a name that comes twice, the
// last value counts, as with most readers.
func (d *departing) sameObject(x, y *jsonValue) bool {
	other := make(map[string]*jsonValue, len(y.names))
	for i, n := range y.names {
		other[n] = y.values[i]
	}
	own := make(map[string]*jsonValue, len(x.names))
	for i, n := range x.names {
		own[n] = x.values[i]
	}
	for _, n := range x.names {
		switch v, ok := other[n]; {
		case !ok:
			d.depart(own[n], nil)
			return d.along(jsonStep(n))
		case !d.same(own[n], v):
			return d.along(jsonStep(n))
		}
	}
	for _, n := range y.names {
		if _, ok := own[n]; !ok {
			d.depart(nil, other[n])
			return d.along(jsonStep(n))
		}
	}
	return true
}

// jsonStep is a step of a path to a name, which has its quotes.
func jsonStep(quoted string) string {
	name := quoted[1 : len(quoted)-1]
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return "[" + quoted + "]"
		}
	}
	if name == "" {
		return "[" + quoted + "]"
	}
	return "." + name
}
