package workflow

import (
	"regexp"
	"strings"
)

// failureKind is what an SDK says in a failure of its own.
type failureKind uint8

const (
	failedUnknownWorkflow failureKind = iota
	failedUnknownActivity
	failedCodeChanged
	failedResumed
)

// failureWords is how an SDK words one kind of failure: the texts around the
// name or the number that it tells. A text of another app's worker, or of a
// child, can stand in the middle of a message.
type failureWords struct {
	kind          failureKind
	sdk           SDK
	before, after string
	source        string
}

// allFailureWords returns the words of the SDKs.
func allFailureWords() []failureWords {
	return append(unknownNames(), changedCode()...)
}

// unknownNames are the words for a workflow or an activity that no worker
// registered.
func unknownNames() []failureWords {
	w, a := failedUnknownWorkflow, failedUnknownActivity
	return []failureWords{
		{w, SDKGo, "workflow named '", "' is not registered", "durabletask-go task/registry.go"},
		{a, SDKGo, "no task activity named '", "' was registered", "durabletask-go task/executor.go"},
		{w, SDKPython, "A '", "' orchestrator was not registered", "dapr 1.19.0 _durabletask/worker.py"},
		{a, SDKPython, "Activity function named '", "' was not registered", "dapr 1.19.0 _durabletask/worker.py"},
		{w, SDKJavaScript, "Orchestrator '", "' does not exist", "@dapr/dapr 3.18.0 registry"},
		{a, SDKJavaScript, "Activity function '", "' is not registered", "@dapr/dapr 3.18.0 registry"},
		{w, SDKJava, "No factory found for orchestrator: ", "", "durabletask-client 1.17.1"},
		{a, SDKJava, "No activity task named '", "' is registered", "durabletask-client 1.17.1"},
		{w, SDKDotNet, "Workflow '", "' is not registered in this app", "dotnet-sdk v1.18.5"},
		{a, SDKDotNet, "Activity '", "' not found", "dotnet-sdk v1.18.5"},
		{w, SDKDotNet, "No orchestrator task named '", "' was found", "durabletask-dotnet 2941beb (SDK 1.16)"},
		{a, SDKDotNet, "No activity task named '", "' was found", "durabletask-dotnet 2941beb (SDK 1.16)"},
		{w, SDKRust, "Orchestrator '", "' not registered", "dapr-durabletask 0.0.3"},
		{a, SDKRust, "Activity '", "' not registered", "dapr-durabletask 0.0.3"},
	}
}

// changedCode are the words for a workflow whose code does not repeat what its
// history holds.
func changedCode() []failureWords {
	c := failedCodeChanged
	return []failureWords{
		{c, SDKGo, "a previous execution called ", ", but the current execution doesn't have this action with this sequence number", "durabletask-go task/orchestrator.go"},
		{c, SDKGo, "a previous execution called ", " at this point in the workflow logic, but the current execution doesn't have this action", "durabletask-go task/orchestrator.go"},
		{c, SDKPython, "A previous execution called ", " as part of rebuilding it's history", "dapr 1.19.0 _durabletask/worker.py"},
		{c, SDKPython, "A previous execution called ", ", but the current execution doesn't have this action with this ID", "dapr 1.19.0 _durabletask/worker.py"},
		{c, SDKJavaScript, "A previous execution called ", " as part of rebuilding its history", "@dapr/dapr 3.18.0 worker/index"},
		{c, SDKJavaScript, "A previous execution called ", " but the current execution doesn't have this action with this ID", "@dapr/dapr 3.18.0 worker/index"},
		{c, SDKJava, "Non-deterministic orchestrator detected: ", "", "durabletask-client 1.17.1 TaskOrchestrationExecutor.java"},
		{failedResumed, SDKPython, "Don't know how to handle event of type 'executionResumed'", "", "dapr 1.19.0 _durabletask/worker.py"},
	}
}

// within returns the text between the words, and whether the message has them.
func (w *failureWords) within(message string) (string, bool) {
	_, rest, ok := strings.Cut(message, w.before)
	switch {
	case !ok:
		return "", false
	case w.after == "":
		return strings.TrimSpace(rest), true
	}
	at := strings.LastIndex(rest, w.after)
	if at < 0 {
		return "", false
	}
	return rest[:at], true
}

// saidOf finds a kind of failure in a message and returns what it tells.
func saidOf(message string, kinds ...failureKind) (w failureWords, inner string, ok bool) {
	message = Shorten(message, maxSaid)
	for _, w := range allFailureWords() {
		for _, k := range kinds {
			if inner, ok := w.within(message); w.kind == k && ok {
				return w, inner, true
			}
		}
	}
	return failureWords{}, "", false
}

// maxSaid is how much of a message is searched, in bytes.
const maxSaid = 4096

// The forms of type names, and of stack traces.
var (
	javaType   = regexp.MustCompile(`^([a-z][a-z0-9_]*\.)+[A-Z][\w$]*$`)
	dotNetType = regexp.MustCompile("^([A-Z]\\w*\\.)+[A-Z][\\w`+]*$")
	pythonLine = regexp.MustCompile(`(?m)^\s*File "[^"]*", line \d+, in `)
	javaLine   = regexp.MustCompile(`(?m)^\s*at [\w.$/<>]+\(([\w$]+\.(java|kt|scala|groovy)(:\d+)?|Native Method|Unknown Source)\)`)
	jsLine     = regexp.MustCompile(`(?m)^\s*at .*:\d+:\d+\)?\s*$`)
	dotNetLine = regexp.MustCompile(`(?m)^\s*at [\w.` + "`" + `<>\[\],+|]+\([^)]*\)( in .*:line \d+)?\s*$`)
)

// stackForm returns the SDK whose stack traces look like this.
func stackForm(stack string) SDK {
	stack = Shorten(stack, maxSaid)
	switch {
	case stack == "":
	case pythonLine.MatchString(stack):
		return SDKPython
	case javaLine.MatchString(stack):
		return SDKJava
	case jsLine.MatchString(stack):
		return SDKJavaScript
	case dotNetLine.MatchString(stack):
		return SDKDotNet
	}
	return SDKUnknown
}

// failureForm returns the SDK that names and words a failure like this.
func failureForm(f *Failure) SDK {
	switch {
	case strings.HasPrefix(f.Type, "*") && f.Stack == "", f.Type == "TaskActivityNotRegistered", f.Type == "TaskActivityPanic":
		return SDKGo
	case f.Type == "WorkflowStateError", f.Type == "OrchestrationStateError":
		return SDKPython
	case f.Type == "WorkerError", f.Type == "OrchestratorError", f.Type == "ActivityError":
		return SDKRust
	case javaType.MatchString(f.Type):
		return SDKJava
	case dotNetType.MatchString(f.Type), f.Type == "WorkflowNotFound", f.Type == "ActivityNotFoundException":
		return SDKDotNet
	}
	if f.Cause != nil {
		return SDKUnknown // its message may be another SDK's
	}
	if w, _, ok := saidOf(f.Message, failedUnknownWorkflow, failedUnknownActivity, failedCodeChanged, failedResumed); ok {
		return w.sdk
	}
	return SDKUnknown
}
