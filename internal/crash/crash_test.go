package crash

import (
	"bytes"
	"strings"
	"testing"
)

func TestAPanicStopsTheProgramAndIsReported(t *testing.T) {
	var g Guard
	stopped := make(chan struct{})
	g.SetStop(func() { close(stopped) }) // a second stop would panic
	g.Go(func() { panic("the first fault") })
	<-stopped
	var out bytes.Buffer
	if !g.Print(&out) {
		t.Fatal("there is no report")
	}
	for _, want := range []string{"daprdeck has crashed", "the first fault", "TestAPanicStopsTheProgram"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
}

// TestTheFirstPanicIsTheOneReported: what follows is mostly its consequence.
func TestTheFirstPanicIsTheOneReported(t *testing.T) {
	var g Guard
	stops := make(chan struct{}, 2)
	g.SetStop(func() { stops <- struct{}{} })
	for _, fault := range []string{"the cause", "a consequence"} {
		g.Go(func() { panic(fault) })
		<-stops
	}
	var out bytes.Buffer
	g.Print(&out)
	if got := out.String(); !strings.Contains(got, "the cause") || strings.Contains(got, "a consequence") {
		t.Errorf("the report:\n%s", got)
	}
}

func TestWithoutAPanicThereIsNoReport(t *testing.T) {
	var g Guard
	done := make(chan struct{})
	g.Go(func() { close(done) })
	<-done
	var out bytes.Buffer
	if g.Print(&out) || out.Len() > 0 {
		t.Errorf("a report of nothing: %q", out.String())
	}
}
