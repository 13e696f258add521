package discover

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// mine keeps the sidecars whose app IDs are those of a test: others may run on
// the machine.
func mine(list []Sidecar, apps ...string) []Sidecar {
	return slices.DeleteFunc(slices.Clone(list), func(c Sidecar) bool { return !slices.Contains(apps, c.AppID) })
}

// TestRealProcesses: running programs named daprd are found with what their
// command lines and their environments say.
func TestRealProcesses(t *testing.T) {
	t.Parallel()
	program := fakeDaprd
	folder, err := filepath.EvalSymlinks(filepath.Dir(program))
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	plain := spawn(t, []string{"DAPR_API_TOKEN=", "APP_API_TOKEN=open-sesame"}, program,
		"--app-id", "real-plain", "--dapr-grpc-port=50123", "-dapr-http-port", "3599", "--resources-path", "parts", "--enable-metrics")
	token := spawn(t, []string{"DAPR_API_TOKEN=open-sesame"}, program, "--app-id=real-token")
	socket := spawn(t, nil, program, "--app-id", "real-socket", "--unix-domain-socket", "socks")
	spawn(t, nil, program, "--dapr-grpc-port", "50124")                     // no app ID
	spawn(t, nil, program, "\xff\x1b[2J", "--", "--app-id", "real-garbage") // no flags
	list, err := Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := mine(list, "real-plain", "real-token", "real-socket", "real-garbage")
	want := []Sidecar{
		{
			PID: plain.pid(), AppID: "real-plain", Address: "127.0.0.1:50123", GRPCPort: 50123, HTTPPort: 3599,
			Resources: []string{filepath.Join(folder, "parts")},
		},
		{PID: socket.pid(), AppID: "real-socket", Address: "unix://" + filepath.Join(folder, "socks/dapr-real-socket-grpc.socket")},
		{PID: token.pid(), AppID: "real-token", Address: "127.0.0.1:50001", GRPCPort: 50001, HTTPPort: 3500, NeedsToken: true},
	}
	for i := range got {
		// The system counts in ticks, from a boot that it knows to the second.
		if d := got[i].Started.Sub(begin); d.Abs() > 10*time.Second {
			t.Errorf("%s was started %s after this test", got[i].AppID, d)
		}
		got[i].Started = time.Time{}
	}
	if !slices.EqualFunc(got, want, Sidecar.equal) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

// TestRealComeAndGo: the finder tells when a daprd comes, when a script becomes
// one, and when one ends, also while nobody has waited for it.
func TestRealComeAndGo(t *testing.T) {
	t.Parallel()
	const one, two = "come-and-go", "come-by-exec"
	program := fakeDaprd
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	finder := NewFinder(20 * time.Millisecond)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		finder.Run(ctx)
	}()
	shows := func(what string, want ...int32) {
		t.Helper()
		for found := range finder.News() {
			if found.Err != nil {
				t.Fatal(found.Err)
			}
			var pids []int32
			for _, c := range mine(found.Sidecars, one, two) {
				pids = append(pids, c.PID)
			}
			if slices.Equal(pids, want) {
				return
			}
		}
		t.Fatalf("%s: never listed", what)
	}
	shows("at first")
	first := spawn(t, nil, program, "--app-id", one)
	shows("the first", first.pid())
	second := spawn(t, nil, "/bin/sh", "-c", "echo ready; read go; exec \"$0\" --app-id "+two, program)
	if _, err := second.in.Write([]byte("go\n")); err != nil {
		t.Fatal(err)
	}
	shows("the second", first.pid(), second.pid())   // by app ID
	if err := first.cmd.Process.Kill(); err != nil { // and nobody waits for it
		t.Fatal(err)
	}
	shows("the first has ended", second.pid())
	second.end()
	shows("both have ended")
	cancel()
	<-ended
	for found := range finder.News() {
		t.Errorf("after the end: %+v", found)
	}
}
