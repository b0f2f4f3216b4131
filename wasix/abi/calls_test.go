package abi

import (
	"slices"
	"strings"
	"testing"
)

// parseType reads "(i32,i64)->(i32)".
func parseType(t *testing.T, s string) (params, results []ValType) {
	t.Helper()
	list := func(s string) (out []ValType) {
		s = strings.TrimSuffix(strings.TrimPrefix(s, "("), ")")
		for _, f := range strings.Split(s, ",") {
			switch f {
			case "":
			case "i32":
				out = append(out, I32)
			case "i64":
				out = append(out, I64)
			case "f64":
				out = append(out, F64)
			default:
				t.Fatalf("no type %q", f)
			}
		}
		return out
	}
	p, r, ok := strings.Cut(s, "->")
	if !ok {
		t.Fatalf("no type %q", s)
	}
	return list(p), list(r)
}

func mustLookup(t *testing.T, module, name, sig string) *Call {
	t.Helper()
	params, results := parseType(t, sig)
	c, err := Lookup(module, name, params, results)
	if err != nil {
		t.Fatal(err)
	}
	if c.Signature() != sig {
		t.Fatalf("%s.%s is %s, want %s", module, name, c.Signature(), sig)
	}
	return c
}

// TestEveryImport finds a call for everything programs of today import.
func TestEveryImport(t *testing.T) {
	for module, n := range map[string]int{ModuleWasix: 91, ModulePreview1: 46, ModuleWasi: 1, ModuleUnstable: 6} {
		if len(imported[module]) != n {
			t.Errorf("%s: %d functions are listed, want %d", module, len(imported[module]), n)
		}
		for _, f := range imported[module] {
			if c := mustLookup(t, module, f[0], f[1]); c.Name != f[0] {
				t.Errorf("%s.%s is %s", module, f[0], c.Name)
			}
		}
	}
	// and everything of preview1 under the two other names it has had
	for _, f := range imported[ModulePreview1] {
		mustLookup(t, ModuleUnstable, f[0], f[1])
		mustLookup(t, ModuleWasix, f[0], f[1])
	}
}

// TestNoOtherCalls: what the table has beyond today's imports is listed here.
func TestNoOtherCalls(t *testing.T) {
	older := []CallID{
		CallProcJoinV0, CallThreadSpawnV0, CallThreadLocalCreate, CallThreadLocalDestroy, CallThreadLocalGet,
		CallThreadLocalSet, CallUnstableFdSeek, CallUnstableFdFilestatGet, CallUnstablePathFilestatGet,
	}
	seen := map[CallID]bool{}
	for module, fs := range imported {
		for _, f := range fs {
			seen[mustLookup(t, module, f[0], f[1]).ID] = true
		}
	}
	for i := range Calls {
		if seen[Calls[i].ID] == slices.Contains(older, Calls[i].ID) {
			t.Errorf("%s.%s is imported today and older, or neither", Calls[i].Module, Calls[i].Name)
		}
	}
}

