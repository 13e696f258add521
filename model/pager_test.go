package model

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// fakeOutside is the pager and the disk.
type fakeOutside struct {
	text  func() string
	files map[string]string
}

func (f *fakeOutside) Run() error          { return nil }
func (f *fakeOutside) SetStdin(io.Reader)  {}
func (f *fakeOutside) SetStdout(io.Writer) {}
func (f *fakeOutside) SetStderr(io.Writer) {}

func (f *fakeOutside) config(c *Config) {
	c.Pager = func(text func() string) tea.ExecCommand {
		f.text = text
		return f
	}
	c.WriteValue = func(path, text string, replace bool) error {
		if _, ok := f.files[path]; ok && !replace {
			return fmt.Errorf("%s: %w", path, fs.ErrExist)
		}
		if path == "/full" {
			return errors.New("no space left on device")
		}
		f.files[path] = text
		return nil
	}
}

const payloadInput = `{"id":9223372036854775807,"lines":[{"sku":"A1"},{"sku":"B2"}]}`

// withData has the console on the Data tab of an instance with an input.
func withData(t *testing.T, change ...func(*Config)) (*bench, *fakeOutside) {
	t.Helper()
	out := &fakeOutside{files: map[string]string{}}
	b := start(t, append([]func(*Config){out.config}, change...)...)
	b.client.add("order-17", "OrderProcessing", workflow.Running)
	b.client.instances["order-17"].input = payloadInput
	b.refresh()
	b.pass(restBeforeRead)
	b.press("enter [")
	b.sees(`"sku": "B2"`)
	return b, out
}

func TestAValueIsCopiedWithItsPath(t *testing.T) {
	b, _ := withData(t)
	b.press("ctrl+y")
	b.sees("no JSON value is under the cursor")
	b.press("j j")
	b.press("y ctrl+y")
	if got := strings.Join(b.copied, " "); got != "9223372036854775807 $.id" {
		t.Errorf("copied %q", got)
	}
	b.sees("the path $.id sent to the terminal's clipboard")
}

// The pager gets what is on the screen, laid out or raw.
func TestThePagerShowsTheValueInFocus(t *testing.T) {
	b, out := withData(t)
	b.press("j j j j |")
	if got := out.text(); got != "{\n  \"sku\": \"A1\"\n}\n" {
		t.Errorf("the pager shows %q", got)
	}
	b.press("v |")
	if got := out.text(); got != payloadInput {
		t.Errorf("raw, the pager shows %q", got)
	}
	b.send(pagedMsg{errors.New("run less: not found")})
	b.sees("the pager failed: run less: not found")
	out.text = nil
	b.press("esc |")
	if out.text != nil {
		t.Error("the pager is opened from the list")
	}
	b.sees("no value is in focus")
}

func TestAValueIsWrittenToAFile(t *testing.T) {
	b, out := withData(t)
	b.press("j j j j w")
	b.sees("Write to a file", "$.lines[0] of the input", "order-17-lines-0-of-the-input.json")
	b.press("ctrl+s")
	b.sees("wrote $.lines[0] of the input, 12 bytes, to order-17-lines-0-of-the-input.json")
	if got := out.files["order-17-lines-0-of-the-input.json"]; got != `{"sku":"A1"}` {
		t.Errorf("the file holds %q", got)
	}

	// A file that is there is asked about, and replaced only when told to.
	b.press("j w ctrl+u")
	b.press("ctrl+k")
	b.text("order-17-lines-0-of-the-input.json")
	b.press("ctrl+s")
	b.sees("this file is there already", "order-17-lines-0-of-the-input.json")
	if got := out.files["order-17-lines-0-of-the-input.json"]; got != `{"sku":"A1"}` {
		t.Errorf("the file holds %q", got)
	}
	b.press("tab space ctrl+s")
	b.sees("wrote $.lines[0].sku of the input")
	if got := out.files["order-17-lines-0-of-the-input.json"]; got != `"A1"` {
		t.Errorf("the file holds %q", got)
	}

	b.press("w ctrl+u ctrl+k")
	b.text("/full")
	b.press("ctrl+s")
	b.sees("no space left on device", "/full")
	b.press("esc esc")
}

// Served to others, no key reaches the machine that the console runs on.
func TestServedHasNoPagerAndNoFiles(t *testing.T) {
	b, out := withData(t, func(c *Config) { c.Served = true })
	b.press("j j | w")
	b.seesNot("Write to a file")
	if out.text != nil {
		t.Error("the pager is opened")
	}
	b.press("?")
	b.seesNot("$PAGER")
	b.seesNot("write the value")
}

// In the list / filters, in the data it searches, and letters are text then.
func TestSlashSearchesWhereTheFocusIs(t *testing.T) {
	b, _ := withData(t)
	b.press("- /")
	b.text("sku")
	b.sees("/sku", "1 of 2")
	c := b.m.View().Cursor
	if c == nil || c.Y < b.m.layout.Detail.Y || c.X <= b.m.layout.Detail.X {
		t.Errorf("the cursor is at %+v", c)
	}
	b.send(tea.PasteMsg{Content: "X"})
	b.sees("/skuX", "nothing found")
	b.press("backspace enter n")
	b.sees("2 of 2", `"sku": "B2"`)
	b.press("N")
	b.sees("1 of 2")
	b.press("esc")
	b.seesNot("1 of 2")
	if b.m.focus != focusDetail {
		t.Error("esc has left the pane")
	}
	b.press("esc /")
	b.text("order")
	if !b.m.filtering || b.m.detail.Typing() {
		t.Error("the list is not filtered")
	}
}

func TestFileNames(t *testing.T) {
	for _, c := range [][3]string{
		{"order-1", "input", "order-1-input.txt"},
		{"a/b||c 订单", "$.x[\"y\"] of the input", "a-b-c-x-y-of-the-input.txt"},
		{"../..", "", "value.txt"},
	} {
		got := fileName(c[0], value{c[1], "not json"})
		if got != c[2] {
			t.Errorf("%q and %q make %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
