package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// Update takes a key or a paste. The form draws no cursor of its own, so no
// other message concerns it.
func (f *Form) Update(msg tea.Msg, now time.Time) (FormResult, tea.Cmd) {
	f.drawn = nil
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		f.now = now
		defer func() { f.lastKey = now }()
		if now.Before(f.spec.OpenedAt.Add(f.spec.Guard)) {
			return FormResult{}, nil
		}
		return f.key(msg), nil
	case tea.PasteMsg:
		f.paste(msg.Content)
	}
	return FormResult{}, nil
}

// paste puts text into the field that has the focus. It is text whatever it
// holds, and is never taken for keys.
func (f *Form) paste(text string) {
	s := f.focused()
	if s == nil || s.edit == nil {
		return
	}
	f.asked, f.err = false, ""
	if s.OneID {
		text = strings.TrimSpace(text)
		if n := len(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })); n > 1 {
			f.err = "not pasted: " + Plural(n, "line", "lines") + " where one ID is expected"
			return
		}
	}
	s.edit.insert(typed(text, s.edit.multi))
	s.edited()
}

func (f *Form) key(msg tea.KeyPressMsg) FormResult {
	if key.Matches(msg, f.km.Cancel) {
		return f.escape(msg)
	}
	f.asked, f.err = false, ""
	switch {
	case key.Matches(msg, f.km.Submit):
		return f.press(msg, f.defaultButton())
	case key.Matches(msg, f.km.NextField):
		if r, ok := f.load(f.focused()); ok {
			return r
		}
		f.step(1)
	case key.Matches(msg, f.km.PrevField):
		f.step(-1)
	case f.focus.button:
		return f.buttonKey(msg)
	case f.focused().Kind == FieldToggle:
		f.toggleKey(msg)
	default:
		return f.textKey(msg, f.focused())
	}
	return FormResult{}
}

// escape closes the form; when text would be lost, only the second time.
func (f *Form) escape(msg tea.KeyPressMsg) FormResult {
	if f.asked && msg.IsRepeat {
		return FormResult{}
	}
	if f.asked || !f.Dirty() {
		return FormResult{Kind: FormCancel}
	}
	f.asked = true
	return FormResult{}
}

// step moves the focus along the ring.
func (f *Form) step(by int) {
	ring := f.ring()
	for i, x := range ring {
		if x == f.focus {
			f.setFocus(ring[(i+by+len(ring))%len(ring)])
			return
		}
	}
	f.setFocus(ring[0])
}

func (f *Form) setFocus(x formFocus) {
	if s := f.focused(); s != nil {
		s.recalling = false
		s.choices, s.chosen = nil, -1
	}
	f.focus = x
}

// advance is enter in a field of one line: to the next field, or to the button
// that enter may press next, which is never one that destroys.
func (f *Form) advance() {
	ring := f.ring()
	for i, x := range ring {
		if x != f.focus {
			continue
		}
		next := ring[i+1]
		if next.button && !f.spec.Destructive && len(f.spec.Buttons) > 0 && !f.spec.Buttons[0].Danger {
			next = formFocus{button: true, i: 1}
		}
		f.setFocus(next)
		return
	}
}

func (f *Form) buttonKey(msg tea.KeyPressMsg) FormResult {
	switch {
	case key.Matches(msg, f.km.Accept), key.Matches(msg, f.km.Toggle):
		return f.press(msg, f.focus.i)
	case key.Matches(msg, f.km.Right):
		f.focus.i = min(f.focus.i+1, len(f.spec.Buttons))
	case key.Matches(msg, f.km.Left):
		f.focus.i = max(f.focus.i-1, 0)
	case key.Matches(msg, f.km.PageUp):
		f.top -= f.h / 2 // held within its borders when it is drawn
	case key.Matches(msg, f.km.PageDown):
		f.top += f.h / 2
	case key.Matches(msg, f.km.Up):
		f.leaveButtons(-1)
	case key.Matches(msg, f.km.Down):
		f.leaveButtons(1)
	}
	return FormResult{}
}

// leaveButtons goes up to the last field or down to the first; a form without
// fields scrolls.
func (f *Form) leaveButtons(by int) {
	ring := f.ring()
	fields := len(ring) - len(f.spec.Buttons) - 1
	switch {
	case fields == 0:
		f.top += by
	case by < 0:
		f.setFocus(ring[fields-1])
	default:
		f.setFocus(ring[0])
	}
}

func (f *Form) toggleKey(msg tea.KeyPressMsg) {
	switch {
	case key.Matches(msg, f.km.Toggle):
		if !msg.IsRepeat {
			f.focused().on = !f.focused().on
		}
	case key.Matches(msg, f.km.Accept):
		if !msg.IsRepeat {
			f.advance()
		}
	case key.Matches(msg, f.km.Down):
		f.step(1)
	case key.Matches(msg, f.km.Up):
		f.step(-1)
	}
}

func (f *Form) textKey(msg tea.KeyPressMsg, s *formField) FormResult {
	recalling := s.recalling
	s.recalling = false
	switch {
	case s.Kind == FieldJSON && key.Matches(msg, f.km.Editor):
		if f.busy || msg.IsRepeat {
			return FormResult{}
		}
		return FormResult{Kind: FormEditor, Field: s.ID}
	case key.Matches(msg, f.km.Accept):
		return f.enter(msg, s)
	case key.Matches(msg, f.km.Recall) && f.up(s):
	case key.Matches(msg, f.km.RecallNext) && f.down(s, recalling):
	case f.choice(msg, s):
	default:
		version := s.edit.version
		if f.keys.handle(s.edit, msg); s.edit.version != version {
			s.edited()
		}
	}
	return FormResult{}
}

