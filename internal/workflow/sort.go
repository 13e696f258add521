package workflow

import (
	"cmp"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"time"
)

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
	SortApp
)

var sortNames = [...]string{
	SortCreated: "created",
	SortUpdated: "updated",
	SortStatus:  "status",
	SortName:    "workflow",
	SortID:      "instance",
	SortCustom:  "custom status",
	SortApp:     "app",
}

// Sorts lists the columns to sort by, in the order in which a key goes through
// them.
func Sorts() []SortBy {
	return []SortBy{SortCreated, SortUpdated, SortStatus, SortName, SortID, SortCustom, SortApp}
}

// String names the column as the console does.
func (b SortBy) String() string {
	if int(b) < len(sortNames) {
		return sortNames[b]
	}
	return sortNames[SortCreated]
}

// Order words the order in which the rows stand.
func (b SortBy) Order(reverse bool) string {
	there, back := "A to Z", "Z to A"
	switch b {
	case SortCreated, SortUpdated:
		there, back = "newest first", "oldest first"
	case SortStatus:
		there, back = "live ones first", "ended ones first"
	case SortName, SortID, SortCustom, SortApp:
	}
	if reverse {
		return back
	}
	return there
}

// checkEvery is after how many rows, or comparisons, a selection looks whether
// it is still wanted: some hundred microseconds of work.
const checkEvery = 4096

// order returns the rows of some keys, sorted. Each part is sorted by itself
// first. When ctx ends before it is done, they are in no order.
func order(ctx context.Context, rows []*Instance, parts [][]sortKey, by SortBy, reverse bool) []*Instance {
	switch by {
	case SortName:
		rankTexts(rows, parts, reverse, func(row *Instance) string { return row.Name })
	case SortCustom:
		rankTexts(rows, parts, reverse, func(row *Instance) string { return row.CustomStatus })
	case SortApp:
		rankTexts(rows, parts, reverse, func(row *Instance) string { return row.AppID })
	default:
	}
	flip := reverse && by == SortID
	inParallel(len(parts), func(i int) { sortKeys(ctx, rows, parts[i], flip) })
	for len(parts) > 2 && ctx.Err() == nil {
		half := make([][]sortKey, (len(parts)+1)/2)
		inParallel(len(half), func(i int) {
			half[i] = parts[2*i]
			if 2*i+1 < len(parts) {
				half[i] = merge(rows, half[i], parts[2*i+1], flip)
			}
		})
		parts = half
	}
	n := 0
	for _, keys := range parts {
		n += len(keys)
	}
	sorted := make([]*Instance, 0, n)
	together(rows, parts, flip, func(k *sortKey) { sorted = append(sorted, rows[k.row]) })
	return sorted
}

func sortKeys(ctx context.Context, rows []*Instance, keys []sortKey, flip bool) {
	n, ended := 0, false
	slices.SortFunc(keys, func(a, b sortKey) int {
		if n++; n%checkEvery == 0 {
			ended = ctx.Err() != nil
		}
		if ended {
			return 0 // equal keys are sorted in no time
		}
		return compareKeys(rows, &a, &b, flip)
	})
}

// compareKeys puts rows that are equal in the column in the order of their IDs.
func compareKeys(rows []*Instance, a, b *sortKey, flip bool) int {
	if a.rank != b.rank {
		return cmp.Compare(a.rank, b.rank)
	}
	if c := strings.Compare(a.id, b.id); c != 0 {
		if flip {
			return -c
		}
		return c
	}
	return strings.Compare(rows[a.row].AppID, rows[b.row].AppID)
}

// merge puts two sorted lists together.
func merge(rows []*Instance, a, b []sortKey, flip bool) []sortKey {
	all := make([]sortKey, 0, len(a)+len(b))
	together(rows, [][]sortKey{a, b}, flip, func(k *sortKey) { all = append(all, *k) })
	return all
}

// together goes through at most two sorted lists in their common order.
func together(rows []*Instance, parts [][]sortKey, flip bool, yield func(k *sortKey)) {
	var lists [2][]sortKey
	copy(lists[:], parts)
	a, b := lists[0], lists[1]
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && compareKeys(rows, &a[0], &b[0], flip) <= 0 {
			yield(&a[0])
			a = a[1:]
		} else {
			yield(&b[0])
			b = b[1:]
		}
	}
}

// sortKey is what a row is sorted by: a number first, then its ID. Sorting
// these instead of the rows moves 32 bytes at a time and hardly ever looks at a
// row.
type sortKey struct {
	rank int64
	id   string
	row  int32
}

func (b SortBy) key(row *Instance, i int, reverse bool) sortKey {
	k := sortKey{id: row.InstanceID, row: int32(i)}
	switch b {
	case SortStatus:
		k.rank = statusRank(row.Status)
	case SortID:
		k.rank = idRank(row.InstanceID)
	case SortUpdated:
		k.rank = dateRank(row.Updated)
	case SortCreated:
		k.rank = dateRank(row.Created)
	case SortName, SortCustom, SortApp: // see rankTexts
	}
	if reverse {
		k.rank = -1 - k.rank
	}
	return k
}

// rankTexts ranks rows by a text that many of them share: each text is compared
// with the others once, and not once for each pair of rows. Empty ones stay
// last both ways.
func rankTexts(rows []*Instance, parts [][]sortKey, reverse bool, text func(*Instance) string) {
	ranks := map[string]int64{}
	for _, keys := range parts {
		for i := range keys {
			ranks[text(rows[keys[i].row])] = math.MaxInt64
		}
	}
	texts := make([]string, 0, len(ranks))
	for s := range ranks {
		texts = append(texts, s)
	}
	slices.Sort(texts)
	for i, s := range texts {
		switch {
		case s == "":
		case reverse:
			ranks[s] = int64(-i)
		default:
			ranks[s] = int64(i)
		}
	}
	inParallel(len(parts), func(p int) {
		for i := range parts[p] {
			parts[p][i].rank = ranks[text(rows[parts[p][i].row])]
		}
	})
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

// idRank orders IDs as their first seven bytes do.
func idRank(s string) int64 {
	var b [8]byte
	copy(b[1:], s)
	return int64(binary.BigEndian.Uint64(b[:]))
}
