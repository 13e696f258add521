package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dapr/durabletask-go/api/protos"
)

// history reads the events of an instance.
func (s *session) history(id string) ([]*protos.HistoryEvent, error) {
	resp, err := s.hub.GetInstanceHistory(s.ctx, &protos.GetInstanceHistoryRequest{InstanceId: id})
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", id, err)
	}
	return resp.GetEvents(), nil
}

// kind is the type of an event, with its number when it has one.
func kind(e *protos.HistoryEvent) string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", e.GetEventType()), "*protos.HistoryEvent_")
	if e.GetEventId() >= 0 {
		name += fmt.Sprintf("#%d", e.GetEventId())
	}
	return name
}

// kinds are the types of events in their order. The turns are left out: how
// many there are depends on how many events each of them took.
func kinds(events []*protos.HistoryEvent) string {
	var names []string
	for _, e := range events {
		if e.GetWorkflowStarted() == nil {
			names = append(names, kind(e))
		}
	}
	return strings.Join(names, " ")
}

// waitHistory waits until a history has these events.
func (s *session) waitHistory(id, want string) ([]*protos.HistoryEvent, error) {
	var events []*protos.HistoryEvent
	err := s.eventually(func() (err error) {
		if events, err = s.history(id); err != nil {
			return err
		}
		if got := kinds(events); got != want {
			return mismatchf("history of "+id, got, want)
		}
		return nil
	})
	return events, err
}

// waitEvents waits until a history has these events, in alphabetical order:
// the actions of one turn come out of the worker in any order.
func (s *session) waitEvents(id, want string) error {
	return s.eventually(func() error {
		events, err := s.history(id)
		if err != nil {
			return err
		}
		names := strings.Fields(kinds(events))
		slices.Sort(names)
		if got := strings.Join(names, " "); got != want {
			return mismatchf("events of "+id, got, want)
		}
		return nil
	})
}

// find is the first event that f accepts; nil for none.
func find(events []*protos.HistoryEvent, f func(*protos.HistoryEvent) bool) *protos.HistoryEvent {
	if n := slices.IndexFunc(events, f); n >= 0 {
		return events[n]
	}
	return nil
}

// list reads one page; no page size when it is 0, from the beginning when
// token is nil.
func (s *session) list(size uint32, token *string) (*protos.ListInstanceIDsResponse, error) {
	req := &protos.ListInstanceIDsRequest{ContinuationToken: token}
	if size > 0 {
		req.PageSize = &size
	}
	resp, err := s.hub.ListInstanceIDs(s.ctx, req)
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	return resp, nil
}
