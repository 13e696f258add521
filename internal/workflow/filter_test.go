package workflow

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestStatusSet(t *testing.T) {
	var s StatusSet
	if !s.Empty() || s.String() != "" || s.Has(Running) || !s.Allows(Running) || !s.Allows(Unknown) {
		t.Errorf("the empty set: %v", s)
	}
	s = s.Toggle(Failed).Toggle(Running)
	if s.Empty() || !s.Has(Failed) || s.Has(Completed) || s.Allows(Completed) || !s.Allows(Running) {
		t.Errorf("set = %v", s)
	}
	if got := s.String(); got != "running,failed" {
		t.Errorf("String = %q", got)
	}
	if s != NewStatusSet(Running, Failed) {
		t.Errorf("NewStatusSet differs")
	}
	if s.Toggle(Failed).Toggle(Running) != 0 {
		t.Errorf("two toggles leave something")
	}
	if got := NewStatusSet(append(Statuses(), Unknown)...).String(); strings.Count(got, ",") != NumStatuses-1 {
		t.Errorf("all = %q", got)
	}
}

func ids(rows []*Instance) string {
	var all []string
	for i := range rows {
		all = append(all, rows[i].InstanceID)
	}
	return strings.Join(all, " ")
}

// apply is Filter.Apply where nothing can end it.
func apply(f Filter, rows []*Instance, by SortBy, reverse bool) Selection {
	sel, _ := f.Apply(context.Background(), rows, SelectOptions{By: by, Reverse: reverse, Now: queryNow()})
	return sel
}

func TestSelect(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	mk := func(id, name string, status Status, created, updated int, custom string) *Instance {
		inst := &Instance{Key: Key{InstanceID: id}, Label: id, Name: name, Status: status, CustomStatus: custom}
		if created > 0 {
			inst.Created, inst.Updated = day(created), day(updated)
		}
		return inst
	}
	rows := []*Instance{
		mk("d", "Shipment", Completed, 2, 9, ""),
		mk("b", "Order", Running, 3, 4, "waits"),
		mk("p2", "", Pending, 0, 0, ""),
		mk("a", "Order", Failed, 3, 5, "broken"),
		mk("p1", "", Pending, 0, 0, ""),
		mk("c", "OrderLonger", Unknown, 1, 6, ""),
	}
	before := slices.Clone(rows)
	tests := []struct {
		filter  Filter
		by      SortBy
		reverse bool
		want    string
	}{
		{Filter{}, SortCreated, false, "p1 p2 a b d c"},
		{Filter{}, SortCreated, true, "c d a b p1 p2"},
		{Filter{}, SortUpdated, false, "p1 p2 d c a b"},
		{Filter{}, SortUpdated, true, "b a c d p1 p2"},
		{Filter{}, SortStatus, false, "b p1 p2 a d c"},
		{Filter{}, SortStatus, true, "c d a p1 p2 b"},
		{Filter{}, SortName, false, "a b c d p1 p2"},
		{Filter{}, SortName, true, "d c a b p1 p2"},
		{Filter{}, SortID, false, "a b c d p1 p2"},
		{Filter{}, SortID, true, "p2 p1 d c b a"},
		{Filter{}, SortCustom, false, "a b c d p1 p2"},
		{Filter{}, SortCustom, true, "b a c d p1 p2"},
		{Filter{Text: "order"}, SortCreated, false, "a b c"},
		{Filter{Text: "order", Statuses: NewStatusSet(Failed, Running)}, SortCreated, false, "a b"},
		{Filter{Statuses: NewStatusSet(Pending)}, SortCreated, false, "p1 p2"},
		{Filter{Text: "nothing has this"}, SortCreated, false, ""},
	}
	for _, tt := range tests {
		if got := ids(apply(tt.filter, rows, tt.by, tt.reverse).Rows); got != tt.want {
			t.Errorf("%+v by %v, reverse %v: %q, want %q", tt.filter, tt.by, tt.reverse, got, tt.want)
		}
	}
	if !slices.Equal(rows, before) {
		t.Error("Apply changed the rows it was given")
	}
	counts := apply(Filter{Text: "order", Statuses: NewStatusSet(Failed)}, rows, SortCreated, false).Counts
	if want := [NumStatuses]int{Unknown: 1, Running: 1, Failed: 1}; counts != want {
		t.Errorf("Counts = %v, want %v", counts, want)
	}
}

