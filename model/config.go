package model

import (
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// Config is what a Model is made of. Client, Feed and Now have no default.
type Config struct {
	Client Client
	Feed   Feed
	Keys   keymap.Map
	// ReadOnly says so in the header. It goes with keymap.Map.ReadOnly, which
	// takes the keys away, and with a client that refuses.
	ReadOnly bool
	// Production says in the header that people rely on what is shown, and has
	// every form that destroys ask for the instance's ID. Context is the name of
	// what the configuration has for it.
	Production bool
	Context    string
	Look       Look
	// ASCII draws without any symbol of ambiguous width.
	ASCII bool
	// Plain says that the terminal, whose name is TerminalName, is not known to
	// answer questions and to have a clipboard: it gets neither.
	Plain        bool
	TerminalName string
	// Remarks are what somebody should know who looks at the screen: each is
	// shown once. Nil has none.
	Remarks <-chan string
	// Free gives memory that is not in use back to the system. Nil leaves that to
	// the runtime.
	Free func()
	// Mouse lets the mouse select and scroll. The terminal's own selection of
	// text then needs shift.
	Mouse bool
	// UTC shows times in UTC to begin with.
	UTC bool
	// Zone is the user's time zone; nil is UTC.
	Zone *time.Location
	// ReadTimeout and ActionTimeout bound one read and one action.
	ReadTimeout   time.Duration
	ActionTimeout time.Duration
	// Guard is for how long a form that destroys ignores keys after it opens,
	// and every form that changes something is not sent. Quiet is how long no key
	// must have come before the one that sends a form: keys that come faster are
	// none of a person's.
	Guard time.Duration
	Quiet time.Duration
	// Logger gets actions with their outcomes and slow frames. It never gets a
	// payload.
	Logger *slog.Logger
	// Now is the clock.
	Now func() time.Time
	// After delivers a message after a delay; nil is tea.Tick.
	After func(d time.Duration, msg func(time.Time) tea.Msg) tea.Cmd
	// ReadFile loads a payload named with @path.
	ReadFile func(path string) (string, error)
	// Editor edits a text in the user's editor, which gets the terminal.
	Editor func(text string) Editing
	// Pager shows a text in the user's pager, which gets the terminal. The text
	// is made when the pager starts.
	Pager func(text func() string) tea.ExecCommand
	// WriteValue writes a value to a file, and replaces one that is there only
	// when it is told to: the error is fs.ErrExist else.
	WriteValue func(path, text string, replace bool) error
	// Dismiss lets a sidecar go, by its address, with the rows that it left; nil
	// where none can be.
	Dismiss func(address string)
	// WatchIDs adds the IDs in a text, one a line, to the watch list of an app
	// whose sidecar cannot list, and keeps them for the next time when told to.
	// It returns how many are on the list then. Nil adds none.
	WatchIDs func(app, text string, remember bool) (total int, err error)
	// ForgetIDs takes the IDs in a text off that list again, for the next time
	// too, and returns how many are left.
	ForgetIDs func(app, text string) (left int, err error)
	// Served says that others than its user's own terminal see the console: no
	// key reaches the files and programs of this machine then.
	Served bool
	// Saved, when set, says that the instances are those of a file. Time stands
	// still then at the moment when it was saved.
	Saved *Saved
	// Interval is the refresh interval that the feed starts with.
	Interval time.Duration
}

// Saved is a file of saved instances: its name, clean, and when it was saved,
// zero when that is not known.
type Saved struct {
	Name string
	At   time.Time
}

// Editing is one run of an editor. Run does all the work; Text is the result.
type Editing interface {
	tea.ExecCommand
	Text() string
}

const (
	defaultReadTimeout   = 5 * time.Second
	defaultActionTimeout = 10 * time.Second
	defaultGuard         = 300 * time.Millisecond
	defaultQuiet         = 25 * time.Millisecond
	// slowFrame is when an update with its view is worth a line in the log:
	// one frame at 60 a second.
	slowFrame = 16 * time.Millisecond
)

func (c Config) withDefaults() Config {
	if c.ReadTimeout <= 0 {
		c.ReadTimeout = defaultReadTimeout
	}
	if c.ActionTimeout <= 0 {
		c.ActionTimeout = defaultActionTimeout
	}
	if c.Guard == 0 {
		c.Guard = defaultGuard
	}
	if c.Quiet == 0 {
		c.Quiet = defaultQuiet
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.After == nil {
		c.After = tea.Tick
	}
	return c
}