func TestVariants(t *testing.T) {
	for _, tt := range []struct {
		module, name, sig string
		want              CallID
	}{
		{ModuleWasix, "proc_join", "(i32,i32,i32)->(i32)", CallProcJoin},
		{ModuleWasix, "proc_join", "(i32,i32)->(i32)", CallProcJoinV0},
		{ModuleWasix, "thread_spawn_v2", "(i32,i32)->(i32)", CallThreadSpawnV2},
		{ModuleWasix, "thread_spawn", "(i32,i32)->(i32)", CallThreadSpawnV2},
		{ModuleWasix, "thread_spawn", "(i64,i64,i64,i32,i32)->(i32)", CallThreadSpawnV0},
		{ModuleWasi, "thread-spawn", "(i32)->(i32)", CallThreadSpawn},
		{ModuleWasix, "sock_accept", "(i32,i32,i32,i32)->(i32)", CallSockAcceptV2},
		{ModuleWasix, "sock_accept", "(i32,i32,i32)->(i32)", CallSockAccept},
		{ModulePreview1, "sock_accept", "(i32,i32,i32)->(i32)", CallSockAccept},
		{ModuleWasix, "thread_local_create", "(i64,i32)->(i32)", CallThreadLocalCreate},
		{ModuleWasix, "thread_local_destroy", "(i32)->(i32)", CallThreadLocalDestroy},
		{ModuleWasix, "thread_local_get", "(i32,i32)->(i32)", CallThreadLocalGet},
		{ModuleWasix, "thread_local_set", "(i32,i64)->(i32)", CallThreadLocalSet},
		{ModulePreview1, "fd_seek", "(i32,i64,i32,i32)->(i32)", CallFdSeek},
		{ModuleWasix, "fd_seek", "(i32,i64,i32,i32)->(i32)", CallFdSeek},
		{ModuleUnstable, "fd_seek", "(i32,i64,i32,i32)->(i32)", CallUnstableFdSeek},
		{ModuleUnstable, "fd_filestat_get", "(i32,i32)->(i32)", CallUnstableFdFilestatGet},
		{ModuleUnstable, "path_filestat_get", "(i32,i32,i32,i32,i32)->(i32)", CallUnstablePathFilestatGet},
		{ModuleUnstable, "poll_oneoff", "(i32,i32,i32,i32)->(i32)", CallUnstablePollOneoff},
		{ModuleWasix, "poll_oneoff", "(i32,i32,i32,i32)->(i32)", CallPollOneoff},
		{ModuleUnstable, "fd_tell", "(i32,i32)->(i32)", CallFdTell},
		{ModuleUnstable, "proc_exit", "(i32)->()", CallProcExit},
	} {
		if got := mustLookup(t, tt.module, tt.name, tt.sig); got.ID != tt.want {
			t.Errorf("%s.%s %s is %s", tt.module, tt.name, tt.sig, got.Export)
		}
	}
}

func TestLookupErrors(t *testing.T) {
	for _, tt := range []struct {
		module, name, sig string
		reason            LookupReason
		text              string
	}{
		{"env2", "foo", "()->()", UnknownModule,
			`import env2.foo: unknown module "env2"; functions come from wasix_32v1, wasi_snapshot_preview1, wasi_unstable and wasi`},
		{ModuleWasix, "fd_frobnicate", "()->(i32)", UnknownName, "import wasix_32v1.fd_frobnicate: no such function"},
		// wasix's own calls are not in the older modules.
		{ModulePreview1, "fd_dup", "(i32,i32)->(i32)", UnknownName, "import wasi_snapshot_preview1.fd_dup: no such function"},
		{ModuleUnstable, "futex_wait", "(i32,i32,i32,i32)->(i32)", UnknownName, "import wasi_unstable.futex_wait: no such function"},
		{ModuleWasi, "fd_write", "(i32,i32,i32,i32)->(i32)", UnknownName, "import wasi.fd_write: no such function"},
		// WasmEdge's, and what nobody has.
		{ModulePreview1, "sock_accept", "(i32,i32)->(i32)", UnknownName, "import wasi_snapshot_preview1.sock_accept: no such function"},
		{ModulePreview1, "sock_accept", "(i32)->(i32)", WrongType,
			"import wasi_snapshot_preview1.sock_accept: the program declares (i32)->(i32), the function is (i32,i32,i32)->(i32)"},
		{ModulePreview1, "fd_write", "(i32,i64)->(f64)", WrongType,
			"import wasi_snapshot_preview1.fd_write: the program declares (i32,i64)->(f64), the function is (i32,i32,i32,i32)->(i32)"},
		{ModuleWasix, "proc_join", "(i32)->(i32)", WrongType,
			"import wasix_32v1.proc_join: the program declares (i32)->(i32), the function is (i32,i32,i32)->(i32) or (i32,i32)->(i32)"},
		{ModuleWasix, "sock_accept", "()->()", WrongType,
			"import wasix_32v1.sock_accept: the program declares ()->(), the function is (i32,i32,i32)->(i32) or (i32,i32,i32,i32)->(i32)"},
		// The two fd_seek of wasi_unstable have one type: it is named once.
		{ModuleUnstable, "fd_seek", "()->()", WrongType,
			"import wasi_unstable.fd_seek: the program declares ()->(), the function is (i32,i64,i32,i32)->(i32)"},
		{ModulePreview1, "proc_exit", "(i32)->(i32)", WrongType,
			"import wasi_snapshot_preview1.proc_exit: the program declares (i32)->(i32), the function is (i32)->()"},
	} {
		params, results := parseType(t, tt.sig)
		c, err := Lookup(tt.module, tt.name, params, results)
		if c != nil || err == nil {
			t.Errorf("%s.%s %s was found", tt.module, tt.name, tt.sig)
			continue
		}
		if err.Reason != tt.reason || err.Error() != tt.text {
			t.Errorf("%s.%s:\n got %d %s\nwant %d %s", tt.module, tt.name, err.Reason, err, tt.reason, tt.text)
		}
	}
}

