package embedded

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"github.com/dapr/durabletask-go/backend/local"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// namespace is Dapr's own when it runs outside Kubernetes.
const namespace = "default"

// store keeps the instances of one app in memory and hands out their work. It
// takes the place of Dapr's workflow actors, its state store and its
// scheduler.
type store struct {
	// TasksBackend matches the answers of workers with the calls that wait.
	*local.TasksBackend

	appID string
	log   hubLogger
	// noWorkerWait is how long a call that needs a worker waits for one.
	noWorkerWait time.Duration
	// retryAfter is the pause before a turn that failed is tried again.
	retryAfter time.Duration

	mu         sync.Mutex
	byID       map[string]*instance
	order      []*instance // by seq; nil where an instance was purged
	holes      int
	lastSeq    int64
	lastEvent  int64 // unix nanoseconds given to the last external event
	ready      []*instance
	activities []*backend.ActivityWorkItem
	watchers   map[string]map[*watcher]struct{}
	workers    int
	changed    chan struct{} // closed and replaced when workers changes
	closed     bool

	wakeWorkflows  chan struct{} // holds one signal at most
	wakeActivities chan struct{}
}

var _ backend.Backend = (*store)(nil)

func newStore(appID string, log hubLogger, noWorkerWait time.Duration) *store {
	return &store{
		TasksBackend:   local.NewTasksBackend(),
		appID:          appID,
		log:            log,
		noWorkerWait:   noWorkerWait,
		retryAfter:     time.Second,
		byID:           map[string]*instance{},
		watchers:       map[string]map[*watcher]struct{}{},
		changed:        make(chan struct{}),
		wakeWorkflows:  make(chan struct{}, 1),
		wakeActivities: make(chan struct{}, 1),
	}
}

// String names the backend in durabletask-go's messages.
func (s *store) String() string { return "embedded" }

// CreateTaskHub implements backend.Backend; there is nothing to create.
func (s *store) CreateTaskHub(context.Context) error { return nil }

// DeleteTaskHub implements backend.Backend.
func (s *store) DeleteTaskHub(context.Context) error { return errors.New("not supported") }

// Start implements backend.Backend.
func (s *store) Start(context.Context) error { return nil }

// Stop stops every pending wake-up. The store stays readable.
func (s *store) Stop(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, i := range s.byID {
		i.stopTimers()
	}
	return nil
}

// workflowActorType and activityActorType are the names under which Dapr keeps
// this app's workflows and activities.
func (s *store) workflowActorType() string { return actorType(s.appID, "workflow") }

func (s *store) activityActorType() string { return actorType(s.appID, "activity") }

func actorType(appID, kind string) string {
	return "dapr.internal." + namespace + "." + appID + "." + kind
}

// signal wakes the receiver of ch; one pending signal is enough.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// insert adds an instance at the end of the listing. The lock is held.
func (s *store) insert(id string) *instance {
	s.lastSeq++
	i := &instance{id: id, seq: s.lastSeq}
	s.byID[id] = i
	s.order = append(s.order, i)
	return i
}

// place is the index in order of the first instance after seq.
func (s *store) place(seq int64) int {
	// A purged instance leaves its place empty, so its neighbours decide.
	return sort.Search(len(s.order), func(n int) bool {
		for ; n < len(s.order); n++ {
			if s.order[n] != nil {
				return s.order[n].seq > seq
			}
		}
		return true
	})
}

// remove forgets an instance and whatever would wake it. The lock is held.
func (s *store) remove(i *instance) {
	i.purged = true
	i.stopTimers()
	delete(s.byID, i.id)
	if n := s.place(i.seq - 1); n < len(s.order) {
		for s.order[n] != i {
			n++
		}
		s.order[n] = nil
		s.holes++
	}
	if s.holes > 64 && s.holes > len(s.order)/2 {
		kept := make([]*instance, 0, len(s.order)-s.holes)
		for _, o := range s.order {
			if o != nil {
				kept = append(kept, o)
			}
		}
		s.order, s.holes = kept, 0
	}
}

// ListInstanceIDs pages through the instances in the order of their first
// start. The token is the place of the last one, and like Dapr's SQLite store
// a page that is exactly full carries a token even when nothing follows.
func (s *store) ListInstanceIDs(_ context.Context, req *protos.ListInstanceIDsRequest) (*protos.ListInstanceIDsResponse, error) {
	var after int64
	if req.ContinuationToken != nil {
		n, err := strconv.ParseInt(req.GetContinuationToken(), 10, 64)
		if err != nil {
			n = math.MaxInt64 // SQLite puts every text behind every row number
		}
		after = n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	size := len(s.byID)
	if req.PageSize != nil {
		size = min(size, int(req.GetPageSize()))
	}
	resp := &protos.ListInstanceIDsResponse{InstanceIds: make([]string, 0, size)}
	var last int64
	for n := s.place(after); n < len(s.order); n++ {
		i := s.order[n]
		if i == nil {
			continue
		}
		if req.PageSize != nil && len(resp.InstanceIds) == int(req.GetPageSize()) {
			break
		}
		if strings.Contains(i.id, "||") {
			// The ID is cut out of a store key, which this one breaks
			// (wfengine/state/list/list.go).
			return nil, fmt.Errorf("invalid key format: %s||%s||%s||metadata", s.appID, s.workflowActorType(), i.id)
		}
		resp.InstanceIds = append(resp.InstanceIds, i.id)
		last = i.seq
	}
	if req.PageSize != nil && len(resp.InstanceIds) > 0 && len(resp.InstanceIds) == int(req.GetPageSize()) {
		token := strconv.FormatInt(last, 10)
		resp.ContinuationToken = &token
	}
	return resp, nil
}

// GetInstanceHistory implements backend.Backend.
func (s *store) GetInstanceHistory(_ context.Context, req *protos.GetInstanceHistoryRequest) (*protos.GetInstanceHistoryResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.byID[req.GetInstanceId()]
	if i == nil {
		return nil, status.Errorf(codes.NotFound, "workflow instance '%s' not found", req.GetInstanceId())
	}
	return &protos.GetInstanceHistoryResponse{Events: i.history}, nil
}

// GetWorkflowMetadata implements backend.Backend.
func (s *store) GetWorkflowMetadata(_ context.Context, id api.InstanceID) (*backend.WorkflowMetadata, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.byID[string(id)]
	if i == nil {
		return nil, api.ErrInstanceNotFound
	}
	return i.readMetadata(), nil
}

// uniqueEventTime gives every external event its own time, which is how Dapr
// tells a second event from a repeated delivery. The lock is held.
func (s *store) uniqueEventTime() *timestamppb.Timestamp {
	s.lastEvent = max(time.Now().UnixNano(), s.lastEvent+1)
	return timestamppb.New(time.Unix(0, s.lastEvent))
}
