package suite

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func parse(t *testing.T, name, text string, others map[string]string) (*source, error) {
	t.Helper()
	files := map[string]string{name: text}
	for k, v := range others {
		files[k] = v
	}
	dir := write(t, files)
	src, err := parseSource(dir, name)
	if src != nil {
		src.dir = ""
	}
	return src, err
}

func TestDirectives(t *testing.T) {
	for _, tt := range []struct {
		what, name, text string
		others           map[string]string
		want             []*config
	}{
		{"none", "main.c", "int main() {}\n", nil, []*config{{name: "default"}}},
		{"Go", "main.go", "// Words.\n//\n// #Args: a b\n// #ExpectedExitCode: 3\npackage main\n", nil,
			[]*config{{name: "default", args: []string{"a", "b"}, exitCode: 3}}},
		{"all", "main.c", `// a comment
//#Args: a  b
  //#ProgramName: prog
//#Env: A = 1 
//#Env:B=x=y
//#Stdin: in
//#CurrentDirectory: /tmp
//#MappedDirectory:.:/code
//#MappedDirectory: $temp:/t
//#DefaultMappedDirectories: false
//#PrefilledFile: p:one:two
//#ExpectedFile: q: r
//#ExpectedStdout: o1
//#ExpectedStdout: o2
//#ExpectedStderr: e
//#ExpectedExitCode: 42
//#MustFail: true
//#Ignored: why: not
//#UnixOnly: true
//#SkipEngine:V8:async
`, nil, []*config{{name: "default", args: []string{"a", "b"}, argv0: "prog", env: []string{"A=1", "B=x=y"}, stdin: []byte("in"), cwd: "/tmp",
			mapped: []mapping{{".", "/code"}, {"$temp", "/t"}}, noDefaults: true, prefilled: []file{{"p", "one:two"}}, files: []file{{"q", " r"}},
			stdout: []string{"o1", "o2"}, stderr: []string{"e"}, exitCode: 42, mustFail: true, ignored: "why: not"}}},
		{"files", "main.c", "//#StdinFile: in\n//#ExpectedStdoutFile: out\n//#ExpectedStderrFile: err\n//#AbstractConfigFile: shared\n",
			map[string]string{"in": "x\n", "out": "\na\nb\n\n", "err": "", "shared": "# comment\n\nArgs: s\nEnv: S=1\n"},
			[]*config{{name: "default", stdin: []byte("x\n"), stdout: []string{"a", "b"}, args: []string{"s"}, env: []string{"S=1"}}}},
		{"shell", "build.sh", "#!/bin/sh\n##Config: one\n##Args: 1\n# not one\n##Config: two\n", nil,
			[]*config{{name: "one", args: []string{"1"}}, {name: "two"}}},
		{"inheritance", "main.c", "//#AbstractConfig: base\n//#Env: A=1\n//#ExpectedStdout: x\n//#Config: a:base\n//#Args: a\n//#ExpectedStdout: y\n//#Config: b:base\n//#Config: c:a\n//#Args: c\n", nil,
			[]*config{{name: "a", env: []string{"A=1"}, args: []string{"a"}, stdout: []string{"x", "y"}}, {name: "b", env: []string{"A=1"}, stdout: []string{"x"}},
				{name: "c", env: []string{"A=1"}, args: []string{"c"}, stdout: []string{"x", "y"}}}},
		{"what comes before the first", "main.c", "//#Args: d\n//#Config: a\n//#Args: a\n", nil,
			[]*config{{name: "default", args: []string{"d"}}, {name: "a", args: []string{"a"}}}},
		{"settings of the build", "main.c", "//#BuildEnv: X=1\n//#Build: libc asyncify\n//#Config: a\n", nil, []*config{{name: "a"}}},
	} {
		src, err := parse(t, tt.name, tt.text, tt.others)
		if err != nil {
			t.Errorf("%s: %v", tt.what, err)
			continue
		}
		for _, c := range src.configs {
			for _, list := range []any{&c.args, &c.env, &c.stdout, &c.stderr, &c.mapped, &c.prefilled, &c.files} {
				if v := reflect.ValueOf(list).Elem(); v.Len() == 0 {
					v.SetZero()
				}
			}
		}
		if !reflect.DeepEqual(src.configs, tt.want) {
			t.Errorf("%s:", tt.what)
			for i, c := range src.configs {
				t.Errorf("  %d %+v", i, *c)
			}
		}
	}
}

