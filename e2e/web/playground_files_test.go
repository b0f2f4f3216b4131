package web_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	browserdomain "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// row is the selector of a file's row, or of something in it.
func row(path string, inside ...string) string {
	return `#file-list [data-path="` + path + `"] ` + strings.Join(inside, " ")
}

func there(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	wait(t, ctx, `document.querySelector(`+quote(row(path))+`) !== null`)
}

func gone(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	wait(t, ctx, `document.querySelector(`+quote(row(path))+`) === null`)
}

// more takes something from the menu of a row.
func more(t *testing.T, ctx context.Context, path, action string) {
	t.Helper()
	press(t, ctx, row(path, ".more"))
	press(t, ctx, `.menu [data-action="`+action+`"]`)
}

// press clicks what is there when it is there: lists are drawn anew at any time.
func press(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	wait(t, ctx, `(() => {
		const e = document.querySelector(`+quote(selector)+`);
		if (!e || e.disabled || !e.getClientRects().length) return false;
		e.scrollIntoView({ block: "nearest" });
		e.click();
		return true;
	})()`)
}

// answer waits for a question and gives an answer.
func answer(t *testing.T, ctx context.Context, title, value string) {
	t.Helper()
	wait(t, ctx, `document.getElementById("ask").open && document.getElementById("ask-title").textContent.includes(`+quote(title)+`)`)
	press(t, ctx, `#ask-answers [value="`+value+`"]`)
	wait(t, ctx, `!document.getElementById("ask").open`)
}

