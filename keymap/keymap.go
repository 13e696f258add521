// Package keymap holds every key binding of the console, once. The footer, the
// help, the dispatch and the key table of the README are all made from it.
package keymap

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
)

// Binding is one key binding with its help.
type Binding = key.Binding

// Map is every binding of the console. It crosses borders by value.
type Map struct {
	Up, Down, PageUp, PageDown, HalfUp, HalfDown, Top, Bottom Binding
	Left, Right                                               Binding

	Open, Back, NextPane, PrevPane, NextTab, PrevTab Binding

	Suspend, Resume, Raise, Terminate, Purge, Start, Rerun Binding

	Filter, AllStatuses, ToggleStatus, Sort, Reverse, Freeze, Hold, Mark, Compare Binding

	CopyValue, CopyID, Script, Follow, Save, Refresh, Findings, Log, Options, Times, Zone Binding

	// Apps chooses one app, Preflight shows the sidecars, and IDs adds
	// instances where they cannot be listed.
	// Dismiss lets an app go that has stopped.
	Apps, Preflight, IDs, Dismiss Binding

	// The keys of payloads.
	Raw, FoldAll, UnfoldAll, NextMatch, PrevMatch, CopyPath, Write, Pipe Binding

	// Failures, Kinds and Turns are about what the history shows, and Trail
	// leads back from where the tree led.
	Failures, Kinds, Turns, Trail Binding

	Help, Shell, Quit, ForceQuit Binding

	// The keys of forms and questions.
	Submit, Editor, FormScript, Recall, RecallNext, NextChoice, PrevChoice, NextField, PrevField, Toggle, Accept, Cancel Binding
}

func bind(help, desc string, keys ...string) Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
}

// Default returns the bindings as they ship. Unshifted keys never destroy.
func Default() Map {
	m := Map{}
	m.motion()
	m.actions()
	m.view()
	m.data()
	m.form()
	return m
}

func (m *Map) motion() {
	m.Up = bind("k/↑", "up", "k", "up")
	m.Down = bind("j/↓", "down", "j", "down")
	m.PageUp = bind("pgup", "page up", "pgup", "ctrl+b")
	m.PageDown = bind("pgdn", "page down", "pgdown", "ctrl+f")
	m.HalfUp = bind("ctrl+u", "half a page up", "ctrl+u")
	m.HalfDown = bind("ctrl+d", "half a page down", "ctrl+d")
	m.Top = bind("g", "first", "g", "home")
	m.Bottom = bind("G", "last", "G", "end")
	m.Left = bind("h/←", "scroll left, fold, pan", "h", "left")
	m.Right = bind("l/→", "scroll right, unfold, pan", "l", "right")
	m.Open = bind("enter", "open", "enter")
	m.Back = bind("esc", "back; clears marks, then the filter", "esc")
	m.Trail = bind("backspace", "back to where the tree was left", "backspace")
	m.NextPane = bind("tab", "next pane", "tab")
	m.PrevPane = bind("shift+tab", "previous pane", "shift+tab")
	m.NextTab = bind("]", "next tab", "]")
	m.PrevTab = bind("[", "previous tab", "[")
}

func (m *Map) actions() {
	m.Suspend = bind("p", "pause", "p")
	m.Resume = bind("r", "resume", "r")
	m.Raise = bind("e", "raise event", "e")
	m.Terminate = bind("T", "terminate", "T")
	m.Purge = bind("X", "purge", "X")
	m.Start = bind("a", "start new", "a")
	m.Rerun = bind("R", "rerun", "R")
}

func (m *Map) view() {
	m.Filter = bind("/", "filter the list, search in history and data", "/")
	m.AllStatuses = bind("0", "all statuses; the whole timeline", "0")
	m.ToggleStatus = bind("1…9", "toggle a status", "1", "2", "3", "4", "5", "6", "7", "8", "9")
	m.Sort = bind("s", "sort by next column", "s")
	m.Reverse = bind("o", "reverse order, in the history too", "o")
	m.Freeze = bind("z", "freeze the list", "z")
	m.Hold = bind("Z", "stop reading, and go on", "Z")
	m.Mark = bind("space", "mark, to compare", "space")
	m.Compare = bind("c", "compare two, or rerun and origin", "c")
	m.CopyValue = bind("y", "copy value", "y")
	m.CopyID = bind("Y", "copy instance ID", "Y")
	m.Script = bind("C", "as command, curl, SDK call", "C")
	m.Follow = bind("f", "follow to its end", "f")
	m.Save = bind("ctrl+e", "save the instance to a file", "ctrl+e")
	m.Refresh = bind("ctrl+r", "refresh now", "ctrl+r")
	m.Findings = bind("!", "findings of all in the filter", "!")
	m.Log = bind("L", "log of actions", "L")
	m.Apps = bind("@", "choose an app", "@")
	m.Preflight = bind("i", "sidecars, and what is wrong", "i")
	m.Dismiss = bind("del", "dismiss a stopped sidecar", "delete")
	m.IDs = bind("O", "watch instances by ID", "O")
	m.Options = bind(",", "options", ",")
	m.Times = bind("t", "times relative/absolute", "t")
	m.Zone = bind("u", "times local/UTC", "u")
	m.Help = bind("?", "help", "?")
	m.Shell = bind("ctrl+z", "to the shell; fg comes back", "ctrl+z")
	m.Quit = bind("q", "quit", "q")
	m.ForceQuit = bind("ctrl+c", "quit from anywhere", "ctrl+c")
}

