package daprclient

import (
	"io/fs"
	"maps"
	"os"
	"sync"
)

// watched remembers the files that a connect has read, as they were then.
type watched struct {
	mu sync.Mutex
	// now are those of the last connect, before those of the one before it. A
	// file that was not there is nil.
	now, before map[string]fs.FileInfo
}

// begin forgets what an earlier connect has read, but for comparing.
func (w *watched) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.before, w.now = w.now, map[string]fs.FileInfo{}
}

// read reads a file and remembers it as it was before: a change that comes
// while it is read is seen as one.
func (w *watched) read(name string) ([]byte, fs.FileInfo, error) {
	info, err := os.Stat(name)
	w.mu.Lock()
	w.now[name] = nil
	if err == nil {
		w.now[name] = info
	}
	w.mu.Unlock()
	if err != nil {
		return nil, nil, err //nolint:wrapcheck // whyNoFile words it
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errNotAFile
	}
	data, err := readFile(name)
	return data, info, err
}

// changed reports whether a file is another than the connect before has read.
func (w *watched) changed(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !same(w.now[name], w.before[name])
}

// renewed reports whether any of the files is another now.
func (w *watched) renewed() bool {
	w.mu.Lock()
	read := maps.Clone(w.now)
	w.mu.Unlock()
	for name, was := range read {
		is, err := os.Stat(name)
		if err != nil {
			is = nil
		}
		if !same(is, was) {
			return true
		}
	}
	return false
}

// same compares files as cheaply as a clock tick may: a secret that is replaced
// is another file, or has another time or size.
func same(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// Renewed reports whether a file with a token or a certificate has changed
// since the last connect read it, so that a refusal may be one no longer.
func (c *Client) Renewed() bool { return c.files.renewed() }
