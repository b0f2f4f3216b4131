package bundle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Go's linker writes, for every function, tables from program counters to files,
// lines and inlined calls, and names. Only stack traces read them: without, a
// panic of the kernel is reported without lines, and with names only of the
// runtime's functions. That is a sixth of everything a page has to load;
// `build --debug` keeps it.
//
// The layout is that of runtime/symtab.go (pcHeader, functab, _func), which has
// been the same since Go 1.20.

// pcHeader is at the start of the tables. Offsets are from there.
const (
	pcMagic      = 0xfffffff1
	pcHeaderSize = 8 + 8*8
)

// Tables of a _func, by index (internal/abi/symtab.go).
const (
	pcUnsafePoint   = 0 // where a goroutine may not be preempted from outside: never happens in wasm
	pcInlTreeIndex  = 2
	pcArgLiveIndex  = 3
	funcInlTree     = 3
	funcArgInfo     = 5
	funcArgLiveInfo = 6
	noFuncdata      = 1<<32 - 1
	inlinedCallSize = 16
)

type pclntab struct {
	memory []byte // the module's, from the segment's start on
	base   uint64 // address of memory[0]
	at     uint64 // of the header, in memory
	image  []byte // memory from the header on
	funcs  uint64
	gofunc uint64 // where funcdata lies, in memory

	names, cus, files, pcs, table uint64
}

// findPclntab looks for the header in a segment.
func findPclntab(memory []byte, base int64) (*pclntab, error) {
	magic := binary.LittleEndian.AppendUint32(nil, pcMagic)
	magic = append(magic, 0, 0, 1, 8) // padding, size of an instruction and of a pointer
	at := bytes.Index(memory, magic)
	if at < 0 || len(memory)-at < pcHeaderSize {
		return nil, errors.New("no pclntab of a version this command knows")
	}
	p := &pclntab{memory: memory, base: uint64(base), at: uint64(at), image: memory[at:]}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(p.image[8+8*i:]) }
	p.funcs = word(0)
	p.names, p.cus, p.files, p.pcs, p.table = word(3), word(4), word(5), word(6), word(7)
	if !(pcHeaderSize <= p.names && p.names < p.cus && p.cus <= p.files && p.files <= p.pcs && p.pcs < p.table &&
		p.table+8*p.funcs < uint64(len(p.image))) {
		return nil, errors.New("the pclntab's header makes no sense")
	}
	return p, p.findGofunc()
}

// findGofunc looks for runtime.moduledata, which begins with pointers to the
// header and the names, and says where funcdata lies.
func (p *pclntab) findGofunc() error {
	const gofunc = 8 + 6*24 + 3*8 + 6*16 + 3*8 + 2*8 + 8 // behind the fields up to rodata
	start := binary.LittleEndian.AppendUint64(nil, p.base+p.at)
	start = binary.LittleEndian.AppendUint64(start, p.base+p.at+p.names)
	md := bytes.Index(p.memory, start)
	if md < 0 || md+gofunc+8 > len(p.memory) {
		return errors.New("no moduledata that points to the pclntab")
	}
	p.gofunc = binary.LittleEndian.Uint64(p.memory[md+gofunc:]) - p.base
	if p.gofunc >= uint64(len(p.memory)) {
		return errors.New("the moduledata makes no sense")
	}
	return nil
}