// data are the keys of history and data; w and | reach for the machine that the
// console runs on.
func (m *Map) data() {
	m.Raw = bind("v", "raw, as it came: payload, every event", "v")
	m.FoldAll = bind("-", "fold everything, zoom out", "-")
	m.UnfoldAll = bind("+", "unfold everything, zoom in", "+", "=")
	m.Failures = bind("F", "only failures", "F")
	m.Kinds = bind("K", "next kind: activities, timers, …", "K")
	m.Turns = bind("V", "replays too", "V")
	m.NextMatch = bind("n", "next match or difference", "n")
	m.PrevMatch = bind("N", "previous match or difference", "N")
	m.CopyPath = bind("ctrl+y", "copy the path of the value", "ctrl+y")
	m.Write = bind("w", "write the value to a file", "w")
	m.Pipe = bind("|", "show the value in $PAGER", "|")
}

func (m *Map) form() {
	m.Submit = bind("ctrl+s", "send", "ctrl+s")
	m.Editor = bind("ctrl+o", "open in $EDITOR", "ctrl+o")
	m.FormScript = bind("ctrl+g", "as command, curl, SDK call", "ctrl+g")
	m.Recall = bind("↑", "recall the last one", "up")
	m.RecallNext = bind("↓", "back to newer", "down")
	m.NextChoice = bind("ctrl+n", "next choice", "ctrl+n")
	m.PrevChoice = bind("ctrl+p", "previous choice", "ctrl+p")
	m.NextField = bind("tab", "next field", "tab")
	m.PrevField = bind("shift+tab", "previous field", "shift+tab")
	m.Toggle = bind("space", "switch", "space")
	m.Accept = bind("enter", "choose", "enter")
	m.Cancel = bind("esc", "cancel", "esc")
}

// ReadOnly returns the map without the keys that change anything: they are not
// bound at all, so no path through the model can reach them.
func (m Map) ReadOnly() Map {
	for _, b := range []*Binding{&m.Suspend, &m.Resume, &m.Raise, &m.Terminate, &m.Purge, &m.Start, &m.Rerun} {
		b.Unbind()
	}
	return m
}

// Served returns the map for a console that is served to others, without the
// keys that reach for files and programs of the machine that it runs on.
func (m Map) Served() Map {
	for _, b := range []*Binding{&m.Write, &m.Pipe, &m.Save} {
		b.Unbind()
	}
	return m
}

// Group is a titled part of the help.
type Group struct {
	Title    string
	Bindings []Binding
}

// Groups returns the bindings in the order of the help. Bindings that are not
// bound are left out.
func (m Map) Groups() []Group {
	groups := []Group{
		{"Move", []Binding{m.Up, m.Down, m.Top, m.Bottom, m.HalfDown, m.HalfUp, m.PageDown, m.PageUp, m.Left, m.Right}},
		{"Open", []Binding{m.Open, m.Back, m.Trail, m.NextPane, m.PrevPane, m.NextTab, m.PrevTab}},
		{"Act", []Binding{m.Suspend, m.Resume, m.Raise, m.Terminate, m.Purge, m.Start, m.Rerun}},
		{"List", []Binding{m.Filter, m.Apps, m.AllStatuses, m.ToggleStatus, m.Sort, m.Reverse, m.Freeze, m.Hold, m.IDs, m.Mark, m.Compare}},
		{"In history and data", []Binding{m.Failures, m.Kinds, m.Turns, m.Raw, m.FoldAll, m.UnfoldAll, m.NextMatch, m.PrevMatch, m.CopyPath, m.Write, m.Pipe}},
		{"Console", []Binding{m.CopyValue, m.CopyID, m.Script, m.Follow, m.Save, m.Refresh, m.Findings, m.Preflight, m.Dismiss, m.Log, m.Options, m.Times, m.Zone, m.Help, m.Shell, m.Quit, m.ForceQuit}},
		{"In a form", []Binding{m.NextField, m.PrevField, m.Submit, m.Editor, m.FormScript, m.Recall, m.RecallNext, m.NextChoice, m.PrevChoice, m.Toggle, m.Accept, m.Cancel}},
	}
	for i := range groups {
		groups[i].Bindings = bound(groups[i].Bindings)
	}
	return groups
}

func bound(all []Binding) []Binding {
	kept := make([]Binding, 0, len(all))
	for _, b := range all {
		if b.Enabled() {
			kept = append(kept, b)
		}
	}
	return kept
}

// Markdown returns the key table of the README.
func Markdown(m Map) string {
	var b strings.Builder
	b.WriteString("| | keys | meaning |\n| --- | --- | --- |\n")
	for _, g := range m.Groups() {
		for i, k := range g.Bindings {
			title := g.Title
			if i > 0 {
				title = ""
			}
			fmt.Fprintf(&b, "| %s | `%s` | %s |\n", title, strings.ReplaceAll(k.Help().Key, "|", `\|`), k.Help().Desc)
		}
	}
	return b.String()
}
