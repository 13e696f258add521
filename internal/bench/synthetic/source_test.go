package synthetic

import (
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestListing: every instance is listed once, over several pages, and can be
// read by its ID.
func TestListing(t *testing.T) {
	const n = 2*pageSize + 10
	s := New(Config{Instances: n, Live: 0.1, Stride: 9})
	seen := map[string]bool{}
	pages := 0
	for token, more := "", true; more; more = token != "" {
		ids, next, err := s.List(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			seen[id] = true
		}
		pages++
		token = next
	}
	if len(seen) != n || pages != 3 {
		t.Errorf("%d IDs on %d pages", len(seen), pages)
	}
	live := 0
	for i := range n {
		if !seen[s.ID(i)] {
			t.Fatalf("%s was not listed", s.ID(i))
		}
		if s.lives(i) {
			live++
		}
	}
	if share := float64(live) / n; share < 0.18 || share > 0.22 { // a tenth, and a ninth of the rest
		t.Errorf("%v of them live", share)
	}
	if _, _, err := s.Get(t.Context(), "0-"+s.ID(3), true); workflow.KindOf(err) != workflow.KindNotFound {
		t.Errorf("an ID that is none: %v", err)
	}
}

// TestStride: some rows change from one listing to the next, and no others.
func TestStride(t *testing.T) {
	s := New(Config{Instances: 45, Stride: 9})
	texts := func() (all []string) {
		if _, _, err := s.List(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		for i := range 45 {
			inst, _, err := s.Get(t.Context(), s.ID(i), true)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, inst.CustomStatus)
		}
		return all
	}
	first, second := texts(), texts()
	for i := range first {
		if changed := first[i] != second[i]; changed != (i%9 == 4) {
			t.Errorf("row %d: from %q to %q", i, first[i], second[i])
		}
	}
}
