//go:build !js

package wazerohost_test

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// reflects asks for the type of a function, with room for n parameters and m
// results, and checks what is said.
func (p *proxy) reflects(want abi.Errno, function, n, m int, text, params, results string) *answer {
	p.Helper()
	p.allowWrites = true
	defer func() { p.allowWrites = false }()
	a := p.fails(want, "reflect_signature", function, out(8), n, out(8), m, out(abi.SizeReflectionResult))
	var r abi.ReflectionResult
	r.Get(a.outs[2])
	got := ""
	if r.Cacheable {
		got = "cacheable "
	}
	got += string(rune('0'+r.Arguments)) + " " + string(rune('0'+r.Results))
	if got != text {
		p.Errorf("function %d: %q, want %q", function, got, text)
	}
	return a.text(0, params).text(1, results)
}

func TestReflectSignature(t *testing.T) {
	p := newProxy(t)
	p.reflects(abi.OK, 1, 0, 0, "cacheable 0 0", "", "").traced(
		`==> reflect_signature(function_id=1,argument_types=0x400,argument_types_len=0,result_types=0x418,result_types_len=0)`,
		`<== (result={cacheable=true,arguments=0,results=0},errno=ESUCCESS)`)
	p.reflects(abi.OK, 2, 5, 0, "cacheable 5 0", "\x00\x01\x02\x03\x04", "")
	p.reflects(abi.OK, 3, 8, 8, "cacheable 1 1", "\x03", "\x01")

	// Too short: the numbers are right, the lists are left alone.
	p.reflects(abi.EOVERFLOW, 2, 4, 8, "cacheable 5 0", "", "").traced(
		`==> reflect_signature(function_id=2,argument_types=0x400,argument_types_len=4,result_types=0x418,result_types_len=8)`,
		`<== errno=EOVERFLOW`)
	p.reflects(abi.EOVERFLOW, 3, 1, 0, "cacheable 1 1", "", "")
	p.reflects(abi.EOVERFLOW, 3, 0, 1, "cacheable 1 1", "", "")
	p.reflects(abi.EINVAL, 4, 8, 8, "0 0", "", "") // a reference has no number
	p.reflects(abi.EINVAL, 0, 8, 8, "cacheable 0 0", "", "").traced(
		`==> reflect_signature(function_id=0,argument_types=0x400,argument_types_len=8,result_types=0x418,result_types_len=8)`,
		`<== errno=EINVAL`)
	p.reflects(abi.EINVAL, 5, 8, 8, "0 0", "", "") // in the table, not in the segment
	p.reflects(abi.EINVAL, 10, 8, 8, "0 0", "", "")
	p.reflects(abi.EINVAL, -1, 8, 8, "0 0", "", "")

	result := out(abi.SizeReflectionResult)
	p.fails(abi.EFAULT, "reflect_signature", 3, out(1), 1, out(1), 1, nowhere)
	p.allowWrites = true // what comes before
	p.fails(abi.EFAULT, "reflect_signature", 3, nowhere, 1, out(1), 1, result)
	p.fails(abi.EFAULT, "reflect_signature", 3, out(1), 1, nowhere, 1, result)
	p.allowWrites = false
	p.ok("reflect_signature", 1, nowhere, 1, nowhere, 1, result) // nothing goes there
	p.ok("reflect_signature", 2, out(5), 5, nowhere, 1, result)

	// The child that proc_fork_env makes runs its parent's program.
	p.ok("proc_fork_env", out(4))
	p.reflects(abi.OK, 3, 8, 8, "cacheable 1 1", "\x03", "\x01")
	p.ok("proc_exit2", 0) // the child's

	p = newWorld(t).start(threadedProxy()) // it has no table
	p.fails(abi.ENOTSUP, "reflect_signature", 1, out(8), 8, out(8), 8, result)
}
