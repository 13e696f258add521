package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/grpc"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/saved"
	domain "github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/sdkworker"
)

// stage is one app: its sidecar, its worker and a client.
type stage struct {
	sidecar *harness.Sidecar
	client  client
	done    func()
	stop    func()
	gates   *gates
	// folders stand in the stack traces of the worker.
	folders   []string
	workerLog func() string
}

func newStage(ctx context.Context, rt *harness.Runtime, app string) (*stage, error) {
	sidecar, err := rt.StartSidecar(ctx, harness.SidecarOptions{AppID: app})
	if err != nil {
		return nil, err
	}
	c, done, err := sidecar.Client()
	if err != nil {
		return nil, err
	}
	return &stage{sidecar: sidecar, client: c, done: done, stop: func() {}, gates: newGates()}, nil
}

func (s *stage) close() {
	s.stop()
	s.done()
}

// goWorker connects a Go worker that knows what register registers, in place
// of the one before. Nothing may move while it does.
func (s *stage) goWorker(ctx context.Context, register func(*workflow.Registry, *gates) error) error {
	s.stop()
	r := workflow.NewRegistry()
	if err := register(r, s.gates); err != nil {
		return err
	}
	conn, err := s.sidecar.Dial()
	if err != nil {
		return err
	}
	work, cancel := context.WithCancel(ctx)
	s.stop = func() { cancel(); _ = conn.Close(); s.stop = func() {} }
	if err := workflow.NewClientWithLogger(grpc.ClientConnInterface(conn), silent{}).StartWorker(work, r); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	return s.ready(ctx)
}

func (s *stage) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return s.sidecar.WaitWorkers(ctx, 1)
}

// sdkWorker connects a worker of another SDK in place of the one before.
func (s *stage) sdkWorker(ctx context.Context, sdk sdkworker.SDK, env string) error {
	s.stop()
	w, err := sdk.Start(ctx, s.sidecar, env)
	if err != nil {
		return err
	}
	s.folders = w.Folders
	s.workerLog = func() string { return w.LogTail(20) }
	s.stop = func() { w.Stop(); s.stop = func() {} }
	return nil
}

// maxPayload is how much of a payload a file keeps, in bytes.
const maxPayload = 4096

// save reads the scene's instances as the console does and writes the file.
func (s *stage) save(ctx context.Context, w io.Writer, sc scene) error {
	f := saved.File{Note: sc.note}
	if err := s.read(ctx, &f, sc); err != nil {
		return err
	}
	f.SavedAt = f.Instances[0].Detail.ReadAt
	if trimmed := trim(&f); trimmed > 0 {
		f.Note = strings.TrimSpace(fmt.Sprintf("%s\n%d payloads are cut to %d bytes; historyBytes is what it was before.", f.Note, trimmed, maxPayload))
	}
	return saved.Write(w, f)
}

// read reads the instances of a scene, and with tree their children after them.
func (s *stage) read(ctx context.Context, f *saved.File, sc scene) error {
	ids := slices.Clone(sc.ids)
	target, err := daprclient.ParseTarget(s.sidecar.Address())
	if err != nil {
		return fmt.Errorf("address: %w", err)
	}
	c, err := daprclient.New(daprclient.Options{Target: target, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	defer func() { _ = c.Close() }()
	if _, err := c.Connect(ctx); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if f.Sidecar, err = c.Sidecar(ctx); err != nil {
		return fmt.Errorf("sidecar: %w", err)
	}
	f.Sidecar.Address = ""
	for i := 0; i < len(ids); i++ {
		in, err := s.instance(ctx, c, domain.Key{AppID: f.Sidecar.AppID, InstanceID: ids[i]})
		if err != nil {
			return fmt.Errorf("%s: %w", ids[i], err)
		}
		f.Instances = append(f.Instances, in)
		for _, e := range in.History.Events {
			if sc.tree && e.Type == domain.ChildWorkflowInstanceCreated && !slices.Contains(ids, e.ChildID) {
				ids = append(ids, e.ChildID)
			}
		}
	}
	return nil
}

func (s *stage) instance(ctx context.Context, c *daprclient.Client, key domain.Key) (saved.Instance, error) {
	d, err := c.Detail(ctx, key)
	if err != nil {
		return saved.Instance{}, fmt.Errorf("detail: %w", err)
	}
	d.ReadAt = d.ReadAt.Round(time.Millisecond)
	d.Failure = s.scrub(d.Failure)
	in := saved.Instance{Detail: d, HistoryKnown: true}
	if in.History, err = c.History(ctx, key); err != nil {
		return in, fmt.Errorf("history: %w", err)
	}
	for i := range in.History.Events {
		in.History.Events[i].Failure = s.scrub(in.History.Events[i].Failure)
	}
	return in, nil
}

// scrub takes the folders of this machine out of a stack trace.
func (s *stage) scrub(f *domain.Failure) *domain.Failure {
	if f == nil {
		return nil
	}
	out := *f
	for _, dir := range s.folders {
		out.Stack = strings.ReplaceAll(out.Stack, dir, "/app")
	}
	out.Cause = s.scrub(f.Cause)
	return &out
}

// trim cuts the large payloads and counts them.
func trim(f *saved.File) int {
	n := 0
	cut := func(p *domain.Payload) {
		if len(p.Raw) > maxPayload {
			p.Raw = domain.Shorten(p.Raw, maxPayload)
			n++
		}
	}
	for i := range f.Instances {
		d := &f.Instances[i].Detail
		cut(&d.Input)
		cut(&d.Output)
		cut(&d.CustomStatus)
		events := f.Instances[i].History.Events
		for j := range events {
			cut(&events[j].Payload)
		}
	}
	return n
}

// silent discards the log of the workflow client, which goes to standard
// error otherwise.
type silent struct{}

func (silent) Debug(...any)          {}
func (silent) Debugf(string, ...any) {}
func (silent) Info(...any)           {}
func (silent) Infof(string, ...any)  {}
func (silent) Warn(...any)           {}
func (silent) Warnf(string, ...any)  {}
func (silent) Error(...any)          {}
func (silent) Errorf(string, ...any) {}
