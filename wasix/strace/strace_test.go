package strace

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// guest is a memory of 64 KiB.
type guest []byte

func newGuest() guest { return make(guest, 65536) }

func (g guest) CopyIn(dst []byte, ptr uint32) abi.Errno {
	if uint64(ptr)+uint64(len(dst)) > uint64(len(g)) {
		return abi.EFAULT
	}
	copy(dst, g[ptr:])
	return abi.OK
}

func (g guest) text(ptr int, s string) { copy(g[ptr:], s) }

func (g guest) u32(ptr int, vs ...uint32) {
	for i, v := range vs {
		for j := range 4 {
			g[ptr+4*i+j] = byte(v >> (8 * j))
		}
	}
}

type putter interface{ Put([]byte) }

func (g guest) put(ptr int, v putter) { v.Put(g[ptr:]) }

// lines has, for one call, what the guest has in memory, its arguments, the
// result, and both lines.
type lines struct {
	id    abi.CallID
	setup func(g guest)
	args  []uint64
	r     int32
	enter string
	exit  string
}

func minus(v int64) uint64 { return uint64(v) }

var golden = []lines{
	{abi.CallFdWrite, func(g guest) {
		g.u32(16, 100, 6, 200, 3)
		g.text(100, "hello\n")
		g.text(200, "\x00\"é")
		g.u32(32, 9)
	}, []uint64{1, 16, 2, 32}, 0,
		`==> fd_write(fd=1,iovs=["hello\n","\x00\"\xc3"])`,
		`<== (nwritten=9,errno=ESUCCESS)`},
	{abi.CallFdWrite, nil, []uint64{99, 0x1fff0, 1, 32}, int32(abi.EBADF),
		`==> fd_write(fd=99,iovs=[0x1fff0?])`,
		`<== errno=EBADF`},
	{abi.CallFdWrite, func(g guest) { g.u32(16, 0xfffffff0, 100) }, []uint64{1, 16, 1, 32}, int32(abi.EFAULT),
		`==> fd_write(fd=1,iovs=[0xfffffff0?])`,
		`<== errno=EFAULT`},
	{abi.CallFdWrite, func(g guest) {
		for i := range 20 {
			g.u32(16+8*i, 1000, 1)
		}
		g.text(1000, "x")
		g.u32(8, 20)
	}, []uint64{1, 16, 20, 8}, 0,
		`==> fd_write(fd=1,iovs=[` + strings.Repeat(`"x",`, 16) + `...])`,
		`<== (nwritten=20,errno=ESUCCESS)`},
	{abi.CallFdWrite, nil, []uint64{1, 0xfffffff8, 2, 8}, int32(abi.EFAULT),
		`==> fd_write(fd=1,iovs=[0xfffffff8?])`,
		`<== errno=EFAULT`},
	{abi.CallFdRead, func(g guest) {
		g.u32(16, 100, 3, 200, 10)
		g.text(100, "abc")
		g.text(200, "defghij")
		g.u32(32, 5)
	}, []uint64{0, 16, 2, 32}, 0,
		`==> fd_read(fd=0,iovs=[0x64:3,0xc8:10])`,
		`<== (iovs="abcde",nread=5,errno=ESUCCESS)`},
	{abi.CallFdRead, func(g guest) {
		g.u32(16, 100, 1000)
		g.text(100, strings.Repeat("y", 1000))
		g.u32(32, 1000)
	}, []uint64{0, 16, 1, 32}, 0,
		`==> fd_read(fd=0,iovs=[0x64:1000])`,
		`<== (iovs="` + strings.Repeat("y", 64) + `"...,nread=1000,errno=ESUCCESS)`},
	{abi.CallFdSeek, func(g guest) { g.u32(8, 5, 1) }, []uint64{4, minus(-1), 2, 8}, 0,
		`==> fd_seek(fd=4,offset=-1,whence=END)`,
		`<== (newoffset=4294967301,errno=ESUCCESS)`},
	{abi.CallFdSeek, nil, []uint64{4, 0, 0x102, 0x10000}, 0,
		`==> fd_seek(fd=4,offset=0,whence=258)`,
		`<== (newoffset=0x10000?,errno=ESUCCESS)`},
	{abi.CallUnstableFdSeek, nil, []uint64{4, 1, 2, 8}, int32(abi.ESPIPE),
		`==> fd_seek(fd=4,offset=1,whence=SET)`,
		`<== errno=ESPIPE`},
	{abi.CallUnstableFdSeek, nil, []uint64{4, 1, 3, 8}, int32(abi.EINVAL),
		`==> fd_seek(fd=4,offset=1,whence=3)`,
		`<== errno=EINVAL`},
	{abi.CallFdClose, nil, []uint64{0xffffffff}, 0, `==> fd_close(fd=-1)`, `<== errno=ESUCCESS`},
	{abi.CallSchedYield, nil, nil, 0, `==> sched_yield()`, `<== errno=ESUCCESS`},
	{abi.CallProcExit, nil, []uint64{0xffffffff}, 0, `==> proc_exit(rval=4294967295)`, `<==`},
	{abi.CallCallbackSignal, func(g guest) { g.text(8, "__wasm_signal") }, []uint64{8, 13}, 0,
		`==> callback_signal(callback="__wasm_signal")`, `<==`},
	{abi.CallThreadSpawn, nil, []uint64{0x100}, 7, `==> thread-spawn(start_arg=0x100)`, `<== tid=7`},
	{abi.CallThreadSpawn, nil, []uint64{0x100}, -6, `==> thread-spawn(start_arg=0x100)`, `<== errno=EAGAIN`},
	{abi.CallPathOpen, func(g guest) {
		g.text(100, "dir/file")
		g.u32(8, 5)
	}, []uint64{3, 1, 100, 8, 9, uint64(abi.RightsFdRead), uint64(abi.RightsAll), 1, 8}, 0,
		`==> path_open(fd=3,dirflags=SYMLINK_FOLLOW,path="dir/file",oflags=CREAT|TRUNC,fs_rights_base=FD_READ,fs_rights_inheriting=0x7fffffffff,fdflags=APPEND)`,
		`<== (opened_fd=5,errno=ESUCCESS)`},
	{abi.CallPathOpen2, func(g guest) { g.text(100, strings.Repeat("a", 100)) },
		[]uint64{3, 0, 100, 65, 0, 0, 0, 0x8004, 1, 8}, int32(abi.ENOENT),
		`==> path_open2(fd=3,dirflags=,path="` + strings.Repeat("a", 64) + `"...,oflags=,fs_rights_base=,fs_rights_inheriting=,fdflags=NONBLOCK|0x8000,fdflagsext=CLOEXEC)`,
		`<== errno=ENOENT`},
	{abi.CallPathRename, func(g guest) { g.text(8, "ab") }, []uint64{3, 8, 1, 4, 0x12345, 4}, int32(abi.EFAULT),
		`==> path_rename(fd=3,old_path="a",new_fd=4,new_path=0x12345?)`, `<== errno=EFAULT`},
	{abi.CallPathUnlinkFile, nil, []uint64{3, 0xffffffff, 0}, int32(abi.ENOENT),
		`==> path_unlink_file(fd=3,path="")`, `<== errno=ENOENT`},
	{abi.CallPathReadlink, func(g guest) {
		g.text(8, "l")
		g.text(100, "target??")
		g.u32(16, 6)
	}, []uint64{3, 8, 1, 100, 8, 16}, 0,
		`==> path_readlink(fd=3,path="l",buf_len=8)`,
		`<== (buf="target",bufused=6,errno=ESUCCESS)`},
	{abi.CallFdPrestatDirName, func(g guest) { g.text(8, "/tmp") }, []uint64{3, 8, 4}, 0,
		`==> fd_prestat_dir_name(fd=3,path_len=4)`, `<== (path="/tmp",errno=ESUCCESS)`},
	{abi.CallGetcwd, func(g guest) {
		g.text(8, "/home")
		g.u32(100, 5)
	}, []uint64{8, 100}, 0, `==> getcwd(path_len=5)`, `<== (path="/home",path_len=5,errno=ESUCCESS)`},
	{abi.CallFdPrestatGet, func(g guest) { g.put(8, &abi.Prestat{NameLen: 4}) }, []uint64{3, 8}, 0,
		`==> fd_prestat_get(fd=3)`, `<== (prestat={pr_name_len=4},errno=ESUCCESS)`},
	{abi.CallFdFdstatGet, func(g guest) {
		g.put(8, &abi.Fdstat{Filetype: abi.FiletypeRegularFile, Flags: abi.FdflagsAppend, RightsBase: abi.RightsFdRead | abi.RightsFdWrite})
	}, []uint64{3, 8}, 0,
		`==> fd_fdstat_get(fd=3)`,
		`<== (stat={filetype=REGULAR_FILE,fdflags=APPEND,fs_rights_base=FD_READ|FD_WRITE,fs_rights_inheriting=},errno=ESUCCESS)`},
	{abi.CallFdFilestatGet, func(g guest) {
		g.put(8, &abi.Filestat{Ino: 2, Filetype: abi.FiletypeDirectory, Nlink: 3, Size: 4, Mtim: 5})
	}, []uint64{3, 8}, 0,
		`==> fd_filestat_get(fd=3)`, `<== (filestat={filetype=DIRECTORY,ino=2,nlink=3,size=4,mtim=5},errno=ESUCCESS)`},
	{abi.CallUnstableFdFilestatGet, func(g guest) {
		g.put(8, &abi.UnstableFilestat{Ino: 2, Filetype: abi.FiletypeDirectory, Nlink: 3, Size: 4, Mtim: 5})
	}, []uint64{3, 8}, 0,
		`==> fd_filestat_get(fd=3)`, `<== (filestat={filetype=DIRECTORY,ino=2,nlink=3,size=4,mtim=5},errno=ESUCCESS)`},
	{abi.CallPollOneoff, func(g guest) {
		g.put(1000, &abi.Subscription{Userdata: 16, Clock: abi.SubscriptionClock{ID: abi.ClockidMonotonic, Timeout: 1000, Flags: abi.SubclockflagsAbstime}})
		g.put(1048, &abi.Subscription{Userdata: 2, Type: abi.EventtypeFdRead, FdReadwrite: abi.SubscriptionFdReadwrite{Fd: 4}})
		g.put(2000, &abi.Event{Userdata: 16})
		g.put(2032, &abi.Event{Userdata: 2, Error: abi.EBADF, Type: abi.EventtypeFdRead, FdReadwrite: abi.EventFdReadwrite{Nbytes: 3, Flags: abi.EventrwflagsHangup}})
		g.u32(8, 2)
	}, []uint64{1000, 2000, 2, 8}, 0,
		`==> poll_oneoff(in=[{userdata=0x10,type=CLOCK,id=MONOTONIC,timeout=1000,precision=0,flags=ABSTIME},{userdata=0x2,type=FD_READ,fd=4}])`,
		`<== (out=[{userdata=0x10,error=ESUCCESS,type=CLOCK},{userdata=0x2,error=EBADF,type=FD_READ,nbytes=3,flags=HANGUP}],nevents=2,errno=ESUCCESS)`},
	{abi.CallUnstablePollOneoff, func(g guest) {
		g.put(1000, &abi.UnstableSubscription{Userdata: 16, Clock: abi.UnstableSubscriptionClock{Timeout: 1000}})
		g.put(1056, &abi.UnstableSubscription{Userdata: 2, Type: abi.EventtypeFdWrite, FdReadwrite: abi.SubscriptionFdReadwrite{Fd: 4}})
	}, []uint64{1000, 2000, 2, 8}, 0,
		`==> poll_oneoff(in=[{userdata=0x10,type=CLOCK,id=REALTIME,timeout=1000,precision=0,flags=},{userdata=0x2,type=FD_WRITE,fd=4}])`,
		`<== (out=[],nevents=0,errno=ESUCCESS)`},
	{abi.CallEpollCtl, func(g guest) {
		g.put(8, &abi.EpollEvent{Events: abi.EpollIn | abi.EpollEt, Data: abi.EpollData{Ptr: 255, Fd: 5, Data1: 6, Data2: 7}})
	}, []uint64{4, 0, 5, 8}, 0,
		`==> epoll_ctl(epfd=4,op=ADD,fd=5,event={events=IN|ET,ptr=0xff,fd=5,data1=6,data2=7})`, `<== errno=ESUCCESS`},
	{abi.CallEpollCtl, nil, []uint64{4, 2, 5, 0}, 0, `==> epoll_ctl(epfd=4,op=DEL,fd=5,event=nil)`, `<== errno=ESUCCESS`},
	{abi.CallEpollWait, func(g guest) {
		g.put(1000, &abi.EpollEvent{Events: abi.EpollOut, Data: abi.EpollData{Fd: 5}})
		g.u32(8, 1)
	}, []uint64{4, 1000, 8, minus(-1), 8}, 0,
		`==> epoll_wait(epfd=4,maxevents=8,timeout=18446744073709551615)`,
		`<== (event=[{events=OUT,ptr=0x0,fd=5,data1=0,data2=0}],nevents=1,errno=ESUCCESS)`},
	{abi.CallFutexWait, func(g guest) {
		g.put(16, &abi.OptionTimestamp{Tag: abi.OptionSome, Some: 5})
		g[8] = 1
	}, []uint64{0x400, 2, 16, 8}, 0,
		`==> futex_wait(futex=0x400,expected=2,timeout=5)`, `<== (woken=true,errno=ESUCCESS)`},
	{abi.CallProcJoin, func(g guest) {
		g.put(16, &abi.OptionPid{Tag: abi.OptionSome, Some: 3})
		g.put(32, &abi.JoinStatus{Type: abi.JoinStatusExitSignal, ExitSignal: abi.ErrnoSignal{ExitCode: 137, Signal: abi.SIGKILL}})
	}, []uint64{16, 1, 32}, 0,
		`==> proc_join(pid=3,flags=NON_BLOCKING)`, `<== (pid=3,status=EXIT_SIGNAL(137,SIGKILL),errno=ESUCCESS)`},
	{abi.CallProcJoinV0, func(g guest) { g.u32(32, 3) }, []uint64{16, 32}, 0,
		`==> proc_join(pid=0)`, `<== (pid=0,exitcode=3,errno=ESUCCESS)`},
	{abi.CallProcSpawn2, func(g guest) {
		g.text(100, "sh")
		g.text(200, "sh\n-c")
		g.text(300, "/etc/x")
		g.put(1000, &abi.SpawnFdOp{Cmd: abi.SpawnFdOpDup2, Fd: 1, SrcFd: 4})
		g.put(1056, &abi.SpawnFdOp{Cmd: abi.SpawnFdOpOpen, Fd: 0, Path: 300, PathLen: 6, Oflags: abi.OflagsCreat, RightsBase: abi.RightsFdRead})
		g.put(1112, &abi.SpawnFdOp{Cmd: abi.SpawnFdOpChdir, Path: 300, PathLen: 4})
		g.put(2000, &abi.SignalDisposition{Signal: abi.SIGINT, Disposition: abi.DispositionIgnore})
		g.u32(8, 12)
	}, []uint64{100, 2, 200, 5, 0, 0, 1000, 3, 2000, 1, 1, 0, 0, 8}, 0,
		`==> proc_spawn2(name="sh",args="sh\n-c",envs="",fd_ops=[{cmd=DUP2,fd=1,src_fd=4},{cmd=OPEN,fd=0,path="/etc/x",dirflags=,oflags=CREAT,fs_rights_base=FD_READ,fs_rights_inheriting=,fdflags=,fdflagsext=},{cmd=CHDIR,path="/etc"}],signal_dispositions=[SIGINT:IGNORE],search_path=true,path="")`,
		`<== (pid=12,errno=ESUCCESS)`},
	{abi.CallProcSpawn, func(g guest) {
		g.text(100, "sh")
		g.put(200, &abi.ProcessHandles{Pid: 4, Stdin: abi.OptionFd{Tag: abi.OptionSome, Some: 5}})
	}, []uint64{100, 2, 0, 0, 0, 0, 0, 0, 1, 9, 0, 0, 200}, 0,
		`==> proc_spawn(name="sh",chroot=false,args="",preopen="",stdin=PIPED,stdout=INHERIT,stderr=9,working_dir="")`,
		`<== (handles={pid=4,stdin=5,stdout=none,stderr=none},errno=ESUCCESS)`},
	{abi.CallThreadSpawnV2, func(g guest) {
		g.put(100, &abi.ThreadStart{Stack: 0x1000, TLSBase: 0x2000, StartFunct: 3, StartArgs: 0x3000, StackSize: 4096})
		g.u32(8, 2)
	}, []uint64{100, 8}, 0,
		`==> thread_spawn_v2(args={stack=0x1000,tls_base=0x2000,start_funct=3,start_args=0x3000,stack_size=4096,guard_size=0})`,
		`<== (tid=2,errno=ESUCCESS)`},
	{abi.CallSockConnect, func(g guest) {
		g.put(100, &abi.AddrPort{Family: abi.AddressFamilyInet4, IP4: abi.AddrIP4Port{Port: 80, Addr: abi.AddrIP4{IP: [4]byte{127, 0, 0, 1}}}})
	}, []uint64{4, 100}, int32(abi.ECONNREFUSED),
		`==> sock_connect(fd=4,addr=127.0.0.1:80)`, `<== errno=ECONNREFUSED`},
	{abi.CallSockAcceptV2, func(g guest) {
		g.u32(8, 6)
		g.put(100, &abi.AddrPort{Family: abi.AddressFamilyInet6, IP6: abi.AddrIP6Port{Port: 8080, Addr: abi.AddrIP6{IP: [16]byte{15: 1}}}})
	}, []uint64{4, 4, 8, 100}, 0,
		`==> sock_accept_v2(fd=4,flags=NONBLOCK)`, `<== (newfd=6,addr=[::1]:8080,errno=ESUCCESS)`},
	{abi.CallSockBind, func(g guest) {
		g.put(100, &abi.AddrPort{Family: abi.AddressFamilyUnix, Unix: abi.AddrUnix{Path: [108]byte{'/', 's'}}})
	}, []uint64{4, 100}, 0, `==> sock_bind(fd=4,addr=unix:"/s")`, `<== errno=ESUCCESS`},
	{abi.CallSockBind, func(g guest) { g[100] = 77 }, []uint64{4, 100}, 0, `==> sock_bind(fd=4,addr=77)`, `<== errno=ESUCCESS`},
	{abi.CallSockOpen, func(g guest) { g.u32(8, 4) }, []uint64{1, 2, 17, 8}, 0,
		`==> sock_open(af=INET4,socktype=DGRAM,sock_proto=UDP)`, `<== (fd=4,errno=ESUCCESS)`},
	{abi.CallSockRecvFrom, func(g guest) {
		g.u32(16, 100, 4)
		g.text(100, "pong")
		g.u32(32, 4)
		g[36] = 1
	}, []uint64{4, 16, 1, 3, 32, 36, 40}, 0,
		`==> sock_recv_from(fd=4,ri_data=[0x64:4],ri_flags=PEEK|WAITALL)`,
		`<== (ri_data="pong",nread=4,ro_flags=DATA_TRUNCATED,addr=UNSPEC:0,errno=ESUCCESS)`},
	{abi.CallResolve, func(g guest) {
		g.text(100, "localhost")
		g.put(200, &abi.AddrIP{Family: abi.AddressFamilyInet4, IP4: abi.AddrIP4{IP: [4]byte{127, 0, 0, 1}}})
		g.put(218, &abi.AddrIP{Family: abi.AddressFamilyInet6, IP6: abi.AddrIP6Bare{IP: [16]byte{0: 0x20, 1: 1, 15: 2}}})
		g.u32(8, 2)
	}, []uint64{100, 9, 443, 200, 4, 8}, 0,
		`==> resolve(host="localhost",port=443,naddrs=4)`, `<== (addrs=[127.0.0.1,2001::2],nfound=2,errno=ESUCCESS)`},
	{abi.CallPortRouteList, func(g guest) {
		g.put(200, &abi.Route{
			Cidr:           abi.AddrCidr{Family: abi.AddressFamilyInet4, IP4: abi.AddrIP4Cidr{Addr: abi.AddrIP4{IP: [4]byte{10}}, Prefix: 8}},
			ViaRouter:      abi.Addr{Family: abi.AddressFamilyInet4, IP4: abi.AddrIP4{IP: [4]byte{10, 0, 0, 1}}},
			PreferredUntil: abi.OptionTimestamp{Tag: abi.OptionSome, Some: 9},
		})
		g.u32(8, 1)
	}, []uint64{200, 8}, 0,
		`==> port_route_list(nroutes=1)`,
		`<== (routes=[{cidr=10.0.0.0/8,via_router=10.0.0.1,preferred_until=9,expires_at=none}],nroutes=1,errno=ESUCCESS)`},
	{abi.CallPortMac, func(g guest) { g.put(8, &abi.HardwareAddress{MAC: [6]byte{0, 1, 2, 0xaa, 0xbb, 0xff}}) }, []uint64{8}, 0,
		`==> port_mac()`, `<== (mac=00:01:02:aa:bb:ff,errno=ESUCCESS)`},
	{abi.CallTtyGet, func(g guest) { g.put(8, &abi.Tty{Cols: 80, Rows: 25, StdinTty: true, Echo: true}) }, []uint64{8}, 0,
		`==> tty_get()`,
		`<== (state={cols=80,rows=25,width=0,height=0,stdin=true,stdout=false,stderr=false,echo=true,line_buffered=false,line_feeds=false},errno=ESUCCESS)`},
	{abi.CallClosurePrepare, func(g guest) { copy(g[8:], []byte{0, 1, 9}) }, []uint64{1, 2, 8, 3, 0, 0, 0x30}, 0,
		`==> closure_prepare(backing_function_id=1,closure_id=2,argument_types=[i32,i64,9],result_types=[],user_data=0x30)`, `<== errno=ESUCCESS`},
	{abi.CallReflectSignature, func(g guest) { g.put(8, &abi.ReflectionResult{Cacheable: true, Arguments: 2, Results: 1}) },
		[]uint64{1, 100, 4, 200, 4, 8}, 0,
		`==> reflect_signature(function_id=1,argument_types=0x64,argument_types_len=4,result_types=0xc8,result_types_len=4)`,
		`<== (result={cacheable=true,arguments=2,results=1},errno=ESUCCESS)`},
	{abi.CallProcSignal, nil, []uint64{0xffffffff, 15}, 0, `==> proc_signal(pid=-1,signal=SIGTERM)`, `<== errno=ESUCCESS`},
	{abi.CallArgsSizesGet, func(g guest) { g.u32(8, 2, 30) }, []uint64{8, 12}, 0,
		`==> args_sizes_get()`, `<== (argc=2,argv_buf_size=30,errno=ESUCCESS)`},
	{abi.CallContextSwitch, nil, []uint64{7}, 99, `==> context_switch(next_context=7)`, `<== errno=errno(99)`},
}

