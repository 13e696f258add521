package workflow

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// statusWord is the word of a status in a filter: its name in lower case.
func statusWord(s Status) string { return strings.ToLower(s.String()) }

// filterStatuses lists the statuses that a filter can name.
func filterStatuses() []Status { return append(Statuses(), Unknown) }

// statusesOf returns the statuses whose word begins with v, so that the list
// follows while a word is typed; why says what is wrong with v.
func statusesOf(v string) (s StatusSet, why string) {
	bare := bareWord(v)
	if strings.HasPrefix(v, "-") {
		return 0, "put the minus in front of the key: -status:" + strings.TrimLeft(Clean(v), "-")
	}
	words := make([]string, 0, NumStatuses)
	for _, status := range filterStatuses() {
		word := statusWord(status)
		words = append(words, word)
		if bare != "" && strings.HasPrefix(bareWord(word), bare) {
			s = s.Toggle(status)
		}
	}
	if s.Empty() {
		why = noSuch("status", v, words)
	}
	return s, why
}

// noSuch says that v is none of the words.
func noSuch(what, v string, words []string) string {
	if near := Nearest(strings.ToLower(v), words); near != "" {
		return "no " + what + " " + quoted(v) + "; " + near + "?"
	}
	return "no " + what + " " + quoted(v) + "; expected " + strings.Join(words, ", ")
}

// bareWord takes away what the spellings of one status differ in.
func bareWord(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(s), "_", ""), "-", "")
	if strings.HasPrefix(s, "cancell") {
		s = "cancel" + s[len("cancell"):]
	}
	return s
}

// markSet is a set of the marks that is: knows.
type markSet uint8

const (
	markLive markSet = 1 << iota
	markEnded
	markMissing
	markUnread
)

// markNames lists the marks, in the order of their bits.
func markNames() []string { return []string{"live", "ended", "missing", "unread"} }

// marksOf returns the marks whose name begins with v.
func marksOf(v string) (m markSet, why string) {
	for i, name := range markNames() {
		if strings.HasPrefix(name, strings.ToLower(v)) {
			m |= 1 << i
		}
	}
	if m == 0 {
		return 0, noSuch("mark", v, markNames())
	}
	return m, ""
}

// marks are those of a row: whether it has ended for good, whether the last
// listing had it, whether its last read failed.
func (i *Instance) marks() markSet {
	m := markLive
	if i.Status.Terminal() {
		m = markEnded
	}
	if i.Missing {
		m |= markMissing
	}
	if i.ReadErr != "" {
		m |= markUnread
	}
	return m
}

// ageSpan is a range of ages, both ends included.
type ageSpan struct{ least, most time.Duration }

// holds reports whether something that happened then lies in the range now.
// What has no date lies in none.
func (s ageSpan) holds(then, now time.Time) bool {
	if then.IsZero() {
		return false
	}
	age := now.Sub(then)
	return s.least <= age && age <= s.most
}

// parseSpan reads <1h, <=1h, >2d, >=2d, 1h..2d, ..1h or 1h.. ; why says what
// is wrong with it.
func parseSpan(v string) (s ageSpan, why string) {
	s = ageSpan{least: math.MinInt64, most: math.MaxInt64}
	from, to, isRange := strings.Cut(v, "..")
	switch {
	case isRange:
		if from != "" {
			s.least, why = parseAge(from)
		}
		if to != "" && why == "" {
			s.most, why = parseAge(to)
		}
		if why == "" && (from == "" && to == "" || s.least > s.most) {
			why = quoted(v) + ": expected the smaller age first, such as 1h..2d"
		}
	case strings.HasPrefix(v, "<="):
		s.most, why = parseAge(v[2:])
	case strings.HasPrefix(v, ">="):
		s.least, why = parseAge(v[2:])
	case strings.HasPrefix(v, "<"):
		s.most, why = parseAge(v[1:])
		s.most--
	case strings.HasPrefix(v, ">"):
		s.least, why = parseAge(v[1:])
		s.least++
	default:
		why = quoted(v) + ": expected <1h, >2d or 1h..2d"
		if _, no := parseAge(v); no == "" {
			why = quoted(v) + ": expected < or > before it, or a range such as " + Shorten(v, 12) + "..2w"
		}
	}
	return s, why
}

// parseAge reads a duration such as 90s, 1h30m or 1.5d. The units are s, m, h,
// d and w; a day has 24 hours.
func parseAge(v string) (d time.Duration, why string) {
	rest := v
	if v == "" {
		return 0, "expected an age, such as 90s, 10m, 1h, 2d or 1w"
	}
	for rest != "" {
		n := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if n < 0 {
			return 0, quoted(v) + ": expected a unit behind the number: s, m, h, d or w"
		}
		unit := ageUnit(rest[n])
		x, err := strconv.ParseFloat(rest[:n], 64)
		if err != nil || unit == 0 {
			return 0, quoted(v) + ": expected an age, such as 90s, 10m, 1h, 2d or 1w"
		}
		x = x*float64(unit) + float64(d)
		if x >= math.MaxInt64/2 {
			return 0, quoted(v) + " is longer than this program can count"
		}
		d = time.Duration(x)
		rest = rest[n+1:]
	}
	return d, ""
}

func ageUnit(c byte) time.Duration {
	const day = 24 * time.Hour
	switch lower(c) {
	case 's':
		return time.Second
	case 'm':
		return time.Minute
	case 'h':
		return time.Hour
	case 'd':
		return day
	case 'w':
		return 7 * day
	}
	return 0
}
