package strace

import "github.com/wasix-web/wasix-web/wasix/abi"

// object prints the struct of kind k at ptr, false if it cannot be read.
func (p *printer) object(k abi.Kind, ptr uint32) bool {
	var buf [256]byte
	b := buf[:k.Size()]
	if p.mem.CopyIn(b, ptr) != abi.OK {
		p.bad(ptr)
		return false
	}
	n := p.n
	p.n = 0
	p.decoded(k, b)
	p.n = n
	return true
}

func (p *printer) begin()                      { p.byte('{') }
func (p *printer) end()                        { p.byte('}') }
func (p *printer) u(name string, v uint64)     { p.field(name); p.uint(v) }
func (p *printer) x(name string, v uint64)     { p.field(name); p.hex(v) }
func (p *printer) i(name string, v int32)      { p.field(name); p.int(int64(v)) }
func (p *printer) s(name string, v string)     { p.field(name); p.str(v) }
func (p *printer) yes(name string, v bool)     { p.field(name); p.bool(v) }
func (p *printer) r(name string, v abi.Rights) { p.field(name); p.rights(v) }

func (p *printer) decoded(k abi.Kind, b []byte) {
	switch k {
	case abi.KindIovec:
		var v abi.Iovec
		v.Get(b)
		p.hex(uint64(v.Buf))
		p.byte(':')
		p.uint(uint64(v.Len))
	case abi.KindCiovec:
		var v abi.Iovec
		v.Get(b)
		p.text(v.Buf, uint64(v.Len))
	case abi.KindPrestat:
		var v abi.Prestat
		v.Get(b)
		p.begin()
		p.u("pr_name_len", uint64(v.NameLen))
		p.end()
	case abi.KindFdstat:
		var v abi.Fdstat
		v.Get(b)
		p.begin()
		p.s("filetype", v.Filetype.String())
		p.s("fdflags", v.Flags.String())
		p.r("fs_rights_base", v.RightsBase)
		p.r("fs_rights_inheriting", v.RightsInheriting)
		p.end()
	case abi.KindFilestat:
		var v abi.Filestat
		v.Get(b)
		p.filestat(v)
	case abi.KindUnstableFilestat:
		var v abi.UnstableFilestat
		v.Get(b)
		p.filestat(abi.Filestat{Ino: v.Ino, Filetype: v.Filetype, Nlink: uint64(v.Nlink), Size: v.Size, Mtim: v.Mtim})
	case abi.KindSubscription:
		var v abi.Subscription
		v.Get(b)
		p.subscription(v)
	case abi.KindUnstableSubscription:
		var v abi.UnstableSubscription
		v.Get(b)
		p.subscription(v.Subscription())
	case abi.KindEvent:
		var v abi.Event
		v.Get(b)
		p.begin()
		p.x("userdata", v.Userdata)
		p.s("error", v.Error.String())
		p.s("type", v.Type.String())
		if v.Type != abi.EventtypeClock {
			p.u("nbytes", v.FdReadwrite.Nbytes)
			p.s("flags", v.FdReadwrite.Flags.String())
		}
		p.end()
	case abi.KindEpollEvent:
		var v abi.EpollEvent
		v.Get(b)
		p.begin()
		p.s("events", v.Events.String())
		p.x("ptr", uint64(v.Data.Ptr))
		p.i("fd", v.Data.Fd)
		p.u("data1", uint64(v.Data.Data1))
		p.u("data2", v.Data.Data2)
		p.end()
	case abi.KindTty:
		var v abi.Tty
		v.Get(b)
		p.begin()
		p.u("cols", uint64(v.Cols))
		p.u("rows", uint64(v.Rows))
		p.u("width", uint64(v.Width))
		p.u("height", uint64(v.Height))
		p.yes("stdin", v.StdinTty)
		p.yes("stdout", v.StdoutTty)
		p.yes("stderr", v.StderrTty)
		p.yes("echo", v.Echo)
		p.yes("line_buffered", v.LineBuffered)
		p.yes("line_feeds", v.LineFeeds)
		p.end()
	case abi.KindReflectionResult:
		var v abi.ReflectionResult
		v.Get(b)
		p.begin()
		p.yes("cacheable", v.Cacheable)
		p.u("arguments", uint64(v.Arguments))
		p.u("results", uint64(v.Results))
		p.end()
	default:
		if !p.process(k, b) {
			p.address(k, b)
		}
	}
}

