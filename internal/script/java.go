package script

import (
	"fmt"
	"strings"
)

// The notes of the Java SDK.
const (
	javaNames = "Older versions of this SDK take the workflow's class and not its name."
	javaGet   = "Older versions of this SDK call it getInstanceState."
	javaPurge = "Older versions of this SDK call it purgeInstance."
)

func java(c Call) Script {
	id := javaString(c.ID)
	call, notes := "", []string(nil)
	switch c.Op {
	case Pause:
		call = fmt.Sprintf("client.suspendWorkflow(%s, %s);", id, javaOrNull(c.Reason))
	case Resume:
		call = fmt.Sprintf("client.resumeWorkflow(%s, %s);", id, javaOrNull(c.Reason))
	case Raise:
		call = fmt.Sprintf("client.raiseEvent(%s, %s, %s);", id, javaString(c.Event), javaPayload(c))
	case Terminate:
		call = fmt.Sprintf("client.terminateWorkflow(%s, %s);", id, javaPayload(c))
		if c.Recursive {
			notes = append(notes, sdkNeverEnds)
		}
	case Purge:
		if c.Force {
			return none(sdkForce)
		}
		call = fmt.Sprintf("client.purgeWorkflow(%s);", id)
		notes = append(notes, javaPurge)
		if c.Recursive {
			notes = append(notes, sdkNeverPurges)
		}
	case Start:
		call = fmt.Sprintf("String id = client.scheduleNewWorkflow(%s, new NewWorkflowOptions()%s);", javaString(c.Workflow), javaStart(c))
		notes = append(notes, javaNames)
	case Get:
		call = fmt.Sprintf("var state = client.getWorkflowState(%s, true);", id)
		notes = append(notes, javaGet)
	case Rerun, List, History, numOps:
		return none(sdkNoRead)
	}
	return Script{Text: javaProgram(c, call), Notes: notes}
}

func javaProgram(c Call, call string) string {
	host, port := c.where()
	imports := []string{}
	for _, i := range []struct{ word, path string }{
		{"ObjectMapper", "com.fasterxml.jackson.databind.ObjectMapper"},
		{"DaprWorkflowClient", "io.dapr.workflows.client.DaprWorkflowClient"},
		{"NewWorkflowOptions", "io.dapr.workflows.client.NewWorkflowOptions"},
		{"File(", "java.io.File"},
		{"Instant.", "java.time.Instant"},
	} {
		if i.word == "DaprWorkflowClient" || strings.Contains(call, i.word) {
			imports = append(imports, "import "+i.path+";")
		}
	}
	return strings.Join(append(imports, "",
		"// the environment says where: DAPR_GRPC_ENDPOINT="+host+":"+port+", and DAPR_API_TOKEN",
		"try (var client = new DaprWorkflowClient()) {", "  "+call, "}"), "\n")
}

func javaOrNull(s string) string {
	if s == "" {
		return "null"
	}
	return javaString(s)
}

func javaPayload(c Call) string {
	switch {
	case !c.takesPayload():
		return "null"
	case c.large():
		return `new ObjectMapper().readTree(new File("` + payloadFile + `"))`
	}
	return "new ObjectMapper().readTree(" + javaString(c.Payload) + ")"
}

func javaStart(c Call) string {
	options := ""
	if c.ID != "" {
		options += ".setInstanceId(" + javaString(c.ID) + ")"
	}
	if c.takesPayload() {
		options += ".setInput(" + javaPayload(c) + ")"
	}
	if !c.StartAt.IsZero() {
		options += ".setStartTime(Instant.parse(" + javaString(stamp(c.StartAt)) + "))"
	}
	return options
}
