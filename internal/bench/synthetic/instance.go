package synthetic

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// The instances are numbered from the newest, which is some hours old, so that
// no age on the first screens moves on within a minute.
const (
	youngest = 3 * time.Hour
	apart    = 13 * time.Second
)

// mix spreads numbers (the finaliser of MurmurHash3).
func mix(n int) uint32 {
	x := uint32(n)
	x = (x ^ x>>16) * 0x85ebca6b
	x = (x ^ x>>13) * 0xc2b2ae35
	return x ^ x>>16
}

// ID is the ID of the instance n, 36 bytes as those that the runtime makes.
func (s *Source) ID(n int) string {
	h := mix(n)
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", h, h>>16, h&0xfff, h>>8&0xfff, n)
}

// number is the n of an ID.
func (s *Source) number(id string) (int, bool) {
	cut := strings.LastIndexByte(id, '-')
	n, err := strconv.ParseInt(id[cut+1:], 16, 64)
	return int(n), err == nil && int(n) < s.cfg.Instances && s.ID(int(n)) == id
}

// strides reports whether the instance n changes between two listings.
func (s *Source) strides(n int) bool { return s.cfg.Stride > 0 && n%s.cfg.Stride == s.cfg.Stride/2 }

// lives reports whether the instance n has not ended.
func (s *Source) lives(n int) bool {
	return s.strides(n) || float64(mix(n+1<<20)) < s.cfg.Live*(1<<32)
}

// instance makes the row of the instance n.
func (s *Source) instance(n int, now time.Time) workflow.Instance {
	names := [...]string{"OrderProcessing", "Payment", "Shipment", "Refund"}
	if s.cfg.Wide {
		names = [...]string{"订单处理", "Payment 💳", "Shipment", "退款"}
	}
	id := s.ID(n)
	inst := workflow.Instance{
		Key: workflow.Key{AppID: s.cfg.App, InstanceID: id}, Label: id,
		Name:    strings.Clone(names[n%len(names)]),
		Created: s.began.Add(-youngest - time.Duration(n)*apart),
	}
	inst.Started = inst.Created.Add(20 * time.Millisecond)
	inst.Updated = inst.Created.Add(4 * time.Second)
	if s.lives(n) {
		s.live(&inst, n, now)
		return inst
	}
	inst.CustomStatus = "step 7 of 7, order " + strconv.Itoa(n)
	switch mix(n) % 10 {
	case 0:
		inst.Status, inst.Failure = workflow.Failed, "card declined by the bank of order "+strconv.Itoa(n)
	case 1:
		inst.Status = workflow.Terminated
	default:
		inst.Status = workflow.Completed
	}
	return inst
}

// live fills in how far an instance has come that has not ended.
func (s *Source) live(inst *workflow.Instance, n int, now time.Time) {
	inst.Status = workflow.Running
	step := 0
	switch {
	case s.strides(n):
		s.mu.Lock()
		step, inst.Updated = s.listings, s.listed
		s.mu.Unlock()
	case s.cfg.Churn > 0:
		live := s.cfg.Live * float64(s.cfg.Instances)
		period := time.Duration(live / s.cfg.Churn * float64(time.Second))
		into := now.Sub(s.began) + time.Duration(float64(mix(n))/(1<<32)*float64(period))
		step = int(into / period)
		inst.Updated = now.Add(-into % period)
	}
	inst.CustomStatus = "step " + strconv.Itoa(step) + ", order " + strconv.Itoa(n)
	if s.cfg.Wide {
		inst.CustomStatus = "第 " + strconv.Itoa(step) + " 步 🚚"
	}
}

// Detail reads one instance with its payloads.
func (s *Source) Detail(ctx context.Context, key workflow.Key) (workflow.Detail, error) {
	inst, _, err := s.Get(ctx, key.InstanceID, true)
	return workflow.Detail{
		Instance: inst, Input: workflow.Payload{Set: true, Raw: `"` + string(s.payload()) + `"`},
	}, err
}

// History reads one instance's history of 18 events.
func (s *Source) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	inst, _, err := s.Get(ctx, key.InstanceID, true)
	if err != nil {
		return workflow.History{}, err
	}
	at := inst.Created
	events := []workflow.Event{
		{ID: -1, Type: workflow.WorkflowStarted, Time: at},
		{ID: -1, Type: workflow.ExecutionStarted, Time: at, Name: inst.Name},
	}
	for i := range int32(8) {
		at = at.Add(100 * time.Millisecond)
		events = append(
			events,
			workflow.Event{ID: i, Type: workflow.TaskScheduled, Time: at, Name: "Reserve"},
			workflow.Event{ID: -1, Type: workflow.TaskCompleted, Time: at.Add(50 * time.Millisecond), Ref: i, HasRef: true},
		)
	}
	return workflow.NewHistory(events), nil
}

var errReadOnly = errors.New("the synthetic source cannot be acted on")

// Start is refused.
func (s *Source) Start(context.Context, string, workflow.StartRequest) (string, error) {
	return "", errReadOnly
}

// Suspend is refused.
func (s *Source) Suspend(context.Context, workflow.Key, string) error { return errReadOnly }

// Resume is refused.
func (s *Source) Resume(context.Context, workflow.Key, string) error { return errReadOnly }

// Raise is refused.
func (s *Source) Raise(context.Context, workflow.Key, workflow.RaiseRequest) error {
	return errReadOnly
}

// Terminate is refused.
func (s *Source) Terminate(context.Context, workflow.Key, workflow.TerminateRequest) error {
	return errReadOnly
}

// Purge is refused.
func (s *Source) Purge(context.Context, workflow.Key, workflow.PurgeRequest) error {
	return errReadOnly
}

// Rerun is refused.
func (s *Source) Rerun(context.Context, workflow.Key, workflow.RerunRequest) (string, error) {
	return "", errReadOnly
}
