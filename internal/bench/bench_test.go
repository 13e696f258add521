// Package bench measures the built console on a pseudo terminal against a bare
// Bubble Tea program, alternating in one run, for machines are noisy:
//
//	go test -run '^$' -bench . -benchtime 7x ./internal/bench
package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// ticksPerSecond is the unit of CPU time in /proc, USER_HZ, which Linux fixes.
const ticksPerSecond = 100

// idleFor is how long a program is watched at rest. It is a measurement, not a
// wait for something.
const idleFor = 10 * time.Second

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

// screen is a program on a pseudo terminal.
type screen struct {
	cmd   *exec.Cmd
	tty   *os.File
	began time.Time

	mu    sync.Mutex
	text  bytes.Buffer
	bytes int
	news  chan struct{}
}

func open(b *testing.B, name string, args ...string) *screen {
	b.Helper()
	s := &screen{cmd: exec.Command(name, args...), news: make(chan struct{}, 1)}
	s.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor")
	s.began = time.Now()
	tty, err := pty.StartWithSize(s.cmd, &pty.Winsize{Rows: 50, Cols: 200})
	if err != nil {
		b.Fatal(err)
	}
	s.tty = tty
	go s.read()
	return s
}

func (s *screen) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.bytes += n
		s.text.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// shows waits until the program has written text, and says how long after its
// start that was.
func (s *screen) shows(b *testing.B, text string) time.Duration {
	b.Helper()
	limit := time.After(20 * time.Second)
	for {
		s.mu.Lock()
		found := bytes.Contains(s.text.Bytes(), []byte(text))
		s.mu.Unlock()
		if found {
			return time.Since(s.began)
		}
		select {
		case <-s.news:
		case <-limit:
			b.Fatalf("no %q on the screen", text)
		}
	}
}

// close presses q and waits for the end.
func (s *screen) close() {
	_, _ = io.WriteString(s.tty, "q")
	_ = s.cmd.Wait()
	_ = s.tty.Close()
}

// cpu is the CPU time that the program has used so far.
func (s *screen) cpu(b *testing.B) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	total := 0
	for _, f := range fields[11:13] { // utime and stime, proc(5)
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		total += n
	}
	return time.Duration(total) * time.Second / ticksPerSecond
}

// rest watches the program doing nothing: its share of a core, in percent, and
// the bytes it writes to the terminal a second.
func (s *screen) rest(b *testing.B) (percent, bytesPerSecond float64) {
	b.Helper()
	s.mu.Lock()
	before := s.bytes
	s.mu.Unlock()
	used := s.cpu(b)
	<-time.After(idleFor)
	used = s.cpu(b) - used
	s.mu.Lock()
	defer s.mu.Unlock()
	return 100 * used.Seconds() / idleFor.Seconds(), float64(s.bytes-before) / idleFor.Seconds()
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
