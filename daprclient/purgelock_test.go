package daprclient

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/protobuf/proto"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestTwoConsolesForceAwayTheSame: the second reads only when the purge of the
// first has ended, finds nothing, and sends nothing.
func TestTwoConsolesForceAwayTheSame(t *testing.T) {
	f := newFake(t)
	asked, release := make(chan struct{}), make(chan struct{})
	var gone atomic.Bool
	f.on("GetInstance", func(context.Context, []byte) (proto.Message, error) {
		if gone.Load() {
			return &protos.GetInstanceResponse{}, nil
		}
		return &protos.GetInstanceResponse{Exists: true, WorkflowState: &protos.WorkflowState{InstanceId: "i", Name: "Order"}}, nil
	})
	f.on("PurgeInstances", func(context.Context, []byte) (proto.Message, error) {
		close(asked) // a second purge panics here, as daprd does
		<-release
		gone.Store(true)
		return &protos.PurgeInstancesResponse{DeletedInstanceCount: 1}, nil
	})
	dir := filepath.Join(t.TempDir(), "made", "when needed")
	here := func(o *Options) { o.LockDir = dir }
	one, two := f.connected(here), f.connected(here, func(o *Options) { o.ReadTimeout = 50 * time.Millisecond })
	force := workflow.PurgeRequest{Force: true}
	first := make(chan error, 1)
	go func() { first <- one.Purge(t.Context(), key("i"), force) }()
	await(t, asked, "the first purge")

	for name, req := range map[string]workflow.PurgeRequest{"forced": force, "plain": {}} {
		err := two.Purge(t.Context(), key("i"), req)
		wantKind(t, err, workflow.KindBusy)
		if n := len(f.received("GetInstance")); n != 1 {
			t.Errorf("%s: %d reads were sent while the first purge ran, want its own", name, n)
		}
	}
	close(release)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	wantKind(t, two.Purge(t.Context(), key("i"), force), workflow.KindNotFound)
	if n := len(f.received("PurgeInstances")); n != 1 {
		t.Errorf("%d purges were sent, want 1", n)
	}
}

// TestAPurgeWithoutAPlaceForALock goes on: the read before it remains.
func TestAPurgeWithoutAPlaceForALock(t *testing.T) {
	f := newFake(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := f.connected(func(o *Options) { o.LockDir = filepath.Join(file, "no folder") })
	if err := c.Purge(t.Context(), key("i"), workflow.PurgeRequest{Force: true}); err != nil {
		t.Error(err)
	}
}

// TestAPurgeOutlivesTheRetryOfAListing: while a listing is refused, the watch
// connects anew every few seconds. The purge that cures the listing is neither
// cut off by that nor turned away.
func TestAPurgeOutlivesTheRetryOfAListing(t *testing.T) {
	f := newFake(t)
	asked, release := make(chan struct{}), make(chan struct{})
	f.on("PurgeInstances", func(ctx context.Context, _ []byte) (proto.Message, error) {
		close(asked)
		select {
		case <-release:
			return &protos.PurgeInstancesResponse{DeletedInstanceCount: 1}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	c := f.connected()
	purged := make(chan error, 1)
	go func() { purged <- c.Purge(t.Context(), key("i"), workflow.PurgeRequest{Force: true}) }()
	await(t, asked, "the purge")
	connected := make(chan error, 1)
	go func() {
		_, err := c.Connect(t.Context())
		connected <- err
	}()
	c.waitsForPurges(t)
	close(release)
	if err := <-purged; err != nil {
		t.Errorf("the purge: %v", err)
	}
	if err := <-connected; err != nil {
		t.Errorf("the connect: %v", err)
	}
}

// waitsForPurges returns once a Connect waits for the purges under way.
func (c *Client) waitsForPurges(t *testing.T) {
	t.Helper()
	waits := make(chan struct{})
	go func() {
		for {
			c.purges.mu.Lock()
			idle := c.purges.idle
			c.purges.mu.Unlock()
			if idle != nil {
				close(waits)
				return
			}
			runtime.Gosched()
		}
	}()
	await(t, waits, "the connect to wait")
}

// TestACallWaitsForAConnectUnderWay instead of failing for want of a connection.
func TestACallWaitsForAConnectUnderWay(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	asked, release := make(chan struct{}), make(chan struct{})
	f.on("ListInstanceIDs", func(context.Context, []byte) (proto.Message, error) {
		close(asked)
		<-release
		return &protos.ListInstanceIDsResponse{}, nil
	})
	connected := make(chan error, 1)
	go func() {
		_, err := c.Connect(t.Context())
		connected <- err
	}()
	await(t, asked, "the listing of the connect")
	done := make(chan error, 1)
	go func() { done <- c.Suspend(t.Context(), key("i"), "") }()
	if n := len(f.received("SuspendInstance")); n != 0 {
		t.Errorf("%d suspends came before the listing had answered", n)
	}
	close(release)
	if err := <-connected; err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("the suspend: %v", err)
	}
}

// TestAPanicInTheWatchOfAConnectionLosesOnlyTheConnection.
func TestAPanicInTheWatchOfAConnectionLosesOnlyTheConnection(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	s, err := c.session()
	if err != nil {
		t.Fatal(err)
	}
	other := &session{conn: s.conn, lost: make(chan struct{})}
	var said []string
	other.watch(func(what string, _ ...any) {
		said = append(said, what)
		if len(said) == 1 {
			panic("in the log")
		}
	})
	f.kill()
	await(t, other.lost, "the connection to be lost")
	if len(said) != 2 {
		t.Errorf("logged %q", said)
	}
}

// TestPurgesOfTwoSidecarsAreNoDanger to each other, also with one app ID: they
// do not wait.
func TestPurgesOfTwoSidecarsAreNoDanger(t *testing.T) {
	dir := t.TempDir()
	here := func(o *Options) { o.LockDir = dir }
	busy, free := newFake(t), newFake(t)
	asked, release := make(chan struct{}), make(chan struct{})
	busy.on("PurgeInstances", func(context.Context, []byte) (proto.Message, error) {
		close(asked)
		<-release
		return &protos.PurgeInstancesResponse{DeletedInstanceCount: 1}, nil
	})
	one, two := busy.connected(here), free.connected(here)
	first := make(chan error, 1)
	go func() { first <- one.Purge(t.Context(), key("i"), workflow.PurgeRequest{Force: true}) }()
	await(t, asked, "the first purge")
	if err := two.Purge(t.Context(), key("i"), workflow.PurgeRequest{Force: true}); err != nil {
		t.Errorf("the purge of the other sidecar: %v", err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
}
