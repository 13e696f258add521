package daprclient

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestConnectAsksWhoThenLists(t *testing.T) {
	f := newFake(t)
	f.on("ListInstanceIDs", reply(&protos.ListInstanceIDsResponse{InstanceIds: []string{"a", "b"}, ContinuationToken: proto.String("2")}))
	c := f.client(func(o *Options) { o.PageSize = 2 })
	conn, err := c.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if conn.Sidecar.AppID != "orders" || conn.Sidecar.Version != "1.18.0" || !slices.Equal(conn.IDs, []string{"a", "b"}) || conn.Next != "2" {
		t.Errorf("connection %+v", conn)
	}
	if _, _, err := c.List(t.Context(), conn.Next); err != nil {
		t.Fatal(err)
	}
	var methods []string
	for _, r := range f.received("") {
		methods = append(methods, r.method)
	}
	if want := []string{"GetMetadata", "ListInstanceIDs", "ListInstanceIDs"}; !slices.Equal(methods, want) {
		t.Errorf("calls %v, want %v", methods, want)
	}
	var req protos.ListInstanceIDsRequest
	if err := proto.Unmarshal(f.received("ListInstanceIDs")[1].body, &req); err != nil {
		t.Fatal(err)
	}
	if req.GetPageSize() != 2 || req.GetContinuationToken() != "2" {
		t.Errorf("second page asked with %v", &req)
	}
}

func TestNothingIsSentBeforeConnect(t *testing.T) {
	f := newFake(t)
	c := f.client()
	for name, call := range everyCall(c) {
		if err := call(t.Context()); workflow.KindOf(err) != workflow.KindClosed {
			t.Errorf("%s: %v, want KindClosed", name, err)
		}
	}
	if n := f.listen.accepted(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// everyCall is every call but Connect, on the instance i.
func everyCall(c *Client) map[string]func(context.Context) error {
	k := key("i")
	return map[string]func(context.Context) error{
		"List":    func(ctx context.Context) error { _, _, err := c.List(ctx, ""); return err },
		"Get":     func(ctx context.Context) error { _, _, err := c.Get(ctx, "i", true); return err },
		"Sidecar": func(ctx context.Context) error { _, err := c.Sidecar(ctx); return err },
		"Detail":  func(ctx context.Context) error { _, err := c.Detail(ctx, k); return err },
		"History": func(ctx context.Context) error { _, err := c.History(ctx, k); return err },
		"Start": func(ctx context.Context) error {
			_, err := c.Start(ctx, k.AppID, workflow.StartRequest{Workflow: "W"})
			return err
		},
		"Suspend":   func(ctx context.Context) error { return c.Suspend(ctx, k, "") },
		"Resume":    func(ctx context.Context) error { return c.Resume(ctx, k, "") },
		"Raise":     func(ctx context.Context) error { return c.Raise(ctx, k, workflow.RaiseRequest{Event: "e"}) },
		"Terminate": func(ctx context.Context) error { return c.Terminate(ctx, k, workflow.TerminateRequest{}) },
		"Purge":     func(ctx context.Context) error { return c.Purge(ctx, k, workflow.PurgeRequest{}) },
		"Force":     func(ctx context.Context) error { return c.Purge(ctx, k, workflow.PurgeRequest{Force: true}) },
		"Rerun":     func(ctx context.Context) error { _, err := c.Rerun(ctx, k, workflow.RerunRequest{}); return err },
	}
}

func TestTheGateIsShutUntilTheListingHasAnswered(t *testing.T) {
	f := newFake(t)
	asked, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	f.on("ListInstanceIDs", func(context.Context, []byte) (proto.Message, error) {
		once.Do(func() { close(asked) })
		<-release
		return &protos.ListInstanceIDsResponse{}, nil
	})
	c := f.client()
	connected := make(chan error, 1)
	go func() { _, err := c.Connect(t.Context()); connected <- err }()
	await(t, asked, "the listing")
	soon, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for name, call := range everyCall(c) {
		if err := call(soon); workflow.KindOf(err) != workflow.KindClosed {
			t.Errorf("%s: %v, want KindClosed", name, err)
		}
	}
	close(release)
	if err := <-connected; err != nil {
		t.Fatal(err)
	}
	f.on("ListInstanceIDs", reply(&protos.ListInstanceIDsResponse{}))
	for name, call := range everyCall(c) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s after the listing: %v", name, err)
		}
	}
	if got := f.received("")[:2]; got[0].method != "GetMetadata" || got[1].method != "ListInstanceIDs" {
		t.Errorf("first calls %v, %v", got[0].method, got[1].method)
	}
}

