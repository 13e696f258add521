package workflow

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// paired is what an alignment is worth, after a check that it leaves nothing
// out and keeps the order.
func paired(t *testing.T, a, b []token, pairs []Pair) int32 {
	t.Helper()
	var sum int32
	i, j := 0, 0
	for _, p := range pairs {
		switch {
		case p.A == i && p.B == j:
			if worth(a[i], b[j]) == 0 {
				t.Fatalf("%v and %v are a pair", a[i], b[j])
			}
			sum += worth(a[i], b[j])
			i, j = i+1, j+1
		case p.A == i && p.B < 0:
			i++
		case p.B == j && p.A < 0:
			j++
		default:
			t.Fatalf("%v comes when %d, %d should", p, i, j)
		}
	}
	if i != len(a) || j != len(b) {
		t.Fatalf("it ends at %d, %d of %d, %d", i, j, len(a), len(b))
	}
	return sum
}

// best is the worth of the best alignment, by the plain method.
func best(a, b []token) int32 {
	table := make([][]int32, len(a)+1)
	for i := range table {
		table[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			table[i][j] = max(table[i+1][j], table[i][j+1])
			if w := worth(a[i], b[j]); w > 0 {
				table[i][j] = max(table[i][j], w+table[i+1][j+1])
			}
		}
	}
	return table[0][0]
}

func randomTokens(r *rand.Rand, n, kinds int) []token {
	out := make([]token, n)
	for i := range out {
		k := int32(r.IntN(kinds))
		out[i] = token{k, k*4 + int32(r.IntN(4))}
	}
	return out
}

func TestAlignIsTheBestThereIs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		a, b := randomTokens(r, r.IntN(30), 1+r.IntN(6)), randomTokens(r, r.IntN(30), 1+r.IntN(6))
		if got, want := paired(t, a, b, align(a, b)), best(a, b); got != want {
			t.Fatalf("%v\n%v\nworth %d, want %d", a, b, got, want)
		}
	}
}

// A list is found again in itself with some of it left out and some put in,
// also where the band is much narrower than the lists are long.
func TestAlignLongLists(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	a := randomTokens(r, 40_000, 12)
	b := slices.Clone(a)
	for range 50 {
		i := r.IntN(len(b) - 3)
		b = slices.Delete(b, i, i+2)
		b = slices.Insert(b, r.IntN(len(b)), randomTokens(r, 3, 12)...)
	}
	if got, want := paired(t, a, b, align(a, b)), int32(4*(len(a)-100)); got < want {
		t.Errorf("worth %d, want at least %d", got, want)
	}
}

func TestAlignListsOfVeryDifferentLengths(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range [][2]int{{1, 30_000}, {30_000, 1}, {3, 20_000}, {20_000, 70}, {0, 5}, {5, 0}, {0, 0}, {200, 30_000}} {
		a, b := randomTokens(r, n[0], 5), randomTokens(r, n[1], 5)
		paired(t, a, b, align(a, b))
	}
}

func TestAlignLinesTakesTheEarlierOnes(t *testing.T) {
	got := AlignLines([]string{"x", "x", "y"}, []string{"x", "y", "z"})
	if want := []Pair{{0, 0}, {1, -1}, {2, 1}, {-1, 2}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// longRun is an instance whose history has some ten thousand events: activities
// in a loop, of which each so-manieth fails once.
func longRun(id string, events, failEach int) Compared {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	all := []Event{{ID: -1, Type: ExecutionStarted, Name: "Batch", Time: at}}
	for n := int32(0); len(all) < events; n++ {
		at = at.Add(3 * time.Millisecond)
		payload := Payload{Set: true, Raw: fmt.Sprintf(`{"order":%q,"item":%d,"note":"as it was ordered"}`, id, n)}
		all = append(all, Event{ID: -1, Type: WorkflowStarted, Time: at}, Event{ID: n, Type: TaskScheduled, Name: fmt.Sprintf("Step%d", n%7), Time: at, Payload: payload})
		answer := Event{ID: -1, Type: TaskCompleted, Ref: n, HasRef: true, Time: at.Add(time.Millisecond), Payload: payload}
		if failEach > 0 && int(n)%failEach == failEach-1 {
			answer.Type, answer.Payload, answer.Failure = TaskFailed, Payload{}, &Failure{Type: "Error", Message: "no answer"}
		}
		all = append(all, answer)
	}
	d := Detail{Instance: Instance{Key: Key{AppID: "orders", InstanceID: id}, Label: id, Name: "Batch", Status: Completed}}
	return Compared{Detail: d, History: NewHistory(all)}
}

// BenchmarkCompare compares histories of 10,000 events: two that are nearly the
// same, and two that have little in common.
func BenchmarkCompare(b *testing.B) {
	for _, x := range []struct {
		name string
		a, b Compared
	}{
		{"alike", longRun("order-1", 10_000, 500), longRun("order-2", 10_000, 700)},
		{"apart", longRun("order-1", 10_000, 2), apart(longRun("order-2", 10_000, 3))},
	} {
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if c := Compare(x.a, x.b); c.Begin() < 0 {
					b.Fatal("nothing differs")
				}
			}
		})
	}
}

// apart puts the activities of a history into another order.
func apart(c Compared) Compared {
	r := rand.New(rand.NewPCG(7, 8))
	for i := range c.History.Events {
		if e := &c.History.Events[i]; e.Type == TaskScheduled {
			e.Name = fmt.Sprintf("Step%d", r.IntN(7))
		}
	}
	return c
}
