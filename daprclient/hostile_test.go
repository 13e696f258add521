package daprclient

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/protobuf/proto"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestASidecarWithoutAnAppID: its instances would be nobody's, or pass for those
// of the app that was there before.
func TestASidecarWithoutAnAppID(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	f.on("GetMetadata", reply(&runtimev1.GetMetadataResponse{RuntimeVersion: "1.18.0"}))
	before := len(f.received("ListInstanceIDs"))
	conn, err := c.Connect(t.Context())
	if workflow.KindOf(err) != workflow.KindWrongPort || conn.ByID {
		t.Errorf("%+v, %v", conn, err)
	}
	if n := len(f.received("ListInstanceIDs")); n != before {
		t.Error("it was listed")
	}
}

// TestWhatASidecarSaysOfItselfIsBounded: it is drawn with every frame.
func TestWhatASidecarSaysOfItselfIsBounded(t *testing.T) {
	f := newFake(t)
	long := strings.Repeat("\x1b[31m\u202e\u8ba2", 1<<16)
	f.on("GetMetadata", reply(&runtimev1.GetMetadataResponse{
		Id: long, RuntimeVersion: long, EnabledFeatures: []string{long},
		Scheduler: &runtimev1.MetadataScheduler{ConnectedAddresses: []string{long}},
	}))
	conn, err := f.client().Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := conn.Sidecar
	for _, text := range []string{s.AppID, s.Version, s.Features[0], s.Schedulers[0]} {
		if len(text) == 0 || len(text) > maxFact || workflow.Clean(text) != text {
			t.Errorf("%d bytes are kept: %.40q", len(text), text)
		}
	}
}

// TestASidecarThatIsAnotherAppEachTime: no call goes to an app that it is not
// about, and a call for the app that answered last is let through.
func TestASidecarThatIsAnotherAppEachTime(t *testing.T) {
	f := newFake(t)
	c := f.client()
	var n atomic.Int64
	f.on("GetMetadata", func(context.Context, []byte) (proto.Message, error) {
		return &runtimev1.GetMetadataResponse{Id: fmt.Sprintf("app-%d", n.Add(1)), RuntimeVersion: "1.18.0"}, nil
	})
	for range 20 {
		conn, err := c.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		now := workflow.Key{AppID: conn.Sidecar.AppID, InstanceID: "x"}
		if err := c.Suspend(t.Context(), now, ""); workflow.KindOf(err) == workflow.KindOtherApp {
			t.Errorf("%s: %v", now.AppID, err)
		}
		before := len(f.received("SuspendInstance"))
		old := workflow.Key{AppID: fmt.Sprintf("app-%d", n.Load()-1), InstanceID: "x"}
		if err := c.Suspend(t.Context(), old, ""); workflow.KindOf(err) != workflow.KindOtherApp {
			t.Errorf("a call about %s went to %s: %v", old.AppID, now.AppID, err)
		}
		if len(f.received("SuspendInstance")) != before {
			t.Fatal("it was sent")
		}
	}
}
