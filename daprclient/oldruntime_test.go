package daprclient

import (
	"context"
	"slices"
	"testing"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// What a runtime before 1.17 says of a call that it does not know, and what
// 1.16.0 was seen to answer to the question for its state store, with one and
// without.
const (
	noSuchCall  = "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found"
	withStore   = "operations on actor reminders are only possible on hosted actor types"
	withoutOne  = "error deleting actor reminder: reminder storage is not configured"
	withoutTwo  = "the state store is not configured to use the actor runtime. Have you set the - name: actorStateStore value: \"true\" in your state store component file?"
	noPlacement = "placement service is not configured"
)

// oldFake is a sidecar of a runtime without listing and histories.
func oldFake(t *testing.T, version string) *fake {
	t.Helper()
	f := newFake(t)
	f.on("GetMetadata", reply(&runtimev1.GetMetadataResponse{Id: "orders", RuntimeVersion: version}))
	f.on("ListInstanceIDs", refuse(codes.Unknown, noSuchCall))
	f.on("GetInstanceHistory", refuse(codes.Unknown, noSuchCall))
	f.on("UnregisterActorReminder", refuse(codes.PermissionDenied, withStore))
	return f
}

func TestAnOldRuntimeProvesItsStateStore(t *testing.T) {
	f := oldFake(t, "1.16.0")
	c := f.client()
	conn, err := c.Connect(t.Context())
	wantKind(t, err, workflow.KindOldRuntime)
	if !conn.ByID || conn.Lost == nil || conn.Sidecar.AppID != "orders" {
		t.Fatalf("connection %+v", conn)
	}
	var order []string
	for _, call := range f.received("") {
		order = append(order, call.method)
	}
	if want := []string{"GetMetadata", "ListInstanceIDs", "UnregisterActorReminder"}; !slices.Equal(order, want) {
		t.Errorf("calls %q, want %q", order, want)
	}
	var asked runtimev1.UnregisterActorReminderRequest
	if err := proto.Unmarshal(f.received("UnregisterActorReminder")[0].body, &asked); err != nil || asked.GetActorType() != noActorType {
		t.Errorf("asked about %v, %v", &asked, err)
	}

	if _, _, err := c.Get(t.Context(), "i", true); err != nil {
		t.Errorf("Get: %v", err)
	}
	if err := c.Suspend(t.Context(), key("i"), ""); err != nil {
		t.Errorf("Suspend: %v", err)
	}
	_, err = c.History(t.Context(), key("i"))
	wantKind(t, err, workflow.KindOldRuntime)
	if want := "this runtime has no call for histories (before Dapr 1.17)"; err.Error() != want {
		t.Errorf("history: %q, want %q", err, want)
	}
	if n := len(f.received("GetInstanceHistory")); n != 0 {
		t.Errorf("the history was asked for %d times", n)
	}
	// It would purge without force, and say "force the purge" when that fails.
	wantKind(t, c.Purge(t.Context(), key("i"), workflow.PurgeRequest{Force: true}), workflow.KindOldRuntime)
	if n := len(f.received("PurgeInstances")); n != 0 {
		t.Errorf("%d purges were sent", n)
	}
	if err := c.Purge(t.Context(), key("i"), workflow.PurgeRequest{}); err != nil {
		t.Errorf("Purge: %v", err)
	}
	f.on("PurgeInstances", refuse(codes.Unknown, "failed to purge orchestration state: orchestration has not yet completed"))
	err = c.Purge(t.Context(), key("i"), workflow.PurgeRequest{})
	if wantKind(t, err, workflow.KindNotCompleted); err.Error() != "i has not ended: terminate it first" {
		t.Errorf("purge of a live one: %q", err)
	}

	// The next connection may be to a newer one.
	f.on("ListInstanceIDs", reply(&protos.ListInstanceIDsResponse{}))
	f.on("GetInstanceHistory", reply(&protos.GetInstanceHistoryResponse{}))
	if conn, err := c.Connect(t.Context()); err != nil || conn.ByID {
		t.Errorf("a newer one: %+v, %v", conn, err)
	}
	if _, err := c.History(t.Context(), key("i")); err != nil {
		t.Errorf("the history of a newer one: %v", err)
	}
}

// TestNoProofNoCalls: whatever else an old runtime answers, nothing but the
// three calls of a connect is sent to it.
func TestNoProofNoCalls(t *testing.T) {
	tests := map[string]struct {
		version string
		answer  answer
		kind    workflow.ErrorKind
		asked   bool
	}{
		"1.16 without a store":  {"1.16.0", refuse(codes.Internal, withoutOne), workflow.KindNoStateStore, true},
		"1.15 without a store":  {"1.15.3", refuse(codes.Internal, withoutTwo), workflow.KindNoStateStore, true},
		"no placement":          {"1.16.0", refuse(codes.Unavailable, noPlacement), workflow.KindOldRuntime, true},
		"not allowed":           {"1.16.0", refuse(codes.PermissionDenied, "this API is not enabled"), workflow.KindOldRuntime, true},
		"deleted":               {"1.16.0", reply(&emptypb.Empty{}), workflow.KindOldRuntime, true},
		"gone":                  {"1.16.0", refuse(codes.Unavailable, "shutting down"), workflow.KindUnavailable, true},
		"too old to know":       {"1.13.0", refuse(codes.PermissionDenied, withStore), workflow.KindOldRuntime, false},
		"a newer one":           {"1.17.0", refuse(codes.PermissionDenied, withStore), workflow.KindOldRuntime, false},
		"another major":         {"2.16.0", refuse(codes.PermissionDenied, withStore), workflow.KindOldRuntime, false},
		"its version is a word": {"edge", refuse(codes.PermissionDenied, withStore), workflow.KindOldRuntime, false},
		"no version":            {"", refuse(codes.PermissionDenied, withStore), workflow.KindOldRuntime, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := oldFake(t, tt.version)
			f.on("UnregisterActorReminder", tt.answer)
			c := f.client()
			conn, err := c.Connect(t.Context())
			wantKind(t, err, tt.kind)
			if conn.ByID {
				t.Error("calls by ID are said to be safe")
			}
			if asked := len(f.received("UnregisterActorReminder")) > 0; asked != tt.asked {
				t.Errorf("asked %v, want %v", asked, tt.asked)
			}
			before := len(f.received(""))
			for name, call := range everyCall(c) {
				if err := call(t.Context()); err == nil {
					t.Errorf("%s went through", name)
				}
			}
			if n := len(f.received("")) - before; n != 0 {
				t.Errorf("%d calls were sent", n)
			}
		})
	}
}

