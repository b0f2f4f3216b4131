//go:build !js

package wazerohost_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// handlers are the doc comments of package syscalls, by function.
var handlers = sync.OnceValue(func() map[string]string {
	docs := map[string]string{}
	files, err := filepath.Glob("../syscalls/*.go")
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			panic(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				docs[fn.Name.Name] = fn.Doc.Text()
			}
		}
	}
	return docs
})

// implemented tells whether package syscalls has a handler.
func implemented(id abi.CallID) bool {
	_, ok := handlers()[abi.Calls[id].GoName()]
	return ok
}

// seen notes which calls have returned which errno in this run.
var seen = struct {
	sync.Mutex
	m map[string]map[abi.Errno]bool
}{m: map[string]map[abi.Errno]bool{}}

func note(name string, e abi.Errno) {
	seen.Lock()
	defer seen.Unlock()
	if seen.m[name] == nil {
		seen.m[name] = map[abi.Errno]bool{}
	}
	seen.m[name][e] = true
}

// TestMain fails when a call has never succeeded, or has never failed in a way
// that its doc comment promises: unless only some tests were asked for.
func TestMain(m *testing.M) {
	code := m.Run()
	all := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" &&
		flag.Lookup("test.fuzz").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" && !testing.Short()
	if all && code == 0 {
		for _, msg := range untested() {
			fmt.Println("not tested:", msg)
			code = 1
		}
	}
	os.Exit(code)
}

// beyond are errors that no test can bring about from here.
var beyond = map[string][]abi.Errno{
	"fd_sync":              {abi.ENOSPC, abi.EIO}, // of providers that write behind
	"fd_datasync":          {abi.ENOSPC, abi.EIO},
	"fd_filestat_set_size": {abi.ENOSPC}, // memfs needs no room for holes
	// No descriptor of a directory, or of a read-only file, may write.
	"fd_allocate": {abi.EISDIR},
	"fd_pwrite":   {abi.EISDIR, abi.EROFS},
	"fd_write":    {abi.EROFS},
	// They are errors of an event, not of the call: see TestPollOneoff.
	"poll_oneoff": {abi.EBADF, abi.ENOTCAPABLE},
	// Of file systems that need room for names in fuller directories.
	"path_link":   {abi.ENOSPC},
	"path_rename": {abi.ENOSPC},
	// 4 GiB of arguments.
	"args_sizes_get":    {abi.EOVERFLOW},
	"environ_sizes_get": {abi.EOVERFLOW},
	// Every port there is.
	"sock_send_to": {abi.EADDRNOTAVAIL},
	// The network is what it is.
	"port_addr_add": {abi.OK}, "port_addr_clear": {abi.OK}, "port_addr_remove": {abi.OK},
	"port_bridge": {abi.OK}, "port_dhcp_acquire": {abi.OK}, "port_gateway_set": {abi.OK},
	"port_route_add": {abi.OK}, "port_route_clear": {abi.OK}, "port_route_remove": {abi.OK}, "port_unbridge": {abi.OK},
	// A program with asyncify, see TestFork and TestCheckpoint; one whose memory
	// cannot take a kilobyte has no place for a stack either.
	"proc_fork":        {abi.OK, abi.EAGAIN, abi.ENOMEM},
	"stack_checkpoint": {abi.OK, abi.ENOMEM},
}

var errnoLine = regexp.MustCompile(`(?m)^  - (E[A-Z0-9]+(?:, E[A-Z0-9]+)*):`)

// untested compares what was seen with the doc comments of package syscalls.
func untested() (missing []string) {
	byName := map[string]abi.Errno{}
	for e := abi.Errno(0); e < 100; e++ {
		byName[e.String()] = e
	}
	for i := range abi.Calls {
		c := &abi.Calls[i]
		if !implemented(c.ID) {
			continue
		}
		want := []abi.Errno{abi.OK}
		for _, m := range errnoLine.FindAllStringSubmatch(handlers()[c.GoName()], -1) {
			for _, name := range strings.Split(m[1], ", ") {
				e, ok := byName[name]
				if !ok {
					missing = append(missing, c.Export+": its comment has "+name+", which is no errno")
				}
				want = append(want, e)
			}
		}
		for _, e := range want {
			if e == abi.OK && c.Noreturn {
				continue
			}
			if !seen.m[c.Export][e] && !slices.Contains(beyond[c.Export], e) {
				missing = append(missing, c.Export+" "+e.String())
			}
		}
	}
	slices.Sort(missing)
	return missing
}
