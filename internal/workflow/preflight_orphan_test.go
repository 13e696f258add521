package workflow

import (
	"strings"
	"testing"
)

// TestASidecarThatWasLeftBehind speaks only beside one that was not: some are
// started without a parent on purpose.
func TestASidecarThatWasLeftBehind(t *testing.T) {
	for _, c := range []struct {
		orphan  bool
		younger string
		want    bool
	}{{true, "127.0.0.1:2", true}, {true, "", false}, {false, "127.0.0.1:2", false}} {
		f, ok := speaks(RuleOrphan, with(func(s *SidecarCase) {
			s.Orphan, s.Younger, s.Origin = c.orphan, c.younger, "found on this machine, process 4711"
		}))
		if ok != c.want || ok && (!strings.Contains(f.Evidence, "process 4711") || !strings.Contains(f.Evidence, c.younger)) {
			t.Errorf("%+v: %v, %+v", c, ok, f)
		}
	}
	if f, ok := speaks(RuleOrphan, with(away, func(s *SidecarCase) { s.Orphan, s.Younger = true, "127.0.0.1:2" })); ok {
		t.Errorf("it is away: %+v", f)
	}
}
