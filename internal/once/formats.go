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

type printer func(out io.Writer, rows []*workflow.Instance, o Options) error

func printers() map[string]printer {
	return map[string]printer{"table": table, "json": jsonArray, "csv": commaSeparated, "ids": ids}
}

// FormatList names the formats, for a message or a help text.
func FormatList() string { return strings.Join(slices.Sorted(maps.Keys(printers())), ", ") }

// record is an instance as scripts get it. The ID is exactly the runtime's; all
// other texts are cleaned and, like the custom status, cut for a line.
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

// jsonArray writes one array with an instance on each line.
func jsonArray(out io.Writer, rows []*workflow.Instance, _ Options) error {
	w := bufio.NewWriter(out)
	_, _ = w.WriteString("[")
	for i := range rows {
		line, err := json.Marshal(recordOf(rows[i]))
		if err != nil {
			return fmt.Errorf("encode %s: %w", rows[i].Label, err)
		}
		if i > 0 {
			_, _ = w.WriteString(",")
		}
		_, _ = w.WriteString("\n  ")
		_, _ = w.Write(line)
	}
	_, _ = w.WriteString("\n]\n")
	return w.Flush() //nolint:wrapcheck // Print says what failed
}

func commaSeparated(out io.Writer, rows []*workflow.Instance, _ Options) error {
	w := csv.NewWriter(out)
	_ = w.Write([]string{"app", "instance", "workflow", "status", "created", "started", "updated", "custom status", "failure", "version", "error"})
	for i := range rows {
		r := recordOf(rows[i])
		_ = w.Write([]string{
			r.AppID, r.InstanceID, r.Workflow, r.Status, r.Created, r.Started, r.Updated, r.CustomStatus, r.Failure, r.Version, r.Error,
		})
	}
	w.Flush()
	return w.Error() //nolint:wrapcheck // Print says what failed
}

// ids writes the IDs alone, each on a line of its own, exactly as the runtime
// has them.
func ids(out io.Writer, rows []*workflow.Instance, _ Options) error {
	w := bufio.NewWriter(out)
	for i := range rows {
		_, _ = w.WriteString(rows[i].InstanceID)
		_ = w.WriteByte('\n')
	}
	return w.Flush() //nolint:wrapcheck // Print says what failed
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
