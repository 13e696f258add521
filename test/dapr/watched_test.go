package dapr_test

import (
	"context"
	"testing"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// watched is a sidecar as the console's own client and watch see it, for one
// test: what no key of the console shows yet.
type watched struct {
	t   *testing.T
	app *app
	*daprclient.Client
	box *watch.Mailbox
}

// watchApp connects to the sidecar and watches it, with IDs for the case that
// it cannot list.
func watchApp(t *testing.T, a *app, ids ...string) *watched {
	t.Helper()
	return watchWith(t, a, daprclient.Options{}, watch.Config{IDs: ids})
}

// watchWith is watchApp with options of the client and of the watch.
func watchWith(t *testing.T, a *app, o daprclient.Options, cfg watch.Config) *watched {
	t.Helper()
	target, err := daprclient.ParseTarget(a.Address())
	if err != nil {
		t.Fatal(err)
	}
	o.Target, o.LockDir = target, t.TempDir()
	client, err := daprclient.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() }) // once the watch has ended
	w := watch.New(client, cfg)
	runs(t, w)
	return &watched{t: t, app: a, Client: client, box: w.Subscribe()}
}

// runs runs a watch until the test ends.
func runs(t *testing.T, w *watch.Watch) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}

// until takes snapshots until one satisfies ok.
func (w *watched) until(what string, ok func(watch.Snapshot) bool) watch.Snapshot {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), within)
	defer cancel()
	var last watch.Snapshot
	for {
		s, more := w.box.Next(ctx)
		if !more {
			w.t.Fatalf("%s did not come; the last snapshot was %+v", what, last)
		}
		if ok(s) {
			return s
		}
		last = s
	}
}

// sees waits until the watch has an instance in a status, "gone" for no row.
func (w *watched) sees(id, want string) watch.Snapshot {
	w.t.Helper()
	return w.until(id+" as "+want, func(s watch.Snapshot) bool {
		got := gone
		for _, row := range s.Instances {
			if row.InstanceID == id {
				got = row.Status.String()
			}
		}
		return got == want
	})
}

func (w *watched) key(id string) workflow.Key {
	return workflow.Key{AppID: w.app.AppID(), InstanceID: id}
}
