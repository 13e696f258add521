package workflow

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// queryNow is what time it is in these tests.
func queryNow() time.Time { return time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC) }

func TestQueryMatch(t *testing.T) {
	inst := Instance{
		Key: Key{AppID: "orders", InstanceID: "order-17"}, Label: "order-17", Name: "OrderProcessing", Version: "v2",
		Status: ContinuedAsNew, CustomStatus: "wartet auf GENEHMIGUNG Ärger 日本", Failure: `card "Visa" declined: code 51`,
		Created: queryNow().Add(-90 * time.Minute), Updated: queryNow().Add(-30 * time.Second),
	}
	for text, want := range map[string]bool{
		"": true, "  ": true, "order": true, "ORDER-17": true, "processing": true, "17 process": true, "process 18": false,
		"continued_as": true, "genehm": true, "ärger": true, "ÄRGER": true, "日本": true, "本日": false, "日本x": false,
		"declined": true, "-declined": false, "orders": false,
		"-failed": true, "-order": false, "order -17": false, "order -18 -19": true,
		"-": true, "--": false, "xorder-17": false, // the minus of the ID

		`"card declined"`: false, `"code 51"`: true, `-"code 51"`: false, `"code 5`: true, `""`: true, `"`: true,
		`card "visa`: true, `"d "Visa" de`: true, `"card "Visa`: true, `"Visa" declined`: true, `"o*r"`: false, "o*17": true, "o?der": true, "o?r": false, "*zz*": false, "?": true, "*": true,
		`/ord.*\d$/`: true, `/ORDER/`: true, `/(?-i)ORDER/`: false, `/^17/`: false, `-/^17/`: true, "/17": false, "//": false,

		"status:continued": true, "STATUS:cont": true, "status:continued_as_new": true, "status:ContinuedAsNew": true, "status:c": true,
		"status:failed": false, "status:failed,continued": true, "-status:failed,continued": false, "-status:failed": true,
		"name:order": true, "name:order*": true, "name:*order": false, "name:OrderProcessin?": true, "name:pay*,order*": true, "name:=order": false,
		"name:=orderprocessing": true, `name:="OrderProcessing"`: true, `name:"order*"`: false, "name:/^order/": true, "name:/^pay/,/ing$/": true,
		"-name:pay": true, "-name:order,pay": false,
		"id:17": true, "id:17*": false, "id:=order-17": true, "id:/^order-[0-9]+$/": true, "id:processing": false,
		"custom:genehm*": false, "custom:*genehm*": true, "custom:*": true, "-custom:*": false, "custom:日本": true, "custom:*ärger?日本": true,
		`failure:/visa" decl/`: true, `failure:/card, decl/`: false, "failure:*51": true, "failure:/51$/ id:18": false,
		"app:orders": true, "app:bill": false, "version:v2": true, "version:*": true,
		"is:live": true, "is:ended": false, "is:l,e": true, "is:missing": false, "-is:missing": true, "is:unread": false,
		"age:<2h": true, "age:>2h": false, "age:<=90m": true, "age:<90m": false, "age:>=90m": true, "age:>90m": false, "age:1h..2h": true,
		"age:..1h": false, "age:1h..": true, "age:>1h,<1m": true, "-age:<2h": false, "age:1h30m..1.6h": true, "updated:<1m": true, "updated:<0.01h": true, "updated:>1w": false,
	} {
		if got := ParseQuery(text).Match(inst, queryNow()); got != want {
			t.Errorf("%s matches: %v, want %v", text, got, want)
		}
		if m := ParseQuery(text).Mistakes(); len(m) != 0 {
			t.Errorf("%s has a mistake: %+v", text, m)
		}
	}
}

// Undated rows have no age, empty texts no content.
func TestQueryOnNothing(t *testing.T) {
	inst := Instance{Key: Key{InstanceID: "raw"}, Status: Pending, Missing: true, ReadErr: "locked"}
	for text, want := range map[string]bool{
		"raw": true, "id:raw": true, "age:>0s": false, "-age:>0s": true, "updated:<99w": false, "name:*": false, "-name:*": true,
		"name:/.*/": false, "failure:*": false, "is:missing": true, "is:unread": true, "is:live": true, "is:missing is:unread": true,
	} {
		if got := ParseQuery(text).Match(inst, queryNow()); got != want {
			t.Errorf("%s matches: %v, want %v", text, got, want)
		}
	}
}

