package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// config is what directives say about one run of a program.
//
// A directive stands in the program's source, alone on its line: "//#Name:
// value", "##Name: value" in shell scripts, "// #Name: value" in Go. Directives are:
//
//	Config: name[:parent]           begins a configuration, which has what parent has
//	AbstractConfig: name[:parent]   the same, for others to inherit from only
//	AbstractConfigFile: path        directives from a file, one "Name: value" a line
//	Args: a b c                     arguments
//	ProgramName: name               argv[0]; default: the program's absolute path
//	Env: KEY=value
//	Stdin: text   StdinFile: path
//	CurrentDirectory: path          of the program's; default: the case's directory
//	MappedDirectory: host:guest     "$temp" is a fresh directory
//	DefaultMappedDirectories: bool  false: not the case's directory at its own path, /lib and /data
//	PrefilledFile: path:contents    written before
//	ExpectedFile: path:contents     compared afterwards
//	ExpectedStdout: line   ExpectedStdoutFile: path    the lines of all of them, without white space around
//	ExpectedStderr: line   ExpectedStderrFile: path
//	ExpectedExitCode: n             default 0
//	MustFail: bool                  any exit code but 0
//	Ignored: reason                 upstream does not run it
//	SkipEngine: engine:reason       upstream does not run it on that engine of theirs
//	UnixOnly: bool
//	BuildEnv: KEY=value             for the compiler; of all configurations
//	Build: how                      ours: see Builder; of all configurations
type config struct {
	name       string
	abstract   bool
	args       []string
	argv0      string
	env        []string
	stdin      []byte
	cwd        string
	mapped     []mapping
	noDefaults bool
	prefilled  []file
	files      []file
	stdout     []string
	stderr     []string
	exitCode   int
	mustFail   bool
	ignored    string
}

// mapping is a MappedDirectory.
type mapping struct{ host, guest string }

// file is a file with contents.
type file struct{ path, contents string }

// source is a program's source and all its configurations.
type source struct {
	dir      string // where it lies
	name     string // main.c
	configs  []*config
	buildEnv []string
	build    []string
}

// directiveParser reads one source.
type directiveParser struct {
	*source
	cur     *config
	touched bool // cur has got something since it began
}

