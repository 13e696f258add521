package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// maxPayloadFile is the largest file that @file loads, in bytes: a runtime
// refuses a request of more than 4 MiB unless it was told otherwise.
const maxPayloadFile = 64 << 20

// readPayload reads the file of a payload.
func readPayload(path string) (string, error) {
	text, err := readSmall(path, maxPayloadFile)
	if err != nil {
		return "", fmt.Errorf("load the payload: %w", err)
	}
	return text, nil
}

// readSmall reads a regular file of at most so many bytes.
func readSmall(path string, limit int64) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", err //nolint:wrapcheck // it names the file
	case info.IsDir():
		return "", fmt.Errorf("%s is a folder", path)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is not a regular file", path) // a device or a pipe may never end
	case info.Size() > limit:
		return "", fmt.Errorf("%s is larger than %s", path, sizeName(limit))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err //nolint:wrapcheck // it names the file
	}
	return string(data), nil
}

func sizeName(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d kB", n>>10)
}

// openLog opens the log file, readable by the user only; without a path it
// discards. Only a regular file will do, and no link to one: a pipe would wait
// for its reader, and a link lead to a file of somebody else. troubled is told
// the first time that a line cannot be written.
func openLog(path string, troubled func(string)) (logger *slog.Logger, closeLog func(), err error) {
	if path == "" {
		return slog.New(slog.DiscardHandler), func() {}, nil
	}
	file, err := openRegular(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	if err := file.Chmod(0o600); err != nil { // it may have been there before
		return nil, nil, errors.Join(fmt.Errorf("close the log to others: %w", err), file.Close())
	}
	out := workflow.JSONWriter{W: &logFile{file: file, troubled: troubled}}
	return slog.New(slog.NewJSONHandler(out, nil)), func() { _ = file.Close() }, nil
}

// openRegular opens a regular file to append to, and makes it where there is
// none. It follows no link at the end of the path.
func openRegular(path string) (*os.File, error) {
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.Mode()&os.ModeSymlink != 0:
		return nil, fmt.Errorf("%s is a symbolic link: give the file that it leads to", path)
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY|noFollow, 0o600)
	if err != nil {
		return nil, err //nolint:wrapcheck // it names the file
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() { // it has changed since
		return nil, errors.Join(fmt.Errorf("%s is not a regular file", path), err, file.Close())
	}
	return file, nil
}

// logFile is a log file that tells once that it cannot be written.
type logFile struct {
	file     *os.File
	once     sync.Once
	troubled func(string)
}

// Write writes a line of the log.
func (l *logFile) Write(p []byte) (int, error) {
	n, err := l.file.Write(p)
	if err != nil {
		l.once.Do(func() { l.troubled("the log (--log-file) is not complete: " + err.Error()) })
	}
	return n, err //nolint:wrapcheck // it stands for the file itself
}
