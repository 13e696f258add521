package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// spawner starts every child from one operating system thread that lives as
// long as the spawner. The parent-death signal is bound to the thread that
// forked, not to the process: a child forked from a thread that Go retires
// would be killed in the middle of a test.
type spawner struct {
	requests chan spawnRequest
	quit     chan struct{}
}

type spawnRequest struct {
	cmd   *exec.Cmd
	reply chan error
}

func newSpawner() *spawner {
	s := &spawner{requests: make(chan spawnRequest), quit: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for {
			select {
			case r := <-s.requests:
				r.reply <- r.cmd.Start()
			case <-s.quit:
				return
			}
		}
	}()
	return s
}

var errStopped = errors.New("the runtime has been stopped")

func (s *spawner) start(cmd *exec.Cmd) error {
	r := spawnRequest{cmd: cmd, reply: make(chan error, 1)}
	select {
	case s.requests <- r:
		return <-r.reply
	case <-s.quit:
		return errStopped
	}
}

// stop ends the thread; children that are still alive die with it.
func (s *spawner) stop() { close(s.quit) }

// process is a child with its output kept in a file.
type process struct {
	name    string
	logPath string
	cmd     *exec.Cmd
	done    chan struct{} // closed when the child has been reaped
}

// command describes a child to start.
type command struct {
	name    string   // for messages
	path    string   // program
	args    []string // its arguments
	env     []string // its whole environment
	dir     string   // its working directory
	logPath string   // file its output is appended to
	// logLimit is how much of its output is kept, in bytes; zero: all of it.
	logLimit int64
}

// launch starts a child that dies with this process.
func (s *spawner) launch(c command) (*process, error) {
	out, err := os.OpenFile(c.logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log of %s: %w", c.name, err)
	}
	cmd := exec.Command(c.path, c.args...) //nolint:noctx // it outlives the call; kill ends it
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = c.env, c.dir, out, out
	if c.logLimit > 0 {
		head := &headWriter{file: out, left: c.logLimit}
		cmd.Stdout, cmd.Stderr, cmd.WaitDelay = head, head, time.Second
	}
	cmd.SysProcAttr = dieWithParent()
	if err := s.start(cmd); err != nil {
		_ = out.Close()
		return nil, fmt.Errorf("start %s: %w", c.name, err)
	}
	p := &process{name: c.name, logPath: c.logPath, cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // the exit status is read from cmd.ProcessState
		_ = out.Close()
		close(p.done)
	}()
	return p, nil
}

// headWriter keeps the first bytes and drops the rest.
type headWriter struct {
	file *os.File
	left int64
}

func (w *headWriter) Write(data []byte) (int, error) {
	keep := data[:min(int64(len(data)), w.left)]
	w.left -= int64(len(keep))
	if _, err := w.file.Write(keep); err != nil {
		return 0, fmt.Errorf("write a log: %w", err)
	}
	return len(data), nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) alive() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// kill ends the child with SIGKILL and waits until it is gone. A daprd that
// gets SIGTERM while a worker is attached stays for minutes, and nothing here
// is worth a clean end. No child at all is as good as one that is gone.
func (p *process) kill() {
	if p == nil {
		return
	}
	if p.alive() {
		_ = p.cmd.Process.Signal(syscall.SIGKILL)
	}
	<-p.done
}

// waitReady calls ready until it returns nil. It ends early when the child
// dies. ready is called again at once after a failure that took long, and a
// little later after one that did not.
func (p *process) waitReady(ctx context.Context, ready func(context.Context) error) error {
	err := poll(ctx, p.done, ready)
	switch {
	case err == nil:
		return nil
	case !p.alive():
		return fmt.Errorf("%s (pid %d) ended: %s\n%s", p.name, p.pid(), p.cmd.ProcessState, p.tail(20))
	default:
		return fmt.Errorf("%s (pid %d) is not ready: %w\n%s", p.name, p.pid(), err, p.tail(20))
	}
}

// tailLimit bounds how much of a log is read back for a message, in bytes.
const tailLimit = 64 << 10

// tail returns the last lines of the child's output.
func (p *process) tail(lines int) string {
	f, err := os.Open(p.logPath)
	if err != nil {
		return "(no output: " + err.Error() + ")"
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.Size() > tailLimit {
		if _, err := f.Seek(-tailLimit, io.SeekEnd); err != nil {
			return "(no output: " + err.Error() + ")"
		}
	}
	data, err := io.ReadAll(io.LimitReader(f, tailLimit))
	if err != nil {
		return "(no output: " + err.Error() + ")"
	}
	all := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	return strings.Join(all, "\n")
}
