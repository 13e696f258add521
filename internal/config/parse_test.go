package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// anAddress takes host:port; localhost and 127.0.0.1 are one.
func anAddress(s string) (string, error) {
	if !strings.Contains(s, ":") {
		return "", fmt.Errorf("%q has no port", s)
	}
	return strings.Replace(s, "localhost", "127.0.0.1", 1), nil
}

func testOptions() Options {
	return Options{File: "config.yaml", Dir: "/etc/deck", Home: "/home/ann", Address: anAddress}
}

const complete = `# everything
context: dev
interval: 5s
max-rate: 12.5
utc: true
log-file: deck.log
contexts:
  dev: &dev
    addresses: localhost:50001
    read-timeout: 1m30s
  prod:
    <<: *dev
    production: true
    color: bright-red
    addresses: {orders: "host:50001", billing: "host:50011"}
    api-token-file: ~/.secrets/dapr
    tls:
      enabled: true
      ca: /etc/ca.pem
      cert: cert.pem
      key: key.pem
      server-name: dapr.example.org
    ids: ids.txt
    max-reads: 4
  list:
    addresses: ["host:1", "orders=host:2", "host:3?tls=true"]
    tls: true
keys:
  pause: ctrl+p
  terminate: [D, ctrl+t]
  raise: []
theme:
  background: light
  accent: "#0550ae"
  bad: red
columns: [instance, status, app]
masks:
  - password
  - $.customer.email
`

func TestParse(t *testing.T) {
	f, err := Parse([]byte(complete), testOptions())
	if err != nil {
		t.Fatal(err)
	}
	line := func(n int) Origin { return Origin{FromFile, "config.yaml", n} }
	if f.Context != Of("dev", line(2)) || f.Interval != Of(5*time.Second, line(3)) || f.MaxRate != Of(12.5, line(4)) || !f.UTC.V || f.LogFile.V != filepath.FromSlash("/etc/deck/deck.log") {
		t.Errorf("%+v", f.Settings)
	}
	if len(f.Contexts) != 3 || f.Contexts[0].From != line(8) || f.Contexts[0].Addresses.V[0].Address != "localhost:50001" {
		t.Fatalf("%+v", f.Contexts)
	}
	prod := f.Contexts[1]
	want := []Address{{"orders", "host:50001", line(15)}, {"billing", "host:50011", line(15)}}
	if !reflect.DeepEqual(prod.Addresses.V, want) || prod.TokenFile != Of(filepath.FromSlash("/home/ann/.secrets/dapr"), line(16)) {
		t.Errorf("%+v", prod)
	}
	if !prod.Production.V || prod.Color.V != "bright-red" || prod.MaxReads.V != 4 || prod.ReadTimeout != Of(90*time.Second, line(10)) {
		t.Errorf("%+v", prod)
	}
	if tls := prod.TLS; !tls.On() || tls.CA.V != "/etc/ca.pem" || tls.Cert.V != filepath.FromSlash("/etc/deck/cert.pem") || tls.ServerName.V != "dapr.example.org" || !tls.Details() {
		t.Errorf("%+v", tls)
	}
	list := f.Contexts[2]
	if got := fmt.Sprint(list.Addresses.V[0].Address, list.Addresses.V[1].Name, list.Addresses.V[2].Address); got != "host:1orders"+"host:3?tls=true" && got != "host:1 orders host:3?tls=true" || !list.TLS.On() || list.TLS.Details() {
		t.Errorf("%s %+v", got, list)
	}
	if got := f.KeyChanges(); !reflect.DeepEqual(got, map[string][]string{"pause": {"ctrl+p"}, "terminate": {"D", "ctrl+t"}, "raise": {}}) {
		t.Error(got)
	}
	if f.Theme.Background.V != "light" || !reflect.DeepEqual(f.Colors(), map[string]string{"accent": "#0550ae", "bad": "red"}) {
		t.Errorf("%+v", f.Theme)
	}
	if !reflect.DeepEqual(f.Columns.V, []string{"instance", "status", "app"}) || !reflect.DeepEqual(f.MaskRules(), []string{"password", "$.customer.email"}) || f.Masks[1].From != line(39) {
		t.Errorf("%+v %+v", f.Columns, f.Masks)
	}
}

