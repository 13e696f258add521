package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"

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
// discards.
func openLog(path string) (logger *slog.Logger, closeLog func(), err error) {
	if path == "" {
		return slog.New(slog.DiscardHandler), func() {}, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	if err := file.Chmod(0o600); err != nil { // it may have been there before
		return nil, nil, errors.Join(fmt.Errorf("close the log to others: %w", err), file.Close())
	}
	return slog.New(slog.NewJSONHandler(workflow.JSONWriter{W: file}, nil)), func() { _ = file.Close() }, nil
}
