package console

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// rawLimit bounds the output that is kept, in bytes.
const rawLimit = 1 << 20

// terminal is the emulator with what the tests ask of it.
type terminal struct {
	emu *vt.Emulator

	mu        sync.Mutex
	shown     Screen        // the last whole frame
	changed   chan struct{} // closed and replaced with each frame
	written   int64
	raw       []byte
	alt       bool
	hidden    bool // the cursor
	modes     map[ansi.Mode]bool
	title     string
	clipboard *string
}

func newTerminal(width, height int) *terminal {
	t := &terminal{
		emu:     vt.NewEmulator(width, height),
		changed: make(chan struct{}),
		modes:   make(map[ansi.Mode]bool),
	}
	t.shown = t.screen()
	// The callbacks run inside write, under its lock.
	t.emu.SetCallbacks(vt.Callbacks{
		AltScreen:        func(on bool) { t.alt = on },
		CursorVisibility: func(visible bool) { t.hidden = !visible },
		Title:            func(title string) { t.title = title },
		EnableMode:       func(m ansi.Mode) { t.modes[m] = true },
		DisableMode:      func(m ansi.Mode) { delete(t.modes, m) },
	})
	t.emu.RegisterOscHandler(52, func(data []byte) bool {
		t.copy(string(data))
		return true
	})
	t.emu.RegisterCsiHandler('r', t.tooLow)
	return t
}

// tooLow takes margins that lie below the screen away from the emulator, which
// would scroll lines that it does not have: a frame that was on its way when
// the window shrank has such margins, and real terminals bear with them.
func (t *terminal) tooLow(params ansi.Params) bool {
	bottom, _, given := params.Param(1, 0)
	return given && bottom > t.emu.Height()
}

// copy keeps the text of "52;c;BASE64". A query ("?") is not answered.
func (t *terminal) copy(data string) {
	parts := strings.SplitN(data, ";", 3)
	if len(parts) != 3 || parts[2] == "?" {
		return
	}
	text, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return
	}
	s := string(text)
	t.clipboard = &s
}

func (t *terminal) write(p []byte) {
	if len(p) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.written += int64(len(p))
	t.raw = append(t.raw, p...)
	if extra := len(t.raw) - rawLimit; extra > 0 {
		t.raw = append(t.raw[:0:0], t.raw[extra:]...)
	}
	_, _ = t.emu.Write(p) // fails only when it has been closed
}

// show makes what has been written visible and wakes those who wait for it.
func (t *terminal) show() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shown = t.screen()
	close(t.changed)
	t.changed = make(chan struct{})
}

// close ends the stream of replies. The emulator's own Close does that too,
// but races with whoever reads them.
func (t *terminal) close() {
	if pipe, ok := t.emu.InputPipe().(io.Closer); ok {
		_ = pipe.Close()
	}
}

func (t *terminal) resize(width, height int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.emu.Resize(width, height)
}

// watch is the last whole frame and a channel that is closed with the next.
func (t *terminal) watch() (Screen, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shown, t.changed
}

func (t *terminal) snapshot() Screen {
	screen, _ := t.watch()
	return screen
}

func (t *terminal) count() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.written
}

func (t *terminal) output() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]byte(nil), t.raw...)
}

func (t *terminal) copied() (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.clipboard == nil {
		return "", false
	}
	return *t.clipboard, true
}

func (t *terminal) pasteMode() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.modes[ansi.ModeBracketedPaste]
}

var errNotRestored = errors.New("the terminal is not as it was")

func (t *terminal) restored() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var left []string
	if t.alt {
		left = append(left, "alternate screen")
	}
	if t.hidden {
		left = append(left, "hidden cursor")
	}
	for mode, name := range map[ansi.Mode]string{
		ansi.ModeBracketedPaste:   "bracketed paste",
		ansi.ModeFocusEvent:       "focus events",
		ansi.ModeMouseNormal:      "mouse",
		ansi.ModeMouseButtonEvent: "mouse buttons",
		ansi.ModeMouseAnyEvent:    "mouse motion",
	} {
		if t.modes[mode] {
			left = append(left, name)
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("%w: %s", errNotRestored, strings.Join(left, ", "))
	}
	return nil
}