func (p *printer) filestat(v abi.Filestat) {
	p.begin()
	p.s("filetype", v.Filetype.String())
	p.u("ino", v.Ino)
	p.u("nlink", v.Nlink)
	p.u("size", v.Size)
	p.u("mtim", v.Mtim)
	p.end()
}

func (p *printer) subscription(v abi.Subscription) {
	p.begin()
	p.x("userdata", v.Userdata)
	p.s("type", v.Type.String())
	switch v.Type {
	case abi.EventtypeClock:
		p.s("id", v.Clock.ID.String())
		p.u("timeout", v.Clock.Timeout)
		p.u("precision", v.Clock.Precision)
		p.s("flags", v.Clock.Flags.String())
	case abi.EventtypeFdRead, abi.EventtypeFdWrite:
		p.i("fd", v.FdReadwrite.Fd)
	}
	p.end()
}

// process prints the structs of processes and threads, false if k is none.
func (p *printer) process(k abi.Kind, b []byte) bool {
	switch k {
	case abi.KindOptionTimestamp:
		p.optionTimestamp(b)
	case abi.KindOptionPid:
		var v abi.OptionPid
		v.Get(b)
		p.option(v.Tag, v.Some)
	case abi.KindJoinStatus:
		var v abi.JoinStatus
		v.Get(b)
		p.str(v.Type.String())
		switch v.Type {
		case abi.JoinStatusExitNormal:
			p.byte('(')
			p.uint(uint64(v.ExitCode))
			p.byte(')')
		case abi.JoinStatusExitSignal:
			p.byte('(')
			p.uint(uint64(v.ExitSignal.ExitCode))
			p.byte(',')
			p.str(v.ExitSignal.Signal.String())
			p.byte(')')
		case abi.JoinStatusStopped:
			p.byte('(')
			p.str(v.Stopped.String())
			p.byte(')')
		}
	case abi.KindProcessHandles:
		var v abi.ProcessHandles
		v.Get(b)
		p.begin()
		p.i("pid", v.Pid)
		p.field("stdin")
		p.option(v.Stdin.Tag, v.Stdin.Some)
		p.field("stdout")
		p.option(v.Stdout.Tag, v.Stdout.Some)
		p.field("stderr")
		p.option(v.Stderr.Tag, v.Stderr.Some)
		p.end()
	case abi.KindSignalDisposition:
		var v abi.SignalDisposition
		v.Get(b)
		p.str(v.Signal.String())
		p.byte(':')
		p.str(v.Disposition.String())
	case abi.KindSpawnFdOp:
		var v abi.SpawnFdOp
		v.Get(b)
		p.spawnFdOp(v)
	case abi.KindThreadStart:
		var v abi.ThreadStart
		v.Get(b)
		p.begin()
		p.x("stack", uint64(v.Stack))
		p.x("tls_base", uint64(v.TLSBase))
		p.u("start_funct", uint64(v.StartFunct))
		p.x("start_args", uint64(v.StartArgs))
		p.u("stack_size", uint64(v.StackSize))
		p.u("guard_size", uint64(v.GuardSize))
		p.end()
	default:
		return false
	}
	return true
}

func (p *printer) option(tag abi.Option, v int32) {
	if tag == abi.OptionSome {
		p.int(int64(v))
	} else {
		p.str("none")
	}
}

func (p *printer) optionTimestamp(b []byte) {
	var v abi.OptionTimestamp
	v.Get(b)
	if v.Tag == abi.OptionSome {
		p.uint(v.Some)
	} else {
		p.str("none")
	}
}

// spawnFdOp prints the fields that the operation uses.
func (p *printer) spawnFdOp(v abi.SpawnFdOp) {
	p.begin()
	p.s("cmd", v.Cmd.String())
	if v.Cmd != abi.SpawnFdOpChdir {
		p.i("fd", v.Fd)
	}
	if v.Cmd == abi.SpawnFdOpDup2 {
		p.i("src_fd", v.SrcFd)
	}
	if v.Cmd == abi.SpawnFdOpOpen || v.Cmd == abi.SpawnFdOpChdir {
		p.field("path")
		p.text(v.Path, uint64(v.PathLen))
	}
	if v.Cmd == abi.SpawnFdOpOpen {
		p.s("dirflags", v.Dirflags.String())
		p.s("oflags", v.Oflags.String())
		p.r("fs_rights_base", v.RightsBase)
		p.r("fs_rights_inheriting", v.RightsInheriting)
		p.s("fdflags", v.Fdflags.String())
		p.s("fdflagsext", v.FdflagsExt.String())
	}
	p.end()
}
