package script

import (
	"fmt"
	"strings"
)

// The notes of the .NET SDK.
const (
	dotnetReads   = "Older versions of this SDK have no call for it."
	dotnetUntried = "Written from the reference of this SDK; not tried."
)

func dotnet(c Call) Script {
	id := utf16String(c.ID)
	call, notes := "", []string(nil)
	switch c.Op {
	case Pause:
		call = fmt.Sprintf("await client.SuspendWorkflowAsync(%s%s);", id, dotnetReason(c))
	case Resume:
		call = fmt.Sprintf("await client.ResumeWorkflowAsync(%s%s);", id, dotnetReason(c))
	case Raise:
		call = fmt.Sprintf("await client.RaiseEventAsync(%s, %s%s);", id, utf16String(c.Event), dotnetPayload(c, ", "))
	case Terminate:
		call = fmt.Sprintf("await client.TerminateWorkflowAsync(%s%s);", id, dotnetPayload(c, ", "))
		if !c.Recursive {
			notes = append(notes, sdkAlwaysEnds)
		}
	case Purge:
		if c.Force {
			return none(sdkForce)
		}
		call = fmt.Sprintf("await client.PurgeInstanceAsync(%s);", id)
		if !c.Recursive {
			notes = append(notes, sdkAlwaysPurges)
		}
	case Start:
		call = "var id = await client.ScheduleNewWorkflowAsync(" + utf16String(c.Workflow) + dotnetStart(c) + ");"
	case Rerun:
		call = fmt.Sprintf("var id = await client.RerunWorkflowFromEventAsync(%s, %d%s);", id, c.FromEvent, dotnetRerun(c))
		notes = append(notes, dotnetReads)
	case Get:
		call = fmt.Sprintf("var state = await client.GetWorkflowStateAsync(%s);", id)
	case List:
		call = "var page = await client.ListInstanceIdsAsync();"
		notes = append(notes, dotnetReads)
	case History:
		call = fmt.Sprintf("var history = await client.GetInstanceHistoryAsync(%s);", id)
		notes = append(notes, dotnetReads)
	case numOps:
		return none(sdkNoRead)
	}
	return Script{Text: dotnetProgram(c, call), Notes: append(notes, dotnetUntried)}
}

func dotnetProgram(c Call, call string) string {
	host, port := c.where()
	using := []string{"using Dapr.Workflow;"}
	if strings.Contains(call, "RerunWorkflowFromEventOptions") {
		using = append(using, "using Dapr.Workflow.Client;")
	}
	if strings.Contains(call, "JsonSerializer") {
		using = append(using, "using System.Text.Json;")
	}
	return strings.Join(append(using, "",
		"// client is the DaprWorkflowClient that AddDaprWorkflow registers; the environment says where:",
		"// DAPR_GRPC_ENDPOINT=http://"+host+":"+port+", and DAPR_API_TOKEN", call), "\n")
}

func dotnetReason(c Call) string {
	if c.Reason == "" {
		return ""
	}
	return ", " + utf16String(c.Reason)
}

func dotnetPayload(c Call, before string) string {
	switch {
	case !c.takesPayload():
		return ""
	case c.large():
		return before + `JsonSerializer.Deserialize<JsonElement>(File.ReadAllText("` + payloadFile + `"))`
	}
	return before + "JsonSerializer.Deserialize<JsonElement>(" + utf16String(c.Payload) + ")"
}

func dotnetStart(c Call) string {
	args := ""
	if c.ID != "" {
		args += ", instanceId: " + utf16String(c.ID)
	}
	args += dotnetPayload(c, ", input: ")
	if c.StartAt.IsZero() {
		return args
	}
	// The overload with a start time has no optional parameters before it.
	if c.ID == "" {
		args = ", instanceId: null" + args
	}
	if !c.takesPayload() {
		args += ", input: null"
	}
	return args + ", startTime: DateTimeOffset.Parse(" + utf16String(stamp(c.StartAt)) + ")"
}

func dotnetRerun(c Call) string {
	var set []string
	if c.NewID != "" {
		set = append(set, "NewInstanceId = "+utf16String(c.NewID))
	}
	if c.ReplaceInput {
		input := dotnetPayload(c, "")
		if input == "" {
			input = "null"
		}
		set = append(set, "Input = "+input, "OverwriteInput = true")
	}
	if len(set) == 0 {
		return ""
	}
	return ", new RerunWorkflowFromEventOptions { " + strings.Join(set, ", ") + " }"
}
