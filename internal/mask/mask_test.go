package mask

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestPayload(t *testing.T) {
	for _, c := range []struct{ rules, in, want string }{
		{"password", `{"user":"ann","password":"s3cret","n":1}`, `{"user":"ann","password":"•••","n":1}`},
		{"password", `{ "PassWord" : {"a":[1,2]} , "x" : [ ] }`, `{ "PassWord" : "•••" , "x" : [ ] }`},
		{"password", `{"a":[{"password":null},{"password":12.5e3}]}`, `{"a":[{"password":"•••"},{"password":"•••"}]}`},
		{"card*", `{"cardNumber":1,"card":2,"discard":3}`, `{"cardNumber":"•••","card":"•••","discard":3}`},
		{"*card*", `{"discarded":3,"x":1}`, `{"discarded":"•••","x":1}`},
		{"a*b*c", `{"axxbxxc":1,"abc":2,"ac":3}`, `{"axxbxxc":"•••","abc":"•••","ac":3}`},
		{"password", `{"p\u0061ssword":"x"}`, `{"p\u0061ssword":"•••"}`},
		{"password", `{"a":"password","b":"\"password\":1"}`, `{"a":"password","b":"•••"}`},
		{"$.customer.email", `{"customer":{"email":"a@b","name":"n"},"email":"c@d"}`, `{"customer":{"email":"•••","name":"n"},"email":"c@d"}`},
		{"$..email", `{"customer":{"email":"a@b"},"l":[[{"email":1}]],"email":"c@d"}`, `{"customer":{"email":"•••"},"l":[[{"email":"•••"}]],"email":"•••"}`},
		{"$.items[*].price", `{"items":[{"price":1,"n":2},{"price":3}],"price":4}`, `{"items":[{"price":"•••","n":2},{"price":"•••"}],"price":4}`},
		{"$.items[1]", `{"items":[1,2,3]}`, `{"items":[1,"•••",3]}`},
		{"$[0]", `[{"a":1},2]`, `["•••",2]`},
		{"$.*.b", `{"a":{"b":1},"l":[{"b":2}]}`, `{"a":{"b":"•••"},"l":[{"b":2}]}`},
		{"$..*", `{"a":1,"b":[2]}`, `{"a":"•••","b":"•••"}`},
		{"$['a.b']['c*']", `{"a.b":{"c*":1,"cd":2}}`, `{"a.b":{"c*":"•••","cd":2}}`},
		{"$..a..b", `{"a":{"x":{"b":1}},"b":2}`, `{"a":{"x":{"b":"•••"}},"b":2}`},
		{"$", `{"a":1}`, `"•••"`},
		{"$", ` 42 `, ` "•••" `},
		{"$", `"text"`, `"•••"`},

		// JSON in texts, as some SDKs write it.
		{"password", `"{\"password\":\"x\",\"a\":1}"`, `"{\"password\":\"•••\",\"a\":1}"`},
		{"password", `{"body":"[{\"password\":\"<x>\"}]","a":1}`, `{"body":"[{\"password\":\"•••\"}]","a":1}`},
		{"password", `{"body":"{\"in\":\"{\\\"password\\\":1}\"}"}`, `{"body":"{\"in\":\"{\\\"password\\\":\\\"•••\\\"}\"}"}`},

		// Several values in a row.
		{"password", "{\"password\":1}\n{\"password\":2}\n", "{\"password\":\"•••\"}\n{\"password\":\"•••\"}\n"},

		// What is no JSON is hidden when it holds the name as a word, what breaks
		// off is masked from there.
		{"password", `the password is x`, `•••`},
		{"password", `[INFO] password: x`, `•••`},
		{"password", `{'password': 'x'}`, `•••`},
		{"password", `the PasswordService says no`, `the PasswordService says no`},
		{"password", `password_hash=1 userpassword=2 passwords`, `password_hash=1 userpassword=2 passwords`},
		{"password", `password`, `password`},
		{"pass*", `my password_hash: 1`, `•••`},
		{"user-id", `user-id=1`, `•••`},
		{"a.b", `a.b=1`, `•••`},
		{"$.customer.email", `mail to email a@b`, `•••`},
		{"$.items[*]", `items are 1`, `•••`},
		{"$[0]", `items are 1`, `items are 1`},
		{"$", `any text`, `•••`},
		{"password", `2026-01-01 12:00`, `2026-01-01 12:00`},
		{"password", ``, ``},
		{"password", `  `, `  `},
		{"password", `{"a":1,"password":"x`, `{"a":1,"password":•••`},
		{"password", `{"a":1,"b":"half of the passw`, `{"a":1,"b":•••`},
		{"password", `{"a":1,"password":{"x":`, `{"a":1,"password":•••`},
		{"password", `{"a":1 oops "password":"x"}`, `{"a":1 •••`},
		{"password", `["{\"password\":\"x`, `[•••`},
		{"password", `"{\"password\":\"x`, `•••`},
		{"password", `{"a":NaN,"password":"x"}`, `{"a":NaN,"password":"•••"}`},

		{"*text", `the password is x`, `•••`},
		{"*text", `"the password is x"`, `"•••"`},
		{"*text", `{"a":"stays"}`, `{"a":"stays"}`},
		{"*text", `42`, `42`},
		{"*text", ``, ``},
	} {
		m, err := New([]string{c.rules})
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Payload(c.in); got != c.want {
			t.Errorf("%s on %s\n got %s\nwant %s", c.rules, c.in, got, c.want)
		}
	}
}

