package daprclient

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// instance makes a row of the list. id is what was asked for: the key of the
// row must be that of the listing, whatever the answer says.
func instance(appID, id string, m *protos.WorkflowMetadata) workflow.Instance {
	return workflow.Instance{
		Key:          workflow.Key{AppID: appID, InstanceID: id},
		Label:        workflow.SpellID(id),
		Name:         workflow.CleanID(m.GetName()),
		Status:       statusFrom(m.GetRuntimeStatus()),
		Created:      timeOf(m.GetCreatedAt()),
		Started:      timeOf(m.GetStartedAt()),
		Updated:      timeOf(m.GetLastUpdatedAt()),
		CustomStatus: customStatus(m.GetCustomStatus().GetValue()),
		Failure:      failureLine(m.GetFailureDetails()),
		Version:      workflow.CleanLabel(m.GetVersion().GetValue()),
		ReadAt:       time.Now(),
	}
}

func detail(key workflow.Key, m *protos.WorkflowMetadata) workflow.Detail {
	return workflow.Detail{
		Instance:     instance(key.AppID, key.InstanceID, m),
		Input:        payload(m.GetInput()),
		Output:       payload(m.GetOutput()),
		CustomStatus: payload(m.GetCustomStatus()),
		Failure:      failure(m.GetFailureDetails()),
	}
}

func payload(v *wrapperspb.StringValue) workflow.Payload {
	return workflow.Payload{Set: v != nil, Raw: v.GetValue()}
}

// timeOf returns the zero time where the runtime has none: it answers nothing
// for some instances and the year 1, which is Go's zero time, for PENDING ones.
func timeOf(t *timestamppb.Timestamp) time.Time {
	if !t.IsValid() {
		return time.Time{}
	}
	return t.AsTime()
}

func statusFrom(s protos.OrchestrationStatus) workflow.Status {
	switch s {
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_RUNNING:
		return workflow.Running
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_COMPLETED:
		return workflow.Completed
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_CONTINUED_AS_NEW:
		return workflow.ContinuedAsNew
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_FAILED:
		return workflow.Failed
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_CANCELED:
		return workflow.Canceled
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_TERMINATED:
		return workflow.Terminated
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_PENDING:
		return workflow.Pending
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_SUSPENDED:
		return workflow.Suspended
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_STALLED:
		return workflow.Stalled
	}
	return workflow.Unknown
}

// customStatus is the short form for the list.
func customStatus(raw string) string { return oneLine(plain(raw)) }

// plain returns what a JSON string says, and any other text as it is: most SDKs
// write a custom status as JSON, a plain text too.
func plain(raw string) string {
	if strings.HasPrefix(raw, `"`) {
		var text string
		if json.Unmarshal([]byte(raw), &text) == nil {
			return text
		}
	}
	return workflow.Readable(raw)
}

// failureLine is what a row of the list says of a failure: its message, for the
// type is mostly that of the SDK's wrapper and the same for all; the detail has
// both.
func failureLine(f *protos.TaskFailureDetails) string {
	if message := oneLine(f.GetErrorMessage()); message != "" {
		return message
	}
	return oneLine(f.GetErrorType())
}

// whole is what failureLine and customStatus are made of, with line breaks.
func whole(m *protos.WorkflowMetadata) *workflow.Whole {
	return &workflow.Whole{
		CustomStatus: longText(plain(m.GetCustomStatus().GetValue())),
		Failure:      cmp.Or(longText(m.GetFailureDetails().GetErrorMessage()), longText(m.GetFailureDetails().GetErrorType())),
	}
}

// longText cleans a text of several lines and cuts it to workflow.LongText bytes.
func longText(s string) string {
	return strings.TrimSpace(workflow.Shorten(workflow.CleanText(workflow.Shorten(s, 4*workflow.LongText)), workflow.LongText))
}

// oneLine cleans a text for a cell of the list and cuts it to
// workflow.ShortText bytes. What it returns does not keep the rest in memory.
func oneLine(s string) string {
	line := strings.TrimSpace(workflow.Shorten(workflow.Clean(head(s)), workflow.ShortText))
	if len(line) < len(s) {
		return strings.Clone(line)
	}
	return line
}

// head is as much of a text as oneLine can have a use for. What is a megabyte
// long need not be cleaned all through for one cell.
func head(s string) string {
	return workflow.Shorten(s, 16*workflow.ShortText)
}

// maxCauses bounds the chain of inner failures.
const maxCauses = 32

