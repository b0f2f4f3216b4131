package bundle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Go's linker writes, for every function, tables from program counters to files
// and lines, and names. Only stack traces read them: a panic of the kernel is
// then reported without lines, and with names only of the runtime's functions.
// That is a tenth of everything a page has to load; `build --debug` keeps it.
//
// The layout is that of runtime/symtab.go (pcHeader, functab, _func), which has
// been the same since Go 1.20.

// pcHeader is at the start of the tables. Offsets are from there.
const (
	pcMagic      = 0xfffffff1
	pcHeaderSize = 8 + 8*8
)

type pclntab struct {
	image                         []byte // the module's memory, from the header on
	funcs                         uint64
	names, cus, files, pcs, table uint64
}

// findPclntab looks for the header in memory.
func findPclntab(image []byte) (*pclntab, error) {
	magic := binary.LittleEndian.AppendUint32(nil, pcMagic)
	magic = append(magic, 0, 0, 1, 8) // padding, size of an instruction and of a pointer
	at := strings.Index(string(image), string(magic))
	if at < 0 || len(image)-at < pcHeaderSize {
		return nil, errors.New("no pclntab of a version this command knows")
	}
	p := &pclntab{image: image[at:]}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(p.image[8+8*i:]) }
	p.funcs = word(0)
	p.names, p.cus, p.files, p.pcs, p.table = word(3), word(4), word(5), word(6), word(7)
	if !(pcHeaderSize <= p.names && p.names < p.cus && p.cus <= p.files && p.files <= p.pcs && p.pcs < p.table &&
		p.table+8*p.funcs < uint64(len(p.image))) {
		return nil, errors.New("the pclntab's header makes no sense")
	}
	return p, nil
}

// strip clears what only stack traces need. It returns how many bytes that were.
func (p *pclntab) strip() (int, error) {
	needed := make([]bool, p.table-p.pcs)
	var lines []uint64
	for i := range p.funcs {
		f, err := p.function(i)
		if err != nil {
			return 0, err
		}
		tables := []uint32{f.u32(16)} // pcsp
		for k := range f.u32(28) {    // npcdata
			tables = append(tables, f.u32(44+4*int(k)))
		}
		for _, off := range tables {
			end, err := p.tableEnd(uint64(off))
			if err != nil {
				return 0, err
			}
			for k := uint64(off); k < end; k++ {
				needed[k] = true
			}
		}
		lines = append(lines, uint64(f.u32(20)), uint64(f.u32(24))) // pcfile, pcln
		clear(f[20:28])
	}
	n := 0
	for _, off := range lines {
		end, err := p.tableEnd(off)
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

// function is one _func.
type function []byte

func (f function) u32(at int) uint32 { return binary.LittleEndian.Uint32(f[at:]) }

func (p *pclntab) function(i uint64) (function, error) {
	off := uint64(binary.LittleEndian.Uint32(p.image[p.table+8*i+4:]))
	if p.table+off+44 > uint64(len(p.image)) {
		return nil, fmt.Errorf("function %d is outside the pclntab", i)
	}
	f := function(p.image[p.table+off:])
	if 44+4*uint64(f.u32(28)) > uint64(len(f)) {
		return nil, fmt.Errorf("function %d has %d tables", i, f.u32(28))
	}
	return f, nil
}

// tableEnd returns the end of a table: pairs of a value's and a counter's step,
// ended by a step of 0 that is not the first. Table 0 is empty.
func (p *pclntab) tableEnd(off uint64) (uint64, error) {
	if off == 0 {
		return 0, nil
	}
	b := p.image[p.pcs:p.table]
	for at, first := off, true; at < uint64(len(b)); first = false {
		step, n := binary.Uvarint(b[at:])
		if n <= 0 {
			break
		}
		at += uint64(n)
		if step == 0 && !first {
			return at, nil
		}
		_, n = binary.Uvarint(b[at:])
		if n <= 0 {
			break
		}
		at += uint64(n)
	}
	return 0, fmt.Errorf("table %d has no end", off)
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
