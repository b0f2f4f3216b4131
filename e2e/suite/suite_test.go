package suite

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// What a case may expect, and how it shows when it is not so.
func TestJudging(t *testing.T) {
	for text, want := range map[string]string{
		"//#Args: hi\n//#ExpectedStdout: hi":                    "",
		"//#Args: hi\n//#ExpectedStdout: ho":                    "stdout is not as expected",
		"//#ExpectedStderr: x":                                  "stderr is not as expected",
		"//#ExpectedExitCode: 3":                                "exit code 0, want 3",
		"//#MustFail: true":                                     "exit code 0, want another",
		"//#PrefilledFile: d/f:text\n//#ExpectedFile: d/f:text": "",
		"//#PrefilledFile: f:text\n//#ExpectedFile: f:other":    `f has "text", want "other"`,
		"//#ExpectedFile: f:x":                                  "no such file",
		"//#MappedDirectory: missing:/x":                        "MappedDirectory: ",
		"//#MappedDirectory: main.c:/x":                         "is no directory",
	} {
		r := run(t, write(t, map[string]string{"a/main.c": text, "a/main.wasm": module}), echo, Options{})
		row := r.Rows[0]
		if (want == "") != (row.Outcome == Passed) || !strings.Contains(row.Message, want) {
			t.Errorf("%s: %s: %s", text, row.Outcome, row.Message)
		}
	}
}

func TestResultsThatAreNoExit(t *testing.T) {
	dir := write(t, map[string]string{"a/main.c": "//#MustFail: true", "a/main.wasm": module})
	for want, e := range map[string]engine{
		"the time is up": func(context.Context, *runner.Job) (*runner.Result, error) {
			return &runner.Result{Reason: "timeout"}, nil
		},
		"not wasm": func(context.Context, *runner.Job) (*runner.Result, error) {
			return &runner.Result{Error: "not wasm"}, nil
		},
		"gone": func(context.Context, *runner.Job) (*runner.Result, error) { return nil, errors.New("gone") },
	} {
		if row := run(t, dir, e, Options{}).Rows[0]; row.Outcome != Failed || !strings.Contains(row.Message, want) {
			t.Errorf("%s: %+v", want, row)
		}
	}
}

// The defaults of a job, and that what a program does in its directory is seen
// in the fresh copy and nowhere else.
func TestJobOfACase(t *testing.T) {
	dir := write(t, map[string]string{"a/main.c": "//#MappedDirectory: $temp:/t\n//#MappedDirectory: sub:/s\n//#ExpectedFile: made:new", "a/main.wasm": module, "a/sub/x": ""})
	e := func(_ context.Context, j *runner.Job) (*runner.Result, error) {
		at := filepath.Dir(j.Program)
		if j.Args[0] != j.Program || !filepath.IsAbs(at) || j.Cwd != at || strings.HasPrefix(at, dir) {
			t.Errorf("%+v", j)
		}
		want := []runner.Dir{{Host: at, Guest: at}, {Host: at, Guest: "/lib"}, {Host: at, Guest: "/data"}, {Host: j.Dirs[3].Host, Guest: "/t"}, {Host: at + "/sub", Guest: "/s"}}
		for i, d := range j.Dirs {
			if d != want[i] {
				t.Errorf("directory %d: %v, want %v", i, d, want[i])
			}
		}
		return &runner.Result{}, os.WriteFile(filepath.Join(at, "made"), []byte("new"), 0o644)
	}
	r := run(t, dir, e, Options{})
	if r.Count(Passed) != 1 {
		t.Errorf("%+v", r.Rows)
	}
	if _, err := os.Stat(filepath.Join(dir, "a/made")); err == nil {
		t.Error("the suite's own directory was changed")
	}
}

