package model

import (
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

// Look is how the user wants the console to look. The zero value is how it
// ships.
type Look struct {
	// Theme is the background that the colours are made for, and Roles are
	// colours that differ: see ui.Roles.
	Theme ui.ThemeChoice
	Roles map[string]string
	// Header is the colour of the header; empty is none of its own.
	Header string
	// Columns are those of the list, in their order: see ui.Columns.
	Columns []string
}

// themeFor is the theme in the colours that the terminal and the user have.
func (m *Model) themeFor(dark bool) ui.Theme {
	look := m.cfg.Look
	return ui.NewThemeOf(ui.ThemeSpec{Colors: m.colors, Dark: dark, ASCII: m.options.ASCII, Roles: look.Roles, Header: look.Header})
}

// inProduction has a form that destroys ask for the ID, where what is destroyed
// is what people rely on: nobody types it by habit.
func (m *Model) inProduction(label string, spec ui.FormSpec) ui.FormSpec {
	if !m.cfg.Production || !spec.Destructive {
		return spec
	}
	spec.Lines = append(spec.Lines, warn("This is production"+m.contextWord()+"."))
	for i := range spec.Fields {
		if spec.Fields[i].ID == fieldConfirm {
			spec.Fields[i].Visible = nil
			return spec
		}
	}
	spec.Fields = append(spec.Fields, ui.Field{
		ID: fieldConfirm, Label: "Type the ID", Placeholder: label, Kind: ui.FieldConfirm, MustEqual: label,
	})
	return spec
}

func (m *Model) contextWord() string {
	if m.cfg.Context == "" {
		return ""
	}
	return ", the context " + workflow.Clean(m.cfg.Context)
}

// keyOf is how the help writes the key of a binding.
func keyOf(b keymap.Binding) string { return b.Help().Key }
