package script

import (
	"encoding/json"
	"strconv"
	"strings"
)

// The notes of the CLI.
const (
	cliString     = "The CLI sends what it is given as a JSON string: the workflow gets a text and has to parse it."
	cliTerminate  = "The CLI terminates the child workflows too."
	cliPurge      = "The CLI purges this instance only: its child workflows stay behind."
	cliReason     = "Some versions of the CLI drop the reason of a suspend."
	cliKubernetes = "For Kubernetes add -k -n NAMESPACE; without it the CLI looks for the app among this machine's sidecars."
)

// command is a command line that is put together.
type command struct {
	words []string
	notes []string
}

func (c *command) add(words ...string) { c.words = append(c.words, words...) }

// flag adds a flag with a value that may hold anything.
func (c *command) flag(name, value string) { c.add(name, shell(value)) }

// payload adds a flag with a payload. A JSON string is unpacked, for the CLI
// packs it again; of anything else it makes a string.
func (c *command) payload(name, text string) {
	if text == "" {
		return
	}
	var s string
	if json.Unmarshal([]byte(text), &s) == nil && strings.HasPrefix(strings.TrimSpace(text), `"`) && !strings.Contains(s, "\x00") {
		c.flag(name, s)
		return
	}
	c.flag(name, text)
	c.notes = append(c.notes, cliString)
}

// subject adds the argument that is no flag. After -- it may begin with a dash.
func (c *command) subject(s string) {
	if strings.HasPrefix(s, "-") {
		c.add("--")
	}
	c.add(shell(s))
}

func cli(c Call) Script {
	switch {
	case c.Op == Get:
		return none("The CLI has no command for one instance. The nearest are its list and its history.")
	case c.large() && c.Op != Pause && c.Op != Resume:
		return none("The payload is too large for a command line, and the CLI reads none from a file.")
	case c.Op == Raise && strings.Contains(c.ID+c.Event, "/"):
		return none("The CLI takes the instance and the event as ID/EVENT: it cannot address one with a / in it.")
	case c.Op == Purge && c.Force && c.Recursive:
		return none("The CLI has no force purge of an instance with its child workflows.")
	case c.Op == Rerun && c.ReplaceInput && c.Payload == "":
		return none("The CLI cannot clear the input of the event: it sends an empty text for it.")
	}
	cmd := command{words: []string{"dapr", "workflow"}}
	cmd.verb(c)
	cmd.notes = append(cmd.notes, cliKubernetes)
	return Script{Text: strings.Join(cmd.words, " "), Notes: cmd.notes}
}

// verb adds the command with its flags and its argument.
func (c *command) verb(in Call) {
	name := map[Op]string{
		Pause: "suspend", Resume: "resume", Raise: "raise-event", Terminate: "terminate", Purge: "purge",
		Start: "run", Rerun: "rerun", List: "list", History: "history",
	}[in.Op]
	c.add(name)
	c.flag("--app-id", in.AppID)
	subject := in.ID
	switch in.Op {
	case Pause, Resume:
		if in.Reason != "" {
			c.flag("--reason", in.Reason)
		}
		if in.Reason != "" && in.Op == Pause {
			c.notes = append(c.notes, cliReason)
		}
	case Raise:
		c.payload("--input", in.Payload)
		subject = in.ID + "/" + in.Event
	case Terminate:
		c.payload("--output", in.Payload)
		if !in.Recursive {
			c.notes = append(c.notes, cliTerminate)
		}
	case Purge:
		c.purge(in)
	case Start:
		c.start(in)
		subject = in.Workflow
	case Rerun:
		c.add("--event-id", strconv.FormatUint(uint64(in.FromEvent), 10))
		if in.NewID != "" {
			c.flag("--new-instance-id", in.NewID)
		}
		if in.ReplaceInput {
			c.payload("--input", in.Payload)
		}
	case List:
		c.add("--output", "wide")
		return
	case History:
		c.add("--output", "json")
	case Get, numOps:
		return
	}
	c.subject(subject)
}

func (c *command) purge(in Call) {
	if in.Force {
		c.add("--force")
	}
	if in.Recursive {
		c.notes = append(c.notes, cliPurge)
	}
}

func (c *command) start(in Call) {
	if in.ID != "" {
		c.flag("--instance-id", in.ID)
	}
	c.payload("--input", in.Payload)
	if !in.StartAt.IsZero() {
		c.add("--start-time", stamp(in.StartAt))
	}
}
