// Package script writes an operation on a workflow instance down in the forms
// in which it can be done without this console: a command of the Dapr CLI, curl
// on the HTTP API, and a call of the Dapr SDKs. It is pure: nothing is sent and
// nothing is read. A token never appears, only the name of its variable.
//
// Where a form has no such call it says so, and where a call does something
// else than the console would, a note says what. The calls of the Go, Python,
// JavaScript and Java SDKs are run by test/dapr/scripts_test.go; those of the
// .NET SDK follow its reference.
//
// Sources: the Dapr CLI 1.18 (cmd/workflow, pkg/workflow), Dapr 1.18
// (pkg/api/http/workflow.go, pkg/api/universal/workflow.go), durabletask-go
// 0.12.1 and go-sdk 1.15 (workflow/client.go), python-sdk
// 1.19 (dapr/ext/workflow/dapr_workflow_client.py), js-sdk 3.18
// (src/workflow/client/DaprWorkflowClient.ts), java-sdk 1.17
// (sdk-workflows, DaprWorkflowClient.java) and dotnet-sdk
// (src/Dapr.Workflow/DaprWorkflowClient.cs); the API reference is
// https://docs.dapr.io/reference/api/workflow_api/ and that of the CLI
// https://docs.dapr.io/reference/cli/dapr-workflow/.
package script

import (
	"strings"
	"time"
)

// Op is what is done.
type Op uint8

// The operations of the workflow API.
const (
	Pause Op = iota
	Resume
	Raise
	Terminate
	Purge
	Start
	Rerun
	Get
	List
	History
	numOps
)

// Ops returns every operation, in the order of a menu.
func Ops() []Op {
	all := make([]Op, numOps)
	for i := range all {
		all[i] = Op(i)
	}
	return all
}

// String is the operation's name in the words of the console.
func (o Op) String() string {
	return [...]string{
		"pause", "resume", "raise event", "terminate", "purge", "start new", "rerun", "get", "list", "history", "",
	}[min(o, numOps)]
}

// Form is a way to do it.
type Form uint8

// The forms.
const (
	CLI Form = iota
	HTTP
	Go
	Python
	JavaScript
	Java
	DotNet
	numForms
)

// Forms returns every form, in the order of a menu.
func Forms() []Form {
	all := make([]Form, numForms)
	for i := range all {
		all[i] = Form(i)
	}
	return all
}

// String is the form's name.
func (f Form) String() string {
	return [...]string{"Dapr CLI", "curl", "Go", "Python", "JavaScript", "Java", ".NET", ""}[min(f, numForms)]
}

// Call is an operation with all that it needs. Each operation uses its own
// part.
type Call struct {
	Op Op
	// AppID is the app that owns the instance, Address the gRPC address of its
	// sidecar.
	AppID, Address string
	// ID is the instance; that of a new one when Op is Start, empty for one
	// that is generated.
	ID       string
	Workflow string
	Event    string
	// Payload is JSON text: the event's, the input of a start or of a rerun,
	// the output of a terminate. Empty is none. Masked says that there is one,
	// but that it cannot be shown.
	Payload   string
	Masked    bool
	Reason    string
	Recursive bool
	Force     bool
	StartAt   time.Time
	// FromEvent is the number of the event that a rerun begins with, and NewID
	// the ID of the instance that it makes, empty for one that is generated.
	FromEvent uint32
	NewID     string
	// ReplaceInput has the rerun take Payload for the event's input; an empty
	// one then clears it.
	ReplaceInput bool
}

// Script is a call in one form.
type Script struct {
	// Text is what to copy; empty where the form has no such call.
	Text string
	// Notes are what to know of it, or why there is none. They are free of
	// control characters when the call is.
	Notes []string
}

func none(why ...string) Script { return Script{Notes: why} }

// maxInline is the largest payload that stands in the script itself, in bytes:
// an argument of a command has a limit of 128 KiB on Linux. A larger one is
// read from payloadFile.
const (
	maxInline   = 64 << 10
	payloadFile = "payload.json"
)

// Render writes a call down in one form.
func Render(c Call, f Form) Script {
	c = c.valid()
	if c.hasNUL() {
		return none("The text holds a NUL character, which no form can carry.")
	}
	var s Script
	switch f {
	case CLI:
		s = cli(c)
	case HTTP:
		s = curl(c)
	case Go:
		s = golang(c)
	case Python:
		s = python(c)
	case JavaScript:
		s = javascript(c)
	case Java:
		s = java(c)
	case DotNet:
		s = dotnet(c)
	case numForms:
	}
	if s.Text != "" && c.Masked {
		s.Notes = append(s.Notes, "The input of this instance is masked and not in here: add it, or the new one starts without.")
	}
	if s.Text != "" && c.large() {
		s.Notes = append(s.Notes, "The payload is too large to stand here: it is read from "+payloadFile+".")
	}
	return s
}

// valid replaces what is no UTF-8: the protocol cannot carry it either.
func (c Call) valid() Call {
	for _, s := range []*string{&c.AppID, &c.Address, &c.ID, &c.Workflow, &c.Event, &c.Payload, &c.Reason, &c.NewID} {
		*s = strings.ToValidUTF8(*s, "�")
	}
	return c
}

func (c Call) hasNUL() bool {
	for _, s := range []string{c.AppID, c.ID, c.Workflow, c.Event, c.Payload, c.Reason, c.NewID} {
		if strings.Contains(s, "\x00") {
			return true
		}
	}
	return false
}

func (c Call) large() bool { return len(c.Payload) > maxInline }

// where splits the gRPC address into host and port. A socket and whatever is
// not understood are taken for the default.
func (c Call) where() (host, port string) {
	addr := c.Address
	for _, scheme := range []string{"https://", "http://"} {
		addr = strings.TrimPrefix(addr, scheme)
	}
	i := strings.LastIndexByte(addr, ':')
	if i <= 0 {
		return "127.0.0.1", "50001"
	}
	host, port = addr[:i], addr[i+1:]
	for _, r := range strings.Trim(host, "[]") {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:_", r) {
			return "127.0.0.1", "50001"
		}
	}
	if strings.Trim(port, "0123456789") != "" || port == "" {
		return "127.0.0.1", "50001"
	}
	return host, port
}

// address is where, put together again.
func (c Call) address() string {
	host, port := c.where()
	return host + ":" + port
}

// stamp is a time as every form takes it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
