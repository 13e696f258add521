package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/model"
)

// attendant takes the signals of the process while the screen is open, and
// knows what has ended it. Bubble Tea's own handler (2.1.1, handleSignals) drops
// a signal that comes while another program has the terminal.
type attendant struct {
	// send brings a message to the program. It waits while another program has
	// the terminal, so that what comes meanwhile is remembered.
	send func(tea.Msg)
	// lent is set while another program has the terminal.
	lent atomic.Bool
	// returned is when it gave the terminal back, in nanoseconds since 1970; 0
	// for never.
	returned atomic.Int64
	// suspended is set from ctrl+z until the screen is back.
	suspended atomic.Bool
	// resumed is when the screen came back last, as returned.
	resumed atomic.Int64

	mu sync.Mutex
	// cause is what ended the screen from outside, "" when nothing did.
	cause string
}

// end ends the screen in good order: what is left of the terminal gets its
// screen and its cursor back. The first cause counts.
func (a *attendant) end(cause string) {
	a.mu.Lock()
	first := a.cause == ""
	if first {
		a.cause = cause
	}
	a.mu.Unlock()
	if first {
		go a.send(tea.QuitMsg{})
	}
}

// endedBy returns the cause that was given to end first, or "".
func (a *attendant) endedBy() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.cause
}

// run takes signals until ctx ends.
func (a *attendant) run(ctx context.Context) {
	ends, stops, continued := make(chan os.Signal, 4), make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(ends, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(ends)
	notify(continued, continueSignals)
	defer signal.Stop(continued)
	notify(stops, stopSignals)
	defer signal.Stop(stops)
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-ends:
			// ctrl+c in the editor or the pager is meant for that.
			if s != os.Interrupt || !a.editors() {
				a.end(signalName(s))
			}
		case <-stops:
			a.stop()
		case <-continued:
			if !a.suspended.Load() && !a.lent.Load() && !lately(&a.resumed) {
				go a.setAnew()
			}
		}
	}
}

// setAnew sets the modes of the terminal and draws the whole screen. The process
// was stopped without a chance to give the terminal back (SIGSTOP), and whoever
// had it meanwhile has left it as it likes it.
func (a *attendant) setAnew() {
	a.send(tea.Exec(nothing{}, nil)()) // gives the terminal back and takes it
	a.send(tea.ClearScreen())
}

// filter sees every message of the program before the model does. Upon
// SuspendMsg Bubble Tea gives the terminal back, sends SIGTSTP to the job and
// waits for SIGCONT.
func (a *attendant) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg.(type) {
	case tea.SuspendMsg:
		a.suspended.Store(true)
	case tea.ResumeMsg:
		a.resumed.Store(time.Now().UnixNano())
		a.suspended.Store(false)
	}
	return msg
}

// stop is what a SIGTSTP does. While the screen is open it is ctrl+z; once the
// terminal belongs to somebody else, the process stops.
func (a *attendant) stop() {
	switch {
	case !a.suspended.Load() && !a.lent.Load():
		go a.send(tea.SuspendMsg{})
	case !stopSelf() && a.suspended.Load():
		continueSelf() // nobody would continue it
	}
}

// lend runs a program that gets the terminal. A stop is then a stop of both: a
// shell takes the terminal back only when the whole job has stopped.
func (a *attendant) lend(run func() error) error {
	a.lent.Store(true)
	defer a.lent.Store(false)
	defer func() { a.returned.Store(time.Now().UnixNano()) }()
	return run()
}

// lateSignal is for how long a signal still counts as one of before, after the
// console has taken the terminal back: a busy machine delivers it late. A second
// restore beside the first would be a data race in Bubble Tea 2.1.1 (checkResize).
const lateSignal = 2 * time.Second

// lately reports whether a moment, in nanoseconds since 1970, has just been.
func lately(at *atomic.Int64) bool { return time.Since(time.Unix(0, at.Load())) < lateSignal }

// editors reports whether an interrupt that comes now was meant for the editor or
// the pager. The console itself reads ctrl+c as a key, so that nothing of a
// user's is lost.
func (a *attendant) editors() bool { return a.lent.Load() || lately(&a.returned) }

// notify is signal.Notify, which with no signal at all would take every one.
func notify(c chan<- os.Signal, signals []os.Signal) {
	if len(signals) > 0 {
		signal.Notify(c, signals...)
	}
}

// lendTo has the editor and the pager of cfg borrow the terminal.
func (a *attendant) lendTo(cfg *model.Config) {
	newEditor, newPager := cfg.Editor, cfg.Pager
	cfg.Editor = func(text string) model.Editing { return lentEditor{newEditor(text), a} }
	cfg.Pager = func(text func() string) tea.ExecCommand { return lentPager{newPager(text), a} }
}

// lentEditor and lentPager are programs that get the terminal from an attendant.
type (
	lentEditor struct {
		model.Editing
		from *attendant
	}
	lentPager struct {
		tea.ExecCommand
		from *attendant
	}
)

func (e lentEditor) Run() error            { return e.from.lend(e.Editing.Run) }
func (e lentEditor) SetStdout(w io.Writer) { e.Editing.SetStdout(file(w)) }

func (p lentPager) Run() error            { return p.from.lend(p.ExecCommand.Run) }
func (p lentPager) SetStdout(w io.Writer) { p.ExecCommand.SetStdout(file(w)) }

// file unwraps a writer that stands for a file: another program must have the
// terminal itself.
func file(w io.Writer) io.Writer {
	if f, ok := w.(interface{ Unwrap() *os.File }); ok {
		return f.Unwrap()
	}
	return w
}
