package ui

import (
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
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

// Field is one row of a form. Label, Placeholder and Help are clean; values may
// hold anything.
type Field struct {
	// ID names the field in the form. Label stands before it, Placeholder in it
	// while it is empty, Help below it; a toggle has its Help behind it.
	ID, Label, Placeholder, Help string

	Kind FieldKind
	// OneID is a field for the ID of one instance: a paste loses the blanks around
	// it, and one of several lines is refused.
	OneID bool
	Value string
	On    bool

	// Suggestions are values to choose from.
	Suggestions []Suggestion
	// MustEqual is what a FieldConfirm must hold.
	MustEqual string
	// History is earlier values, the newest first.
	History []string
	// Check returns what is worth saying of a value, or why it cannot be sent.
	// It runs after every change of a value of up to 256 KiB and once more when
	// the form is sent, so it must be cheap.
	Check func(value string) (note string, err error)
	// Visible hides the field while it returns false; on holds the toggles by
	// their ID. A hidden field is not checked.
	Visible func(on map[string]bool) bool
}

// Button is one of the form's buttons besides Cancel.
type Button struct {
	ID, Label string
	// Danger is a button that destroys. It works only while every FieldConfirm
	// that is shown holds what it must.
	Danger bool
}

// FormLine is a line of text above the fields; a long one is wrapped.
type FormLine struct {
	Kind NoticeKind
	Text string
}

// FormSpec is what a form asks. Title and Lines are clean.
type FormSpec struct {
	ID, Title string
	Lines     []FormLine
	Fields    []Field
	// Buttons follow Cancel, which every form has. The first is what the key
	// for sending presses while none has the focus.
	Buttons []Button
	// Dismiss is the label of the button that closes the form; empty is Cancel.
	Dismiss string
	// Destructive puts the focus on Cancel and keeps enter in a field from
	// going anywhere else.
	Destructive bool
	// Keys that come before OpenedAt and Guard have passed are ignored: they
	// were meant for what was on the screen before.
	OpenedAt time.Time
	Guard    time.Duration
	// SendGuard is set on a form that changes something when it is sent: for so
	// long after it opens it is not sent, whatever is typed, and Quiet is how
	// long no key must have come before the one that sends it. A burst of keys,
	// such as a paste into a terminal that does not bracket it, never sends.
	SendGuard time.Duration
	Quiet     time.Duration
}

// FormResultKind is what a form wants done.
type FormResultKind uint8

// What a form can want.
const (
	// FormNone is nothing; the form stays as it is.
	FormNone FormResultKind = iota
	// FormCancel is to close it.
	FormCancel
	// FormSubmit is to send it: Button was pressed and every check has passed.
	FormSubmit
	// FormLoadFile is to read the file Path and SetValue of Field to it.
	FormLoadFile
	// FormEditor is to open the text of Field in the user's editor and SetValue
	// the field to what comes back.
	FormEditor
)

// FormResult is what a message led to.
type FormResult struct {
	Kind   FormResultKind
	Button string
	Field  string
	Path   string
}

// Form is a modal form: lines that say what is about to happen, fields, and
// buttons, of which Cancel is the first. It is drawn as a box of its own size
// for the caller to put over the screen.
type Form struct {
	t    *Theme
	km   keymap.Map
	keys editKeys
	spec FormSpec

	fields []*formField
	focus  formFocus
	w, h   int
	// top is the first row of the lines and fields that is seen.
	top  int
	busy bool
	// asked is set after an escape that would lose text; err is what is wrong
	// with the form as a whole.
	asked bool
	err   string
	// now is when the message that is handled came, and lastKey when the key
	// before it did.
	now, lastKey time.Time

	drawn *formDrawing // until something changes
}

// formFocus is what takes the keys: a field by its index, or a button, of which
// number 0 is Cancel.
type formFocus struct {
	button bool
	i      int
}

// NewForm opens a form. A destructive one has its focus on Cancel; any other on
// its first field, or on its first button when it has no field.
func NewForm(t Theme, km keymap.Map, spec FormSpec) *Form {
	f := &Form{t: &t, km: km, keys: newEditKeys(), spec: spec, w: 80, h: 24}
	for i := range spec.Fields {
		f.fields = append(f.fields, newField(spec.Fields[i], t.unprintable()))
	}
	switch ring := f.ring(); {
	case spec.Destructive:
		f.focus = formFocus{button: true}
	case ring[0].button && len(ring) > 1:
		f.focus = ring[1]
	default:
		f.focus = ring[0]
	}
	return f
}

// SetSize gives the size of the screen that the box must fit into.
func (f *Form) SetSize(w, h int) {
	f.w, f.h = max(w, 0), max(h, 0)
	f.drawn = nil
}

// TakePlaceOf has the form go on where old, which asks the same questions, has
// been left: what the user types next goes where it would have gone.
func (f *Form) TakePlaceOf(old *Form) {
	f.err, f.now, f.lastKey = old.err, old.now, old.lastKey
	f.focus, f.top = old.focus, old.top
	f.SetSize(old.w, old.h)
}

// SetTheme changes the colours and symbols.
func (f *Form) SetTheme(t Theme) {
	f.t = &t
	for _, s := range f.fields {
		if s.edit != nil {
			s.edit.bad = t.unprintable()
		}
	}
	f.drawn = nil
}

// SetValue replaces the value of a field, byte for byte.
func (f *Form) SetValue(fieldID, text string) {
	if s := f.field(fieldID); s != nil && s.edit != nil {
		s.edit.setText(text)
		s.edited()
		f.drawn = nil
	}
}

// SetError shows an error below a field until its value changes, or, when there
// is no such field, above the buttons until the next key.
func (f *Form) SetError(fieldID, message string) {
	f.drawn = nil
	message = workflow.Clean(message)
	if s := f.field(fieldID); s != nil {
		s.err, s.touched = message, true
		return
	}
	f.err = message
}

// SetBusy shows that something is awaited. Until it is over nothing can be
// sent, loaded or edited elsewhere; typing goes on.
func (f *Form) SetBusy(busy bool) {
	f.busy = busy
	f.drawn = nil
}

// Value returns what a field holds, hidden ones included.
func (f *Form) Value(fieldID string) string {
	if s := f.field(fieldID); s != nil {
		return s.value()
	}
	return ""
}

// On reports whether a toggle is on.
func (f *Form) On(fieldID string) bool {
	s := f.field(fieldID)
	return s != nil && s.on
}

// Dirty reports whether closing the form would lose text.
func (f *Form) Dirty() bool {
	for _, s := range f.fields {
		if s.dirty() {
			return true
		}
	}
	return false
}

// Spec returns what the form was made of.
func (f *Form) Spec() FormSpec { return f.spec }

func (f *Form) field(id string) *formField {
	for _, s := range f.fields {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// visible reports whether a field is shown and sent.
func (f *Form) visible(s *formField) bool {
	if s.Visible == nil {
		return true
	}
	on := make(map[string]bool, len(f.fields))
	for _, s := range f.fields {
		if s.Kind == FieldToggle {
			on[s.ID] = s.on
		}
	}
	return s.Visible(on)
}

// ring is what tab goes through: the fields that are shown, then the buttons.
func (f *Form) ring() []formFocus {
	ring := make([]formFocus, 0, len(f.fields)+len(f.spec.Buttons)+1)
	for i, s := range f.fields {
		if f.visible(s) {
			ring = append(ring, formFocus{i: i})
		}
	}
	for i := range len(f.spec.Buttons) + 1 {
		ring = append(ring, formFocus{button: true, i: i})
	}
	return ring
}

// focused returns the field that has the focus, or nil when a button has it.
func (f *Form) focused() *formField {
	if f.focus.button {
		return nil
	}
	return f.fields[f.focus.i]
}
