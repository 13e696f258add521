package fleet

import (
	"context"
	"errors"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Client is what a member calls its sidecar with. Its errors are
// *workflow.Error, and a key of an app other than the one that answers is
// refused with workflow.KindOtherApp.
type Client interface {
	Detail(ctx context.Context, key workflow.Key) (workflow.Detail, error)
	History(ctx context.Context, key workflow.Key) (workflow.History, error)
	Start(ctx context.Context, appID string, req workflow.StartRequest) (id string, err error)
	Suspend(ctx context.Context, key workflow.Key, reason string) error
	Resume(ctx context.Context, key workflow.Key, reason string) error
	Raise(ctx context.Context, key workflow.Key, req workflow.RaiseRequest) error
	Terminate(ctx context.Context, key workflow.Key, req workflow.TerminateRequest) error
	Purge(ctx context.Context, key workflow.Key, req workflow.PurgeRequest) error
	Rerun(ctx context.Context, key workflow.Key, req workflow.RerunRequest) (newID string, err error)
}

// candidates are the clients of an app in the order in which they are tried:
// the one that is read, then its replicas that are connected, then the others.
// One that cannot stand in for it is none of them.
func (f *Fleet) candidates(app string) []Client {
	f.mu.Lock()
	defer f.mu.Unlock()
	var first, then, last []Client
	reader := f.readers()[app]
	for _, m := range f.members {
		switch {
		case m.snap.Sidecar.AppID != app, reader != nil && !standsIn(m, reader):
		case m.reads:
			first = append(first, m.Client)
		case connected(m.snap.Phase):
			then = append(then, m.Client)
		default:
			last = append(last, m.Client)
		}
	}
	return append(append(first, then...), last...)
}

func elsewhere(app string) error {
	return &workflow.Error{Kind: workflow.KindOtherApp, Message: "no sidecar of the app " + workflow.CleanID(app) + " is connected"}
}

// ask makes a call that changes nothing: another replica is asked where one has
// no connection.
func ask[T any](ctx context.Context, f *Fleet, app string, call func(Client) (T, error)) (T, error) {
	return try(ctx, f, app, call, func(kind workflow.ErrorKind) bool {
		return unsent(kind) || kind == workflow.KindUnavailable
	})
}

// change makes a call that changes something. Another replica gets it only when
// the first never did: nothing is sent twice.
func change[T any](ctx context.Context, f *Fleet, app string, call func(Client) (T, error)) (T, error) {
	return try(ctx, f, app, call, unsent)
}

// unsent reports whether a call that ended so never left.
func unsent(kind workflow.ErrorKind) bool {
	return kind == workflow.KindClosed || kind == workflow.KindOtherApp
}

func try[T any](ctx context.Context, f *Fleet, app string, call func(Client) (T, error), next func(workflow.ErrorKind) bool) (T, error) {
	var first error
	for _, c := range f.candidates(app) {
		got, err := call(c)
		if err == nil {
			return got, nil
		}
		if first == nil {
			first = err
		}
		var known *workflow.Error
		if ctx.Err() != nil || !errors.As(err, &known) || !next(known.Kind) {
			return got, err
		}
	}
	var none T
	if first == nil {
		first = elsewhere(app)
	}
	return none, first
}

// done makes a call without an answer one with.
func done(call func(Client) error) func(Client) (struct{}, error) {
	return func(c Client) (struct{}, error) { return struct{}{}, call(c) }
}

// Detail reads one instance.
func (f *Fleet) Detail(ctx context.Context, key workflow.Key) (workflow.Detail, error) {
	return ask(ctx, f, key.AppID, func(c Client) (workflow.Detail, error) { return c.Detail(ctx, key) })
}

// History reads the history of one instance.
func (f *Fleet) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	return ask(ctx, f, key.AppID, func(c Client) (workflow.History, error) { return c.History(ctx, key) })
}

// Start starts an instance in an app.
func (f *Fleet) Start(ctx context.Context, appID string, req workflow.StartRequest) (string, error) {
	return change(ctx, f, appID, func(c Client) (string, error) { return c.Start(ctx, appID, req) })
}

// Rerun reruns an instance.
func (f *Fleet) Rerun(ctx context.Context, key workflow.Key, req workflow.RerunRequest) (string, error) {
	return change(ctx, f, key.AppID, func(c Client) (string, error) { return c.Rerun(ctx, key, req) })
}

// Suspend suspends an instance.
func (f *Fleet) Suspend(ctx context.Context, key workflow.Key, reason string) error {
	_, err := change(ctx, f, key.AppID, done(func(c Client) error { return c.Suspend(ctx, key, reason) }))
	return err
}

// Resume resumes an instance.
func (f *Fleet) Resume(ctx context.Context, key workflow.Key, reason string) error {
	_, err := change(ctx, f, key.AppID, done(func(c Client) error { return c.Resume(ctx, key, reason) }))
	return err
}

// Raise raises an event on an instance.
func (f *Fleet) Raise(ctx context.Context, key workflow.Key, req workflow.RaiseRequest) error {
	_, err := change(ctx, f, key.AppID, done(func(c Client) error { return c.Raise(ctx, key, req) }))
	return err
}

// Terminate terminates an instance.
func (f *Fleet) Terminate(ctx context.Context, key workflow.Key, req workflow.TerminateRequest) error {
	_, err := change(ctx, f, key.AppID, done(func(c Client) error { return c.Terminate(ctx, key, req) }))
	return err
}

// Purge purges an instance.
func (f *Fleet) Purge(ctx context.Context, key workflow.Key, req workflow.PurgeRequest) error {
	_, err := change(ctx, f, key.AppID, done(func(c Client) error { return c.Purge(ctx, key, req) }))
	return err
}
