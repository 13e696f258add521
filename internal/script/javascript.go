package script

import (
	"fmt"
	"strings"
)

// The notes of the JavaScript SDK.
const (
	jsRaise   = "This SDK does not wait for the answer to this call: close the client a moment later."
	jsNumbers = "Numbers beyond 2^53 lose digits in JavaScript."
)

func javascript(c Call) Script {
	id := utf16String(c.ID)
	call, notes := "", []string(nil)
	switch c.Op {
	case Pause, Resume:
		call = fmt.Sprintf("await client.%sWorkflow(%s);", map[Op]string{Pause: "suspend", Resume: "resume"}[c.Op], id)
		if c.Reason != "" {
			notes = append(notes, sdkReason)
		}
	case Raise:
		call = fmt.Sprintf("await client.raiseEvent(%s, %s%s);", id, utf16String(c.Event), jsPayload(c, ""))
		notes = append(notes, jsRaise)
	case Terminate:
		call = fmt.Sprintf("await client.terminateWorkflow(%s%s);", id, jsPayload(c, ", undefined"))
		if c.Recursive {
			notes = append(notes, sdkNeverEnds)
		}
	case Purge:
		if c.Force {
			return none(sdkForce)
		}
		call = fmt.Sprintf("await client.purgeWorkflow(%s);", id)
		if c.Recursive {
			notes = append(notes, sdkNeverPurges)
		}
	case Start:
		call = jsStart(c)
	case Get:
		call = fmt.Sprintf("const state = await client.getWorkflowState(%s, true);", id)
	case Rerun, List, History, numOps:
		return none(sdkNoRead)
	}
	if c.takesPayload() && bigNumber(c.Payload) {
		notes = append(notes, jsNumbers)
	}
	host, port := c.where()
	lines := []string{`import { DaprWorkflowClient } from "@dapr/dapr";`}
	if strings.Contains(call, "readFileSync") {
		lines = append(lines, `import { readFileSync } from "node:fs";`)
	}
	lines = append(lines, "",
		fmt.Sprintf("const client = new DaprWorkflowClient({ daprHost: %s, daprPort: %s }); // sends $DAPR_API_TOKEN when it is set", utf16String(host), utf16String(port)),
		call,
	)
	if c.Op != Raise {
		lines = append(lines, "await client.stop();")
	}
	return Script{Text: strings.Join(lines, "\n"), Notes: notes}
}

func jsStart(c Call) string {
	args := utf16String(c.Workflow)
	input := jsPayload(c, "")
	if input == "" && (c.ID != "" || !c.StartAt.IsZero()) {
		input = ", undefined"
	}
	args += input
	switch {
	case c.ID != "":
		args += ", " + utf16String(c.ID)
	case !c.StartAt.IsZero():
		args += ", undefined"
	}
	if !c.StartAt.IsZero() {
		args += ", new Date(" + utf16String(stamp(c.StartAt)) + ")"
	}
	return "const id = await client.scheduleNewWorkflow(" + args + ");"
}

func jsPayload(c Call, missing string) string {
	switch {
	case !c.takesPayload():
		return missing
	case c.large():
		return `, JSON.parse(readFileSync("` + payloadFile + `", "utf8"))`
	}
	return ", JSON.parse(" + utf16String(c.Payload) + ")"
}

// bigNumber reports whether a JSON text holds a run of more digits than a
// number of JavaScript keeps. It may be one within a string: then the note is
// one too many.
func bigNumber(text string) bool {
	const kept = 15
	run := 0
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			run = 0
			continue
		}
		if run++; run > kept {
			return true
		}
	}
	return false
}
