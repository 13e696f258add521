package workflow

import (
	"context"
	"strings"
	"time"
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

// Filter says which rows are shown.
type Filter struct {
	// Text is that of a Query.
	Text     string
	Statuses StatusSet
	// App, when set, lets the rows of one app through alone.
	App string
}

// Empty reports whether the filter lets every row through.
func (f Filter) Empty() bool { return f.App == "" && f.Statuses.Empty() && ParseQuery(f.Text).Empty() }

// SelectOptions says how a filter is applied.
type SelectOptions struct {
	By      SortBy
	Reverse bool
	// Now is what ages are counted from, and Ahead how far the clock of an app's
	// sidecar is ahead of it; nil for not at all.
	Now   time.Time
	Ahead func(appID string) time.Duration
	// Parent returns the ID of an instance's parent, empty for a root, and
	// whether it is known. It is asked only about rows that match otherwise,
	// and only while the text has a parent: term. Nil knows none.
	Parent func(Key) (parent string, known bool)
}

// Selection is what a filter lets through.
type Selection struct {
	// Rows are sorted. Rows that are equal in the column are in the order of
	// their IDs, whichever way the column is sorted.
	Rows []*Instance
	// Counts are those of all rows that match the text, before the statuses
	// are looked at: what each status toggle would show.
	Counts [NumStatuses]int
	// Unknown are the indexes of the rows that match but for their parent,
	// which is not known: they are neither in Rows nor in Counts. Asked is how
	// many rows had to be asked for their parent, those included.
	Unknown []int32
	Asked   int
}

// Apply selects and sorts rows and leaves the given slice alone. It returns
// false when ctx ended before it was done. Many rows are shared among the cores.
func (f Filter) Apply(ctx context.Context, rows []*Instance, o SelectOptions) (Selection, bool) {
	parts := shares(len(rows))
	inParallel(len(parts), func(i int) { parts[i].choose(ctx, f, rows, o) })
	var sel Selection
	keys := make([][]sortKey, len(parts))
	for i := range parts {
		keys[i] = parts[i].keys
		sel.add(&parts[i].Selection)
	}
	sel.Rows = order(ctx, rows, keys, o.By, o.Reverse)
	if ctx.Err() != nil {
		return Selection{}, false
	}
	return sel, true
}

// share is a part of the rows, and what was chosen of it.
type share struct {
	from, to int
	keys     []sortKey
	Selection
}

// now is the time by the clock that wrote a row's dates.
func (o *SelectOptions) now(row *Instance) time.Time {
	if o.Ahead == nil {
		return o.Now
	}
	return o.Now.Add(o.Ahead(row.AppID))
}

// choose goes through the part. It stops when ctx ends. The query is its own, for
// one remembers what it has matched.
func (s *share) choose(ctx context.Context, f Filter, rows []*Instance, o SelectOptions) {
	q := ParseQuery(f.Text)
	s.keys = make([]sortKey, 0, s.to-s.from)
	for i := s.from; i < s.to; i++ {
		row := rows[i]
		if i%checkEvery == 0 && ctx.Err() != nil {
			return
		}
		if f.App != "" && row.AppID != f.App || !q.match(row, o.now(row)) {
			continue
		}
		status := known(row.Status)
		shown := f.Statuses.Allows(status)
		if q.AsksParents() && !s.askParent(&q, row, i, shown, o.Parent) {
			continue
		}
		s.Counts[status]++
		if shown {
			s.keys = append(s.keys, o.By.key(row, i, o.Reverse))
		}
	}
}

// add adds what was counted in another part; its rows come by themselves.
func (s *Selection) add(o *Selection) {
	for i, n := range o.Counts {
		s.Counts[i] += n
	}
	s.Unknown = append(s.Unknown, o.Unknown...)
	s.Asked += o.Asked
}

// askParent reports whether a row matches with its parent. That of a row which
// the statuses hide is not missed when it is not known.
func (s *Selection) askParent(q *Query, row *Instance, i int, shown bool, parent func(Key) (string, bool)) bool {
	if shown {
		s.Asked++
	}
	if parent != nil {
		if id, ok := parent(row.Key); ok {
			return q.matchParent(row, id)
		}
	}
	if shown {
		s.Unknown = append(s.Unknown, int32(i))
	}
	return false
}

// known keeps a status within the arrays that are indexed by it.
func known(s Status) Status {
	if int(s) >= NumStatuses {
		return Unknown
	}
	return s
}
