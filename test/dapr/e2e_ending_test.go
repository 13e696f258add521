package dapr_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// TestConsoleEndsInFlight: a signal while the runtime has not answered yet names
// the action, on standard error and in the log.
func TestConsoleEndsInFlight(t *testing.T) {
	t.Parallel()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "noworker"})} // a start without a worker is not answered
	for name, sig := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP, "SIGINT": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, log := openLogged(t, a)
			id := "ending-" + strings.ToLower(name)
			d.startForm("Approval", id, "")
			d.send("starting " + id)
			d.Until("the line before the call", func(console.Screen) bool {
				return strings.Contains(read(t, log), `"instance":"`+id+`","workflow":"Approval","outcome":"sent"`)
			})
			if err := d.Signal(sig); err != nil {
				t.Fatal(err)
			}
			d.Exits(1)
			if out, want := string(d.Output()), "daprdeck: ended by "+name+" while in flight: start "+id+"; its outcome is not known"; !strings.Contains(out, want) {
				t.Errorf("no %q on the terminal: %q", want, out[max(0, len(out)-400):])
			}
			if got := read(t, log); !strings.Contains(got, `"instance":"`+id+`","workflow":"Approval","outcome":"unknown: the console ended"`) {
				t.Errorf("the log has %s", got)
			}
		})
	}
}

// TestConsoleLineDiesInFlight: a terminal that goes away takes nothing from the
// log.
func TestConsoleLineDiesInFlight(t *testing.T) {
	t.Parallel()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "noworker"})}
	d, log := openLogged(t, a)
	d.startForm("Approval", "line-died", "")
	d.send("starting line-died")
	d.Until("the line before the call", func(console.Screen) bool { return strings.Contains(read(t, log), `"outcome":"sent"`) })
	if err := d.HangUp(); err != nil {
		t.Fatal(err)
	}
	if status, err := d.WaitExit(patience); err != nil || status != 1 {
		t.Errorf("the exit status is %d, %v", status, err)
	}
	if got := read(t, log); !strings.Contains(got, `"outcome":"unknown: the console ended"`) {
		t.Errorf("the log has %s", got)
	}
}

// openLogged starts a console that ends by something else than its keys, with a
// log.
func openLogged(t *testing.T, a *app) (d *deck, log string) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	log = filepath.Join(t.TempDir(), "log")
	d = &deck{t: t, app: a, Tester: console.Open(t, patience, console.Options{
		Width: 160, Height: 45, Program: path, Args: []string{"--address", a.Address(), "--log-file", log, "--interval", "250ms"},
	})}
	d.ready()
	return d, log
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
