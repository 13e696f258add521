//go:build unix

package discover

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
)

// TestAnotherUser: the daprd of another user is found by its command line; that
// it needs a token cannot be seen, nor the folder that it works in.
func TestAnotherUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can start a process as another user")
	}
	const app, nobody = "another-user", 65534
	daprd := spawn(t, []string{tokenVariable + "=open-sesame"}, fakeDaprd,
		"--app-id", app, "--dapr-grpc-port", "50777", "--resources-path", "parts")
	scan := exec.Command(fakeDaprd)
	scan.Env = append(os.Environ(), helperEnv+"="+helperScans)
	scan.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	scan.Dir, scan.Stderr = "/", os.Stderr
	out, err := scan.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []Sidecar
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	list = mine(list, app)
	if len(list) != 1 {
		t.Fatalf("got %+v", list)
	}
	c := list[0]
	if c.PID != daprd.pid() || c.Address != "127.0.0.1:50777" || c.NeedsToken || !slices.Equal(c.Resources, []string{"parts"}) {
		t.Errorf("got %+v", c)
	}
}
