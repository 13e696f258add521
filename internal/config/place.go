package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// The variables that say where the file is.
const (
	EnvConfig = "DAPRDECK_CONFIG"
	envXDG    = "XDG_CONFIG_HOME"
)

// maxFile is the largest file that is read, in bytes.
const maxFile = 1 << 20

// Place is where the file is looked for. From is what named it; a file that
// nobody named need not be there.
type Place struct {
	Path string
	From Origin
}

// Find says where the file is: where the flag says, else where the variable
// says, else in the folder for configurations that the system has: with
// XDG_CONFIG_HOME there, on Linux in ~/.config. Where there is no such folder
// the path is empty.
func Find(flag string, lookup func(string) (string, bool)) Place {
	if flag != "" {
		return Place{flag, Origin{Kind: FromFlag, Name: "--config"}}
	}
	if path, _ := lookup(EnvConfig); path != "" {
		return Place{path, Origin{Kind: FromEnvironment, Name: EnvConfig}}
	}
	dir, _ := lookup(envXDG)
	if !filepath.IsAbs(dir) { // one that is relative is to be ignored, says the standard
		var err error
		if dir, err = os.UserConfigDir(); err != nil {
			return Place{From: Origin{Kind: Default}}
		}
	}
	return Place{filepath.Join(dir, "daprdeck", "config.yaml"), Origin{Kind: Default}}
}

// Load reads the file at a place; one that is missing and that nobody named
// says nothing. Its errors are one line each: see Mistakes.
func (p Place) Load(home string, address func(string) (string, error)) (f File, found bool, err error) {
	text, err := p.read()
	switch {
	case err == nil && text != nil:
	case err == nil, p.From.Kind == Default && errors.Is(err, fs.ErrNotExist):
		return File{}, false, nil
	case p.From.Kind == Default:
		return File{}, false, fmt.Errorf("the configuration %s: %w", workflow.Clean(p.Path), err)
	default:
		return File{}, false, fmt.Errorf("%s: %s: %w", p.From, workflow.Clean(p.Path), err)
	}
	f, err = Parse(text, Options{File: p.Path, Dir: filepath.Dir(p.Path), Home: home, Address: address})
	return f, true, err
}

// read returns the text of the file, nil where there is no place for one.
func (p Place) read() ([]byte, error) {
	if p.Path == "" {
		return nil, nil
	}
	info, err := os.Stat(p.Path)
	switch {
	case err != nil:
		return nil, reason(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file") // a pipe may never end
	}
	file, err := os.Open(p.Path)
	if err != nil {
		return nil, reason(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, reason(err)
	case len(text) > maxFile:
		return nil, fmt.Errorf("it is larger than %d MB", maxFile>>20)
	}
	return text, nil
}

// reason is an error without the path, which is named anyway.
func reason(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
