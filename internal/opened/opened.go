// Package opened shows a saved instance and its tree to the console as if a
// sidecar had them: what reads the live instances reads the file instead, and
// what would change them is refused.
package opened

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// File is an opened file. It is model.Client and model.Feed in one.
type File struct {
	name  string
	saved saved.File
	at    map[workflow.Key]int
	snap  fleet.Snapshot

	// fresh holds a token until the snapshot is taken.
	fresh chan struct{}
}

// Open reads a saved file. Its errors are one line that names the file.
func Open(path string) (*File, error) {
	name := workflow.Clean(filepath.Base(path))
	info, err := os.Stat(path)
	switch {
	case err != nil:
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			err = pathErr.Err // the name is before it already
		}
		return nil, fmt.Errorf("%s: %w", workflow.Clean(path), err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", workflow.Clean(path)) // a pipe may never end
	case info.Size() > saved.MaxBytes:
		return nil, fmt.Errorf("%s is larger than %d MB, which no saved instance is", workflow.Clean(path), saved.MaxBytes>>20)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	f, err := saved.Read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", workflow.Clean(path), workflow.Clean(err.Error()))
	}
	return New(name, f), nil
}

// New shows a file under a name, which is clean. Of several instances with one
// ID the first counts.
func New(name string, f saved.File) *File {
	o := &File{name: name, saved: f, at: make(map[workflow.Key]int, len(f.Instances)), fresh: make(chan struct{}, 1)}
	rows := map[string][]*workflow.Instance{}
	for i := range f.Instances {
		row := &f.Instances[i].Detail.Instance
		if _, twice := o.at[row.Key]; twice {
			continue
		}
		o.at[row.Key] = i
		rows[row.AppID] = append(rows[row.AppID], row)
	}
	if len(rows) == 0 {
		rows[f.Sidecar.AppID] = nil
	}
	var apps []fleet.App
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		apps = append(apps, fleet.Of(o.app(id, rows[id], len(rows) == 1)).Apps...)
	}
	o.snap = fleet.Together(apps)
	o.snap.Seq = 1
	o.fresh <- struct{}{}
	return o
}

// app is one app of the file, as if its sidecar had just been read. The file
// tells of the sidecar of the first instance only, or of the only app.
func (f *File) app(id string, rows []*workflow.Instance, only bool) watch.Snapshot {
	s := watch.Snapshot{Seq: 1, Phase: watch.Ready, RefreshedAt: f.saved.SavedAt, Instances: rows, Listed: len(rows), Sidecar: workflow.Sidecar{AppID: id}}
	if told := f.saved.Sidecar; only || told.AppID == id {
		s.Address, s.Sidecar = told.Address, told
		s.Sidecar.AppID = cmp.Or(told.AppID, id)
	}
	if s.RefreshedAt.IsZero() {
		s.RefreshedAt = time.Unix(0, 0).UTC() // it is complete all the same
	}
	for _, row := range rows {
		s.Counts[row.Status]++
	}
	return s
}

// Name is what to call the file, clean.
func (f *File) Name() string { return f.name }

// SavedAt is when the file was saved, the zero time when it does not tell.
func (f *File) SavedAt() time.Time { return f.saved.SavedAt }

// Clock returns a clock that goes on from the moment when the file was saved:
// what is as old as an hour in the file is so on the screen, and in a filter.
func (f *File) Clock(now func() time.Time) func() time.Time {
	if f.SavedAt().IsZero() {
		return now
	}
	begin := now()
	return func() time.Time { return f.SavedAt().Add(now().Sub(begin)) }
}

// Next returns the one snapshot that there is, and waits for the end from then
// on.
func (f *File) Next(ctx context.Context) (fleet.Snapshot, bool) {
	select {
	case <-f.fresh:
		return f.snap, true
	case <-ctx.Done():
		return fleet.Snapshot{}, false
	}
}

// Refresh does nothing, as all that follows: a file stays as it is.
func (*File) Refresh() {}

// SetInterval does nothing.
func (*File) SetInterval(time.Duration) {}

// Reread does nothing.
func (*File) Reread(workflow.Key) {}

// Hold does nothing.
func (*File) Hold(bool) {}

// Focus does nothing.
func (*File) Focus([]workflow.Key) {}

func (f *File) find(key workflow.Key) (*saved.Instance, error) {
	i, ok := f.at[key]
	if !ok {
		return nil, &workflow.Error{Kind: workflow.KindNotFound, ID: key.InstanceID, Message: "it is not in the file"}
	}
	return &f.saved.Instances[i], nil
}

// Detail is what the file holds of an instance.
func (f *File) Detail(_ context.Context, key workflow.Key) (workflow.Detail, error) {
	in, err := f.find(key)
	if err != nil {
		return workflow.Detail{}, err
	}
	return in.Detail, nil
}

// History is the saved history; where it could not be saved the error says why.
func (f *File) History(_ context.Context, key workflow.Key) (workflow.History, error) {
	in, err := f.find(key)
	switch {
	case err != nil:
		return workflow.History{}, err
	case in.HistoryKnown:
		return in.History, nil
	}
	message := "the file does not hold its history"
	if in.HistoryErr != "" {
		message += ": " + in.HistoryErr
	}
	return workflow.History{}, &workflow.Error{Kind: workflow.KindOther, ID: key.InstanceID, Message: message}
}

// refused is the answer to everything that would change something.
func refused(id string) error {
	return &workflow.Error{Kind: workflow.KindReadOnly, ID: id, Message: "this is a file: nothing can be changed"}
}

// Start is refused.
func (*File) Start(context.Context, string, workflow.StartRequest) (string, error) {
	return "", refused("")
}

// Suspend is refused.
func (*File) Suspend(_ context.Context, key workflow.Key, _ string) error {
	return refused(key.InstanceID)
}

// Resume is refused.
func (*File) Resume(_ context.Context, key workflow.Key, _ string) error {
	return refused(key.InstanceID)
}

// Raise is refused.
func (*File) Raise(_ context.Context, key workflow.Key, _ workflow.RaiseRequest) error {
	return refused(key.InstanceID)
}

// Terminate is refused.
func (*File) Terminate(_ context.Context, key workflow.Key, _ workflow.TerminateRequest) error {
	return refused(key.InstanceID)
}

// Purge is refused.
func (*File) Purge(_ context.Context, key workflow.Key, _ workflow.PurgeRequest) error {
	return refused(key.InstanceID)
}

// Rerun is refused.
func (*File) Rerun(_ context.Context, key workflow.Key, _ workflow.RerunRequest) (string, error) {
	return "", refused(key.InstanceID)
}
