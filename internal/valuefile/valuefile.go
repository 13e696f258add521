// Package valuefile writes a value to a file of the user's.
package valuefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Write writes text to a file that only the user can read. A file that is
// there is left alone, with an error that is fs.ErrExist, unless replace is
// set; then it is replaced as a whole or not at all. What is no regular file,
// a link included, is never written to. A path may begin with ~/.
func Write(path, text string, replace bool) error {
	path, err := expand(path)
	if err != nil {
		return err
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return create(path, text)
	case err != nil:
		return fmt.Errorf("write the value: %w", err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", path)
	case !replace:
		return fmt.Errorf("%s is there already: %w", path, fs.ErrExist)
	}
	return swap(path, text)
}

func expand(path string) (string, error) {
	if path == "" {
		return "", errors.New("a file needs a name")
	}
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the home folder: %w", err)
	}
	return filepath.Join(home, rest), nil
}

// create writes a new file; it fails when somebody else has made one meanwhile.
func create(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the value: %w", err)
	}
	return fill(file, text)
}

// fill writes and closes a file, and takes it away again when that fails.
func fill(file *os.File, text string) error {
	_, err := file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write the value: %w", errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}

// swap writes beside the file and puts the result in its place.
func swap(path, text string) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".daprdeck-*")
	if err != nil {
		return fmt.Errorf("write the value: %w", err)
	}
	if err := fill(file, text); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("replace the file: %w", errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}
