package once

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/embedded"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

const seeded = 300

// source is a client of an embedded engine with instances at rest.
func source(t *testing.T) *daprclient.Client {
	t.Helper()
	engine, err := embedded.Start(t.Context(), embedded.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	if err := engine.Seed(t.Context(), seeded); err != nil {
		t.Fatal(err)
	}
	target, err := daprclient.ParseTarget(engine.Addr())
	if err != nil {
		t.Fatal(err)
	}
	client, err := daprclient.New(daprclient.Options{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func printed(t *testing.T, src watch.Source, o Options) string {
	t.Helper()
	o.Zone = time.UTC
	if err := o.Check(); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := Print(t.Context(), []watch.Source{src}, watch.Config{}, o, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFormats(t *testing.T) {
	src := source(t)
	all := strings.Split(strings.TrimSpace(printed(t, src, Options{Format: "ids"})), "\n")
	if len(all) < seeded {
		t.Fatalf("%d IDs of at least %d", len(all), seeded)
	}
	var records []record
	if err := json.Unmarshal([]byte(printed(t, src, Options{Format: "json"})), &records); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(printed(t, src, Options{Format: "csv"}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSuffix(printed(t, src, Options{Format: "table"}), "\n"), "\n")
	if len(records) != len(all) || len(lines) != len(all)+1 || len(rows) != len(all)+1 {
		t.Fatalf("%d IDs, %d records, %d lines of CSV, %d of the table", len(all), len(records), len(lines), len(rows))
	}
	for i, r := range records {
		line := lines[i+1]
		if r.InstanceID != all[i] || line[1] != r.InstanceID || line[3] != r.Status || line[7] != r.CustomStatus {
			t.Fatalf("instance %d: %+v, CSV %q, ID %q", i, r, line, all[i])
		}
		if !strings.HasPrefix(rows[i+1], r.Status+" ") || !strings.Contains(rows[i+1], r.CustomStatus) {
			t.Fatalf("row %d is %q, of %+v", i, rows[i+1], r)
		}
	}
}

func TestOnlyWhatMatches(t *testing.T) {
	src := source(t)
	var records []record
	if err := json.Unmarshal([]byte(printed(t, src, Options{Format: "json", Filter: "status:failed"})), &records); err != nil {
		t.Fatal(err)
	}
	if len(records) == 0 {
		t.Fatal("the samples have failed instances")
	}
	for _, r := range records {
		if r.Status != "FAILED" || r.Failure == "" {
			t.Errorf("%+v", r)
		}
	}
	if got := printed(t, src, Options{Format: "json", Filter: "id:no-such-instance"}); got != "[\n]\n" {
		t.Errorf("nothing is %q", got)
	}
}

func TestCheck(t *testing.T) {
	for _, o := range []Options{{Format: "xml"}, {Format: "csv", Filter: "age:"}, {Format: "csv", Filter: "parent:x"}} {
		if o.Check() == nil {
			t.Errorf("%+v passes", o)
		}
	}
}

// partly is a source that cannot read one of its instances.
type partly struct{ *daprclient.Client }

func (p partly) Get(ctx context.Context, id string, payloads bool) (workflow.Instance, int, error) {
	inst, size, err := p.Client.Get(ctx, id, payloads)
	if err == nil && inst.Status == workflow.Suspended {
		return workflow.Instance{}, 0, &workflow.Error{Message: "it moves"}
	}
	return inst, size, err
}

func TestUnread(t *testing.T) {
	var out strings.Builder
	err := Print(t.Context(), []watch.Source{partly{source(t)}}, watch.Config{}, Options{Format: "csv", Zone: time.UTC}, &out)
	var unread Unread
	if !errors.As(err, &unread) || unread.Count == 0 || unread.First != "it moves" {
		t.Errorf("the error is %v", err)
	}
	if n := strings.Count(out.String(), "it moves"); n != unread.Count {
		t.Errorf("%d instances are printed as unread, want %d", n, unread.Count)
	}
}

func TestNobodyThere(t *testing.T) {
	target, err := daprclient.ParseTarget("127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	client, err := daprclient.New(daprclient.Options{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	var out strings.Builder
	err = Print(t.Context(), []watch.Source{client}, watch.Config{}, Options{Format: "ids"}, &out)
	if workflow.KindOf(err) != workflow.KindUnavailable || out.Len() > 0 {
		t.Errorf("%v, and %q", err, out.String())
	}
}

// unlisted is a source that can be read and not listed.
type unlisted struct{ *daprclient.Client }

func (u unlisted) Connect(ctx context.Context) (watch.Connection, error) {
	conn, err := u.Client.Connect(ctx)
	if err != nil {
		return conn, err
	}
	conn.IDs, conn.Next, conn.ByID = nil, "", true
	return conn, &workflow.Error{Kind: workflow.KindOldRuntime, Message: "it cannot list"}
}

// TestOnceWithoutAListing: the IDs that were given are printed, what does not
// exist is an error, and so is no ID at all: empty output would read as an app
// without instances.
func TestOnceWithoutAListing(t *testing.T) {
	src := source(t)
	all := strings.Split(strings.TrimSpace(printed(t, src, Options{Format: "ids"})), "\n")
	var out strings.Builder
	ids := Options{Format: "ids", Zone: time.UTC}
	if err := Print(t.Context(), []watch.Source{unlisted{src}}, watch.Config{IDs: []string{all[3], all[5]}}, ids, &out); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), all[3]+"\n"+all[5]+"\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	out.Reset()
	err := Print(t.Context(), []watch.Source{unlisted{src}}, watch.Config{IDs: []string{all[3], "never-was"}}, ids, &out)
	if err == nil || err.Error() != "1 of the 2 IDs do not exist there, the first is never-was" || out.String() != all[3]+"\n" {
		t.Errorf("printed %q with %v", out.String(), err)
	}
	out.Reset()
	err = Print(t.Context(), []watch.Source{unlisted{src}}, watch.Config{}, ids, &out)
	if workflow.KindOf(err) != workflow.KindOldRuntime || out.String() != "" {
		t.Errorf("without IDs: %q with %v", out.String(), err)
	}
}

// renamed is a source whose app has another name, or that does not answer.
type renamed struct {
	watch.Source
	app string
	err error
}

func (r renamed) Connect(ctx context.Context) (watch.Connection, error) {
	conn, err := r.Source.Connect(ctx)
	if r.err != nil {
		return watch.Connection{Sidecar: workflow.Sidecar{AppID: r.app}}, r.err
	}
	conn.Sidecar.AppID = r.app
	return conn, err
}

func (r renamed) Get(ctx context.Context, id string, payloads bool) (workflow.Instance, int, error) {
	in, n, err := r.Source.Get(ctx, id, payloads)
	in.AppID = r.app
	return in, n, err
}

// TestSeveralSidecars: the rows of all apps with their names; replicas are
// printed once, and one that does not answer is told at the end.
func TestSeveralSidecars(t *testing.T) {
	src := source(t)
	one := strings.Count(printed(t, src, Options{Format: "ids"}), "\n")
	down := errors.New("nothing answers")
	var out strings.Builder
	err := Print(t.Context(), []watch.Source{
		renamed{source(t), "billing", nil}, renamed{source(t), "orders", nil}, renamed{source(t), "billing", nil}, renamed{src, "", down},
	}, watch.Config{}, Options{Format: "table", Zone: time.UTC}, &out)
	if !errors.Is(err, down) || !strings.Contains(err.Error(), src.Address()) {
		t.Errorf("the error is %v", err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	billing, orders := 0, 0
	for _, l := range lines {
		switch {
		case strings.HasPrefix(l, "billing "):
			billing++
		case strings.HasPrefix(l, "orders "):
			orders++
		}
	}
	if !strings.HasPrefix(lines[0], "APP") || billing != one || orders != one || len(lines) != 2*one+1 {
		t.Errorf("%q, %d rows of billing and %d of orders, want %d of each and no others of %d lines", lines[0], billing, orders, one, len(lines))
	}
}

// TestAReplicaThatDoesNotList: it is no loss where another of its app does,
// whichever comes first.
func TestAReplicaThatDoesNotList(t *testing.T) {
	refuses := errors.New("it does not list")
	good, bad := renamed{source(t), "orders", nil}, renamed{source(t), "orders", refuses}
	for _, sources := range [][]watch.Source{{good, bad}, {bad, good}} {
		var out strings.Builder
		if err := Print(t.Context(), sources, watch.Config{}, Options{Format: "ids", Zone: time.UTC}, &out); err != nil {
			t.Error(err)
		}
		if n := strings.Count(out.String(), "\n"); n < seeded {
			t.Errorf("%d rows", n)
		}
	}
	if err := Print(t.Context(), []watch.Source{bad, bad}, watch.Config{}, Options{Format: "ids", Zone: time.UTC}, io.Discard); !errors.Is(err, refuses) {
		t.Errorf("two that do not list: %v", err)
	}
}
