// Package bench measures the built console on a pseudo terminal against a bare
// Bubble Tea program, alternating in one run, for machines are noisy:
//
//	go test -run '^$' -bench . -benchtime 7x ./internal/bench
package bench

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func build(b *testing.B, dir, pkg string) string {
	b.Helper()
	out := filepath.Join(dir, filepath.Base(pkg))
	if text, err := exec.Command("go", "build", "-trimpath", "-o", out, pkg).CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v\n%s", pkg, err, text)
	}
	return out
}

// engine starts the engine in another process and returns its address.
func engine(b *testing.B, dir string) string {
	b.Helper()
	cmd := exec.Command(build(b, dir, "github.com/daprdeck/daprdeck/internal/bench/engine"), "-instances", "1000")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}

// BenchmarkFirstFrame is the time from the start of the process to its first
// frame, the console's against the bare program's.
func BenchmarkFirstFrame(b *testing.B) {
	dir := b.TempDir()
	console := build(b, dir, "github.com/daprdeck/daprdeck")
	bare := build(b, dir, "github.com/daprdeck/daprdeck/internal/bench/bare")
	address := engine(b, dir)
	var ours, theirs, rows []float64
	for b.Loop() {
		s := open(b, bare)
		theirs = append(theirs, s.shows(b, "bare-program").Seconds()*1e3)
		s.close()
		s = open(b, console, "--address", address)
		ours = append(ours, s.shows(b, "daprdeck").Seconds()*1e3)
		rows = append(rows, s.shows(b, "OrderProcessing").Seconds()*1e3)
		s.close()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(theirs), "bare-ms")
	b.ReportMetric(median(ours), "console-ms")
	b.ReportMetric(median(ours)-median(theirs), "above-bare-ms")
	b.ReportMetric(median(rows), "first-rows-ms")
}

// BenchmarkIdle is what the console costs at rest, with 1,000 instances that do
// nothing and a refresh every 2 s, against the bare program.
func BenchmarkIdle(b *testing.B) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		b.Skip("needs /proc to read CPU times")
	}
	dir := b.TempDir()
	console := build(b, dir, "github.com/daprdeck/daprdeck")
	bare := build(b, dir, "github.com/daprdeck/daprdeck/internal/bench/bare")
	address := engine(b, dir)
	var ours, theirs, written []float64
	for b.Loop() {
		s := open(b, bare)
		s.shows(b, "bare-program")
		percent, _ := s.rest(b)
		theirs = append(theirs, percent)
		s.close()
		s = open(b, console, "--address", address)
		s.shows(b, "OrderProcessing")
		s.rest(b) // the first load, and what is read once it is there
		percent, perSecond := s.rest(b)
		ours, written = append(ours, percent), append(written, perSecond)
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		s.close()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(theirs), "bare-%core")
	b.ReportMetric(median(ours), "console-%core")
	b.ReportMetric(median(written), "B/s-to-terminal")
}
