package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// recording reads an instance that was recorded on the real runtime.
func recording(t testing.TB, name string) (saved.File, saved.Instance) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "internal", "workflow", "testdata", "histories", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	file, err := saved.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return file, file.Instances[0]
}

// recordedScreen shows a recorded instance at the moment when it was recorded.
func recordedScreen(t testing.TB, name string, ascii bool) *screen {
	t.Helper()
	file, in := recording(t, name)
	s := newScreen(ascii)
	s.clock = Clock{Now: file.SavedAt, Zone: time.UTC, Absolute: true}
	s.list.SetClock(s.clock)
	s.detail.SetClock(s.clock)
	rows := make([]workflow.Instance, len(file.Instances))
	for i := range rows {
		rows[i] = file.Instances[i].Detail.Instance
	}
	s.rows(rows)
	s.show(in.Detail, in.History, nil)
	s.detail.SetTree(treeOf(file), "")
	s.open = true
	return s
}

// treeOf makes rows of a recorded tree, as far as the first history goes.
func treeOf(file saved.File) []TreeRow {
	first := &file.Instances[0]
	status := map[string]workflow.Status{}
	for i := range file.Instances {
		status[file.Instances[i].Detail.InstanceID] = file.Instances[i].Detail.Status
	}
	rows := []TreeRow{{Key: first.Detail.Key, Label: first.Detail.Label, Name: first.Detail.Name, Status: first.Detail.Status, Here: true, Fold: TreeOpen}}
	for _, e := range first.History.Events {
		if e.Type == workflow.ChildWorkflowInstanceCreated {
			key := workflow.Key{AppID: first.Detail.AppID, InstanceID: e.ChildID}
			rows = append(rows, TreeRow{Key: key, Label: workflow.CleanID(e.ChildID), Name: e.Name, Status: status[e.ChildID], Depth: 1})
		}
	}
	return rows
}

func recordedNames() []string {
	return []string{
		"go-order-approval", "go-nested-suspensions", "go-retries", "go-failed-child", "go-fan-out-100", "go-continue-as-new", "go-rerun",
		"go-terminated-tree", "go-stalled-version", "js-order-approval", "go-retrying",
	}
}

func TestRecordedScreens(t *testing.T) {
	for _, name := range recordedNames() {
		for tab, keys := range map[string][]string{"history": {"]"}, "timeline": {"]", "]"}, "tree": {"]", "]", "]"}} {
			for _, size := range [][2]int{{160, 50}, {80, 24}} {
				t.Run(fmt.Sprintf("%s/%s/%dx%d", name, tab, size[0], size[1]), func(t *testing.T) {
					s := recordedScreen(t, name, false)
					s.draw(t, size[0], size[1])
					for _, k := range keys {
						s.detail.HandleKey(press(k))
					}
					paneGolden(t, fmt.Sprintf("recorded/%s-%s-%dx%d", name, tab, size[0], size[1]), exact(t, s.draw(t, size[0], size[1]), size[0], size[1]))
				})
			}
		}
	}
}

// The keys of history and timeline leave every recording in shape.
func TestRecordedScreensUnderKeys(t *testing.T) {
	for _, name := range recordedNames() {
		for _, ascii := range []bool{false, true} {
			s := recordedScreen(t, name, ascii)
			s.draw(t, 80, 24)
			for i, k := range strings.Fields("] k l j h o F F K K K K K K V g enter j enter v esc esc v G v + - G ] + + l l h - 0 k k enter ] ] j k ]") {
				s.detail.HandleKey(press(k))
				for _, size := range sizes() {
					lines := exact(t, s.draw(t, size[0], size[1]), size[0], size[1])
					if ascii && !plain(strings.ReplaceAll(strings.Join(lines, ""), "…", "")) && !strings.Contains(name, "js-") {
						t.Fatalf("%s after key %d, %s: not ASCII:\n%s", name, i, k, strings.Join(lines, "\n"))
					}
				}
			}
		}
	}
}

