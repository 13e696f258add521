package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// deck is a running console that writes a log.
type deck struct {
	*console.Console
	log string
}

// openDeck starts the console on an app, in a terminal of 160 by 45 cells.
func (b *bench) openDeck(a *app) (*deck, error) {
	home, err := os.MkdirTemp(b.dir, "home-")
	if err != nil {
		return nil, fmt.Errorf("home of the console: %w", err)
	}
	d := &deck{log: filepath.Join(home, "log.json")}
	d.Console, err = console.Start(console.Options{
		Program: b.deck, Home: home, Width: 160, Height: 45,
		Args: []string{"--address", a.Address(), "--interval", b.o.Interval.String(), "--log-file", d.log},
	})
	return d, err
}

// exitWithin bounds how long the console takes to end.
const exitWithin = 20 * time.Second

// leave ends the console by its key.
func (d *deck) leave() error {
	err := d.Keys("ctrl+c")
	if err == nil {
		_, err = d.WaitExit(exitWithin)
	}
	return errors.Join(err, d.Close())
}

// refresh is a line of the log: one complete refresh.
type refresh struct {
	Msg                                string
	List, Get, Sidecar, Failed, Listed int
	Rows, Behind                       int
	Took                               time.Duration
}

// refreshes are the complete ones so far.
func (d *deck) refreshes() ([]refresh, error) {
	data, err := os.ReadFile(d.log)
	if err != nil {
		return nil, fmt.Errorf("the log of the console: %w", err)
	}
	var all []refresh
	for line := range bytes.Lines(data) {
		var r refresh
		if bytes.HasSuffix(line, []byte("\n")) && json.Unmarshal(line, &r) == nil && r.Msg == "refresh" {
			all = append(all, r)
		}
	}
	return all, nil
}

var errRefreshes = errors.New("not enough complete refreshes")

// await waits until there have been n complete refreshes, and returns all.
func (d *deck) await(ctx context.Context, n int, within time.Duration) ([]refresh, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var all []refresh
	err := harness.Eventually(ctx, func(context.Context) (err error) {
		if all, err = d.refreshes(); err != nil || len(all) >= n {
			return err
		}
		return fmt.Errorf("%w: %d of %d\n%s", errRefreshes, len(all), n, d.Screen().Framed())
	})
	return all, err
}