// drag drops files and folders of this machine, as a person would.
func drag(t *testing.T, ctx context.Context, selector string, drop bool, paths ...string) {
	t.Helper()
	wait(t, ctx, `document.querySelector(`+quote(selector)+`) !== null`)
	at := eval[[]float64](t, ctx, `(() => { const e = document.querySelector(`+quote(selector)+`); e.scrollIntoView({ block: "center" }); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: paths, DragOperationsMask: 1}
	for _, typ := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		if typ == input.DispatchDragEventTypeDrop && !drop {
			return
		}
		if _, err := chromedp.Call(ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: typ, X: at[0], Y: at[1], Data: data}); err != nil {
			t.Fatal(err)
		}
	}
}

// folder makes files on this machine.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func light(t *testing.T, ctx context.Context, scheme string) {
	t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}); err != nil {
		t.Fatal(err)
	}
}

// A folder is dropped; files are dropped on a folder; names, contents and files change.
func TestPlaygroundTree(t *testing.T) {
	dir := folder(t, map[string]string{"project/readme.md": "read me\n", "project/src/main.c": "int main;\n", "project/src/deep/er/x": "deep",
		"other.txt": "another", "data.bin": "\x00\x01\xff\xfeGIF"})
	if err := os.Mkdir(filepath.Join(dir, "project", "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	ctx := playground(t, 1280, 800)
	do(t, ctx, chromedp.Click("#files summary"))
	drag(t, ctx, "#terminal", false, filepath.Join(dir, "project"))
	wait(t, ctx, `!document.getElementById("drop").hidden`)
	shoot(t, ctx, "files-drag")
	drag(t, ctx, "#terminal", true, filepath.Join(dir, "project"))
	there(t, ctx, "/project/src/deep/er/x")
	there(t, ctx, "/project/empty")
	state(t, ctx, "4 files have been added to /")
	drag(t, ctx, row("/project/src"), false, filepath.Join(dir, "other.txt"))
	wait(t, ctx, `document.querySelector(`+quote(row("/project/src"))+`).classList.contains("target") && document.getElementById("drop").textContent === "Add to /project/src"`)
	drag(t, ctx, row("/project/src"), true, filepath.Join(dir, "other.txt"), filepath.Join(dir, "data.bin"))
	there(t, ctx, "/project/src/other.txt")
	wait(t, ctx, `document.getElementById("drop").hidden && !document.querySelector(".target")`)

	// Names: one that is taken is refused, a good one moves the file.
	more(t, ctx, "/project/src/main.c", "rename")
	wait(t, ctx, `document.activeElement.matches(".rename")`)
	retype := func(name string) {
		t.Helper()
		eval[bool](t, ctx, `(document.querySelector(".rename").select(), true)`)
		do(t, ctx, chromedp.KeyEvent(name), chromedp.KeyEvent(kb.Enter))
	}
	retype("other.txt")
	wait(t, ctx, `document.querySelector(".rename")?.validationMessage === "There is a “other.txt” already."`)
	retype("prog.c")
	there(t, ctx, "/project/src/prog.c")
	gone(t, ctx, "/project/src/main.c")

	// Contents.
	press(t, ctx, row("/project/readme.md", ".main"))
	wait(t, ctx, `document.getElementById("editor").open && document.getElementById("editor-text").value === "read me\n"`)
	do(t, ctx, chromedp.SetValue("#editor-text", "read me twice\n"))
	shoot(t, ctx, "files-editor")
	do(t, ctx, chromedp.Click("#editor-cancel"))
	wait(t, ctx, `document.getElementById("editor").open && document.getElementById("editor-note").textContent.startsWith("Not saved")`)
	do(t, ctx, chromedp.Click("#editor-save"))
	wait(t, ctx, `!document.getElementById("editor").open`)
	do(t, ctx, chromedp.SetValue("#args", "tour cat /project/readme.md"), chromedp.Click("#run"))
	screen(t, ctx, "read me twice")
	state(t, ctx, "exited with code 0")

	// What is not text is shown, and not changed.
	there(t, ctx, "/project/src/data.bin")
	press(t, ctx, row("/project/src/data.bin", ".main"))
	wait(t, ctx, `document.getElementById("editor-text").value.startsWith("0000  00 01 ff fe 47 49 46") && document.getElementById("editor-text").readOnly`)
	shoot(t, ctx, "files-hex")
	do(t, ctx, chromedp.Click("#editor-delete"))
	answer(t, ctx, "Delete /project/src/data.bin?", "delete")
	gone(t, ctx, "/project/src/data.bin")
	wait(t, ctx, `!document.getElementById("editor").open`)

	more(t, ctx, "/project", "delete")
	answer(t, ctx, "Delete /project?", "")
	more(t, ctx, "/project", "delete")
	wait(t, ctx, `document.getElementById("ask").open`)
	shoot(t, ctx, "files-delete")
	answer(t, ctx, "Delete /project?", "delete")
	gone(t, ctx, "/project")

	// A new file where one is already.
	more(t, ctx, "/home", "new")
	do(t, ctx, chromedp.SetValue("#editor-path", "/bin"), chromedp.Click("#editor-save"))
	wait(t, ctx, `document.getElementById("editor-note").textContent === "/bin is there already."`)
	do(t, ctx, chromedp.SetValue("#editor-path", "/home/n.txt"), chromedp.Click("#editor-save"))
	there(t, ctx, "/home/n.txt")
	press(t, ctx, "#files-more")
	press(t, ctx, `.menu [data-action="folder"]`)
	wait(t, ctx, `document.activeElement.matches(".rename")`)
	do(t, ctx, chromedp.KeyEvent(kb.Escape))
	there(t, ctx, "/new")
}

// downloads lets the page store files, and returns a function that waits for one.
func downloads(t *testing.T, ctx context.Context) func(name string) []byte {
	t.Helper()
	dir := t.TempDir()
	if _, err := chromedp.CallBrowser(ctx, browserdomain.SetDownloadBehavior, browserdomain.SetDownloadBehaviorParams{
		Behavior: browserdomain.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir,
	}); err != nil {
		t.Fatal(err)
	}
	return func(name string) []byte {
		t.Helper()
		for end := time.Now().Add(testTimeout / 2); time.Now().Before(end); time.Sleep(interval) {
			if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil && len(data) > 0 {
				return data
			}
		}
		t.Fatalf("%s was not downloaded; the page says %s", name, eval[string](t, ctx, `document.getElementById("state").textContent`))
		return nil
	}
}

// Archives are unpacked where they are dropped; folders are downloaded as archives.
func TestPlaygroundArchives(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string][]byte{"go.tar.gz": gzipped(t, goTar(t)), "go.zip": goZip(t), "bad.tar": []byte(strings.Repeat("no archive", 200))} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ctx := playground(t, 1280, 800)
	downloaded := downloads(t, ctx)
	do(t, ctx, chromedp.Click("#files summary"))
	drag(t, ctx, row("/home"), true, filepath.Join(dir, "go.tar.gz"))
	wait(t, ctx, `document.getElementById("ask").open`)
	shoot(t, ctx, "files-archive")
	answer(t, ctx, "go.tar.gz", "unpack")
	there(t, ctx, "/home/dir/hello.txt")
	drag(t, ctx, row("/tmp"), true, filepath.Join(dir, "go.zip"))
	answer(t, ctx, "go.zip", "add")
	there(t, ctx, "/tmp/go.zip")
	more(t, ctx, "/tmp/go.zip", "unpack")
	there(t, ctx, "/tmp/dir/hello.txt")

	more(t, ctx, "/home/dir", "tar")
	list, err := contents("tar.gz", bytes.NewReader(downloaded("dir.tar.gz")))
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int64{}
	for _, f := range list {
		sizes[f.Name] = f.Size
	}
	if len(list) != 4 || sizes["dir/hard"] != 14 { // hello.txt is a link to it
		t.Errorf("dir.tar.gz has %v", list)
	}
	more(t, ctx, "/home/dir", "zip")
	if list, err = contents("zip", bytes.NewReader(downloaded("dir.zip"))); err != nil || len(list) != 4 {
		t.Errorf("dir.zip has %v, %v", list, err)
	}
	more(t, ctx, "/home/dir/hello.txt", "download")
	if data := downloaded("hello.txt"); string(data) != "hello from Go\n" {
		t.Errorf("hello.txt is %q", data)
	}
	drag(t, ctx, "#terminal", true, filepath.Join(dir, "bad.tar"))
	answer(t, ctx, "bad.tar", "unpack")
	state(t, ctx, "this is no tar archive")
	wait(t, ctx, `document.getElementById("state").className === "bad"`)
}

// What is kept is there after a reload, can be checked, and goes to memory and back.
func TestPlaygroundKept(t *testing.T) {
	ctx := playground(t, 1280, 800)
	do(t, ctx, chromedp.Click("#files summary"))
	write := func(path, text string) {
		t.Helper()
		do(t, ctx, chromedp.Click("#create"), chromedp.SetValue("#editor-path", path), chromedp.SetValue("#editor-text", text), chromedp.Click("#editor-save"))
		there(t, ctx, path)
	}
	keep := func(value string) {
		t.Helper()
		eval[bool](t, ctx, `(() => { const s = document.getElementById("storage-home"); s.value = `+quote(value)+`; s.dispatchEvent(new Event("change")); return true; })()`)
	}
	write("/home/before.txt", "made before it was kept")
	keep("idb")
	wait(t, ctx, `!document.querySelector("[data-folder='/home'] .check-files").hidden && !document.querySelector("[data-folder='/home'] select").disabled`)
	there(t, ctx, "/home/before.txt")
	write("/home/mine.txt", "kept")
	// A page that goes away writes what is left to be written.
	do(t, ctx, chromedp.Reload())
	wait(t, ctx, `document.getElementById("state")?.textContent === "Ready"`)
	do(t, ctx, chromedp.Click("#files summary"))
	there(t, ctx, "/home/before.txt")
	there(t, ctx, "/home/mine.txt")
	do(t, ctx, chromedp.Click("[data-folder='/home'] .check-files"))
	wait(t, ctx, `document.getElementById("storage-note").textContent === "/home: nothing is wrong."`)
	shoot(t, ctx, "files-kept")
	keep("memory")
	gone(t, ctx, "/home/mine.txt")
	wait(t, ctx, `document.getElementById("storage-note").textContent.startsWith("/home is memory now")`)
	keep("idb")
	there(t, ctx, "/home/mine.txt")

	// A second tab has what it can have.
	second := tab(t, eval[string](t, ctx, "location.href"))
	wait(t, second, `document.getElementById("state")?.textContent === "Ready"`)
	screen(t, second, "/home: in memory for now")
}

// The card with files and its dialogs on a phone and a desktop, light and dark.
func TestPlaygroundLooks(t *testing.T) {
	dir := folder(t, map[string]string{"notes/2026/a-rather-long-name-of-a-file-that-goes-on.txt": "x", "notes/todo.md": "# To do\n\n- one\n- two\n", "notes/pic.bin": "\x00\x01"})
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"phone", 390, 844}, {"desktop", 1280, 800}} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(size.name+"/"+scheme, func(t *testing.T) {
				name := "look-" + size.name + "-" + scheme + "-"
				ctx := playground(t, size.width, size.height)
				light(t, ctx, scheme)
				do(t, ctx, chromedp.Click("#files summary"))
				shoot(t, ctx, name+"start")
				eval[bool](t, ctx, `(document.getElementById("files").scrollIntoView(), true)`)
				shoot(t, ctx, name+"empty")
				drag(t, ctx, "#files", true, filepath.Join(dir, "notes"))
				there(t, ctx, "/notes/todo.md")
				eval[bool](t, ctx, `(document.getElementById("files").scrollIntoView(), true)`)
				fitsWide(t, ctx)
				shoot(t, ctx, name+"files")
				press(t, ctx, row("/notes/todo.md", ".more"))
				shoot(t, ctx, name+"menu")
				if out := eval[bool](t, ctx, `(() => { const r = document.querySelector(".menu").getBoundingClientRect(); return r.left < 0 || r.top < 0 || r.right > innerWidth || r.bottom > innerHeight; })()`); out {
					t.Error("the menu is outside of the page")
				}
				do(t, ctx, chromedp.KeyEvent(kb.Escape))
				press(t, ctx, row("/notes/todo.md", ".main"))
				wait(t, ctx, `document.getElementById("editor").open`)
				shoot(t, ctx, name+"editor")
				if out := eval[bool](t, ctx, `(() => { const r = document.getElementById("editor").getBoundingClientRect(); return r.left < 0 || r.top < 0 || r.right > innerWidth || r.bottom > innerHeight; })()`); out {
					t.Error("the editor is outside of the page")
				}
				do(t, ctx, chromedp.Click("#editor-delete"))
				wait(t, ctx, `document.getElementById("ask").open`)
				shoot(t, ctx, name+"ask")
			})
		}
	}
}

// fitsWide fails when something is wider than the page.
func fitsWide(t *testing.T, ctx context.Context) {
	t.Helper()
	if wide := eval[[]string](t, ctx, `[...document.querySelectorAll("main *")].filter((e) => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".xterm")).map((e) => e.tagName + "#" + e.id + "." + e.className)`); len(wide) > 0 {
		t.Errorf("wider than the page: %v", wide)
	}
}
