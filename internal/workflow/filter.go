package workflow

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// StatusSet is a set of statuses. As a filter the empty set lets everything
// through: see Allows.
type StatusSet uint16

// NewStatusSet returns the set of the given statuses.
func NewStatusSet(statuses ...Status) StatusSet {
	var s StatusSet
	for _, status := range statuses {
		s |= 1 << status
	}
	return s
}

// Toggle returns the set with the status put in, or taken out when it is in.
func (s StatusSet) Toggle(status Status) StatusSet { return s ^ 1<<status }

// Has reports whether the status is in the set.
func (s StatusSet) Has(status Status) bool { return s>>status&1 == 1 }

// Empty reports whether no status is in the set.
func (s StatusSet) Empty() bool { return s == 0 }

// Allows reports whether a row of this status passes the set as a filter.
func (s StatusSet) Allows(status Status) bool { return s == 0 || s.Has(status) }

// String lists the statuses in lower case, in the order of Statuses, separated
// by commas; the empty set gives the empty string.
func (s StatusSet) String() string {
	var words []string
	for _, status := range append(Statuses(), Unknown) {
		if s.Has(status) {
			words = append(words, strings.ToLower(status.String()))
		}
	}
	return strings.Join(words, ",")
}

// Query is a parsed filter text. The zero Query matches everything.
type Query struct {
	terms []term
}

// term is one word, in lower case, and whether a row must not hold it.
type term struct {
	word   string
	ascii  bool
	negate bool
}

// ParseQuery reads a filter text: words separated by spaces, all of which must
// match. A word matches where the instance ID, the workflow name, the status
// word or the custom status holds it, in any case. "-word" matches where none
// of them does; a minus alone is a word.
func ParseQuery(text string) Query {
	var q Query
	for word := range strings.FieldsSeq(text) {
		t := term{word: word}
		if len(word) > 1 && word[0] == '-' {
			t.word, t.negate = word[1:], true
		}
		t.word = strings.Map(unicode.ToLower, t.word)
		t.ascii = isASCII(t.word)
		q.terms = append(q.terms, t)
	}
	return q
}

// Empty reports whether the query matches everything.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Match reports whether the instance satisfies every word.
func (q Query) Match(inst Instance) bool { return q.match(&inst) }

func (q Query) match(inst *Instance) bool {
	for i := range q.terms {
		if t := &q.terms[i]; t.in(inst) == t.negate {
			return false
		}
	}
	return true
}

func (t *term) in(inst *Instance) bool {
	id := inst.Label
	if id == "" {
		id = inst.InstanceID
	}
	return t.within(id) || t.within(inst.Name) || t.within(inst.Status.String()) || t.within(inst.CustomStatus)
}

// within reports whether text holds the word in any case, without an
// allocation.
func (t *term) within(text string) bool {
	if t.ascii {
		return holdsASCII(text, t.word)
	}
	for i := range text {
		if hasFoldPrefix(text[i:], t.word) {
			return true
		}
	}
	return false
}

