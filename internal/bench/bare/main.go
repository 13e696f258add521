// Bare is the least Bubble Tea program there is: what the console's start and
// rest are measured against.
package main

import (
	"os"

	tea "charm.land/bubbletea/v2"
)

type bare struct{}

func (bare) Init() tea.Cmd { return nil }

func (b bare) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "q" {
		return b, tea.Quit
	}
	return b, nil
}

func (bare) View() tea.View { return tea.View{Content: "bare-program", AltScreen: true} }

func main() {
	if _, err := tea.NewProgram(bare{}).Run(); err != nil {
		os.Exit(1)
	}
}
