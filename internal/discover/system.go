package discover

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// processes is the system's table of processes. An error about one process
// says that it has gone, or that this user may not see so much of it.
type processes interface {
	list(ctx context.Context) ([]int32, error)
	name(ctx context.Context, pid int32) (string, error)
	started(ctx context.Context, pid int32) (time.Time, error)
	// args is the command line with the program's name; empty for a process that
	// has ended and was not waited for yet.
	args(ctx context.Context, pid int32) ([]string, error)
	// needsToken reports false where the environment cannot be read.
	needsToken(ctx context.Context, pid int32) bool
	folder(ctx context.Context, pid int32) (string, error)
	// parent is the PID of the parent, 1 for the system's first process.
	parent(ctx context.Context, pid int32) (int32, error)
}

// tokenVariable is what a daprd takes its API token from (dapr
// pkg/security/token.go). APP_API_TOKEN is another one: daprd shows it to the
// application, and asks nobody for it.
const tokenVariable = "DAPR_API_TOKEN" //nolint:gosec // the name of a variable, not a token

// steadyBoot makes the library read only once when the machine was started. The
// start of a process is counted from there: with a clock that is corrected now
// and then every process would seem to be another one, and the file that tells
// is a long one on a machine of many cores.
var steadyBoot = sync.OnceFunc(func() { process.EnableBootTimeCache(true) })

// system is the real table. Every question is asked anew, for the library
// keeps what it was once told about a process.
type system struct{}

func (system) list(ctx context.Context) ([]int32, error) {
	return process.PidsWithContext(ctx) //nolint:wrapcheck // it stands for the library
}

func (system) name(ctx context.Context, pid int32) (string, error) {
	p := process.Process{Pid: pid}
	return p.NameWithContext(ctx) //nolint:wrapcheck // as above
}

func (system) started(ctx context.Context, pid int32) (time.Time, error) {
	steadyBoot()
	p := process.Process{Pid: pid}
	ms, err := p.CreateTimeWithContext(ctx)
	return time.UnixMilli(ms), err
}

func (system) args(ctx context.Context, pid int32) ([]string, error) {
	p := process.Process{Pid: pid}
	return p.CmdlineSliceWithContext(ctx) //nolint:wrapcheck // as above
}

func (system) folder(ctx context.Context, pid int32) (string, error) {
	p := process.Process{Pid: pid}
	return p.CwdWithContext(ctx) //nolint:wrapcheck // as above
}

func (system) parent(ctx context.Context, pid int32) (int32, error) {
	p := process.Process{Pid: pid}
	return p.PpidWithContext(ctx) //nolint:wrapcheck // as above
}

func (system) needsToken(ctx context.Context, pid int32) bool {
	p := process.Process{Pid: pid}
	env, err := p.EnvironWithContext(ctx)
	return err == nil && tokenSet(env)
}

// tokenSet reports whether a token is set. Of a variable that is there twice a
// Go program gets the first.
func tokenSet(env []string) bool {
	for _, v := range env {
		if value, ok := strings.CutPrefix(v, tokenVariable+"="); ok {
			return value != ""
		}
	}
	return false
}
