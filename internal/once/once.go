// Package once loads the instances behind some sidecars one time and prints them,
// with the same engine as the console.
package once

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
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
	// Terminal says that out is a terminal, which obeys what it gets: IDs are
	// escaped then.
	Terminal bool
	// Null ends each ID with a zero byte instead of a line break, for xargs -0.
	Null bool
	// Note is told what a reader of the list should know beside it. Nil is told
	// nothing.
	Note func(string)
	// apps says that there are several, so that the table names that of a row.
	apps bool
}

// Check reports what is wrong with the options, in words for the command line.
func (o Options) Check() error {
	if _, ok := printers()[o.Format]; !ok {
		return fmt.Errorf("-o %s: want one of %s", o.Format, FormatList())
	}
	if m, ok := workflow.ParseQuery(o.Filter).Mistake(); ok {
		return fmt.Errorf("--filter: %s", m.Text)
	}
	if hints := workflow.ParseQuery(o.Filter).Mistakes(); len(hints) > 0 { // in a script nobody sees them
		return fmt.Errorf("--filter: %s; put the word in double quotes to search for it", hints[0].Text)
	}
	if o.Null && o.Format != formatIDs {
		return errors.New("--null needs -o ids")
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

// Print loads everything behind some sidecars once and writes it to out. It
// fails when there is no connection to one at the first try, when a listing does
// not come to its end, and with Unread; what was read until then, and what the
// other sidecars have, is printed all the same. Of two sidecars of one app the
// first that answers in full counts.
func Print(ctx context.Context, sources []watch.Source, cfg watch.Config, o Options, out io.Writer) error {
	loads := loadAll(ctx, sources, cfg)
	rows, errs := gather(loads, o.Note)
	if len(rows) == 0 && len(sources) == 1 && loads[0].err != nil {
		return loads[0].err
	}
	o.apps = len(sources) > 1
	sel, _ := workflow.Filter{Text: o.Filter}.Apply(ctx, rows, workflow.SelectOptions{By: workflow.SortCreated, Now: time.Now()})
	if o.Note != nil {
		o.notes(sel.Rows)
	}
	if err := printers()[o.Format](out, sel.Rows, o); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	if err := o.withheld(sel.Rows); err != nil {
		errs = append(errs, err)
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// gather returns the rows of all loads, each app's once, with what is missing of
// them. note is told what else is odd; it may be nil.
func gather(loads []loaded, note func(string)) (rows []*workflow.Instance, errs []error) {
	apps := map[string]bool{}
	for _, l := range loads {
		if note != nil && l.snap.Sidecar.Door.PlainToken {
			note("the API token was sent unencrypted to " + l.snap.Address)
		}
		if app := l.snap.Sidecar.AppID; l.err == nil && !apps[app] { // the others are replicas
			apps[app] = true
			rows = append(rows, l.snap.Instances...)
			errs = append(errs, missed(&l.snap)...)
		}
	}
	for _, l := range loads {
		app := l.snap.Sidecar.AppID
		if l.err == nil || app != "" && apps[app] {
			continue // its app is read, here or from a replica
		}
		err := l.err
		if len(loads) > 1 {
			err = fmt.Errorf("%s: %w", l.address, err)
		}
		if n := len(l.snap.Instances); n > 0 {
			apps[app] = true
			rows = append(rows, l.snap.Instances...)
			err = fmt.Errorf("the list is not complete (%d read): %w", n, err)
		}
		errs = append(errs, err)
	}
	return rows, errs
}

// notes tells what is odd about the list, one line each: nothing matches a word
// that is written like a key, or IDs go to a pipe with what a terminal obeys.
func (o Options) notes(rows []*workflow.Instance) {
	if names := workflow.ParseQuery(o.Filter).LikeKeys(); len(rows) == 0 && len(names) > 0 {
		o.Note(fmt.Sprintf("nothing matches; %s: is not a key of the filter, so it is searched for as text. The keys are %s",
			workflow.Clean(names[0]), strings.Join(workflow.Keys(), ", ")))
	}
	if o.Terminal || o.Format != formatIDs && o.Format != formatCSV {
		return
	}
	n := 0
	for i := range rows {
		if workflow.Clean(rows[i].InstanceID) != rows[i].InstanceID {
			n++
		}
	}
	if n > 0 {
		o.Note(fmt.Sprintf("%d of the IDs hold characters that a terminal obeys or does not show; -o json escapes them", n))
	}
}

// missed says what a complete load lacks.
func missed(snap *watch.Snapshot) (errs []error) {
	var unread Unread
	for i := range snap.Instances {
		if why := snap.Instances[i].ReadErr; why != "" {
			if unread.Count++; unread.Count == 1 {
				unread.First = why
			}
		}
	}
	if unread.Count > 0 {
		errs = append(errs, unread)
	}
	if n := len(snap.Absent); n > 0 {
		errs = append(errs, fmt.Errorf("%d of the %d IDs do not exist there, the first is %s", n, snap.Watched, workflow.Shorten(workflow.Escaped(snap.Absent[0]), workflow.ShortText)))
	}
	return errs
}

// loaded is what was read of one sidecar, and why that is not all of it.
type loaded struct {
	snap    watch.Snapshot
	address string
	err     error
}

// loadAll loads from all sidecars at once.
func loadAll(ctx context.Context, sources []watch.Source, cfg watch.Config) []loaded {
	loads := make([]loaded, len(sources))
	var all sync.WaitGroup
	for i, src := range sources {
		loads[i].address = src.Address()
		all.Go(func() { loads[i].snap, loads[i].err = load(ctx, src, cfg) })
	}
	all.Wait()
	return loads
}

// load runs a watch until its first refresh is over.
func load(ctx context.Context, src watch.Source, cfg watch.Config) (watch.Snapshot, error) {
	ctx, cancel := context.WithCancel(ctx)
	cfg.Whole = true
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
