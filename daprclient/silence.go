package daprclient

import (
	"context"
	"log"
	"log/slog"
	"strings"

	"github.com/dapr/durabletask-go/backend"
	dapr "github.com/dapr/go-sdk/client"
	"google.golang.org/grpc/grpclog"
)

// Silence keeps the loggers of the libraries off standard output and standard
// error, where they would tear the screen: the Dapr SDK's, grpc's and Go's own.
// Their lines go to logger at debug level. Call it once, before anything else:
// grpc's logger may not be replaced while grpc is in use. (durabletask-go takes
// its logger when a client is made, and gets one that drops everything.)
func Silence(logger *slog.Logger) {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	w := lineWriter{logger}
	dapr.SetLogger(log.New(w, "", 0))
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(w, w, w))
	log.SetFlags(0)
	log.SetOutput(w)
}

// lineWriter turns what a log.Logger writes into records. It must not be given
// to a slog handler that writes to the log package itself.
type lineWriter struct{ log *slog.Logger }

// Write never fails: a library must not stop over its own chatter.
func (w lineWriter) Write(p []byte) (int, error) {
	if w.log.Enabled(context.Background(), slog.LevelDebug) {
		w.log.Debug("library", "line", strings.TrimSpace(string(p)))
	}
	return len(p), nil
}

// quiet is the logger of durabletask-go's client. It drops everything, because
// what that library logs may hold payloads.
type quiet struct{}

var _ backend.Logger = quiet{}

func (quiet) Debug(...any)          {}
func (quiet) Debugf(string, ...any) {}
func (quiet) Info(...any)           {}
func (quiet) Infof(string, ...any)  {}
func (quiet) Warn(...any)           {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Error(...any)          {}
func (quiet) Errorf(string, ...any) {}
