package keymap

import (
	"fmt"
	"strings"
)

// scope is where a binding holds. A key has one meaning in each.
type scope uint8

const (
	console scope = 1 << iota
	form
)

// named is a binding with the name that the configuration has for it.
type named struct {
	name    string
	binding *Binding
	in      scope
}

// named lists every binding once, in the order of the help.
func (m *Map) named() []named {
	all := m.consoleNames()
	all = append(all, m.viewNames()...)
	return append(all, m.formNames()...)
}

func (m *Map) consoleNames() []named {
	return []named{
		{"up", &m.Up, console},
		{"down", &m.Down, console},
		{"top", &m.Top, console},
		{"bottom", &m.Bottom, console},
		{"half-down", &m.HalfDown, console},
		{"half-up", &m.HalfUp, console},
		{"page-down", &m.PageDown, console},
		{"page-up", &m.PageUp, console},
		{"left", &m.Left, console},
		{"right", &m.Right, console},
		{"open", &m.Open, console},
		{"back", &m.Back, console},
		{"trail", &m.Trail, console},
		{"next-pane", &m.NextPane, console},
		{"prev-pane", &m.PrevPane, console},
		{"next-tab", &m.NextTab, console},
		{"prev-tab", &m.PrevTab, console},
		{"pause", &m.Suspend, console},
		{"resume", &m.Resume, console},
		{"raise", &m.Raise, console},
		{"terminate", &m.Terminate, console},
		{"purge", &m.Purge, console},
		{"start", &m.Start, console},
		{"rerun", &m.Rerun, console},
		{"filter", &m.Filter, console},
		{"all-statuses", &m.AllStatuses, console},
		{statusName, &m.ToggleStatus, console},
		{"sort", &m.Sort, console},
		{"reverse", &m.Reverse, console},
		{"freeze", &m.Freeze, console},
		{"hold", &m.Hold, console},
		{"mark", &m.Mark, console},
		{"compare", &m.Compare, console},
		{"apps", &m.Apps, console},
		{"ids", &m.IDs, console},
	}
}

func (m *Map) viewNames() []named {
	return []named{
		{"failures", &m.Failures, console},
		{"kinds", &m.Kinds, console},
		{"turns", &m.Turns, console},
		{"raw", &m.Raw, console},
		{"fold-all", &m.FoldAll, console},
		{"unfold-all", &m.UnfoldAll, console},
		{"next-match", &m.NextMatch, console},
		{"prev-match", &m.PrevMatch, console},
		{"copy-path", &m.CopyPath, console},
		{"write", &m.Write, console},
		{"pipe", &m.Pipe, console},
		{"copy-value", &m.CopyValue, console},
		{"copy-id", &m.CopyID, console},
		{"script", &m.Script, console},
		{"follow", &m.Follow, console},
		{"save", &m.Save, console},
		{"refresh", &m.Refresh, console},
		{"findings", &m.Findings, console},
		{"preflight", &m.Preflight, console},
		{"dismiss", &m.Dismiss, console},
		{"log", &m.Log, console},
		{"options", &m.Options, console},
		{"times", &m.Times, console},
		{"zone", &m.Zone, console},
		{"help", &m.Help, console},
		{"shell", &m.Shell, console},
		{"quit", &m.Quit, console},
		{"force-quit", &m.ForceQuit, console | form}, // it comes before all others
	}
}

func (m *Map) formNames() []named {
	return []named{
		{"next-field", &m.NextField, form},
		{"prev-field", &m.PrevField, form},
		{"submit", &m.Submit, form},
		{"editor", &m.Editor, form},
		{"form-script", &m.FormScript, form},
		{"recall", &m.Recall, form},
		{"recall-next", &m.RecallNext, form},
		{"next-choice", &m.NextChoice, form},
		{"prev-choice", &m.PrevChoice, form},
		{toggleName, &m.Toggle, form},
		{"accept", &m.Accept, form},
		{"cancel", &m.Cancel, form},
	}
}

// The names that a rule is about.
const (
	statusName = "toggle-status"
	toggleName = "toggle"
)

// Names returns the name of every binding that can be bound anew, in the order
// of the help.
func Names() []string {
	var m Map
	all := m.named()
	names := make([]string, 0, len(all))
	for _, n := range all {
		if n.name != statusName {
			names = append(names, n.name)
		}
	}
	return names
}

// destroys reports whether what the name stands for destroys something.
func destroys(name string) bool {
	return name == "terminate" || name == "purge" || name == "rerun"
}

// canDoWithout reports whether a console without the binding can still be used
// and left.
func canDoWithout(name string) bool {
	switch name {
	case "pause", "resume", "raise", "terminate", "purge", "start", "rerun", "write", "pipe", "save", "shell", "script", "copy-value", "copy-id":
		return true
	}
	return false
}

// Bound is a binding by its name.
type Bound struct {
	Name string
	Keys []string
	Desc string
}

// Bindings lists every binding that can be bound anew with the keys it has, in
// the order of the help.
func (m Map) Bindings() []Bound {
	var list []Bound
	for _, n := range m.named() {
		if n.name != statusName {
			list = append(list, Bound{Name: n.name, Keys: n.binding.Keys(), Desc: n.binding.Help().Desc})
		}
	}
	return list
}

// NamesMarkdown returns the table of names of the page on the configuration.
func NamesMarkdown(m Map) string {
	var b strings.Builder
	b.WriteString("| binding | keys | meaning |\n| --- | --- | --- |\n")
	for _, n := range m.Bindings() {
		keys := make([]string, 0, len(n.Keys))
		for _, k := range n.Keys {
			keys = append(keys, "`"+strings.ReplaceAll(k, "|", `\|`)+"`")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", n.Name, strings.Join(keys, " "), n.Desc)
	}
	return b.String()
}
