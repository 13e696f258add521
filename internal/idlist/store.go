package idlist

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// format names what is in a file of the store. A file of another format is left
// alone: a newer daprdeck may have written it.
const format = "daprdeck-ids/1"

// maxFile is the largest file that the store can have written, in bytes: JSON
// takes six for one at worst.
const maxFile = 6*MaxIDs*MaxLength + 1<<20

// remembered is a file of the store.
type remembered struct {
	Format string `json:"format"`
	// App is for people who look into the file; the name of the file counts.
	App string `json:"app"`
	// IDs are in the order in which they were added.
	IDs []string `json:"ids"`
}

// Store remembers the IDs of each app, in a file of its own that only the user
// can read. Any number of consoles may use it at a time.
type Store struct{ dir string }

// NewStore returns the store in a folder, which is made when it is needed.
func NewStore(dir string) Store { return Store{dir: dir} }

// DefaultDir is the folder of the user's store: daprdeck/ids in XDG_STATE_HOME,
// or where the system keeps such things. getenv is os.Getenv in a program.
func DefaultDir(getenv func(string) string) (string, error) {
	base := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(base) { // the specification wants such a path ignored
		base = ""
	}
	if base == "" && runtime.GOOS == "windows" {
		base = getenv("LocalAppData")
	}
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find the home folder: %w", err)
		}
		base = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(base, "daprdeck", "ids"), nil
}

// Load returns the IDs of an app, the latest last; none when none are remembered.
func (s Store) Load(app string) ([]string, error) {
	path := s.path(app)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the remembered IDs: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the remembered IDs: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the remembered IDs: %w", err)
	}
	ids, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return ids, nil
}

func decode(data []byte) ([]string, error) {
	var r remembered
	if len(data) > maxFile || json.Unmarshal(data, &r) != nil {
		return nil, errors.New("it holds no remembered IDs; it can be deleted")
	}
	if r.Format != format {
		return nil, errors.New("it was written by another version of daprdeck")
	}
	l := list{seen: make(map[string]bool, len(r.IDs))}
	for i, id := range r.IDs {
		if err := l.add(id); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return l.ids, nil
}

// Add remembers IDs of an app and returns all that are remembered then. One that
// was there becomes the latest. When there are more than MaxIDs, the oldest are
// forgotten. It waits for another console that is writing, until ctx ends.
func (s Store) Add(ctx context.Context, app string, ids ...string) ([]string, error) {
	for _, id := range ids {
		if err := check(id); err != nil {
			return nil, fmt.Errorf("remember an ID: %w", err)
		}
	}
	return s.change(ctx, app, func(old []string) []string {
		all := append(without(old, ids), unique(ids)...)
		return all[max(0, len(all)-MaxIDs):]
	})
}

// Remove forgets IDs of an app and returns those that are left. It waits as Add
// does.
func (s Store) Remove(ctx context.Context, app string, ids ...string) ([]string, error) {
	return s.change(ctx, app, func(old []string) []string { return without(old, ids) })
}

// without returns those of ids that are not among the others.
func without(ids, others []string) []string {
	drop := make(map[string]bool, len(others))
	for _, id := range others {
		drop[id] = true
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return drop[id] })
}

// unique drops what comes twice.
func unique(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		twice := seen[id]
		seen[id] = true
		return twice
	})
}

// change reads the list of an app and writes another one, alone among all
// consoles.
func (s Store) change(ctx context.Context, app string, change func([]string) []string) ([]string, error) {
	if err := s.makeDir(); err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, filepath.Join(s.dir, "lock"))
	if err != nil {
		return nil, err
	}
	defer unlock()
	old, err := s.Load(app)
	if err != nil {
		return nil, err
	}
	ids := change(old)
	if slices.Equal(ids, old) {
		return ids, nil
	}
	if err := s.save(app, ids); err != nil {
		return nil, fmt.Errorf("remember the IDs: %w", err)
	}
	return ids, nil
}

// makeDir makes the folder, and closes it to others when it was there and open.
func (s Store) makeDir() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the remembered IDs: %w", err)
	}
	info, err := os.Stat(s.dir)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = os.Chmod(s.dir, 0o700) //nolint:gosec // a folder needs to be entered
	}
	if err != nil {
		return fmt.Errorf("close the folder of the remembered IDs to others: %w", err)
	}
	return nil
}

// save writes beside the file and puts the result in its place, so that nobody
// ever reads a half of it. CreateTemp makes it readable to the user only.
func (s Store) save(app string, ids []string) error {
	data, err := json.MarshalIndent(remembered{Format: format, App: app, IDs: ids}, "", " ")
	if err != nil {
		return err //nolint:wrapcheck // change says what failed
	}
	file, err := os.CreateTemp(s.dir, ".new-*")
	if err != nil {
		return err //nolint:wrapcheck // as above
	}
	_, err = file.Write(append(data, '\n'))
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), s.path(app))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// path is the file of an app. The hash makes it one of its own, whatever the app
// is called and whether or not the file system knows capitals; the rest is for
// people.
func (s Store) path(app string) string {
	sum := sha256.Sum256([]byte(app))
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return '_'
	}, app)
	return filepath.Join(s.dir, "app-"+plain[:min(len(plain), maxPlain)]+"-"+hex.EncodeToString(sum[:16])+".json")
}

// maxPlain is how much of an app ID its file is called by, in bytes.
const maxPlain = 40
