package workflow

import (
	"strings"
	"time"
)

// ShortText is the most of a custom status or a failure that an Instance of
// the list keeps, in bytes; the whole text is in its Detail.
const ShortText = 256

// LongText is the most that Whole keeps of each text, in bytes.
const LongText = 64 << 10

// Key identifies an instance: an instance ID means something only within one
// app. The ID is kept exactly as the runtime gave it, so that calls find it;
// draw Instance.Label instead.
type Key struct {
	AppID      string
	InstanceID string
}

// Instance is one row of the list: the metadata of a workflow instance without
// its payloads. Every text but Key is cleaned and safe to draw.
type Instance struct {
	Key
	// Label is the instance ID, cleaned for drawing.
	Label string
	// Name is the workflow's name; empty while PENDING, when the runtime does
	// not know it yet.
	Name   string
	Status Status
	// Created, Started and Updated are zero where the runtime gives none: a
	// PENDING instance has no dates (the runtime answers the year 1).
	Created time.Time
	Started time.Time
	Updated time.Time
	// CustomStatus and Failure are single lines of at most ShortText bytes.
	CustomStatus string
	Failure      string
	// Whole is CustomStatus and Failure with their line breaks. It is nil except
	// in rows that are read for a script.
	Whole *Whole
	// Version is the named version of the workflow, mostly empty.
	Version string
	// Partial marks an instance that was read without its payloads: what its
	// CustomStatus and Failure are is not known.
	Partial bool
	// Missing marks an instance that the last listing did not hold, although
	// no read has said that it is gone.
	Missing bool
	// ReadErr says why the last read of this row failed; the values are then
	// those of the last good read. Empty when all is well.
	ReadErr string
	// ReadAt is when these values were read, by the console's clock.
	ReadAt time.Time
}

// Whole is what an Instance cuts for a line: cleaned texts of at most LongText
// bytes each, with their line breaks.
type Whole struct{ CustomStatus, Failure string }

// Payload is one value that travelled with an instance: an input, an output,
// an event's data. Raw is the text exactly as the runtime gave it, but for what
// a mask has taken out; hostile until cleaned.
type Payload struct {
	Set bool
	Raw string
}

// MaskSign stands where a mask has taken something out.
const MaskSign = "•••"

// Masked reports whether something was taken out, so that the payload is none to
// send again.
func (p Payload) Masked() bool { return HasMaskSign(p.Raw) }

// HasMaskSign reports whether a text has the sign of a mask in the place of a
// value: a string of its own, also of JSON within a string, or the end of what
// breaks off. Bullets that somebody has written, as in "•••• 7301", are none.
func HasMaskSign(text string) bool {
	for {
		before, after, ok := strings.Cut(text, MaskSign)
		if !ok {
			return false
		}
		ends := after == "" || after[0] == '"' || after[0] == '\\'
		if ends && !strings.HasSuffix(before, "•") {
			return true
		}
		text = strings.TrimLeft(after, "•")
	}
}

// Detail is all that the runtime's metadata says of one instance.
type Detail struct {
	Instance
	Input        Payload
	Output       Payload
	CustomStatus Payload
	Failure      *Failure
}

// Failure is why a workflow or an activity failed. Texts are cleaned; Stack may
// have several lines.
type Failure struct {
	Type         string
	Message      string
	Stack        string
	NonRetriable bool
	Cause        *Failure
}