func TestFailure(t *testing.T) {
	m, err := New([]string{"password", RuleText})
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"connection refused":            "connection refused",
		`{"password":"x","status":401}`: `{"password":"•••","status":401}`,
	} {
		if got := m.Failure(in); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
	if m, err = New([]string{RuleFailure}); err != nil {
		t.Fatal(err)
	}
	if got := m.Failure("password x is wrong"); got != "•••" || m.Failure("") != "" || m.Payload("as it is") != "as it is" {
		t.Error(got)
	}
}

func TestNoRulesIsNoMask(t *testing.T) {
	m, err := New(nil)
	if err != nil || m != nil || m.Payload("x") != "x" || m.Failure("y") != "y" {
		t.Fatal(m, err)
	}
}

func TestCheckRefuses(t *testing.T) {
	for rule, want := range map[string]string{
		"":                             "empty",
		" ":                            "empty",
		"$password":                    "a dot or a bracket is missing",
		"$.":                           "a name is missing",
		"$.a..":                        "a name is missing",
		"$.a[":                         "does not close",
		"$.a[x]":                       "in brackets stands",
		"$.a[-1]":                      "in brackets stands",
		"$['a":                         "does not end",
		"items[*].a":                   "a path begins with $",
		"$" + strings.Repeat(".a", 64): "at most",
	} {
		if err := Check(rule); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", rule, err, want)
		}
	}
}

// TestDeepNesting: what is too deep is masked, and no stack overflows.
func TestDeepNesting(t *testing.T) {
	m, err := New([]string{"password", "$..a"})
	if err != nil {
		t.Fatal(err)
	}
	const deep = 1 << 20
	in := strings.Repeat(`{"x":`, deep) + `{"password":"secret"}` + strings.Repeat("}", deep)
	if got := m.Payload(in); strings.Contains(got, "secret") {
		t.Error("the secret is there")
	}
	in = `{"password":` + strings.Repeat("[", deep) + strings.Repeat("]", deep) + `}`
	if got := m.Payload(in); got != `{"password":"•••"}` {
		t.Errorf("%.80s", got)
	}
}

// oracle is what a mask of one name has to leave, by way of encoding/json.
func oracle(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			if strings.ToLower(k) == name {
				v[k] = "•••"
			} else {
				v[k] = oracle(v[k], name)
			}
		}
	case []any:
		for i := range v {
			v[i] = oracle(v[i], name)
		}
	}
	return v
}

func FuzzPayload(f *testing.F) {
	for _, s := range []string{
		`{"password":"x"}`, `[{"a":{"password":[1,{"b":2}]}}]`, `{"a":"{\"password\":1}"}`, `{"password":`, "{\"password\":1}\n{}", `"\u007b"`, `{"a\\":1,"password":2}`,
	} {
		f.Add(s)
	}
	m, err := New([]string{"password", "$..card[*].cvc", "$.a.b"})
	if err != nil {
		f.Fatal(err)
	}
	names, err := New([]string{"password"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := m.Payload(s)
		if again := m.Payload(got); json.Valid([]byte(s)) && again != got {
			t.Fatalf("%q masked twice is %q", got, again)
		}
		if json.Valid([]byte(s)) && !json.Valid([]byte(got)) {
			t.Fatalf("%q is no JSON any more: %q", s, got)
		}
		compare(t, s, names.Payload(s))
	})
}

// compare holds a masked JSON text against the oracle, where no text in it
// could hold JSON.
func compare(t *testing.T, s, got string) {
	t.Helper()
	if strings.ContainsAny(strings.ReplaceAll(s, `"password"`, ""), `\`) || strings.Contains(s, `"{`) || strings.Contains(s, `"[`) || strings.Contains(s, `" `) {
		return
	}
	var want, have any
	if json.Unmarshal([]byte(s), &want) != nil {
		return
	}
	if err := json.Unmarshal([]byte(got), &have); err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(oracle(want, "password"))
	b, _ := json.Marshal(have)
	if string(a) != string(b) {
		t.Fatalf("%q\n got %s\nwant %s", s, b, a)
	}
}

func BenchmarkPayload(b *testing.B) {
	var s strings.Builder
	s.WriteString(`{"orders":[`)
	for s.Len() < 5<<20 {
		s.WriteString(`{"id":"order-1042","customer":{"name":"Ann Example","email":"ann@example.org","password":"s3cret"},"lines":[1,2,3.5,true],"note":"as \"usual\""},`)
	}
	s.WriteString(`null]}`)
	for name, rules := range map[string][]string{
		"names": {"password", "card*", "*token"},
		"paths": {"$.orders[*].customer.email", "$..card"},
		"both":  {"password", "card*", "*token", "$.orders[*].customer.email", "$..card"},
	} {
		m, err := New(rules)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(s.Len()))
			b.ReportAllocs()
			for b.Loop() {
				m.Payload(s.String())
			}
		})
	}
}
