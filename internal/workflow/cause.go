package workflow

import (
	"regexp"
	"strconv"
	"strings"
)

// The words that the SDKs write before the message of a task that failed, in the
// failure of the workflow: Python and JavaScript with the instance ID, Java,
// Go, and .NET.
var wrappers = []*regexp.Regexp{
	regexp.MustCompile(`^.*?\b(?:Activity|Sub-orchestration) task #\d+ failed: `),
	regexp.MustCompile(`^Task '.*?' \(#\d+\) failed with an unhandled exception: `),
	regexp.MustCompile(`^task failed with an error: `),
	regexp.MustCompile(`^Task failed: `),
}

// Reason returns the message of a failure without what the SDKs write before it
// on its way up through children and workflows, such as the instance's own ID.
func Reason(message string) string {
	for cut := true; cut; {
		cut = false
		for _, w := range wrappers {
			if at := w.FindStringIndex(message); at != nil && at[1] < len(message) {
				message, cut = message[at[1]:], true
			}
		}
	}
	return message
}

// taskNumber finds the number of the task that failed, in what Python,
// JavaScript and Java write before its message.
var taskNumber = regexp.MustCompile(`(?:task #|\(#)(\d+)\)? failed`)

// childName finds the child that failed in what .NET writes, which has nothing of
// its message.
var childName = regexp.MustCompile(`^Child workflow '(.*)' failed`)

// Cause is the failure of an activity or a child that made a workflow fail.
type Cause struct {
	// Event is the TaskFailed or ChildWorkflowInstanceFailed event.
	Event int
	// Quoted is set when the workflow's failure quotes it. Otherwise it came in
	// the turn in which the workflow failed, which makes it the likely cause.
	Quoted bool
}

// Cause returns what made the workflow fail. No SDK in use records the chain of
// causes itself. It returns false when nothing scheduled was the reason, or the
// history does not tell.
func (h History) Cause() (Cause, bool) {
	end, ended := h.Completed()
	if !ended || end.Failure == nil {
		return Cause{}, false
	}
	quotes := h.quotes(end.Failure.Message)
	likely := -1
	for i := len(h.Events) - 1; i >= 0; i-- {
		e := &h.Events[i]
		if e.Type == WorkflowStarted && likely < 0 {
			likely = len(h.Events) // the last turn had none
		}
		if e.Failure == nil || e.Type != TaskFailed && e.Type != ChildWorkflowInstanceFailed {
			continue
		}
		if quotes(i) {
			return Cause{Event: i, Quoted: true}, true
		}
		if likely < 0 {
			likely = i
		}
	}
	return Cause{Event: likely}, likely >= 0 && likely < len(h.Events)
}

// quotes returns a function that reports whether a message quotes the failure
// of an event: by the number of its task, by the child's name, or word by word.
func (h History) quotes(message string) func(event int) bool {
	if m := taskNumber.FindStringSubmatch(message); m != nil {
		if n, err := strconv.ParseInt(m[1], 10, 32); err == nil {
			return func(i int) bool { return int64(h.Events[i].Ref) == n }
		}
	}
	if m := childName.FindStringSubmatch(message); m != nil {
		return func(i int) bool { return h.scheduledName(i) == m[1] }
	}
	return func(i int) bool {
		said := h.Events[i].Failure.Message
		return said != "" && strings.Contains(message, said)
	}
}

// scheduledName is the name of what event i answers.
func (h History) scheduledName(i int) string {
	if j, ok := h.Partner(i); ok {
		return h.Events[j].Name
	}
	return ""
}

// StackLine is a line of a stack trace.
type StackLine struct {
	Text string
	// SDK is set on the lines of the Dapr SDK's own frames, which say nothing of
	// the application.
	SDK bool
}

// sdkFrame is what the frames of the Dapr SDKs and of what they run on have in
// common.
var sdkFrame = regexp.MustCompile(`[/\\](?:site-packages|dist-packages)[/\\](?:dapr|durabletask)[/\\]|node_modules[/\\]@dapr[/\\]|` +
	`\bat io\.dapr\.(?:durabletask|workflows)\.|\bat (?:Dapr\.Workflow|Dapr\.DurableTask|DurableTask|Microsoft\.DurableTask)\.|` +
	`\bat java\.base/|\bat io\.opentelemetry\.|\bnode:internal/|\bat System\.Runtime\.`)

// StackLines returns the lines of a stack trace. In a trace of Python a frame
// has a line for its place and further ones for its code.
func StackLines(stack string) []StackLine {
	var out []StackLine
	sdk := false
	for line := range strings.SplitSeq(strings.TrimRight(stack, "\n "), "\n") {
		text := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(text, "at "), strings.HasPrefix(text, "File \""):
			sdk = sdkFrame.MatchString(line)
		case !strings.HasPrefix(line, " "):
			sdk = false
		}
		out = append(out, StackLine{Text: line, SDK: sdk})
	}
	return out
}
