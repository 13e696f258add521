// Bare is the least Bubble Tea program there is: what the console's start, rest
// and answers to keys are measured against. It shows how many keys it got.
package main

import (
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"
)

type bare struct{ keys int }

func (bare) Init() tea.Cmd { return nil }

func (b bare) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if k.String() == "q" {
			return b, tea.Quit
		}
		b.keys++
	}
	return b, nil
}

func (b bare) View() tea.View {
	return tea.View{Content: fmt.Sprintf("bare-program %d", b.keys%10), AltScreen: true}
}

func main() {
	if _, err := tea.NewProgram(bare{}).Run(); err != nil {
		os.Exit(1)
	}
}