func TestTestsuiteCase(t *testing.T) {
	dir := write(t, map[string]string{"wasm32-wasip1/manifest.json": "{}", "wasm32-wasip1/a.wasm": module, "wasm32-wasip1/fs/old.cleanup": "", "wasm32-wasip1/fs/f": "",
		"wasm32-wasip1/a.json": `{"args":["x"],"env":{"B":"2","A":"1"},"dirs":["fs"],"exit_code":3,"stdout":"out"}`})
	e := func(_ context.Context, j *runner.Job) (*runner.Result, error) {
		if strings.Join(j.Args, " ") != "a.wasm x" || strings.Join(j.Env, " ") != "A=1 B=2" || strings.Join(j.Preopen, " ") != "fs=/fs" || j.Dirs[0].Guest != "/fs" {
			t.Errorf("%+v", j)
		}
		if _, err := os.Stat(filepath.Join(j.Dirs[0].Host, "old.cleanup")); err == nil {
			t.Error("old.cleanup is still there")
		}
		io.WriteString(j.Stdout, "out")
		return &runner.Result{ExitCode: 3}, nil
	}
	if r := run(t, dir, e, Options{}); r.Count(Passed) != 1 {
		t.Errorf("%+v", r.Rows)
	}
	if r := run(t, dir, echo, Options{}); r.Count(Failed) != 1 || !strings.Contains(r.Rows[0].Message, `stdout "x\n", want "out"`) {
		t.Errorf("%+v", r.Rows)
	}
}

