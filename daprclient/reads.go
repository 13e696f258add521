package daprclient

import (
	"context"
	"fmt"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	dtworkflow "github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// List returns one page of instance IDs, raw, and the token of the next page,
// empty on the last one. Pages are not a snapshot: an ID can come twice or not
// at all when instances come and go between them.
func (c *Client) List(ctx context.Context, token string) (ids []string, next string, err error) {
	s, err := c.session()
	if err != nil {
		return nil, "", err
	}
	ids, next, err = c.list(ctx, s, token)
	if err != nil && workflow.KindOf(err) == workflow.KindNoStateStore {
		c.shutGate(s, err)
	}
	return ids, next, err
}

func (c *Client) list(ctx context.Context, s *session, token string) ([]string, string, error) {
	ctx, cancel := c.readContext(ctx)
	defer cancel()
	opts := []dtworkflow.ListInstanceIDsOptions{
		dtworkflow.WithListInstanceIDsPageSize(uint32(min(c.opts.PageSize, 1<<30))),
	}
	if token != "" {
		opts = append(opts, dtworkflow.WithListInstanceIDsContinuationToken(token))
	}
	resp, err := s.wf.ListInstanceIDs(ctx, opts...)
	if err != nil {
		return nil, "", c.fail(ctx, callList, "", err)
	}
	list := (*protos.ListInstanceIDsResponse)(resp)
	ids := list.GetInstanceIds()
	for i := range ids {
		ids[i] = workflow.KeptID(ids[i])
	}
	if next := list.GetContinuationToken(); len(next) > maxToken {
		return nil, "", refusal(workflow.KindTooLarge, "", fmt.Sprintf("the listing goes on from a mark of %d bytes, which no store makes", len(next)))
	}
	return ids, list.GetContinuationToken(), nil
}

// maxToken is the longest continuation token that is sent back, in bytes.
const maxToken = 64 << 10

// Sidecar asks the sidecar who it is. Another app ID than that of the
// connection is an error, beside what was found.
func (c *Client) Sidecar(ctx context.Context) (workflow.Sidecar, error) {
	s, err := c.session()
	if err != nil {
		return workflow.Sidecar{}, err
	}
	side, err := c.ask(ctx, s)
	if err == nil && side.AppID != s.sidecar.AppID {
		err = otherAppError(c.opts.Target, s.sidecar.AppID, side.AppID)
	}
	return side, err
}

func (c *Client) ask(ctx context.Context, s *session) (workflow.Sidecar, error) {
	ctx, cancel := c.readContext(ctx)
	defer cancel()
	start := time.Now()
	// The SDK's own GetMetadata drops the version, the workers and the actors.
	m, err := s.dapr.GrpcClient().GetMetadata(ctx, &runtimev1.GetMetadataRequest{})
	if err != nil {
		return workflow.Sidecar{}, c.fail(ctx, callMetadata, "", err)
	}
	side := sidecar(c.Address(), m)
	side.Took, side.Door = time.Since(start), s.door
	return side, nil
}

// Get reads one instance of the app that is connected. The runtime loads the
// whole instance for it, however little is asked; without payloads the answer
// lacks the custom status and the failure too. size is what all of these weigh,
// in bytes; no more of them is kept than a row of the list needs.
func (c *Client) Get(ctx context.Context, id string, payloads bool) (inst workflow.Instance, size int, err error) {
	s, err := c.session()
	if err != nil {
		return workflow.Instance{}, 0, err
	}
	m, err := c.fetch(ctx, s, id, payloads)
	if err != nil {
		return workflow.Instance{}, 0, err
	}
	size = len(m.GetInput().GetValue()) + len(m.GetOutput().GetValue()) + len(m.GetCustomStatus().GetValue()) +
		len(m.GetFailureDetails().GetStackTrace().GetValue())
	c.masks().metadata(m)
	inst = instance(s.sidecar.AppID, id, m)
	if c.opts.Whole {
		inst.Whole = whole(m)
	}
	return inst, size, nil
}

// Detail reads one instance with its payloads.
func (c *Client) Detail(ctx context.Context, key workflow.Key) (workflow.Detail, error) {
	s, err := c.sessionOf(ctx, key.AppID)
	if err != nil {
		return workflow.Detail{}, err
	}
	m, err := c.fetch(ctx, s, key.InstanceID, true)
	if err != nil {
		return workflow.Detail{}, err
	}
	c.masks().metadata(m)
	return detail(key, m), nil
}

func (c *Client) fetch(ctx context.Context, s *session, id string, payloads bool) (*protos.WorkflowMetadata, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	ctx, cancel := c.readContext(ctx)
	defer cancel()
	m, err := s.wf.FetchWorkflowMetadata(ctx, id, dtworkflow.WithFetchPayloads(payloads))
	if err != nil {
		return nil, c.fail(ctx, callGet, id, err)
	}
	return (*protos.WorkflowMetadata)(m), nil
}

// History reads the whole history of an instance, which comes in one reply. The
// error's kind is KindOldRuntime where the runtime has no call for it.
func (c *Client) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	s, err := c.sessionOf(ctx, key.AppID)
	if err != nil {
		return workflow.History{}, err
	}
	if s.old {
		return workflow.History{}, noHistory(key.InstanceID, nil)
	}
	if err := checkID(key.InstanceID); err != nil {
		return workflow.History{}, err
	}
	ctx, cancel := c.readContext(ctx)
	defer cancel()
	resp, err := s.wf.GetInstanceHistory(ctx, key.InstanceID)
	if err != nil {
		err = c.fail(ctx, callHistory, key.InstanceID, err)
		if workflow.KindOf(err) == workflow.KindOldRuntime {
			err = noHistory(key.InstanceID, err)
		}
		return workflow.History{}, err
	}
	return history((*protos.GetInstanceHistoryResponse)(resp).GetEvents(), c.masks()), nil
}
