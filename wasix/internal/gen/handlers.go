package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// support is one entry of syscalls.Support. An empty level follows from whether
// there is a handler.
type support struct{ level, note string }

// handlers is what the sources of package syscalls say.
type handlers struct {
	funcs   map[string]bool // handlers by GoName
	support map[abi.CallID]support
}

func (h *handlers) has(c *abi.Call) bool { return h.funcs[c.GoName()] }

// readHandlers parses the package in dir, which may not exist yet. It is an
// error when a function has a handler's name but not the type the table gives
// it, and when Support contradicts the functions.
func readHandlers(dir string) (*handlers, error) {
	h := &handlers{map[string]bool{}, map[abi.CallID]support{}}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		base := filepath.Base(name)
		if strings.HasSuffix(base, "_test.go") || base == "zdispatch.go" {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	wanted := map[string]*abi.Call{}
	for i := range abi.Calls {
		wanted[abi.Calls[i].GoName()] = &abi.Calls[i]
	}
	strs := stringConsts(files)
	for _, f := range files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				c := wanted[d.Name.Name]
				if d.Recv != nil || c == nil {
					continue
				}
				if have, want := funcType(d.Type), handlerType(c); have != want {
					return nil, fmt.Errorf("%s: %s is %s, the table wants %s", fset.Position(d.Pos()), d.Name.Name, have, want)
				}
				h.funcs[d.Name.Name] = true
			case *ast.GenDecl:
				if err := h.readSupport(fset, d, strs); err != nil {
					return nil, err
				}
			}
		}
	}
	for id, s := range h.support {
		if c := &abi.Calls[id]; !h.has(c) && s.level != "" && s.level != levelNone {
			return nil, fmt.Errorf("syscalls.Support says %q for %s, but there is no func %s", s.level, c.Name, c.GoName())
		}
	}
	return h, nil
}

// handlerType writes the type a handler must have.
func handlerType(c *abi.Call) string {
	types := []string{"*kernel.Thread"}
	for _, p := range c.Params {
		types = append(types, p.Kind.GoType())
	}
	return "func(" + strings.Join(types, ", ") + ") kernel.Result"
}

// funcType writes a declared type in the same form.
func funcType(t *ast.FuncType) string {
	list := func(fl *ast.FieldList) (out []string) {
		if fl == nil {
			return nil
		}
		for _, f := range fl.List {
			for range max(len(f.Names), 1) {
				out = append(out, typeString(f.Type))
			}
		}
		return out
	}
	s := "func(" + strings.Join(list(t.Params), ", ") + ")"
	switch r := list(t.Results); len(r) {
	case 0:
		return s
	case 1:
		return s + " " + r[0]
	default:
		return s + " (" + strings.Join(r, ", ") + ")"
	}
}

func typeString(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return typeString(e.X) + "." + e.Sel.Name
	case *ast.StarExpr:
		return "*" + typeString(e.X)
	case *ast.ArrayType:
		return "[]" + typeString(e.Elt)
	case *ast.Ellipsis:
		return "..." + typeString(e.Elt)
	}
	return fmt.Sprintf("%T", e)
}

// stringConsts collects the string constants of the package, by name.
func stringConsts(files []*ast.File) map[string]string {
	m := map[string]string{}
	for _, f := range files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				vs := s.(*ast.ValueSpec)
				for i, n := range vs.Names {
					if i < len(vs.Values) {
						if s, ok := stringValue(vs.Values[i], m); ok {
							m[n.Name] = s
						}
					}
				}
			}
		}
	}
	return m
}

// stringValue evaluates a literal, a constant's name, or a sum of these.
func stringValue(e ast.Expr, consts map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.Ident:
		s, ok := consts[e.Name]
		return s, ok
	case *ast.BinaryExpr:
		a, ok1 := stringValue(e.X, consts)
		b, ok2 := stringValue(e.Y, consts)
		return a + b, ok1 && ok2 && e.Op == token.ADD
	case *ast.ParenExpr:
		return stringValue(e.X, consts)
	}
	return "", false
}

// readSupport reads var Support = map[abi.CallID]T{abi.CallX: {level, note}}.
func (h *handlers) readSupport(fset *token.FileSet, d *ast.GenDecl, strs map[string]string) error {
	if d.Tok != token.VAR {
		return nil
	}
	for _, s := range d.Specs {
		vs := s.(*ast.ValueSpec)
		if len(vs.Names) != 1 || vs.Names[0].Name != "Support" || len(vs.Values) != 1 {
			continue
		}
		lit, ok := vs.Values[0].(*ast.CompositeLit)
		if !ok {
			return fmt.Errorf("%s: Support is not a literal", fset.Position(vs.Pos()))
		}
		for _, e := range lit.Elts {
			if err := h.readEntry(e, strs); err != nil {
				return fmt.Errorf("%s: Support: %w", fset.Position(e.Pos()), err)
			}
		}
	}
	return nil
}

func (h *handlers) readEntry(e ast.Expr, strs map[string]string) error {
	kv, ok := e.(*ast.KeyValueExpr)
	if !ok {
		return fmt.Errorf("an element has no key")
	}
	key := typeString(kv.Key)
	c := callByConst(key)
	if c == nil {
		return fmt.Errorf("%s is not a call", key)
	}
	val, ok := kv.Value.(*ast.CompositeLit)
	if !ok {
		return fmt.Errorf("%s: the value is not a literal", key)
	}
	var sup support
	for i, e := range val.Elts {
		field := []string{"Level", "Note"}[min(i, 1)]
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			field, e = typeString(kv.Key), kv.Value
		}
		s, ok := stringValue(e, strs)
		if !ok {
			return fmt.Errorf("%s: %s is not a string constant", key, field)
		}
		switch field {
		case "Level":
			sup.level = s
		case "Note":
			sup.note = s
		default:
			return fmt.Errorf("%s: no field %s is known", key, field)
		}
	}
	h.support[c.ID] = sup
	return nil
}

// callByConst finds a call by the name of its constant: abi.CallFdWrite.
func callByConst(name string) *abi.Call {
	for i := range abi.Calls {
		if c := &abi.Calls[i]; name == "abi.Call"+c.GoName() {
			return c
		}
	}
	return nil
}