// TestApplyAgrees compares with the obvious way, on random rows.
func TestApplyAgrees(t *testing.T) {
	rows := sample(2000)
	for _, text := range []string{"", "order", "order-1 -failed", "ship 7", "-age:<1d status:f,run", "/7$/ name:Pay*"} {
		for _, by := range Sorts() {
			for _, reverse := range []bool{false, true} {
				f := Filter{Text: text, Statuses: NewStatusSet(Running, Completed, Pending)}
				sel := apply(f, rows, by, reverse)
				q, n := ParseQuery(text), 0
				var counts [NumStatuses]int
				for i := range rows {
					if !q.Match(*rows[i], queryNow()) {
						continue
					}
					counts[rows[i].Status]++
					if f.Statuses.Has(rows[i].Status) {
						n++
					}
				}
				if sel.Counts != counts {
					t.Fatalf("%q: counts %v, want %v", text, sel.Counts, counts)
				}
				if len(sel.Rows) != n {
					t.Fatalf("%q by %v: %d rows, want %d", text, by, len(sel.Rows), n)
				}
				if !slices.IsSortedFunc(sel.Rows, func(a, b *Instance) int { return plainOrder(*a, *b, by, reverse) }) {
					t.Fatalf("%q by %v, reverse %v: not sorted", text, by, reverse)
				}
			}
		}
	}
}

// plainOrder is the order as the documentation of SortBy says it.
func plainOrder(a, b Instance, by SortBy, reverse bool) int {
	date := func(x, y time.Time) int {
		if x.IsZero() || y.IsZero() {
			return map[bool]int{true: -1}[x.IsZero()] - map[bool]int{true: -1}[y.IsZero()]
		}
		return y.Compare(x)
	}
	text := func(x, y string) int {
		if (x == "") != (y == "") {
			last := map[bool]int{true: 1, false: -1}[x == ""]
			if reverse {
				return -last
			}
			return last
		}
		return strings.Compare(x, y)
	}
	c := 0
	switch by {
	case SortCreated:
		c = date(a.Created, b.Created)
	case SortUpdated:
		c = date(a.Updated, b.Updated)
	case SortStatus:
		c = int(a.Status) - int(b.Status)
	case SortName:
		c = text(a.Name, b.Name)
	case SortID:
		c = text(a.InstanceID, b.InstanceID)
	case SortCustom:
		c = text(a.CustomStatus, b.CustomStatus)
	case SortApp:
		c = text(a.AppID, b.AppID)
	}
	if reverse {
		c = -c
	}
	if c == 0 {
		return strings.Compare(a.InstanceID, b.InstanceID)
	}
	return c
}

func TestSortNames(t *testing.T) {
	seen := map[string]bool{}
	for _, by := range Sorts() {
		seen[by.String()] = true
	}
	if len(seen) != len(sortNames) {
		t.Errorf("names of the columns: %v", seen)
	}
	if SortBy(200).String() != SortCreated.String() {
		t.Error("an unknown column has no name")
	}
}

// sample returns n rows as a busy app has them; the same for each n.
func sample(n int) []*Instance {
	rng := rand.New(rand.NewPCG(1, 2))
	names := []string{"OrderProcessing", "Payment", "Shipment", "Monitor"}
	customs := []string{"", "", "waiting for approval", "step 3 of 7", "wartet auf Ärger"}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rows := make([]*Instance, n)
	for i := range rows {
		id := fmt.Sprintf("%s-%06d", []string{"order", "pay", "ship"}[rng.IntN(3)], i)
		rows[i] = &Instance{
			Key: Key{AppID: "orders", InstanceID: id}, Label: id, Name: names[rng.IntN(len(names))],
			Status:       Statuses()[rng.IntN(7)],
			Created:      from.Add(time.Duration(i)*time.Second + time.Duration(rng.IntN(1e9))),
			CustomStatus: customs[rng.IntN(len(customs))],
		}
		rows[i].Updated = rows[i].Created.Add(time.Duration(rng.IntN(1e9)) * 60)
		if rows[i].Status == Pending {
			rows[i].Name, rows[i].Created, rows[i].Updated = "", time.Time{}, time.Time{}
		}
	}
	return rows
}