// parseSource reads the directives of a source. A source without any has one
// configuration, "default".
func parseSource(dir, name string) (*source, error) {
	p := &directiveParser{source: &source{dir: dir, name: name}, cur: &config{name: "default"}}
	prefix := "//#"
	switch filepath.Ext(name) {
	case ".sh":
		prefix = "##"
	case ".go":
		prefix = "// #" // gofmt makes it of the other
	}
	if err := p.file(filepath.Join(dir, name), prefix); err != nil {
		return nil, err
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	kept := p.configs[:0:0]
	for _, c := range p.configs {
		if !c.abstract {
			kept = append(kept, c)
		}
	}
	if p.configs = kept; len(kept) == 0 {
		return nil, fmt.Errorf("%s: all its configurations are abstract", filepath.Join(dir, name))
	}
	return p.source, nil
}

// file reads directives from lines that begin with prefix; with "" from all
// that are not comments.
func (p *directiveParser) file(name, prefix string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		line, ok := strings.CutPrefix(strings.TrimSpace(line), prefix)
		if !ok || prefix == "" && (line == "" || line[0] == '#') {
			continue
		}
		if err := p.directive(line); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return nil
}

// finish ends the current configuration.
func (p *directiveParser) finish() error {
	if p.find(p.cur.name) != nil {
		return fmt.Errorf("there are two configurations %s", p.cur.name)
	}
	p.configs = append(p.configs, p.cur)
	return nil
}

func (p *directiveParser) find(name string) *config {
	for _, c := range p.configs {
		if c.name == name {
			return c
		}
	}
	return nil
}

// begin starts a configuration. What stood before the first one is one itself,
// unless nothing did.
func (p *directiveParser) begin(value string, abstract bool) error {
	if p.touched {
		if err := p.finish(); err != nil {
			return err
		}
	}
	name, parent, inherits := strings.Cut(value, ":")
	c := config{}
	if inherits {
		from := p.find(parent)
		if from == nil {
			return fmt.Errorf("%s inherits from %s, which does not come before it", name, parent)
		}
		c = from.clone()
	}
	if name == "" {
		return fmt.Errorf("a configuration needs a name")
	}
	c.name, c.abstract = name, abstract
	p.cur, p.touched = &c, true
	return nil
}

// clone makes a copy that does not share its lists.
func (c *config) clone() config {
	d := *c
	d.args = append([]string(nil), c.args...)
	d.env = append([]string(nil), c.env...)
	d.mapped = append([]mapping(nil), c.mapped...)
	d.prefilled = append([]file(nil), c.prefilled...)
	d.files = append([]file(nil), c.files...)
	d.stdout = append([]string(nil), c.stdout...)
	d.stderr = append([]string(nil), c.stderr...)
	return d
}

func (p *directiveParser) directive(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		return fmt.Errorf("directive %s has no value", name)
	}
	value = strings.TrimSpace(value)
	switch name {
	case "Config":
		return p.begin(value, false)
	case "AbstractConfig":
		return p.begin(value, true)
	case "AbstractConfigFile":
		path, err := p.below(value)
		if err != nil {
			return err
		}
		return p.file(path, "")
	case "BuildEnv":
		return pair(&p.buildEnv, value)
	case "Build":
		p.build = strings.Fields(value)
		return nil
	case "SkipEngine":
		if !strings.Contains(value, ":") {
			return fmt.Errorf("SkipEngine is engine:reason")
		}
		return nil // none of those engines is ours
	}
	p.touched = true
	if err := p.setting(name, value); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// setting applies a directive of one configuration.
func (p *directiveParser) setting(name, value string) (err error) {
	c := p.cur
	switch name {
	case "Args":
		c.args = strings.Fields(value)
	case "ProgramName":
		c.argv0 = value
	case "Env":
		return pair(&c.env, value)
	case "Stdin":
		c.stdin = []byte(value)
	case "StdinFile":
		c.stdin, err = p.read(value)
	case "CurrentDirectory":
		c.cwd = value
	case "MappedDirectory":
		host, guest, ok := strings.Cut(value, ":")
		if !ok || host == "" || guest == "" {
			return fmt.Errorf("must be host:guest")
		}
		c.mapped = append(c.mapped, mapping{host, guest})
	case "DefaultMappedDirectories":
		var on bool
		on, err = strconv.ParseBool(value)
		c.noDefaults = !on
	case "PrefilledFile":
		return p.contents(&c.prefilled, value)
	case "ExpectedFile":
		return p.contents(&c.files, value)
	case "ExpectedStdout":
		c.stdout = append(c.stdout, value)
	case "ExpectedStdoutFile":
		return p.expected(&c.stdout, value)
	case "ExpectedStderr":
		c.stderr = append(c.stderr, value)
	case "ExpectedStderrFile":
		return p.expected(&c.stderr, value)
	case "ExpectedExitCode":
		c.exitCode, err = strconv.Atoi(value)
	case "MustFail":
		c.mustFail, err = strconv.ParseBool(value)
	case "Ignored":
		c.ignored = value
	case "UnixOnly":
		_, err = strconv.ParseBool(value)
	default:
		return fmt.Errorf("no such directive")
	}
	return err
}

// pair adds "KEY=value".
func pair(to *[]string, value string) error {
	k, v, ok := strings.Cut(value, "=")
	if k = strings.TrimSpace(k); !ok || k == "" {
		return fmt.Errorf("%q is not KEY=value", value)
	}
	*to = append(*to, k+"="+strings.TrimSpace(v))
	return nil
}

// below makes a path in the source's directory of a relative one.
func (p *directiveParser) below(path string) (string, error) {
	if filepath.IsAbs(path) {
		return "", fmt.Errorf("%s must be relative", path)
	}
	return filepath.Join(p.dir, path), nil
}

func (p *directiveParser) read(path string) ([]byte, error) {
	path, err := p.below(path)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// expected adds the lines of a file.
func (p *directiveParser) expected(to *[]string, path string) error {
	b, err := p.read(path)
	*to = append(*to, lines(string(b))...)
	return err
}

// contents adds "path:contents".
func (p *directiveParser) contents(to *[]file, value string) error {
	path, contents, ok := strings.Cut(value, ":")
	if !ok || path == "" {
		return fmt.Errorf("must be path:contents")
	}
	if filepath.IsAbs(path) {
		return fmt.Errorf("%s must be relative", path)
	}
	*to = append(*to, file{path, contents})
	return nil
}

// lines splits a text without the white space around it.
func lines(text string) []string {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	list := strings.Split(text, "\n")
	for i := range list {
		list[i] = strings.TrimSuffix(list[i], "\r")
	}
	return list
}
