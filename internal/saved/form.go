package saved

import (
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

type document struct {
	Format    string     `json:"format"`
	Version   int        `json:"version"`
	SavedAt   time.Time  `json:"savedAt,omitzero"`
	Note      string     `json:"note,omitempty"`
	Sidecar   *sidecar   `json:"sidecar,omitempty"`
	Instances []instance `json:"instances"`
}

type sidecar struct {
	AppID   string `json:"appId,omitempty"`
	Runtime string `json:"runtime,omitempty"`
	Address string `json:"address,omitempty"`
	Workers *int   `json:"workers,omitempty"`
}

type instance struct {
	AppID        string    `json:"appId"`
	ID           string    `json:"id"`
	Name         string    `json:"name,omitempty"`
	Status       string    `json:"status"`
	Created      time.Time `json:"created,omitzero"`
	Started      time.Time `json:"started,omitzero"`
	Updated      time.Time `json:"updated,omitzero"`
	ReadAt       time.Time `json:"readAt,omitzero"`
	Version      string    `json:"version,omitempty"`
	CustomLine   string    `json:"customStatusLine,omitempty"`
	FailureLine  string    `json:"failureLine,omitempty"`
	Input        *string   `json:"input,omitempty"`
	Output       *string   `json:"output,omitempty"`
	CustomStatus *string   `json:"customStatus,omitempty"`
	Failure      *failure  `json:"failure,omitempty"`
	History      *[]event  `json:"history,omitempty"`
	HistoryBytes int       `json:"historyBytes,omitempty"`
	HistoryError string    `json:"historyError,omitempty"`
}

type failure struct {
	Type         string   `json:"type,omitempty"`
	Message      string   `json:"message,omitempty"`
	Stack        string   `json:"stack,omitempty"`
	NonRetriable bool     `json:"nonRetriable,omitempty"`
	Cause        *failure `json:"cause,omitempty"`
}

type event struct {
	ID              int32     `json:"id"`
	Time            time.Time `json:"time,omitzero"`
	Type            string    `json:"type"`
	Name            string    `json:"name,omitempty"`
	Ref             *int32    `json:"ref,omitempty"`
	Named           bool      `json:"named,omitempty"`
	Payload         *string   `json:"payload,omitempty"`
	Failure         *failure  `json:"failure,omitempty"`
	Status          string    `json:"status,omitempty"`
	FireAt          time.Time `json:"fireAt,omitzero"`
	Origin          string    `json:"origin,omitempty"`
	OriginRef       string    `json:"originRef,omitempty"`
	TaskExecutionID string    `json:"taskExecutionId,omitempty"`
	ChildID         string    `json:"childId,omitempty"`
	TargetApp       string    `json:"targetApp,omitempty"`
	ParentID        string    `json:"parentId,omitempty"`
	ParentApp       string    `json:"parentApp,omitempty"`
	ParentEvent     int32     `json:"parentEvent,omitempty"`
	ExecutionID     string    `json:"executionId,omitempty"`
	ScheduledStart  time.Time `json:"scheduledStart,omitzero"`
	Version         string    `json:"version,omitempty"`
	Patches         []string  `json:"patches,omitempty"`
	Reason          string    `json:"reason,omitempty"`
	Description     string    `json:"description,omitempty"`
	Recursive       bool      `json:"recursive,omitempty"`
	RerunOf         string    `json:"rerunOf,omitempty"`
	More            []field   `json:"more,omitempty"`
	Raw             string    `json:"raw,omitempty"`
}

type field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// originNames are the words of workflow.TimerOrigin; its first has none.
func originNames() []string {
	return []string{
		workflow.OriginNone:          "",
		workflow.OriginTimer:         "timer",
		workflow.OriginExternalEvent: "externalEvent",
		workflow.OriginActivityRetry: "activityRetry",
		workflow.OriginChildRetry:    "childRetry",
	}
}

func originName(o workflow.TimerOrigin) string {
	if names := originNames(); int(o) < len(names) {
		return names[o]
	}
	return ""
}

func originOf(name string) workflow.TimerOrigin {
	for o, n := range originNames() {
		if n == name {
			return workflow.TimerOrigin(o)
		}
	}
	return workflow.OriginNone
}

func statusOf(name string) workflow.Status {
	for _, s := range workflow.Statuses() {
		if s.String() == name {
			return s
		}
	}
	return workflow.Unknown
}
