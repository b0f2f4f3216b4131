//go:build !js

package main

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// place makes a temporary directory the working directory, with two programs
// and a directory d.
func place(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for name, module := range map[string]string{"old.wasm": abi.ModulePreview1, "new.wasm": abi.ModuleWasix} {
		var b wasmgen.Builder
		b.ImportFunc(module, "proc_exit", wasmgen.Sig("i", ""))
		b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0)))
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("d", 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestRunFlags(t *testing.T) {
	dir := place(t)
	at := func(guest string) runner.Dir { return runner.Dir{Host: dir, Guest: guest} }
	sub := func(guest string) runner.Dir { return runner.Dir{Host: filepath.Join(dir, "d"), Guest: guest} }
	for line, want := range map[string]runner.Job{
		"old.wasm":                                {Args: []string{"old.wasm"}},
		"old.wasm a -x --yes b":                   {Args: []string{"old.wasm", "a", "-x", "--yes", "b"}},
		"old.wasm a -- --env -q":                  {Args: []string{"old.wasm", "a", "--env", "-q"}},
		"-q run old.wasm":                         {Args: []string{"old.wasm"}},
		"run -q old.wasm run":                     {Args: []string{"old.wasm", "run"}},
		"./old.wasm -":                            {Args: []string{"./old.wasm", "-"}},
		"--env A=1 old.wasm --env=B=2=3 --env C=": {Args: []string{"old.wasm"}, Env: []string{"A=1", "B=2=3", "C="}},
		"--argv0 x old.wasm":                      {Args: []string{"x"}},
		"--timeout 90s --trace old.wasm --net":    {Args: []string{"old.wasm"}, Timeout: 90 * time.Second, Trace: true},
		"--isatty --free old.wasm":                {Args: []string{"old.wasm"}, Isatty: true, Free: true},
		"--net=ipv4:allow=* old.wasm":             {Args: []string{"old.wasm"}},
		"old.wasm --volume d:/data":               {Args: []string{"old.wasm"}, Dirs: []runner.Dir{sub("/data")}},
		"old.wasm --volume=d:data/../x/":          {Args: []string{"old.wasm"}, Dirs: []runner.Dir{sub("/x")}},
		"old.wasm --volume d":                     {Args: []string{"old.wasm"}, Dirs: []runner.Dir{sub("/d")}},
		"old.wasm --dir ./d":                      {Args: []string{"old.wasm"}, Dirs: []runner.Dir{sub("/d")}},
		"old.wasm --mapdir /data:d":               {Args: []string{"old.wasm"}, Dirs: []runner.Dir{sub("/data")}},
		"old.wasm --volume .:/mnt --dir d":        {Args: []string{"old.wasm"}, Dirs: []runner.Dir{at("/mnt"), sub("/d")}},
		"new.wasm --volume .":                     {Args: []string{"new.wasm"}, Cwd: "/home", Dirs: []runner.Dir{at("/home")}},
		"new.wasm --dir . --cwd /tmp":             {Args: []string{"new.wasm"}, Cwd: "/tmp", Dirs: []runner.Dir{at("/home")}},
		"new.wasm --mapdir .:d":                   {Args: []string{"new.wasm"}, Cwd: "/home", Dirs: []runner.Dir{sub("/home")}},
		"old.wasm --volume .":                     {Args: []string{"old.wasm"}, Dirs: []runner.Dir{at("/")}},
		"new.wasm --volume " + dir:                {Args: []string{"new.wasm"}, Dirs: []runner.Dir{at(dir)}},
	} {
		f, err := parseRun(strings.Fields(line), io.Discard)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		j, err := f.job()
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if strings.Contains(line, "new.wasm") {
			want.Preopen = []string{"/", ".=" + cmp.Or(want.Cwd, "/"), "/"}
		}
		want.Program = filepath.Join(dir, filepath.Base(f.program))
		if !reflect.DeepEqual(*j, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", line, *j, want)
		}
	}
}

// wasmer's switch for its log.
func TestLogsFiles(t *testing.T) {
	for list, want := range map[string]bool{
		"": false, "trace": true, "virtual_fs=trace": true, "info, virtual_fs::host_fs=TRACE": true,
		"info": false, "virtual_fs=debug": false, "wasmer=trace": false, "virtual_fs": true, "wasmer": false, "=trace": false,
	} {
		if got := logsFiles(list); got != want {
			t.Errorf("%q: %v", list, got)
		}
	}
}

func TestRunFlagErrors(t *testing.T) {
	place(t)
	for line, want := range map[string]string{
		"":                              "no program is named",
		"-q":                            "no program is named",
		"--nope old.wasm":               "unknown flag --nope",
		"-x old.wasm":                   "unknown flag -x",
		"old.wasm --env":                "--env needs a value",
		"old.wasm --env A":              "--env A: must be KEY=VALUE",
		"old.wasm --env =1":             "must be KEY=VALUE",
		"old.wasm --trace=yes":          "--trace takes no value",
		"old.wasm --timeout soon":       "--timeout soon: not a duration",
		"old.wasm --timeout -1s":        "must be more than nothing",
		"old.wasm --engine v8":          "choose one of chromium, firefox, wazero",
		"old.wasm --cwd here":           "must be an absolute path",
		"old.wasm --volume missing:/x":  "no such file",
		"old.wasm --volume old.wasm:/x": "not a directory",
		"old.wasm --volume d:":          "has no name",
		"old.wasm --volume ..":          "leads out of the program's root",
		"old.wasm --volume d:/x --dir d --mapdir x:d": "/x is mapped already",
		"old.wasm --dir . --volume .":                 ". is mapped already",
		"new.wasm --dir . --volume d:/home":           "/home is mapped twice",
		"missing.wasm":                                "missing.wasm: no such file",
		"d":                                           "d: is a directory",
	} {
		f, err := parseRun(strings.Fields(line), io.Discard)
		if err == nil {
			_, err = f.job()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}

func TestHelpNamesEveryFlag(t *testing.T) {
	for _, c := range []string{"run", "serve", "build", "package", "manifest", "suite"} {
		var out strings.Builder
		if code := dispatch(t.Context(), &env{strings.NewReader(""), &out, io.Discard}, []string{"help", c}); code != 0 {
			t.Errorf("help %s: code %d", c, code)
		}
		if !strings.Contains(out.String(), "Usage: wasix-web "+c) || !strings.Contains(out.String(), " --") {
			t.Errorf("help %s: %s", c, out.String())
		}
	}
}

func TestDispatch(t *testing.T) {
	for line, want := range map[string]string{
		"":                 "Usage: wasix-web COMMAND",
		"nope":             `unknown command "nope"`,
		"suite":            "no directory is named",
		"suite a b":        "takes one directory, not 2",
		"suite --tabs 0 a": "--tabs 0: must be a number",
		"suite --run ( a":  "--run (: ",
		"serve x":          `no argument "x"`,
		"build x":          `no argument "x"`,
		"help nope":        `no help for "nope"`,
	} {
		t.Setenv("WASMER_SUITE", "")
		var out strings.Builder
		if code := dispatch(t.Context(), &env{strings.NewReader(""), io.Discard, &out}, strings.Fields(line)); code != 2 || !strings.Contains(out.String(), want) {
			t.Errorf("%s: code %d, %s", line, code, out.String())
		}
	}
}
