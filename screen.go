package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/daprdeck/daprdeck/internal/config"
	"github.com/daprdeck/daprdeck/internal/crash"
	"github.com/daprdeck/daprdeck/internal/editor"
	"github.com/daprdeck/daprdeck/internal/input"
	"github.com/daprdeck/daprdeck/internal/pager"
	"github.com/daprdeck/daprdeck/internal/terminal"
	"github.com/daprdeck/daprdeck/internal/valuefile"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/model"
	"github.com/daprdeck/daprdeck/ui"
)

// framesPerSecond is how often at most the screen is drawn. A key must be
// answered at once, also over SSH: at 60 it waits 8 ms on average, at 30 twice
// that. A frame in which nothing changed writes nothing, so the rate costs
// bytes only where there is something to show.
const framesPerSecond = 60

// screen is what the model is made of.
func (s *session) screen(client model.Client, feed model.Feed, logger *slog.Logger) (model.Config, error) {
	c := &s.Config
	keys, err := keymap.Default().Rebind(c.KeyChanges())
	if err != nil {
		return model.Config{}, err
	}
	return model.Config{
		Client: client, Feed: feed, Keys: keys, ReadOnly: c.ReadOnly.V, ASCII: s.ascii(), Mouse: c.Mouse.V, UTC: c.UTC.V,
		Plain: s.terminal.Plain, TerminalName: s.terminal.Name, Remarks: s.remarks, Free: debug.FreeOSMemory,
		Production: c.Production.V, Context: c.Context.V, Look: s.look(),
		Zone: time.Local, ReadTimeout: c.ReadTimeout.V, ActionTimeout: c.Timeout.V, Interval: c.Interval.V, Logger: logger, Now: time.Now,
		ReadFile: readPayload,
		Editor:   func(text string) model.Editing { return editor.New(text, os.Getenv) },
		Pager:    func(text func() string) tea.ExecCommand { return pager.New(text, os.Getenv) }, WriteValue: valuefile.Write,
	}, nil
}

// ascii reports whether to draw without symbols: where nobody has said so, when
// the terminal would show garbage in their place.
func (s *session) ascii() bool {
	if s.ASCII.From.Kind != config.Default || !s.terminal.ASCII {
		return s.ASCII.V
	}
	s.remark("drawn in ASCII, for the locale has no UTF-8 (" + s.terminal.Locale + "): --ascii=false or LANG=C.UTF-8 changes that")
	return true
}

// output is what the screen is drawn on and how. gone is called when that has
// hung up.
func output(plain bool, gone func()) []tea.ProgramOption {
	screen := &input.Screen{File: os.Stdout, To: os.Stdout, Gone: gone}
	if !plain {
		return []tea.ProgramOption{tea.WithOutput(screen)}
	}
	screen.To = terminal.Output{File: os.Stdout}
	return []tea.ProgramOption{tea.WithOutput(screen), tea.WithColorProfile(colorprofile.ASCII)}
}

// look is how the console looks.
func (s *session) look() model.Look {
	return model.Look{
		Theme: background(s.Theme.Background.V), Roles: s.Colors(), Header: s.Color.V, Columns: slices.Clone(s.Columns.V),
	}
}

func background(name string) ui.ThemeChoice {
	switch name {
	case "dark":
		return ui.ThemeDark
	case "light":
		return ui.ThemeLight
	}
	return ui.ThemeAuto
}

// runScreen runs the screen until the user leaves it, and everything else until
// then. When a signal or the end of the terminal closes the screen while actions
// are in flight, that is a failure which names them.
func runScreen(ctx context.Context, cfg model.Config, beside ...func(context.Context)) error {
	keys, closeKeys, err := input.Open(os.Stdin)
	if err != nil {
		return failure{err}
	}
	defer closeKeys()
	if err := inForeground(ctx, keys.File); err != nil {
		return failure{err}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	attendant := new(attendant)
	attendant.lendTo(&cfg)
	gone := func() { attendant.end(terminalClosed) }
	keys.Gone = gone
	m := model.New(ctx, cfg)
	program := tea.NewProgram(m, append(output(cfg.Plain, gone), tea.WithContext(ctx), tea.WithFPS(framesPerSecond), tea.WithInput(keys),
		tea.WithoutSignalHandler(), tea.WithFilter(attendant.filter))...)
	attendant.send = program.Send
	var guard crash.Guard
	guard.SetStop(program.Kill)
	var running sync.WaitGroup
	for _, run := range append(beside, attendant.run, attendant.watch(keys.File), attendant.watch(os.Stdout)) {
		running.Add(1)
		guard.Go(func() {
			defer running.Done()
			run(ctx)
		})
	}
	_, err = program.Run()
	unknown, cause := m.EndFlights(), attendant.endedBy() // before their calls are canceled
	cancel()
	running.Wait()
	switch {
	case guard.Print(workflow.TextWriter{W: os.Stderr}):
		return failure{errors.New("crashed")}
	case cause != "" && len(unknown) > 0:
		return failure{errors.New(unknownOutcomes(cause, unknown))}
	case cause == "" && err != nil:
		return failure{err}
	}
	return nil
}
