package embedded

import (
	"errors"
	"fmt"
	"time"

	"github.com/dapr/durabletask-go/task"
)

// order is the input of OrderProcessing.
type order struct {
	ID       string      `json:"id"`
	Customer customer    `json:"customer"`
	Items    []orderItem `json:"items"`
	Total    money       `json:"total"`
	Gift     bool        `json:"gift"`
	Note     string      `json:"note,omitempty"`
}

type customer struct {
	Name    string            `json:"name"`
	Email   string            `json:"email"`
	Address address           `json:"address"`
	Tags    map[string]string `json:"tags,omitempty"`
}

type address struct {
	Street  string `json:"street"`
	City    string `json:"city"`
	Country string `json:"country"`
}

type orderItem struct {
	SKU   string `json:"sku"`
	Title string `json:"title"`
	Qty   int    `json:"qty"`
	Price money  `json:"price"`
}

type money struct {
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
}

// approval is the payload of the event "approve".
type approval struct {
	By       string `json:"by"`
	Approved *bool  `json:"approved,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

// approvalLimit is how long an order waits for its approval.
const approvalLimit = time.Hour

type orderResult struct {
	Order    string  `json:"order"`
	Result   string  `json:"result"`
	Tracking string  `json:"tracking,omitempty"`
	By       string  `json:"approvedBy,omitempty"`
	Paid     float64 `json:"paid,omitempty"`
}

// orderProcessing reserves, charges, waits for a person and ships.
func (s *samples) orderProcessing(ctx *task.WorkflowContext) (any, error) {
	var in order
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	ctx.SetCustomStatus("reserving stock")
	if err := ctx.CallActivity("ReserveStock", task.WithActivityInput(in.Items)).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("charging card")
	var paid float64
	if err := ctx.CallActivity("ChargeCard", task.WithActivityInput(in.Total)).Await(&paid); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("waiting for approval")
	var ok approval
	switch err := ctx.WaitForSingleEvent("approve", s.lasts(approvalLimit)).Await(&ok); {
	case errors.Is(err, task.ErrTaskCanceled):
		return s.release(ctx, in, "expired")
	case err != nil:
		return nil, err //nolint:wrapcheck // says which event
	case ok.Approved != nil && !*ok.Approved:
		return s.release(ctx, in, "rejected")
	}
	ctx.SetCustomStatus("shipping")
	var tracking string
	if err := ctx.CallActivity("ShipOrder", task.WithActivityInput(in.Customer.Address)).Await(&tracking); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("shipped")
	return orderResult{Order: in.ID, Result: "shipped", Tracking: tracking, By: ok.By, Paid: paid}, nil
}

// release gives the stock back and ends the order.
func (s *samples) release(ctx *task.WorkflowContext, in order, why string) (any, error) {
	ctx.SetCustomStatus(why + ", releasing stock")
	if err := ctx.CallActivity("ReleaseStock", task.WithActivityInput(in.ID)).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus(why)
	return orderResult{Order: in.ID, Result: why}, nil
}

func (s *samples) reserveStock(ctx task.ActivityContext) (any, error) {
	var items []orderItem
	if err := ctx.GetInput(&items); err != nil {
		return nil, fmt.Errorf("items: %w", err)
	}
	return map[string]any{"reserved": len(items), "warehouse": "AMS-2"}, nil
}

func (s *samples) chargeCard(ctx task.ActivityContext) (any, error) {
	var total money
	if err := ctx.GetInput(&total); err != nil {
		return nil, fmt.Errorf("total: %w", err)
	}
	return total.Amount, nil
}

func (s *samples) shipOrder(ctx task.ActivityContext) (any, error) {
	var to address
	if err := ctx.GetInput(&to); err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	return "TRK-" + to.Country + "-" + fmt.Sprintf("%05d", len(to.Street)*977%99991), nil
}

// orderProcessingChinese is an order of the shop in Chinese.
func (s *samples) orderProcessingChinese(ctx *task.WorkflowContext) (any, error) {
	for _, step := range []struct{ status, activity string }{{"预留库存中", "预留库存"}, {"支付处理中", "扣款"}} {
		ctx.SetCustomStatus(step.status)
		if err := ctx.CallActivity(step.activity).Await(nil); err != nil {
			return nil, err //nolint:wrapcheck // says which task failed
		}
	}
	ctx.SetCustomStatus("等待审批 ⏳")
	var ok map[string]any
	if err := ctx.WaitForSingleEvent("审批", -1).Await(&ok); err != nil {
		return nil, err //nolint:wrapcheck // says which event
	}
	ctx.SetCustomStatus("发货中")
	if err := ctx.CallActivity("发货").Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("已完成 ✅")
	return map[string]any{"结果": "已发货", "审批": ok, "表情": "🎉"}, nil
}

// onboarding waits for documents without a limit.
func (s *samples) onboarding(ctx *task.WorkflowContext) (any, error) {
	var account string
	if err := ctx.CallActivity("CreateAccount").Await(&account); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("waiting for documents of " + account)
	var documents any
	if err := ctx.WaitForSingleEvent("documents-received", -1).Await(&documents); err != nil {
		return nil, err //nolint:wrapcheck // says which event
	}
	if err := ctx.CallActivity("ArchiveDocuments", task.WithActivityInput(documents)).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("")
	return map[string]any{"account": account, "documents": documents}, nil
}

func (s *samples) createAccount(task.ActivityContext) (any, error) { return "ACC-40112", nil }

// contractRenewal exists in its second version only, so that an instance of
// the first one is stalled.
func (s *samples) contractRenewal(ctx *task.WorkflowContext) (any, error) {
	if err := ctx.CallActivity("PrepareContract").Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("waiting for signature")
	if err := ctx.WaitForSingleEvent("signed", s.lasts(30*24*time.Hour)).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which event
	}
	if err := ctx.CallActivity("CountersignRecord").Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	return "renewed", nil
}
