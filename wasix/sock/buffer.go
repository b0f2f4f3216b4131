package sock

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
)

// chunk holds bytes that are on their way: a part of a stream, or a datagram.
// Chunks are used again, so that sending allocates nothing.
type chunk struct {
	next *chunk
	r, w int // what is to be read is data[r:w]
	data []byte
	from Addr // of a datagram
}

// chunkSizes are how large chunks are, and chunksKept how many of each are kept
// while nobody uses them. The largest holds every datagram of UDP.
var (
	chunkSizes = [...]int{512, 4 << 10, 64 << 10}
	chunksKept = [...]int{512, 256, 32}
)

// chunks is the memory of all sockets.
type chunks struct {
	free  [len(chunkSizes)]*chunk
	kept  [len(chunkSizes)]int
	bytes int // in use
	max   int
}

// get returns an empty chunk for n bytes, or one of the largest size. nil: all
// the memory there may be is in use.
func (p *chunks) get(n int) *chunk {
	class := 0
	for class < len(chunkSizes)-1 && chunkSizes[class] < n {
		class++
	}
	size := chunkSizes[class]
	if p.bytes+size > p.max {
		return nil
	}
	p.bytes += size
	c := p.free[class]
	if c == nil {
		return &chunk{data: make([]byte, size)}
	}
	p.free[class], c.next = c.next, nil
	p.kept[class]--
	return c
}

// put takes a chunk back.
func (p *chunks) put(c *chunk) {
	p.bytes -= len(c.data)
	for class, size := range chunkSizes {
		if len(c.data) == size && p.kept[class] < chunksKept[class] {
			c.r, c.w, c.from = 0, 0, Addr{}
			c.next, p.free[class] = p.free[class], c
			p.kept[class]++
		}
	}
}

// buffer is a queue of bytes.
type buffer struct {
	head, tail *chunk
	n          int
}

// write appends up to n bytes of src, whose memory has been checked.
//
// Errors: ENOBUFS there is no memory for any of them; EFAULT.
func (b *buffer) write(p *chunks, src *guestmem.Vec, n int) (int, abi.Errno) {
	for done := 0; done < n; {
		c := b.tail
		if c == nil || c.w == len(c.data) {
			// A stream that is not read at once gets large chunks.
			if c = p.get(b.n + n - done); c == nil {
				if done == 0 {
					return 0, abi.ENOBUFS
				}
				return done, abi.OK
			}
			b.append(c)
		}
		k, e := src.CopyIn(c.data[c.w:min(len(c.data), c.w+n-done)])
		c.w += k
		b.n += k
		if done += k; e != abi.OK {
			return done, e
		}
	}
	return n, abi.OK
}

func (b *buffer) append(c *chunk) {
	if b.tail == nil {
		b.head = c
	} else {
		b.tail.next = c
	}
	b.tail = c
}

// read moves bytes to dst, whose memory has been checked.
func (b *buffer) read(p *chunks, dst *guestmem.Vec) (int, abi.Errno) {
	done := 0
	for b.n > 0 && dst.Len() > 0 {
		c := b.head
		k, e := dst.CopyOut(c.data[c.r:c.w])
		b.take(p, k)
		if done += k; e != abi.OK {
			return done, e
		}
	}
	return done, abi.OK
}

// peek copies bytes to dst and keeps them.
func (b *buffer) peek(dst *guestmem.Vec) (int, abi.Errno) {
	done := 0
	for c := b.head; c != nil && dst.Len() > 0; c = c.next {
		k, e := dst.CopyOut(c.data[c.r:c.w])
		if done += k; e != abi.OK {
			return done, e
		}
	}
	return done, abi.OK
}

// skip throws away up to n bytes and returns how many.
func (b *buffer) skip(p *chunks, n int) int {
	n = min(n, b.n)
	for left := n; left > 0; {
		k := min(left, b.head.w-b.head.r)
		b.take(p, k)
		left -= k
	}
	return n
}

// take removes k bytes of the first chunk.
func (b *buffer) take(p *chunks, k int) {
	c := b.head
	c.r += k
	if b.n -= k; c.r < c.w {
		return
	}
	if b.head = c.next; b.head == nil {
		b.tail = nil
	}
	p.put(c)
}