// An ID put in as it is finds its instance, whatever stands in it, and is in no
// mistake.
func TestQueryFindsPastedIDs(t *testing.T) {
	for _, id := range []string{
		"order:17", "abc:0001", "abc:0001:0002", "app:0001", "name:0001", "id:0001", "parent:0001", "custom:*x", "failure:a,b",
		"http://host/a?b=c", "a*b", "a?b", "a,b", `a"b`, `"a"`, "{x}", "[1", "(", "1h", "a=b", "/a", "/a/b", "äöü:0001", "5668b86a-9fff-42e0-8afc-3d733368534a", "nam:0001",
	} {
		inst := Instance{Key: Key{InstanceID: id}, Label: id}
		q := ParseQuery(id)
		if !q.Match(inst, queryNow()) && !q.AsksParents() || q.AsksParents() && !q.matchParent(&inst, "") {
			t.Errorf("%s does not find itself", id)
		}
		if m := q.Mistakes(); len(m) > 0 {
			t.Errorf("%s has a mistake: %+v", id, m)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, tt := range []struct {
		text, under, says string
		hint              bool
	}{
		{"order status:faild", "faild", `no status "faild"; failed?`, false},
		{"status:xyzzy x", "xyzzy", "expected running, suspended, pending", false},
		{"status:-completed", "-completed", "-status:completed", false},
		{"status:", "status:", "expected a status", false},
		{"-status:", "status:", "expected a status", false},
		{"status:failed,", ",", "expected a status", false},
		{"status:,failed", "status:,", "expected a status", false},
		{"name: x", "name:", "name: expected a text", false},
		{`name:""`, `""`, "name: expected a text", false},
		{"is:lost", "lost", "live, ended, missing, unread", false},
		{"age:1h", "1h", "expected < or > before it", false},
		{"age:<1", "<1", `"1": expected a unit`, false},
		{"age:<", "<", "expected an age", false},
		{"age:soon", "soon", "expected <1h, >2d or 1h..2d", false},
		{"age:<1x", "<1x", "expected an age", false},
		{"age:2d..1h", "2d..1h", "the smaller age first", false},
		{"age:..", "..", "the smaller age first", false},
		{"updated:>99999999999w", ">99999999999w", "longer than", false},
		{"id:/[/ x", "/[/", "missing closing ]", false},
		{"id:/a(/", "/a(/", "missing closing )", false},
		{"id:/abc x", "/abc", "ends with a slash", false},
		{"id:// x", "//", "empty regular expression", false},
		{"/*a/", "/*a/", "missing argument to repetition operator", false},
		{"stauts:failed", "stauts:", "status:?", true},
		{"workflow:Order", "workflow:", "name:?", true},
	} {
		q := ParseQuery(tt.text)
		if len(q.Mistakes()) != 1 {
			t.Errorf("%s: mistakes %+v", tt.text, q.Mistakes())
			continue
		}
		m := q.Mistakes()[0]
		if got := tt.text[m.From:m.To]; got != tt.under || !strings.Contains(m.Text, tt.says) || m.Hint != tt.hint {
			t.Errorf("%s: %q under %q, hint %v", tt.text, m.Text, got, m.Hint)
		}
		if _, hard := q.Mistake(); hard == tt.hint {
			t.Errorf("%s: counts as a mistake: %v", tt.text, hard)
		}
	}
}

// A mistake leaves the rest in force.
func TestMistakesAreLeftOut(t *testing.T) {
	for text, rest := range map[string]string{
		"order status:nope -17": "order -17",
		"status:failed,nope":    "status:failed",
		"age:<1":                "",
		"name:Pay*,/[/":         "name:Pay*",
	} {
		if got := ParseQuery(text).String(); got != rest {
			t.Errorf("%s leaves %q, want %q", text, got, rest)
		}
	}
}

func TestQueryFacts(t *testing.T) {
	for _, tt := range []struct {
		text                  string
		empty, timed, parents bool
	}{
		{"", true, false, false},
		{"status:", true, false, false},
		{"age:<x", true, false, false},
		{"x", false, false, false},
		{"age:<1h", false, true, false},
		{"-updated:>1h x", false, true, false},
		{"parent:x", false, false, true},
	} {
		q := ParseQuery(tt.text)
		if q.Empty() != tt.empty || q.Timed() != tt.timed || q.AsksParents() != tt.parents {
			t.Errorf("%q: empty %v, timed %v, parents %v", tt.text, q.Empty(), q.Timed(), q.AsksParents())
		}
		if (Filter{Text: tt.text}).Empty() != tt.empty {
			t.Errorf("%q: the filter differs", tt.text)
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	rows := sample(100)
	q := ParseQuery("Order ÄRGER -failed o*r name:*x id:/7/ age:<1h status:r")
	if n := testing.AllocsPerRun(10, func() {
		for i := range rows {
			q.Match(*rows[i], queryNow())
		}
	}); n != 0 {
		t.Errorf("%v allocations for 100 rows", n)
	}
}

func TestSelectByParent(t *testing.T) {
	rows := sample(50)
	for i := range rows {
		rows[i].Status = []Status{Running, Failed}[i%2]
	}
	parents := map[Key]string{}
	for i := range rows {
		if i%5 != 0 {
			parents[rows[i].Key] = map[bool]string{true: "batch-1"}[i%3 == 0]
		}
	}
	lookup := func(k Key) (string, bool) {
		p, ok := parents[k]
		return p, ok
	}
	for _, tt := range []struct {
		text string
		want func(i int) bool
	}{
		{"parent:batch-1", func(i int) bool { return i%3 == 0 }},
		{"-parent:*", func(i int) bool { return i%3 != 0 }},
		{"parent:other", func(int) bool { return false }},
	} {
		f := Filter{Text: tt.text, Statuses: NewStatusSet(Failed)}
		sel, ok := f.Apply(t.Context(), rows, SelectOptions{Parent: lookup})
		shown, unknown, counts := 0, 0, [NumStatuses]int{}
		for i := range rows {
			failed := rows[i].Status == Failed
			switch {
			case i%5 == 0 && failed:
				unknown++
			case i%5 != 0 && tt.want(i):
				counts[rows[i].Status]++
				if failed {
					shown++
				}
			}
		}
		if !ok || len(sel.Rows) != shown || len(sel.Unknown) != unknown || sel.Asked != 25 || sel.Counts != counts {
			t.Errorf("%s: %d rows, %d of %d unknown, counts %v; want %d, %d, %v", tt.text, len(sel.Rows), len(sel.Unknown), sel.Asked, sel.Counts, shown, unknown, counts)
		}
		for _, i := range sel.Unknown {
			if _, known := lookup(rows[i].Key); known {
				t.Errorf("%s: the parent of row %d is known", tt.text, i)
			}
		}
	}
	sel, _ := Filter{Text: "parent:x zzz"}.Apply(t.Context(), rows, SelectOptions{Parent: func(Key) (string, bool) {
		t.Error("asked for the parent of a row that does not match")
		return "", false
	}})
	if sel.Asked != 0 {
		t.Errorf("%d asked", sel.Asked)
	}
}

// dying is a context that ends after it was looked at a number of times.
type dying struct {
	context.Context
	looks int
}

func (d *dying) Err() error {
	if d.looks--; d.looks < 0 {
		return context.Canceled
	}
	return nil
}

// Apply ends soon when it is not wanted any more, and when it ends well it has
// done the same as one that nobody can end.
func TestApplyEnds(t *testing.T) {
	rows := sample(12_000)
	f, o := Filter{Text: "o"}, SelectOptions{By: SortID, Now: queryNow()}
	whole, _ := f.Apply(context.Background(), rows, o)
	ended := 0
	for looks := 0; ; looks++ {
		sel, ok := f.Apply(&dying{t.Context(), looks}, rows, o)
		if ok {
			if !slices.Equal(sel.Rows, whole.Rows) || sel.Counts != whole.Counts {
				t.Error("it has not done the same")
			}
			break
		}
		if len(sel.Rows) > 0 {
			t.Fatal("rows of a selection that was ended")
		}
		ended++
	}
	if ended < len(rows)/checkEvery*2 {
		t.Errorf("it looked only %d times", ended)
	}
}

func labels(c Completion) string {
	var all []string
	for _, x := range c.Candidates {
		all = append(all, x.Insert)
	}
	return strings.Join(all, " ")
}

func TestComplete(t *testing.T) {
	v := Values{Names: []string{"OrderProcessing", "My Flow", "Reorder"}, Apps: []string{"orders"}, Parents: []string{"batch:1", "a,b"}}
	keys := strings.Join(Keys(), ": ") + ":"
	for text, want := range map[string]string{
		"|":               "0 " + keys,
		"order |":         "6 " + keys,
		"-|":              "1 " + keys,
		"st|":             "0 status:",
		"-St|":            "1 status:",
		"x a|":            "2 age: app:",
		"zz|":             "0 ",
		"status:|":        "7 running suspended pending stalled failed completed terminated canceled continued_as_new unknown",
		"status:s|":       "7 suspended stalled",
		"status:st| x":    "7 stalled",
		"status:stalled|": "7 ",
		"status:r,f|":     "9 failed",
		"status:|failed":  "7 running suspended pending stalled failed completed terminated canceled continued_as_new unknown",
		"sta|tus:failed":  "0 status:",
		"name:|":          `5 OrderProcessing "My Flow" Reorder`,
		"name:order|":     "5 OrderProcessing Reorder",
		"name:=my|":       `6 "My Flow"`,
		`name:"My F|`:     `5 "My Flow"`,
		`name:"My Flow"|`: "5 ",
		`"my f|`:          "0 ",
		"id:/x|":          "3 ",
		"id:|":            "3 ",
		"app:|":           "4 orders",
		"parent:|":        `7 batch:1 "a,b"`,
		"is:m|":           "3 missing",
		"age:>|":          "4 >1m >10m >1h >1d",
		"custom:x|":       "7 ",
	} {
		cursor := strings.IndexByte(text, '|')
		c := Complete(strings.Replace(text, "|", "", 1), cursor, v)
		if got := fmt.Sprintf("%d %s", c.From, labels(c)); got != want || c.To != cursor {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestCompletionsMeanWhatTheyShow: a value that was completed finds what it was
// made from.
func TestCompletionsMeanWhatTheyShow(t *testing.T) {
	for _, name := range []string{"OrderProcessing", "My Flow", "a,b", "a*b?", "/x/", "=y", `"q`, "ä ö", "a:b"} {
		c := Complete("name:", 5, Values{Names: []string{name}})
		if len(c.Candidates) != 1 {
			t.Fatalf("%q: %+v", name, c)
		}
		q := ParseQuery("name:" + c.Candidates[0].Insert)
		if _, bad := q.Mistake(); bad || !q.Match(Instance{Name: name}, queryNow()) || q.Match(Instance{Name: "zzz"}, queryNow()) {
			t.Errorf("%q was completed to %q", name, c.Candidates[0].Insert)
		}
	}
	for _, key := range []string{keyStatus, keyIs, keyAge, keyUpdated} {
		for _, x := range Complete(key+":", len(key)+1, Values{}).Candidates {
			if q := ParseQuery(key + ":" + x.Insert); q.Empty() || len(q.Mistakes()) > 0 {
				t.Errorf("%s:%s is no term", key, x.Insert)
			}
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{
		"order -17", "ÄRGER", "\xff -", `name:"My Flow",/a b/,=x -status:failed,xx "q`, "age:<1h,1d..2d is:live id:/(/ /x/ stauts:x", `name:="a" b"`, "parent:*?* -",
		"status:,", "id:/\\/", "-\"", "--x", "name:\u2003x", "1:2", "a:b:c", "updated:>1.5.5h", "age:<.h",
	} {
		f.Add(seed, "order-17")
	}
	f.Add("nAme:", "") // an absent name is no candidate
	rows := sample(20)
	f.Fuzz(func(t *testing.T, text, id string) {
		q := ParseQuery(text)
		at := 0
		for _, m := range q.Mistakes() {
			if m.From < 0 || m.From >= m.To || m.To > len(text) || m.Text == "" || m.Text != Clean(m.Text) {
				t.Fatalf("%q: a mistake at %d to %d: %q", text, m.From, m.To, m.Text)
			}
			if m.From < at {
				t.Fatalf("%q: mistakes in no order", text)
			}
			at = m.From
		}
		again := ParseQuery(q.String())
		if again.String() != q.String() {
			t.Fatalf("%q is %q is %q", text, q.String(), again.String())
		}
		if m, bad := again.Mistake(); bad {
			t.Fatalf("%q: a mistake in %q: %+v", text, q.String(), m)
		}
		inst := Instance{Key: Key{InstanceID: id}, Label: id, Name: text, Created: queryNow().Add(-time.Hour)}
		for _, r := range append(rows, &inst) {
			if q.Match(*r, queryNow()) != again.Match(*r, queryNow()) || q.matchParent(r, r.Name) != again.matchParent(r, r.Name) {
				t.Fatalf("%q and %q differ on %+v", text, q.String(), r)
			}
		}
		for i := 0; i <= min(len(text), 100); i++ {
			c := Complete(text, i, Values{Names: []string{id}})
			if c.From < 0 || c.From > c.To || c.To != i {
				t.Fatalf("%q at %d: completes %d to %d", text, i, c.From, c.To)
			}
		}
	})
}

// FuzzMatch compares the patterns with the obvious way.
func FuzzMatch(f *testing.F) {
	f.Add("Order-17", "r-1", "*r?e*")
	f.Add("ärger", "ÄR", "?")
	f.Add("aXbXc", "x", "a*x?")
	f.Fuzz(func(t *testing.T, text, word, glob string) {
		if text == "" || !isASCII(text+word+glob) {
			return
		}
		low := strings.ToLower(text)
		if word != "" {
			part, whole := newPart(word), newWhole(word)
			if part.match(text) != strings.Contains(low, strings.ToLower(word)) {
				t.Fatalf("%q in %q", word, text)
			}
			if whole.match(text) != (low == strings.ToLower(word)) {
				t.Fatalf("%q is %q", word, text)
			}
		}
		p := newGlob(glob)
		if p.match(text) != slowGlob(low, strings.ToLower(glob)) {
			t.Fatalf("%q is like %q", text, glob)
		}
	})
}

func slowGlob(text, glob string) bool {
	reach := make([]bool, len(text)+1) // from where on the rest of the glob fits
	reach[len(text)] = true
	for g := len(glob) - 1; g >= 0; g-- {
		next := make([]bool, len(text)+1)
		for t := len(text); t >= 0; t-- {
			switch {
			case glob[g] == '*':
				next[t] = reach[t] || t < len(text) && next[t+1]
			case t < len(text) && (glob[g] == '?' || glob[g] == text[t]):
				next[t] = reach[t+1]
			}
		}
		reach = next
	}
	return reach[0]
}

// TestRandomQueries runs the fuzz target's kind of text made of likely pieces,
// with what ends a selection at random.
func TestRandomQueries(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	pieces := []string{"order", "-", " ", ":", ",", `"`, "/", "*", "status", "name", "age", "<1h", "failed", "=", "parent", "7", ".."}
	rows := sample(300)
	for range 500 {
		var b strings.Builder
		for range rng.IntN(9) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		f := Filter{Text: b.String()}
		want := apply(f, rows, SortID, false)
		got, ok := f.Apply(&dying{t.Context(), rng.IntN(5)}, rows, SelectOptions{By: SortID, Now: queryNow()})
		if ok && (!slices.Equal(got.Rows, want.Rows) || got.Counts != want.Counts || got.Asked != want.Asked) {
			t.Fatalf("%q: %d rows, want %d", f.Text, len(got.Rows), len(want.Rows))
		}
	}
}

// The terms in the documentation parse, and each says something.
func TestDocumentedTerms(t *testing.T) {
	text, err := os.ReadFile("../../docs/filter.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.SplitSeq(string(text), "\n") {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		rows++
		for i, code := range strings.Split(line, "`") {
			if i%2 == 0 || len(code) < 4 || strings.HasPrefix(code, "(?") {
				continue
			}
			q := ParseQuery(code)
			if m := q.Mistakes(); q.Empty() || len(m) > 0 || q.String() != code {
				t.Errorf("%s is %q, with mistakes %+v", code, q.String(), m)
			}
		}
	}
	if rows < len(Keys()) {
		t.Errorf("%d terms are documented", rows)
	}
}

// A long text, such as a paste by mistake, is read in time that grows with its
// length: each of these takes seconds where it grows with its square.
func TestLongTextsAreRead(t *testing.T) {
	for _, piece := range []string{"a", "status:", "status:,", "id:/x ", `"x`, "name:a,", ",", "/", "*", "age:<1h,", "id:/a,", "x:y ", `name:"a `, "-", "1"} {
		for _, head := range []string{"", "status:", "name:", "age:<"} {
			text := head + strings.Repeat(piece, 5000)
			q := ParseQuery(text)
			for _, m := range q.Mistakes() {
				if m.From >= m.To || m.To > len(text) {
					t.Fatalf("%s%s…: a mistake at %d to %d of %d", head, piece, m.From, m.To, len(text))
				}
			}
			Complete(text, len(text), Values{})
		}
	}
}
