package daprclient

import (
	"bytes"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"

	"google.golang.org/grpc/grpclog"
)

// childTask names the variable that makes the test binary play the program.
const childTask = "DAPRCLIENT_TEST_CHILD"

// chatter does what makes each library talk: the Dapr SDK when it finds a
// token, grpc at its most verbose, and the log package.
func chatter(t *testing.T, silent bool, logger *slog.Logger) {
	t.Helper()
	if silent {
		Silence(logger)
	}
	f := newFake(t)
	c := f.connected()
	for name, call := range everyCall(c) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.kill()
	if _, err := c.Connect(t.Context()); err == nil {
		t.Error("connected to nothing")
	}
	grpclog.Error("from grpc")
	log.Print("from log")
}

// TestChatter is the other process of the tests below.
func TestChatter(t *testing.T) {
	switch os.Getenv(childTask) {
	case "":
		t.Log("nothing to do: this is run by TestSilence in a process of its own")
	case "silent":
		chatter(t, true, nil)
	case "logged":
		var b bytes.Buffer
		chatter(t, true, slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})))
		for _, want := range []string{"API Token loaded", "from grpc", "from log"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("the log lacks %q", want)
			}
		}
	case "loud":
		chatter(t, false, nil)
	}
}

func TestSilence(t *testing.T) {
	for task, quiet := range map[string]bool{"silent": true, "logged": true, "loud": false} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChatter$", "-test.count=1")
		cmd.Env = append(os.Environ(), childTask+"="+task, EnvAPIToken+"=s3cret",
			"GRPC_GO_LOG_SEVERITY_LEVEL=info", "GRPC_GO_LOG_VERBOSITY_LEVEL=99")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", task, err, out)
		}
		text := strings.TrimSpace(string(out))
		text = strings.TrimSpace(strings.TrimSuffix(text, "PASS"))
		if quiet && text != "" {
			t.Errorf("%s: the process wrote %q", task, text)
		}
		if !quiet && (!strings.Contains(text, "API Token loaded") || !strings.Contains(text, "from grpc") || !strings.Contains(text, "from log")) {
			t.Errorf("%s: the libraries are silent by themselves, so the other cases prove nothing: %q", task, text)
		}
	}
}
