//go:build !js

package syscalls

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// Programs seek to find out whether a descriptor is a stream, those of preview1
// too: PHP aborts when the answer is anything but ESPIPE.
func TestSeekWithoutTheRight(t *testing.T) {
	x := preview1(t)
	r, w := x.pipe()
	d := x.p.FDs.Get(r)
	d.Base = abi.RightsPipeBase
	x.fails(FdSeek(x.t, r, 0, uint32(abi.WhenceSet), result), abi.ESPIPE)
	x.fails(FdTell(x.t, r, result), abi.ESPIPE)
	x.fails(FdPread(x.t, r, x.iov(bufAt, 8), 1, 0, result), abi.ESPIPE)
	// That it cannot be read is the more important part.
	x.fails(FdPread(x.t, w, x.iov(bufAt, 8), 1, 0, result), abi.ENOTCAPABLE)
	d.Base = 0
	x.fails(FdPread(x.t, r, x.iov(bufAt, 8), 1, 0, result), abi.ENOTCAPABLE)
	// A directory is no stream.
	x.fails(FdSeek(x.t, 3, 0, uint32(abi.WhenceSet), result), abi.ENOTCAPABLE)
}
