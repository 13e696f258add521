package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

func appLines() []AppLine {
	counts := func(running, failed, completed int) (c [workflow.NumStatuses]int) {
		c[workflow.Running], c[workflow.Failed], c[workflow.Completed] = running, failed, completed
		return c
	}
	return []AppLine{
		{All: true, Name: "all apps", Rows: 12_345, Counts: counts(34, 12, 12_299)},
		{ID: "billing", Name: "billing", Rows: 88, Counts: counts(3, 0, 85), Note: "2 sidecars"},
		{ID: "orders", Name: "orders", Rows: 12_257, Counts: counts(31, 12, 12_214), Trouble: "stale 12s"},
		{ID: "a-very-long-name-of-an-app-that-somebody-has-chosen-for-it", Name: "a-very-long-name-of-an-app-that-somebody-has-chosen-for-it"},
		{ID: "订单", Name: "订单", Trouble: "no worker"},
		{Name: "10.0.0.7:50001", Trouble: "not connected"},
	}
}

func sidecarLines() []SidecarLine {
	facts := []Fact{
		{Label: "Address", Value: "127.0.0.1:50001 · prod"},
		{Label: "Process", Value: "has ended", Kind: NoticeWarn},
		{Label: "State store", Value: "statestore (state.sqlite), can list its keys"},
		{Label: "Calls made", Value: "12,003: GetInstance 11,990, ListInstanceIDs 9, GetMetadata 4"},
	}
	wrong := []workflow.Finding{{
		Severity: workflow.Critical, Title: "The sidecar asks for an API token", Evidence: "Unauthorized",
		Remedy: "Set DAPR_API_TOKEN, or name a file with --api-token-file; it is read again when it changes.",
	}}
	return []SidecarLine{
		{App: "billing", Address: "127.0.0.1:50001", Kind: NoticeGood, State: "connected", Version: "dapr 1.18.0", Workers: "1 worker", Facts: facts},
		{App: "billing", Address: "127.0.0.1:50011", Kind: NoticeGood, State: "in reserve", Version: "dapr 1.18.0", Workers: "1 worker", Facts: facts},
		{Name: "prod", Address: "orders.example.org:50001", Kind: NoticeBad, State: "not connected", Findings: wrong, Facts: facts, Hint: "X purges it"},
		{App: "订单", Address: "unix:///tmp/dapr-订单-grpc.socket", Kind: NoticeWarn, State: "no worker", Notes: wrong, Facts: facts},
	}
}

func TestAppsView(t *testing.T) {
	for _, size := range sizes() {
		for _, ascii := range []bool{false, true} {
			v := NewApps(NewTheme(true, ascii), keymap.Default(), appLines(), "orders")
			v.SetSize(size[0], size[1])
			lines := strings.Split(v.View(), "\n")
			exact(t, lines, boxWidth(min(size[0], 104)), len(lines))
			if len(lines) > boxHeight(size[1]) {
				t.Errorf("%v: %d lines", size, len(lines))
			}
			if !ascii {
				paneGolden(t, fmt.Sprintf("apps-%dx%d", size[0], size[1]), exact(t, lines, boxWidth(min(size[0], 104)), len(lines)))
			}
		}
	}
}

func TestAppsViewChooses(t *testing.T) {
	v := NewApps(NewTheme(true, false), keymap.Default(), appLines(), "orders")
	v.SetSize(120, 40)
	v.SetLines(append([]AppLine{{All: true, Name: "all apps"}, {ID: "aardvark", Name: "aardvark"}}, appLines()[1:]...))
	if got, closed := v.HandleKey(press("enter")); got == nil || got.ID != "orders" || !closed {
		t.Errorf("chosen %v, closed %v", got, closed)
	}
	v.HandleKey(press("G"))
	if got, closed := v.HandleKey(press("enter")); got != nil || closed {
		t.Error("a sidecar that has not said its app was chosen")
	}
	v.HandleKey(press("g"))
	if got, _ := v.HandleKey(press("enter")); got == nil || !got.All {
		t.Errorf("chosen %v, want all", got)
	}
	if got, closed := v.HandleKey(press("esc")); got != nil || !closed {
		t.Error("it was not closed")
	}
}

func TestSidecarsView(t *testing.T) {
	for _, size := range sizes() {
		for _, ascii := range []bool{false, true} {
			v := NewSidecars(NewTheme(true, ascii), keymap.Default())
			v.SetSize(size[0], size[1])
			v.SetLines(sidecarLines(), "")
			for i := range 4 {
				lines := strings.Split(v.View(), "\n")
				exact(t, lines, boxWidth(min(size[0], 124)), len(lines))
				if len(lines) > boxHeight(size[1]) {
					t.Errorf("%v: %d lines", size, len(lines))
				}
				if i == 2 && !ascii {
					paneGolden(t, fmt.Sprintf("sidecars-%dx%d", size[0], size[1]), exact(t, lines, boxWidth(min(size[0], 124)), len(lines)))
				}
				v.HandleKey(press("j"))
			}
		}
	}
}

func TestSidecarsViewKeepsItsSidecar(t *testing.T) {
	v := NewSidecars(NewTheme(true, false), keymap.Default())
	v.SetSize(80, 24)
	v.SetLines(nil, "No sidecar has been found.")
	if _, ok := v.Selected(); ok || v.Value() != "" || !strings.Contains(v.View(), "No sidecar has been found.") {
		t.Error("nothing has a selection")
	}
	all := sidecarLines()
	v.SetLines(all, "")
	v.Select("billing")
	v.HandleKey(press("j"))
	v.SetLines(all[1:], "")
	if l, _ := v.Selected(); l.Address != "127.0.0.1:50011" {
		t.Errorf("the selection is on %s", l.Address)
	}
	for _, want := range []string{"in reserve", "State store: statestore"} {
		if !strings.Contains(v.Value(), want) {
			t.Errorf("the copy lacks %q: %s", want, v.Value())
		}
	}
	v.SetLines(all[2:3], "") // alone: the keys scroll its text
	v.SetSize(60, 14)
	before := v.View()
	v.HandleKey(press("j"))
	if v.View() == before {
		t.Error("the text does not scroll")
	}
}
