//go:build unix

package discover

import (
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// The goals: a scan of 300 processes takes 50 ms at most, and half a percent of
// a core goes into scans.
const (
	benchProcesses = 300
	benchSidecars  = 5
	mostPerScan    = 50 * time.Millisecond
	mostOfACore    = 0.005
)

// processTime is the processor time that this process has used.
func processTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// crowd starts processes that sleep, some of them named daprd, so that there are
// 300 of them beside those of the machine.
func crowd(tb testing.TB) {
	tb.Helper()
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		tb.Skip("needs a program that sleeps: ", err)
	}
	for i := range benchSidecars {
		spawn(tb, nil, fakeDaprd, "--app-id", "crowd-"+strconv.Itoa(i), "--dapr-grpc-port", strconv.Itoa(51000+i))
	}
	for range benchProcesses - benchSidecars {
		cmd := exec.Command(sleep, "600")
		if err := cmd.Start(); err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
	}
}

// share is how much of a core scans take, each of which uses so much time of a
// processor, at the finder's interval.
func share(perScan time.Duration) float64 {
	return perScan.Seconds() / (DefaultInterval + perScan).Seconds()
}

func median(x []time.Duration) time.Duration {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}

// scans makes so many and returns what the middle one took and what all of them
// used of a processor, each.
func scans(tb testing.TB, n int, scan func() ([]Sidecar, error)) (wall, cpu time.Duration) {
	tb.Helper()
	var walls []time.Duration
	used := processTime(tb)
	for range n {
		begin := time.Now()
		list, err := scan()
		walls = append(walls, time.Since(begin))
		if err != nil || len(list) < benchSidecars {
			tb.Fatalf("%d sidecars, %v", len(list), err)
		}
	}
	return median(walls), (processTime(tb) - used) / time.Duration(n)
}

// TestBudget holds discovery against its goals. A machine that is busy may miss
// them now and then, so the best of some tries counts.
func TestBudget(t *testing.T) {
	crowd(t)
	const tries, rounds = 3, 4
	first, cpu := time.Hour, time.Hour
	for range tries {
		wall, _ := scans(t, 1, func() ([]Sidecar, error) { return Scan(t.Context()) })
		first = min(first, wall)
		s := newScanner(system{})
		for range 2 * rarest { // the first look at everything is over
			if _, err := s.scan(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		_, used := scans(t, rounds*rarest, func() ([]Sidecar, error) { return s.scan(t.Context()) })
		cpu = min(cpu, used)
	}
	t.Logf("a first scan takes %s, those after it use %s of a processor each: %.3f%% of a core every %s",
		first, cpu, 100*share(cpu), DefaultInterval)
	if first > mostPerScan {
		t.Errorf("a scan takes %s, want %s at most", first, mostPerScan)
	}
	if share(cpu) > mostOfACore {
		t.Errorf("scans take %.3f%% of a core, want %.3f%% at most", 100*share(cpu), 100*mostOfACore)
	}
}

// BenchmarkScan is what discovery costs with 300 processes more than the machine
// has by itself: the first scan, which reads everything, and those after it.
//
//	go test -run '^$' -bench Scan ./internal/discover
func BenchmarkScan(b *testing.B) {
	crowd(b)
	report := func(b *testing.B, wall, cpu time.Duration) {
		b.Helper()
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(wall.Seconds()*1e3, "ms/scan")
		b.ReportMetric(cpu.Seconds()*1e3, "cpu-ms/scan")
		b.ReportMetric(100*share(cpu), "%core-at-2s")
	}
	b.Run("first", func(b *testing.B) {
		wall, cpu := scans(b, b.N, func() ([]Sidecar, error) { return Scan(b.Context()) })
		report(b, wall, cpu)
	})
	b.Run("later", func(b *testing.B) {
		s := newScanner(system{})
		for range 2 * rarest {
			if _, err := s.scan(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		wall, cpu := scans(b, b.N, func() ([]Sidecar, error) { return s.scan(b.Context()) })
		report(b, wall, cpu)
	})
}
