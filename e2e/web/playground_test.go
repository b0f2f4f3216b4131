package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/web/bundle"
)

// interval is how often a page is asked whether something has happened.
const interval = 20 * time.Millisecond

// playground opens the page at a size and waits until it is ready.
func playground(t *testing.T, width, height int64, query ...string) context.Context {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/", runner.Files(dist(t)))
	programs(t, mux)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	ctx := tab(t, "about:blank")
	do(t, ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(server.URL+"/playground/"+strings.Join(query, "")))
	wait(t, ctx, `!document.getElementById("run").disabled && document.getElementById("state").textContent === "Ready"`)
	return ctx
}

// programs offers what npm has installed, as wasix-web serve does.
func programs(t *testing.T, mux *http.ServeMux) {
	t.Helper()
	list, files := bundle.Installed("../..")
	text, err := json.Marshal(append([]bundle.Sample{}, list...))
	if err != nil {
		t.Fatal(err)
	}
	mux.HandleFunc("GET /playground/npm.json", func(w http.ResponseWriter, r *http.Request) { w.Write(text) })
	mux.HandleFunc("GET /playground/npm/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		http.ServeFile(w, r, files[r.PathValue("name")])
	})
}

func wait(t *testing.T, ctx context.Context, condition string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition, chromedp.WithPollingInterval(interval), chromedp.WithPollingTimeout(testTimeout/2))); err != nil {
		state := eval[string](t, ctx, `document.getElementById("state").textContent + "\n" + (document.querySelector(".xterm-rows, .plain pre")?.innerText ?? "")`)
		t.Fatalf("never true: %s: %v\nthe page shows: %s", condition, err, state)
	}
}

// screen waits until the terminal shows a text.
func screen(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	wait(t, ctx, `document.querySelector(".xterm-rows, .plain pre").innerText.replaceAll("\u00a0", " ").replace(/ +$/gm, "").includes(`+quote(text)+`)`)
}

// state waits for words in the line below the terminal.
func state(t *testing.T, ctx context.Context, words string) {
	t.Helper()
	wait(t, ctx, `document.getElementById("state").textContent.includes(`+quote(words)+`)`)
}

func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(s) + "'"
}

// choose picks a sample by its title.
func choose(t *testing.T, ctx context.Context, title string) {
	t.Helper()
	eval[bool](t, ctx, `(() => {
		const select = document.getElementById("sample");
		const option = [...select.options].find((o) => o.text === `+quote(title)+`);
		select.value = option.value;
		select.dispatchEvent(new Event("change"));
		return true;
	})()`)
}

// shoot writes a picture of the page to the directory in SCREENSHOTS, if set.
func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// fits fails when something is wider than the page.
func fits(t *testing.T, ctx context.Context) {
	t.Helper()
	if wide := eval[[]string](t, ctx, `[...document.querySelectorAll("main *")].filter((e) => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".xterm")).map((e) => e.tagName + "#" + e.id)`); len(wide) > 0 {
		t.Errorf("wider than the page: %v", wide)
	}
	if h := eval[float64](t, ctx, `document.documentElement.scrollHeight / innerHeight`); h > 2 {
		t.Errorf("the page is %.1f screens high", h)
	}
	if w := eval[float64](t, ctx, `document.documentElement.scrollWidth - innerWidth`); w > 0 {
		t.Errorf("the page scrolls %v pixels to the side", w)
	}
}

var sizes = []struct {
	name          string
	width, height int64
}{{"phone", 375, 812}, {"desktop", 1280, 800}}

func TestPlayground(t *testing.T) {
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			t.Run("hello", func(t *testing.T) {
				ctx := playground(t, size.width, size.height)
				shoot(t, ctx, size.name+"-start")
				do(t, ctx, chromedp.Click("#run"))
				screen(t, ctx, "Hello, world!")
				state(t, ctx, "tour exited with code 0")
				fits(t, ctx)
				shoot(t, ctx, size.name+"-hello")
			})
			t.Run("guess", func(t *testing.T) {
				ctx := playground(t, size.width, size.height)
				choose(t, ctx, "Guess a number")
				do(t, ctx, chromedp.Click("#run"))
				screen(t, ctx, "Your guess:")
				do(t, ctx, chromedp.KeyEvent("xx"), chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(kb.Enter))
				screen(t, ctx, "Your guess: x\nThat is no number.\nYour guess:")
				do(t, ctx, chromedp.KeyEvent("500"), chromedp.KeyEvent(kb.Enter))
				screen(t, ctx, "Less.")
				shoot(t, ctx, size.name+"-guess")
				do(t, ctx, chromedp.KeyEvent("d", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
				state(t, ctx, "tour exited with code 1")
			})
		})
	}
}

