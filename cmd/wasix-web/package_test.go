//go:build !js

package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/cmd/wasix-web/webc"
	"github.com/wasix-web/wasix-web/e2e/runner"
)

// trivial is a program that exports _start and does nothing.
const trivial = "\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x05\x03\x01\x00\x01\x07\x13\x02\x06memory\x02\x00\x06_start\x00\x00\x0a\x04\x01\x02\x00\x0b"

func packageDir(t *testing.T, manifest string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"wasmer.toml": manifest, "m.wasm": trivial, "data/a": "A", "data/sub/b": "B"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const manifest = `
[package]
name = "us/tool"
version = "1.2.3"
entrypoint = "one"
[fs]
"/mnt" = "data"
"again" = "data/."
[[module]]
name = "m"
source = "m.wasm"
abi = "wasi"
[[command]]
name = "one"
module = "m"
main_args = "-x  y"
[[command]]
name = "two"
module = "m"
runner = "wasi"
[command.annotations.wasi]
env = ["K=V"]
cwd = "/mnt"
`

// A package runs from its directory and from its file alike.
func TestPackage(t *testing.T) {
	dir := packageDir(t, manifest)
	var out, errs bytes.Buffer
	t.Chdir(dir)
	if code := dispatch(t.Context(), &env{nil, &out, &errs}, []string{"package", "build"}); code != 0 || !strings.HasSuffix(out.String(), "us-tool-1.2.3.webc\n") {
		t.Fatalf("%d, %q, %q", code, out.String(), errs.String())
	}
	// A second time the file of the first is in the way of nothing.
	out.Reset()
	if code := dispatch(t.Context(), &env{nil, &out, &errs}, []string{"-q", "package", "build", dir, "-o", "p.webc"}); code != 0 || out.String() != "" {
		t.Fatalf("%d, %q, %q", code, out.String(), errs.String())
	}
	for _, name := range []string{dir, "us-tool-1.2.3.webc", "p.webc"} {
		for _, tt := range []struct {
			flags []string
			want  runner.Job
		}{
			{nil, runner.Job{Args: []string{"one", "-x", "y", "z"}}},
			{[]string{"-e", "two", "--argv0=me"}, runner.Job{Args: []string{"me", "z"}, Env: []string{"K=V"}, Cwd: "/mnt"}},
		} {
			f, err := parseRun(append(tt.flags, name, "z"), &out)
			if err != nil {
				t.Fatal(err)
			}
			j, err := f.job()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !slices.Equal(j.Args, tt.want.Args) || !slices.Equal(j.Env, tt.want.Env) || j.Cwd != tt.want.Cwd {
				t.Errorf("%s %v: %+v", name, tt.flags, j)
			}
			if b, err := os.ReadFile(j.Program); err != nil || string(b) != trivial {
				t.Errorf("%q, %v", b, err)
			}
			guests := map[string]string{}
			for _, d := range j.Dirs {
				b, err := os.ReadFile(filepath.Join(d.Host, "sub/b"))
				if err != nil || !strings.HasPrefix(d.Host, f.temp) {
					t.Errorf("%+v: %v", d, err)
				}
				guests[d.Guest] = string(b)
			}
			if !maps.Equal(guests, map[string]string{"/mnt": "B", "/again": "B"}) {
				t.Errorf("%v", guests)
			}
			if err := os.RemoveAll(f.temp); err != nil {
				t.Fatal(err)
			}
		}
	}
	p, err := openPackage("p.webc")
	if err != nil || !reflect.DeepEqual(slices.Sorted(maps.Keys(p.Volumes)), []string{"/data", "metadata"}) {
		t.Errorf("%v, %v", p, err)
	}
}

func TestPackageErrors(t *testing.T) {
	for want, text := range map[string]string{
		"expected":                         "[package",
		"needs a name and a source":        "[[module]]\nname='m'\n",
		"there are two modules":            "[[module]]\nname='m'\nsource='m.wasm'\n[[module]]\nname='m'\nsource='m.wasm'\n",
		`"../x" is not below`:              "[[module]]\nname='m'\nsource='../x'\n",
		"no such file":                     "[[module]]\nname='m'\nsource='lost.wasm'\n",
		`there is no module "m"`:           "[[command]]\nname='c'\nmodule='m'\n",
		`runner "wcgi" is not supported`:   "[[module]]\nname='m'\nsource='m.wasm'\n[[command]]\nname='c'\nmodule='m'\nrunner='wcgi'\n",
		`"/etc" is not below`:              "[fs]\n'/x'='/etc'\n",
		"leads out of the program's root":  "[fs]\n'../x'='data'\n",
		`there is no command "c"`:          "[package]\nentrypoint='c'\n",
		"has no command":                   "[[module]]\nname='m'\nsource='m.wasm'\n[[command]]\nname='c'\nmodule='m'\n", // with -e d
		"does not say which":               "[[module]]\nname='m'\nsource='m.wasm'\n",
		"is a directory without wasmer.to": "-",
	} {
		dir := packageDir(t, text)
		if text == "-" {
			os.Remove(filepath.Join(dir, "wasmer.toml"))
		}
		f, err := parseRun([]string{dir}, os.Stderr)
		if err != nil {
			t.Fatal(err)
		}
		if want == "has no command" {
			f.entrypoint = "d"
		}
		if _, err := f.job(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for want, m := range map[string]map[string]any{
		"other packages are not fetched": {"commands": map[string]any{"c": map[string]any{"annotations": map[string]any{"wasi": map[string]any{"atom": "a/b:c"}}}}},
		"comes from the package x/y":     {"commands": commandOf("m"), "package": map[string]any{"fs": []any{map[string]any{"from": "x/y", "mount_path": "/x"}}}},
		"is to be the volume \"/v\"":     {"commands": commandOf("m"), "package": map[string]any{"fs": []any{map[string]any{"mount_path": "/x", "volume_name": "/v"}}}},
	} {
		if _, _, err := choose(&webc.File{Manifest: m, Atoms: map[string][]byte{"m": []byte(trivial)}}, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for want, args := range map[string][]string{
		"is all there is":      {"package"},
		"has no name":          {"package", "build", packageDir(t, "")},
		"unknown flag --lost":  {"package", "build", "--lost"},
		"directory without wa": {"package", "build", t.TempDir()},
	} {
		var errs bytes.Buffer
		if code := dispatch(t.Context(), &env{nil, &errs, &errs}, args); code == 0 || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: %d, %s", want, code, errs.String())
		}
	}
}

func commandOf(atom string) map[string]any {
	return map[string]any{"c": map[string]any{"annotations": map[string]any{"wasi": map[string]any{"atom": atom}}}}
}
