package readme_test

import (
	"fmt"
	"strings"
)

// block is a fenced piece of code. Its first line is "```language name"; the
// name is that of the file it is, or of what it shows.
type block struct {
	language, name, text string
	line                 int
}

// blocks returns the fenced code of a Markdown text.
func blocks(text string) ([]block, error) {
	var list []block
	var open *block
	n := 0
	for line := range strings.Lines(text) {
		n++
		info, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && open == nil:
			open = &block{line: n}
			open.language, open.name, _ = strings.Cut(strings.TrimSpace(info), " ")
		case fence && strings.TrimSpace(info) != "":
			return nil, fmt.Errorf("line %d: a block begins inside that of line %d", n, open.line)
		case fence:
			list, open = append(list, *open), nil
		case open != nil:
			open.text += line
		}
	}
	if open != nil {
		return nil, fmt.Errorf("the block of line %d has no end", open.line)
	}
	return list, nil
}
