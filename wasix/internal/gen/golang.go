package main

import (
	"bytes"
	"fmt"
	"go/token"
	"strconv"
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// dispatchFile is package syscalls' way from CallID to handler. It is a switch,
// not a table of functions, so that handlers may use it too.
func dispatchFile(h *handlers) []byte {
	var b bytes.Buffer
	b.WriteString(header)
	fmt.Fprintf(&b, `
package syscalls

import (
	"%[1]s/wasix/abi"
	"%[1]s/wasix/kernel"
)

// Dispatch runs a call by number. args has one element per parameter, narrow ones
// zero-extended. A call without handler returns ENOSYS.
func Dispatch(t *kernel.Thread, id abi.CallID, args []uint64) kernel.Result {
	var a [abi.MaxParams]uint64 // spares a bounds check for every argument
	copy(a[:], args)
	switch id {
`, modulePath)
	for i := range abi.Calls {
		c := &abi.Calls[i]
		if !h.has(c) {
			continue
		}
		args := []string{"t"}
		for j, p := range c.Params {
			a := fmt.Sprintf("a[%d]", j)
			if g := p.Kind.GoType(); g != "uint64" {
				a = g + "(" + a + ")"
			}
			args = append(args, a)
		}
		fmt.Fprintf(&b, "case abi.Call%[1]s:\nreturn %[1]s(%[2]s)\n", c.GoName(), strings.Join(args, ", "))
	}
	b.WriteString("}\nreturn t.Unimplemented(id)\n}\n")
	return b.Bytes()
}

// exportsFile has the functions that guests call, through a shim that adds the
// thread's slot. Their fast path must stay free of allocation and of indirect
// calls. All results are i32; the shim drops those of void calls.
func exportsFile(h *handlers) []byte {
	var b bytes.Buffer
	b.WriteString(header)
	imported := ""
	if len(h.funcs) > 0 {
		imported = strconv.Quote(modulePath + "/wasix/syscalls")
	}
	fmt.Fprintf(&b, `
//go:build js

package jsbridge

import (
	"%[1]s/wasix/abi"
	"%[1]s/wasix/kernel"
	%[2]s
)

// notRun stands for the result of a call that slow is to run.
const notRun kernel.Result = -1 << 31

// slow is where every call goes that is traced or does not simply return.
func slow(t *kernel.Thread, r kernel.Result, id abi.CallID, args []uint64) int32 {
	if r == notRun {
		return hooked(t, id, args)
	}
	return leave(t, r, id, args)
}
`, modulePath, imported)
	for i := range abi.Calls {
		exportFunc(&b, &abi.Calls[i], h)
	}
	return b.Bytes()
}

func exportFunc(b *bytes.Buffer, c *abi.Call, h *handlers) {
	decl, args, words := []string{"slot int32"}, []string{"t"}, []string{}
	for _, p := range c.Params {
		name, g := goIdent(p.Name), p.Kind.GoType()
		decl = append(decl, name+" "+g)
		args = append(args, name)
		switch g {
		case "int32":
			words = append(words, "uint64(uint32("+name+"))")
		case "uint64":
			words = append(words, name)
		default:
			words = append(words, "uint64("+name+")")
		}
	}
	run := "syscalls." + c.GoName() + "(" + strings.Join(args, ", ") + ")"
	if !h.has(c) {
		run = "t.Unimplemented(abi.Call" + c.GoName() + ")"
	}
	list := "nil"
	if len(words) > 0 {
		list = "[]uint64{" + strings.Join(words, ", ") + "}"
	}
	fmt.Fprintf(b, `
//go:wasmexport %[1]s
func export%[2]s(%[3]s) int32 {
	t, r := threads[slot], notRun
	if !t.Hooked {
		r = %[4]s
		if budget--; budget|int32(r) >= 0 {
			return int32(r)
		}
	}
	return slow(t, r, abi.Call%[2]s, %[5]s)
}
`, c.Export, c.GoName(), strings.Join(shorten(decl), ", "), run, list)
}

// shorten writes "a int32, b int32" as "a, b int32".
func shorten(decl []string) []string {
	out := append([]string(nil), decl...)
	for i := 0; i+1 < len(out); i++ {
		name, typ, _ := strings.Cut(decl[i], " ")
		if _, next, _ := strings.Cut(decl[i+1], " "); next == typ {
			out[i] = name
		}
	}
	return out
}

// goIdent turns a wire name into a parameter's name that hides nothing the
// function needs.
func goIdent(name string) string {
	parts := strings.Split(name, "_")
	for i, p := range parts[1:] {
		parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
	}
	s := strings.Join(parts, "")
	switch s {
	case "t", "r", "slot", "len", "abi", "kernel", "syscalls", "threads", "budget", "slow":
		return s + "_"
	}
	if token.IsKeyword(s) {
		return s + "_"
	}
	return s
}
