package web_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/wasix-web/wasix-web/e2e/suite"
)

// editor starts e2e/guests/editor in the playground.
func editor(t *testing.T, args string) context.Context {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	program, err := suite.NewBuilder(root).Program(t.Context(), filepath.Join(root, "e2e", "guests", "editor"), "main.c")
	if err != nil {
		t.Fatal(err)
	}
	ctx := playground(t, 1280, 800)
	do(t, ctx, chromedp.SetUploadFiles("#file", []string{program}))
	wait(t, ctx, `document.getElementById("about").textContent.includes(".wasm")`)
	do(t, ctx, chromedp.SetValue("#args", "editor "+args), chromedp.Click("#run"))
	return ctx
}

func keys(t *testing.T, ctx context.Context, list ...string) {
	t.Helper()
	for _, k := range list {
		do(t, ctx, chromedp.KeyEvent(k))
	}
}

func control(t *testing.T, ctx context.Context, key string) {
	t.Helper()
	do(t, ctx, chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}

// clearScreen empties the screen, so that what comes next can be waited for.
func clearScreen(t *testing.T, ctx context.Context) {
	t.Helper()
	do(t, ctx, chromedp.Click("#clear"), chromedp.Focus(".xterm-helper-textarea"))
}

func TestTerminalEditor(t *testing.T) {
	ctx := editor(t, "")
	screen(t, ctx, ">")
	// A line that is corrected in its middle, and one from the history.
	keys(t, ctx, "frst", kb.ArrowLeft, kb.ArrowLeft, kb.ArrowLeft, "i", kb.Enter)
	screen(t, ctx, "> first\n<first>\n>")
	keys(t, ctx, "second", kb.Enter)
	screen(t, ctx, "<second>\n>")
	keys(t, ctx, kb.ArrowUp, kb.ArrowUp, "!", kb.Enter)
	screen(t, ctx, "> first!\n<first!>\n>")
	keys(t, ctx, kb.ArrowUp, kb.ArrowUp, kb.ArrowDown, kb.Backspace, "?", kb.Enter)
	screen(t, ctx, "> first?\n<first?>\n>")
	shoot(t, ctx, "terminal-editor")
	// Ctrl-C at the prompt, and while a program computes.
	keys(t, ctx, "never mind")
	control(t, ctx, "c")
	screen(t, ctx, "> never mind^C\n>")
	keys(t, ctx, "loop", kb.Enter)
	screen(t, ctx, "looping")
	control(t, ctx, "c")
	screen(t, ctx, "looping\n^Cinterrupted\n>")
	keys(t, ctx, "after", kb.Enter)
	screen(t, ctx, "<after>")
	keys(t, ctx, "quit", kb.Enter)
	state(t, ctx, "exited with code 7")
}

func TestTerminalResize(t *testing.T) {
	ctx := editor(t, "")
	screen(t, ctx, ">")
	size := func() string {
		return eval[string](t, ctx, `(() => {
			const rows = document.querySelector(".xterm-rows");
			return rows.childElementCount + " " + rows.clientWidth;
		})()`)
	}
	before := size()
	do(t, ctx, chromedp.EmulateViewport(900, 500))
	screen(t, ctx, "[now ")
	if after := size(); after == before {
		t.Errorf("the terminal is still %s", after)
	}
	clearScreen(t, ctx)
	keys(t, ctx, "size", kb.Enter)
	// The program and xterm.js mean the same.
	wait(t, ctx, `(() => {
		const said = /^(\d+)x(\d+)$/m.exec(document.querySelector(".xterm-rows").innerText.replaceAll("\u00a0", " ").replace(/ +$/gm, ""));
		return said && Number(said[2]) === document.querySelector(".xterm-rows").childElementCount;
	})()`)
	shoot(t, ctx, "terminal-resized")
	keys(t, ctx, "quit", kb.Enter)
	state(t, ctx, "exited with code 7")
}

// paste puts text into the terminal as the clipboard does.
func paste(t *testing.T, ctx context.Context, text []byte) {
	t.Helper()
	eval[bool](t, ctx, `(() => {
		const data = new DataTransfer();
		const bytes = Uint8Array.from(atob(`+quote(base64.StdEncoding.EncodeToString(text))+`), (c) => c.charCodeAt(0));
		data.setData("text/plain", new TextDecoder().decode(bytes));
		document.querySelector(".xterm-helper-textarea").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
		return true;
	})()`)
}

// sumOf is what the program says of bytes it has read.
func sumOf(b []byte) string {
	h := fnv.New32a()
	h.Write(b)
	return fmt.Sprintf("sum %d %d", len(b), h.Sum32())
}

func TestTerminalPaste(t *testing.T) {
	ctx := editor(t, "")
	screen(t, ctx, ">")
	text := &bytes.Buffer{}
	for i := 0; text.Len() < 100_000; i++ {
		fmt.Fprintf(text, "line %d: grün, 日本語, %s\n", i, strings.Repeat("x", i%60))
	}
	// In lines, with echo, to the end of the file.
	keys(t, ctx, "lines", kb.Enter)
	screen(t, ctx, "> lines")
	paste(t, ctx, text.Bytes())
	control(t, ctx, "d")
	screen(t, ctx, sumOf(text.Bytes()))
	// Raw: xterm.js makes returns of line feeds.
	clearScreen(t, ctx)
	keys(t, ctx, "raw", kb.Enter)
	screen(t, ctx, "ready")
	paste(t, ctx, append(bytes.ReplaceAll(text.Bytes(), []byte("."), nil), '.'))
	screen(t, ctx, sumOf(bytes.ReplaceAll(text.Bytes(), []byte("\n"), []byte("\r"))))
	// A program that does not read is reached behind all of it.
	clearScreen(t, ctx)
	keys(t, ctx, "loop", kb.Enter)
	screen(t, ctx, "looping")
	paste(t, ctx, text.Bytes())
	control(t, ctx, "c")
	screen(t, ctx, "interrupted\n>")
	keys(t, ctx, "quit", kb.Enter)
	state(t, ctx, "exited with code 7")
}

// Keys that are signals end a program that handles none.
func TestTerminalSignals(t *testing.T) {
	for key, signal := range map[string]string{"c": "SIGINT", `\`: "SIGQUIT"} {
		ctx := editor(t, "plain")
		screen(t, ctx, "plain ")
		keys(t, ctx, "wrong", kb.Backspace, kb.Backspace, kb.Backspace, "ite", kb.Enter)
		screen(t, ctx, "write\n"+sumOf([]byte("write")))
		keys(t, ctx, "a")
		control(t, ctx, "z") // stops nothing
		keys(t, ctx, "b", kb.Enter)
		screen(t, ctx, "a^Zb\n"+sumOf([]byte("b")))
		control(t, ctx, key)
		state(t, ctx, "was ended by "+signal)
	}
	ctx := editor(t, "")
	screen(t, ctx, ">")
	control(t, ctx, `\`)
	screen(t, ctx, "[quit]")
	state(t, ctx, "exited with code 9")
}