func TestLines(t *testing.T) {
	for _, tt := range golden {
		g := newGuest()
		if tt.setup != nil {
			tt.setup(g)
		}
		c := &abi.Calls[tt.id]
		if len(tt.args) != len(c.Params) {
			t.Errorf("%s: %d arguments, want %d", c.Name, len(tt.args), len(c.Params))
			continue
		}
		if got := Enter(c, tt.args, g); got != tt.enter {
			t.Errorf("got  %s\nwant %s", got, tt.enter)
		}
		if got := Exit(c, tt.args, g, tt.r); got != tt.exit {
			t.Errorf("%s\ngot  %s\nwant %s", tt.enter, got, tt.exit)
		}
	}
}

func TestIP6(t *testing.T) {
	for _, tt := range []struct {
		ip   [16]byte
		want string
	}{
		{[16]byte{}, "::"},
		{[16]byte{15: 1}, "::1"},
		{[16]byte{0: 1}, "100::"},
		{[16]byte{1: 1, 3: 2, 5: 3, 7: 4, 9: 5, 11: 6, 13: 7, 15: 8}, "1:2:3:4:5:6:7:8"},
		{[16]byte{1: 1, 5: 3, 7: 4, 9: 5, 11: 6, 13: 7, 15: 8}, "1:0:3:4:5:6:7:8"}, // one zero group stays
		{[16]byte{1: 1, 7: 1, 15: 1}, "1:0:0:1::1"},
		{[16]byte{1: 1, 9: 1, 11: 1, 15: 1}, "1::1:1:0:1"},
		{[16]byte{1: 1, 7: 1, 9: 1, 15: 1}, "1::1:1:0:0:1"}, // the first of two equal runs
		{[16]byte{0: 0x20, 1: 1, 2: 0x0d, 3: 0xb8}, "2001:db8::"},
	} {
		var p printer
		p.ip6(abi.AddrIP6{IP: tt.ip})
		if string(p.b) != tt.want {
			t.Errorf("got %s, want %s", p.b, tt.want)
		}
	}
	var p printer
	p.ip6(abi.AddrIP6{IP: [16]byte{15: 1}, Scope: 3})
	if string(p.b) != "::1%3" {
		t.Errorf("got %s", p.b)
	}
}

