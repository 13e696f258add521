package model

import (
	"fmt"
	"slices"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// The IDs of the fields and buttons of the forms.
const (
	fieldReason    = "reason"
	fieldEvent     = "event"
	fieldPayload   = "payload"
	fieldOutput    = "output"
	fieldRecursive = "recursive"
	fieldForce     = "force"
	fieldConfirm   = "confirm"
	fieldWorkflow  = "workflow"
	fieldNewID     = "newid"
	fieldInput     = "input"
	fieldStartAt   = "startat"
	fieldFrom      = "from"
	fieldReplace   = "replaceinput"

	formQuit = "quit"

	buttonSend         = "send"
	buttonAndResume    = "and-resume"
	buttonReplace      = "replace"
	maxFormLabel       = 48
	reasonPlaceholder  = "optional; kept in the history"
	jsonPlaceholder    = "JSON, or @file"
	generatedIDHint    = "generated when empty"
	startAtPlaceholder = "now; or +10m, 18:30, 2026-12-24 18:00"
	recallReason       = "reason"
	noWorkerHint       = "No worker is connected to this sidecar: the runtime will refuse after about 5 s."
	noWorkerPurgeHint  = "No worker is connected to this sidecar: the runtime refuses an ordinary purge after about 5 s. A forced one needs no worker."
	noWorkerStartHint  = "No worker is connected to this sidecar: a start hangs until its deadline and creates nothing."
	stalledHint        = "It is stalled: this runtime refuses operations until a suitable worker is back; only a force purge works."
	pendingHint        = "It is scheduled for later: any operation but a force purge starts it at once."
	heldTerminateHint  = "It is suspended: this runtime ends it only once it is resumed."
	// The SDK of its worker is not known.
	maybeHeldTerminateHint = "It is suspended: if its worker is Go's, this runtime ends it only once it is resumed."
	forcePurgeHint         = "Force deletes the state whatever the instance is doing. A workflow that runs at this moment can be left corrupt."
	rerunHint              = "What came after the chosen event is executed again: activities, timers and child workflows."
	maskedInputHint        = "Its input is masked, so it is not offered here: the runtime takes the one it has, unless a new one is typed."
	childrenPurgeHint      = "Without its children they stay behind, and their parent is gone."
	twiceHint              = "It was suspended more than once: a Go worker drops an event that is raised now. Resume it first, twice."
	terminateNoUndoHint    = "This cannot be undone. Activities that run at this moment are not stopped."
)

// title names the instance and its app, so that nobody confirms blindly.
func title(verb string, t target) string {
	label := t.label
	if r := []rune(label); len(r) > maxFormLabel {
		label = string(r[:maxFormLabel/2]) + "…" + string(r[len(r)-maxFormLabel/2:])
	}
	return fmt.Sprintf("%s %s (%s)", verb, label, workflow.Clean(t.key.AppID))
}

func info(format string, a ...any) ui.FormLine {
	return ui.FormLine{Kind: ui.NoticeInfo, Text: fmt.Sprintf(format, a...)}
}

func warn(text string) ui.FormLine { return ui.FormLine{Kind: ui.NoticeWarn, Text: text} }

// about is the line that says what the instance is, and the warnings that hold
// for every operation.
func (m *Model) about(t target) []ui.FormLine { return m.aboutWith(t, noWorkerHint) }

// aboutWith is about with what an operation does while no worker is connected.
func (m *Model) aboutWith(t target, noWorker string) []ui.FormLine {
	name := t.row.Name
	if name == "" {
		name = "(scheduled)"
	}
	line := name + " · " + t.row.Status.String()
	if t.facts.children > 0 {
		line += " · " + ui.Plural(t.facts.children, "child workflow", "child workflows")
	}
	lines := []ui.FormLine{info("%s", line)}
	if m.noWorker(t.key.AppID) {
		lines = append(lines, warn(noWorker))
	}
	switch t.row.Status { //nolint:exhaustive // the others need no warning
	case workflow.Stalled:
		lines = append(lines, warn(stalledHint))
	case workflow.Pending:
		lines = append(lines, warn(pendingHint))
	}
	return lines
}

func (m *Model) noWorker(app string) bool {
	a := m.app(app)
	return a != nil && a.Connected() && a.Sidecar.WorkersKnown && a.Sidecar.Workers == 0
}

func (m *Model) reasonField() ui.Field {
	return ui.Field{ID: fieldReason, Label: "Reason", Placeholder: reasonPlaceholder, Kind: ui.FieldText, History: m.recall[recallReason]}
}

func suspendForm(m *Model, t target) ui.FormSpec {
	lines := m.about(t)
	if t.facts.worker.Does(workflow.TraitWhileSuspended) == workflow.RunsOn {
		lines = append(lines, warn(fmt.Sprintf("The %s does not hold it: the next event runs the workflow on while its status reads SUSPENDED.", t.facts.worker.Name())))
	} else {
		lines = append(lines, info("Events are kept and delivered on resume. Activities and children that run go on."))
	}
	return ui.FormSpec{
		ID: "pause", Title: title("Pause", t), Lines: lines, Fields: []ui.Field{m.reasonField()},
		Buttons: []ui.Button{{ID: buttonSend, Label: "Pause"}},
	}
}

func resumeForm(m *Model, t target) ui.FormSpec {
	lines := m.about(t)
	warning := workflow.ResumeWarning(t.facts.worker, t.facts.pending)
	if warning != "" {
		lines = append(lines, warn(warning))
	}
	return ui.FormSpec{
		ID: "resume", Title: title("Resume", t), Lines: lines, Fields: []ui.Field{m.reasonField()}, Destructive: warning != "",
		Buttons: []ui.Button{{ID: buttonSend, Label: "Resume", Danger: warning != ""}},
	}
}

// whileSuspended says what becomes of an event that a suspended instance is
// sent, empty when it is not suspended.
func whileSuspended(t target) ui.FormLine {
	w, twice := t.facts.worker, t.facts.pending > 1 || t.facts.holds > 1
	switch {
	case t.row.Status != workflow.Suspended && t.facts.holds == 0:
		return ui.FormLine{}
	case w.Does(workflow.TraitWhileSuspended) == workflow.RunsOn:
		return info("It is suspended, and its %s worker runs on at the next event all the same.", w.SDK)
	case twice && w.Does(workflow.TraitSecondSuspend) == workflow.Frees, !twice:
		return info("It is suspended: the event is kept and delivered on resume.")
	case w.Does(workflow.TraitSecondSuspend) == workflow.Nests:
		return warn(twiceHint)
	}
	return warn(workflow.ResumeWarning(w, max(2, t.facts.pending)))
}

func raiseForm(m *Model, t target) ui.FormSpec {
	lines := m.about(t)
	if line := whileSuspended(t); line.Text != "" {
		lines = append(lines, line)
	}
	waits, known := m.awaited(t.key)
	names, first := awaitedNames(waits), ""
	if len(names) > 0 {
		first = names[0]
	}
	for _, n := range m.notes.eventNames(t.key.AppID, t.row.Name) {
		if !hasName(names, n) {
			names = append(names, n) // what others of its kind were sent
		}
	}
	return ui.FormSpec{
		ID: "raise", Title: title("Raise an event on", t), Lines: lines,
		Fields: []ui.Field{
			{
				ID: fieldEvent, Label: "Event", Placeholder: "the event's name", Kind: ui.FieldText, Value: first,
				Suggestions: names, History: m.recall[fieldEvent], Check: m.checkEventName(waits, known),
			},
			{
				ID: fieldPayload, Label: "Payload", Placeholder: jsonPlaceholder, Kind: ui.FieldJSON,
				History: m.recall[fieldPayload], Check: checkJSON,
			},
		},
		Buttons: []ui.Button{{ID: buttonSend, Label: "Raise"}},
	}
}

func terminateForm(m *Model, t target) ui.FormSpec {
	lines := m.about(t)
	buttons := []ui.Button{{ID: buttonSend, Label: "Terminate", Danger: true}}
	if ends := t.facts.worker.Does(workflow.TraitTerminateSuspended); (t.row.Status == workflow.Suspended || t.facts.holds > 0) &&
		ends != workflow.EndsAtOnce && !workflow.EndsSuspended(m.sidecarOf(t.key).Version) {
		hint := heldTerminateHint
		if ends == workflow.ConductUnknown {
			hint = maybeHeldTerminateHint
		}
		lines = append(lines, warn(hint))
		if warning := workflow.ResumeWarning(t.facts.worker, t.facts.pending); warning != "" && t.facts.worker.Does(workflow.TraitSecondSuspend) != workflow.Nests {
			lines = append(lines, warn(warning))
		} else {
			buttons = append(buttons, ui.Button{ID: buttonAndResume, Label: "Terminate and resume", Danger: true})
		}
	}
	lines = append(lines, info("%s", terminateNoUndoHint))
	return ui.FormSpec{
		ID: "terminate", Title: title("Terminate", t) + "?", Lines: lines, Destructive: true,
		Fields: []ui.Field{
			{ID: fieldOutput, Label: "Output", Placeholder: "optional JSON, or @file", Kind: ui.FieldJSON, History: m.recall[fieldOutput], Check: checkJSON},
			{ID: fieldRecursive, Label: "Children", Help: "also terminate its child workflows", Kind: ui.FieldToggle, On: true},
		},
		Buttons: buttons,
	}
}

func purgeForm(m *Model, t target) ui.FormSpec {
	lines := m.aboutWith(t, noWorkerPurgeHint)
	fields := []ui.Field{{ID: fieldRecursive, Label: "Children", Help: "also purge its child workflows", Kind: ui.FieldToggle, On: true}}
	only := "the runtime purges only what has ended"
	if workflow.ForcesPurges(m.sidecarOf(t.key).Version) {
		only += ", unless forced"
		fields = append(fields, forceFields(t)...)
	}
	if !t.row.Status.Terminal() {
		lines = append(lines, warn(fmt.Sprintf("It is %s: %s.", t.row.Status, only)))
	}
	lines = append(lines, info("Its state and history are deleted for good. %s", childrenPurgeHint))
	return ui.FormSpec{
		ID: "purge", Title: title("Purge", t) + "?", Lines: lines, Destructive: true, Fields: fields,
		Buttons: []ui.Button{{ID: buttonSend, Label: "Purge", Danger: true}},
	}
}

// forceFields are what a forced purge takes: the ID has to be typed.
func forceFields(t target) []ui.Field {
	return []ui.Field{
		{ID: fieldForce, Label: "Force", Help: forcePurgeHint, Kind: ui.FieldToggle},
		{
			ID: fieldConfirm, Label: "Type the ID", Placeholder: t.label, Kind: ui.FieldConfirm, MustEqual: t.label,
			Visible: func(on map[string]bool) bool { return on[fieldForce] },
		},
	}
}

func startForm(m *Model, t target) ui.FormSpec {
	var lines []ui.FormLine
	if m.noWorker(t.key.AppID) {
		lines = append(lines, warn(noWorkerStartHint))
	}
	return ui.FormSpec{
		ID: "start", Title: "Start a new instance (" + workflow.Clean(t.key.AppID) + ")", Lines: lines,
		Fields: []ui.Field{
			{
				ID: fieldWorkflow, Label: "Workflow", Placeholder: "the workflow's name", Kind: ui.FieldText, Value: t.row.Name,
				Suggestions: m.workflowNames(t.key.AppID), History: m.recall[fieldWorkflow], Check: checkWorkflowName,
			},
			{ID: fieldNewID, Label: "ID", Placeholder: generatedIDHint, Kind: ui.FieldText, OneID: true, Check: checkNewID},
			{ID: fieldInput, Label: "Input", Placeholder: jsonPlaceholder, Kind: ui.FieldJSON, History: m.recall[fieldInput], Check: checkJSON},
			{ID: fieldStartAt, Label: "Start at", Placeholder: startAtPlaceholder, Kind: ui.FieldTime, Check: m.checkStartAt},
		},
		Buttons: []ui.Button{{ID: buttonSend, Label: "Start"}},
	}
}

// firedTimers warns of timers that had fired before the chosen event, where the
// runtime loses their schedule in a rerun.
func (m *Model) firedTimers(t target) string {
	p := m.shown.prepared
	if t.from == nil || p == nil || m.shown.key != t.key || !workflow.LosesFiredTimers(m.sidecarOf(t.key).Version) {
		return ""
	}
	at := slices.IndexFunc(p.History.Events, func(e workflow.Event) bool { return e.ID == t.from.ID && e.Type == t.from.Type })
	n := 0
	for _, i := range p.History.RerunFrom(at).Timers {
		if j, ok := p.History.Partner(i); ok && j < at {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("Dapr before 1.19 loses the schedule of %s before this event: the rerun can wait for good. Choose an event before the timer.",
		ui.Plural(n, "fired timer", "fired timers"))
}

func rerunForm(m *Model, t target) ui.FormSpec {
	lines := append(m.about(t), info("%s", rerunHint))
	if t.from != nil && t.from.Payload.Masked() {
		lines = append(lines, info(maskedInputHint))
	}
	if line := m.firedTimers(t); line != "" {
		lines = append(lines, warn(line))
	}
	from, note := m.rerunFrom(t)
	fields := []ui.Field{
		{ID: fieldFrom, Label: "From event", Placeholder: "its number", Kind: ui.FieldNumber, Value: from, Help: note, Check: checkEventNumber(t.facts)},
	}
	if t.from == nil || workflow.RerunInput(t.from.Type) {
		fields = append(fields,
			ui.Field{ID: fieldReplace, Label: "New input", Help: "replace the event's input; not for a timer", Kind: ui.FieldToggle},
			ui.Field{
				ID: fieldInput, Label: "Input", Placeholder: "JSON, or @file; empty clears the input", Kind: ui.FieldJSON, History: m.recall[fieldInput],
				Check: checkJSON, Visible: func(on map[string]bool) bool { return on[fieldReplace] },
			})
	}
	return ui.FormSpec{
		ID: "rerun", Title: title("Rerun", t) + "?", Lines: lines, Destructive: true,
		Fields:  append(fields, ui.Field{ID: fieldNewID, Label: "New ID", Placeholder: generatedIDHint, Kind: ui.FieldText, OneID: true, Check: checkNewID}),
		Buttons: []ui.Button{{ID: buttonSend, Label: "Rerun", Danger: true}},
	}
}
