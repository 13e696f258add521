package model

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

type zzClient struct {
	*fakeClient
	down      bool
	histErr   int
	rerunFail bool
	reads     int
}

func (c *zzClient) Detail(ctx context.Context, k workflow.Key) (workflow.Detail, error) {
	c.reads++
	if c.down {
		return workflow.Detail{}, &workflow.Error{Kind: workflow.KindUnavailable, Message: "nothing answers at 127.0.0.1:50001: connection refused"}
	}
	return c.fakeClient.Detail(ctx, k)
}
func (c *zzClient) History(ctx context.Context, k workflow.Key) (workflow.History, error) {
	if c.histErr > 0 {
		c.histErr--
		return workflow.History{}, &workflow.Error{Kind: workflow.KindBusy, Message: "changed while it was read"}
	}
	return c.fakeClient.History(ctx, k)
}
func (c *zzClient) Rerun(ctx context.Context, k workflow.Key, r workflow.RerunRequest) (string, error) {
	if c.rerunFail {
		return "", &workflow.Error{Kind: workflow.KindDeadline, Message: "no answer within 10s"}
	}
	return c.fakeClient.Rerun(ctx, k, r)
}

func zz(t testing.TB, change ...func(*Config)) (*bench, *zzClient) {
	var z *zzClient
	b := start(t, append(change, func(c *Config) {
		z = &zzClient{fakeClient: c.Client.(*fakeClient)}
		c.Client = z
	})...)
	return b, z
}
func foot(b *bench) string { return b.m.said.notice.Text }

func TestZZ_A_rerun(t *testing.T) {
	b, z := zz(t)
	b.client.add("order-1", "Order", workflow.Completed, workflow.Event{ID: 0, Type: workflow.TaskScheduled, Name: "A", Time: b.now})
	b.refresh()
	b.pass(time.Second)
	z.rerunFail = true
	b.press("R")
	b.pass(time.Second)
	b.press("ctrl+s")
	fmt.Println("A:", foot(b))
	b.pass(5 * time.Second)
	fmt.Println("A later:", foot(b), len(b.m.flights), b.m.journal.entries)
}

func TestZZ_B_baselineDown(t *testing.T) {
	b, z := zz(t)
	b.client.add("order-1", "Order", workflow.Running, workflow.Event{ID: -1, Type: workflow.EventRaised, Name: "approve", Time: b.now})
	b.refresh()
	b.pass(time.Second)
	b.press("e")
	b.text("approve")
	z.down = true
	b.press("ctrl+s")
	fmt.Println("B:", foot(b), b.client.calls, "modal open:", b.m.modals.top() != nil)
	z.down = false
	b.pass(5 * time.Second)
	fmt.Println("B later:", foot(b), b.client.calls, b.m.journal.entries)
}

func TestZZ_B2_histUnknown(t *testing.T) {
	b, z := zz(t)
	b.client.add("order-1", "Order", workflow.Running, workflow.Event{ID: -1, Type: workflow.EventRaised, Name: "approve", Time: b.now})
	b.refresh()
	b.pass(time.Second)
	b.press("e")
	b.text("approve")
	z.histErr = 1
	b.client.mute = true
	b.press("ctrl+s")
	b.pass(5 * time.Second)
	fmt.Println("B2:", foot(b), b.client.calls, b.m.journal.entries)
}

