package embedded

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/task"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

type payment struct {
	Order  string `json:"order"`
	Amount money  `json:"amount"`
	Card   string `json:"card"`
}

// paymentRetry charges a card that is refused twice before it is taken.
func (s *samples) paymentRetry(ctx *task.WorkflowContext) (any, error) {
	var in payment
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("payment: %w", err)
	}
	ctx.SetCustomStatus("charging " + in.Card)
	var receipt string
	err := ctx.CallActivity("ChargeCardFlaky", task.WithActivityInput(in), task.WithActivityRetryPolicy(&task.RetryPolicy{
		MaxAttempts:          4,
		InitialRetryInterval: max(s.lasts(4*time.Second), time.Millisecond),
		BackoffCoefficient:   2,
	})).Await(&receipt)
	if err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("paid")
	return map[string]any{"order": in.Order, "receipt": receipt}, nil
}

func (s *samples) chargeCardFlaky(ctx task.ActivityContext) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := ctx.GetTaskExecutionID()
	if s.attempts[id] < 2 {
		s.attempts[id]++
		return nil, gatewayTimeout()
	}
	delete(s.attempts, id)
	return "RCPT-88213", nil
}

// payment authorizes a payment whose capture is declined for good.
func (s *samples) payment(ctx *task.WorkflowContext) (any, error) {
	var in payment
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("payment: %w", err)
	}
	ctx.SetCustomStatus("authorizing")
	var auth string
	if err := ctx.CallActivity("AuthorizePayment", task.WithActivityInput(in)).Await(&auth); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	ctx.SetCustomStatus("capturing")
	var receipt string
	if err := ctx.CallActivity("CapturePayment", task.WithActivityInput(auth)).Await(&receipt); err != nil {
		return nil, err //nolint:wrapcheck // says which task failed
	}
	return receipt, nil
}

func (s *samples) authorize(ctx task.ActivityContext) (any, error) {
	var in payment
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("payment: %w", err)
	}
	return "AUTH-" + in.Order, nil
}

func (s *samples) capture(task.ActivityContext) (any, error) { return nil, cardDeclined() }

// failure is an error with causes and stacks, as workers in languages with
// exceptions report them. Go's worker sends type and message only, so the
// connection of the sample worker puts the rest back (describeFailures).
type failure struct {
	kind, message, stack string
	cause                *failure
}

func (f *failure) Error() string { return f.message }

func (f *failure) details() *protos.TaskFailureDetails {
	if f == nil {
		return nil
	}
	d := &protos.TaskFailureDetails{ErrorType: f.kind, ErrorMessage: f.message, InnerFailure: f.cause.details()}
	if f.stack != "" {
		d.StackTrace = wrapperspb.String(f.stack)
	}
	return d
}

func cardDeclined() *failure {
	return &failure{
		kind:    "Shop.Payments.CaptureFailedException",
		message: "capture of the authorized amount failed: card declined (code 51)",
		stack: "   at Shop.Payments.Gateway.CaptureAsync(Authorization auth) in Gateway.cs:line 148\n" +
			"   at Shop.Payments.CapturePayment.RunAsync(WorkflowActivityContext ctx, String auth) in CapturePayment.cs:line 37\n" +
			"   at Dapr.Workflow.WorkflowActivity`2.RunAsync(WorkflowActivityContext ctx, Object input)",
		cause: &failure{
			kind:    "Shop.Payments.Acquirer.DeclinedException",
			message: "acquirer answered 51: insufficient funds",
			stack:   "   at Shop.Payments.Acquirer.Client.SendAsync(CaptureRequest r) in Client.cs:line 92",
			cause:   &failure{kind: "System.Net.Http.HttpRequestException", message: "Response status code does not indicate success: 402 (Payment Required)."},
		},
	}
}

func gatewayTimeout() *failure {
	return &failure{
		kind:    "Shop.Payments.GatewayTimeoutException",
		message: "payment gateway did not answer within 2 s",
		stack:   "   at Shop.Payments.Gateway.ChargeAsync(Card card, Money amount) in Gateway.cs:line 71",
		cause:   &failure{kind: "System.TimeoutException", message: "The operation has timed out."},
	}
}

// described gives a failure of the samples its causes and stack back; any
// other it leaves as it is.
func described(d *protos.TaskFailureDetails) *protos.TaskFailureDetails {
	const taskFailed = "task failed with an error: "
	for _, f := range []*failure{cardDeclined(), gatewayTimeout()} {
		switch d.GetErrorMessage() {
		case f.message:
			return f.details()
		case taskFailed + f.message:
			return &protos.TaskFailureDetails{
				ErrorType:    "Dapr.Workflow.WorkflowTaskFailedException",
				ErrorMessage: "Task failed with an unhandled exception: " + f.message,
				StackTrace:   wrapperspb.String("   at Shop.Payments.PaymentWorkflow.RunAsync(WorkflowContext ctx, Payment input) in PaymentWorkflow.cs:line 29"),
				InnerFailure: f.details(),
			}
		}
	}
	return d
}

// describe does so in everything a worker reports.
func describe(message any) {
	switch m := message.(type) {
	case *protos.ActivityResponse:
		if m.GetFailureDetails() != nil {
			m.FailureDetails = described(m.GetFailureDetails())
		}
	case *protos.WorkflowResponse:
		for _, a := range m.GetActions() {
			if c := a.GetCompleteWorkflow(); c.GetFailureDetails() != nil {
				c.FailureDetails = described(c.GetFailureDetails())
			}
		}
	}
}

// describeFailures is the worker's connection to describe.
func describeFailures(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	if strings.Contains(method, "Complete") {
		describe(req)
	}
	return invoke(ctx, method, req, reply, cc, opts...)
}