// Real programs, where npm has installed them.
func TestPlaygroundPrograms(t *testing.T) {
	list, _ := bundle.Installed("../..")
	if len(list) == 0 {
		t.Skip("no e2e/node_modules: npm ci --prefix e2e")
	}
	shows := map[string][]string{ // what is typed, and what then appears
		"esbuild": {"", "hello, ${"},
		"PHP 8.2": {"", "PHP 8.2"},
		"SQLite":  {"select 6*7 as answer;", "42"},
	}
	for _, s := range list {
		t.Run(s.Title, func(t *testing.T) {
			want := shows[s.Title]
			if want == nil {
				t.Fatalf("this test does not know what %q shows", s.Title)
			}
			ctx := playground(t, 1280, 800)
			choose(t, ctx, s.Title)
			do(t, ctx, chromedp.Click("#run"))
			if want[0] != "" {
				screen(t, ctx, "sqlite>")
				do(t, ctx, chromedp.KeyEvent(want[0]), chromedp.KeyEvent(kb.Enter))
			}
			screen(t, ctx, want[1])
			shoot(t, ctx, "program-"+s.Title)
			if want[0] != "" {
				do(t, ctx, chromedp.KeyEvent("d", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
			}
			state(t, ctx, "exited with code 0")
		})
	}
}

func TestPlaygroundPhone(t *testing.T) {
	ctx := playground(t, 375, 812)
	do(t, ctx, chromedp.EmulateViewport(375, 812, chromedp.EmulateMobile, chromedp.EmulateTouch))
	choose(t, ctx, "cat")
	do(t, ctx, chromedp.Click("#run"))
	screen(t, ctx, "Type something")
	if h := eval[float64](t, ctx, `document.querySelector(".status").getBoundingClientRect().bottom - innerHeight`); h > 1 {
		t.Errorf("the status is %v pixels below the screen while the program runs", h)
	}
	wait(t, ctx, `!document.getElementById("keys").hidden`)
	shoot(t, ctx, "phone-keys")
	do(t, ctx, chromedp.Click(`[data-key="4"]`))
	state(t, ctx, "tour exited with code 0")
	fits(t, ctx)
}

func TestPlaygroundDark(t *testing.T) {
	ctx := playground(t, 1280, 800)
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	}); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Click("#run"))
	state(t, ctx, "exited with code 0")
	shoot(t, ctx, "desktop-dark")
}

// Dropped programs are chosen, other files are added.
func TestPlaygroundDrop(t *testing.T) {
	ctx := playground(t, 1280, 800)
	eval[bool](t, ctx, `(async () => {
		const program = await (await fetch("samples/tour.wasm")).arrayBuffer();
		const data = new DataTransfer();
		data.items.add(new File([program], "dropped.wasm"));
		data.items.add(new File(["dropped text"], "note.txt"));
		for (const type of ["dragenter", "dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
		return true;
	})()`)
	wait(t, ctx, `document.getElementById("args").value === "dropped" && document.getElementById("file-count").textContent === "1"`)
	do(t, ctx, chromedp.SetValue("#args", "dropped cat /note.txt"), chromedp.Click("#run"))
	screen(t, ctx, "dropped text")
	state(t, ctx, "dropped exited with code 0")
}

// Without xterm.js the page has plain text and a line to type in.
func TestPlaygroundPlain(t *testing.T) {
	ctx := playground(t, 375, 812, "?plain")
	choose(t, ctx, "Guess a number")
	do(t, ctx, chromedp.Click("#run"))
	screen(t, ctx, "Your guess:")
	do(t, ctx, chromedp.SendKeys(".plain input", "x"+kb.Enter))
	screen(t, ctx, "Your guess: x\nThat is no number.\nYour guess:")
	shoot(t, ctx, "phone-plain")
	do(t, ctx, chromedp.Click("#stop"))
	state(t, ctx, "was ended by SIGKILL")
	fits(t, ctx)
}

