// Package config is what the console is told before it starts: the file of the
// user, the environment and the flags, put together, with where each value
// comes from. Apart from Find and Load it is pure; a token never passes through
// it, only where one is.
package config

import (
	"strconv"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Origin is where a value comes from.
type Origin struct {
	Kind OriginKind
	// Name is the file, the variable or the flag; Line is that of the file.
	Name string
	Line int
}

// OriginKind is the kind of place that a value comes from. Of two, the greater
// has the word.
type OriginKind uint8

// The places.
const (
	// Unset is the zero value: nobody has said anything.
	Unset OriginKind = iota
	Default
	FromFile
	FromEnvironment
	FromFlag
)

// String is the origin in the words of "daprdeck config".
func (o Origin) String() string {
	switch o.Kind {
	case FromFile:
		return workflow.Clean(o.Name) + ":" + strconv.Itoa(o.Line)
	case FromEnvironment, FromFlag:
		return workflow.Clean(o.Name)
	case Unset, Default:
	}
	return "default"
}

// Value is a value with where it comes from.
type Value[T any] struct {
	V    T
	From Origin
}

// IsSet reports whether anybody has said it.
func (v Value[T]) IsSet() bool { return v.From.Kind != Unset }

// Of is a value from a place.
func Of[T any](v T, from Origin) Value[T] { return Value[T]{V: v, From: from} }

// take replaces a value by one that is set.
func take[T any](v *Value[T], by Value[T]) {
	if by.IsSet() {
		*v = by
	}
}

// Address is where a sidecar is looked for. Name is the user's label for it,
// empty where there is none; the ID of the app is what the sidecar says.
type Address struct {
	Name, Address string
	From          Origin
}

// TLS is how a connection is encrypted. A file that is named, or a server's
// name, switches it on as well.
type TLS struct {
	Enabled                   Value[bool]
	CA, Cert, Key, ServerName Value[string]
}

// Settings are what can be said for all contexts, for one, and by flags.
type Settings struct {
	Addresses Value[[]Address]
	// TokenFile holds the API token. TokenVariable is set instead when the
	// environment has the token itself: it is the name of the variable.
	TokenFile, TokenVariable Value[string]
	TLS                      TLS
	// IDs is a file of instance IDs, for runtimes that cannot list them.
	IDs Value[string]

	Production Value[bool]
	// Color is that of the header.
	Color    Value[string]
	ReadOnly Value[bool]

	Interval, ReadTimeout, Timeout Value[time.Duration]
	MaxReads                       Value[int]
	MaxRate                        Value[float64]

	ASCII, Mouse, UTC Value[bool]
	LogFile           Value[string]
}

// put replaces what o says.
func (s *Settings) put(o *Settings) {
	take(&s.Addresses, o.Addresses)
	if o.TokenFile.IsSet() || o.TokenVariable.IsSet() {
		s.TokenFile, s.TokenVariable = o.TokenFile, o.TokenVariable // one of the two
	}
	take(&s.TLS.Enabled, o.TLS.Enabled)
	take(&s.TLS.CA, o.TLS.CA)
	take(&s.TLS.Cert, o.TLS.Cert)
	take(&s.TLS.Key, o.TLS.Key)
	take(&s.TLS.ServerName, o.TLS.ServerName)
	take(&s.IDs, o.IDs)
	take(&s.Production, o.Production)
	take(&s.Color, o.Color)
	take(&s.ReadOnly, o.ReadOnly)
	take(&s.Interval, o.Interval)
	take(&s.ReadTimeout, o.ReadTimeout)
	take(&s.Timeout, o.Timeout)
	take(&s.MaxReads, o.MaxReads)
	take(&s.MaxRate, o.MaxRate)
	take(&s.ASCII, o.ASCII)
	take(&s.Mouse, o.Mouse)
	take(&s.UTC, o.UTC)
	take(&s.LogFile, o.LogFile)
}

// Context is a named place with settings of its own.
type Context struct {
	Name string
	Settings
	From Origin
}

// KeyChange is a binding that gets other keys.
type KeyChange struct {
	Name string
	Keys []string
	From Origin
}

// RoleColor is the colour of a role of the theme.
type RoleColor struct {
	Role, Color string
	From        Origin
}

// Theme is the background that the colours are made for and the colours that
// differ.
type Theme struct {
	Background Value[string]
	Colors     []RoleColor
}

// File is what a file says. The zero value says nothing.
type File struct {
	Context Value[string]
	Settings
	Contexts []Context
	Look
}

// Look is what only a file can say: keys, colours, columns and masks.
type Look struct {
	Keys    []KeyChange
	Theme   Theme
	Columns Value[[]string]
	// Masks are the rules of what is not shown, each with its origin.
	Masks []Value[string]
}

// KeyChanges are the changes as the key map takes them.
func (l *Look) KeyChanges() map[string][]string {
	changes := make(map[string][]string, len(l.Keys))
	for _, k := range l.Keys {
		changes[k.Name] = k.Keys
	}
	return changes
}

// MaskRules are the rules without their origins.
func (l *Look) MaskRules() []string {
	rules := make([]string, 0, len(l.Masks))
	for _, m := range l.Masks {
		rules = append(rules, m.V)
	}
	return rules
}

// Colors are the colours by their role.
func (l *Look) Colors() map[string]string {
	colors := make(map[string]string, len(l.Theme.Colors))
	for _, c := range l.Theme.Colors {
		colors[c.Role] = c.Color
	}
	return colors
}

// Config is what holds.
type Config struct {
	// Context is the one that is used; empty for none.
	Context Value[string]
	Settings
	Look
	// Contexts are the names of those in the file.
	Contexts []string
	// Unused says why the context that the file names is not used.
	Unused string
}
