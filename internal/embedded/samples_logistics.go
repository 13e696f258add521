package embedded

import (
	"fmt"
	"time"

	"github.com/dapr/durabletask-go/task"
)

// invoiceBatch fans out over the invoices of a month and gathers the results.
func (s *samples) invoiceBatch(ctx *task.WorkflowContext) (any, error) {
	var month string
	if err := ctx.GetInput(&month); err != nil {
		return nil, fmt.Errorf("month: %w", err)
	}
	ctx.SetCustomStatus("listing invoices")
	var invoices []string
	if err := ctx.CallActivity("ListInvoices", task.WithActivityInput(month)).Await(&invoices); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	renders := make([]task.Task, 0, len(invoices))
	for _, id := range invoices {
		renders = append(renders, ctx.CallActivity("RenderInvoice", task.WithActivityInput(id)))
	}
	pages := 0
	for n, r := range renders {
		ctx.SetCustomStatus(fmt.Sprintf("rendered %d of %d", n, len(renders)))
		var p int
		if err := r.Await(&p); err != nil {
			return nil, err //nolint:wrapcheck // says which task failed
		}
		pages += p
	}
	ctx.SetCustomStatus(fmt.Sprintf("rendered %d of %d", len(renders), len(renders)))
	if err := ctx.CallActivity("SendSummary", task.WithActivityInput(pages)).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	return map[string]any{"month": month, "invoices": len(invoices), "pages": pages}, nil
}

func (s *samples) listInvoices(ctx task.ActivityContext) (any, error) {
	var month string
	if err := ctx.GetInput(&month); err != nil {
		return nil, fmt.Errorf("month: %w", err)
	}
	ids := make([]string, 8)
	for i := range ids {
		ids[i] = fmt.Sprintf("INV-%s-%03d", month, 100+7*i)
	}
	return ids, nil
}

func (s *samples) renderInvoice(ctx task.ActivityContext) (any, error) {
	var id string
	if err := ctx.GetInput(&id); err != nil {
		return nil, fmt.Errorf("invoice: %w", err)
	}
	return 1 + int(id[len(id)-1])%4, nil
}

// fulfilment picks, then packs and ships in child workflows.
func (s *samples) fulfilment(ctx *task.WorkflowContext) (any, error) {
	var in map[string]any
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("fulfilment: %w", err)
	}
	ctx.SetCustomStatus("picking")
	if err := ctx.CallActivity("PickItems", task.WithActivityInput(in)).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("packing")
	var label string
	if err := ctx.CallChildWorkflow("Packing", task.WithChildWorkflowInput(in)).Await(&label); err != nil {
		return nil, err //nolint:wrapcheck // says which child failed
	}
	ctx.SetCustomStatus("in transit")
	var delivered bool
	if err := ctx.CallChildWorkflow("Shipment", task.WithChildWorkflowInput(label)).Await(&delivered); err != nil {
		return nil, err //nolint:wrapcheck // says which child failed
	}
	if err := ctx.CallActivity("NotifyCustomer", task.WithActivityInput(label)).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("delivered")
	return map[string]any{"label": label, "delivered": delivered}, nil
}

func (s *samples) packing(ctx *task.WorkflowContext) (any, error) {
	var kilograms float64
	if err := ctx.CallActivity("WeighParcel").Await(&kilograms); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	var label string
	err := ctx.CallActivity("PrintLabel", task.WithActivityInput(kilograms)).Await(&label)
	return label, err //nolint:wrapcheck // says which task failed
}

func (s *samples) printLabel(ctx task.ActivityContext) (any, error) {
	var kilograms float64
	if err := ctx.GetInput(&kilograms); err != nil {
		return nil, fmt.Errorf("weight: %w", err)
	}
	return fmt.Sprintf("LBL-%04.0f", 1000*kilograms), nil
}

func (s *samples) shipment(ctx *task.WorkflowContext) (any, error) {
	var label string
	if err := ctx.GetInput(&label); err != nil {
		return nil, fmt.Errorf("label: %w", err)
	}
	var carrier string
	if err := ctx.CallActivity("BookCarrier", task.WithActivityInput(label)).Await(&carrier); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("on the road with " + carrier)
	if err := ctx.CreateTimer(s.lasts(45*time.Second), task.WithTimerName("transit")).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which timer
	}
	var delivered bool
	err := ctx.CallActivity("ConfirmDelivery", task.WithActivityInput(label)).Await(&delivered)
	return delivered, err //nolint:wrapcheck // says which task failed
}

func (s *samples) bookCarrier(task.ActivityContext) (any, error) { return "Nordpost", nil }

// reminder sleeps for a day.
func (s *samples) reminder(ctx *task.WorkflowContext) (any, error) {
	ctx.SetCustomStatus("asleep until tomorrow")
	if err := ctx.CreateTimer(s.lasts(24*time.Hour), task.WithTimerName("due")).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which timer
	}
	ctx.SetCustomStatus("")
	var sent string
	err := ctx.CallActivity("SendReminder").Await(&sent)
	return sent, err //nolint:wrapcheck // says which task failed
}

// monitorInput is carried from one generation of a monitor to the next.
type monitorInput struct {
	Region string `json:"region"`
	Checks int    `json:"checks"`
	Every  int    `json:"everySeconds"`
}

// monitor checks, sleeps and continues as new.
func (s *samples) monitor(ctx *task.WorkflowContext) (any, error) {
	var in monitorInput
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	var health string
	if err := ctx.CallActivity("CheckEndpoint", task.WithActivityInput(in.Region)).Await(&health); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus(fmt.Sprintf("%s %s after %d checks", in.Region, health, in.Checks+1))
	if err := ctx.CreateTimer(s.lasts(time.Duration(in.Every)*time.Second), task.WithTimerName("next check")).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which timer
	}
	in.Checks++
	ctx.ContinueAsNew(in, task.WithKeepUnprocessedEvents())
	return nil, nil
}

func (s *samples) checkEndpoint(task.ActivityContext) (any, error) { return "healthy", nil }

// reportExport has one payload of more than 200 KB.
func (s *samples) reportExport(ctx *task.WorkflowContext) (any, error) {
	ctx.SetCustomStatus("building")
	var report any
	if err := ctx.CallActivity("BuildReport").Await(&report); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("uploading")
	var where string
	if err := ctx.CallActivity("UploadReport").Await(&where); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("done")
	return map[string]any{"stored": where, "report": report}, nil
}

// reportRows makes the report's JSON larger than 200 KB.
const reportRows = 1800

func (s *samples) buildReport(task.ActivityContext) (any, error) {
	type row struct {
		Day     string  `json:"day"`
		SKU     string  `json:"sku"`
		Sold    int     `json:"sold"`
		Revenue float64 `json:"revenue"`
		Remark  string  `json:"remark"`
	}
	rows := make([]row, reportRows)
	for i := range rows {
		rows[i] = row{
			Day:     fmt.Sprintf("2026-%02d-%02d", 1+i/28%12, 1+i%28),
			SKU:     fmt.Sprintf("SKU-%05d", i*7919%99991),
			Sold:    i * 37 % 211,
			Revenue: float64(i*7919%500000) / 100,
			Remark:  "reconciled with the ledger of the day ☑",
		}
	}
	return map[string]any{"title": "Sales by day and article", "rows": rows}, nil
}

func (s *samples) uploadReport(task.ActivityContext) (any, error) {
	return "s3://reports/sales-2026.json", nil
}