func TestParseOfNothing(t *testing.T) {
	for _, text := range []string{"", "# a comment\n", "---\n", "\ufeff", "~\n", "interval:\nkeys:\ncontexts:\ntls:\nmasks:\n"} {
		if f, err := Parse([]byte(text), testOptions()); err != nil || !reflect.DeepEqual(f, File{}) {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
}

// TestMistakes: every kind of mistake with its line and its column.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"intervall: 2s\n", []string{`1:1: unknown key "intervall": did you mean "interval"?`}},
		{"utc: true\n  \nxyzzy: 1\n", []string{`3:1: unknown key "xyzzy"`}},
		{"contexts:\n  dev:\n    readonly: true\n", []string{`3:5: unknown key "readonly": did you mean "read-only"?`}},
		{"contexts: {dev: {keys: {}}}\n", []string{`1:18: "keys" stands at the top of the file, not in a context`}},
		{"filter: x\n", []string{`1:1: "filter" goes on the command line`}},
		{"colour: red\n", []string{`1:1: unknown key "colour": did you mean "color"?`}},
		{"interval: 2\n", []string{`1:11: "2" has no unit: want a duration such as 2s or 1m30s`}},
		{"interval:  soon\n", []string{`1:12: "soon" is no duration: want a duration such as 2s or 1m30s`}},
		{"interval: 1ms\n", []string{`1:11: 1ms: must be at least 100ms`}},
		{"timeout: -1s\n", []string{`1:10: -1s: must be more than nothing`}},
		{"read-timeout: [1s]\n", []string{`1:15: want a duration such as 2s or 1m30s, not a list`}},
		{"max-reads: 0\n", []string{`1:12: 0: must be at least 1`}},
		{"max-reads: many\n", []string{`1:12: "many" is no whole number`}},
		{"max-rate: -1\n", []string{`1:11: "-1": must be at least 0, which is no limit`}},
		{"max-rate: .nan\n", []string{`1:11: ".nan" is no number`}},
		{"max-rate: NaN\n", []string{`1:11: "NaN": must be at least 0, which is no limit`}},
		{"max-rate: fast\n", []string{`1:11: "fast" is no number`}},
		{"read-only: yes\n", []string{`1:12: want true or false, not "yes"`}},
		{"mouse: \"true\"\n", []string{`1:8: want true or false, not "true"`}},
		{"ascii: {a: 1}\n", []string{`1:8: want true or false, not keys with values`}},
		{"log-file: ''\n", []string{`1:11: the name of the file is empty`}},
		{"color: rde\n", []string{`1:8: "rde" is no colour: did you mean "red"?`}},
		{"utc: true\nutc: false\n", []string{`2:1: "utc" stands twice: it is in line 1 already`}},
		{"contexts:\n  a: {utc: true, utc: true}\n  a: {}\n", []string{`2:18: "utc" stands twice: it is in line 2 already`, `3:3: "a" stands twice: it is in line 2 already`}},
		{"context: dve\ncontexts: {dev: {}, prod: {}}\n", []string{`1:10: there is no context "dve": did you mean "dev"?`}},
		{"context: other\ncontexts: {dev: {}, prod: {}}\n", []string{`1:10: there is no context "other": there is dev, prod`}},
		{"context: dev\n", []string{`1:10: there is no context "dev": the configuration has none`}},
		{"contexts: [dev]\n", []string{`1:11: contexts: want names with settings, not a list`}},
		{"contexts: {a b: {}}\n", []string{`1:12: "a b" is no name: letters, digits, dots, dashes and underscores make one`}},
		{"contexts: {dev: 12}\n", []string{`1:17: context "dev": want keys with values, not "12"`}},
		{"addresses: {orders: 'host:1', billing: 'host:1'}\n", []string{`1:40: "host:1" is the address of orders already`}},
		{"addresses:\n  orders: localhost:1\n  billing: 127.0.0.1:1\n", []string{`3:12: "127.0.0.1:1" is the address of orders already`}},
		{"addresses: ['h:1', 'h:1']\n", []string{`1:20: "h:1" stands twice`}},
		{"addresses: ['a=h:1', 'a=h:2']\n", []string{`1:22: the name "a" stands twice`}},
		{"addresses: host\n", []string{`1:12: "host" has no port`}},
		{"addresses: [[h]]\n", []string{`1:13: want an address such as 127.0.0.1:50001, not a list`}},
		{"addresses: {b d: 'h:1'}\n", []string{`1:13: "b d" is no name: letters, digits, dots, dashes and underscores make one`}},
		{"api-token: secret-token\n", []string{`1:1: a token does not go into this file: name the file that holds it with api-token-file, or set DAPR_API_TOKEN`}},
		{"contexts: {a: {API_TOKEN: secret-token}}\n", []string{`1:16: a token does not go into this file: name the file that holds it with api-token-file, or set DAPR_API_TOKEN`}},
		{"tls: {cert: a}\n", []string{`1:6: tls: cert and key go together`}},
		{"tls: {enable: true}\n", []string{`1:7: unknown key "enable": did you mean "enabled"?`}},
		{"tls: on\n", []string{`1:6: want true or false, not "on"`}},
		{"keys: {pauze: p}\n", []string{`1:8: "pauze": no such binding: did you mean "pause"?`}},
		{"keys:\n  terminate: t\n", []string{`2:14: "terminate": "t" would terminate: an unshifted key never destroys; take a capital letter, or ctrl+ or alt+ before it`}},
		{"keys:\n  pause: [x, r]\n", []string{`2:14: "pause": "r" is the key of resume already`}},
		{"keys:\n  quit: []\n", []string{`2:3: "quit": needs a key: the console cannot be used without it`}},
		{"keys:\n  pause: {a: b}\n", []string{`2:10: want a key such as ctrl+p, or a list of keys, not keys with values`}},
		{"keys: p\n", []string{`1:7: keys: want bindings with their keys, not "p"`}},
		{"theme: drak\n", []string{`1:8: unknown background "drak": did you mean "dark"?`}},
		{"theme: {acent: red}\n", []string{`1:9: unknown key "acent": did you mean "accent"?`}},
		{"theme: {accent: [red]}\n", []string{`1:17: want a colour, not a list`}},
		{"theme: [dark]\n", []string{`1:8: theme: want keys with values, not a list`}},
		{"columns: [status, instanze]\n", []string{`1:19: unknown column "instanze": did you mean "instance"?`}},
		{"columns: [status, age]\n", []string{`1:10: the column "instance" cannot be left out: it tells what an action acts on`}},
		{"columns: [instance, age, age]\n", []string{`1:26: the column "age" stands twice`}},
		{"masks: [password, '$.']\n", []string{`1:19: "$.": a name is missing after the dot`}},
		{"masks: {a: b}\n", []string{`1:8: want a list of rules, not keys with values`}},
		{"- a\n", []string{`1:1: the configuration: want keys with values, not a list`}},
		{"just text\n", []string{`1:1: the configuration: want keys with values, not "just text"`}},
		{"? [a]\n: b\n", []string{`1:3: a key is one word`}},
		{"contexts: {a: &a {<<: *a}}\n", []string{`1:15: this merges too many others, or itself`}},
		{"contexts: {a: &a {<<: [*a, *a, *a, *a, *a, *a, *a, *a]}}\n", []string{`1:23: this merges too many others, or itself`}},
		{"contexts: {a: {<<: 1}}\n", []string{`1:20: << wants the name of another mapping, such as *base`}},

		// What is no YAML.
		{"contexts:\n\tdev: {}\n\tprod: {}\n", []string{`2:1: a tab indents this line: YAML takes spaces`, `3:1: a tab indents this line: YAML takes spaces`}},
		{"contexts:\n  \tdev: {}\n", []string{`2:3: a tab indents this line: YAML takes spaces`}},
		{"columns: [a,\nutc: true\n", []string{`3:1: did not find expected ',' or ']' (while parsing a flow sequence that begins in line 1, column 10)`}},
		{"utc: 'a\n", []string{`2:1: found unexpected end of stream (while scanning a quoted scalar that begins in line 1, column 6)`}},
		{"utc: a: b\n", []string{`1:7: mapping values are not allowed in this context`}},
		{"utc: *nobody\n", []string{`1:6: unknown anchor 'nobody' referenced`}},
		{"utc: true\n---\nutc: true\n", []string{`2:1: a second document begins here: there is one in a configuration`}},
		{"utc: tr\xffue\n", []string{`1:8: this is not UTF-8`}},
		{"# é\nutc: \x01\n", []string{`2:6: the character U+0001 may not stand here`}},
		{"\xff\xfeu\x00", []string{`1:1: this is not UTF-8`}},

		// Columns are characters, not bytes.
		{"contexts: {dev: {color: \"ö\", utc: 1}}\n", []string{
			`1:25: "ö" is no colour: want a name such as red or bright-blue, a number from 0 to 255, or #rrggbb`, `1:35: want true or false, not "1"`,
		}},
		// All of them, in their order.
		{"mouse: 1\ninterval: 2\nutcc: 1\n", []string{`1:8: want true or false, not "1"`, `2:11: "2" has no unit: want a duration such as 2s or 1m30s`, `3:1: unknown key "utcc": did you mean "utc"?`}},
		// What is hostile stays in one line.
		{"\"a\\e[2J\\nb\": 1\n", []string{`1:1: unknown key "a b"`}},
	} {
		f, err := Parse([]byte(c.text), testOptions())
		var got Mistakes
		if !errors.As(err, &got) || !reflect.DeepEqual(f, File{}) {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		for i, want := range c.want {
			if i >= len(lines) || lines[i] != "config.yaml:"+want {
				t.Errorf("%q\n got %q\nwant %q", c.text, lines, c.want)
				break
			}
		}
		if len(lines) != len(c.want) {
			t.Errorf("%q: %q", c.text, lines)
		}
		if strings.Contains(err.Error(), "secret-token") {
			t.Errorf("the token is told: %v", err)
		}
	}
}

// TestTheExampleOfTheDocs: what the page shows can be read.
func TestTheExampleOfTheDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "```yaml\n")
	example, _, ended := strings.Cut(rest, "```")
	if !ok || !ended {
		t.Fatal("the page has no example")
	}
	f, err := Parse([]byte(example), testOptions())
	if err != nil {
		t.Fatal(err)
	}
	// It shows every key.
	var r reader
	for _, known := range [][]field{r.settings(&Settings{}), r.look(&Look{})} {
		for _, k := range known {
			if !strings.Contains(example, k.key+":") {
				t.Errorf("the example does not show %s", k.key)
			}
		}
	}
	if len(f.Contexts) < 2 || len(f.Masks) == 0 || len(f.Keys) == 0 {
		t.Errorf("%+v", f)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(complete)
	for _, s := range []string{"a: &a [*a]", "contexts: {a: &a {<<: [*a, *a]}}", "keys: {pause: [p, p]}", "? a\n: b", "tls: {cert: a}", "\t", "- - -", "masks: [1, ~]", "utc: !!bool x", "a: |\n  b\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse([]byte(text), testOptions())
		var mistakes Mistakes
		switch {
		case err == nil:
			if c, err := Resolve(file, Said{}, Settings{}); err == nil {
				c.Print(Place{Path: "x"}, true, "")
			}
		case !errors.As(err, &mistakes) || len(mistakes) == 0:
			t.Fatal(err)
		}
		for _, m := range mistakes {
			if m.Line < 1 || m.Column < 1 || m.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+strings.Count(text, "\u0085")+strings.Count(text, "\u2028")+strings.Count(text, "\u2029")+2 || strings.ContainsAny(m.String(), "\n\x1b") {
				t.Fatalf("%+v", m)
			}
		}
	})
}
