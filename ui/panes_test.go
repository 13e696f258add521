package ui

import (
	"fmt"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// scenes are the screens of the golden files.
func scenes() map[string]func(ascii bool) *screen {
	withDetail := func(ascii bool) *screen {
		s := newScreen(ascii)
		s.rows(nine())
		s.list.Select(nine()[1].Key)
		d, h := waitingOrder()
		s.show(d, h, nil)
		return s
	}
	opened := func(keys ...string) func(bool) *screen {
		return func(ascii bool) *screen {
			s := withDetail(ascii)
			s.open = true
			for _, k := range keys {
				s.detail.HandleKey(press(k))
			}
			return s
		}
	}
	return map[string]func(bool) *screen{
		"list":     withDetail,
		"overview": opened(),
		"history":  opened("]"),
		"raw":      opened("]", "v"),
		"event":    opened("]", "v", "g", "j", "enter"),
		"timeline": opened("]", "]"),
		"data":     opened("["),
		"loading":  loadingScene,
		"empty":    emptyScene,
		"stale":    staleScene,
		"filtered": filteredScene,
		"failed":   failedScene,
		"wide":     wideScene,
		"hostile":  hostileScene,
		"absolute": absoluteScene,
	}
}

func loadingScene(ascii bool) *screen {
	s := newScreen(ascii)
	s.rows(nine()[:3])
	s.info.Loading, s.info.Loaded, s.info.Total = true, 1200, 12000
	s.notice = Notice{NoticeBusy, "pausing order-1042" + s.theme.Glyphs.Ellipsis}
	return s
}

func emptyScene(ascii bool) *screen {
	s := newScreen(ascii)
	s.info = HeaderInfo{Address: "127.0.0.1:50001", Phase: "connecting", Stale: true, StaleErr: "connection refused", RetryIn: 3200 * time.Millisecond, TimeMode: "ages, UTC"}
	s.list.SetEmpty(Empty{
		Title:    "No Dapr sidecar answers at 127.0.0.1:50001",
		Lines:    []string{"connection refused", "Trying again in 4 s."},
		Commands: [][2]string{{"daprdeck --address HOST:PORT", "another address"}, {"daprdeck demo", "the embedded engine, with sample workflows"}},
	})
	return s
}

func staleScene(ascii bool) *screen {
	s := newScreen(ascii)
	s.rows(nine())
	s.info.Stale, s.info.StaleErr, s.info.RetryIn, s.info.Age = true, "no sidecar answers at 127.0.0.1:50001", 4*time.Second, 12*time.Second
	s.notice = Notice{NoticeBad, "could not pause order-1042: no sidecar answers at 127.0.0.1:50001"}
	d, h := waitingOrder()
	p := Prepare(d, h, nil)
	s.detail.SetState(DetailState{Key: d.Key, Label: d.Label, Prepared: &p, Err: noSidecar(), ReadAt: ago(12 * time.Second)})
	return s
}

func filteredScene(ascii bool) *screen {
	s := newScreen(ascii)
	s.rows(nine())
	s.info.Active = workflow.NewStatusSet(workflow.Running, workflow.Canceled)
	s.info.Filter, s.info.ReadOnly, s.info.Frozen = "order -eu", true, true
	s.list.SetTitle("0 of 12")
	s.list.SetRows(Rows{})
	s.list.SetEmpty(Empty{Title: "Nothing matches the filter", Lines: []string{"12 instances do not."}, Commands: [][2]string{{"esc", "clears the filter"}, {"0", "shows all statuses"}}})
	s.detail.SetState(DetailState{})
	s.notice = Notice{NoticeGood, "paused order-1039: SUSPENDED after 128 ms"}
	return s
}

func failedScene(ascii bool) *screen {
	s := newScreen(ascii)
	s.rows(nine())
	s.list.Select(nine()[4].Key)
	d, h := failedPayment()
	s.show(d, h, nil)
	s.open = true
	s.notice = Notice{NoticeWarn, "not confirmed yet: it will take effect when it is resumed"}
	return s
}

func wideScene(ascii bool) *screen {
	s := newScreen(ascii)
	s.rows(wideRunes())
	s.info.AppID, s.info.Filter = "订单系统", "等待"
	s.list.SetSort(workflow.SortCustom, true)
	s.notice = Notice{NoticeInfo, "已暂停 🚀"}
	d := workflow.Detail{Instance: wideRunes()[0]}
	d.Input = workflow.Payload{Set: true, Raw: `{"客户":"王小明","表情":"👩‍🚀🇩🇪","备注":"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"}`}
	s.show(d, workflow.NewHistory([]workflow.Event{{ID: -1, Time: d.Created, Type: workflow.ExecutionStarted, Name: "订单处理", Payload: d.Input}}), nil)
	return s
}

func hostileScene(ascii bool) *screen {
	s := newScreen(ascii)
	d, h := hostile()
	s.rows([]workflow.Instance{d.Instance, d.Instance})
	s.show(d, h, nil)
	return s
}

func absoluteScene(ascii bool) *screen {
	s := newScreen(ascii)
	s.clock.Absolute = true
	s.clock.Zone = time.FixedZone("CET", 3600)
	s.info.TimeMode = s.clock.Mode()
	s.list.SetClock(s.clock)
	s.detail.SetClock(s.clock)
	s.list.SetSort(workflow.SortUpdated, false)
	s.rows(nine())
	s.list.Select(nine()[1].Key)
	d, h := waitingOrder()
	s.show(d, h, nil)
	s.detail.HandleKey(press("]"))
	return s
}

func TestScreens(t *testing.T) {
	for name, scene := range scenes() {
		for _, size := range sizes() {
			t.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(t *testing.T) {
				lines := exact(t, scene(false).draw(t, size[0], size[1]), size[0], size[1])
				paneGolden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), lines)
			})
		}
	}
}

