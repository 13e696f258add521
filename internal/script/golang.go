package script

import (
	"fmt"
	"strings"
)

// golang writes the body of a function with ctx that returns an error. The
// types behind it are those of durabletask-go's workflow package.
func golang(c Call) Script {
	call, notes := goCall(c)
	imports := []string{"// import (", `//	"github.com/dapr/durabletask-go/workflow"`, `//	dapr "github.com/dapr/go-sdk/client"`}
	if strings.Contains(call, "wrapperspb.") {
		imports = append(imports, `//	"google.golang.org/protobuf/types/known/wrapperspb"`)
	}
	lines := imports
	lines = append(lines, "// )",
		"client, err := dapr.NewClientWithAddressContext(ctx, "+goString(c.address())+") // sends $DAPR_API_TOKEN when it is set",
		"if err != nil {", "\treturn err", "}", "defer client.Close()",
		"wf := workflow.NewClient(client.GrpcClientConn())",
	)
	if c.large() && c.takesPayload() {
		lines = append(lines, "payload, err := os.ReadFile("+goString(payloadFile)+")", "if err != nil {", "\treturn err", "}")
	}
	return Script{Text: strings.Join(append(lines, call), "\n"), Notes: notes}
}

// takesPayload reports whether the call has use for a payload.
func (c Call) takesPayload() bool {
	switch c.Op {
	case Raise, Start, Terminate:
		return c.Payload != ""
	case Rerun:
		return c.ReplaceInput && c.Payload != ""
	case Pause, Resume, Purge, Get, List, History, numOps:
	}
	return false
}

func goCall(c Call) (text string, notes []string) {
	id := goString(c.ID)
	switch c.Op {
	case Pause:
		return fmt.Sprintf("return wf.SuspendWorkflow(ctx, %s, %s)", id, goString(c.Reason)), nil
	case Resume:
		return fmt.Sprintf("return wf.ResumeWorkflow(ctx, %s, %s)", id, goString(c.Reason)), nil
	case Raise:
		return fmt.Sprintf("return wf.RaiseEvent(ctx, %s, %s%s)", id, goString(c.Event), goRaw(c, "WithRawEventData")), nil
	case Terminate:
		return fmt.Sprintf("return wf.TerminateWorkflow(ctx, %s, workflow.WithRecursiveTerminate(%t)%s)", id, c.Recursive, goRaw(c, "WithRawOutput")), nil
	case Purge:
		force := ""
		if c.Force {
			force = ", workflow.WithForcePurge(true)"
		}
		return fmt.Sprintf("return wf.PurgeWorkflowState(ctx, %s, workflow.WithRecursivePurge(%t)%s)", id, c.Recursive, force), nil
	case Start:
		return goStart(c), nil
	case Rerun:
		return goRerun(c)
	case Get:
		return fmt.Sprintf("metadata, err := wf.FetchWorkflowMetadata(ctx, %s)", id), nil
	case List:
		return "page, err := wf.ListInstanceIDs(ctx) // the next page: workflow.WithListInstanceIDsContinuationToken", nil
	case History:
		return fmt.Sprintf("history, err := wf.GetInstanceHistory(ctx, %s)", id), nil
	case numOps:
	}
	return "", nil
}

// goRaw is an option with the payload byte for byte: the others would make a
// JSON string of it.
func goRaw(c Call, option string) string {
	switch {
	case !c.takesPayload():
		return ""
	case c.large():
		return ", workflow." + option + "(wrapperspb.String(string(payload)))"
	}
	return ", workflow." + option + "(wrapperspb.String(" + goString(c.Payload) + "))"
}

func goStart(c Call) string {
	options := ""
	if c.ID != "" {
		options += ", workflow.WithInstanceID(" + goString(c.ID) + ")"
	}
	options += goRaw(c, "WithRawInput")
	if !c.StartAt.IsZero() {
		t := c.StartAt.UTC()
		options += fmt.Sprintf(", workflow.WithStartTime(time.Unix(%d, %d))", t.Unix(), t.Nanosecond())
	}
	return fmt.Sprintf("id, err := wf.ScheduleWorkflow(ctx, %s%s)", goString(c.Workflow), options)
}

func goRerun(c Call) (text string, notes []string) {
	options := ""
	if c.NewID != "" {
		options += ", workflow.WithRerunNewInstanceID(" + goString(c.NewID) + ")"
	}
	switch {
	case c.takesPayload() && c.large():
		options += ", workflow.WithRerunInput(json.RawMessage(payload))"
	case c.takesPayload():
		options += ", workflow.WithRerunInput(json.RawMessage(" + goString(c.Payload) + "))"
	case c.ReplaceInput:
		options += ", workflow.WithRerunInput(nil)"
		notes = []string{"The input of the event is cleared."}
	}
	return fmt.Sprintf("id, err := wf.RerunWorkflowFromEvent(ctx, %s, %d%s)", goString(c.ID), c.FromEvent, options), notes
}