func TestPlaygroundInterrupt(t *testing.T) {
	ctx := playground(t, 1280, 800)
	choose(t, ctx, "cat")
	do(t, ctx, chromedp.Click("#run"))
	screen(t, ctx, "Type something")
	do(t, ctx, chromedp.KeyEvent("c", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	state(t, ctx, "was ended by SIGINT")
	do(t, ctx, chromedp.Click("#run"))
	screen(t, ctx, "Type something")
	wait(t, ctx, `!document.getElementById("stop").disabled`)
	do(t, ctx, chromedp.Click("#stop"))
	state(t, ctx, "was ended by SIGKILL")
}

// Tab is the program's while one runs, and the page's otherwise: who has only a
// keyboard gets out of the terminal again.
func TestPlaygroundTabKey(t *testing.T) {
	ctx := playground(t, 1280, 800)
	inside := `document.activeElement.closest("#terminal") !== null`
	choose(t, ctx, "cat")
	do(t, ctx, chromedp.Click("#run"))
	screen(t, ctx, "Type something")
	do(t, ctx, chromedp.KeyEvent("a"+kb.Tab+"b"), chromedp.KeyEvent(kb.Enter))
	screen(t, ctx, "a       b\na       b")
	if !eval[bool](t, ctx, inside) {
		t.Error("Tab leaves the terminal while a program runs")
	}
	do(t, ctx, chromedp.KeyEvent("d", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	state(t, ctx, "exited with code 0")
	if !eval[bool](t, ctx, inside) {
		t.Error("the focus is lost when the program ends")
	}
	do(t, ctx, chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	wait(t, ctx, "!("+inside+")")
}

func TestPlaygroundFiles(t *testing.T) {
	ctx := playground(t, 1280, 800)
	choose(t, ctx, "Files")
	do(t, ctx, chromedp.Click("#run"))
	screen(t, ctx, "link -> b.txt")
	state(t, ctx, "exited with code 0")
	do(t, ctx, chromedp.Click("#files summary"))
	wait(t, ctx, `document.querySelector('#file-list [data-path="/tmp/tour/b.txt"]') !== null`)
	shoot(t, ctx, "desktop-files")
	// A file made in the page is what a program reads.
	do(t, ctx, chromedp.Click("#create"), chromedp.SetValue("#editor-path", "/mine.txt"), chromedp.SetValue("#editor-text", "made by hand\n"))
	shoot(t, ctx, "desktop-editor")
	do(t, ctx, chromedp.Click("#editor-save"))
	wait(t, ctx, `document.querySelector('#file-list [data-path="/mine.txt"]') !== null`)
	do(t, ctx, chromedp.SetValue("#args", "tour cat /mine.txt"), chromedp.Click("#run"))
	screen(t, ctx, "made by hand")
	// Starting over takes everything away.
	do(t, ctx, chromedp.Click("#reset"))
	wait(t, ctx, `document.querySelector('#file-list [data-path="/mine.txt"]') === null`)
}

func TestPlaygroundTrace(t *testing.T) {
	ctx := playground(t, 1280, 800)
	do(t, ctx, chromedp.Click("#trace"), chromedp.Click("#run"))
	state(t, ctx, "exited with code 0")
	do(t, ctx, chromedp.Click("#tab-trace"))
	wait(t, ctx, `document.getElementById("trace-log").textContent.includes("==> fd_write(fd=1")`)
	shoot(t, ctx, "desktop-trace")
}

func TestPlaygroundOwnProgram(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "mine.wasm")
	if err := os.WriteFile(program, []byte(guest(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(dir, "broken.wasm")
	if err := os.WriteFile(broken, []byte("this is text"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx := playground(t, 375, 812)
	do(t, ctx, chromedp.SetUploadFiles("#file", []string{program}))
	wait(t, ctx, `document.getElementById("args").value === "mine"`)
	do(t, ctx, chromedp.SetValue("#args", `mine args 'a b' "c"`), chromedp.Click("#run"))
	screen(t, ctx, "mine|args|a b|c")
	state(t, ctx, "mine exited with code 0")
	do(t, ctx, chromedp.SetUploadFiles("#file", []string{broken}))
	wait(t, ctx, `document.getElementById("args").value === "broken"`)
	do(t, ctx, chromedp.Click("#run"))
	state(t, ctx, "broken")
	wait(t, ctx, `document.getElementById("state").className === "bad"`)
	shoot(t, ctx, "phone-broken")
}
