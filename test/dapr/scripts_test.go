package dapr_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"

	"github.com/daprdeck/daprdeck/internal/script"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/sdkworker"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// TestScriptsOfSDKs runs every call that the console writes down for an SDK
// (package script) with that SDK, and looks at what has come of it. Those of the
// .NET SDK cannot be run here. One SDK comes after the other: compilers leave
// little of the machine to the tests beside this one.
func TestScriptsOfSDKs(t *testing.T) {
	t.Parallel()
	for form, prepare := range map[script.Form]preparer{
		script.Go: prepareGo, script.Python: preparePython, script.JavaScript: prepareJavaScript, script.Java: prepareJava,
	} {
		t.Run(form.String(), func(t *testing.T) { testScripts(t, form, prepare) })
	}
}

// preparer makes programs of scripts in a folder, and returns the command that
// runs the one with a number.
type preparer func(ctx context.Context, dir string, scripts []written) (func(ctx context.Context, n int) (*exec.Cmd, error), error)

// written is a call with its script.
type written struct {
	scripted
	text string
}

// scripted is an operation with what must have come of it.
type scripted struct {
	call script.Call
	came func(t *testing.T, a *app)
}

const scriptPayload = `{"note":"it's \"$5\" <&> 订单 🎁","list":[1,2.5,true,null]}`

// largePayload is too large to stand in a script.
var largePayload = big(70_000)

func testScripts(t *testing.T, form script.Form, prepare preparer) {
	if sdk, err := sdkworker.Parse(form.String()); err == nil {
		sdk.Require(t)
	}
	a := startApp(t, harness.SidecarOptions{AppID: "scripts-" + strings.ToLower(form.String())})
	a.start(t, worker.Sequence, "source", completed)
	a.bring(t, "ends", running)
	ops := map[script.Op]bool{}
	var all []written
	for _, s := range scriptedCalls() {
		s.call.AppID, s.call.Address = a.AppID(), a.Address()
		// The tests of script say which calls an SDK lacks.
		if text := script.Render(s.call, form).Text; text != "" {
			all = append(all, written{s, text})
			ops[s.call.Op] = true
		}
	}
	if len(ops) < 7 {
		t.Errorf("there are only %d operations: %v", len(ops), ops)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "payload.json"), []byte(largePayload), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*within)
	defer cancel()
	command, err := prepare(ctx, dir, all)
	if err != nil {
		t.Fatal(err)
	}
	for n, s := range all {
		cmd, err := command(ctx, n)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "DAPR_GRPC_ENDPOINT="+a.Address())
		if err := output(cmd); err != nil {
			t.Errorf("%s: %v\n%s", s.call.Op, err, s.text)
			continue
		}
		s.came(t, a)
	}
}

func scriptedCalls() []scripted {
	status := func(id, want string) func(*testing.T, *app) {
		return func(t *testing.T, a *app) { a.wait(t, id, want) }
	}
	nothing := func(*testing.T, *app) {}
	return []scripted{
		{script.Call{Op: script.Start, ID: "new", Workflow: worker.Approval, Payload: scriptPayload}, func(t *testing.T, a *app) {
			a.wait(t, "new", running)
			sameJSON(t, one(t, a.history(t, "new"), "ExecutionStarted", (*protos.HistoryEvent).GetExecutionStarted).GetInput().GetValue())
		}},
		{script.Call{Op: script.Start, ID: "later", Workflow: worker.Approval, StartAt: time.Now().Add(time.Hour)}, status("later", pending)},
		{script.Call{Op: script.Start, ID: "large", Workflow: worker.Echo, Payload: largePayload}, func(t *testing.T, a *app) {
			a.wait(t, "large", completed)
			if got := a.result(t, "large"); got != largePayload {
				t.Errorf("%d bytes came back, want %d", len(got), len(largePayload))
			}
		}},
		{script.Call{Op: script.Get, ID: "new"}, nothing},
		{script.Call{Op: script.List}, nothing},
		{script.Call{Op: script.History, ID: "new"}, nothing},
		{script.Call{Op: script.Pause, ID: "new", Reason: "it's a 'look'"}, status("new", suspended)},
		{script.Call{Op: script.Resume, ID: "new", Reason: "done"}, status("new", running)},
		{script.Call{Op: script.Raise, ID: "new", Event: "approve", Payload: scriptPayload}, func(t *testing.T, a *app) {
			a.wait(t, "new", completed)
			sameJSON(t, one(t, a.history(t, "new"), "EventRaised", (*protos.HistoryEvent).GetEventRaised).GetInput().GetValue())
		}},
		{script.Call{Op: script.Terminate, ID: "ends", Payload: scriptPayload, Recursive: true}, func(t *testing.T, a *app) {
			a.wait(t, "ends", terminated)
			sameJSON(t, a.result(t, "ends"))
		}},
		{script.Call{Op: script.Rerun, ID: "source", FromEvent: 1, NewID: "rerun"}, status("rerun", completed)},
		{
			script.Call{Op: script.Rerun, ID: "source", FromEvent: 1, NewID: "rerun-input", ReplaceInput: true, Payload: `"charge"`},
			status("rerun-input", completed),
		},
		{script.Call{Op: script.Purge, ID: "new", Recursive: true}, status("new", gone)},
		{script.Call{Op: script.Purge, ID: "ends", Force: true}, nothing},
	}
}

