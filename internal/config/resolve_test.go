package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func defaults() Settings {
	d := Origin{Kind: Default}
	return Settings{
		Addresses: Of([]Address{{Address: "127.0.0.1:50001", From: d}}, d),
		Interval:  Of(2*time.Second, d), ReadTimeout: Of(5*time.Second, d), Timeout: Of(10*time.Second, d),
		MaxReads: Of(32, d), MaxRate: Of(2000.0, d),
	}
}

func parsed(t *testing.T, text string) File {
	t.Helper()
	f, err := Parse([]byte(text), testOptions())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func flag(name string) Origin     { return Origin{Kind: FromFlag, Name: name} }
func variable(name string) Origin { return Origin{Kind: FromEnvironment, Name: name} }

func at(address string, from Origin) Value[[]Address] {
	return Of([]Address{{Address: address, From: from}}, from)
}

const ranked = `
interval: 3s
max-reads: 3
timeout: 3s
api-token-file: /all
context: dev
contexts:
  dev: {interval: 4s, max-reads: 4, addresses: "dev:1", api-token-file: /dev, read-only: true}
  prod: {interval: 5s, addresses: "prod:1", production: true}
`

// TestTheLaterHasTheWord walks the whole order.
func TestTheLaterHasTheWord(t *testing.T) {
	f := parsed(t, ranked)
	env := Settings{TokenVariable: Of("DAPR_API_TOKEN", variable("DAPR_API_TOKEN"))}
	envAddress := env
	envAddress.Addresses = at("127.0.0.1:3500", variable("DAPR_GRPC_PORT"))
	for name, c := range map[string]struct {
		said Said
		want [6]string // address, interval, max-reads, timeout, token, context
	}{
		"the file's context": {
			Said{}, [6]string{"dev:1", "4s config.yaml:8", "config.yaml:8", "config.yaml:4", "/dev", "dev"},
		},
		"a token in the environment": {
			Said{Environment: env}, [6]string{"dev:1", "4s config.yaml:8", "config.yaml:8", "config.yaml:4", "DAPR_API_TOKEN", "dev"},
		},
		"an address in the environment leaves the file's context alone": {
			Said{Environment: envAddress}, [6]string{"127.0.0.1:3500", "3s config.yaml:2", "config.yaml:3", "config.yaml:4", "DAPR_API_TOKEN", ""},
		},
		"an address on the command line too": {
			Said{Flags: Settings{Addresses: at("here:1", flag("--address"))}},
			[6]string{"here:1", "3s config.yaml:2", "config.yaml:3", "config.yaml:4", "/all", ""},
		},
		"a context that is asked for comes before the environment": {
			Said{Context: Of("prod", flag("--context")), Environment: envAddress},
			[6]string{"prod:1", "5s config.yaml:9", "config.yaml:3", "config.yaml:4", "DAPR_API_TOKEN", "prod"},
		},
		"and keeps its settings for another address": {
			Said{Context: Of("dev", flag("--context")), Environment: envAddress, Flags: Settings{Addresses: at("here:1", flag("--address"))}},
			[6]string{"here:1", "4s config.yaml:8", "config.yaml:8", "config.yaml:4", "/dev", "dev"},
		},
		"flags": {
			Said{Flags: Settings{Interval: Of(9*time.Second, flag("--interval")), TokenFile: Of("/flag", flag("--api-token-file"))}, Environment: env},
			[6]string{"dev:1", "9s --interval", "config.yaml:8", "config.yaml:4", "/flag", "dev"},
		},
		"no context": {
			Said{NoContext: true}, [6]string{"127.0.0.1:50001", "3s config.yaml:2", "config.yaml:3", "config.yaml:4", "/all", ""},
		},
	} {
		got, err := Resolve(f, c.said, defaults())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		token := got.TokenFile.V + got.TokenVariable.V
		have := [6]string{got.Addresses.V[0].Address, got.Interval.V.String() + " " + got.Interval.From.String(), got.MaxReads.From.String(), got.Timeout.From.String(), token, got.Context.V}
		if have != c.want {
			t.Errorf("%s:\n got %q\nwant %q", name, have, c.want)
		}
		if (got.Unused != "") != (name == "an address in the environment leaves the file's context alone" || name == "an address on the command line too") {
			t.Errorf("%s: %q", name, got.Unused)
		}
	}
}

// TestProductionIsRed unless the context has another colour.
func TestProductionIsRed(t *testing.T) {
	f := parsed(t, "contexts:\n  a: {production: true}\n  b: {production: true, color: magenta}\n  c: {}\n")
	for name, want := range map[string]string{"a": "red", "b": "magenta", "c": ""} {
		c, err := Resolve(f, Said{Context: Of(name, flag("--context"))}, defaults())
		if err != nil || c.Color.V != want || c.Production.V != (want != "") {
			t.Errorf("%s: %+v %v", name, c.Color, err)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	f := parsed(t, ranked)
	for want, said := range map[string]Said{
		`--context: there is no context "prd": did you mean "prod"?`:                  {Context: Of("prd", flag("--context"))},
		`--interval must be at least 100ms`:                                           {Flags: Settings{Interval: Of(time.Millisecond, flag("--interval"))}},
		`--timeout must be more than nothing`:                                         {Flags: Settings{Timeout: Of(time.Duration(0), flag("--timeout"))}},
		`--max-reads must be at least 1`:                                              {Flags: Settings{MaxReads: Of(0, flag("--max-reads"))}},
		`--max-rate must be at least 0, which is no limit`:                            {Flags: Settings{MaxRate: Of(-1.0, flag("--max-rate"))}},
		`--tls-ca wants the name of a file`:                                           {Flags: Settings{TLS: TLS{CA: Of("", flag("--tls-ca"))}}},
		`a client certificate (--tls-cert) goes with its key`:                         {Flags: Settings{TLS: TLS{Cert: Of("c", flag("--tls-cert"))}}},
		`the key of a client certificate (--tls-key) goes with the certificate`:       {Flags: Settings{TLS: TLS{Key: Of("k", flag("--tls-key"))}}},
		"--interval must be at least 100ms\n--read-timeout must be more than nothing": {Flags: Settings{Interval: Of(time.Duration(0), flag("--interval")), ReadTimeout: Of(time.Duration(-1), flag("--read-timeout"))}},
	} {
		if _, err := Resolve(f, said, defaults()); err == nil || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

func TestFlagAddresses(t *testing.T) {
	from := flag("--address")
	v, err := FlagAddresses([]string{"orders=host:1", "host:2", "x=host:3?tls=true"}, from, anAddress)
	if err != nil || len(v.V) != 3 || v.V[0] != (Address{"orders", "host:1", from}) || v.V[1].Name != "" || v.V[2].Address != "host:3?tls=true" {
		t.Fatal(v, err)
	}
	if v, err := FlagAddresses(nil, from, anAddress); err != nil || v.IsSet() {
		t.Error(v, err)
	}
	_, err = FlagAddresses([]string{"a=h:1", "b=h:1", "a=h:2", "h:3", "h:3", "c d=h:4", "nope"}, from, anAddress)
	want := []string{`"h:1" is the address of a already`, `the name "a" stands twice`, `"h:3" stands twice`, `"c d" is no name`, `"nope" has no port`}
	if err == nil {
		t.Fatal("all were taken")
	}
	lines := strings.Split(err.Error(), "\n")
	for i, w := range want {
		if len(lines) != len(want) || !strings.HasPrefix(lines[i], "--address: "+w) {
			t.Fatalf("%q", lines)
		}
	}
}

// TestPrintCanBeReadAgain: what is printed is YAML that says the same.
func TestPrintCanBeReadAgain(t *testing.T) {
	text := strings.Replace(strings.Replace(complete, "context: dev\n", "", 1), "log-file: deck.log", "log-file: \"a b: [c] # \\u202e\\n\"", 1)
	f := parsed(t, text)
	f.Context = Value[string]{}
	f.Contexts = nil
	c, err := Resolve(f, Said{Flags: Settings{TLS: TLS{Enabled: Of(true, flag("--tls"))}}}, defaults())
	if err != nil {
		t.Fatal(err)
	}
	first := c.Print(Place{Path: "/home/ann/config.yaml"}, true, "/home/ann")
	again, err := Resolve(parsed(t, first), Said{}, Settings{})
	if err != nil {
		t.Fatal(err, first)
	}
	again.LogFile.V = c.LogFile.V // its line break was cleaned away
	second := again.Print(Place{Path: "/home/ann/config.yaml"}, true, "/home/ann")
	a, b := withoutComments(first), withoutComments(second)
	if a != b {
		t.Errorf("%s\n----\n%s", first, second)
	}
}

func withoutComments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "  # ")
		b.WriteString(strings.TrimRight(line, "\n ") + "\n")
	}
	return b.String()
}

// TestPrintTellsWhereFrom and never the token.
func TestPrintTellsWhereFrom(t *testing.T) {
	f := parsed(t, ranked)
	env := Settings{TokenVariable: Of("DAPR_API_TOKEN", variable("DAPR_API_TOKEN"))}
	c, err := Resolve(f, Said{Context: Of("prod", flag("--context")), Environment: env, Flags: Settings{UTC: Of(true, flag("--utc"))}}, defaults())
	if err != nil {
		t.Fatal(err)
	}
	got := c.Print(Place{Path: "/home/ann/.config/daprdeck/config.yaml"}, true, "/home/ann")
	lines := map[string]string{}
	for line := range strings.Lines(got) {
		text, from, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  # ")
		lines[strings.TrimRight(text, " ")] = from
	}
	for text, from := range map[string]string{
		"# ~/.config/daprdeck/config.yaml": "",
		"# contexts: dev, prod":            "",
		"context: prod":                    "--context",
		"  - prod:1":                       "config.yaml:9",
		"# the API token is set":           "DAPR_API_TOKEN",
		"production: true":                 "config.yaml:9",
		"color: red":                       "config.yaml:9",
		"interval: 5s":                     "config.yaml:9",
		"timeout: 3s":                      "config.yaml:4",
		"read-timeout: 5s":                 "default",
		"utc: true":                        "--utc",
		"  pause: [p]":                     "default",
		"log-file:":                        "default",
		"masks: []":                        "default",
	} {
		if have, ok := lines[text]; !ok || have != from {
			t.Errorf("%q from %q (%v), want %q", text, have, ok, from)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestFindAndLoad(t *testing.T) {
	dir := t.TempDir()
	env := map[string]string{"XDG_CONFIG_HOME": dir}
	lookup := func(k string) (string, bool) { v, ok := env[k]; return v, ok }
	place := Find("", lookup)
	if place.Path != filepath.Join(dir, "daprdeck", "config.yaml") || place.From.Kind != Default {
		t.Fatal(place)
	}
	if _, found, err := place.Load("", nil); found || err != nil {
		t.Error("a file that is not there and that nobody named:", found, err)
	}
	env[EnvConfig] = filepath.Join(dir, "other.yaml")
	place = Find("", lookup)
	if _, _, err := place.Load("", nil); err == nil || !strings.HasPrefix(err.Error(), "DAPRDECK_CONFIG: "+place.Path+": no such file") {
		t.Error(err)
	}
	if err := os.WriteFile(place.Path, []byte("interval: 1m\nlog-file: x\nmouse: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var mistakes Mistakes
	if _, found, err := place.Load("", nil); !errors.As(err, &mistakes) || !found || err.Error() != place.Path+`:3:8: want true or false, not "1"` {
		t.Error(err)
	}
	if err := os.WriteFile(place.Path, []byte("log-file: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, found, err := place.Load("", nil); err != nil || !found || f.LogFile.V != filepath.Join(dir, "x") || f.LogFile.From.Line != 1 {
		t.Error(f, found, err)
	}
	if place = Find(dir, lookup); place.From.Name != "--config" {
		t.Error(place)
	}
	if _, _, err := place.Load("", nil); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Error(err)
	}
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Find(large, lookup).Load("", nil); err == nil || !strings.Contains(err.Error(), "larger than 1 MB") {
		t.Error(err)
	}
	delete(env, EnvConfig)
	env["XDG_CONFIG_HOME"] = "relative"
	if got := Find("", lookup); strings.HasPrefix(got.Path, "relative") {
		t.Error(got)
	}
}
