package discover

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// find runs a finder in the bubble of a test; the function returned ends it and
// waits until it has.
func find(t *testing.T, f *fake) (<-chan Found, func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	finder := newFinder(DefaultInterval, f)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		finder.Run(ctx)
	}()
	return finder.News(), func() {
		cancel()
		<-ended
	}
}

// TestNews: the first list comes at once, also when it is empty, and another one
// only when it says something else.
func TestNews(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		news, end := find(t, f)
		expect := func(want string) {
			t.Helper()
			begin := time.Now()
			got, ok := <-news
			if !ok || got.Err != nil || names(got.Sidecars) != want {
				t.Fatalf("%q, %v, %t; want %q", names(got.Sidecars), got.Err, ok, want)
			}
			if took := time.Since(begin); took > DefaultInterval {
				t.Errorf("%q came after %s", want, took)
			}
		}
		expect("")
		f.set(10, daprd("a", 100))
		expect("a/10")
		f.set(11, fakeProcess{name: "cat", args: "cat", started: 1})
		time.Sleep(time.Minute) //nolint:forbidigo // the bubble's time: nothing may come in it
		select {
		case got := <-news:
			t.Errorf("told without a change: %+v", got)
		default:
		}
		f.set(10, daprd("a", 200)) // another process with the same PID and the same app
		expect("a/10")
		f.remove(10)
		expect("")
		end()
		if got, ok := <-news; ok {
			t.Errorf("after the end: %+v", got)
		}
	})
}

// TestLatest: who does not read misses what was between and gets the latest.
func TestLatest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		news, end := find(t, f)
		defer end()
		for pid, app := range []string{"a", "b", "c", "d"} {
			f.set(int32(pid+1), daprd(app, 1))
			time.Sleep(2 * DefaultInterval) //nolint:forbidigo // the bubble's time
		}
		if got := <-news; names(got.Sidecars) != "a/1 b/2 c/3 d/4" {
			t.Errorf("got %q", names(got.Sidecars))
		}
	})
}

// TestNewsOfErrors: that nothing can be listed is told once, and so is that it
// can be again.
func TestNewsOfErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.set(1, daprd("a", 1))
		f.fail(errNoSuch)
		news, end := find(t, f)
		defer end()
		if got := <-news; !errors.Is(got.Err, errNoSuch) || got.Sidecars != nil {
			t.Errorf("got %+v", got)
		}
		time.Sleep(time.Minute) //nolint:forbidigo // the bubble's time: nothing may come in it
		f.fail(nil)
		if got := <-news; got.Err != nil || names(got.Sidecars) != "a/1" {
			t.Errorf("got %+v", got)
		}
	})
}

// TestPatience: a scan that takes long is followed by a long rest.
func TestPatience(t *testing.T) {
	t.Parallel()
	for took, want := range map[time.Duration]time.Duration{
		0: 2 * time.Second, 5 * time.Millisecond: 2 * time.Second, 20 * time.Millisecond: 4 * time.Second,
		time.Second: 10 * time.Second,
	} {
		if got := patience(2*time.Second, took); got != want {
			t.Errorf("after %s: %s, want %s", took, got, want)
		}
	}
}