// strip clears what only stack traces need. It returns how many bytes that were.
func (p *pclntab) strip() (int, error) {
	needed := make([]bool, p.table-p.pcs)
	var traces []uint64
	n := 0
	for i := range p.funcs {
		f, err := p.function(i)
		if err != nil {
			return 0, err
		}
		if err := p.stripTree(f, &n); err != nil {
			return 0, err
		}
		need := []uint64{uint64(f.u32(16))}                           // pcsp
		traces = append(traces, uint64(f.u32(20)), uint64(f.u32(24))) // pcfile, pcln
		clear(f[20:28])
		for k := range int(f.u32(28)) { // npcdata
			off := f[44+4*k:][:4]
			switch v := uint64(binary.LittleEndian.Uint32(off)); k {
			case pcUnsafePoint, pcInlTreeIndex, pcArgLiveIndex:
				traces = append(traces, v)
				clear(off)
			default:
				need = append(need, v)
			}
		}
		for _, off := range need {
			end, _, err := p.tableEnd(off)
			if err != nil {
				return 0, err
			}
			for k := off; k < end; k++ {
				needed[k] = true
			}
		}
	}
	for _, off := range traces {
		end, _, err := p.tableEnd(off)
		if err != nil {
			return 0, err
		}
		for k := off; k < end; k++ {
			if !needed[k] {
				p.image[p.pcs+k] = 0
				n++
			}
		}
	}
	return n + p.stripNames(), nil
}

// stripTree clears the tree of calls that were inlined into f, and takes away
// that and what says where arguments lie.
func (p *pclntab) stripTree(f function, n *int) error {
	npc := int(f.u32(28))
	data := func(k int) []byte { return f[44+4*npc+4*k:][:4] }
	if int(f[43]) > funcInlTree && npc > pcInlTreeIndex {
		off := binary.LittleEndian.Uint32(data(funcInlTree))
		_, last, err := p.tableEnd(uint64(f.u32(44 + 4*pcInlTreeIndex)))
		if err != nil {
			return err
		}
		if off != noFuncdata && last >= 0 {
			from := p.gofunc + uint64(off)
			to := from + inlinedCallSize*uint64(last+1)
			if to > uint64(len(p.memory)) {
				return fmt.Errorf("a tree of %d calls is outside memory", last+1)
			}
			clear(p.memory[from:to])
			*n += int(to - from)
		}
	}
	for _, k := range [...]int{funcInlTree, funcArgInfo, funcArgLiveInfo} {
		if int(f[43]) > k {
			binary.LittleEndian.PutUint32(data(k), noFuncdata)
		}
	}
	return nil
}

// function is one _func.
type function []byte

func (f function) u32(at int) uint32 { return binary.LittleEndian.Uint32(f[at:]) }

func (p *pclntab) function(i uint64) (function, error) {
	off := uint64(binary.LittleEndian.Uint32(p.image[p.table+8*i+4:]))
	if p.table+off+44 > uint64(len(p.image)) {
		return nil, fmt.Errorf("function %d is outside the pclntab", i)
	}
	f := function(p.image[p.table+off:])
	if 44+4*uint64(f.u32(28))+4*uint64(f[43]) > uint64(len(f)) {
		return nil, fmt.Errorf("function %d has %d tables", i, f.u32(28))
	}
	return f, nil
}

// tableEnd returns the end of a table and the highest value in it. A table is
// pairs of a value's step (zigzag, the first from -1) and a counter's; a value's
// step of 0 that is not the first ends it. Table 0 is empty.
func (p *pclntab) tableEnd(off uint64) (end uint64, highest int64, err error) {
	value := int64(-1)
	highest = -1
	if off == 0 {
		return 0, highest, nil
	}
	b := p.image[p.pcs:p.table]
	for at, first := off, true; at < uint64(len(b)); first = false {
		step, n := binary.Varint(b[at:])
		if n <= 0 {
			break
		}
		at += uint64(n)
		if step == 0 && !first {
			return at, highest, nil
		}
		value += step
		highest = max(highest, value)
		if _, n = binary.Uvarint(b[at:]); n <= 0 {
			break
		}
		at += uint64(n)
	}
	return 0, 0, fmt.Errorf("table %d has no end", off)
}

// stripNames clears the names of functions but for the runtime's own, which the
// runtime looks at to tell its goroutines from others.
func (p *pclntab) stripNames() int {
	n := 0
	names := p.image[p.names:p.cus]
	for at := 0; at < len(names); {
		end := at + strings.IndexByte(string(names[at:]), 0)
		if end < at {
			break
		}
		if !strings.HasPrefix(string(names[at:end]), "runtime.") {
			clear(names[at:end])
			n += end - at
		}
		at = end + 1
	}
	return n
}
