//go:build !js

package archive

import (
	"strings"
	"unicode/utf8"
)

// parts takes an entry's name apart. None: the target itself. A name that would
// lead out of the target fails.
func parts(name string) ([]string, error) {
	switch {
	case name == "":
		return nil, fail(BadName, "", "an entry has no name")
	case !utf8.ValidString(name):
		return nil, fail(Encoding, name, "the name is not UTF-8")
	case strings.IndexByte(name, 0) >= 0:
		return nil, fail(BadName, name, "the name has a NUL in it")
	case name[0] == '/':
		return nil, fail(Absolute, name, "the name is absolute")
	}
	var list []string
	for part := range strings.SplitSeq(name, "/") {
		switch part {
		case "", ".":
		case "..":
			return nil, fail(DotDot, name, `the name goes up with ".."`)
		default:
			list = append(list, part)
		}
	}
	return list, nil
}

// leaves says why a symbolic link may lead out of the target, if it may. depth
// is how many directories below the target it lies. What a link's own names lead
// through may be links again, so ".." counts at the beginning only: after a name
// nobody can tell where it leads.
func leaves(target string, depth int) string {
	link := "is a link to " + quoted(target)
	if strings.HasPrefix(target, "/") {
		return link + ", which is absolute"
	}
	named := false
	for part := range strings.SplitSeq(target, "/") {
		switch {
		case part == "" || part == ".":
		case part != "..":
			named = true
		case named:
			return link + ", which goes up after a name"
		default:
			if depth--; depth < 0 {
				return link + ", which leads out of the target"
			}
		}
	}
	return ""
}