// holdsASCII looks for word, which is ASCII in lower case.
func holdsASCII(text, word string) bool {
	first := word[0]
	for i := 0; i+len(word) <= len(text); i++ {
		if lower(text[i]) != first {
			continue
		}
		j := 1
		for j < len(word) && lower(text[i+j]) == word[j] {
			j++
		}
		if j == len(word) {
			return true
		}
	}
	return false
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// hasFoldPrefix reports whether text begins with word, rune by rune and in any
// case; word is in lower case.
func hasFoldPrefix(text, word string) bool {
	for _, want := range word {
		r, size := utf8.DecodeRuneInString(text)
		if size == 0 || unicode.ToLower(r) != want {
			return false
		}
		text = text[size:]
	}
	return true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// SortBy is what the list is sorted by.
type SortBy uint8

// The columns to sort by. Dates go from the newest to the oldest with undated
// rows (PENDING) on top, statuses in the order of Statuses, texts from A to Z
// with empty ones last.
const (
	SortCreated SortBy = iota
	SortUpdated
	SortStatus
	SortName
	SortID
	SortCustom
)

var sortNames = [...]string{
	SortCreated: "created",
	SortUpdated: "updated",
	SortStatus:  "status",
	SortName:    "workflow",
	SortID:      "instance",
	SortCustom:  "custom status",
}

// Sorts lists the columns to sort by, in the order in which a key goes through
// them.
func Sorts() []SortBy {
	return []SortBy{SortCreated, SortUpdated, SortStatus, SortName, SortID, SortCustom}
}

// String names the column as the console does.
func (b SortBy) String() string {
	if int(b) < len(sortNames) {
		return sortNames[b]
	}
	return sortNames[SortCreated]
}

// Filter says which rows are shown.
type Filter struct {
	Text     string
	Statuses StatusSet
}

// Empty reports whether the filter lets every row through.
func (f Filter) Empty() bool { return f.Statuses.Empty() && ParseQuery(f.Text).Empty() }

// Selection is what a filter lets through.
type Selection struct {
	// Rows are sorted.
	Rows []Instance
	// Counts are those of all rows that match the text, before the statuses
	// are looked at: what each status toggle would show.
	Counts [NumStatuses]int
}

// Select returns the rows that pass the filter, sorted, and leaves the given
// slice alone. Rows that are equal in the column are in the order of their
// IDs, whichever way the column is sorted.
func Select(rows []Instance, f Filter, by SortBy, reverse bool) []Instance {
	return f.Apply(rows, by, reverse).Rows
}

// Counts counts by status the rows that match the text of the filter.
func (f Filter) Counts(rows []Instance) [NumStatuses]int {
	var counts [NumStatuses]int
	q := ParseQuery(f.Text)
	for i := range rows {
		if q.match(&rows[i]) {
			counts[known(rows[i].Status)]++
		}
	}
	return counts
}

// known keeps a status within the arrays that are indexed by it.
func known(s Status) Status {
	if int(s) >= NumStatuses {
		return Unknown
	}
	return s
}

// Apply is Select and Counts in one pass.
func (f Filter) Apply(rows []Instance, by SortBy, reverse bool) Selection {
	var sel Selection
	q := ParseQuery(f.Text)
	keys := make([]sortKey, 0, len(rows))
	for i := range rows {
		row := &rows[i]
		if !q.match(row) {
			continue
		}
		status := known(row.Status)
		sel.Counts[status]++
		if f.Statuses.Allows(status) {
			keys = append(keys, by.key(row, i, reverse))
		}
	}
	slices.SortFunc(keys, func(a, b sortKey) int {
		if a.rank != b.rank {
			return cmp.Compare(a.rank, b.rank)
		}
		if c := strings.Compare(a.text, b.text); c != 0 {
			if reverse {
				return -c
			}
			return c
		}
		return strings.Compare(rows[a.row].InstanceID, rows[b.row].InstanceID)
	})
	sel.Rows = make([]Instance, len(keys))
	for i := range keys {
		sel.Rows[i] = rows[keys[i].row]
	}
	return sel
}

// sortKey is what a row is sorted by: a number first, then a text. Sorting
// these instead of the rows moves 32 bytes at a time and rarely looks at a row.
type sortKey struct {
	rank int64
	text string
	row  int32
}

func (b SortBy) key(row *Instance, i int, reverse bool) sortKey {
	k := sortKey{row: int32(i)}
	switch b {
	case SortStatus:
		k.rank = statusRank(row.Status)
	case SortName:
		k.rank, k.text = textRank(row.Name), row.Name
	case SortID:
		k.rank, k.text = textRank(row.InstanceID), row.InstanceID
	case SortCustom:
		k.rank, k.text = textRank(row.CustomStatus), row.CustomStatus
	case SortUpdated:
		k.rank = dateRank(row.Updated)
	case SortCreated:
		k.rank = dateRank(row.Created)
	}
	// An empty text stays last both ways: its rank is the greatest there is.
	if reverse && k.rank != math.MaxInt64 {
		k.rank = -1 - k.rank
	}
	return k
}

// dateRank is smaller the newer the time is, and smallest for none.
func dateRank(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64 + 1
	}
	return -t.UnixNano()
}

// statusRank is the place of a status in the order of Statuses.
func statusRank(s Status) int64 {
	if s == Unknown || int(s) >= NumStatuses {
		return int64(NumStatuses)
	}
	return int64(s)
}

// textRank orders texts as their first seven bytes do, so that most
// comparisons need not look at the text.
func textRank(s string) int64 {
	if s == "" {
		return math.MaxInt64
	}
	var b [8]byte
	copy(b[1:], s)
	return int64(binary.BigEndian.Uint64(b[:]))
}
