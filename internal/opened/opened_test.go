package opened

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

const two = `{"format":"daprdeck instance","version":1,"savedAt":"2026-11-23T09:00:00Z","sidecar":{"address":"127.0.0.1:50001"},"instances":[
	{"appId":"orders","id":"a","status":"COMPLETED","history":[{"id":-1,"type":"ExecutionStarted","name":"W"}]},
	{"appId":"orders","id":"a","status":"FAILED"},
	{"appId":"orders","id":"b","status":"RUNNING","historyError":"too large"}]}`

func TestAFileIsAnAppWithItsInstances(t *testing.T) {
	f := New("two.json", read(t, two))
	ctx, cancel := context.WithCancel(t.Context())
	snap, ok := f.Next(ctx)
	if !ok || snap.Phase != watch.Ready || snap.Sidecar.AppID != "orders" || len(snap.Instances) != 2 || snap.Listed != 2 ||
		snap.Counts[workflow.Completed] != 1 || snap.Counts[workflow.Running] != 1 || snap.Address != "127.0.0.1:50001" {
		t.Fatalf("%+v", snap)
	}
	cancel()
	if _, ok := f.Next(ctx); ok {
		t.Error("there is no second snapshot")
	}
	a, b, c := workflow.Key{AppID: "orders", InstanceID: "a"}, workflow.Key{AppID: "orders", InstanceID: "b"}, workflow.Key{AppID: "other", InstanceID: "a"}
	if d, err := f.Detail(t.Context(), a); err != nil || d.Status != workflow.Completed {
		t.Errorf("%+v, %v", d, err)
	}
	if h, err := f.History(t.Context(), a); err != nil || len(h.Events) != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := f.History(t.Context(), b); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("the history that could not be saved: %v", err)
	}
	if _, err := f.Detail(t.Context(), c); workflow.KindOf(err) != workflow.KindNotFound {
		t.Errorf("one of another app: %v", err)
	}
}