// In ASCII mode our own drawing holds nothing but ASCII: what else is on these
// screens came with the instances.
func TestASCII(t *testing.T) {
	for name, scene := range scenes() {
		for _, size := range sizes() {
			lines := exact(t, scene(true).draw(t, size[0], size[1]), size[0], size[1])
			if name == "wide" || name == "hostile" || name == "data" || name == "event" || name == "history" || name == "overview" || name == "list" || name == "stale" {
				continue
			}
			for i, line := range lines {
				if !plain(line) {
					t.Errorf("%s at %dx%d, line %d: %q", name, size[0], size[1], i, line)
				}
			}
			paneGolden(t, fmt.Sprintf("ascii-%s-%dx%d", name, size[0], size[1]), lines)
		}
	}
}

// Every size from nothing to wide is drawn exactly, whatever is shown.
func TestEverySizeIsExact(t *testing.T) {
	for name, scene := range scenes() {
		for _, open := range []bool{false, true} {
			s := scene(false)
			s.open = open
			for h := minHeight; h <= 40; h += 7 {
				for w := minWidth; w <= 200; w += 11 {
					lines := s.draw(t, w, h)
					if exact(t, lines, w, h); t.Failed() {
						t.Fatalf("%s at %dx%d", name, w, h)
					}
				}
			}
		}
	}
}

func TestTinyPanesDoNotPanic(*testing.T) {
	for _, scene := range scenes() {
		s := scene(false)
		for h := range 14 {
			for w := range 45 {
				s.list.SetSize(w, h)
				s.detail.SetSize(w, h)
				s.list.View()
				s.detail.View()
				s.detail.HandleKey(press("]"))
				s.detail.HandleKey(press("j"))
				TooSmall(&s.theme, w, h, "a form is open")
				Header(&s.theme, s.info, w)
				Footer(&s.theme, s.notice, s.hints, w)
			}
		}
	}
}