func (f *Form) enter(msg tea.KeyPressMsg, s *formField) FormResult {
	if r, ok := f.load(s); ok {
		return r
	}
	if s.edit.multi {
		s.edit.insert("\n")
		s.edited()
	} else if !msg.IsRepeat {
		f.advance()
	}
	return FormResult{}
}

// up recalls an earlier value, or leaves a field of one line.
func (f *Form) up(s *formField) bool {
	if s.older() {
		return true
	}
	if s.edit.multi {
		return false
	}
	f.step(-1)
	return true
}

func (f *Form) down(s *formField, recalling bool) bool {
	s.recalling = recalling
	if s.newer() {
		return true
	}
	s.recalling = false
	if s.edit.multi {
		return false
	}
	f.step(1)
	return true
}

// choice handles the keys of the suggestions.
func (f *Form) choice(msg tea.KeyPressMsg, s *formField) bool {
	switch {
	case key.Matches(msg, f.km.NextChoice):
		return s.choose(1)
	case key.Matches(msg, f.km.PrevChoice):
		return s.choose(-1)
	case key.Matches(msg, f.keys.CharacterForward):
		return s.complete()
	}
	return false
}

// load asks for the file of a payload that is @path.
func (f *Form) load(s *formField) (FormResult, bool) {
	if s == nil || s.path() == "" {
		return FormResult{}, false
	}
	if f.busy {
		return FormResult{}, true
	}
	return FormResult{Kind: FormLoadFile, Field: s.ID, Path: s.path()}, true
}

// defaultButton is what the key for sending presses.
func (f *Form) defaultButton() int {
	if f.focus.button && f.focus.i > 0 {
		return f.focus.i
	}
	return min(1, len(f.spec.Buttons))
}

// press presses a button. A key that repeats because it is held down presses
// none.
func (f *Form) press(msg tea.KeyPressMsg, button int) FormResult {
	switch {
	case msg.IsRepeat:
		return FormResult{}
	case button == 0:
		return FormResult{Kind: FormCancel}
	case f.busy:
		return FormResult{}
	case f.burst():
		f.err = "not sent: the keys came faster than a person types; press it again"
		return FormResult{}
	}
	for i, s := range f.fields {
		if !f.visible(s) {
			continue
		}
		if r, ok := f.load(s); ok {
			f.setFocus(formFocus{i: i})
			return r
		}
	}
	b := f.spec.Buttons[button-1]
	if !f.checkAll(b.Danger) {
		return FormResult{}
	}
	return FormResult{Kind: FormSubmit, Button: b.ID}
}

// burst reports whether the key that would send the form is one of many that
// came at once, or too soon after the form opened.
func (f *Form) burst() bool {
	return f.now.Before(f.spec.OpenedAt.Add(f.spec.SendGuard)) || f.now.Sub(f.lastKey) < f.spec.Quiet
}

// checkAll checks every field that is shown. The first that is wrong gets the
// focus.
func (f *Form) checkAll(danger bool) bool {
	wrong := -1
	for i, s := range f.fields {
		if !f.visible(s) {
			continue
		}
		s.touched = true
		ok := s.checkNow()
		if ok && danger && s.Kind == FieldConfirm && !s.confirmed() {
			s.err, ok = "this must be exactly what is asked for", false
		}
		if !ok && wrong < 0 {
			wrong = i
		}
	}
	if wrong >= 0 {
		f.setFocus(formFocus{i: wrong})
	}
	return wrong < 0
}

// blocked reports whether a button cannot be pressed yet.
func (f *Form) blocked(button int) bool {
	if button == 0 {
		return false
	}
	if f.busy {
		return true
	}
	for _, s := range f.fields {
		if s.Kind == FieldConfirm && f.spec.Buttons[button-1].Danger && f.visible(s) && !s.confirmed() {
			return true
		}
	}
	return false
}

// hints are the keys that do something where the focus is.
func (f *Form) hints() []keymap.Binding {
	s := f.focused()
	switch {
	case s == nil:
		return []keymap.Binding{f.km.NextField, f.km.Accept}
	case s.Kind == FieldToggle:
		return []keymap.Binding{f.km.Toggle, f.submit()}
	case s.edit == nil:
		return nil
	}
	var hints []keymap.Binding
	if s.Kind == FieldJSON {
		hints = append(hints, f.km.Editor)
	}
	if len(s.Suggestions) > 0 {
		hints = append(hints, f.km.NextChoice)
	}
	if len(s.History) > 0 {
		hints = append(hints, f.km.Recall)
	}
	return append(hints, f.submit())
}

// submit is the key that sends, with the word of the button that it presses: a
// form that saves a file sends nothing.
func (f *Form) submit() keymap.Binding {
	b := f.km.Submit
	b.SetHelp(b.Help().Key, f.Does())
	return b
}

// Does is what the key for sending does, as the button that it presses says it.
func (f *Form) Does() string {
	i := f.defaultButton()
	if i == 0 {
		return f.km.Submit.Help().Desc
	}
	return strings.ToLower(f.spec.Buttons[i-1].Label)
}
