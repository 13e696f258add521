package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// rerunRig lists the events of a recorded instance.
func rerunRig(t testing.TB, name string, number int32, ascii bool) *RerunView {
	t.Helper()
	_, in := recording(t, name)
	p := Prepare(in.Detail, in.History, nil)
	return NewRerun(NewTheme(true, ascii), keymap.Default(), "Rerun "+in.Detail.Label+" (orders): from which event?", &p, number)
}

func TestRerunView(t *testing.T) {
	for _, name := range []string{"go-retries-failed", "go-order-approved", "go-fan-out-100"} {
		for _, size := range sizes() {
			for _, ascii := range []bool{false, true} {
				v := rerunRig(t, name, 4, ascii)
				v.SetSize(size[0], size[1])
				for i := range 3 {
					lines := exact(t, strings.Split(v.View(), "\n"), boxWidth(min(size[0], 124)), boxHeight(size[1]))
					if i == 0 && !ascii && (size[0] == 160 || size[0] == 80) {
						paneGolden(t, fmt.Sprintf("rerun-%s-%dx%d", name, size[0], size[1]), lines)
					}
					v.HandleKey(press("j"))
				}
			}
		}
	}
}

func TestRerunViewFitsAtAnySize(t *testing.T) {
	v := rerunRig(t, "go-fan-out-100", 50, false)
	for _, w := range []int{0, 1, 2, 3, 5, 11, 20, 39, 40, 60, 80, 120, 200} {
		for _, h := range []int{0, 1, 2, 3, 4, 5, 6, 8, 12, 18, 24, 50} {
			v.SetSize(w, h)
			lines := strings.Split(v.View(), "\n")
			if bw := ansi.StringWidth(lines[0]); bw > w || len(lines) > max(h, 1) {
				t.Fatalf("%dx%d on a screen of %dx%d", bw, len(lines), w, h)
			}
			v.HandleKey(press("l"))
			v.HandleKey(press("j"))
		}
	}
}

func TestRerunViewTakesOnlyWhatCanBeRerun(t *testing.T) {
	v := rerunRig(t, "go-order-approved", 1, false)
	if e, ok := v.Chosen(); !ok || e.Type != workflow.TimerCreated {
		t.Errorf("it begins with %+v, %t", e, ok)
	}
	v.HandleKey(press("j"))
	if e, ok := v.Chosen(); ok {
		t.Errorf("%+v can be taken", e)
	}
	if s := ansi.Strip(v.View()); !strings.Contains(s, "No rerun from here: it came from outside") {
		t.Errorf("it does not say why not:\n%s", s)
	}
	v.HandleKey(press("g"))
	v.HandleKey(press("j"))
	if e, ok := v.Chosen(); !ok || e.Name != "Reserve" {
		t.Errorf("chosen is %+v, %t", e, ok)
	}
	if e, ok := rerunRig(t, "go-order-approved", 99, false).Chosen(); !ok || e.ID != 0 {
		t.Errorf("without the number it begins with %+v, %t", e, ok)
	}
}
