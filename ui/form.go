package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// FieldKind is how a field is filled in.
type FieldKind uint8

const (
	// FieldText is one line of text.
	FieldText FieldKind = iota
	// FieldJSON is a text area; what it holds goes out byte for byte.
	FieldJSON
	// FieldToggle is on or off.
	FieldToggle
	// FieldConfirm is one line that must equal Field.MustEqual before a
	// dangerous button works.
	FieldConfirm
	// FieldTime is one line with a note that says how it was understood.
	FieldTime
	// FieldNumber is one line of digits.
	FieldNumber
)

// Suggestion is a value offered below a field.
type Suggestion = string

// Field is one row of a form.
type Field struct {
	ID, Label, Placeholder, Help string

	Kind  FieldKind
	Value string
	On    bool

	Suggestions []Suggestion
	// MustEqual is what a FieldConfirm must hold.
	MustEqual string
	// History is earlier values, the newest first.
	History []string
	// Check says what is to be said of a value, or why it cannot be sent.
	Check func(value string) (note string, err error)
	// Visible hides the field when it returns false; on holds the toggles.
	Visible func(on map[string]bool) bool
}

// Button is one of the form's buttons besides Cancel.
type Button struct {
	ID, Label string
	Danger    bool
}

// FormLine is a line of text above the fields.
type FormLine struct {
	Kind NoticeKind
	Text string
}

// FormSpec is what a form asks.
type FormSpec struct {
	ID, Title   string
	Lines       []FormLine
	Fields      []Field
	Buttons     []Button
	Destructive bool
	OpenedAt    time.Time
	Guard       time.Duration
}

// FormResultKind is what a form wants done.
type FormResultKind uint8

const (
	// FormNone is nothing.
	FormNone FormResultKind = iota
	// FormCancel closes the form.
	FormCancel
	// FormSubmit sends it.
	FormSubmit
	// FormLoadFile asks for the file of a payload.
	FormLoadFile
	// FormEditor asks for $EDITOR on a field.
	FormEditor
)

// FormResult is what a key led to.
type FormResult struct {
	Kind   FormResultKind
	Button string
	Field  string
	Path   string
}

// Form is a modal form.
type Form struct {
	t    *Theme
	km   keymap.Map
	spec FormSpec
}

// NewForm opens a form.
func NewForm(t Theme, km keymap.Map, spec FormSpec) *Form {
	return &Form{t: &t, km: km, spec: spec}
}

// Update takes a message in.
func (f *Form) Update(msg tea.Msg, now time.Time) (FormResult, tea.Cmd) { return FormResult{}, nil }

// SetSize gives the screen's size.
func (f *Form) SetSize(w, h int) {}

// SetTheme changes the theme.
func (f *Form) SetTheme(t Theme) { f.t = &t }

// SetLines replaces the lines above the fields.
func (f *Form) SetLines(lines []FormLine) { f.spec.Lines = lines }

// SetValue replaces the value of a field.
func (f *Form) SetValue(fieldID, text string) {}

// SetError shows an error below a field.
func (f *Form) SetError(fieldID, message string) {}

// SetBusy shows that something is awaited.
func (f *Form) SetBusy(busy bool) {}

// Value returns what a field holds.
func (f *Form) Value(fieldID string) string { return "" }

// On returns whether a toggle is on.
func (f *Form) On(fieldID string) bool { return false }

// Dirty reports whether closing would lose typed text.
func (f *Form) Dirty() bool { return false }

// Spec returns what the form was made of.
func (f *Form) Spec() FormSpec { return f.spec }

// View draws the form.
func (f *Form) View() string { return "" }

// Size returns the cells that View takes.
func (f *Form) Size() (w, h int) { return 0, 0 }

// Cursor returns where the text cursor is in the box, or nil.
func (f *Form) Cursor() *tea.Cursor { return nil }