// BenchmarkSelect prints how long a selection takes, and how many times as long
// as one without a text it is, both measured in turns.
func BenchmarkSelect(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		rows := sample(n)
		for _, c := range []struct {
			name string
			f    Filter
			by   SortBy
		}{
			{"all by created", Filter{}, SortCreated},
			{"all by workflow", Filter{}, SortName},
			{"all by instance", Filter{}, SortID},
			{"words", Filter{Text: "order 7 -failed"}, SortCreated},
			{"no match", Filter{Text: "zzzz"}, SortCreated},
			{"regexp of any text", Filter{Text: `/ord.*7$/`}, SortCreated},
			{"regexp of the ID", Filter{Text: `id:/^order-.*7$/`}, SortCreated},
			{"regexp without a match", Filter{Text: `/zz[0-9]+/`}, SortCreated},
			{"glob", Filter{Text: "name:*ship* id:*7"}, SortCreated},
			{"ages", Filter{Text: "age:<10h updated:>1m"}, SortCreated},
			{"statuses", Filter{Text: "-status:completed,terminated"}, SortUpdated},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, c.name), func(b *testing.B) {
				b.ReportAllocs()
				var with, without time.Duration
				for b.Loop() {
					began := time.Now()
					apply(c.f, rows, c.by, false)
					with += time.Since(began)
					b.StopTimer()
					began = time.Now()
					apply(Filter{}, rows, SortCreated, false)
					without += time.Since(began)
					b.StartTimer()
				}
				b.ReportMetric(with.Seconds()/without.Seconds(), "x-all")
			})
		}
	}
}

// TestManyRowsAreSharedAmongTheCores: what comes out is what one core alone
// makes of them, whatever the filter and the order.
func TestManyRowsAreSharedAmongTheCores(t *testing.T) {
	const n = 3*leastShare + 17
	rows := make([]*Instance, n)
	now := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	for i := range rows {
		at := now.Add(-time.Duration(i*7919%n) * time.Second)
		rows[i] = &Instance{
			Key: Key{AppID: []string{"orders", "billing"}[i%2], InstanceID: fmt.Sprintf("i-%05d", i*31%n)}, Name: []string{"Order", "", "Payment"}[i%3],
			Status: Statuses()[i%7], Created: at, Updated: at, CustomStatus: fmt.Sprint("step ", i%5),
		}
		rows[i].Label = rows[i].InstanceID
	}
	parent := func(k Key) (string, bool) { return "p-1", len(k.InstanceID)%2 == 0 || k.InstanceID > "i-00100" }
	for _, text := range []string{"", "/^i-0.*[37]$/", "step -name:Order", "age:<2h", "parent:p-1"} {
		for _, by := range Sorts() {
			for _, reverse := range []bool{false, true} {
				o := SelectOptions{By: by, Reverse: reverse, Now: now, Parent: parent}
				f := Filter{Text: text}
				got, ok := f.Apply(t.Context(), rows, o)
				alone := share{to: n}
				alone.choose(t.Context(), f, rows, o)
				want := order(t.Context(), rows, [][]sortKey{alone.keys}, by, reverse)
				if !ok || len(got.Rows) != len(want) || got.Counts != alone.Counts || got.Asked != alone.Asked || !slices.Equal(got.Unknown, alone.Unknown) {
					t.Fatalf("%q by %s: %d rows, want %d; counts %v, want %v", text, by, len(got.Rows), len(want), got.Counts, alone.Counts)
				}
				for i := range want {
					if got.Rows[i] != want[i] {
						t.Fatalf("%q by %s, reversed %v: row %d is %v, want %v", text, by, reverse, i, got.Rows[i].Key, want[i].Key)
					}
				}
			}
		}
	}
}

func TestAPanicInOneShareComesOut(t *testing.T) {
	defer func() {
		if p := recover(); p != "two" {
			t.Errorf("what came out was %v", p)
		}
	}()
	inParallel(4, func(i int) {
		if i == 2 {
			panic("two")
		}
	})
}
