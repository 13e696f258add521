package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/dapr/durabletask-go/backend"
	"google.golang.org/protobuf/proto"
)

// hubLogger passes durabletask-go's messages to slog at debug level. It prints
// no protobuf message, because those carry the payloads of workflows.
type hubLogger struct{ log *slog.Logger }

var _ backend.Logger = hubLogger{}

func newHubLogger(log *slog.Logger) hubLogger { return hubLogger{log: log} }

func (l hubLogger) enabled() bool {
	return l.log.Enabled(context.Background(), slog.LevelDebug)
}

func (l hubLogger) line(level string, v []any) {
	if l.enabled() {
		l.log.Debug(strings.TrimSpace(fmt.Sprintln(withoutPayloads(v)...)), "level_of_engine", level)
	}
}

func (l hubLogger) linef(level, format string, v []any) {
	if l.enabled() {
		l.log.Debug(fmt.Sprintf(format, withoutPayloads(v)...), "level_of_engine", level)
	}
}

// withoutPayloads replaces every argument that may hold a payload by its type.
func withoutPayloads(v []any) []any {
	out := make([]any, len(v))
	for i, a := range v {
		switch x := a.(type) {
		case proto.Message:
			out[i] = fmt.Sprintf("(%T)", a)
		case string, int, int32, int64, uint32, bool, error, fmt.Stringer:
			out[i] = x
		default:
			out[i] = fmt.Sprintf("(%T)", a)
		}
	}
	return out
}

func (l hubLogger) Debug(v ...any)            { l.line("debug", v) }
func (l hubLogger) Debugf(f string, v ...any) { l.linef("debug", f, v) }
func (l hubLogger) Info(v ...any)             { l.line("info", v) }
func (l hubLogger) Infof(f string, v ...any)  { l.linef("info", f, v) }
func (l hubLogger) Warn(v ...any)             { l.line("warn", v) }
func (l hubLogger) Warnf(f string, v ...any)  { l.linef("warn", f, v) }
func (l hubLogger) Error(v ...any)            { l.line("error", v) }
func (l hubLogger) Errorf(f string, v ...any) { l.linef("error", f, v) }
