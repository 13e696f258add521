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
// .NET SDK cannot be run here.
func TestScriptsOfSDKs(t *testing.T) {
	t.Parallel()
	for form, run := range map[script.Form]runner{
		script.Go: runGo, script.Python: runWith(sdkworker.Python), script.JavaScript: runWith(sdkworker.JavaScript), script.Java: runWith(sdkworker.Java),
	} {
		t.Run(form.String(), func(t *testing.T) {
			t.Parallel()
			testScripts(t, form, run)
		})
	}
}

// runner runs the script of an operation on a sidecar, and returns how it ended.
type runner func(t *testing.T, c script.Call, text string) error

// scripted is an operation with what must have come of it.
type scripted struct {
	call script.Call
	came func(t *testing.T, a *app)
}

const scriptPayload = `{"note":"it's \"$5\" <&> 订单 🎁","list":[1,2.5,true,null]}`

// largePayload is too large to stand in a script.
var largePayload = big(70_000)

func testScripts(t *testing.T, form script.Form, run runner) {
	if sdk, err := sdkworker.Parse(form.String()); err == nil {
		sdk.Require(t)
	}
	a := startApp(t, harness.SidecarOptions{AppID: "scripts-" + strings.ToLower(form.String())})
	a.start(t, worker.Sequence, "source", completed)
	a.bring(t, "ends", running)
	ran := map[script.Op]bool{}
	for _, s := range scriptedCalls() {
		s.call.AppID, s.call.Address = a.AppID(), a.Address()
		rendered := script.Render(s.call, form)
		if rendered.Text == "" {
			continue // script's own test says which have none, and that they say why
		}
		if err := run(t, s.call, rendered.Text); err != nil {
			t.Errorf("%s: %v\n%s", s.call.Op, err, rendered.Text)
			continue
		}
		ran[s.call.Op] = true
		s.came(t, a)
	}
	if len(ran) < 7 {
		t.Errorf("only %d operations have been run: %v", len(ran), ran)
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

// scriptDir returns a folder with what a script reads: a large payload.
func scriptDir(t *testing.T, c script.Call) (string, error) {
	dir := t.TempDir()
	if c.Payload != largePayload {
		return dir, nil
	}
	return dir, os.WriteFile(filepath.Join(dir, "payload.json"), []byte(c.Payload), 0o600)
}

// runWith runs a script with the packages of an SDK's worker.
func runWith(sdk sdkworker.SDK) runner {
	return func(t *testing.T, c script.Call, text string) error {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		dir, err := scriptDir(t, c)
		if err != nil {
			return err
		}
		file := map[sdkworker.SDK]string{sdkworker.Python: "script.py", sdkworker.JavaScript: "script.mjs", sdkworker.Java: "Script.java"}[sdk]
		if sdk == sdkworker.Java {
			text = javaClass(text)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			return err
		}
		cmd, err := sdk.Command(ctx, dir, file)
		if err != nil {
			return err
		}
		cmd.Env = append(os.Environ(), "DAPR_GRPC_ENDPOINT="+c.Address)
		return output(cmd)
	}
}

// javaClass puts a script into a class, its imports before it.
func javaClass(text string) string {
	var imports, body strings.Builder
	for line := range strings.Lines(text + "\n") {
		if strings.HasPrefix(line, "import ") {
			imports.WriteString(line)
		} else {
			body.WriteString("    " + line)
		}
	}
	return imports.String() + "\npublic class Script {\n  public static void main(String[] args) throws Exception {\n" + body.String() + "  }\n}\n"
}

// runGo builds a script as the body of a function in a package of the console's
// module, which needs the Go SDK itself; the package is there for the build only.
func runGo(t *testing.T, c script.Call, text string) error {
	ctx, cancel := context.WithTimeout(t.Context(), 3*within)
	defer cancel()
	root, err := harness.RepositoryRoot()
	if err != nil {
		return err
	}
	dir, err := scriptDir(t, c)
	if err != nil {
		return err
	}
	source, overlay, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "script")
	if err := os.WriteFile(source, []byte(goProgram(c.Op, text)), 0o600); err != nil {
		return err
	}
	replace := fmt.Sprintf(`{"Replace": {%s: %s}}`, strconv.Quote(filepath.Join(root, "cmd", "script", "main.go")), strconv.Quote(source))
	if err := os.WriteFile(overlay, []byte(replace), 0o600); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", program, "./cmd/script")
	build.Dir = root
	if err := output(build); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Dir = dir
	return output(cmd)
}

func goProgram(op script.Op, text string) string {
	result := map[script.Op]string{
		script.Start: "id", script.Rerun: "id", script.Get: "metadata", script.List: "page", script.History: "history",
	}[op]
	if result != "" {
		text += "\n_ = " + result + "\nreturn err"
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
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
` + text + "\n}\n"
}
