package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// ticksPerSecond is the unit of CPU time in /proc, USER_HZ, which Linux fixes.
const ticksPerSecond = 100

// idleFor is how long a program is watched at rest. It is a measurement, not a
// wait for something.
const idleFor = 10 * time.Second

// screen is a program on a pseudo terminal.
type screen struct {
	cmd   *exec.Cmd
	tty   *os.File
	began time.Time

	mu    sync.Mutex
	text  bytes.Buffer
	bytes int
	news  chan struct{}
	// awaited is the text that a key is to bring, looked for from the byte from
	// on; seen gets the time at which it came.
	awaited string
	from    int
	seen    chan time.Time
	// marks are the lines that the program wrote to file descriptor 3.
	marks chan string
	// latest is the mark that now saw last.
	latest string
}

func open(b *testing.B, name string, args ...string) *screen {
	b.Helper()
	s := &screen{
		cmd: exec.Command(name, args...), news: make(chan struct{}, 1), seen: make(chan time.Time, 1), marks: make(chan string, 10_000),
	}
	s.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "XDG_CONFIG_HOME="+b.TempDir())
	marks, theirs, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	s.cmd.ExtraFiles = []*os.File{theirs}
	s.began = time.Now()
	tty, err := pty.StartWithSize(s.cmd, &pty.Winsize{Rows: 50, Cols: 200})
	if err != nil {
		b.Fatal(err)
	}
	s.tty = tty
	_ = theirs.Close()
	go s.read()
	go func() {
		for lines := bufio.NewScanner(marks); lines.Scan(); {
			s.marks <- lines.Text()
		}
		_ = marks.Close()
		close(s.marks)
	}()
	return s
}

func (s *screen) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.bytes += n
		s.text.Write(buf[:n])
		if s.awaited != "" && bytes.Contains(s.text.Bytes()[s.from:], []byte(s.awaited)) {
			s.awaited = ""
			s.seen <- time.Now()
		}
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

// press sends a key and returns how long it took until text came.
func (s *screen) press(b *testing.B, key, text string) time.Duration {
	b.Helper()
	s.mu.Lock()
	s.awaited, s.from = text, s.text.Len()
	s.mu.Unlock()
	pressed := time.Now()
	if _, err := io.WriteString(s.tty, key); err != nil {
		b.Fatal(err)
	}
	select {
	case at := <-s.seen:
		return at.Sub(pressed)
	case <-time.After(20 * time.Second):
		b.Fatalf("no %q after the key %q", text, key)
		return 0
	}
}

// mark waits for a mark that holds all the texts, and returns it.
func (s *screen) mark(b *testing.B, texts ...string) string {
	b.Helper()
	limit := time.After(3 * time.Minute)
next:
	for {
		select {
		case line, ok := <-s.marks:
			if !ok {
				b.Fatalf("the program ended before it marked %q", texts)
			}
			for _, text := range texts {
				if !strings.Contains(line, text) {
					continue next
				}
			}
			return line
		case <-limit:
			b.Fatalf("no mark with %q within three minutes", texts)
		}
	}
}

// now waits until the last mark written holds the text.
func (s *screen) now(b *testing.B, text string) {
	b.Helper()
	for len(s.marks) > 0 {
		s.latest = <-s.marks
	}
	if !strings.Contains(s.latest, text) {
		s.latest = s.mark(b, text)
	}
}

// written is how many bytes the program has sent to the terminal so far.
func (s *screen) written() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes
}

// resident is the program's resident memory in MB of 10^6 bytes.
func (s *screen) resident(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return float64(kb) * 1024 / 1e6
		}
	}
	b.Fatal("no VmRSS")
	return 0
}
