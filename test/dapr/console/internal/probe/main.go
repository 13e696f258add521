// Command probe is a small Bubble Tea program on which the driver is tested:
// it uses every terminal feature that the console may use and shows what
// reaches it.
package main

import (
	"fmt"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
)

type probe struct {
	width, height int
	keys          []string
	paste         string
	mouse         string
	dark          string
	count         int
}

func (p probe) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (p probe) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.width, p.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		p.dark = fmt.Sprint(msg.IsDark())
	case tea.PasteMsg:
		p.paste = fmt.Sprintf("%q", msg.Content)
	case tea.MouseClickMsg:
		p.mouse = fmt.Sprintf("%d,%d", msg.X, msg.Y)
	case tea.KeyPressMsg:
		return p.key(msg)
	}
	return p, nil
}

func (p probe) key(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	p.count++
	p.keys = append(p.keys, msg.String())
	if len(p.keys) > 5 {
		p.keys = p.keys[1:]
	}
	switch msg.String() {
	case "q":
		return p, tea.Quit
	case "Y":
		return p, tea.SetClipboard("copied 订单")
	case "!":
		panic("asked for")
	default:
		return p, nil
	}
}

func (p probe) View() tea.View {
	v := tea.NewView(strings.Join([]string{
		fmt.Sprintf("size %dx%d", p.width, p.height),
		fmt.Sprintf("count %d.", p.count),
		"keys " + strings.Join(p.keys, " ") + ".",
		"paste " + p.paste,
		"mouse " + p.mouse,
		"dark " + p.dark,
		"宽 wide 订单 🎁 after",
		"\x1b[1;31mred and bold\x1b[m " + strings.Repeat("-", 30),
	}, "\n"))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.ReportFocus = true
	v.WindowTitle = "probe"
	v.ProgressBar = tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	v.KeyboardEnhancements.ReportEventTypes = true
	return v
}

func main() {
	if _, err := tea.NewProgram(probe{}).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
