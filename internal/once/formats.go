package once

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// The formats that print IDs as they are.
const (
	formatIDs = "ids"
	formatCSV = "csv"
)

type printer func(out io.Writer, rows []*workflow.Instance, o Options) error

func printers() map[string]printer {
	return map[string]printer{"table": table, "json": jsonArray, formatCSV: commaSeparated, formatIDs: ids}
}

// FormatList names the formats, for a message or a help text.
func FormatList() string { return strings.Join(slices.Sorted(maps.Keys(printers())), ", ") }

// record is an instance as scripts get it. The ID is exactly the runtime's, in
// CSV on a terminal escaped; all other texts are cleaned and cut.
type record struct {
	AppID        string `json:"appId"`
	InstanceID   string `json:"instanceId"`
	Workflow     string `json:"workflow"`
	Status       string `json:"status"`
	Created      string `json:"created,omitempty"`
	Started      string `json:"started,omitempty"`
	Updated      string `json:"updated,omitempty"`
	CustomStatus string `json:"customStatus,omitempty"`
	Failure      string `json:"failure,omitempty"`
	Version      string `json:"version,omitempty"`
	Error        string `json:"error,omitempty"`
}

func recordOf(r *workflow.Instance) record {
	return record{
		AppID: r.AppID, InstanceID: r.InstanceID, Workflow: r.Name, Status: r.Status.String(),
		Created: stamp(r.Created), Started: stamp(r.Started), Updated: stamp(r.Updated),
		CustomStatus: r.CustomStatus, Failure: r.Failure, Version: r.Version, Error: r.ReadErr,
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// jsonArray writes one array with an instance on each line. What a terminal
// obeys is escaped, so that it is safe wherever it ends up.
func jsonArray(out io.Writer, rows []*workflow.Instance, _ Options) error {
	w := bufio.NewWriter(out)
	_, _ = w.WriteString("[")
	for i := range rows {
		r := recordOf(rows[i])
		if w := rows[i].Whole; w != nil {
			r.CustomStatus, r.Failure = w.CustomStatus, w.Failure
		}
		line, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("encode %s: %w", rows[i].Label, err)
		}
		if i > 0 {
			_, _ = w.WriteString(",")
		}
		_, _ = w.WriteString("\n  ")
		_, _ = w.WriteString(workflow.EscapeJSON(string(line)))
	}
	_, _ = w.WriteString("\n]\n")
	return w.Flush() //nolint:wrapcheck // Print says what failed
}

func commaSeparated(out io.Writer, rows []*workflow.Instance, o Options) error {
	w := csv.NewWriter(out)
	_ = w.Write([]string{"app", "instance", "workflow", "status", "created", "started", "updated", "custom status", "failure", "version", "error"})
	for i := range rows {
		r := recordOf(rows[i])
		_ = w.Write([]string{
			o.shown(r.AppID), o.shown(r.InstanceID), r.Workflow, r.Status, r.Created, r.Started, r.Updated, r.CustomStatus, r.Failure, r.Version, r.Error,
		})
	}
	w.Flush()
	return w.Error() //nolint:wrapcheck // Print says what failed
}

// shown returns an ID as it is printed: raw, or escaped on a terminal.
func (o Options) shown(id string) string {
	if o.Terminal {
		return workflow.Escaped(id)
	}
	return id
}

// ids writes the IDs alone, each on a line or ended by a zero byte. Off a
// terminal they are exactly the runtime's; those that would pass for several are
// left out (see withheld).
func ids(out io.Writer, rows []*workflow.Instance, o Options) error {
	w := bufio.NewWriter(out)
	end := byte('\n')
	if o.Null {
		end = 0
	}
	for i := range rows {
		if id := rows[i].InstanceID; !o.withholds(id) {
			_, _ = w.WriteString(o.shown(id))
			_ = w.WriteByte(end)
		}
	}
	return w.Flush() //nolint:wrapcheck // Print says what failed
}

// withholds reports whether a list of IDs leaves this one out, because its
// readers would take it for several.
func (o Options) withholds(id string) bool {
	switch {
	case !workflow.Callable(id):
		return true // it stands for one that is too long
	case o.Null:
		return strings.IndexByte(id, 0) >= 0
	case o.Terminal:
		return false // what breaks the line is escaped
	}
	return workflow.BreaksLines(id) || strings.IndexByte(id, 0) >= 0
}

// withheld returns an error that counts the IDs which the list leaves out, nil
// where it leaves out none.
func (o Options) withheld(rows []*workflow.Instance) error {
	if o.Format != formatIDs {
		return nil
	}
	n, first := 0, ""
	for i := range rows {
		if id := rows[i].InstanceID; o.withholds(id) {
			if n++; n == 1 {
				first = workflow.Shorten(workflow.Escaped(id), workflow.ShortText)
			}
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%d of the IDs are not printed, the first is %s: it is too long, or a reader would take it for several; use -0 or -o json", n, first)
}

// columnGap is between two columns of the table, in cells.
const columnGap = 2

// table writes aligned columns; the last one is as wide as it is.
func table(out io.Writer, rows []*workflow.Instance, o Options) error {
	lines := make([][]string, 0, len(rows)+1)
	app := func(text string, line ...string) []string {
		if o.apps {
			return append([]string{text}, line...)
		}
		return line
	}
	lines = append(lines, app("APP", "STATUS", "WORKFLOW", "INSTANCE", "CREATED", "UPDATED", "CUSTOM STATUS"))
	for i := range rows {
		r := rows[i]
		note := r.CustomStatus
		switch {
		case r.ReadErr != "":
			note = "not read: " + r.ReadErr
		case note == "":
			note = r.Failure
		}
		lines = append(lines, app(workflow.CleanID(r.AppID), r.Status.String(), r.Name, r.Label, local(r.Created, o.Zone), local(r.Updated, o.Zone), note))
	}
	widest := make([]int, len(lines[0]))
	for _, line := range lines {
		for c, text := range line {
			widest[c] = max(widest[c], ansi.StringWidth(text))
		}
	}
	w := bufio.NewWriter(out)
	for _, line := range lines {
		var b strings.Builder
		for c, text := range line {
			b.WriteString(text)
			b.WriteString(strings.Repeat(" ", widest[c]-ansi.StringWidth(text)+columnGap))
		}
		_, _ = w.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
	return w.Flush() //nolint:wrapcheck // Print says what failed
}

func local(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(zone).Format("2006-01-02 15:04:05")
}
