package script

import (
	"go/parser"
	"go/token"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
)

// sample is a call of each operation, with everything that it can have.
func sample(op Op) Call {
	c := Call{
		Op: op, AppID: "orders", Address: "127.0.0.1:50001", ID: "order-1042", Workflow: "OrderProcessing", Event: "approve",
		Payload: `{"by":"ops","note":"it's $5"}`, Reason: "a look", Recursive: true, FromEvent: 3, NewID: "order-1042-again", ReplaceInput: true,
	}
	if op == Start {
		c.ID = "order-2000"
	}
	return c
}

// write draws what every form makes of a call.
func write(c Call) string {
	var b strings.Builder
	for _, f := range Forms() {
		s := Render(c, f)
		b.WriteString("=== " + f.String() + "\n")
		if s.Text != "" {
			b.WriteString(s.Text + "\n")
		}
		for _, n := range s.Notes {
			b.WriteString("--- " + n + "\n")
		}
	}
	return b.String()
}

func TestScripts(t *testing.T) {
	cases := map[string]Call{}
	for _, op := range Ops() {
		cases[strings.ReplaceAll(op.String(), " ", "-")] = sample(op)
	}
	alone := sample(Terminate)
	alone.Recursive, alone.Payload = false, `"done"`
	cases["terminate-alone"] = alone
	purge := sample(Purge)
	purge.Recursive, purge.Force = false, true
	cases["purge-force"] = purge
	purge.Force = false
	cases["purge-alone"] = purge
	later := sample(Start)
	later.StartAt, later.ID, later.Payload = time.Date(2026, 12, 24, 18, 0, 0, 5e8, time.UTC), "", ""
	cases["start-later"] = later
	clearing := sample(Rerun)
	clearing.Payload, clearing.NewID = "", ""
	cases["rerun-clear"] = clearing
	hostile := sample(Raise)
	hostile.ID, hostile.Event = "-rf $(x) `y` 'z' \"é\" a:b", "ap\x1b[201~\n\u202eprove"
	cases["raise-hostile"] = hostile
	big := sample(Raise)
	big.Payload = `"` + strings.Repeat("x", maxInline) + `"`
	cases["raise-big"] = big
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { golden.RequireEqual(t, []byte(write(c))) })
	}
}

// TestEveryFormSaysWhyItHasNoCall: there is always a text or a reason.
func TestEveryFormSaysWhyItHasNoCall(t *testing.T) {
	missing := map[Form][]Op{
		CLI: {Get}, HTTP: {Rerun, List, History}, JavaScript: {Rerun, List, History}, Java: {Rerun, List, History},
	}
	for _, f := range Forms() {
		for _, op := range Ops() {
			s := Render(sample(op), f)
			want := true
			for _, o := range missing[f] {
				want = want && o != op
			}
			if got := s.Text != ""; got != want {
				t.Errorf("%v as %v: has a call %t, want %t", op, f, got, want)
			}
			if s.Text == "" && len(s.Notes) == 0 {
				t.Errorf("%v as %v: neither a call nor a reason", op, f)
			}
		}
	}
}

func TestForcePurgeHasNoHTTPRoute(t *testing.T) {
	c := sample(Purge)
	c.Force = true
	if s := Render(c, HTTP); s.Text != "" || s.Notes[0] != "The HTTP API has no force purge." {
		t.Errorf("got %+v", s)
	}
}

func TestNoTokenAndAlwaysThePlaceholder(t *testing.T) {
	t.Setenv("DAPR_API_TOKEN", "secret-of-the-environment")
	for _, op := range Ops() {
		for _, f := range Forms() {
			s := Render(sample(op), f)
			if strings.Contains(s.Text, "secret-of-the-environment") {
				t.Errorf("%v as %v holds the token", op, f)
			}
			if f == HTTP && s.Text != "" && !strings.Contains(s.Text, "$DAPR_API_TOKEN") {
				t.Errorf("%v as curl has no place for the token", op)
			}
		}
	}
}

// TestTheGoFormParses: it is the body of a function.
func TestTheGoFormParses(t *testing.T) {
	for _, op := range Ops() {
		text := Render(sample(op), Go).Text
		if _, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nfunc f(ctx context.Context) error {\n"+text+"\n}\n", parser.AllErrors); err != nil {
			t.Errorf("%v: %v\n%s", op, err, text)
		}
	}
}

func TestTheCLIUnpacksAJSONString(t *testing.T) {
	c := sample(Raise)
	c.Payload = `"it's \"so\""`
	s := Render(c, CLI)
	words := split(t, s.Text)
	if got := words[len(words)-2]; got != `it's "so"` {
		t.Errorf("--input is %q", got)
	}
	for _, n := range s.Notes {
		if n == cliString {
			t.Error("a JSON string needs no warning")
		}
	}
}

func TestNULHasNoForm(t *testing.T) {
	for _, f := range Forms() {
		c := sample(Raise)
		c.Event = "a\x00b"
		if s := Render(c, f); s.Text != "" {
			t.Errorf("%v: %q", f, s.Text)
		}
	}
}

func TestWhere(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:50001": "127.0.0.1:50001", "": "127.0.0.1:50001", "unix:///run/dapr.sock": "127.0.0.1:50001",
		"https://dapr.example:443": "dapr.example:443", "[::1]:3501": "[::1]:3501", "$(x):1": "127.0.0.1:50001", "host:1;x": "127.0.0.1:50001",
	} {
		if got := (Call{Address: addr}).address(); got != want {
			t.Errorf("%q: %q, want %q", addr, got, want)
		}
	}
}

// inURL returns the path that a server sees, and whether it is written as Dapr's
// router needs it.
func inURL(t *testing.T, words []string) (*url.URL, bool) {
	t.Helper()
	raw := words[len(words)-1]
	i := strings.Index(raw, "/v1.0")
	if i < 0 {
		t.Fatalf("no path in %q", raw)
	}
	u, err := url.ParseRequestURI(raw[i:])
	if err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	return u, u.RawPath == ""
}