func TestNothingCanBeChangedInAFile(t *testing.T) {
	f, ctx, key := New("x", read(t, two)), t.Context(), workflow.Key{AppID: "orders", InstanceID: "a"}
	_, start := f.Start(ctx, "orders", workflow.StartRequest{})
	_, rerun := f.Rerun(ctx, key, workflow.RerunRequest{})
	for name, err := range map[string]error{
		"start": start, "rerun": rerun, "suspend": f.Suspend(ctx, key, ""), "resume": f.Resume(ctx, key, ""),
		"raise": f.Raise(ctx, key, workflow.RaiseRequest{}), "terminate": f.Terminate(ctx, key, workflow.TerminateRequest{}),
		"purge": f.Purge(ctx, key, workflow.PurgeRequest{}),
	} {
		if err == nil || workflow.KindOf(err) != workflow.KindReadOnly {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheClockGoesOnFromTheMomentOfSaving(t *testing.T) {
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := New("x", read(t, two)).Clock(func() time.Time { return now })
	now = now.Add(3 * time.Second)
	if got, want := clock(), time.Date(2026, 11, 23, 9, 0, 3, 0, time.UTC); !got.Equal(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestBrokenAndHostileFilesAreOneLine(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"empty": "", "text": "hello", "hostile\x1b[31m\n": "{\"format\":\"\x1b]0;x\x07\"}", "cut": two[:len(two)/2], "other": `{"kind":"Pod"}`,
		"deep": strings.Repeat("[", 100000), "type": `{"format":"daprdeck instance","version":1,"instances":[{"id":{"\u001b[2J":1}}]}`,
		"newer": `{"format":"daprdeck instance","version":99,"instances":[{}]}`, "binary": "\x00\x01\xff\xfe",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files["missing"] = ""
	for name := range files {
		_, err := Open(filepath.Join(dir, name))
		if err == nil {
			t.Errorf("%q was opened", name)
			continue
		}
		if s := err.Error(); strings.ContainsAny(s, "\n\r\x1b\x07\x00") || len(s) > len(dir)+400 {
			t.Errorf("%q: %q", name, s)
		}
	}
	if _, err := Open(dir); err == nil {
		t.Error("a folder was opened")
	}
}

func read(t *testing.T, text string) saved.File {
	t.Helper()
	f, err := saved.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// FuzzOpened: whatever is in a file, each instance is listed once and answers.
func FuzzOpened(f *testing.F) {
	f.Add([]byte(two))
	f.Add([]byte(`{"format":"daprdeck instance","version":1,"instances":[{"id":"","history":null},{"id":"\u0000","status":"NEW"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := saved.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		o := New("x", file)
		snap, _ := o.Next(t.Context())
		total := 0
		for _, n := range snap.Counts {
			total += n
		}
		if len(snap.Instances) == 0 || total != len(snap.Instances) || snap.RefreshedAt.IsZero() {
			t.Fatalf("%d instances, %d counted", len(snap.Instances), total)
		}
		for _, in := range snap.Instances {
			if d, err := o.Detail(t.Context(), in.Key); err != nil || d.Key != in.Key {
				t.Fatalf("%+v: %v", d.Key, err)
			}
			h, err := o.History(t.Context(), in.Key)
			if err == nil {
				h.Holds()
				h.Awaited()
				h.Children()
			}
		}
	})
}

// TestHide: what is opened from a file is masked as what is read from a sidecar.
func TestHide(t *testing.T) {
	f := New("file", saved.File{Instances: []saved.Instance{{
		Detail: workflow.Detail{
			Instance: workflow.Instance{Key: workflow.Key{AppID: "a", InstanceID: "i"}, CustomStatus: "s3cret", Failure: "s3cret"},
			Input:    workflow.Payload{Set: true, Raw: "s3cret"}, Output: workflow.Payload{Set: true, Raw: "s3cret"},
			CustomStatus: workflow.Payload{Set: true, Raw: "s3cret"},
			Failure:      &workflow.Failure{Message: "s3cret", Cause: &workflow.Failure{Stack: "s3cret"}},
		},
		HistoryKnown: true,
		History: workflow.NewHistory([]workflow.Event{{
			Payload: workflow.Payload{Set: true, Raw: "s3cret"}, Raw: "s3cret", Failure: &workflow.Failure{Message: "s3cret"},
			More: []workflow.Field{{Name: "tag key", Value: "s3cret"}},
		}}),
	}}})
	hide := func(s string) string { return strings.ReplaceAll(s, "s3cret", workflow.MaskSign) }
	f.Hide(hide, hide)
	key := workflow.Key{AppID: "a", InstanceID: "i"}
	d, err := f.Detail(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	h, err := f.History(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	snap, _ := f.Next(t.Context())
	out, err := json.Marshal([]any{d, h.Events, snap.Instances})
	if err != nil || strings.Contains(string(out), "s3cret") || strings.Count(string(out), workflow.MaskSign) < 11 {
		t.Errorf("%s %v", out, err)
	}
}

// TestATreeAcrossApps: each app of the file is there, so that the tree leads from
// one to the other. The sidecar is that of the app that names it.
func TestATreeAcrossApps(t *testing.T) {
	const text = `{"format":"daprdeck instance","version":1,"savedAt":"2026-11-23T09:00:00Z","sidecar":{"appId":"orders","address":"127.0.0.1:50001"},"instances":[
		{"appId":"orders","id":"a","status":"COMPLETED"},
		{"appId":"billing","id":"c","status":"FAILED"},
		{"appId":"billing","id":"a","status":"RUNNING"}]}`
	snap, _ := New("apps.json", read(t, text)).Next(t.Context())
	if len(snap.Apps) != 2 || len(snap.Instances) != 3 || snap.RefreshedAt.IsZero() || snap.Phase != watch.Ready {
		t.Fatalf("%d apps, %+v", len(snap.Apps), snap.Snapshot)
	}
	orders, billing := snap.App("orders"), snap.App("billing")
	if orders == nil || billing == nil || !billing.Connected() || len(billing.Instances) != 2 {
		t.Fatalf("orders %+v, billing %+v", orders, billing)
	}
	if orders.Address != "127.0.0.1:50001" || billing.Address != "" || billing.Counts[workflow.Failed] != 1 {
		t.Errorf("orders at %q, billing at %q with %v", orders.Address, billing.Address, billing.Counts)
	}
}