// The rule that keeps daprd alive: whatever is called when, from wherever, the
// first workflow call of each connection is a listing that has answered.
func TestTheListingComesFirstOnEveryConnectionUnderLoad(t *testing.T) {
	f := newFake(t)
	c := f.client()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var load sync.WaitGroup
	through := make(chan struct{})
	for _, call := range everyCall(c) {
		for range 2 {
			load.Go(func() {
				for ctx.Err() == nil {
					if call(ctx) != nil {
						continue
					}
					select {
					case through <- struct{}{}:
					case <-ctx.Done():
					}
				}
			})
		}
	}
	const rounds = 40
	for i := range rounds {
		conn, err := c.Connect(ctx)
		if err != nil {
			t.Fatalf("connect %d: %v", i, err)
		}
		for range 30 { // until the load is on this connection
			await(t, through, "a call")
		}
		if i%2 == 0 {
			f.listen.closeAll()
			await(t, conn.Lost, "the loss of the connection")
		}
	}
	cancel()
	load.Wait()

	first := map[string][]string{}
	for _, r := range f.received("") {
		if len(first[r.peer]) < 2 {
			first[r.peer] = append(first[r.peer], r.method)
		}
	}
	if len(first) != rounds || f.listen.accepted() != rounds {
		t.Errorf("%d connections carried calls, %d were accepted, want %d", len(first), f.listen.accepted(), rounds)
	}
	for p, calls := range first {
		if !slices.Equal(calls, []string{"GetMetadata", "ListInstanceIDs"}) {
			t.Errorf("connection %s began with %v", p, calls)
		}
	}
}

