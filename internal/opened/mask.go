package opened

import (
	"encoding/json"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Hide takes out of an opened file what is not to be shown: text out of
// payloads, failure out of the messages and stacks of failures. It comes before
// the file is shown.
func (f *File) Hide(text, failure func(string) string) {
	for i := range f.saved.Instances {
		in := &f.saved.Instances[i]
		d := &in.Detail
		for _, p := range []*workflow.Payload{&d.Input, &d.Output, &d.CustomStatus} {
			p.Raw = text(p.Raw)
		}
		d.Instance.CustomStatus = text(d.Instance.CustomStatus)
		d.Instance.Failure = failure(d.Instance.Failure)
		hideFailure(d.Failure, failure)
		for j := range in.History.Events {
			e := &in.History.Events[j]
			e.Payload.Raw, e.Raw = text(e.Payload.Raw), text(e.Raw)
			e.Description = failure(e.Description)
			hideFailure(e.Failure, failure)
			for n := range e.More {
				e.More[n].Value = hideMember(e.More[n], text)
			}
		}
	}
}

func hideFailure(f *workflow.Failure, hide func(string) string) {
	for ; f != nil; f = f.Cause {
		f.Message, f.Stack = hide(f.Message), hide(f.Stack)
	}
}

// hideMember masks the value of a tag as if it were the member of a payload.
func hideMember(f workflow.Field, text func(string) string) string {
	member, err := json.Marshal(map[string]string{strings.TrimPrefix(f.Name, "tag "): f.Value})
	if err != nil || text(string(member)) == string(member) {
		return f.Value
	}
	return workflow.MaskSign
}
