package bundle

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// testBuild builds a bundle around a file that stands for the kernel.
func testBuild(t *testing.T, o Options) string {
	t.Helper()
	o.Root = "../.."
	o.OutDir = filepath.Join(t.TempDir(), "dist")
	o.Kernel = filepath.Join(t.TempDir(), "kernel.wasm")
	if err := os.WriteFile(o.Kernel, []byte("\x00asm\x01\x00\x00\x00"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Build(o); err != nil {
		t.Fatal(err)
	}
	return o.OutDir
}

func TestBuild(t *testing.T) {
	dist := testBuild(t, Options{})
	for _, name := range []string{
		"index.html", "LICENSES.txt", "playground/index.html", "playground/playground.js", "playground/playground.css",
		"playground/samples.json", "playground/npm.json", "playground/samples/tour.wasm", "runner/index.html", "runner/runner.js",
		"wasix-web.d.ts", "wasix-web.esm.d.ts", "wasix-web.esm.js", "wasix-web.iife.d.ts", "wasix-web.iife.js", "wasix-web.wasm", "wasix-web.worker.js",
	} {
		if _, err := os.Stat(filepath.Join(dist, name)); err != nil {
			t.Error(err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(dist), ".dist-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// The same sources give the same bytes anywhere, and tell nothing of where they were built.
func TestBuildIsReproducible(t *testing.T) {
	first, second := testBuild(t, Options{}), testBuild(t, Options{})
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	goroot, err := goEnv(".", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(os.DirFS(first), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		a, err := os.ReadFile(filepath.Join(first, name))
		if err != nil {
			return err
		}
		b, err := os.ReadFile(filepath.Join(second, name))
		if err != nil {
			return err
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs between two builds", name)
		}
		for _, secret := range []string{root, goroot + "/", first, second} {
			if bytes.Contains(a, []byte(secret)) {
				t.Errorf("%s contains %q", name, secret)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Nothing is loaded from an absolute address.
func TestAddressesAreRelative(t *testing.T) {
	dist := testBuild(t, Options{})
	outside := regexp.MustCompile(`(?:src|href)="(?:https?:|/)[^"]*"|(?:from|import\()\s*["'](?:https?:|/)|new URL\("(?:https?:|/)`)
	for _, pattern := range []string{"*.js", "*.html", "playground/playground.js", "playground/*.html", "runner/*"} {
		files, err := filepath.Glob(filepath.Join(dist, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v %v", pattern, files, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if m := outside.Find(data); m != nil {
				t.Errorf("%s: %s", file, m)
			}
		}
	}
}

// Bundlers recognise the worker and the kernel by the very form of these expressions.
func TestBundlersFindTheParts(t *testing.T) {
	dist := testBuild(t, Options{})
	client, err := os.ReadFile(filepath.Join(dist, "wasix-web.esm.js"))
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{`new Worker(new URL("./wasix-web.worker.js",import.meta.url)`, `new URL("./wasix-web.wasm",import.meta.url)`} {
		if !bytes.Contains(client, []byte(form)) {
			t.Errorf("wasix-web.esm.js has no %s", form)
		}
	}
	iife, err := os.ReadFile(filepath.Join(dist, "wasix-web.iife.js"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(iife, []byte("import.meta")) {
		t.Error("wasix-web.iife.js contains import.meta, which a plain script must not")
	}
}

func TestLicences(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testBuild(t, Options{}), "LICENSES.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The wasix-web authors", "The Go Authors", "github.com/"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("LICENSES.txt does not name %s", want)
		}
	}
}

func TestDebugBuild(t *testing.T) {
	dist := testBuild(t, Options{Debug: true})
	for _, name := range []string{"wasix-web.esm.js.map", "wasix-web.worker.js.map"} {
		if _, err := os.Stat(filepath.Join(dist, name)); err != nil {
			t.Error(err)
		}
	}
}

// What was there stays when a build fails.
func TestFailedBuild(t *testing.T) {
	dist := filepath.Join(t.TempDir(), "dist")
	if err := os.MkdirAll(dist, 0o755); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dist, "old")
	if err := os.WriteFile(old, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	err := Build(Options{Root: "../..", OutDir: dist, Kernel: filepath.Join(t.TempDir(), "none.wasm")})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "none.wasm") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(old); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dist), ".dist-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// The names in names.ts are those of package abi, number by number.
func TestNames(t *testing.T) {
	source, err := os.ReadFile("../src/names.ts")
	if err != nil {
		t.Fatal(err)
	}
	list := func(variable, prefix string) []string {
		_, rest, ok := strings.Cut(string(source), "const "+variable+" = (")
		if !ok {
			t.Fatalf("names.ts has no %s", variable)
		}
		rest, _, _ = strings.Cut(rest, ").split")
		var text strings.Builder
		for _, m := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(rest, -1) {
			text.WriteString(m[1])
		}
		names := strings.Fields(text.String())
		for i := range names {
			names[i] = prefix + names[i]
		}
		return names
	}
	var errnos, signals []string
	for e := range abi.Errno(abi.NumErrno) {
		errnos = append(errnos, e.String())
	}
	for s := range abi.Signal(abi.NumSignal) {
		signals = append(signals, s.String())
	}
	if got := list("errnoNames", "E"); !slices.Equal(got, errnos) {
		t.Errorf("errors:\n%v\nabi has\n%v", got, errnos)
	}
	if got := list("signalNames", "SIG"); !slices.Equal(got, signals) {
		t.Errorf("signals:\n%v\nabi has\n%v", got, signals)
	}
}
