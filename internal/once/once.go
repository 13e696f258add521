// Package once loads the instances behind a sidecar one time and prints them,
// with the same engine as the console.
package once

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Options say what is printed and how.
type Options struct {
	// Format is one of Formats.
	Format string
	// Filter is a filter text, as behind the / of the console.
	Filter string
	// Zone is that of the times in the table; the other formats are in UTC.
	Zone *time.Location
}

// Check reports what is wrong with the options, in words for the command line.
func (o Options) Check() error {
	if _, ok := printers()[o.Format]; !ok {
		return fmt.Errorf("-o %s: want one of %s", o.Format, FormatList())
	}
	if m, ok := workflow.ParseQuery(o.Filter).Mistake(); ok {
		return fmt.Errorf("--filter: %s", m.Text)
	}
	if workflow.ParseQuery(o.Filter).AsksParents() {
		return errors.New("--filter: parent: needs the history of every instance, which only the console reads")
	}
	return nil
}

// Unread is the error of a load that is complete but for some instances, which
// are printed with what is known of them.
type Unread struct {
	Count int
	First string
}

func (u Unread) Error() string {
	return fmt.Sprintf("%d of the instances could not be read, the first because %s", u.Count, u.First)
}

// Print loads everything once and writes it to out. It fails when there is no
// connection at the first try, when the listing does not come to its end, and
// with Unread.
func Print(ctx context.Context, src watch.Source, cfg watch.Config, o Options, out io.Writer) error {
	snap, err := load(ctx, src, cfg)
	if err != nil {
		return err
	}
	sel, _ := workflow.Filter{Text: o.Filter}.Apply(ctx, snap.Instances, workflow.SelectOptions{By: workflow.SortCreated, Now: time.Now()})
	if err := printers()[o.Format](out, sel.Rows, o); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	var unread Unread
	for i := range snap.Instances {
		if why := snap.Instances[i].ReadErr; why != "" {
			if unread.Count++; unread.Count == 1 {
				unread.First = why
			}
		}
	}
	if unread.Count > 0 {
		return unread
	}
	if n := len(snap.Absent); n > 0 {
		return fmt.Errorf("%d of the %d IDs do not exist there, the first is %s", n, snap.Watched, workflow.CleanID(snap.Absent[0]))
	}
	return nil
}

// load runs a watch until its first refresh is over.
func load(ctx context.Context, src watch.Source, cfg watch.Config) (watch.Snapshot, error) {
	ctx, cancel := context.WithCancel(ctx)
	w := watch.New(src, cfg)
	box := w.Subscribe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	defer func() {
		cancel()
		<-ended
	}()
	patience := time.Now().Add(max(cfg.ReadTimeout, 5*time.Second))
	for {
		snap, ok := box.Next(ctx)
		switch {
		case !ok:
			return snap, fmt.Errorf("the load was broken off: %w", context.Cause(ctx))
		case !snap.RefreshedAt.IsZero() && snap.Listless && snap.Watched == 0:
			return snap, snap.ListErr // no IDs were given either
		case !snap.RefreshedAt.IsZero():
			return snap, nil
		case workflow.KindOf(snap.Err) == workflow.KindDeadline && time.Now().Before(patience):
			// The watch's first tries are short, for a sidecar that is just coming up.
		case snap.Err != nil:
			return snap, snap.Err
		}
	}
}