func TestALostConnectionIsNotDialledAgain(t *testing.T) {
	f := newFake(t)
	c := f.client()
	conn, err := c.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.kill()
	await(t, conn.Lost, "the loss of the connection")
	f.start(f.addr)
	for name, call := range everyCall(c) {
		err := call(t.Context())
		want := workflow.KindClosed // a change never left, and cannot have had an effect
		if slices.Contains([]string{"List", "Get", "Sidecar", "Detail", "History"}, name) {
			want = workflow.KindUnavailable
		}
		wantKind(t, err, want)
		if !strings.Contains(err.Error(), "lost") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := f.listen.accepted(); n != 0 {
		t.Errorf("%d connections were made by calls", n)
	}
	if _, err := c.Connect(t.Context()); err != nil {
		t.Fatalf("Connect after the restart: %v", err)
	}
	if _, _, err := c.Get(t.Context(), "i", true); err != nil {
		t.Errorf("Get after the restart: %v", err)
	}
}

// Even a call that slips past the gate, because the loss is not known yet,
// cannot make grpc dial again.
func TestGrpcItselfCannotDialAgain(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	s, err := c.session()
	if err != nil {
		t.Fatal(err)
	}
	f.kill()
	await(t, s.lost, "the loss of the connection")
	f.start(f.addr)
	for range 3 {
		_, err := c.fetch(t.Context(), s, "i", true)
		wantKind(t, err, workflow.KindUnavailable)
	}
	if n := f.listen.accepted(); n != 0 {
		t.Errorf("grpc dialled %d times", n)
	}
}

func TestACallInFlightDoesNotMoveToTheNextConnection(t *testing.T) {
	f := newFake(t)
	asked := make(chan struct{})
	f.on("SuspendInstance", func(ctx context.Context, _ []byte) (proto.Message, error) {
		close(asked)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	c := f.connected()
	done := make(chan error, 1)
	go func() { done <- c.Suspend(t.Context(), key("i"), "") }()
	await(t, asked, "the suspend")
	if _, err := c.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := <-done
	wantKind(t, err, workflow.KindUnavailable)
	if n := len(f.received("SuspendInstance")); n != 1 {
		t.Errorf("suspend was sent %d times", n)
	}
}

func TestAnotherAppAtTheAddressIsRefused(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	f.on("GetMetadata", reply(&runtimev1.GetMetadataResponse{Id: "billing"}))
	if _, err := c.Sidecar(t.Context()); workflow.KindOf(err) != workflow.KindOtherApp {
		t.Errorf("Sidecar: %v, want KindOtherApp", err)
	}
	conn, err := c.Connect(t.Context())
	if err != nil || conn.Sidecar.AppID != "billing" {
		t.Fatalf("Connect: %+v, %v", conn.Sidecar, err)
	}
	before := len(f.received(""))
	for name, call := range everyCall(c) {
		switch name {
		case "List", "Get", "Sidecar": // these name no app
			continue
		}
		if err := call(t.Context()); workflow.KindOf(err) != workflow.KindOtherApp {
			t.Errorf("%s: %v, want KindOtherApp", name, err)
		}
	}
	if n := len(f.received("")) - before; n != 0 {
		t.Errorf("%d calls were sent to the other app", n)
	}
}

func TestWithoutAStateStoreNothingButListingsIsSent(t *testing.T) {
	f := newFake(t)
	f.on("ListInstanceIDs", refuse(codes.Unknown, "no state store with actor support found"))
	c := f.client()
	conn, err := c.Connect(t.Context())
	wantKind(t, err, workflow.KindNoStateStore)
	if conn.Sidecar.AppID != "orders" {
		t.Errorf("the sidecar is not named: %+v", conn)
	}
	before := len(f.received(""))
	for name, call := range everyCall(c) {
		if err := call(t.Context()); workflow.KindOf(err) != workflow.KindNoStateStore {
			t.Errorf("%s: %v, want KindNoStateStore", name, err)
		}
	}
	if n := len(f.received("")) - before; n != 0 {
		t.Errorf("%d calls were sent", n)
	}

	// The store can also go while the connection stands.
	f.on("ListInstanceIDs", reply(&protos.ListInstanceIDsResponse{}))
	if _, err := c.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.on("ListInstanceIDs", refuse(codes.Unknown, "no state store with actor support found"))
	_, _, err = c.List(t.Context(), "")
	wantKind(t, err, workflow.KindNoStateStore)
	_, _, err = c.Get(t.Context(), "i", true)
	wantKind(t, err, workflow.KindNoStateStore)
	if n := len(f.received("GetInstance")); n != 0 {
		t.Errorf("GetInstance was sent %d times", n)
	}
}

func TestAListingThatFailsOverAStoreLeavesCallsByID(t *testing.T) {
	for text, kind := range map[string]workflow.ErrorKind{
		"invalid key format: orders||dapr.internal.default.orders.workflow||a||b||metadata": workflow.KindPoisoned,
		"state store *dynamodb.StateStore does not support listing keys":                    workflow.KindCannotList,
	} {
		f := newFake(t)
		f.on("ListInstanceIDs", refuse(codes.Unknown, text))
		c := f.client()
		conn, err := c.Connect(t.Context())
		wantKind(t, err, kind)
		if conn.Sidecar.AppID != "orders" || conn.Lost == nil {
			t.Errorf("%s: connection %+v", text, conn)
		}
		if _, _, err := c.Get(t.Context(), "i", true); err != nil {
			t.Errorf("%s: Get: %v", text, err)
		}
		if kind != workflow.KindPoisoned {
			continue
		}
		var e *workflow.Error
		if errors.As(err, &e); e.ID != "a||b" {
			t.Fatalf("the poisoned ID is %q, want a||b", e.ID)
		}
		if err := c.Purge(t.Context(), key(e.ID), workflow.PurgeRequest{Force: true}); err != nil {
			t.Errorf("the cure: %v", err)
		}
	}
}

func TestAFailedListingShutsTheGate(t *testing.T) {
	for text, kind := range map[string]workflow.ErrorKind{
		"failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found": workflow.KindOldRuntime,
		"database is locked (SQLITE_BUSY)": workflow.KindBusy,
		"something else":                   workflow.KindOther,
	} {
		f := newFake(t)
		f.on("ListInstanceIDs", refuse(codes.Unknown, text))
		c := f.client()
		_, err := c.Connect(t.Context())
		wantKind(t, err, kind)
		if _, _, err := c.Get(t.Context(), "i", true); workflow.KindOf(err) != kind || len(f.received("GetInstance")) != 0 {
			t.Errorf("%s: Get: %v after %d calls", text, err, len(f.received("GetInstance")))
		}
	}
}

func TestConnectCanBeGivenUp(t *testing.T) {
	f := newFake(t)
	asked := make(chan struct{})
	f.on("ListInstanceIDs", func(ctx context.Context, _ []byte) (proto.Message, error) {
		close(asked)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	c := f.client()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { _, err := c.Connect(ctx); done <- err }()
	await(t, asked, "the listing")

	// A second Connect waits for the first, and can be given up too.
	ctx2, cancel2 := context.WithCancel(t.Context())
	cancel2()
	if _, err := c.Connect(ctx2); !errors.Is(err, context.Canceled) {
		t.Errorf("the second: %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the first: %v", err)
	}
	_, _, err := c.Get(t.Context(), "i", true)
	wantKind(t, err, workflow.KindClosed)
}

func TestAClosedClientStaysClosed(t *testing.T) {
	f := newFake(t)
	c := f.client()
	conn, err := c.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, conn.Lost, "the end of the connection")
	_, _, err = c.Get(t.Context(), "i", true)
	wantKind(t, err, workflow.KindClosed)
	_, err = c.Connect(t.Context())
	wantKind(t, err, workflow.KindClosed)
}

// A connection that grpc never asked for is closed all the same.
func TestALineThatNobodyTookIsClosed(t *testing.T) {
	f := newFake(t)
	c := f.client()
	s, err := c.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.close()
	if _, err := s.line.raw.Write([]byte{0}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the line is still open: %v", err)
	}
}