func TestZZ_C_loading(t *testing.T) {
	b, z := zz(t)
	b.client.add("order-1", "Order", workflow.Running)
	b.client.add("order-2", "Order", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.press("j")
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.pass(time.Second)
	n := z.reads
	b.press("enter")
	b.pass(time.Second)
	b.press("ctrl+r")
	b.refresh()
	b.pass(3 * time.Second)
	fmt.Println("C: reads after open:", z.reads-n, "loading", b.m.shown.loading, "prepared", b.m.shown.prepared != nil)
}

func TestZZ_D_void(t *testing.T) {
	b, _ := zz(t)
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.press("enter")
	b.client.app = "billing"
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.pass(3 * time.Second)
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	fmt.Println("D: lines", strings.Count(b.screen(), "\n")+1, "has row:", strings.Contains(b.screen(), "order-1"))
	fmt.Println(b.screen())
}

func TestZZ_E_quitting(t *testing.T) {
	b, _ := zz(t)
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.press("p")
	b.text("because")
	b.press("ctrl+c")
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.press("p")
	b.text("because")
	b.press("ctrl+c")
	fmt.Println("E: quit without asking:", b.quit, "quitting", b.m.quitting)
}

func TestZZ_F_wanted(t *testing.T) {
	b, _ := zz(t)
	for i := range 5 {
		b.client.add(fmt.Sprintf("order-%d", i), "Order", workflow.Failed)
	}
	b.refresh()
	b.press("4")
	fmt.Println("F statuses", b.m.filter.Statuses.String(), b.m.matching)
	b.press("0")
	b.m.setStatuses(workflow.NewStatusSet(workflow.Failed))
	b.refresh()
	b.press("a")
	b.text("Zed")
	b.press("ctrl+s")
	b.refresh()
	b.pass(time.Minute)
	b.refresh()
	b.press("j j")
	before := b.m.list.SelectedKey()
	b.press("0")
	b.pass(time.Second)
	fmt.Println("F:", before, "->", b.m.list.SelectedKey(), foot(b))
}

func TestZZ_G_err(t *testing.T) {
	b, _ := zz(t)
	b.client.add("order-1", "Order", workflow.Failed)
	e := &workflow.Error{Kind: workflow.KindTooLarge, Message: "ANSWERTOOLARGE"}
	b.refresh(func(s *watch.Snapshot) { s.Err = e; s.ErrAt = b.now })
	fmt.Println("G ready+err shown:", strings.Contains(b.screen(), "ANSWERTOO"))
	b2, _ := zz(t)
	b2.refresh(func(s *watch.Snapshot) { s.Err = e; s.Phase = watch.Loading; s.RefreshedAt = time.Time{} })
	fmt.Println("G loading+err shown:", strings.Contains(b2.screen(), "ANSWERTOO"))
	b3, _ := zz(t)
	b3.refresh(func(s *watch.Snapshot) { s.Err = &workflow.Error{Kind: workflow.KindUnauthenticated, Message: "the sidecar asks for an API token"}; s.Phase = watch.Down; s.RefreshedAt = time.Time{} })
	fmt.Println("G unauth:", strings.Contains(b3.screen(), "No Dapr sidecar at"))
	b4, _ := zz(t)
	b4.client.add("order-1", "Order", workflow.Failed)
	b4.refresh()
	b4.refresh(func(s *watch.Snapshot) { s.Err = &workflow.Error{Kind: workflow.KindPoisoned, Message: "poisoned"}; s.Phase = watch.Refused })
	b4.press("X")
	fmt.Println("G refused X:", foot(b4))
}

func TestZZ_H_narrowRaise(t *testing.T) {
	b, _ := zz(t)
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.client.add("order-1", "Order", workflow.Running, workflow.Event{ID: 0, Type: workflow.TimerCreated, Name: "approve", Time: b.now})
	b.refresh()
	b.pass(time.Second)
	b.press("e")
	b.pass(time.Second)
	b.text("approve")
	for _, l := range strings.Split(b.screen(), "\n") {
		if strings.Contains(l, "wait") || strings.Contains(l, "approve") {
			fmt.Println("H:", l)
		}
	}
}

func TestZZ_I_detailErrSticks(t *testing.T) {
	b, z := zz(t)
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	z.down = true
	b.press("ctrl+r")
	b.pass(time.Second)
	z.down = false
	b.refresh()
	b.refresh()
	b.pass(time.Second)
	for range 5 {
		b.refresh()
		b.pass(2 * time.Second)
	}
	fmt.Println("I: err", b.m.shown.err)
}

func TestZZ_K_small(t *testing.T) {
	b, _ := zz(t)
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.press("T")
	b.pass(time.Second)
	b.send(tea.WindowSizeMsg{Width: 30, Height: 8})
	fmt.Println(b.screen())
	b.press("ctrl+s")
	fmt.Println("K:", b.client.calls)
}

func TestZZ_L_overrides(t *testing.T) {
	b, _ := zz(t)
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.client.mute = true
	b.press("p")
	b.press("ctrl+s")
	b.pass(6 * time.Second)
	b.press("Y")
	fmt.Println("L:", foot(b))
	b.pass(4 * time.Second)
	fmt.Println("L after 4 s:", foot(b))
	b.pass(15 * time.Minute)
	fmt.Println("L after 15m:", foot(b), len(b.m.flights))
}

func TestZZ_M_frozen(t *testing.T) {
	b, _ := zz(t)
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.press("z")
	fmt.Println("M title frozen:", strings.Contains(b.screen(), "(frozen)"))
	b.pass(time.Second)
	b.client.instances["order-1"].happen(b.now, workflow.Event{Type: workflow.EventRaised, Name: "NEWEVT"})
	for range 3 {
		b.refresh()
		b.pass(2 * time.Second)
	}
	fmt.Println("M: events shown", len(b.m.shown.history.Events), "real", len(b.client.instances["order-1"].events))
}

func TestZZ_O_ascii(t *testing.T) {
	b, _ := zz(t, func(c *Config) { c.ASCII = true })
	b.client.add("order-1", "Order", workflow.Running, workflow.Event{ID: 0, Type: workflow.TaskScheduled, Name: "A", Time: b.now})
	b.refresh()
	b.pass(time.Second)
	check := func(what string) {
		for _, l := range strings.Split(b.screen(), "\n") {
			for _, r := range l {
				if r > 0x7e {
					fmt.Printf("O %s: %q in %s\n", what, r, strings.TrimSpace(l))
					break
				}
			}
		}
	}
	for _, k := range []string{"p", "e", "T", "X", "a", "?", "L", ","} {
		b.press(k)
		b.pass(time.Second)
		check(k)
		b.press("esc esc")
	}
	b.press("enter ] ")
	check("hist")
	b.press("]")
	check("data")
	b.refresh(func(s *watch.Snapshot) { s.Phase = watch.Down; s.Err = &workflow.Error{Kind: workflow.KindUnavailable, Message: "x"}; s.RetryAt = b.now.Add(4 * time.Second) })
	check("down")
}

func TestZZ_Q_outcomeRaceSuspendOnSuspended(t *testing.T) {
	b, z := zz(t)
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.press("T")
	b.pass(time.Second)
	z.down = true
	b.press("ctrl+s")
	fmt.Println("Q:", foot(b), b.client.calls, b.m.inFlight())
}

func BenchmarkZZHints(b *testing.B) {
	bb, _ := zz(b)
	ev := make([]workflow.Event, 0, 10000)
	for i := range 10000 {
		ev = append(ev, workflow.Event{ID: int32(i), Type: workflow.TaskScheduled, Name: "A", Time: bb.now})
	}
	bb.client.add("order-1", "Order", workflow.Running, ev...)
	bb.refresh()
	bb.pass(time.Second)
	b.Run("hints", func(b *testing.B) {
		for b.Loop() {
			bb.m.hints()
		}
	})
	b.Run("view", func(b *testing.B) {
		for b.Loop() {
			bb.m.View()
		}
	})
}
