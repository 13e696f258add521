package daprclient

import (
	"strings"
	"testing"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// A history weighs what its events weigh on the wire, as daprd counts before it
// lets an instance stall.
func TestAHistoryTellsItsWeight(t *testing.T) {
	events := []*protos.HistoryEvent{
		{EventType: &protos.HistoryEvent_EventRaised{EventRaised: &protos.EventRaisedEvent{Name: "e", Input: wrapperspb.String(strings.Repeat("x", 1000))}}},
		{EventId: -1, EventType: &protos.HistoryEvent_WorkflowStarted{WorkflowStarted: &protos.WorkflowStartedEvent{}}},
	}
	want := proto.Size(events[0]) + proto.Size(events[1])
	f := newFake(t)
	f.on("GetInstanceHistory", reply(&protos.GetInstanceHistoryResponse{Events: events}))
	h, err := f.connected().History(t.Context(), key("i"))
	if err != nil || h.Bytes != want || h.Bytes < 1000 {
		t.Errorf("%d bytes, want %d: %v", h.Bytes, want, err)
	}
}
