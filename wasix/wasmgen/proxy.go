package wasmgen

// MemoryModule returns a module that exports one memory as "memory", for hosts that cannot make one by themselves.
// Unit: pages of 64 KiB. A shared memory needs a maximum.
func MemoryModule(min, max uint32, shared bool) []byte {
	var b Builder
	b.Export("memory", ExternMemory, b.Memory(Limits{Min: uint64(min), Max: uint64(max), HasMax: true, Shared: shared}))
	return b.Bytes()
}

// FuncImport is a function under the name by which a module imports it.
type FuncImport struct {
	Module, Name string
	Type         FuncType
}

// Proxy returns a module for tests that must reach host functions through a real wasm boundary: it imports every
// function and exports one of the same type that calls it. It has a memory of its own, exported as "memory" with the
// given limits.
//
// The export is called as the function is; when an earlier import has the same name, "module.name".
func Proxy(memory Limits, imports ...FuncImport) []byte {
	var b Builder
	b.Export("memory", ExternMemory, b.Memory(memory))
	for _, im := range imports {
		b.ImportFunc(im.Module, im.Name, im.Type)
	}
	used := map[string]bool{"memory": true}
	for i, im := range imports {
		c := NewCode(len(im.Type.Params))
		for p := range im.Type.Params {
			c.Get(uint32(p))
		}
		name := im.Name
		if used[name] {
			name = im.Module + "." + name
		}
		used[name] = true
		b.Export(name, ExternFunc, b.Func(im.Type, c.Call(uint32(i))))
	}
	return b.Bytes()
}