func sameJSON(t *testing.T, got string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Errorf("%q: %v", got, err)
		return
	}
	if err := json.Unmarshal([]byte(scriptPayload), &w); err != nil || !reflect.DeepEqual(g, w) {
		t.Errorf("what arrived is %s, want %s (%v)", got, scriptPayload, err)
	}
}

// output ends an error with what a program said.
func output(cmd *exec.Cmd) error {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w\n%s", err, said.String())
	}
	return nil
}

// files writes each script into a file of its own.
func files(dir, pattern string, scripts []written, program func(n int, text string) string) ([]string, error) {
	names := make([]string, len(scripts))
	for n, s := range scripts {
		names[n] = fmt.Sprintf(pattern, n)
		if err := os.WriteFile(filepath.Join(dir, names[n]), []byte(program(n, s.text)), 0o600); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func asItIs(_ int, text string) string { return text }

func preparePython(_ context.Context, dir string, scripts []written) (func(context.Context, int) (*exec.Cmd, error), error) {
	names, err := files(dir, "script%d.py", scripts, asItIs)
	return func(ctx context.Context, n int) (*exec.Cmd, error) {
		return sdkworker.Python.Command(ctx, dir, "python", names[n])
	}, err
}

func prepareJavaScript(_ context.Context, dir string, scripts []written) (func(context.Context, int) (*exec.Cmd, error), error) {
	names, err := files(dir, "script%d.mjs", scripts, asItIs)
	return func(ctx context.Context, n int) (*exec.Cmd, error) {
		return sdkworker.JavaScript.Command(ctx, dir, "node", names[n])
	}, err
}

func prepareJava(ctx context.Context, dir string, scripts []written) (func(context.Context, int) (*exec.Cmd, error), error) {
	names, err := files(dir, "Script%d.java", scripts, javaClass)
	if err != nil {
		return nil, err
	}
	compile, err := sdkworker.Java.Command(ctx, dir, "javac", names...)
	if err == nil {
		err = output(compile)
	}
	return func(ctx context.Context, n int) (*exec.Cmd, error) {
		return sdkworker.Java.Command(ctx, dir, "java", "-XX:TieredStopAtLevel=1", strings.TrimSuffix(names[n], ".java"))
	}, err
}

// javaClass puts a script into a class, its imports before it.
func javaClass(n int, text string) string {
	var imports, body strings.Builder
	for line := range strings.Lines(text + "\n") {
		if strings.HasPrefix(line, "import ") {
			imports.WriteString(line)
		} else {
			body.WriteString("    " + line)
		}
	}
	return fmt.Sprintf("%s\npublic class Script%d {\n  public static void main(String[] args) throws Exception {\n%s  }\n}\n", imports.String(), n, body.String())
}

// prepareGo builds the scripts as the bodies of functions in a package of the
// console's module, which needs the Go SDK itself; the package is there for the
// build only.
func prepareGo(ctx context.Context, dir string, scripts []written) (func(context.Context, int) (*exec.Cmd, error), error) {
	root, err := harness.RepositoryRoot()
	if err != nil {
		return nil, err
	}
	source, overlay, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "script")
	replace := fmt.Sprintf(`{"Replace": {%s: %s}}`, strconv.Quote(filepath.Join(root, "cmd", "script", "main.go")), strconv.Quote(source))
	for path, text := range map[string]string{source: goProgram(scripts), overlay: replace} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", program, "./cmd/script")
	build.Dir = root
	return func(ctx context.Context, n int) (*exec.Cmd, error) {
		return exec.CommandContext(ctx, program, strconv.Itoa(n)), nil
	}, output(build)
}

// goProgram runs the script that its argument numbers.
func goProgram(scripts []written) string {
	var table, bodies strings.Builder
	for n, s := range scripts {
		result := map[script.Op]string{
			script.Start: "id", script.Rerun: "id", script.Get: "metadata", script.List: "page", script.History: "history",
		}[s.call.Op]
		if result != "" { // the script ends with its result
			result = "_ = " + result + "\nreturn err\n"
		}
		fmt.Fprintf(&table, "%q: run%d,\n", strconv.Itoa(n), n)
		fmt.Fprintf(&bodies, "\nfunc run%d(ctx context.Context) error {\n%s\n%s}\n", n, s.text, result)
	}
	return `package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/dapr/durabletask-go/workflow"
	dapr "github.com/dapr/go-sdk/client"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

var _, _, _ = json.Valid, time.Unix, wrapperspb.String

func main() {
	run := map[string]func(context.Context) error{
` + table.String() + `}[os.Args[1]]
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
` + bodies.String()
}
