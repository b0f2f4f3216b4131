//go:build js

package jsbridge

import (
	"unsafe"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// What the host is told (web/src/worker/outgoing.ts). Text is a pointer and a
// length.

//go:wasmimport host output
//go:noescape
func hostOutput(pid, fd int32, p unsafe.Pointer, n int32) int32

//go:wasmimport host exited
//go:noescape
func hostExited(pid int32, code uint32, signal, failed int32, trap unsafe.Pointer, n int32)

// hostStdinRead says how many bytes the program has not read yet.
//
//go:wasmimport host stdin_read
func hostStdinRead(pid, unread int32)

// hostStdinWanted says, once until there are more, that it has found none.
//
//go:wasmimport host stdin_wanted
func hostStdinWanted(pid int32)

//go:wasmimport host warn
//go:noescape
func hostWarn(p unsafe.Pointer, n int32)

//go:wasmimport host trace
//go:noescape
func hostTrace(pid int32, p unsafe.Pointer, n int32)

// hostRefuse says why an export is about to return -1. The text begins with the
// errno's name when there is one.
//
//go:wasmimport host refuse
//go:noescape
func hostRefuse(errno int32, p unsafe.Pointer, n int32)

func refuse(err error) {
	msg := shorten(err.Error())
	hostRefuse(int32(errnoOf(err)), unsafe.Pointer(unsafe.StringData(msg)), int32(len(msg)))
}

// sendOutput passes on what a program has written. A module that takes it may
// answer at once.
func sendOutput(pid, fd int32, b []byte) (errno abi.Errno, answered bool) {
	r := hostOutput(pid, fd, unsafe.Pointer(unsafe.SliceData(b)), int32(len(b)))
	return abi.Errno(r), r >= 0
}

func sendExited(pid int32, s *kernel.Status) {
	failed := int32(0)
	if s.Failed {
		failed = 1
	}
	hostExited(pid, s.Code, int32(s.Signal), failed, unsafe.Pointer(unsafe.StringData(s.Trap)), int32(len(s.Trap)))
}

func warn(msg string) { hostWarn(unsafe.Pointer(unsafe.StringData(msg)), int32(len(msg))) }

func trace(pid int32, line string) {
	hostTrace(pid, unsafe.Pointer(unsafe.StringData(line)), int32(len(line)))
}
