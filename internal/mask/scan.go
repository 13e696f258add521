package mask

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	// masked is what stands for a value in JSON.
	masked = `"` + workflow.MaskSign + `"`
	// maxDepth is the deepest nesting that is looked into, maxInner how many
	// texts deep JSON is looked for in texts. What lies deeper is masked.
	maxDepth = 10000
	maxInner = 4
	// maxVerdicts bounds how many names are remembered.
	maxVerdicts = 4096
)

// Payload returns a payload without the values that the rules name.
func (m *Mask) Payload(s string) string {
	if m == nil {
		return s
	}
	if m.text {
		if blank := strings.TrimSpace(s); blank != "" && !isStructured(blank) && !isScalar(blank) {
			if blank[0] == '"' {
				return masked
			}
			return workflow.MaskSign
		}
	}
	return m.within(s, 0)
}

// Failure returns a failure's message or stack without what the rules name.
func (m *Mask) Failure(s string) string {
	switch {
	case m == nil, s == "":
		return s
	case m.failure:
		return workflow.MaskSign
	}
	return m.within(s, 0)
}

func isStructured(s string) bool { return s[0] == '{' || s[0] == '[' }

// isScalar reports whether a text is a number, true, false or null, which tell
// no text.
func isScalar(s string) bool { return s[0] != '"' && json.Valid([]byte(s)) }

// within masks a text that may be JSON, one value or several in a row.
func (m *Mask) within(s string, inner int) string {
	sc := scan{m: m, in: s, inner: inner, pos: len(s) - len(strings.TrimPrefix(s, byteOrderMark))}
	sc.blank()
	if sc.pos < len(s) && sc.rootScalar() {
		return sc.result()
	}
	if sc.all(); sc.pos < len(s) && sc.copied < len(s) && m.holds(s[sc.after:]) {
		return workflow.MaskSign
	}
	return sc.result()
}

// byteOrderMark is what some programs begin a text with.
const byteOrderMark = "\ufeff"

// all masks one value after the other. What follows an object or a list and is
// no value may be the next one, written in a way of its own.
func (s *scan) all() {
	for s.pos < len(s.in) {
		if s.top() {
			s.blank()
			continue
		}
		if s.structured && strings.IndexByte(s.in[s.pos:], '"') >= 0 && s.copied < len(s.in) {
			s.replace(s.pos, len(s.in), workflow.MaskSign)
		}
		return
	}
}

// scan is one pass through a text. What is replaced goes into out, with what
// stood before it; copied is how far out has got.
type scan struct {
	m      *Mask
	in     string
	pos    int
	out    strings.Builder
	copied int
	inner  int
	// parts is how much of the value's structure has been understood: text that
	// breaks before there is any was never JSON.
	parts int
	// structured is set once a whole value had a structure.
	structured bool
	// after is where the last value with a structure ends.
	after    int
	verdicts map[string]bool
	// levels are the places of the paths by the depth of nesting.
	levels [][]uint64
}

// top masks one outermost value; false where there is none.
func (s *scan) top() bool {
	switch s.in[s.pos] {
	case '{', '[', '"':
	default:
		return s.word()
	}
	s.parts = 0
	places := s.level(0)
	for i := range places {
		places[i] = 1
	}
	if s.hits(places) && s.replaceValue() || s.value(0) {
		if s.parts > 0 {
			s.structured, s.after = true, s.pos
		}
		return true
	}
	if s.parts > 0 && s.pos < len(s.in) {
		s.replace(s.pos, len(s.in), workflow.MaskSign)
	}
	return false
}

// rootScalar masks a payload that is one number or word, where a path names the
// whole.
func (s *scan) rootScalar() bool {
	for _, p := range s.m.paths {
		if text := strings.TrimSpace(s.in); len(p) == 0 && isScalar(text) {
			s.replace(s.pos, s.pos+len(text), masked)
			return true
		}
	}
	return false
}

// result is the text with what was replaced; the same text when nothing was.
func (s *scan) result() string {
	if s.out.Len() == 0 {
		return s.in
	}
	s.out.WriteString(s.in[s.copied:])
	return s.out.String()
}

// replace puts by in the place of in[from:to].
func (s *scan) replace(from, to int, by string) {
	if s.out.Len() == 0 {
		s.out.Grow(len(s.in) + len(masked))
	}
	s.out.WriteString(s.in[s.copied:from])
	s.out.WriteString(by)
	s.copied = to
}

// replaceValue masks the value that begins here, however it goes on.
func (s *scan) replaceValue() bool {
	start := s.pos
	if s.skip() {
		s.replace(start, s.pos, masked)
		return true
	}
	s.parts++
	s.pos = start // the rest goes too
	return false
}