// A configuration must not change the one it inherits from.
func TestInheritanceCopies(t *testing.T) {
	src, err := parse(t, "main.c", "//#Config: a\n//#Env: A=1\n//#Env: B=1\n//#Env: C=1\n//#Config: b:a\n//#Env: D=b\n//#Config: c:a\n//#Env: D=c\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"A=1 B=1 C=1", "A=1 B=1 C=1 D=b", "A=1 B=1 C=1 D=c"} {
		if got := strings.Join(src.configs[i].env, " "); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
}

func TestDirectiveErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\n//#Nope: 1":                   "main.c:2: Nope: no such directive",
		"//#Args":                        "main.c:1: directive Args has no value",
		"//#Env: A":                      `Env: "A" is not KEY=value`,
		"//#BuildEnv: =1":                `"=1" is not KEY=value`,
		"//#MustFail: perhaps":           "MustFail: ",
		"//#ExpectedExitCode: many":      "ExpectedExitCode: ",
		"//#MappedDirectory: x":          "must be host:guest",
		"//#PrefilledFile: x":            "must be path:contents",
		"//#PrefilledFile: /x:y":         "/x must be relative",
		"//#StdinFile: missing":          "StdinFile: ",
		"//#StdinFile: /etc/passwd":      "must be relative",
		"//#AbstractConfigFile: missing": "missing",
		"//#SkipEngine: V8":              "SkipEngine is engine:reason",
		"//#Config: a\n//#Config: a":     "two configurations a",
		"//#Config: a:b":                 "a inherits from b, which does not come before it",
		"//#Config: :a":                  "inherits from a",
		"//#AbstractConfig: a":           "all its configurations are abstract",
	} {
		if _, err := parse(t, "main.c", text, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestLines(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, " \n\t ": nil, "a": {"a"}, "\n a\r\n\n b \n": {"a", "", " b"},
	} {
		if got := lines(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestLoadShapes(t *testing.T) {
	dir := write(t, map[string]string{
		"ts/wasm32-wasip1/manifest.json": "{}", "ts/wasm32-wasip1/a.wasm": module, "ts/wasm32-wasip1/a.json": `{"args":["x"]}`, "ts/wasm32-wasip1/b.wasm": module,
		"ts/wasm32-wasip3/manifest.json": "{}", "ts/wasm32-wasip3/c.wasm": module,
		"fam/one/main.c": "//#Config: x\n//#Args: 1\n//#Config: y\n", "fam/two/build.sh": "#!/bin/sh\n", "fam/two/main.c": "",
		"fam/three/eh.sh": "##Args: 1\n", "fam/three/build.sh": "", "fam/three/helper.sh": "echo\n",
		"rust/a.rs": "//#Args: 1\n", "rust/lib.rs": "fn f() {}\n", "go/main.go": "package main\n",
		"pinned/run.sh": "$WASMER_RUN main.wasm\n", "pinned/main.c": "", "build/x/main.c": "", ".git/x/main.c": "", "docs/README.md": "",
	})
	suite, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	cases := suite.Cases
	var ids []string
	for _, c := range cases {
		ids = append(ids, c.ID())
	}
	want := "fam/one:x fam/one:y fam/three fam/three/eh fam/two go pinned rust/a ts/wasm32-wasip1/a ts/wasm32-wasip1/b"
	if got := strings.Join(ids, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLoadFindsTheSuiteInACheckout(t *testing.T) {
	for _, root := range roots {
		dir := write(t, map[string]string{filepath.Join(root.dir, "a/main.c"): "", filepath.Join(root.mark, "x"): "", "other/main.c": ""})
		suite, err := Load(dir)
		if err != nil || len(suite.Cases) != 1 || suite.Cases[0].ID() != "a" {
			t.Errorf("%s: %v, %v", root.dir, suite, err)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"holds no cases":          {"README.md": ""},
		"main.c:1: Nope":          {"a/main.c": "//#Nope: 1"},
		"a.json: ":                {"manifest.json": "{}", "a.wasm": module, "a.json": `{"operations":[]}`},
		"there are two cases a/b": {"a/b/main.c": "", "a/b.rs": "//#Args: 1"},
	} {
		if _, err := Load(write(t, files)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := Load("/does/not/exist"); err == nil {
		t.Error("a directory that does not exist: no error")
	}
}
