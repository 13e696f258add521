package sdkworker

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// SDK is the Dapr SDK of one language; its value is the language's name and
// the folder in test/dapr/workers.
type SDK string

// The SDKs that have a worker.
const (
	Python     SDK = "python"
	JavaScript SDK = "javascript"
	Java       SDK = "java"
)

// All returns the SDKs in the order of the constants.
func All() []SDK { return []SDK{Python, JavaScript, Java} }

var errUnknown = errors.New("no worker for this SDK")

// Parse returns the SDK that a name stands for.
func Parse(name string) (SDK, error) {
	if sdk := SDK(strings.ToLower(name)); slices.Contains(All(), sdk) {
		return sdk, nil
	}
	return "", fmt.Errorf("%w: %q; want one of %q", errUnknown, name, All())
}

// need is a program without which a language is absent. With arguments it has to
// run with them; Maven and npm take half a second to say their version.
type need struct {
	program string
	args    []string
}

// spec is what differs between the languages.
type spec struct {
	needs []need
	// pins are patterns for the files in the worker's folder that decide what is
	// installed.
	pins []string
	// version prints the version of the language, which is part of the pins.
	version need
	install func(ctx context.Context, src, dir string) error
	command func(src, dir string) (path string, args, env []string)
}

func (s SDK) spec() (spec, error) {
	switch s {
	case Python:
		return python(), nil
	case JavaScript:
		return javaScript(), nil
	case Java:
		return java(), nil
	default:
		return spec{}, fmt.Errorf("%w: %q", errUnknown, s)
	}
}

// ErrAbsent reports that a language is not installed on this machine.
var ErrAbsent = errors.New("the language is not installed")

// Present returns nil when the programs that the worker needs are installed,
// and otherwise an ErrAbsent that names the first one that is not.
func (s SDK) Present(ctx context.Context) error {
	sp, err := s.spec()
	if err != nil {
		return err
	}
	for _, n := range sp.needs {
		if _, err := exec.LookPath(n.program); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrAbsent, s, err)
		}
		if len(n.args) == 0 {
			continue
		}
		if out, err := exec.CommandContext(ctx, n.program, n.args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s: %s %s: %w\n%s", ErrAbsent, s, n.program, strings.Join(n.args, " "), err, out)
		}
	}
	return nil
}
