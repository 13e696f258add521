package saved_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// fill sets every field of a value to something that is not zero.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() { //nolint:exhaustive // what the values are made of
	case reflect.String:
		v.SetString("text-" + string(rune('a'+*n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32:
		v.SetInt(int64(*n))
	case reflect.Uint8: // a status or an origin
		v.SetUint(3)
	case reflect.Pointer:
		if *n < 4000 { // the failure's cause is a failure
			v.Set(reflect.New(v.Type().Elem()))
			*n += 1000
			fill(v.Elem(), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 11, 23, 0, 0, *n%60, 5, time.UTC)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	}
}

// A field that is added to the values and not to the file must not be lost
// unseen.
func TestEveryFieldSurvives(t *testing.T) {
	n := 0
	var events [2]workflow.Event
	var detail workflow.Detail
	fill(reflect.ValueOf(&events).Elem(), &n)
	n = 0
	fill(reflect.ValueOf(&detail).Elem(), &n)
	detail.Label = detail.InstanceID              // made of the ID
	detail.Partial, detail.Missing = false, false // the state of a row in a list
	detail.ReadErr = ""                           // likewise
	detail.Whole = nil                            // in rows for scripts only
	h := workflow.NewHistory(events[:])
	h.Bytes = 1234
	want := saved.File{
		SavedAt: time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC), Note: "two\nlines",
		Sidecar: workflow.Sidecar{AppID: "shop", Version: "1.18.0", Address: "127.0.0.1:50001", Workers: 2, WorkersKnown: true},
		Instances: []saved.Instance{
			{Detail: detail, History: h, HistoryKnown: true},
			{Detail: workflow.Detail{Instance: workflow.Instance{Key: workflow.Key{AppID: "shop", InstanceID: "b"}, Label: "b"}}, HistoryErr: "refused"},
			{Detail: detail, History: workflow.NewHistory([]workflow.Event{}), HistoryKnown: true},
		},
	}
	var b bytes.Buffer
	if err := saved.Write(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := saved.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// TestAFileIsSafeToPrint: a payload in it holds what a terminal obeys, escaped.
func TestAFileIsSafeToPrint(t *testing.T) {
	const raw = "a\x1b[2J\u009b2J\x7f\u202eb\u0085"
	row := workflow.Instance{Key: workflow.Key{AppID: "shop", InstanceID: raw}, Label: workflow.CleanID(raw)}
	in := saved.Instance{Detail: workflow.Detail{Instance: row, Input: workflow.Payload{Set: true, Raw: raw}}}
	var b bytes.Buffer
	if err := saved.Write(&b, saved.File{Instances: []saved.Instance{in}}); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); workflow.CleanText(text) != text {
		t.Errorf("%q", text)
	}
	f, err := saved.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Instances[0].Detail; got.Input.Raw != raw || got.InstanceID != raw {
		t.Errorf("%q and %q", got.Input.Raw, got.InstanceID)
	}
}

func TestWhatIsReadIsClean(t *testing.T) {
	f, err := saved.Read(strings.NewReader(`{"format":"daprdeck instance","version":1,"note":"a\u001b[31m\nb","later":true,
		"instances":[{"appId":"a\u202eb","id":"i\u001b[2J","status":"NEW STATUS","name":"n\n","failureLine":"` + strings.Repeat("y", 400) + `",
		"failure":{"message":"m\u0007\nn"},"input":"\u001b[31m","history":[{"id":0,"type":"TaskScheduled\u001b]0;x\u0007","name":"\u202e","payload":"\u001b","more":[{"name":"\u0000k","value":"v\n"}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	in := f.Instances[0]
	d, e := in.Detail, in.History.Events[0]
	if f.Note != "a\nb" || d.AppID != "ab" || d.InstanceID != "i\x1b[2J" || d.Label != `i\u001b[2J` || d.Name != "n " || d.Status != workflow.Unknown ||
		len(d.Instance.Failure) != workflow.ShortText || d.Failure.Message != "m\nn" || d.Input.Raw != "\x1b[31m" {
		t.Errorf("%q %+v", f.Note, d)
	}
	if e.Type != workflow.TaskScheduled || e.Name != "" || e.Payload.Raw != "\x1b" || e.More[0].Name != "k" || e.More[0].Value != "v " {
		t.Errorf("%+v", e)
	}
}

func TestWhatIsNoSavedInstance(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"no JSON":        {"hello", ""},
		"something else": {`{"instances":[{}]}`, ""},
		"a newer one":    {`{"format":"daprdeck instance","version":2,"instances":[{}]}`, "newer"},
		"no instance":    {`{"format":"daprdeck instance","version":1}`, "no instance"},
		"another type":   {`{"format":"daprdeck instance","version":1,"instances":7}`, ""},
	} {
		_, err := saved.Read(strings.NewReader(c.text))
		if !errors.Is(err, saved.ErrForm) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("broken")
	if _, err := saved.Read(failing{broken}); !errors.Is(err, broken) || errors.Is(err, saved.ErrForm) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join("..", "workflow", "testdata", "histories", "*.json"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no recordings: %v", err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 3000 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := saved.Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := saved.Write(&out, file); err != nil {
			t.Skip("a time that JSON cannot hold")
		}
		again, err := saved.Read(&out)
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		if len(again.Instances) != len(file.Instances) {
			t.Errorf("%d instances became %d", len(file.Instances), len(again.Instances))
		}
	})
}
