package model

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	_ "github.com/charmbracelet/x/exp/golden" // has the -update flag

	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// recordedClient answers with what was recorded on the real runtime.
type recordedClient struct {
	*fakeClient
	file saved.File
}

func (c *recordedClient) find(id string) *saved.Instance {
	for i := range c.file.Instances {
		if c.file.Instances[i].Detail.InstanceID == id {
			return &c.file.Instances[i]
		}
	}
	return nil
}

func (c *recordedClient) Detail(_ context.Context, key workflow.Key) (workflow.Detail, error) {
	if in := c.find(key.InstanceID); in != nil {
		return in.Detail, nil
	}
	return workflow.Detail{}, notFound(key.InstanceID)
}

func (c *recordedClient) History(_ context.Context, key workflow.Key) (workflow.History, error) {
	if in := c.find(key.InstanceID); in != nil {
		return in.History, nil
	}
	return workflow.History{}, notFound(key.InstanceID)
}

// recordedTree shows the tree of a recorded instance.
func recordedTree(t *testing.T, name string) *bench {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "internal", "workflow", "testdata", "histories", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	file, err := saved.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	c := &recordedClient{file: file}
	b := start(t, func(cfg *Config) {
		c.fakeClient = cfg.Client.(*fakeClient)
		cfg.Client = c
	})
	b.now = file.SavedAt
	b.client.app = file.Instances[0].Detail.AppID
	b.refresh(func(s *watch.Snapshot) {
		for i := range file.Instances {
			s.Instances = append(s.Instances, &file.Instances[i].Detail.Instance)
		}
	})
	b.m.list.Select(file.Instances[0].Detail.Key)
	b.run(b.m.chosen())
	b.pass(restBeforeRead)
	b.press("t enter ] ] ]")
	b.sees("▌Tree")
	return b
}

// TestRecordedTrees compares the trees of real instances with golden files; the
// flag -update writes them.
func TestRecordedTrees(t *testing.T) {
	for _, name := range []string{"go-failed-child", "go-terminated-tree", "go-children-running", "go-child-retries", "js-failed-child"} {
		for _, size := range [][2]int{{160, 50}, {80, 24}} {
			t.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(t *testing.T) {
				b := recordedTree(t, name)
				b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				got := b.screen() + "\n"
				path := filepath.Join("testdata", "trees", fmt.Sprintf("%s-%dx%d.txt", name, size[0], size[1]))
				if flag.Lookup("update").Value.String() == "true" {
					if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("%s differs (-update accepts it):\n%s", path, got)
				}
			})
		}
	}
}

// Each recorded instance is reached from the first one with enter, and the
// trail leads back to it.
func TestRecordedTreesAreWalked(t *testing.T) {
	b := recordedTree(t, "go-children-running")
	first := b.m.shown.key.InstanceID
	var gone []string
	for range 3 {
		b.press("j enter")
		b.pass(restBeforeRead)
		if id := b.m.shown.key.InstanceID; id != first {
			gone = append(gone, id)
		}
	}
	if len(gone) == 0 {
		t.Fatalf("nowhere was gone to:\n%s", b.screen())
	}
	b.press(strings.Repeat("backspace ", len(b.m.trail)))
	b.pass(restBeforeRead)
	b.goes(first)
}
