package script

import (
	"net/url"
	"strings"
)

// The notes of the HTTP API.
const (
	httpPort      = "The HTTP port is not known here: DAPR_HTTP_PORT, or the default 3500."
	httpTerminate = "The HTTP API terminates the child workflows too."
	httpPurge     = "The HTTP API purges the child workflows too."
	httpReason    = "The HTTP API takes no reason."
	httpOutput    = "The HTTP API takes no output."
	httpNewID     = "The HTTP API takes a new ID of letters, digits, - and _ only, 64 of them at most, and refuses this one."
	maxHTTPNewID  = 64
)

// root is the path of the workflow engine, which has the name of a component.
const root = "/v1.0/workflows/dapr/"

func curl(c Call) Script {
	switch {
	case c.Op == Rerun, c.Op == List, c.Op == History:
		return none("The HTTP API has no " + c.Op.String() + ".")
	case c.Op == Purge && c.Force:
		return none("The HTTP API has no force purge.")
	case c.Op == Start && !c.StartAt.IsZero():
		return none("The HTTP API cannot start an instance later.")
	}
	for _, part := range c.inPath() {
		if !segment(part) {
			return none("The HTTP API cannot address a name that is empty, . or .., or has a / in it.")
		}
	}
	path := (&url.URL{Path: root + strings.Join(c.inPath(), "/")}).EscapedPath()
	if c.Op == Start && c.ID != "" {
		path += "?instanceID=" + url.QueryEscape(c.ID)
	}
	lines := []string{"curl -sS"}
	if c.Op != Get {
		lines[0] += " -X POST"
	}
	lines = append(lines, `-H "dapr-api-token: $DAPR_API_TOKEN"`)
	if c.Payload != "" && (c.Op == Raise || c.Op == Start) {
		lines = append(lines, "-H 'Content-Type: application/json'", curlData(c))
	}
	lines = append(lines, c.base()+shell(path))
	return Script{Text: strings.Join(lines, " \\\n  "), Notes: httpNotes(c)}
}

// inPath are the parts of the path behind root, unescaped.
func (c Call) inPath() []string {
	switch c.Op {
	case Pause:
		return []string{c.ID, "pause"}
	case Resume:
		return []string{c.ID, "resume"}
	case Raise:
		return []string{c.ID, "raiseEvent", c.Event}
	case Terminate:
		return []string{c.ID, "terminate"}
	case Purge:
		return []string{c.ID, "purge"}
	case Start:
		return []string{c.Workflow, "start"}
	case Get, Rerun, List, History, numOps:
	}
	return []string{c.ID}
}

// segment reports whether a text can be one part of a path. Dapr routes on the
// escaped path where that is not the usual one (go-chi), and then does not
// unescape: so a part is written as net/url would by itself, in which a / stays
// a /.
func segment(s string) bool { return s != "" && s != "." && s != ".." && !strings.Contains(s, "/") }

// base is the address for the shell to put the port into. The host of another
// machine stays: its HTTP port is there as well.
func (c Call) base() string {
	host, _ := c.where()
	scheme := "http"
	if strings.HasPrefix(c.Address, "https://") {
		scheme = "https"
	}
	return `"` + scheme + "://" + host + `:${DAPR_HTTP_PORT:-3500}"`
}

func curlData(c Call) string {
	if c.large() {
		return "--data-binary @" + payloadFile
	}
	return "--data-raw " + shell(c.Payload)
}

func httpNotes(c Call) []string {
	notes := []string{httpPort}
	switch c.Op {
	case Pause, Resume:
		if c.Reason != "" {
			notes = append(notes, httpReason)
		}
	case Terminate:
		if !c.Recursive {
			notes = append(notes, httpTerminate)
		}
		if c.Payload != "" {
			notes = append(notes, httpOutput)
		}
	case Purge:
		if !c.Recursive {
			notes = append(notes, httpPurge)
		}
	case Start:
		if !newHTTPID(c.ID) {
			notes = append(notes, httpNewID)
		}
	case Raise, Get, Rerun, List, History, numOps:
	}
	return notes
}

// newHTTPID reports whether the HTTP API takes an ID for a new instance
// (pkg/api/universal/workflow.go, validateInstanceID).
func newHTTPID(id string) bool {
	return len(id) <= maxHTTPNewID && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}