func (s *scan) blank() {
	for s.pos < len(s.in) {
		switch s.in[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// at reports whether a byte comes next, and takes it.
func (s *scan) at(b byte) bool {
	if s.pos < len(s.in) && s.in[s.pos] == b {
		s.pos++
		return true
	}
	return false
}

// level returns the places of the paths at a depth; the caller fills them in.
func (s *scan) level(depth int) []uint64 {
	for len(s.levels) <= depth {
		s.levels = append(s.levels, make([]uint64, len(s.m.paths)))
	}
	return s.levels[depth]
}

// value goes through a value; false leaves pos where the text stops being JSON.
func (s *scan) value(depth int) bool {
	s.blank()
	if s.pos >= len(s.in) || depth >= maxDepth {
		return false
	}
	switch s.in[s.pos] {
	case '{':
		return s.object(depth)
	case '[':
		return s.array(depth)
	case '"':
		return s.textValue()
	}
	return s.word()
}

func (s *scan) object(depth int) bool {
	s.pos++
	if s.blank(); s.at('}') {
		return true
	}
	for {
		s.blank()
		start := s.pos
		name, ok := s.text()
		if !ok {
			return false
		}
		if s.blank(); !s.at(':') {
			s.pos = start
			return false
		}
		s.parts++
		if s.tells(name) {
			s.replace(start, start+len(name)+2, masked)
		}
		s.blank()
		if !s.item(s.member(depth, name), depth) {
			return false
		}
		s.blank()
		if s.at('}') {
			return true
		}
		if !s.at(',') {
			return false
		}
	}
}

// tells reports whether the name of a member, as it is written, holds a name of
// a rule with a value behind it, or JSON that does.
func (s *scan) tells(name string) bool {
	return strings.ContainsAny(name, `=:{["'`) && s.m.holds(name)
}

// item goes over a value within another, or takes it out.
func (s *scan) item(masked bool, depth int) bool {
	if masked {
		return s.replaceValue()
	}
	return s.value(depth + 1)
}

func (s *scan) array(depth int) bool {
	s.pos++
	if s.blank(); s.at(']') {
		return true
	}
	for i := 0; ; i++ {
		s.blank()
		if !s.item(s.element(depth, i), depth) {
			return false
		}
		s.blank()
		if s.at(']') {
			return true
		}
		if !s.at(',') {
			return false
		}
		s.parts++
	}
}

// textValue goes through a text, which may hold JSON itself.
func (s *scan) textValue() bool {
	start := s.pos
	raw, ok := s.text()
	if !ok {
		return false
	}
	if !mayHoldJSON(raw) {
		if s.m.holds(raw) {
			s.replace(start, s.pos, masked)
		}
		return true
	}
	if s.inner >= maxInner { // nobody looks further, so nobody knows
		s.replace(start, s.pos, masked)
		return true
	}
	var inside string
	if json.Unmarshal([]byte(s.in[start:s.pos]), &inside) != nil {
		if s.m.holds(raw) { // it is written badly, and may be read all the same
			s.replace(start, s.pos, masked)
		}
		return true
	}
	if hidden := s.m.within(inside, s.inner+1); hidden != inside {
		s.replace(start, s.pos, asJSON(hidden))
	}
	return true
}

// mayHoldJSON reports whether a text, as it is written in JSON, begins like an
// object, a list, or a text in a text.
func mayHoldJSON(raw string) bool {
	raw = strings.TrimLeft(raw, " ")
	for _, begin := range [...]string{"{", "[", `\"`, `\n`, `\t`, `\r`, `\u`} {
		if strings.HasPrefix(raw, begin) {
			return true
		}
	}
	return false
}

func asJSON(text string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(text) != nil {
		return masked // a text can always be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// text goes through a text and returns what stands between its quotes, as it is
// written; false leaves pos at its beginning.
func (s *scan) text() (raw string, ok bool) {
	if s.pos >= len(s.in) || s.in[s.pos] != '"' {
		return "", false
	}
	begin := s.pos + 1
	for i := begin; ; {
		n := strings.IndexByte(s.in[i:], '"')
		if n < 0 {
			s.parts++ // it breaks off in the middle of a text
			return "", false
		}
		i += n
		if !escaped(s.in[begin:i]) {
			s.pos = i + 1
			return s.in[begin:i], true
		}
		i++
	}
}

// escaped reports whether what follows a text is escaped: an odd number of
// backslashes ends it.
func escaped(s string) bool {
	n := len(s) - len(strings.TrimRight(s, `\`))
	return n%2 == 1
}

// word goes through a number, true, false or null.
func (s *scan) word() bool {
	start := s.pos
	for s.pos < len(s.in) && isWord(s.in[s.pos]) {
		s.pos++
	}
	switch word := s.in[start:s.pos]; {
	case word == "true", word == "false", word == "null", word == "NaN", strings.HasSuffix(word, "Infinity"):
		return true // the last two are what some languages write
	case word != "" && (word[0] == '-' || word[0] >= '0' && word[0] <= '9') && strings.Trim(word, "0123456789+-.eE") == "":
		return true
	}
	s.pos = start
	return false
}

func isWord(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '+' || b == '.'
}

// skip goes past a value without a look at what it holds.
func (s *scan) skip() bool {
	var open []byte
	for {
		s.blank()
		if s.pos >= len(s.in) {
			return false
		}
		switch b := s.in[s.pos]; b {
		case '{', '[':
			open = append(open, b+2) // the bracket that closes it
			s.pos++
		case '}', ']':
			if len(open) == 0 || open[len(open)-1] != b {
				return false
			}
			open = open[:len(open)-1]
			s.pos++
		case '"':
			if _, ok := s.text(); !ok {
				return false
			}
		case ',', ':':
			if len(open) == 0 {
				return false
			}
			s.pos++
		default:
			if !s.word() {
				return false
			}
		}
		if len(open) == 0 {
			return true
		}
	}
}
