package load

import (
	"encoding/json"
	"fmt"
	"testing"
)

// TestPlan: a plan makes exactly what its mix says, whatever the share of
// families that fits.
func TestPlan(t *testing.T) {
	t.Parallel()
	for _, m := range []Mix{
		{Instances: 0},
		{Instances: 1},
		{Instances: 11, Live: 10},
		{Instances: 200, Live: 1},
		{Instances: 10_000, Live: 1, Payload: 300},
		{Instances: 999, Live: 33.3},
		{Instances: 50, Live: 100},
	} {
		t.Run(fmt.Sprint(m), func(t *testing.T) {
			t.Parallel()
			made, live := 0, 0
			ids := map[string]bool{}
			for i, s := range m.Plan() {
				made += s.size()
				if !s.Ends {
					live += s.size()
				}
				ids[s.id(i)] = true
				if m.Payload > 0 && (len(s.Input) < m.Payload || !json.Valid([]byte(s.Input))) {
					t.Errorf("the input of %s is %.40q… of %d bytes", s.Prefix, s.Input, len(s.Input))
				}
			}
			if made != m.Instances || len(ids) != len(m.Plan()) {
				t.Errorf("%d instances and %d different IDs of %d", made, len(ids), len(m.Plan()))
			}
			// A family may come just before a live one was due.
			if want := m.Live / 100 * float64(m.Instances); float64(live) < want-2 || float64(live) > want+1 {
				t.Errorf("%d live, want %.1f", live, want)
			}
		})
	}
}