// TestEveryCall prints every call with arguments and memory that a hostile
// guest might choose: no panic, no line break, no endless line.
func TestEveryCall(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	g := newGuest()
	for i := range g {
		g[i] = byte(r.Uint32() & r.Uint32())
	}
	for id := range abi.Calls {
		c := &abi.Calls[id]
		for range 500 {
			args := make([]uint64, len(c.Params))
			for i, p := range c.Params {
				switch r.IntN(4) {
				case 0:
					args[i] = uint64(r.IntN(len(g) + 64))
				case 1:
					args[i] = uint64(r.IntN(5))
				case 2:
					args[i] = r.Uint64()
				default:
					args[i] = ^uint64(r.IntN(64))
				}
				if p.Kind.ValType() == abi.I32 {
					args[i] = uint64(uint32(args[i]))
				}
			}
			res := int32(0)
			if r.IntN(3) == 0 {
				res = int32(r.Uint32())
			}
			for _, line := range []string{Enter(c, args, g), Exit(c, args, g, res)} {
				if strings.ContainsAny(line, "\n\r\x00") || len(line) > 32<<10 {
					t.Fatalf("%s %v: %d bytes: %q", c.Name, args, len(line), line)
				}
			}
		}
	}
}

// TestEveryStructKind: a kind without a case would print nothing.
func TestEveryStructKind(t *testing.T) {
	g := newGuest()
	for i := range abi.Calls {
		for _, param := range abi.Calls[i].Params {
			k := param.Kind.Base()
			if k < abi.KindAddr {
				continue
			}
			p := printer{mem: g}
			if !p.element(k, 8) || len(p.b) == 0 {
				t.Errorf("%s.%s prints nothing", abi.Calls[i].Export, param.Name)
			}
		}
	}
}
