package discover

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestArgs: what a daprd is told, in the ways that it can be told, and where it
// is then.
func TestArgs(t *testing.T) {
	t.Parallel()
	orders := Sidecar{AppID: "orders", Address: "127.0.0.1:50001", GRPCPort: 50001, HTTPPort: 3500}
	with := func(change func(*Sidecar)) *Sidecar {
		s := orders
		change(&s)
		return &s
	}
	at := func(address string, grpc int) *Sidecar {
		return with(func(s *Sidecar) { s.Address, s.GRPCPort = address, grpc })
	}
	resources := func(paths ...string) *Sidecar { return with(func(s *Sidecar) { s.Resources = paths }) }
	tests := map[string]struct {
		args string // separated by blanks; ~ stands for a blank within one, ^ for an empty one
		want *Sidecar
	}{
		"two words":           {"--app-id orders", &orders},
		"one word":            {"--app-id=orders", &orders},
		"one dash":            {"-app-id orders", &orders},
		"one dash, one word":  {"-app-id=orders -dapr-grpc-port=7001", at("127.0.0.1:7001", 7001)},
		"the last one counts": {"--app-id a --app-id orders", &orders},
		"a switch takes no argument": {
			"--enable-metrics --app-id orders --enable-api-logging=false --log-as-json --dapr-grpc-port 7001", at("127.0.0.1:7001", 7001),
		},
		"a value may look like a flag":            {"--app-max-concurrency -1 --app-id orders", &orders},
		"a value that is a flag's name":           {"--app-channel-address --app-id --app-id orders", &orders},
		"a flag of another version":               {"--of-tomorrow 12 --app-id orders", &orders},
		"a switch of another version":             {"--of-tomorrow --app-id orders", &orders},
		"a flag of another version with a number": {"--of-tomorrow=12 --app-id orders", &orders},
		"shorthands do not exist":                 {"-x 1 -y --app-id orders", &orders},
		"words that are no flags":                 {"run --app-id orders now", &orders},
		"what dapr run says": {
			"--app-id orders --dapr-http-port 33211 --dapr-grpc-port 41999 --log-level info --app-max-concurrency -1 --app-protocol http " +
				"--metrics-port 45521 --dapr-http-max-request-size 4 --dapr-internal-grpc-port 40001 --placement-host-address localhost:50005 " +
				"--resources-path /home/me/.dapr/components --config /home/me/.dapr/config.yaml",
			&Sidecar{AppID: "orders", Address: "127.0.0.1:41999", GRPCPort: 41999, HTTPPort: 33211, Resources: []string{"/home/me/.dapr/components"}},
		},
		"resources more than once":     {"--app-id orders --resources-path /a --resources-path /b,/c", resources("/a", "/b", "/c")},
		"resources in quotes":          {`--app-id orders --resources-path "/a,b",/c`, resources("/a,b", "/c")},
		"resources of the folder":      {"--app-id orders --resources-path ./components", resources("/srv/components")},
		"components":                   {"--app-id orders --components-path /a", resources("/a")},
		"components beside resources":  {"--app-id orders --components-path /a --resources-path /b", resources("/b")},
		"no resources":                 {"--app-id orders --resources-path ^", &orders},
		"every address":                {"--app-id orders --dapr-listen-addresses 0.0.0.0", &orders},
		"every address of IPv6":        {"--app-id orders --dapr-listen-addresses [::]", &orders},
		"loopback of IPv6":             {"--app-id orders --dapr-listen-addresses [::1]", at("[::1]:50001", 50001)},
		"loopback behind another":      {"--app-id orders --dapr-listen-addresses 10.0.0.5,127.0.0.2", at("127.0.0.2:50001", 50001)},
		"a name":                       {"--app-id orders --dapr-listen-addresses localhost", at("localhost:50001", 50001)},
		"no loopback":                  {"--app-id orders --dapr-listen-addresses 10.0.0.5,10.0.0.6", at("10.0.0.5:50001", 50001)},
		"no address that it can be at": {"--app-id orders --dapr-listen-addresses ::1,~127.0.0.1", nil},
		"an HTTP port of none":         {"--app-id orders --dapr-http-port x", with(func(s *Sidecar) { s.HTTPPort = 0 })},
		"a socket": {
			"--app-id orders --unix-domain-socket /run/dapr --dapr-grpc-port 0",
			&Sidecar{AppID: "orders", Address: "unix:///run/dapr/dapr-orders-grpc.socket"},
		},
		"a socket in its folder": {
			"--app-id orders --unix-domain-socket socks", &Sidecar{AppID: "orders", Address: "unix:///srv/socks/dapr-orders-grpc.socket"},
		},
		"a hostile socket":              {"--app-id orders --unix-domain-socket /run/\x1b[2J", nil},
		"a hostile app ID":              {"--app-id \x1b]0;x\x07orders", &orders},
		"an app ID of nothing":          {"--app-id \u200b", with(func(s *Sidecar) { s.AppID = "\ufffd" })},
		"an app ID of other bytes":      {"--app-id o\xff", with(func(s *Sidecar) { s.AppID = "o\ufffd" })},
		"no app ID":                     {"--dapr-grpc-port 50001", nil},
		"an empty app ID":               {"--app-id ^", nil},
		"the app ID's value is missing": {"--app-id", nil},
		"help":                          {"--app-id orders --help", nil},
		"its version":                   {"--app-id orders --version", nil},
		"its build":                     {"--app-id orders -build-info", nil},
		"waiting for another":           {"--app-id orders --wait", nil},
		"not waiting":                   {"--app-id orders --wait=false", &orders},
		"a port that it chooses":        {"--app-id orders --dapr-grpc-port 0", nil},
		"a port of none":                {"--app-id orders --dapr-grpc-port 99999", nil},
		"a port in words":               {"--app-id orders --dapr-grpc-port x", nil},
		"behind the end of flags":       {"-- --app-id orders", nil},
		"a flag without a name":         {"--=1 --app-id orders", nil},
		"quotes that do not end":        {`--app-id orders --resources-path "/a`, nil},
		"nothing":                       {"", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var args []string
			for _, a := range strings.Fields(tt.args) {
				args = append(args, strings.ReplaceAll(strings.ReplaceAll(a, "~", " "), "^", ""))
			}
			f, ok := parseArgs(args)
			var got Sidecar
			if ok {
				got, ok = f.sidecar("/srv")
			}
			switch {
			case ok != (tt.want != nil):
				t.Errorf("%q: %+v, %t", args, got, ok)
			case ok && !got.equal(*tt.want):
				t.Errorf("%q:\n got %+v\nwant %+v", args, got, *tt.want)
			}
		})
	}
}

