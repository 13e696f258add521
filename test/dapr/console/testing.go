package console

import (
	"context"
	"time"
)

// TB is the part of testing.TB that the helpers need.
type TB interface {
	Helper()
	Cleanup(f func())
	Failed() bool
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	TempDir() string
	Context() context.Context
}

// Tester is a console whose every failure ends the test.
type Tester struct {
	*Console
	t       TB
	timeout time.Duration
}

// Open runs a program for one test. Every wait is bounded by timeout. When
// the test ends the program must have ended by itself; the last screen is
// shown when the test failed.
func Open(t TB, timeout time.Duration, o Options) *Tester {
	t.Helper()
	if o.Home == "" {
		o.Home = t.TempDir()
	}
	c, err := Start(o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the last screen:\n%s", c.Screen().Framed())
		}
		if err := c.Close(); err != nil && !t.Failed() {
			t.Errorf("close: %v", err)
		}
	})
	return &Tester{Console: c, t: t, timeout: timeout}
}

func (c *Tester) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatalf("%v", err)
	}
}

// Press presses keys; see Console.Keys.
func (c *Tester) Press(keys ...string) {
	c.t.Helper()
	c.check(c.Keys(keys...))
}

// Write types a text; see Console.Type.
func (c *Tester) Write(text string) {
	c.t.Helper()
	c.check(c.Type(text))
}

// See waits until all the texts are on the screen.
func (c *Tester) See(texts ...string) {
	c.t.Helper()
	c.check(c.WaitText(c.timeout, texts...))
}

// Miss waits until none of the texts is on the screen.
func (c *Tester) Miss(texts ...string) {
	c.t.Helper()
	c.check(c.WaitGone(c.timeout, texts...))
}

// Until waits until a condition holds for the screen.
func (c *Tester) Until(what string, cond func(Screen) bool) {
	c.t.Helper()
	c.check(c.WaitFor(what, c.timeout, cond))
}

// Exits waits until the program has ended with a status and has left the
// terminal as it found it.
func (c *Tester) Exits(status int) {
	c.t.Helper()
	got, err := c.WaitExit(c.timeout)
	c.check(err)
	if got != status {
		c.t.Errorf("the exit status is %d, want %d\n%s", got, status, c.Screen().Framed())
	}
	if err := c.Restored(); err != nil {
		c.t.Errorf("%v", err)
	}
}