// fuzzHistory makes a history of bytes: four a piece, in any order and number,
// so that it is cut, doubled and answered before it is asked.
func fuzzHistory(data []byte, text string) workflow.History {
	types := []workflow.EventType{
		workflow.ExecutionStarted, workflow.ExecutionCompleted, workflow.ExecutionTerminated, workflow.ExecutionSuspended, workflow.ExecutionResumed,
		workflow.ExecutionStalled, workflow.TaskScheduled, workflow.TaskCompleted, workflow.TaskFailed, workflow.ChildWorkflowInstanceCreated,
		workflow.ChildWorkflowInstanceCompleted, workflow.ChildWorkflowInstanceFailed, workflow.DetachedWorkflowCreated, workflow.TimerCreated,
		workflow.TimerFired, workflow.WorkflowStarted, workflow.WorkflowCompleted, workflow.EventSent, workflow.EventRaised, workflow.ContinueAsNew, "Unknown event 99",
	}
	clean := workflow.Clean(text)
	var events []workflow.Event
	for ; len(data) >= 4; data = data[4:] {
		e := workflow.Event{
			ID: int32(data[1]%8) - 1, Type: types[int(data[0])%len(types)], Ref: int32(data[1] % 8), HasRef: data[2]&1 != 0, Name: clean,
			Origin: workflow.TimerOrigin(data[2] >> 1 % 5), OriginRef: clean, ChildID: text, Payload: workflow.Payload{Set: data[2]&2 != 0, Raw: text},
			Status: workflow.Status(data[2] % uint8(workflow.NumStatuses)),
		}
		if data[2]&4 != 0 {
			e.Failure = &workflow.Failure{Type: clean, Message: clean}
		}
		switch data[3] % 4 {
		case 0:
		case 1:
			e.Time = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
			e.FireAt = e.Time
		default:
			e.Time = ago(time.Duration(data[3]) * time.Duration(data[1]) * 37 * time.Millisecond)
			e.FireAt = e.Time.Add(time.Duration(data[2]) * time.Hour)
		}
		events = append(events, e)
	}
	return workflow.NewHistory(events)
}

// Any history renders in every tab, with every line exactly as wide as the
// pane, whatever keys are pressed.
func FuzzAnyHistory(f *testing.F) {
	f.Add([]byte{0, 0, 0, 2, 6, 1, 0, 3, 7, 1, 1, 5, 13, 2, 4, 7, 14, 2, 1, 9}, "a", "]ljoFKV+-]++lh-0]jk]")
	f.Add([]byte{7, 3, 5, 1, 10, 3, 1, 0, 18, 0, 2, 250, 5, 1, 9, 3}, hostileText(), "]v]+]h]-")
	f.Add([]byte{9, 1, 0, 2, 9, 1, 0, 9, 11, 1, 5, 3, 3, 0, 0, 4, 1, 0, 5, 1}, "{}", "]]0+++++++++llllhhk]")
	f.Fuzz(func(t *testing.T, data []byte, text, keys string) {
		if len(data) > 400 || len(text) > 100 || len(keys) > 60 {
			return
		}
		h := fuzzHistory(data, text)
		d := workflow.Detail{Instance: instance(text, workflow.Clean(text), workflow.Running, time.Hour, time.Minute)}
		s := newScreen(len(data)%2 == 0)
		s.rows([]workflow.Instance{d.Instance})
		s.show(d, h, nil)
		var rows []TreeRow
		for i, e := range h.Events {
			rows = append(rows, TreeRow{
				Key: workflow.Key{InstanceID: fmt.Sprint(i)}, Label: workflow.CleanID(e.ChildID), Name: e.Name, Depth: int(e.ID+1) * 5,
				Status: e.Status, Fold: TreeFold(i % 3), Here: i == 3, Note: workflow.Clean(text),
			})
		}
		s.detail.SetTree(rows, workflow.Clean(text))
		s.open = true
		s.draw(t, 80, 24)
		for i, k := range keys {
			s.detail.HandleKey(press(string(k)))
			size := sizes()[i%len(sizes())]
			exact(t, s.draw(t, size[0], size[1]), size[0], size[1])
		}
		for tab := range numTabs {
			s.detail.tab = tab
			for _, size := range sizes() {
				exact(t, s.draw(t, size[0], size[1]), size[0], size[1])
			}
		}
	})
}