// TestWithoutTheFolder: what is relative to a folder that cannot be seen is no
// address, and shown as it is otherwise.
func TestWithoutTheFolder(t *testing.T) {
	t.Parallel()
	f, ok := parseArgs([]string{"--app-id", "a", "--resources-path", "parts", "--unix-domain-socket", "socks"})
	if s, listed := f.sidecar(""); !ok || listed {
		t.Errorf("%+v is listed", s)
	}
	f, ok = parseArgs([]string{"--app-id", "a", "--resources-path", "parts"})
	if s, listed := f.sidecar(""); !ok || !listed || !slices.Equal(s.Resources, []string{"parts"}) {
		t.Errorf("%+v, %t", s, listed)
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]bool{
		"DAPR_API_TOKEN=x":                   true,
		"A=b DAPR_API_TOKEN=x":               true,
		"DAPR_API_TOKEN=":                    false,
		"DAPR_API_TOKEN= DAPR_API_TOKEN=x":   false,
		"APP_API_TOKEN=x":                    false,
		"DAPR_API_TOKEN":                     false,
		"MY_DAPR_API_TOKEN=x":                false,
		"":                                   false,
		"DAPR_API_TOKEN_FILE=x DAPR_API_=x ": false,
	} {
		if got := tokenSet(strings.Split(env, " ")); got != want {
			t.Errorf("%q: %t", env, got)
		}
	}
}

// FuzzArgs: whatever stands on a command line, what is listed can be drawn and
// typed.
func FuzzArgs(f *testing.F) {
	f.Add("--app-id\x00orders\x00--dapr-grpc-port\x007001", "/srv")
	f.Add("-app-id=a\x00--unix-domain-socket=x\x00--resources-path=\"a,b\",c", "")
	f.Add("--app-id\x00\x1b[31m\xff\x00--dapr-listen-addresses\x00[::1],0.0.0.0,\x00-\x00--\x00---", "/")
	f.Add("--app-id=%s%d\x00--=\x00-h\x00-xyz\x00--components-path=..", "rel")
	f.Fuzz(func(t *testing.T, line, folder string) {
		flags, ok := parseArgs(strings.Split(line, "\x00"))
		if !ok {
			return
		}
		s, ok := flags.sidecar(folder)
		if !ok {
			return
		}
		texts := append([]string{s.AppID, s.Address}, s.Resources...)
		for _, text := range texts {
			if workflow.Clean(text) != text || !utf8.ValidString(text) || len(text) > maxPath {
				t.Errorf("%q is not clean", text)
			}
		}
		if s.AppID == "" || s.Address == "" || len(s.Resources) > maxResources {
			t.Errorf("%+v", s)
		}
		if socket := strings.HasPrefix(s.Address, "unix:///"); socket == (s.GRPCPort != 0) {
			t.Errorf("%+v", s)
		}
	})
}
