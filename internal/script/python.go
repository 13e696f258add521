package script

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The notes of the SDKs.
const (
	sdkReason       = "This SDK takes no reason."
	sdkForce        = "This SDK has no force purge."
	pyNames         = "Older versions of this SDK take the workflow's function and not its name."
	pyPurge         = "Older versions of this SDK purge without recursive=."
	pyReads         = "Before version 1.19 this SDK has no call for it."
	sdkNoRead       = "This SDK has no call for it."
	pyFalse         = `This SDK sends no payload for null, false, 0, "", [] and {}: use another form.`
	sdkAlwaysEnds   = "This SDK terminates the child workflows too."
	sdkAlwaysPurges = "This SDK purges the child workflows too."
	sdkNeverEnds    = "This SDK terminates this instance only, not its child workflows."
	sdkNeverPurges  = "This SDK purges this instance only: its child workflows stay behind."
)

func python(c Call) Script {
	if c.takesPayload() && pyDrops(c) {
		return none(pyFalse)
	}
	id := pyString(c.ID)
	call, notes := "", []string(nil)
	switch c.Op {
	case Pause, Resume:
		call = fmt.Sprintf("client.%s_workflow(%s)", map[Op]string{Pause: "pause", Resume: "resume"}[c.Op], id)
		if c.Reason != "" {
			notes = append(notes, sdkReason)
		}
	case Raise:
		call = fmt.Sprintf("client.raise_workflow_event(%s, %s%s)", id, pyString(c.Event), pyPayload(c, "data"))
	case Terminate:
		call = fmt.Sprintf("client.terminate_workflow(%s, recursive=%s%s)", id, pyBool(c.Recursive), pyPayload(c, "output"))
	case Purge:
		if c.Force {
			return none(sdkForce)
		}
		call = fmt.Sprintf("client.purge_workflow(%s, recursive=%s)", id, pyBool(c.Recursive))
		notes = append(notes, pyPurge)
	case Start:
		call = "client.schedule_new_workflow(" + pyString(c.Workflow)
		if c.ID != "" {
			call += ", instance_id=" + id
		}
		call += pyPayload(c, "input")
		if !c.StartAt.IsZero() {
			call += ", start_at=datetime.fromisoformat(" + pyString(c.StartAt.UTC().Format("2006-01-02T15:04:05.000000+00:00")) + ")"
		}
		call += ")"
		notes = append(notes, pyNames)
	case Get:
		call = fmt.Sprintf("state = client.get_workflow_state(%s, fetch_payloads=True)", id)
	case Rerun:
		call = fmt.Sprintf("id = client.rerun_workflow_from_event(%s, %d%s)", id, c.FromEvent, pyRerun(c))
		notes = append(notes, pyReads)
	case List:
		call = "ids = list(client.iter_workflow_instance_ids())"
		notes = append(notes, pyReads)
	case History:
		call = fmt.Sprintf("history = client.get_workflow_history(%s)", id)
		notes = append(notes, pyReads)
	case numOps:
		return none(sdkNoRead)
	}
	return Script{Text: pyProgram(c, call), Notes: notes}
}

func pyProgram(c Call, call string) string {
	host, port := c.where()
	lines := []string{"from dapr.ext.workflow import DaprWorkflowClient"}
	if strings.Contains(call, "json.load") {
		lines = append([]string{"import json"}, lines...)
	}
	if strings.Contains(call, "datetime.") {
		lines = append([]string{"from datetime import datetime"}, lines...)
	}
	lines = append(lines, "", fmt.Sprintf("client = DaprWorkflowClient(host=%s, port=%s)  # sends $DAPR_API_TOKEN when it is set", pyString(host), pyString(port)), call)
	return strings.Join(lines, "\n")
}

// pyRerun returns the options of a rerun. None as the input clears it.
func pyRerun(c Call) string {
	options := ""
	if c.NewID != "" {
		options += ", new_instance_id=" + pyString(c.NewID)
	}
	switch {
	case c.takesPayload():
		options += pyPayload(c, "input")
	case c.ReplaceInput:
		options += ", input=None"
	}
	return options
}

// pyDrops reports whether the SDK sends nothing in the place of the payload: of
// an event or an output that Python counts as false, of an input that is null
// (dapr 1.19.0, ext/workflow/_durabletask/client.py, raise_orchestration_event,
// terminate_orchestration, schedule_new_orchestration).
func pyDrops(c Call) bool {
	var v any
	if c.large() || json.Unmarshal([]byte(c.Payload), &v) != nil {
		return false
	}
	switch c.Op {
	case Start:
		return v == nil
	case Rerun:
		return false
	case Pause, Resume, Raise, Terminate, Purge, Get, List, History, numOps:
	}
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case float64:
		return v == 0
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func pyPayload(c Call, name string) string {
	switch {
	case !c.takesPayload():
		return ""
	case c.large():
		return ", " + name + "=json.load(open(" + pyString(payloadFile) + "))"
	}
	return ", " + name + "=json.loads(" + pyString(c.Payload) + ")"
}

func pyBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}
