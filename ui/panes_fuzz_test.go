package ui

import (
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Whatever an instance says of itself, the screen keeps its shape and nothing
// of it reaches the terminal as anything but text.
func FuzzHostileInstance(f *testing.F) {
	f.Add(hostileText(), `{"a":[1,"`+"\u202e"+`",null]}`, uint8(2))
	f.Add("", "", uint8(0))
	f.Add("\u0301\ufe0f\u200d", "\"\\", uint8(1))
	f.Add("🇩🇪🇩", "👩‍👩‍👧‍👦 \x1b]52;c;aGk=\x07", uint8(2))
	f.Add("กำ", "각\u1100\u1161", uint8(1))
	f.Add("🇩🇪🇩", "👩0\x80\x8d👩\xf0\x9f\x8d👑\xa6]\a", uint8(2)) // cutting this from the left once went on for ever
	f.Fuzz(func(t *testing.T, text, payload string, tab uint8) {
		if len(text) > 200 || len(payload) > 4000 {
			return
		}
		clean := workflow.Clean(text)
		d := workflow.Detail{Instance: instance(text, clean, workflow.Status(tab%uint8(workflow.NumStatuses)), time.Hour, time.Minute)}
		d.Instance.CustomStatus = clean
		d.Input = workflow.Payload{Set: true, Raw: payload}
		d.Output = workflow.Payload{Set: true, Raw: text}
		d.Failure = &workflow.Failure{Type: clean, Message: clean, Stack: workflow.CleanText(payload)}
		s := newScreen(false)
		s.rows([]workflow.Instance{d.Instance})
		s.info.AppID, s.info.Filter = clean, clean
		s.notice = Notice{NoticeBad, clean}
		s.show(d, workflow.NewHistory([]workflow.Event{
			{ID: -1, Type: workflow.ExecutionStarted, Name: clean, ParentID: text, ExecutionID: clean, Payload: d.Input},
			{ID: 0, Type: workflow.ChildWorkflowInstanceCreated, Name: clean, ChildID: text},
			{ID: -1, Type: workflow.EventRaised, Name: clean, Payload: d.Input},
		}), nil)
		for range tab % uint8(numTabs) {
			s.detail.HandleKey(press("]"))
		}
		for _, size := range sizes() {
			exact(t, s.draw(t, size[0], size[1]), size[0], size[1])
			s.open = !s.open
			s.detail.HandleKey(press("l"))
			for _, k := range []string{"j", "-", "j", "h", "v", "ctrl+d"}[:tab%7] {
				s.detail.HandleKey(press(k))
			}
			if tab%2 == 0 && s.detail.StartSearch() {
				s.detail.Paste(text)
			}
		}
	})
}