func TestSkips(t *testing.T) {
	dir := write(t, map[string]string{"good/main.c": "", "good/main.wasm": module, "bad/main.c": "//#ExpectedExitCode: 1", "bad/main.wasm": module,
		"up/main.c": "//#Ignored: flaky\n//#ExpectedExitCode: 1", "up/main.wasm": module, "fine/main.c": "//#Ignored: flaky", "fine/main.wasm": module})
	for text, want := range map[string]string{
		"":                                   "bad=failed fine=passed good=passed up=skipped",
		"bad requires-future-feature a note": "bad=skipped fine=passed good=passed up=skipped",
		"bad@fake,other requires-future-feature a note": "bad=skipped fine=passed good=passed up=skipped",
		"bad@other requires-future-feature a note":      "bad=failed fine=passed good=passed up=skipped",
		"# x\n\ngood requires-asyncify stale\n":         "bad=failed fine=passed good=failed up=skipped",
	} {
		skips, err := parseSkips("skips", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r := run(t, dir, echo, Options{Skips: skips})
		if got := outcomes(r); got != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"bad some-reason note":                                  "skips:1: no such token: some-reason",
		"\nbad requires-asyncify":                               "skips:2: an entry is a case, a token and a note",
		"bad requires-asyncify n\nbad@fake requires-asyncify n": "skips:2: bad is on line 1, too",
		"bad@a requires-asyncify n\nbad@b requires-asyncify n":  "",
	} {
		if _, err := parseSkips("skips", strings.NewReader(text)); (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	s, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	skips, _ := parseSkips("skips", strings.NewReader("bad requires-asyncify n\nnone requires-asyncify n"))
	if err := skips.Check(s.Cases); err == nil || !strings.Contains(err.Error(), "skips:2: there is no case none") {
		t.Errorf("%v", err)
	}
}

func TestSelection(t *testing.T) {
	dir := write(t, map[string]string{"a/main.c": "//#Config: x\n//#Config: y\n", "a/main.wasm": module, "b/main.c": "", "b/main.wasm": module})
	if got := outcomes(run(t, dir, echo, Options{Run: regexp.MustCompile("^a:y$")})); got != "a:y=passed" {
		t.Error(got)
	}
	suite, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	cases := suite.Cases
	if _, err := Run(t.Context(), engine(echo), cases, Options{Run: regexp.MustCompile("zzz")}); err == nil {
		t.Error("nothing matches: no error")
	}
}

func TestReport(t *testing.T) {
	r := &Report{Rows: []Row{
		{Name: "a", Config: "default", Engine: "one", Outcome: Passed, MS: 12},
		{Name: "a", Config: "x", Engine: "one", Outcome: Failed, MS: 1500, Message: "exit \x00 code ]]> 1\nmore"},
		{Name: "b", Config: "default", Engine: "two", Outcome: Skipped, Token: RequiresFuture, Note: "later"},
	}}
	var text, js, junit bytes.Buffer
	if err := errors.Join(r.Write(&text), r.WriteJSON(&js), r.WriteJUnit(&junit)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a     default        one     passed                             12\n", "a x on one failed: exit", "one: 1 passed, 1 failed, 0 skipped\n",
		"two: 0 passed, 0 failed, 1 skipped\n  requires-future-feature: 1\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, text.String())
		}
	}
	if !strings.HasSuffix(text.String(), "\n1 passed, 1 failed, 1 skipped\n") {
		t.Errorf("the closing line:\n%s", text.String())
	}
	var got struct {
		Cases                   []Row
		Passed, Failed, Skipped int
		Skips                   map[string]int
	}
	if err := json.Unmarshal(js.Bytes(), &got); err != nil || len(got.Cases) != 3 || got.Passed != 1 || got.Skips["requires-future-feature"] != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	var suites struct {
		Suites []junitSuite `xml:"testsuite"`
	}
	if err := xml.Unmarshal(junit.Bytes(), &suites); err != nil {
		t.Fatalf("%v\n%s", err, junit.String())
	}
	s := suites.Suites
	if len(s) != 2 || s[0].Tests != 2 || s[0].Failures != 1 || s[0].Time != "1.512" || s[1].Cases[0].Skipped == nil || !strings.Contains(s[0].Cases[1].Failure.Text, "]]> 1\nmore") {
		t.Errorf("%s", junit.String())
	}
}

// A case whose program cannot be made fails; it is never left out.
func TestMissingCompilers(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for want, files := range map[string]map[string]string{
		"set WASIXCC":                 {"a/main.c": ""},
		"no C compiler for wasm":      {"a/main.c": "//#Build: libc"},
		"needs rustc":                 {"x/a.rs": "//#Args: 1"},
		"needs the command wasix-web": {"a/run.sh": ""},
	} {
		r := run(t, write(t, files), echo, Options{})
		if len(r.Rows) != 1 || r.Rows[0].Outcome != Failed || !strings.Contains(r.Rows[0].Message, want) {
			t.Errorf("%s: %+v", want, r.Rows)
		}
	}
}

// A WASIX compiler is called once for a case, and again when the case changes.
func TestWasixccIsCached(t *testing.T) {
	tools := write(t, map[string]string{"wasixcc": "#!/bin/sh\necho x >> " + "$LOG" + "\nprintf '\\000asm\\001\\000\\000\\000\\012\\001\\000' > main.wasm\n"})
	if err := os.Chmod(filepath.Join(tools, "wasixcc"), 0o755); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	t.Setenv("LOG", log)
	dir := write(t, map[string]string{"a/main.c": "//#Config: x\n//#Config: y\n//#Args: 1", "b/build.sh": "exec $CC\n"})
	b := &Builder{Cache: t.TempDir(), CC: filepath.Join(tools, "wasixcc")}
	calls := func(want int) {
		t.Helper()
		suite, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		cases := suite.Cases
		rows, err := Run(t.Context(), engine(echo), cases, Options{Builder: b})
		if err != nil {
			t.Fatal(err)
		}
		if r := (&Report{Rows: rows}); r.Count(Passed) != 3 {
			t.Errorf("%+v", rows)
		}
		data, err := os.ReadFile(log)
		if err != nil || len(data) != 2*want {
			t.Errorf("%d calls, want %d; %v", len(data)/2, want, err)
		}
	}
	calls(2)
	calls(2)
	if err := os.WriteFile(filepath.Join(dir, "a/extra.h"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	calls(3)
}

// What was linked with other libraries is not taken from the cache.
func TestSysrootIsRebuilt(t *testing.T) {
	root := write(t, map[string]string{"lib/wasm32-wasi/libc.a": "", "sysroot-eh/lib/wasm32-wasi/libc.a": ""})
	dir := write(t, map[string]string{"main.c": ""})
	b := &Builder{Cache: filepath.Join(t.TempDir(), "cases"), Sysroot: root}
	key := func() string {
		t.Helper()
		src := &source{dir: dir, name: "main.c"}
		p, err := b.wasixcc(src)
		if err != nil {
			t.Fatal(err)
		}
		k, err := b.key(src, p)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	seen := map[string]bool{key(): true}
	if !seen[key()] {
		t.Error("the key changes by itself")
	}
	for _, lib := range []string{"lib/wasm32-wasi/libc.a", "sysroot-eh/lib/wasm32-wasi/libc.a"} {
		if err := os.Chtimes(filepath.Join(root, lib), time.Time{}, time.Unix(1e9, 0)); err != nil {
			t.Fatal(err)
		}
		if k := key(); seen[k] {
			t.Errorf("a new %s makes no difference", lib)
		} else {
			seen[k] = true
		}
	}
}

// A case that does not build has failed, and says why.
func TestBuildFails(t *testing.T) {
	cc := filepath.Join(write(t, map[string]string{"wasixcc": "#!/bin/sh\necho broken source >&2\nexit 1\n"}), "wasixcc")
	if err := os.Chmod(cc, 0o755); err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{"a/main.c": "//#Args: 1", "b/build.sh": "exit 3\n", "c/build.sh": "true\n", "d/run.sh": "exit 0\n", "d/main.c": ""})
	suite, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := Run(t.Context(), engine(echo), suite.Cases, Options{Builder: &Builder{Cache: t.TempDir(), CC: cc}, Command: cc})
	if err != nil || len(rows) != 4 {
		t.Fatalf("%+v, %v", rows, err)
	}
	for i, want := range []string{"broken source", "exit status 3", "made neither main.wasm nor main", "broken source"} {
		if r := rows[i]; r.Outcome != Failed || !strings.Contains(r.Message, want) {
			t.Errorf("%+v, want %q", r, want)
		}
	}
}

// Known suites are told by where their cases lie, and have skip files.
func TestOpen(t *testing.T) {
	for name, files := range map[string]map[string]string{
		WasmerPinned:  {"tests/wasix/a/run.sh": ""},
		WasmerCurrent: {"lib/wasix/tests/wasm_tests/a/main.c": "", "tests/wasix/a/run.sh": ""},
		WasiTestsuite: {"tests/rust/testsuite/manifest.json": "{}", "tests/rust/testsuite/a.wasm": module},
		Ours:          {"e2e/cases/a/main.c": ""},
	} {
		if s, err := Open(write(t, files), "none"); err != nil || s.Name != name || len(s.Cases) != 1 || s.Skips != nil {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	dir := write(t, map[string]string{"a/run.sh": "", "skips": "a requires-future-feature why", "stale": "b requires-future-feature why"})
	if s, err := Open(dir, filepath.Join(dir, "skips")); err != nil || len(s.Skips.list) != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := Open(dir, ""); err != nil {
		t.Error(err)
	}
	for want, args := range map[string][2]string{
		"stale:1: there is no case b": {dir, filepath.Join(dir, "stale")},
		"no such file":                {dir, filepath.Join(dir, "lost")},
		"is not a directory":          {filepath.Join(dir, "skips"), ""},
		"holds no cases":              {t.TempDir(), ""},
		"e2e/skips/wasmer-pinned.txt": {write(t, map[string]string{"tests/wasix/a/run.sh": ""}), ""},
	} {
		if _, err := Open(args[0], args[1]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestMarkdown(t *testing.T) {
	file := filepath.Join(t.TempDir(), "RESULTS.md")
	one := &Report{Rows: []Row{
		{Name: "x/a", Config: "default", Engine: "one", Outcome: Passed},
		{Name: "b", Config: "odd|name", Engine: "one", Outcome: Skipped, Token: RequiresFuture, Note: "later"},
		{Name: "x/a", Config: "default", Engine: "two", Outcome: Failed, Message: "exit <code> 1\nmore"},
	}}
	two := &Report{Rows: one.Rows[:1]}
	if err := errors.Join(os.WriteFile(file, []byte("# Results\n"), 0o644), UpdateMarkdown(file, "s", two), UpdateMarkdown(file, "t", two), UpdateMarkdown(file, "s", one)); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := `# Results

<!-- s:begin -->
## s

| engine | passed | failed | skipped |
|---|---|---|---|
| one | 1 | 0 | 1 |
| two | 0 | 1 | 0 |

Passed, of all, by category:

| category | one | two |
|---|---|---|
| (top) | 0 of 1 | 0 of 0 |
| x | 1 of 1 | 0 of 1 |

| case | configuration | one | two | note |
|---|---|---|---|---|
| x/a | default | passed | failed | exit &lt;code&gt; 1 |
| b | odd\|name | skipped | | requires-future-feature: later |
<!-- s:end -->

<!-- t:begin -->
## t

| engine | passed | failed | skipped |
|---|---|---|---|
| one | 1 | 0 | 0 |

| case | configuration | one | note |
|---|---|---|---|
| x/a | default | passed |  |
<!-- t:end -->
`
	if string(b) != want {
		t.Errorf("got\n%s\nwant\n%s", b, want)
	}
	if err := os.WriteFile(file, []byte("<!-- s:end -->"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := UpdateMarkdown(file, "s", one); err == nil || !strings.Contains(err.Error(), "the marks of s are broken") {
		t.Errorf("%v", err)
	}
}

// What a build script makes beside the program is there, too, even when the
// program is.
func TestScriptsMakeSiblings(t *testing.T) {
	cc := filepath.Join(write(t, map[string]string{"wasixcc": "#!/bin/sh\n"}), "wasixcc")
	if err := os.Chmod(cc, 0o755); err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{"a/build.sh": "echo child > child.wasm\n", "a/main.wasm": module})
	suite, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for cc, want := range map[string]bool{cc: true, "": false} {
		found := false
		look := func(_ context.Context, j *runner.Job) (*runner.Result, error) {
			_, err := os.Stat(filepath.Join(filepath.Dir(j.Program), "child.wasm"))
			found = err == nil
			return &runner.Result{}, nil
		}
		rows, err := Run(t.Context(), engine(look), suite.Cases, Options{Builder: &Builder{Cache: t.TempDir(), CC: cc}})
		if err != nil || rows[0].Outcome != Passed || found != want {
			t.Errorf("%q: %v, %+v, %v", cc, found, rows, err)
		}
	}
}

// A case with symbolic links can be compiled, and still has them.
func TestBuildBesideLinks(t *testing.T) {
	dir := write(t, map[string]string{"a/build.sh": "cp program main.wasm\nrm link && echo new > link\n", "a/program": module, "a/target": "old\n"})
	for _, name := range []string{"link", "other"} {
		if err := os.Symlink("target", filepath.Join(dir, "a", name)); err != nil {
			t.Fatal(err)
		}
	}
	suite, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	look := func(_ context.Context, j *runner.Job) (*runner.Result, error) {
		in := filepath.Dir(j.Program)
		other, err := os.Readlink(filepath.Join(in, "other"))
		if err != nil {
			return nil, err
		}
		for _, name := range []string{"link", "target"} {
			b, err := os.ReadFile(filepath.Join(in, name))
			if err != nil {
				return nil, err
			}
			got = append(got, strings.TrimSpace(string(b)))
		}
		got = append(got, other)
		return &runner.Result{}, nil
	}
	rows, err := Run(t.Context(), engine(look), suite.Cases, Options{Builder: &Builder{Cache: t.TempDir(), CC: "true"}})
	if err != nil || rows[0].Outcome != Passed || strings.Join(got, " ") != "new old target" {
		t.Errorf("%q, %+v, %v", got, rows, err)
	}
}

// A builder with a sysroot and no compiler uses our own script for both languages.
func TestOwnCompiler(t *testing.T) {
	tools := write(t, map[string]string{"clang": fakeTool("case $* in *-print-prog-name*) echo wasm-ld;; esac"),
		"wasm-ld": fakeTool(""), "wasm-opt": fakeTool("")})
	for _, f := range []string{"clang", "wasm-ld", "wasm-opt"} {
		if err := os.Chmod(filepath.Join(tools, f), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	log := filepath.Join(t.TempDir(), "log")
	t.Setenv("LOG", log)
	t.Setenv("CLANG", filepath.Join(tools, "clang"))
	t.Setenv("WASM_OPT", filepath.Join(tools, "wasm-opt"))
	t.Setenv("PATH", tools+":"+os.Getenv("PATH"))
	sysroots := write(t, map[string]string{"sysroot/lib/wasm32-wasi/x": "", "sysroot-eh/lib/wasm32-wasi/x": "", "sysroot-ehpic/lib/wasm32-wasi/libclang_rt.builtins-wasm32.a": ""})
	b := &Builder{Cache: filepath.Join(t.TempDir(), "cases"), Sysroot: sysroots}
	cc, err := b.compiler()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args string
		want []string
		not  string
	}{
		{"a.c -O2 -sWASM_EXCEPTIONS=no -Wl,--initial-memory=65536,-x -o m", []string{"clang --target=wasm32-wasi --sysroot=" + sysroots + "/sysroot ", " -fno-exceptions ", " -O2 -c a.c ",
			"wasm-ld ", "--shared-memory --import-memory --max-memory=4294967296", "--initial-memory=65536 -x ", "/crt1.o", "wasm-opt --asyncify -O2 "}, "-fPIC"},
		{"a.c -o m", []string{"/sysroot-eh ", "-fwasm-exceptions -mllvm --wasm-enable-eh", "-z stack-size="}, "asyncify"},
		{"a.c b.c libx.so -fPIC -Wl,-pie -o m", []string{"/sysroot-ehpic ", "-fPIC -ftls-model=global-dynamic", " -pie --export-all", "libx.so", "--whole-archive -lwasi", "-lclang_rt.builtins-wasm32"}, "-shared "},
		{"a.c -Wl,-shared -o m", []string{"-shared --no-entry", "/scrt1.o", "-Bsymbolic"}, "-lc "},
		{"-c a.c -o a.o", []string{"-c a.c -o a.o"}, "wasm-ld -"},
	} {
		os.Remove(log)
		cmd := exec.Command(cc, strings.Fields(tt.args)...)
		cmd.Env = append(os.Environ(), "WASIX_SYSROOT="+sysroots)
		cmd.Dir = t.TempDir()
		out, err := cmd.CombinedOutput()
		said, _ := os.ReadFile(log)
		for _, want := range tt.want {
			if !strings.Contains(string(said), want) {
				t.Errorf("%s: no %q in\n%s%s", tt.args, want, said, out)
			}
		}
		if err != nil || strings.Contains(string(said), tt.not) {
			t.Errorf("%s: %v, %q in\n%s%s", tt.args, err, tt.not, said, out)
		}
	}
	for args, want := range map[string]string{"a.c -sWASM_EXCEPTIONS=no -fPIC": "needs exceptions", "": "nothing to compile", "a.c -sWASM_EXCEPTIONS=legacy": "is no sysroot",
		"a.c -sMODULE_KIND=what": "MODULE_KIND=what", "a.c -sPIC=what": "PIC is yes or no"} {
		cmd := exec.Command(cc, strings.Fields(args)...)
		cmd.Env = append(os.Environ(), "WASIX_SYSROOT="+sysroots)
		cmd.Dir = t.TempDir()
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, %s", args, err, out)
		}
	}
	if cxx, err := os.Stat(filepath.Join(filepath.Dir(cc), "wasix++")); err != nil || !cxx.Mode().IsRegular() {
		t.Errorf("%v", err)
	}
}

// fakeTool is a script that writes down how it was called.
func fakeTool(then string) string {
	return "#!/bin/sh\necho \"${0##*/}\" \"$@\" >> $LOG\n" + then + "\nfor o; do [ \"$last\" != -o ] || : > \"$o\"; last=$o; done\n"
}

// The real thing, where there is a sysroot: a C and a C++ program can be built.
func TestOwnCompilerBuilds(t *testing.T) {
	sysroot := os.Getenv("WASIX_SYSROOT")
	if sysroot == "" {
		t.Skip("WASIX_SYSROOT names no sysroot")
	}
	dir := write(t, map[string]string{
		"fork/main.c":    "//#BuildEnv: WASIXCC_WASM_EXCEPTIONS=no\n#include <unistd.h>\nint main() { return fork() < 0; }\n",
		"throw/main.cpp": "int main() { try { throw 1; } catch (int) { return 0; } return 1; }\n",
		"side/build.sh":  "set -e\n$CC -sPIC=yes side.c -Wl,-shared -o side.so\n$CC -sPIC=yes main.c side.so -Wl,-pie -o main.wasm\n",
		"side/side.c":    "_Thread_local int v;\n", "side/main.c": "#include <errno.h>\nextern _Thread_local int v;\nint main() { return v + errno; }\n",
	})
	suite, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	wasm := func(_ context.Context, j *runner.Job) (*runner.Result, error) {
		b, err := os.ReadFile(j.Program)
		if err == nil && !bytes.HasPrefix(b, []byte("\x00asm")) {
			err = errors.New("no program")
		}
		return &runner.Result{}, err
	}
	rows, err := Run(t.Context(), engine(wasm), suite.Cases, Options{Builder: &Builder{Cache: filepath.Join(t.TempDir(), "cases"), Sysroot: sysroot}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Outcome != Passed {
			t.Errorf("%+v", row)
		}
	}
}

// A run.sh is executed as it is, with our command in two variables, in a copy of
// its directory that keeps its name; what it leaves anywhere goes.
func TestScript(t *testing.T) {
	tools := write(t, map[string]string{"command": "#!/bin/sh\necho \"$*\"\n"})
	command := filepath.Join(tools, "command")
	if err := os.Chmod(command, 0o755); err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	dir := write(t, map[string]string{
		"good/run.sh":    "set -e\n[ \"$($WASMER_RUN main.wasm -- a)\" = 'run -q --free --isatty main.wasm -- a' ]\n[ \"$($WASMER x)\" = x ]\n[ \"$(basename \"$PWD\")\" = good ]\n[ -n \"$WASIX_WEB_SERVER\" ]\nmktemp\ntouch made\n",
		"good/.no-build": "", "good/output": "old", "bad/run.sh": "#!/bin/sh\necho reason\nexit 3\n",
	})
	suite, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := Run(t.Context(), engine(echo), suite.Cases, Options{Builder: &Builder{Cache: t.TempDir()}, Command: command})
	if err != nil {
		t.Fatal(err)
	}
	if r := (&Report{Rows: rows}); outcomes(r) != "bad=failed good=passed" || !strings.Contains(rows[0].Message, "exit status 3\n    reason") {
		t.Errorf("%+v", rows)
	}
	if left, _ := os.ReadDir(temp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := os.Stat(filepath.Join(dir, "good/made")); err == nil {
		t.Error("the suite's own directory was changed")
	}
}
