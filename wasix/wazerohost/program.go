//go:build !js

package wazerohost

import (
	"context"
	"crypto/sha256"
	"runtime"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/link"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// features are what programs may use: everything wazero has. It knows exceptions
// in the exnref encoding only.
const features = api.CoreFeaturesV2 | experimental.CoreFeaturesThreads | experimental.CoreFeaturesTailCall |
	experimental.CoreFeaturesExtendedConst | experimental.CoreFeaturesExceptionHandling

// The modules a renamed guest imports from; shims import from the other two.
const (
	shimModule = "s" // functions: their number
	hostModule = "m" // memory, tables, tags: their number
	goModule   = "go"
	kModule    = "k"
)

// loader is a wazero runtime and what has been compiled in it. Host functions
// find their thread in the context, so every engine with the same settings uses
// the same loader, and a program is compiled once.
type loader struct {
	runtime wazero.Runtime
	glue    glue

	mu       sync.Mutex
	programs map[[32]byte]*code // protected by mu
}

// code is a compiled program.
type code struct {
	loader *loader
	key    [32]byte
	refs   int // protected by loader.mu
	link   *link.Program
	guest  wazero.CompiledModule
	shim   wazero.CompiledModule
	waits  wazero.CompiledModule // fills the guest's wasmgen.WaitTable; nil when it has none
	host   wazero.CompiledModule // memory, tables and tags; nil when the program imports none
	own    wasmgen.Limits        // of the program's own memory
}

type loaderKey struct {
	cacheDir        string
	uninterruptible bool
}

var (
	loadersMu sync.Mutex
	loaders   = map[loaderKey]*loader{}
)

// loaderFor returns the loader for c. Loaders live as long as the Go program.
func loaderFor(c Config) (*loader, error) {
	loadersMu.Lock()
	defer loadersMu.Unlock()
	key := loaderKey{c.CacheDir, c.Uninterruptible}
	if l := loaders[key]; l != nil {
		return l, nil
	}
	rc := wazero.NewRuntimeConfigCompiler().WithCoreFeatures(features).WithCloseOnContextDone(!c.Uninterruptible)
	if c.CacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(c.CacheDir)
		if err != nil {
			return nil, err
		}
		rc = rc.WithCompilationCache(cache)
	}
	l := &loader{programs: map[[32]byte]*code{}}
	l.runtime = wazero.NewRuntimeWithConfig(context.Background(), rc)
	if err := l.glue.make(l.runtime); err != nil {
		return nil, err
	}
	loaders[key] = l
	return l, nil
}

// Program is a compiled program. It can be started any number of times.
type Program struct {
	*code
	engine *Engine
	once   sync.Once
}

// Load checks and compiles a program. The same bytes are compiled once.
//
// Errors: *link.Error, of every kind that it has.
func (e *Engine) Load(b []byte) (*Program, error) {
	c, err := e.loader.load(b)
	if err != nil {
		return nil, err
	}
	p := &Program{code: c, engine: e}
	if l := c.link.Module.Memories; len(l) > 0 && l[0].Min > e.maxPages {
		p.Close()
		return nil, tooMuch(l[0].Min, e.maxPages)
	}
	return p, nil
}

// Close lets go of the program. Processes that run it go on.
func (p *Program) Close() { p.once.Do(p.code.release) }

// Reactor tells whether the program is a library: see Engine.Call.
func (p *Program) Reactor() bool { return p.link.Reactor }

// Preview1 tells whether the program calls nothing of wasix.
func (p *Program) Preview1() bool { return p.link.Preview1 }

// Stubs lists the functions that the program imports and nobody has, as
// "module.name". They return ENOSYS.
func (p *Program) Stubs() []string { return p.link.Stubs() }

// Attach makes p what a new process runs.
func (p *Program) Attach(kp *kernel.Process) { p.code.attach(kp) }

// fileProgram is a program out of the file tree, for the kernel.
type fileProgram struct{ *code }

func (p fileProgram) Preview1() bool            { return p.link.Preview1 }
func (p fileProgram) Attach(kp *kernel.Process) { p.code.attach(kp) }
func (p fileProgram) Hold()                     { p.code.hold() }
func (p fileProgram) Close()                    { p.code.release() }

// LoadProgram implements kernel.Loader.
func (e *Engine) LoadProgram(ctx *vfs.Ctx, name string, wasm []byte) (kernel.Program, error) {
	var c *code
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err = e.loader.load(wasm)
	}()
	if errno := ctx.Wait(done); errno != abi.OK {
		go func() {
			if <-done; err == nil {
				c.release()
			}
		}()
		return nil, errno
	}
	switch {
	case err != nil:
		return nil, err
	case c.link.Reactor:
		c.release()
		return nil, &link.Error{Kind: link.NoStart, Msg: "it is a library: it has no _start"}
	}
	return fileProgram{c}, nil
}

