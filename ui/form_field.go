package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// checkLimit is up to how many bytes a value is checked after every key;
// longer ones are checked when the form is sent.
const checkLimit = 256 << 10

// formField is a field with what the user has made of it.
type formField struct {
	Field
	edit *editor // nil for a toggle
	on   bool
	note string
	err  string
	// touched is set once the user has changed the value or tried to send it:
	// an empty field is not at fault before.
	touched bool
	// unchecked is set while the value is too long to be checked at each key.
	unchecked bool

	// recalled is which earlier value is shown, -1 for none; draft is what was
	// typed before. recalling is set while the last key was up or down.
	recalled  int
	draft     string
	recalling bool

	// choices are the suggestions that ctrl+n and ctrl+p go through, and chosen
	// the one that is shown; -1 is base, what was typed before.
	choices []string
	chosen  int
	base    string
}

func newField(spec Field, bad string) *formField {
	s := &formField{Field: spec, on: spec.On, recalled: -1, chosen: -1}
	if spec.Kind != FieldToggle {
		s.edit = newEditor(spec.Value, bad, spec.Kind == FieldJSON)
		s.check()
	}
	return s
}

func (s *formField) value() string {
	if s.edit == nil {
		return ""
	}
	return s.edit.text()
}

// dirty reports whether the field holds text that was not there at first. What
// was typed to confirm is no loss.
func (s *formField) dirty() bool {
	if s.edit == nil || s.Kind == FieldConfirm {
		return false
	}
	return s.edit.size() != len(s.Value) || s.edit.text() != s.Value
}

// edited is called after the user has changed the text.
func (s *formField) edited() {
	s.touched = true
	s.recalled, s.recalling, s.draft = -1, false, ""
	s.choices, s.chosen = nil, -1
	s.check()
}

// setText replaces the text from elsewhere: a file, an editor, an earlier
// value.
func (s *formField) setText(text string) {
	s.edit.setText(text)
	s.touched = true
	s.check()
}

// check looks at the value, unless that would make typing slow.
func (s *formField) check() {
	s.note, s.err = "", ""
	if s.unchecked = s.edit.size() > checkLimit; !s.unchecked {
		s.checkNow()
	}
}

// checkNow looks at the value and reports whether it can be sent.
func (s *formField) checkNow() bool {
	s.note, s.err, s.unchecked = "", "", false
	if s.edit == nil || s.path() != "" {
		return true
	}
	v := s.value()
	err := s.checkKind(v)
	if err == nil && s.Check != nil {
		s.note, err = s.Check(v)
	}
	if err != nil {
		s.note, s.err = "", workflow.Clean(err.Error())
	}
	s.note = workflow.Clean(s.note)
	return err == nil
}

func (s *formField) checkKind(v string) error {
	if s.Kind == FieldNumber && strings.Trim(v, "0123456789") != "" {
		return errors.New("digits only")
	}
	if s.Kind == FieldJSON && strings.TrimSpace(v) == "@" {
		return errors.New("the path of a file goes after the @")
	}
	return nil
}

// confirmed reports whether a confirmation holds exactly what it must: what only
// looks like it may be another instance.
func (s *formField) confirmed() bool { return s.value() == s.MustEqual }

// path returns the file that a payload is to be read from, when the field
// holds nothing but @path. JSON never begins so.
func (s *formField) path() string {
	if s.Kind != FieldJSON || s.edit.size() > 4096 {
		return ""
	}
	v := strings.TrimSpace(s.value())
	if !strings.HasPrefix(v, "@") || strings.Contains(v, "\n") {
		return ""
	}
	return strings.TrimSpace(v[1:])
}

// older and newer go through the earlier values; they report whether there was
// one to go to.
func (s *formField) older() bool {
	if len(s.History) == 0 || !s.edit.onFirstRow() {
		return false
	}
	if s.recalled+1 < len(s.History) {
		if s.recalled < 0 {
			s.draft = s.value()
		}
		s.recalled++
		s.recall(s.History[s.recalled])
	}
	s.recalling = true
	return true
}

func (s *formField) newer() bool {
	if !s.recalling || s.recalled < 0 {
		return false
	}
	s.recalled--
	if s.recalled < 0 {
		s.recall(s.draft)
		s.recalling = false
		return true
	}
	s.recall(s.History[s.recalled])
	return true
}

func (s *formField) recall(text string) {
	s.choices, s.chosen = nil, -1
	s.setText(text)
	if s.edit.multi { // up again goes on to the one before
		s.edit.goTo(0, len(s.edit.lines[0]))
		for !s.edit.onFirstRow() {
			s.edit.vertical(-1)
		}
	}
}

// offered returns the suggestions that go on from what was typed, or all.
func (s *formField) offered() []string {
	if s.choices != nil {
		return s.choices
	}
	v := s.value()
	if v == "" || slices.Contains(s.Suggestions, v) {
		return s.Suggestions
	}
	var fit []string
	for _, c := range s.Suggestions {
		if strings.HasPrefix(c, v) {
			fit = append(fit, c)
		}
	}
	if fit == nil {
		return s.Suggestions
	}
	return fit
}

// choose goes by one through the suggestions, and past their end to what was
// typed.
func (s *formField) choose(by int) bool {
	if len(s.Suggestions) == 0 {
		return false
	}
	if s.choices == nil {
		s.choices, s.base = s.offered(), s.value()
		s.chosen = slices.Index(s.choices, s.base)
		if s.chosen >= 0 {
			s.base = ""
		}
	}
	first := 0
	if s.base != "" {
		first = -1
	}
	s.chosen += by
	switch {
	case s.chosen >= len(s.choices):
		s.chosen = first
	case s.chosen < first:
		s.chosen = len(s.choices) - 1
	}
	s.recalled, s.recalling = -1, false
	if s.chosen < 0 {
		s.setText(s.base)
	} else {
		s.setText(s.choices[s.chosen])
	}
	return true
}

// complete takes the first suggestion that goes on from what was typed.
func (s *formField) complete() bool {
	v := s.value()
	if s.edit == nil || len(s.Suggestions) == 0 || s.edit.col != len(v) {
		return false
	}
	for _, c := range s.offered() {
		if len(c) > len(v) && strings.HasPrefix(c, v) {
			s.edit.setText(c)
			s.edited()
			return true
		}
	}
	return false
}

// state is the line below a text that says how long it is when it could not be
// checked yet.
func (s *formField) state() string {
	n := len(s.edit.lines)
	unit := "lines"
	if n == 1 {
		unit = "line"
	}
	return fmt.Sprintf("%s, %d %s; checked when it is sent", Size(s.edit.size()), n, unit)
}
