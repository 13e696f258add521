package workflow

import (
	"slices"
	"strings"
	"testing"
)

func TestVersions(t *testing.T) {
	for _, text := range []string{"", "edge", "1.18", "1.18.0.1", "1.18.0-rc.1", "1.19.0-alpha", "1.18 (embedded)", "1.18.x", "-1.0.0", "1.18.99999"} {
		if v, ok := parseVersion(text); ok {
			t.Errorf("%q was read as %v", text, v)
		}
		if got := Advice(text); len(got) != 0 {
			t.Errorf("%q has faults: %v", text, got)
		}
		if older(text, firstListing) {
			t.Errorf("%q is older than %s", text, firstListing)
		}
	}
	order := []string{"1.9.10", "v1.10.0", "1.16.9", "1.17.0", "1.17.2+build.7", "1.17.10", "1.18.0", "2.0.0"}
	for i := range order {
		for j := range order {
			if got := older(order[i], order[j]); got != (i < j) {
				t.Errorf("older(%s, %s) = %t", order[i], order[j], got)
			}
		}
	}
}

// TestTheTableOfRuntimes: each row can be read, says something, and names a
// source.
func TestTheTableOfRuntimes(t *testing.T) {
	for _, f := range runtimeFaults() {
		if f.What == "" || strings.HasSuffix(f.What, ".") || !strings.HasSuffix(f.Advice, ".") || f.Source == "" || len(f.Versions) == 0 {
			t.Errorf("row %+v", f)
		}
		if f.What != Clean(f.What) || f.Advice != Clean(f.Advice) || f.Source != Clean(f.Source) {
			t.Errorf("%s: cannot be drawn as it is", f.What)
		}
		_, seen, _ := strings.Cut(f.Source, "seen on ")
		for i, s := range f.Versions {
			from, ok := parseVersion(s.From)
			before, too := parseVersion(s.Before)
			if !ok || !too || !from.before(before) {
				t.Errorf("%s: from %q before %q", f.What, s.From, s.Before)
			}
			if i > 0 && older(s.From, f.Versions[i-1].Before) {
				t.Errorf("%s: %q overlaps %q", f.What, s.From, f.Versions[i-1].Before)
			}
			if !s.Inferred && !strings.Contains(seen, s.From) {
				t.Errorf("%s: from %q is said to have been seen", f.What, s.From)
			}
		}
	}
}

func TestAdvice(t *testing.T) {
	const (
		noStore  = "Without an actor state store"
		gone     = "A forced purge of an instance that is gone"
		noList   = "There is no listing"
		noForce  = "A forced purge is taken for an ordinary"
		sdks     = "A worker of today's SDKs"
		bars     = "An instance ID with ||"
		reload   = "After a reload"
		worker   = "After the loss of a busy worker"
		suspends = "A terminate of a suspended"
		stalled  = "A stalled instance"
		pending  = "An instance can stay PENDING"
		actor    = "After a forced purge of a live"
		torn     = "A read of an instance that moves"
		colons   = "An activity of an instance whose ID contains ::"
		reused   = "A child that uses its ID again"
		tampered = "A signed history"
		acked    = "A purge of a finished child"
		limits   = "The concurrency limits"
		metrics  = "The metrics of a sidecar freeze"
		fired    = "A rerun loses the schedule"
		forged   = "Another app of the namespace can forge"
	)
	for version, want := range map[string][]string{
		"1.15.3":  {noList, noForce},
		"1.16.0":  {noStore, noList, noForce, sdks, colons},
		"1.16.9":  {noList, noForce, colons},
		"1.17.0":  {noStore, gone, bars, stalled, colons, fired, forged},
		"1.17.10": {noStore, gone, bars, stalled, colons, fired, forged},
		"1.17.11": {gone, bars, stalled, colons, fired, forged},
		"1.17.13": {gone, bars, colons, fired, forged},
		"1.18.0": {
			noStore, gone, reload, worker, bars, suspends, stalled, pending, actor, torn,
			colons, reused, tampered, limits, metrics, fired, forged,
		},
		"v1.18.1": {noStore, gone, suspends, stalled, pending, actor, torn, colons, reused, tampered, metrics, fired, forged},
		"1.18.2":  {gone, suspends, stalled, pending, actor, torn, colons, reused, tampered, metrics, fired, forged},
		"1.18.3":  {gone, suspends, pending, actor, colons, reused, tampered, metrics, fired, forged},
		"1.18.4":  {colons, acked, metrics, fired, forged},
		"1.19.0":  {colons, acked},
		"2.0.0":   nil,
	} {
		var got []string
		for _, f := range Advice(version) {
			got = append(got, f.What)
		}
		if len(got) != len(want) {
			t.Errorf("%s: %q, want %q", version, got, want)
		}
		for _, w := range want {
			if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, w) }) {
				t.Errorf("%s: %q lacks %q", version, got, w)
			}
		}
	}
}

func TestWhatAVersionDoes(t *testing.T) {
	for version, want := range map[string]struct{ ends, forces bool }{
		"1.16.0": {false, false}, "1.17.0": {false, true}, "1.18.0": {false, true}, "1.18.2": {false, true},
		"1.18.3": {false, true}, "1.18.4": {true, true}, "1.19.0": {true, true}, "edge": {false, true}, "": {false, true},
	} {
		if got := EndsSuspended(version); got != want.ends {
			t.Errorf("%q ends a suspended instance at once: %v", version, got)
		}
		if got := ForcesPurges(version); got != want.forces {
			t.Errorf("%q forces purges: %v", version, got)
		}
	}
}
