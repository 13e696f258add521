package embedded

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/backend"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// liveKept is how many of the instances that RunSamples started it keeps:
// older ones are purged once they have ended, as a retention policy would.
const liveKept = 300

// callLimit bounds each call of RunSamples to the engine.
const callLimit = 8 * time.Second

// RunSamples lets a shop live on the engine until ctx ends: every few seconds
// an order, a payment or a parcel comes in, people approve, reject, hold and
// release. The same Options.Seed gives the same sequence. Options.Pace scales
// the pauses. Calls that fail, for want of a worker say, are passed over.
func (e *Engine) RunSamples(ctx context.Context) error {
	e.mu.Lock()
	h := e.hub
	e.mu.Unlock()
	if h == nil {
		return errClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(e.ctx, cancel)
	defer stop()
	return newShop(backend.NewTaskHubClient(h.store), e.log, e.opts.Pace, e.opts.Seed).run(ctx)
}

// deed is something that happens in the shop at its time.
type deed struct {
	at    time.Duration // since the opening
	order int           // of deeds at one time
	do    func(context.Context)
}

type agenda []deed

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || (a[i].at == a[j].at && a[i].order < a[j].order)
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

// Push and Pop implement heap.Interface.
func (a *agenda) Push(x any) {
	if d, ok := x.(deed); ok {
		*a = append(*a, d)
	}
}

func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

// shop is the sequence of what people do. All of it is decided on its own
// clock, so it does not depend on how fast the engine is.
type shop struct {
	client backend.TaskHubClient
	log    hubLogger
	pace   float64
	random *rand.Rand

	agenda  agenda
	now     time.Duration
	deeds   int
	number  int
	started []string
}

func newShop(client backend.TaskHubClient, log hubLogger, pace float64, seed uint64) *shop {
	s := &shop{
		client: client,
		log:    log,
		pace:   pace,
		random: rand.New(rand.NewPCG(seed, 2)), //nolint:gosec // a repeatable sequence is the purpose
		number: 1060,
	}
	s.open()
	return s
}

// in plans a deed.
func (s *shop) in(d time.Duration, do func(context.Context)) {
	s.deeds++
	heap.Push(&s.agenda, deed{at: s.now + d, order: s.deeds, do: do})
}

// between is a random time.
func (s *shop) between(a, b time.Duration) time.Duration {
	return a + time.Duration(s.random.Int64N(int64(b-a)))
}

func (s *shop) run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for len(s.agenda) > 0 {
		next, ok := heap.Pop(&s.agenda).(deed)
		if !ok {
			return errors.New("samples: nothing to do")
		}
		timer.Reset(time.Duration(float64(next.at-s.now) * s.pace))
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		s.now = next.at
		call, cancel := context.WithTimeout(ctx, callLimit)
		next.do(call)
		cancel()
	}
	return nil
}

// open plans the first customers and the monitor of the shop itself.
func (s *shop) open() {
	s.in(200*time.Millisecond, func(ctx context.Context) {
		s.start(ctx, "mon-shop", "Monitor", `{"region":"shop","checks":0,"everySeconds":20}`)
		s.started = s.started[:0] // it is never purged
	})
	s.in(500*time.Millisecond, s.customer)
}

