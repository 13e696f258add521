package embedded

import (
	"sync"
	"time"

	"github.com/dapr/durabletask-go/task"
)

// samples are the workflows of the demo: a shop's orders, payments, parcels
// and reports. They wait and work at the pace of people and services, so that
// a screen shows them in every state.
type samples struct {
	pace    float64 // scales every duration
	instant bool    // activities answer at once

	mu       sync.Mutex
	attempts map[string]int // failed attempts by task execution ID
}

func newSamples(pace float64) *samples {
	return &samples{pace: pace, attempts: map[string]int{}}
}

// lasts is a duration of a sample at its pace.
func (s *samples) lasts(d time.Duration) time.Duration {
	return time.Duration(float64(d) * s.pace)
}

// work is an activity's time at its service. It ends early when the worker
// stops; what the activity then answers is lost with its connection.
func (s *samples) work(ctx task.ActivityContext, d time.Duration) {
	if s.instant {
		return
	}
	d = s.lasts(d)
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Context().Done():
	}
}

// registerSamples adds every sample to a worker's registry.
func registerSamples(r *task.TaskRegistry, s *samples) error {
	for name, w := range s.workflows() {
		if err := r.AddWorkflowN(name, w); err != nil {
			return err //nolint:wrapcheck // names the workflow
		}
	}
	for name, a := range s.activities() {
		if err := r.AddActivityN(name, a); err != nil {
			return err //nolint:wrapcheck // names the activity
		}
	}
	return r.AddVersionedWorkflowN("ContractRenewal", "ContractRenewal_v2", true, s.contractRenewal) //nolint:wrapcheck // names the workflow
}

func (s *samples) workflows() map[string]task.Workflow {
	return map[string]task.Workflow{
		"OrderProcessing": s.orderProcessing,
		"订单处理":            s.orderProcessingChinese,
		"InvoiceBatch":    s.invoiceBatch,
		"Fulfilment":      s.fulfilment,
		"Packing":         s.packing,
		"Shipment":        s.shipment,
		"PaymentRetry":    s.paymentRetry,
		"Payment":         s.payment,
		"Reminder":        s.reminder,
		"Monitor":         s.monitor,
		"ReportExport":    s.reportExport,
		"Onboarding":      s.onboarding,
	}
}

func (s *samples) activities() map[string]task.Activity {
	return map[string]task.Activity{
		"ReserveStock":      s.takes(400*time.Millisecond, s.reserveStock),
		"ChargeCard":        s.takes(900*time.Millisecond, s.chargeCard),
		"ShipOrder":         s.takes(1200*time.Millisecond, s.shipOrder),
		"ReleaseStock":      s.takes(300*time.Millisecond, answer("released")),
		"预留库存":              s.takes(400*time.Millisecond, answer("已预留 📦")),
		"扣款":                s.takes(700*time.Millisecond, answer("已支付 💳")),
		"发货":                s.takes(900*time.Millisecond, answer("已发货 🚚")),
		"ListInvoices":      s.takes(250*time.Millisecond, s.listInvoices),
		"RenderInvoice":     s.takes(1500*time.Millisecond, s.renderInvoice),
		"SendSummary":       s.takes(350*time.Millisecond, answer("sent")),
		"PickItems":         s.takes(1800*time.Millisecond, answer("picked")),
		"WeighParcel":       s.takes(600*time.Millisecond, answer(2.4)),
		"PrintLabel":        s.takes(450*time.Millisecond, s.printLabel),
		"BookCarrier":       s.takes(1100*time.Millisecond, s.bookCarrier),
		"ConfirmDelivery":   s.takes(500*time.Millisecond, answer(true)),
		"NotifyCustomer":    s.takes(200*time.Millisecond, answer("mailed")),
		"AuthorizePayment":  s.takes(500*time.Millisecond, s.authorize),
		"CapturePayment":    s.takes(800*time.Millisecond, s.capture),
		"CheckEndpoint":     s.takes(150*time.Millisecond, s.checkEndpoint),
		"BuildReport":       s.takes(2500*time.Millisecond, s.buildReport),
		"UploadReport":      s.takes(1300*time.Millisecond, s.uploadReport),
		"CreateAccount":     s.takes(300*time.Millisecond, s.createAccount),
		"SendReminder":      s.takes(200*time.Millisecond, answer("mailed")),
		"ChargeCardFlaky":   s.takes(600*time.Millisecond, s.chargeCardFlaky),
		"ArchiveDocuments":  s.takes(700*time.Millisecond, answer("archived")),
		"PrepareContract":   s.takes(900*time.Millisecond, answer("prepared")),
		"CountersignRecord": s.takes(400*time.Millisecond, answer("recorded")),
	}
}

// takes lets an activity work for a while before it answers.
func (s *samples) takes(d time.Duration, a task.Activity) task.Activity {
	return func(ctx task.ActivityContext) (any, error) {
		s.work(ctx, d)
		return a(ctx)
	}
}

// answer is an activity that always has the same result.
func answer(v any) task.Activity {
	return func(task.ActivityContext) (any, error) { return v, nil }
}
