package abi

import (
	"errors"
	"testing"
)

func TestErrnoNames(t *testing.T) {
	for e, want := range map[Errno]string{
		OK: "ESUCCESS", E2BIG: "E2BIG", EBADF: "EBADF", ENOTCAPABLE: "ENOTCAPABLE",
		ESHUTDOWN: "ESHUTDOWN", EPENDING: "EPENDING", 81: "errno(81)", 0xffff: "errno(65535)",
	} {
		if e.String() != want || e.Error() != want {
			t.Errorf("errno %d is %q, want %q", uint16(e), e, want)
		}
	}
	// The numbers the wire fixes.
	for e, want := range map[Errno]uint16{
		E2BIG: 1, EACCES: 2, EAGAIN: 6, EBADF: 8, EEXIST: 20, EFAULT: 21, EINVAL: 28, EIO: 29, EISDIR: 31, ELOOP: 32,
		ENAMETOOLONG: 37, ENOENT: 44, ENOSPC: 51, ENOSYS: 52, ENOTDIR: 54, ENOTEMPTY: 55, ENOTSUP: 58, EOVERFLOW: 61,
		EPERM: 63, EPIPE: 64, EROFS: 69, ESPIPE: 70, ESRCH: 71, EXDEV: 75, ENOTCAPABLE: 76, ESHUTDOWN: 77,
		EMEMVIOLATION: 78, EUNKNOWN: 79, EPENDING: 80,
	} {
		if uint16(e) != want {
			t.Errorf("%v is %d, want %d", e, uint16(e), want)
		}
	}
	seen := map[string]bool{}
	for e := range Errno(NumErrno) {
		s := e.String()
		if s == "" || seen[s] {
			t.Errorf("errno %d is called %q", e, s)
		}
		seen[s] = true
		if got, ok := ErrnoByName(s); !ok || got != e {
			t.Errorf("ErrnoByName(%q) is %v", s, got)
		}
	}
	if _, ok := ErrnoByName("ENOTHING"); ok {
		t.Error("ENOTHING exists")
	}
}

func TestErrnoErr(t *testing.T) {
	if OK.Err() != nil {
		t.Error("OK is an error")
	}
	if err := ENOENT.Err(); !errors.Is(err, ENOENT) {
		t.Errorf("got %v", err)
	}
}

func TestSignals(t *testing.T) {
	for s, want := range map[Signal]string{0: "SIGNONE", 1: "SIGHUP", 9: "SIGKILL", 15: "SIGTERM", 17: "SIGCHLD", 28: "SIGWINCH", 31: "SIGSYS", 32: "signal(32)"} {
		if s.String() != want {
			t.Errorf("signal %d is %q, want %q", uint8(s), s, want)
		}
	}
	for _, name := range []string{"SIGTERM", "TERM"} {
		if s, ok := SignalByName(name); !ok || s != SIGTERM {
			t.Errorf("SignalByName(%q) is %v", name, s)
		}
	}
	for _, name := range []string{"", "SIG", "SIGNONE", "NONE", "SIGFOO", "15"} {
		if s, ok := SignalByName(name); ok {
			t.Errorf("SignalByName(%q) is %v", name, s)
		}
	}
	if Signal(0).Valid() || !SIGHUP.Valid() || !SIGSYS.Valid() || Signal(32).Valid() {
		t.Error("Valid is wrong at its ends")
	}
}

func TestFlagAndEnumStrings(t *testing.T) {
	type stringer interface{ String() string }
	for _, tt := range []struct {
		v    stringer
		want string
	}{
		{Oflags(0), ""},
		{OflagsCreat | OflagsTrunc, "CREAT|TRUNC"},
		{Oflags(0x8001), "CREAT|0x8000"},
		{Oflags(0x30), "0x30"},
		{FdflagsSync | FdflagsNonblock, "NONBLOCK|SYNC"},
		{RightsFdRead | RightsSockSendTo, "FD_READ|SOCK_SEND_TO"},
		{FiletypeSocketSeqpacket, "SOCKET_SEQPACKET"},
		{Filetype(10), "10"},
		{WhenceEnd, "END"},
		{SockType(0), "0"},
		{SockTypeSeqpacket, "SEQPACKET"},
		{SockOptionProto, "PROTO"},
		{SockProtoTCP, "TCP"},
		{SockProtoMPTCP, "MPTCP"},
		{SockProto(3), "3"},
		{EpollIn | EpollOneshot, "IN|ONESHOT"},
		{JoinStatusStopped, "STOPPED"},
		{SpawnFdOpFchdir, "FCHDIR"},
		{AddressFamilyUnix, "UNIX"},
		{WasmValueV128, "v128"},
	} {
		if got := tt.v.String(); got != tt.want {
			t.Errorf("%T %v: got %q, want %q", tt.v, tt.v, got, tt.want)
		}
	}
	if len(rightsNames) != 39 || RightsAll != 1<<len(rightsNames)-1 {
		t.Error("a right has no name")
	}
}
