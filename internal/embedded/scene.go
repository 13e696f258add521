package embedded

import (
	"strings"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// size is the number of instances in a scene with its children.
func (sc *scene) size() int {
	n := 1
	for _, c := range sc.children {
		n += c.size()
	}
	return n
}

// stage puts a scene into the store as if it had begun at created under
// another ID. What a scene's copies have in common they share: 10,000
// instances from two dozen scenes are small. Timers that are still open are
// set, so that the copies go on living. The lock is held.
func (s *store) stage(sc *scene, id string, created time.Time) {
	s.copyScene(sc, copier{shift: created.Sub(origin()), from: sc.id, to: id})
}

func (s *store) copyScene(sc *scene, c copier) {
	id := strings.Replace(sc.id, c.from, c.to, 1)
	if s.byID[id] != nil {
		return
	}
	i := s.insert(id)
	i.history = make([]*backend.HistoryEvent, len(sc.history))
	for n, e := range sc.history {
		i.history[n] = c.event(e, sc.mentions(n, c.from))
	}
	i.customStatus, i.stalled = sc.status, sc.stalled
	s.saved(i, nil)
	if !i.completed() {
		s.setOpenTimers(i)
	}
	for _, child := range sc.children {
		s.copyScene(child, c) // their IDs and their parent's name begin with its ID
	}
}

// setOpenTimers sets the timers that the history says are pending.
func (s *store) setOpenTimers(i *instance) {
	open := map[int32]*protos.TimerCreatedEvent{}
	for _, e := range i.history {
		if tc := e.GetTimerCreated(); tc != nil {
			open[e.GetEventId()] = tc
		}
		if tf := e.GetTimerFired(); tf != nil {
			delete(open, tf.GetTimerId())
		}
	}
	for id, tc := range open {
		s.setTimer(i, &protos.HistoryEvent{
			EventId:   -1,
			Timestamp: timestamppb.Now(),
			EventType: &protos.HistoryEvent_TimerFired{TimerFired: &protos.TimerFiredEvent{TimerId: id, FireAt: tc.GetFireAt()}},
		})
	}
}

// copier moves events to another time and another instance ID, that of the
// outermost parent.
type copier struct {
	shift    time.Duration
	from, to string
}

func (c copier) time(t *timestamppb.Timestamp) *timestamppb.Timestamp {
	if t.AsTime().Year() == 9999 {
		return t // a wait without limit
	}
	return timestamppb.New(t.AsTime().Add(c.shift))
}

// event copies e: what is inside of it only when it holds a time or the ID.
func (c copier) event(e *backend.HistoryEvent, holdsID bool) *backend.HistoryEvent {
	out := &protos.HistoryEvent{
		EventId: e.GetEventId(), Timestamp: c.time(e.GetTimestamp()), EventType: e.GetEventType(), Router: e.GetRouter(),
	}
	created, fired := e.GetTimerCreated(), e.GetTimerFired()
	if created == nil && fired == nil && (c.from == c.to || !holdsID) {
		return out
	}
	out.EventType = cloneEvent(e).GetEventType()
	if created != nil {
		out.GetTimerCreated().FireAt = c.time(created.GetFireAt())
	}
	if fired != nil {
		out.GetTimerFired().FireAt = c.time(fired.GetFireAt())
	}
	if c.from != c.to {
		replace(out.ProtoReflect(), c.from, c.to)
	}
	return out
}

// mentions reports whether an event of the scene holds the ID that its copies
// replace, which is always the same.
func (sc *scene) mentions(n int, id string) bool {
	if sc.own == nil {
		sc.own = make([]bool, len(sc.history))
		for k, e := range sc.history {
			sc.own[k] = mentions(e.ProtoReflect(), id)
		}
	}
	return sc.own[n]
}

// mentions reports whether a text of the message holds the word.
func mentions(m protoreflect.Message, word string) bool {
	found := false
	eachText(m, func(_ protoreflect.Message, _ protoreflect.FieldDescriptor, text string) {
		found = found || strings.Contains(text, word)
	})
	return found
}

// replace puts one word for another in every text of the message.
func replace(m protoreflect.Message, from, to string) {
	eachText(m, func(in protoreflect.Message, field protoreflect.FieldDescriptor, text string) {
		if strings.Contains(text, from) {
			in.Set(field, protoreflect.ValueOfString(strings.ReplaceAll(text, from, to)))
		}
	})
}

// eachText visits the texts of a message and of the messages in it; the lists
// and maps of history events hold no instance IDs.
func eachText(m protoreflect.Message, visit func(protoreflect.Message, protoreflect.FieldDescriptor, string)) {
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case field.IsList() || field.IsMap():
		case field.Kind() == protoreflect.StringKind:
			visit(m, field, v.String())
		case field.Kind() == protoreflect.MessageKind:
			eachText(v.Message(), visit)
		}
		return true
	})
}

// stalledFor turns a scene of a running workflow into one that no worker can
// continue, because its version is gone.
func (sc *scene) stalledFor(version string) *scene {
	for n, e := range sc.history {
		if ws := e.GetWorkflowStarted(); ws != nil && ws.GetVersion().GetName() != "" {
			e = cloneEvent(e)
			e.GetWorkflowStarted().Version.Name = proto.String(version)
			sc.history[n] = e
		}
	}
	why := "Version not available: " + version
	last := sc.history[len(sc.history)-1].GetTimestamp().AsTime()
	sc.history = append(sc.history, &protos.HistoryEvent{
		EventId:   -1,
		Timestamp: timestamppb.New(last.Add(37 * time.Minute)),
		EventType: &protos.HistoryEvent_ExecutionStalled{ExecutionStalled: &protos.ExecutionStalledEvent{
			Reason: protos.StalledReason_VERSION_NOT_AVAILABLE, Description: &why,
		}},
	})
	sc.stalled = true
	return sc
}
