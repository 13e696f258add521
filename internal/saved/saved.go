// Package saved reads and writes instances as one JSON file: what a console
// saves and opens again without a sidecar, and what the tests of the rules
// work on.
//
// The form, version 1: an object with
//
//   - "format": "daprdeck instance", "version": 1
//   - "savedAt", "note" (free text), "sidecar" {appId, runtime, address,
//     workers}: workers is left out where the sidecar did not tell
//   - "instances": the instance that was saved first, then its tree. Each has
//     its metadata, and "history", its events in the server's order. Without
//     "history" it is not known, and "historyError" may say why.
//
// Times are RFC 3339 with nanoseconds in UTC. A payload is the text that the
// runtime gave, as a JSON string, and is left out where there was none.
// Statuses and event types have the names of the Dapr API; an unknown event
// type stays as it is. Fields that a reader does not know are passed over, so
// that a field can be added within a version; a version is counted up when an
// older reader would misunderstand the file.
//
// A file can come from anywhere: what is read is cleaned as the answers of a
// sidecar are.
package saved

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	format = "daprdeck instance"
	// Version is the version of the form that Write writes and the newest one
	// that Read understands.
	Version = 1
	// MaxBytes is the largest file that Read takes: many times what a runtime
	// lets an instance and its tree become.
	MaxBytes = 256 << 20
)

// ErrForm is the error of a file that is not in the form, or in a newer one.
var ErrForm = errors.New("not an instance saved by daprdeck")

// File is an instance with its tree.
type File struct {
	SavedAt time.Time
	Note    string
	Sidecar workflow.Sidecar
	// Instances are the instance that was saved, first, and those of its tree.
	Instances []Instance
}

// Instance is all that was known of one instance.
type Instance struct {
	Detail  workflow.Detail
	History workflow.History
	// HistoryKnown is false where the history was not read; HistoryErr then
	// may say why.
	HistoryKnown bool
	HistoryErr   string
}

// Write writes the file, indented, so that people and version control can read
// it. What a terminal obeys is escaped.
func Write(w io.Writer, f File) error {
	doc := document{Format: format, Version: Version, SavedAt: f.SavedAt.UTC(), Note: f.Note, Sidecar: fromSidecar(f.Sidecar)}
	for i := range f.Instances {
		doc.Instances = append(doc.Instances, fromInstance(&f.Instances[i]))
	}
	enc := json.NewEncoder(workflow.JSONWriter{W: w})
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("write the instance: %w", err)
	}
	return nil
}

// Read reads a file. A file that is not in the form gives ErrForm.
func Read(r io.Reader) (File, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return File{}, fmt.Errorf("read the instance: %w", err)
	case len(b) > MaxBytes:
		return File{}, fmt.Errorf("%w: larger than %d MiB", ErrForm, MaxBytes>>20)
	}
	var doc document
	if err := json.Unmarshal(b, &doc); err != nil {
		return File{}, fmt.Errorf("%w: %w", ErrForm, err)
	}
	switch {
	case doc.Format != format:
		return File{}, ErrForm
	case doc.Version > Version:
		return File{}, fmt.Errorf("%w: written by a newer one (version %d; this one reads %d)", ErrForm, doc.Version, Version)
	case doc.Version < 1, len(doc.Instances) == 0:
		return File{}, fmt.Errorf("%w: there is no instance in it", ErrForm)
	}
	f := File{SavedAt: doc.SavedAt, Note: workflow.CleanText(doc.Note), Sidecar: doc.Sidecar.value()}
	for i := range doc.Instances {
		f.Instances = append(f.Instances, doc.Instances[i].value())
	}
	return f, nil
}
