package abi

// Tty is the state of the terminal: its size, and how it treats input.
type Tty struct {
	Cols         uint32
	Rows         uint32
	Width        uint32 // in pixels, 0 if not known
	Height       uint32 // in pixels
	StdinTty     bool   // stdin is a terminal
	StdoutTty    bool
	StderrTty    bool
	Echo         bool // ECHO
	LineBuffered bool // ICANON
	LineFeeds    bool // line feeds in the input are ignored
}

// SizeTty is the size of Tty on the wire.
const SizeTty = 24

// Put writes the wire form to b[:SizeTty].
func (x *Tty) Put(b []byte) {
	_ = b[23]
	put32(b, x.Cols)
	put32(b[4:], x.Rows)
	put32(b[8:], x.Width)
	put32(b[12:], x.Height)
	b[16] = b2u(x.StdinTty)
	b[17] = b2u(x.StdoutTty)
	b[18] = b2u(x.StderrTty)
	b[19] = b2u(x.Echo)
	b[20] = b2u(x.LineBuffered)
	b[21] = b2u(x.LineFeeds)
	clear(b[22:24])
}

// Get reads the wire form from b[:SizeTty].
func (x *Tty) Get(b []byte) {
	_ = b[23]
	x.Cols = get32(b)
	x.Rows = get32(b[4:])
	x.Width = get32(b[8:])
	x.Height = get32(b[12:])
	x.StdinTty = b[16] != 0
	x.StdoutTty = b[17] != 0
	x.StderrTty = b[18] != 0
	x.Echo = b[19] != 0
	x.LineBuffered = b[20] != 0
	x.LineFeeds = b[21] != 0
}