// customer lets one thing happen and plans the next customer.
func (s *shop) customer(ctx context.Context) {
	s.number++
	n := s.number
	switch k := s.random.IntN(20); {
	case k < 9:
		s.orderComes(ctx, fmt.Sprintf("order-%d", n))
	case k < 11:
		s.start(ctx, fmt.Sprintf("ful-%d", 1200+n), "Fulfilment", fmt.Sprintf(`{"order":"order-%d","parcels":%d}`, n, 1+n%3))
	case k < 13:
		s.start(ctx, fmt.Sprintf("pay-%04x", 0x9c00+n), "PaymentRetry", fmt.Sprintf(`{"order":"order-%d","amount":{"amount":%d.95,"currency":"EUR"},"card":"•••• 1881"}`, n, n%90))
	case k < 14:
		s.start(ctx, fmt.Sprintf("pay-%04x", 0x9c00+n), "Payment", fmt.Sprintf(`{"order":"order-%d","amount":{"amount":%d,"currency":"EUR"},"card":"•••• 0005"}`, n, 200+n%900))
	case k < 16:
		s.start(ctx, fmt.Sprintf("inv-run-%d", n), "InvoiceBatch", `"2026-11"`)
	case k < 17:
		s.start(ctx, fmt.Sprintf("report-%d", n), "ReportExport", fmt.Sprintf(`{"run":%d}`, n))
	case k < 18:
		s.start(ctx, fmt.Sprintf("rem-%d", 1000+n), "Reminder", fmt.Sprintf(`{"to":"customer-%d@example.org"}`, n))
	default:
		s.chineseOrderComes(ctx, fmt.Sprintf("订单-20261123-%d", n-1060))
	}
	s.retain(ctx)
	s.in(s.between(1500*time.Millisecond, 6*time.Second), s.customer)
}

// orderComes starts an order and plans what people do with it.
func (s *shop) orderComes(ctx context.Context, id string) {
	s.start(ctx, id, "OrderProcessing", shopOrder(id, 1+s.random.IntN(5), s.random.IntN(6) == 0))
	decision := s.between(8*time.Second, 50*time.Second)
	switch k := s.random.IntN(20); {
	case k < 12:
		s.in(decision, s.raises(id, "approve", approveByOps))
	case k < 14:
		s.in(decision, s.raises(id, "approve", rejectByOps))
	case k < 17:
		s.in(decision/2, s.suspends(id, "manual check"))
		s.in(decision, s.resumes(id, "check passed"))
		s.in(decision+4*time.Second, s.raises(id, "approve", approveByOps))
	case k < 18:
		s.in(decision, s.terminates(id, `{"cancelled":"by customer"}`))
	default: // nobody looks at it
	}
}

func (s *shop) chineseOrderComes(ctx context.Context, id string) {
	s.start(ctx, id, "订单处理", chineseOrder(id))
	s.in(s.between(10*time.Second, 40*time.Second), s.raises(id, "审批", `{"审批人":"王芳","同意":true,"表情":"👍"}`))
}

func (s *shop) start(ctx context.Context, id, workflow, input string) {
	_, err := s.client.ScheduleNewWorkflow(ctx, workflow, api.WithInstanceID(api.InstanceID(id)), api.WithRawInput(wrapperspb.String(input)))
	s.done("start", id, err)
	s.started = append(s.started, id)
}

func (s *shop) raises(id, event, payload string) func(context.Context) {
	return func(ctx context.Context) {
		s.done("raise", id, s.client.RaiseEvent(ctx, api.InstanceID(id), event, api.WithRawEventData(wrapperspb.String(payload))))
	}
}

func (s *shop) suspends(id, why string) func(context.Context) {
	return func(ctx context.Context) {
		s.done("suspend", id, s.client.SuspendWorkflow(ctx, api.InstanceID(id), why))
	}
}

func (s *shop) resumes(id, why string) func(context.Context) {
	return func(ctx context.Context) { s.done("resume", id, s.client.ResumeWorkflow(ctx, api.InstanceID(id), why)) }
}

func (s *shop) terminates(id, output string) func(context.Context) {
	return func(ctx context.Context) {
		s.done("terminate", id, s.client.TerminateWorkflow(ctx, api.InstanceID(id), api.WithRawOutput(wrapperspb.String(output))))
	}
}

// retain purges the oldest started instances that have ended.
func (s *shop) retain(ctx context.Context) {
	for len(s.started) > liveKept {
		id := s.started[0]
		err := s.client.PurgeWorkflowState(ctx, api.InstanceID(id), api.WithRecursivePurge(true))
		if errors.Is(err, api.ErrNotCompleted) {
			s.started = append(s.started[1:], id)
			return
		}
		s.started = s.started[1:]
	}
}

func (s *shop) done(what, id string, err error) {
	if err != nil {
		s.log.Debugf("samples: %s %s: %v", what, id, err)
	}
}