// TestAProofHoldsForOneConnection: the sidecar may be started again without its
// store.
func TestAProofHoldsForOneConnection(t *testing.T) {
	f := oldFake(t, "1.16.0")
	c := f.client()
	if conn, err := c.Connect(t.Context()); !conn.ByID {
		t.Fatal(err)
	}
	f.on("UnregisterActorReminder", refuse(codes.Internal, withoutOne))
	conn, err := c.Connect(t.Context())
	wantKind(t, err, workflow.KindNoStateStore)
	if _, _, err := c.Get(t.Context(), "i", true); conn.ByID || workflow.KindOf(err) != workflow.KindNoStateStore {
		t.Errorf("Get: %v", err)
	}
	if n := len(f.received("GetInstance")); n != 0 {
		t.Errorf("%d reads were sent", n)
	}
}

func TestAProofThatDoesNotComeIsAskedForAgain(t *testing.T) {
	f := oldFake(t, "1.16.0")
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan struct{})
	f.on("UnregisterActorReminder", func(ctx context.Context, _ []byte) (proto.Message, error) {
		close(asked)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	c := f.client()
	done := make(chan error, 1)
	go func() { _, err := c.Connect(ctx); done <- err }()
	await(t, asked, "the question")
	cancel()
	if err := <-done; err == nil {
		t.Fatal("no error")
	}
	f.on("UnregisterActorReminder", refuse(codes.PermissionDenied, withStore))
	if conn, err := c.Connect(t.Context()); !conn.ByID {
		t.Errorf("the second: %+v, %v", conn, err)
	}
}

// TestCannotListLeavesCallsByID: the refusal of such a store proves that there is one.
func TestCannotListLeavesCallsByID(t *testing.T) {
	f := newFake(t)
	f.on("ListInstanceIDs", refuse(codes.Unknown, "state store *dynamodb.StateStore does not support listing keys"))
	c := f.client()
	conn, err := c.Connect(t.Context())
	wantKind(t, err, workflow.KindCannotList)
	if !conn.ByID {
		t.Error("calls by ID are not said to be safe")
	}
	if _, err := c.History(t.Context(), key("i")); err != nil {
		t.Errorf("History: %v", err)
	}
	if n := len(f.received("UnregisterActorReminder")); n != 0 {
		t.Errorf("a proof was asked for %d times", n)
	}
}