func failure(f *protos.TaskFailureDetails) *workflow.Failure {
	var first, last *workflow.Failure
	for range maxCauses {
		if f == nil {
			break
		}
		next := &workflow.Failure{
			Type:         workflow.CleanLabel(f.GetErrorType()),
			Message:      workflow.CleanLong(f.GetErrorMessage()),
			Stack:        workflow.CleanLong(f.GetStackTrace().GetValue()),
			NonRetriable: f.GetIsNonRetriable(),
		}
		if first == nil {
			first = next
		} else {
			last.Cause = next
		}
		last, f = next, f.GetInnerFailure()
	}
	return first
}

// The capabilities of a component in the metadata: it can hold actors, and it
// can list keys (dapr pkg/runtime/runtime.go, components-contrib state).
const (
	capActor    = "ACTOR"
	capKeysLike = "KEYS_LIKE"
)

// The bounds of what is kept of a sidecar's metadata.
const (
	maxStores = 64
	maxFacts  = 32
)

// fact is one of them as it is kept.
func fact(s string) string { return workflow.CleanLabel(s) }

// sidecar reads the metadata of a sidecar. daprd does not say which store is
// the one for actors, so it is named only when one alone can be.
func sidecar(address string, m *runtimev1.GetMetadataResponse) workflow.Sidecar {
	s := workflow.Sidecar{
		Address:      address,
		AppID:        workflow.CleanID(m.GetId()),
		Version:      fact(m.GetRuntimeVersion()),
		Workers:      int(m.GetWorkflows().GetConnectedWorkers()),
		WorkersKnown: m.GetWorkflows() != nil,
		ActorStatus:  actorStatus(m.GetActorRuntime()),
		ActorsReady:  m.GetActorRuntime().GetHostReady(),
		Placement:    fact(m.GetActorRuntime().GetPlacement()),
		Schedulers:   cleanAll(m.GetScheduler().GetConnectedAddresses()),
		Features:     cleanAll(m.GetEnabledFeatures()),
		HealthCheck:  m.GetAppConnectionProperties().GetHealth() != nil,
		HealthPath:   fact(m.GetAppConnectionProperties().GetHealth().GetHealthCheckPath()),
	}
	var actors []workflow.StateStore
	for _, c := range m.GetRegisteredComponents() {
		if !strings.HasPrefix(c.GetType(), "state.") || len(s.Stores) == maxStores {
			continue
		}
		store := workflow.StateStore{
			Name:   fact(c.GetName()),
			Type:   fact(c.GetType()),
			Actors: slices.Contains(c.GetCapabilities(), capActor),
			List:   slices.Contains(c.GetCapabilities(), capKeysLike),
		}
		s.Stores = append(s.Stores, store)
		if store.Actors {
			actors = append(actors, store)
		}
	}
	if len(actors) == 1 {
		s.StateStore, s.StoreName, s.StoreType = actors[0].String(), actors[0].Name, actors[0].Type
		s.CanList = actors[0].List
		s.Appends = slices.Contains(appending(), s.StoreType)
	}
	return s
}

func actorStatus(a *runtimev1.ActorRuntime) workflow.ActorStatus {
	switch {
	case a == nil:
		return workflow.ActorsUnknown
	case a.GetRuntimeStatus() == runtimev1.ActorRuntime_INITIALIZING:
		return workflow.ActorsStarting
	case a.GetRuntimeStatus() == runtimev1.ActorRuntime_DISABLED:
		return workflow.ActorsDisabled
	case a.GetRuntimeStatus() == runtimev1.ActorRuntime_RUNNING:
		return workflow.ActorsRunning
	}
	return workflow.ActorsUnknown
}

// cleanAll cleans the first few texts of a list and sorts them, for their order
// means nothing and changes from answer to answer.
func cleanAll(texts []string) []string {
	var out []string
	for _, t := range texts[:min(len(texts), maxFacts)] {
		out = append(out, fact(t))
	}
	slices.Sort(out)
	return out
}

// appending are the stores whose listing is in the order of insertion with the
// number of the last row as its token: components-contrib v1.18, state/sqlite
// and state/postgresql, and seen on the first (test/dapr, TestTailOfTheListing).
func appending() []string { return []string{"state.sqlite", "state.postgresql"} }

// valid reports whether a text can go over the wire at all.
func valid(texts ...string) bool {
	for _, t := range texts {
		if !utf8.ValidString(t) {
			return false
		}
	}
	return true
}
