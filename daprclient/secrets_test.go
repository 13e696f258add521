package daprclient

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestNoPayloadReachesTheLog: every operation with a payload, every read of one,
// and both refused too, at the finest level.
func TestNoPayloadReachesTheLog(t *testing.T) {
	const hidden = "s3cret-payload"
	payload := `{"a":"` + hidden + `"}`
	for _, refused := range []bool{false, true} {
		var log bytes.Buffer
		f := newFake(t)
		f.on("GetInstance", reply(&protos.GetInstanceResponse{Exists: true, WorkflowState: &protos.WorkflowState{
			Input: wrapperspb.String(payload), Output: wrapperspb.String(payload), CustomStatus: wrapperspb.String(payload),
			WorkflowStatus: protos.OrchestrationStatus_ORCHESTRATION_STATUS_COMPLETED,
			FailureDetails: &protos.TaskFailureDetails{ErrorMessage: hidden},
		}}))
		c := f.connected(func(o *Options) {
			o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			o.ReadOnly = refused
		})
		k := key("order-1")
		_, _, _ = c.Get(t.Context(), k.InstanceID, true)
		_, _ = c.Detail(t.Context(), k)
		_, _ = c.History(t.Context(), k)
		_, _ = c.Start(t.Context(), k.AppID, workflow.StartRequest{Workflow: "Order", Input: payload})
		_ = c.Suspend(t.Context(), k, hidden)
		_ = c.Resume(t.Context(), k, hidden)
		_ = c.Raise(t.Context(), k, workflow.RaiseRequest{Event: "approve", Payload: payload})
		_ = c.Terminate(t.Context(), k, workflow.TerminateRequest{Output: payload})
		_, _ = c.Rerun(t.Context(), k, workflow.RerunRequest{Input: payload, ReplaceInput: true})
		_ = c.Purge(t.Context(), k, workflow.PurgeRequest{})
		if strings.Contains(log.String(), "s3cret") {
			t.Errorf("a payload is in the log:\n%s", log.String())
		}
		if !strings.Contains(log.String(), "method=GetInstance") {
			t.Errorf("nothing was logged:\n%s", log.String())
		}
	}
}

// TestATokenIsNotPrinted, whatever prints what holds it.
func TestATokenIsNotPrinted(t *testing.T) {
	token := apiToken("s3cret")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if got := fmt.Sprintf(verb, token); strings.Contains(got, "s3cret") {
			t.Errorf("%s prints %s", verb, got)
		}
		if got := fmt.Sprintf(verb, struct{ Token apiToken }{token}); strings.Contains(got, "s3cret") {
			t.Errorf("%s of what holds it prints %s", verb, got)
		}
	}
}

// TestTheRowsOfTheListAreMasked: the custom status and the failure come with the
// reads of the list, too.
func TestTheRowsOfTheListAreMasked(t *testing.T) {
	f := newFake(t)
	f.on("GetInstance", reply(&protos.GetInstanceResponse{Exists: true, WorkflowState: &protos.WorkflowState{
		CustomStatus:   wrapperspb.String(`{"password":"s3cret"}`),
		WorkflowStatus: protos.OrchestrationStatus_ORCHESTRATION_STATUS_FAILED,
		FailureDetails: &protos.TaskFailureDetails{ErrorMessage: `{"password":"s3cret"}`},
	}}))
	hide := func(text string) string { return strings.ReplaceAll(text, "s3cret", workflow.MaskSign) }
	c := f.connected(func(o *Options) { o.Mask, o.MaskFailure = hide, hide })
	row, _, err := c.Get(t.Context(), "order-1", true)
	if err != nil {
		t.Fatal(err)
	}
	if text := row.CustomStatus + row.Failure; strings.Contains(text, "s3cret") || strings.Count(text, workflow.MaskSign) != 2 {
		t.Errorf("the row says %q", text)
	}
}
