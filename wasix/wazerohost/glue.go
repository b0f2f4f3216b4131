//go:build !js

package wazerohost

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/link"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// glue is what stands between the shims and the kernel; the same for every
// program.
type glue struct {
	calls api.Module            // the host function of every call, as the shim's "go"
	kHost api.Module            // the functions of the shim's "k"
	k     wazero.CompiledModule // the shim's "k": one instance per thread, for its table
}

var i32 = []api.ValueType{api.ValueTypeI32}

func (g *glue) make(r wazero.Runtime) (err error) {
	ctx := context.Background()
	b := r.NewHostModuleBuilder(goModule)
	for i := range abi.Calls {
		c := &abi.Calls[i]
		b.NewFunctionBuilder().WithGoFunction(callFunc(c), callParams(c), i32).WithName(c.Name).Export(c.Export)
	}
	b.NewFunctionBuilder().WithGoFunction(api.GoFunc(func(ctx context.Context, s []uint64) {
		s[0] = uint64(uint32(threadOf(ctx).enosys(uint32(s[1]))))
	}), append(i32, i32...), i32).Export("enosys")
	for i, f := range link.WaitCalls {
		params := []api.ValueType{api.ValueTypeI32}
		for _, v := range wasmgen.WaitFuncs[i].Type.Params {
			params = append(params, api.ValueType(v))
		}
		b.NewFunctionBuilder().WithGoFunction(api.GoFunc(func(ctx context.Context, s []uint64) {
			s[0] = uint64(uint32(threadOf(ctx).atomic(i, s[1:])))
		}), params, i32).Export(f)
	}
	if g.calls, err = instantiateHost(ctx, r, b); err != nil {
		return err
	}

	b = r.NewHostModuleBuilder(kModule)
	b.NewFunctionBuilder().WithGoFunction(api.GoFunc(func(ctx context.Context, _ []uint64) {
		threadOf(ctx).block()
	}), i32, nil).Export("block")
	b.NewFunctionBuilder().WithGoFunction(api.GoFunc(func(ctx context.Context, s []uint64) {
		s[0] = uint64(uint32(threadOf(ctx).result))
	}), i32, i32).Export("resumed")
	b.NewFunctionBuilder().WithGoFunction(api.GoFunc(func(ctx context.Context, s []uint64) {
		s[0] = uint64(uint32(threadOf(ctx).nextSignal()))
	}), i32, i32).Export("next_signal")
	if g.kHost, err = instantiateHost(ctx, r, b); err != nil {
		return err
	}

	var k wasmgen.Builder
	for _, f := range [...]struct {
		name string
		typ  wasmgen.FuncType
	}{{"block", wasmgen.Sig("i", "")}, {"resumed", wasmgen.Sig("i", "i")}, {"next_signal", wasmgen.Sig("i", "i")}} {
		k.Export(f.name, wasmgen.ExternFunc, k.ImportFunc(kModule, f.name, f.typ))
	}
	// Go's own stacks grow: there is nothing to probe for.
	k.Export("yields", wasmgen.ExternGlobal, k.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0))
	k.Export("clocks", wasmgen.ExternGlobal, k.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0))
	k.Export("bridge", wasmgen.ExternGlobal, k.Global(wasmgen.GlobalType{Type: wasmgen.I32}, 0))
	k.Export("monotonic", wasmgen.ExternFunc, k.Func(wasmgen.Sig("ii", "i"), wasmgen.NewCode(2).Unreachable()))
	k.Export("probe", wasmgen.ExternFunc, k.Func(wasmgen.Sig("i", ""), wasmgen.NewCode(1)))
	k.Export("tid", wasmgen.ExternGlobal, k.Global(wasmgen.GlobalType{Type: wasmgen.I32}, 0)) // the context knows better
	k.Export("sig", wasmgen.ExternTable, k.Table(wasmgen.TableType{Elem: wasmgen.FuncRef, Limits: wasmgen.Limits{Min: 1}}))
	g.k, err = r.CompileModule(ctx, k.Bytes())
	return err
}

// instantiateHost makes the module itself, not the wrapper that an import
// resolver cannot use.
func instantiateHost(ctx context.Context, r wazero.Runtime, b wazero.HostModuleBuilder) (api.Module, error) {
	c, err := b.Compile(ctx)
	if err != nil {
		return nil, err
	}
	return r.InstantiateModule(ctx, c, anonymous)
}

// anonymous lets any number of instances exist at once.
var anonymous = wazero.NewModuleConfig().WithName("").WithStartFunctions()

// callParams returns the wasm parameters of a call as the shim passes them: the
// slot first.
func callParams(c *abi.Call) []api.ValueType {
	l := append(make([]api.ValueType, 0, 1+len(c.Params)), api.ValueTypeI32)
	for _, p := range c.Params {
		l = append(l, api.ValueType(p.Kind.ValType()))
	}
	return l
}

// callFunc returns the host function of a call.
func callFunc(c *abi.Call) api.GoFunc {
	id, n := c.ID, len(c.Params)
	var narrow []int // which are 32 bits wide
	for i, p := range c.Params {
		if p.Kind.ValType() == abi.I32 {
			narrow = append(narrow, i+1)
		}
	}
	return func(ctx context.Context, s []uint64) {
		for _, i := range narrow {
			s[i] = uint64(uint32(s[i]))
		}
		s[0] = uint64(uint32(threadOf(ctx).call(id, s[1:1+n:1+n])))
	}
}

// handlerModule writes the module that puts the guest's export called name into
// entry 0 of the shim's table of signal handlers.
func handlerModule(name string) []byte {
	var b wasmgen.Builder
	f := b.ImportFunc(guestModule, name, wasmgen.Sig("i", ""))
	t := b.ImportTable(kModule, "sig", wasmgen.TableType{Elem: wasmgen.FuncRef, Limits: wasmgen.Limits{Min: 1}})
	b.Elem(t, new(wasmgen.Code).I32Const(0), f)
	return b.Bytes()
}

// waitsModule writes the module that puts the shim's functions after the first n
// into the guest's table of waits.
func waitsModule(n int) []byte {
	var b wasmgen.Builder
	var funcs []uint32
	for i, f := range wasmgen.WaitFuncs {
		funcs = append(funcs, b.ImportFunc(shimModule, wasmgen.ShimExport(n+i), f.Type))
	}
	size := uint64(len(funcs))
	t := b.ImportTable(guestModule, wasmgen.WaitTable, wasmgen.TableType{Elem: wasmgen.FuncRef, Limits: wasmgen.Limits{Min: size, Max: size, HasMax: true}})
	b.Elem(t, new(wasmgen.Code).I32Const(0), funcs...)
	return b.Bytes()
}

const guestModule = "g"

// resolver answers imports by module name.
type resolver map[string]api.Module

func (r resolver) resolve(name string) api.Module { return r[name] }
