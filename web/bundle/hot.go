package bundle

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/pprof/profile"
)

// hot are the calls on the way of a frequent system call, as chains: each
// function calls the next. In WebAssembly a Go call costs as much as the work it
// is for, and the compiler's usual budget is too small for the handlers. So it is
// given a profile in which nothing else happens (go build -pgo): what is named
// here is compiled into its caller.
var hot = [...]string{
	"jsbridge.exportFdSeek syscalls.FdSeek kernel.(*FDTable).Get",
	"jsbridge.exportFdRead syscalls.FdRead syscalls.readFast kernel.(*FDTable).Get",
	"syscalls.readFast vfs.(*OpenFile).Window",
	"syscalls.readFast vfs.(*Ctx).Time",
	"jsbridge.exportFdWrite syscalls.FdWrite syscalls.writeFast kernel.(*FDTable).Get",
	"syscalls.writeFast vfs.(*OpenFile).Room",
	"syscalls.writeFast vfs.(*OpenFile).Wrote",
	"memfs.(*inode).Window memfs.(*data).page",
	"memfs.(*inode).Room memfs.(*data).page",
	"memfs.(*inode).Room memfs.(*inode).touch",
	"memfs.(*inode).Wrote vfs.(*Ctx).Time",
	"jsbridge.exportClockTimeGet syscalls.ClockTimeGet",
	"jsbridge.exportPathOpen syscalls.PathOpen syscalls.open syscalls.readAt syscalls.readPath",
	"syscalls.readAt syscalls.at syscalls.get",
	"syscalls.open kernel.(*FDTable).Full",
	"syscalls.open kernel.(*FDTable).Add kernel.(*FDTable).put",
	"syscalls.open syscalls.describe",
	"syscalls.open vfs.(*Namespace).Open vfs.(*Namespace).begin vfs.(*walk).parent vfs.(*walk).components vfs.component",
	"vfs.(*Namespace).Open vfs.(*walk).last vfs.(*walk).find",
	"vfs.(*Namespace).Open vfs.open",
	"memfs.(*inode).Lookup memfs.(*inode).entries",
	"memfs.(*inode).Lookup memfs.(*dir).find",
	"jsbridge.exportFdClose syscalls.FdClose kernel.(*FDTable).Close kernel.(*FDTable).Take kernel.(*FDTable).Get",
	"kernel.(*FDTable).Close vfs.(*OpenFile).Unref",
	"memfs.(*inode).Release memfs.(*inode).free",
	"jsbridge.exportPathFilestatGet syscalls.PathFilestatGet syscalls.pathAttr syscalls.readAt",
	"syscalls.PathFilestatGet syscalls.putFilestat",
	"vfs.(*Namespace).Stat vfs.(*Namespace).Resolve vfs.(*Namespace).begin",
	"vfs.(*Namespace).Resolve vfs.(*walk).last",
}

// call is one function calling another.
type call struct {
	caller, callee *hotFunc
	line           int64
}

// hotFunc is a function that a chain names.
type hotFunc struct {
	symbol string // as the linker knows it
	file   string
	line   int64
	calls  []*ast.CallExpr
	fset   *token.FileSet
}

// hotProfile writes a CPU profile in which only the calls of chains happen.
//
// Errors name what is not in the source any more: a function, or a call of it.
func hotProfile(root, out string, chains []string) error {
	calls, err := hotCalls(root, chains)
	if err != nil {
		return err
	}
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}},
		PeriodType: &profile.ValueType{Type: "samples", Unit: "count"},
		Period:     1,
	}
	functions := map[*hotFunc]*profile.Function{}
	location := func(f *hotFunc, line int64) *profile.Location {
		fn := functions[f]
		if fn == nil {
			fn = &profile.Function{ID: uint64(len(functions) + 1), Name: f.symbol, SystemName: f.symbol, Filename: f.file, StartLine: f.line}
			functions[f] = fn
			p.Function = append(p.Function, fn)
		}
		l := &profile.Location{ID: uint64(len(p.Location) + 1), Line: []profile.Line{{Function: fn, Line: line}}}
		p.Location = append(p.Location, l)
		return l
	}
	for _, c := range calls {
		p.Sample = append(p.Sample, &profile.Sample{
			Location: []*profile.Location{location(c.callee, c.callee.line), location(c.caller, c.line)},
			Value:    []int64{1000},
		})
	}
	if err := p.CheckValid(); err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	return errors.Join(p.Write(f), f.Close())
}

func hotCalls(root string, chains []string) ([]call, error) {
	var calls []call
	packages := map[string]map[string]*hotFunc{}
	for _, chain := range chains {
		var caller *hotFunc
		for _, name := range strings.Fields(chain) {
			dir, fn, _ := strings.Cut(name, ".")
			if packages[dir] == nil {
				p, err := hotPackage(root, dir)
				if err != nil {
					return nil, err
				}
				packages[dir] = p
			}
			f := packages[dir][fn]
			if f == nil {
				return nil, fmt.Errorf("hot calls: there is no function %s", name)
			}
			if caller != nil {
				lines := caller.callsOf(fn[strings.LastIndexByte(fn, '.')+1:])
				if len(lines) == 0 {
					return nil, fmt.Errorf("hot calls: %s does not call %s", caller.symbol, name)
				}
				for _, l := range lines {
					calls = append(calls, call{caller, f, l})
				}
			}
			caller = f
		}
	}
	return calls, nil
}

// callsOf returns the lines on which f calls something of that name.
func (f *hotFunc) callsOf(name string) []int64 {
	var lines []int64
	for _, c := range f.calls {
		var at *ast.Ident
		switch x := c.Fun.(type) {
		case *ast.Ident:
			at = x
		case *ast.SelectorExpr:
			at = x.Sel
		}
		if at != nil && at.Name == name {
			lines = append(lines, int64(f.fset.Position(at.Pos()).Line))
		}
	}
	return lines
}

// hotPackage reads the functions of one of our packages, as they are in the
// browser, by the name they have in a chain behind the package's.
func hotPackage(root, name string) (map[string]*hotFunc, error) {
	dir := ""
	for _, d := range []string{name, "wasix/" + name, "providers/" + name} {
		if s, err := os.Stat(filepath.Join(root, d)); err == nil && s.IsDir() {
			dir = d
		}
	}
	if dir == "" {
		return nil, fmt.Errorf("hot calls: there is no package %s", name)
	}
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = "js", "wasm", false
	p, err := ctx.ImportDir(filepath.Join(root, dir), 0)
	if err != nil {
		return nil, fmt.Errorf("hot calls: %w", err)
	}
	funcs := map[string]*hotFunc{}
	fset := token.NewFileSet()
	for _, file := range p.GoFiles {
		tree, err := parser.ParseFile(fset, filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("hot calls: %w", err)
		}
		for _, d := range tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			name := fn.Name.Name
			if fn.Recv != nil {
				name = receiver(fn.Recv.List[0].Type) + "." + name
			}
			f := &hotFunc{symbol: module + "/" + dir + "." + name, file: file, line: int64(fset.Position(fn.Pos()).Line), fset: fset}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if c, ok := n.(*ast.CallExpr); ok {
					f.calls = append(f.calls, c)
				}
				return true
			})
			funcs[name] = f
		}
	}
	return funcs, nil
}

// receiver is a method's receiver as it stands in a symbol.
func receiver(t ast.Expr) string {
	switch x := t.(type) {
	case *ast.StarExpr:
		return "(*" + receiver(x.X) + ")"
	case *ast.Ident:
		return x.Name
	}
	return "" // of a generic type
}
