package jsontree

import (
	"strconv"
	"strings"
	"time"
)

// The numbers that are taken for times: from 2010 until 2050, in seconds,
// milliseconds, microseconds or nanoseconds.
const (
	firstEpoch = 1262304000
	lastEpoch  = 2524608000
)

// Time returns the time that the value on a line stands for: a text in the
// form of RFC 3339, with a date, or a whole number in the range of the times
// of our days. written says that the text is a date already.
func (f *Folds) Time(line int) (at time.Time, written, ok bool) {
	i, _, closing := f.at(line)
	n := &f.t.nodes[i]
	if closing || n.container() || n.end-n.start > 40 {
		return time.Time{}, false, false
	}
	text := f.t.src[n.start:n.end]
	if n.kind == kindString {
		at, ok = dateOf(text[1 : len(text)-1])
		return at, true, ok
	}
	at, ok = epochOf(text)
	return at, false, ok
}

func dateOf(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[10] != 'T' && s[10] != 't' && s[10] != ' ' {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(s[:10]+"T"+s[11:]))
	return at, err == nil
}

func epochOf(s string) (time.Time, bool) {
	if len(s) < 10 || len(s) > 19 {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	for _, unit := range []int64{1, 1e3, 1e6, 1e9} {
		if sec := n / unit; sec >= firstEpoch && sec < lastEpoch {
			return time.Unix(sec, n%unit*(1e9/unit)).UTC(), true
		}
	}
	return time.Time{}, false
}