func (l *loader) load(b []byte) (*code, error) {
	key := sha256.Sum256(b)
	l.mu.Lock()
	c := l.programs[key]
	if c != nil {
		c.refs++
	}
	l.mu.Unlock()
	if c != nil {
		return c, nil
	}
	// Compiling takes seconds: not under the lock.
	c, err := l.compile(b)
	if err != nil {
		return nil, err
	}
	c.key = key
	l.mu.Lock()
	defer l.mu.Unlock()
	if other := l.programs[key]; other != nil {
		c.close()
		other.refs++
		return other, nil
	}
	l.programs[key] = c
	return c, nil
}

func (l *loader) compile(b []byte) (_ *code, err error) {
	c := &code{loader: l, refs: 1}
	if c.link, err = link.Check(b); err != nil {
		return nil, err
	}
	m := c.link.Module
	if len(m.Memories) > m.ImportedMemories {
		c.own = m.Memories[0]
	}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	ctx := context.Background()
	shim, err := wasmgen.Shim(c.link.Shim())
	if err != nil {
		return nil, &link.Error{Kind: link.Invalid, Msg: err.Error()}
	}
	if c.shim, err = l.runtime.CompileModule(ctx, shim); err != nil {
		return nil, invalid(err)
	}
	if host := hostParts(c.link); host != nil {
		if c.host, err = l.runtime.CompileModule(ctx, host); err != nil {
			return nil, invalid(err)
		}
	}
	if m.ImportedMemories > 0 && c.link.Threads {
		if b, _, _, err = wasmgen.RewriteAtomicWaits(b); err != nil {
			return nil, link.ParseError(err)
		}
		if m, err = wasmgen.Parse(b); err != nil {
			return nil, link.ParseError(err)
		}
		if m.Export(wasmgen.WaitTable) != nil {
			if c.waits, err = l.runtime.CompileModule(ctx, waitsModule(len(c.link.Funcs))); err != nil {
				return nil, invalid(err)
			}
		}
	}
	if b, err = renamed(b, m); err != nil {
		return nil, link.ParseError(err)
	}
	ctx = experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0))
	if c.guest, err = l.runtime.CompileModule(ctx, b); err != nil {
		return nil, invalid(err)
	}
	return c, nil
}

// renamed gives every import a name of its own, so that nothing depends on what
// the program calls them.
func renamed(b []byte, m *wasmgen.Module) ([]byte, error) {
	funcs, others := 0, 0
	return wasmgen.RenameImports(b, m, func(_ int, im *wasmgen.Import) (string, string) {
		switch im.Kind {
		case wasmgen.ExternFunc:
			funcs++
			return shimModule, wasmgen.ShimExport(funcs - 1)
		case wasmgen.ExternMemory:
			return hostModule, "memory"
		}
		others++
		return hostModule, wasmgen.ShimExport(others - 1)
	})
}

// hostParts writes the module that has what a program imports besides functions;
// nil when that is nothing. The memory has no pages: newMemory gives it some.
func hostParts(p *link.Program) []byte {
	if p.Memory == nil && len(p.Others) == 0 {
		return nil
	}
	var b wasmgen.Builder
	if p.Memory != nil {
		l := wasmgen.Limits{HasMax: true, Shared: p.Memory.Memory.Shared}
		b.Export("memory", wasmgen.ExternMemory, b.Memory(l))
	}
	for i, o := range p.Others {
		name := wasmgen.ShimExport(i)
		switch o.Kind {
		case wasmgen.ExternTable:
			b.Export(name, o.Kind, b.Table(o.Table))
		case wasmgen.ExternTag:
			b.Export(name, o.Kind, b.Tag(o.Func.Params...))
		}
	}
	return b.Bytes()
}

func (c *code) hold() *code {
	c.loader.mu.Lock()
	defer c.loader.mu.Unlock()
	c.refs++
	return c
}

func (c *code) attach(kp *kernel.Process) {
	kp.Data, kp.Functions = &process{code: c.hold()}, c.link.Functions
}

// release drops a reference; the last one frees the machine code.
func (c *code) release() {
	c.loader.mu.Lock()
	c.refs--
	last := c.refs == 0
	if last {
		delete(c.loader.programs, c.key)
	}
	c.loader.mu.Unlock()
	if last {
		c.close()
	}
}

func (c *code) close() {
	for _, m := range [...]wazero.CompiledModule{c.guest, c.waits, c.host, c.shim} {
		if m != nil {
			m.Close(context.Background())
		}
	}
}

// invalid is the error for a module that wazero's validation refuses.
func invalid(err error) error {
	msg := strings.TrimPrefix(err.Error(), "invalid ")
	return &link.Error{Kind: link.Invalid, Msg: "wazero: " + msg}
}