func TestTableIsConsistent(t *testing.T) {
	exports, gonames := map[string]bool{}, map[string]bool{}
	for i := range Calls {
		c := &Calls[i]
		if int(c.ID) != i || c.Name == "" || !KnownModule(c.Module) {
			t.Fatalf("row %d is %+v", i, c)
		}
		if exports[c.Export] || gonames[c.GoName()] {
			t.Errorf("export %s or handler %s is there twice", c.Export, c.GoName())
		}
		exports[c.Export], gonames[c.GoName()] = true, true
		if c.Noreturn && len(c.Results) != 0 || len(c.Results) > 1 || len(c.Params) > MaxParams {
			t.Errorf("%s has type %s", c.Export, c.Signature())
		}
		checkParams(t, c)
	}
	for _, name := range []string{"FdWrite", "UnstableFdSeek", "ProcJoin", "ProcJoinV0", "ThreadSpawn", "ThreadSpawnV2", "SockAcceptV2", "FdDup2", "Getcwd", "CallDynamic"} {
		if !gonames[name] {
			t.Errorf("there is no handler %s", name)
		}
	}
	if n := len(gonames); NumCalls != 148 || n != NumCalls {
		t.Errorf("%d calls", n)
	}
}

// checkParams: lengths follow what they measure, structs hide behind addresses.
func checkParams(t *testing.T, c *Call) {
	t.Helper()
	names := map[string]bool{}
	for i, p := range c.Params {
		what := c.Export + "." + p.Name
		if p.Name == "" || names[p.Name] {
			t.Errorf("%s: no name, or twice", what)
		}
		names[p.Name] = true
		k, base := p.Kind, p.Kind.Base()
		if base >= numKinds || base.Size() == 0 {
			t.Fatalf("%s: kind %d has no size", what, base)
		}
		if base >= KindAddr && !k.Pointer() {
			t.Errorf("%s: a struct by value", what)
		}
		if k&Array != 0 && (k&(In|Out) == 0 || k&In != 0 && k&Out != 0) {
			t.Errorf("%s: an array must be read or written", what)
		}
		after := func(want Kind) bool {
			return slices.ContainsFunc(c.Params[i+1:], func(q Param) bool { return q.Kind|In == want|In })
		}
		switch {
		case k == KindString && (i+1 == len(c.Params) || c.Params[i+1].Kind != KindLen):
			t.Errorf("%s: no length follows", what)
		case k == Out|KindString && (i+1 == len(c.Params) || c.Params[i+1].Kind.Base() != KindSize):
			t.Errorf("%s: no length follows", what)
		case k&(Array|In) == Array|In && !after(KindLen):
			t.Errorf("%s: no count follows", what)
		case k&(Array|Out) == Array|Out && !after(Out|KindSize):
			t.Errorf("%s: the call does not say how many it wrote", what)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, tt := range []struct {
		k    Kind
		v    ValType
		goT  string
		size int
		ptr  bool
	}{
		{KindFd, I32, "int32", 4, false},
		{Out | KindFd, I32, "uint32", 4, true},
		{KindPid, I32, "int32", 4, false},
		{KindSize, I32, "uint32", 4, false},
		{KindFiledelta, I64, "int64", 8, false},
		{KindRights, I64, "uint64", 8, false},
		{Out | KindTimestamp, I32, "uint32", 8, true},
		{In | Array | KindIovec, I32, "uint32", 8, true},
		{KindString, I32, "uint32", 1, true},
		{Out | KindRoute, I32, "uint32", 176, true},
		{KindWhence, I32, "uint32", 1, false},
	} {
		if tt.k.ValType() != tt.v || tt.k.GoType() != tt.goT || tt.k.Size() != tt.size || tt.k.Pointer() != tt.ptr {
			t.Errorf("kind %#x: %v %s %d %v, want %+v", tt.k, tt.k.ValType(), tt.k.GoType(), tt.k.Size(), tt.k.Pointer(), tt)
		}
	}
}
