package e2e_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Every call can be made in a start section, before the host has the instance. There is no export to call and no stack to
// unwind yet: what the calls say is theirs, but the kernel goes on, and so does the program if it is told nothing else.
func TestCallsInStartSection(t *testing.T) {
	for name, shared := range map[string]bool{"own": false, "shared": true} {
		file := filepath.Join(t.TempDir(), name+".wasm")
		if err := os.WriteFile(file, callsInStart(shared), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, r := range get(t, engines) {
			if strings.HasSuffix(r.Name(), "-isolated") {
				continue // it takes ten seconds, and nothing of this is different there
			}
			t.Run(r.Name()+"/"+name, func(t *testing.T) {
				watch(t)
				for i := range abi.Calls {
					// One that waits for ever traps, or is ended.
					j := &runner.Job{Program: file, Args: slices.Repeat([]string{"p"}, i), Timeout: 200 * time.Millisecond}
					if res, err := r.Run(t.Context(), j); err != nil {
						t.Fatalf("%s: %v", abi.Calls[i].Name, err)
					} else if res.Error != "" || strings.Contains(res.Trap, "unreachable") {
						t.Errorf("%s: %+v", abi.Calls[i].Name, *res)
					}
				}
			})
		}
	}
	alive(t)
}

// callsInStart is a program that can fork and handles signals. Its start function makes the call whose number is that of
// its arguments; _start traps when it has not run.
func callsInStart(shared bool) []byte {
	types := func(l []abi.ValType) (out []wasmgen.ValType) {
		for _, v := range l {
			out = append(out, wasmgen.ValType(v))
		}
		return out
	}
	var b wasmgen.Builder
	count := b.ImportFunc(preview1, "args_sizes_get", wasmgen.Sig("ii", "i"))
	var body []func(c *wasmgen.Code)
	for i := range abi.Calls {
		c := &abi.Calls[i]
		var params []abi.ValType
		for _, p := range c.Params {
			params = append(params, p.Kind.ValType())
		}
		f := b.ImportFunc(c.Module, c.Name, wasmgen.FuncType{Params: types(params), Results: types(c.Results)})
		body = append(body, func(code *wasmgen.Code) {
			for n, p := range params {
				switch {
				case p == abi.I64:
					code.I64Const(0)
				case n == 0:
					code.I32Const(64) // a pointer: to a name that is an export's
				default:
					code.I32Const(13)
				}
			}
			code.Call(f)
			for range c.Results {
				code.Drop()
			}
		})
	}
	const pages, i32Load, i32Eq = 2, 0x28, 0x46
	b.ImportMemory("env", "memory", wasmgen.Limits{Min: pages, Max: 16, HasMax: true, Shared: shared})
	b.Data(64, []byte("__wasm_signal"))
	ran := b.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0)
	start := wasmgen.NewCode(0)
	start.I32Const(1).GlobalSet(ran)
	start.I32Const(0).I32Const(4).Call(count).Drop()
	for i, call := range body {
		start.I32Const(0).Mem(i32Load, 0, 2, 0).I32Const(int32(i)).Op(i32Eq).If(0)
		call(start)
		start.End()
	}
	b.Start(b.Func(wasmgen.FuncType{}, start))
	nothing := func(name, params, results string) {
		code := wasmgen.NewCode(len(params))
		if results != "" {
			code.I32Const(0)
		}
		b.Export(name, wasmgen.ExternFunc, b.Func(wasmgen.Sig(params, results), code))
	}
	for _, name := range []string{"asyncify_start_unwind", "asyncify_start_rewind", "__wasm_signal"} {
		nothing(name, "i", "")
	}
	for _, name := range []string{"asyncify_stop_unwind", "asyncify_stop_rewind"} {
		nothing(name, "", "")
	}
	const i32Eqz = 0x45
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.FuncType{}, wasmgen.NewCode(0).GlobalGet(ran).Op(i32Eqz).If(0).Unreachable().End()))
	nothing("asyncify_get_state", "", "i")
	nothing("wasi_thread_start", "ii", "")
	return b.Bytes()
}
