package abi

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

type codec interface {
	Put([]byte)
	Get([]byte)
}

// golden has one value of every struct with its bytes, written by hand from the
// C layout. "_" only separates.
var golden = []struct {
	size int
	v    codec
	hex  string
}{
	{SizeIovec, &Iovec{Buf: 0x12345678, Len: 5}, "78563412_05000000"},
	{SizePrestat, &Prestat{Type: PreopentypeDir, NameLen: 0x0102}, "00000000_02010000"},
	{SizeFdstat, &Fdstat{FiletypeRegularFile, FdflagsAppend | FdflagsSync, RightsFdRead | RightsSockSendTo, RightsFdWrite},
		"04_00_1100_00000000_0200000040000000_4000000000000000"},
	{SizeFilestat, &Filestat{1, 2, FiletypeDirectory, 3, 1 << 32, 5, 6, 7},
		"0100000000000000_0200000000000000_03_00000000000000_0300000000000000_0000000001000000_0500000000000000_0600000000000000_0700000000000000"},
	{SizeUnstableFilestat, &UnstableFilestat{1, 2, FiletypeDirectory, 3, 1 << 32, 5, 6, 7},
		"0100000000000000_0200000000000000_03_000000_03000000_0000000001000000_0500000000000000_0600000000000000_0700000000000000"},
	{SizeDirent, &Dirent{1, 0x1122334455667788, 3, FiletypeSymbolicLink}, "0100000000000000_8877665544332211_03000000_07_000000"},
	{SizeSubscriptionClock, &SubscriptionClock{ClockidMonotonic, 1000, 1, SubclockflagsAbstime},
		"01000000_00000000_e803000000000000_0100000000000000_0100_000000000000"},
	{SizeSubscriptionFdReadwrite, &SubscriptionFdReadwrite{-1}, "ffffffff"},
	{SizeSubscription, &Subscription{Userdata: 0xabcd, Type: EventtypeClock, Clock: SubscriptionClock{ClockidMonotonic, 1000, 1, SubclockflagsAbstime}},
		"cdab000000000000_00_00000000000000_01000000_00000000_e803000000000000_0100000000000000_0100_000000000000"},
	{SizeSubscription, &Subscription{Userdata: 1, Type: EventtypeFdWrite, FdReadwrite: SubscriptionFdReadwrite{4}},
		"0100000000000000_02_00000000000000_04000000" + strings.Repeat("00", 28)},
	{SizeUnstableSubscriptionClock, &UnstableSubscriptionClock{9, ClockidMonotonic, 1000, 1, SubclockflagsAbstime},
		"0900000000000000_01000000_00000000_e803000000000000_0100000000000000_0100_000000000000"},
	{SizeUnstableSubscription, &UnstableSubscription{Userdata: 0xabcd, Type: EventtypeClock, Clock: UnstableSubscriptionClock{9, ClockidMonotonic, 1000, 1, SubclockflagsAbstime}},
		"cdab000000000000_00_00000000000000_0900000000000000_01000000_00000000_e803000000000000_0100000000000000_0100_000000000000"},
	{SizeUnstableSubscription, &UnstableSubscription{Userdata: 1, Type: EventtypeFdRead, FdReadwrite: SubscriptionFdReadwrite{4}},
		"0100000000000000_01_00000000000000_04000000" + strings.Repeat("00", 36)},
	{SizeEventFdReadwrite, &EventFdReadwrite{3, EventrwflagsHangup}, "0300000000000000_0100_000000000000"},
	{SizeEvent, &Event{7, EBADF, EventtypeFdRead, EventFdReadwrite{3, EventrwflagsHangup}},
		"0700000000000000_0800_01_0000000000_0300000000000000_0100_000000000000"},
	{SizeEpollData, &EpollData{0x1000, 5, 6, 7}, "00100000_05000000_06000000_00000000_0700000000000000"},
	{SizeEpollEvent, &EpollEvent{EpollIn | EpollEt, EpollData{0x1000, 5, 6, 7}},
		"41000000_00000000_00100000_05000000_06000000_00000000_0700000000000000"},
	{SizeSignalDisposition, &SignalDisposition{SIGCHLD, DispositionIgnore}, "11_01"},
	{SizeOptionTimestamp, &OptionTimestamp{Tag: OptionSome, Some: 258}, "01_00000000000000_0201000000000000"},
	{SizeOptionTimestamp, &OptionTimestamp{}, strings.Repeat("00", 16)},
	{SizeHugesize, &Hugesize{1, 2}, "0100000000000000_0200000000000000"},
	{SizeHash, &Hash{1, 2}, "0100000000000000_0200000000000000"},
	{SizeOptionHash, &OptionHash{OptionSome, Hash{1, 2}}, "01_00000000000000_0100000000000000_0200000000000000"},
	{SizeStackSnapshot, &StackSnapshot{3, Hash{1, 2}}, "0300000000000000_0100000000000000_0200000000000000"},
	{SizeOptionPid, &OptionPid{OptionSome, -1}, "01_000000_ffffffff"},
	{SizeOptionFd, &OptionFd{OptionSome, 4}, "01_000000_04000000"},
	{SizeErrnoSignal, &ErrnoSignal{137, SIGKILL}, "8900_09_00"},
	{SizeJoinStatus, &JoinStatus{}, "00_00_00000000"},
	{SizeJoinStatus, &JoinStatus{Type: JoinStatusExitNormal, ExitCode: 0x0102}, "01_00_0201_0000"},
	{SizeJoinStatus, &JoinStatus{Type: JoinStatusExitSignal, ExitSignal: ErrnoSignal{137, SIGKILL}}, "02_00_8900_09_00"},
	{SizeJoinStatus, &JoinStatus{Type: JoinStatusStopped, Stopped: SIGTSTP}, "03_00_14_000000"},
	{SizeProcessHandles, &ProcessHandles{2, OptionFd{OptionSome, 3}, OptionFd{}, OptionFd{OptionSome, 5}},
		"02000000_01_000000_03000000_00_000000_00000000_01_000000_05000000"},
	{SizeSpawnFdOp, &SpawnFdOp{SpawnFdOpOpen, 3, -1, 0x100, 4, LookupSymlinkFollow, OflagsCreat | OflagsTrunc, RightsFdRead, RightsFdWrite, FdflagsAppend, FdflagsExtCloexec},
		"02_000000_03000000_ffffffff_00010000_04000000_01000000_0900_000000000000_0200000000000000_4000000000000000_0100_0100_00000000"},
	{SizeThreadStart, &ThreadStart{0x10, 0x20, 0x30, 0x40, [40]byte{0: 0xaa, 39: 0xbb}, 0x50, 0x60},
		"10000000_20000000_30000000_40000000_aa" + strings.Repeat("00", 38) + "bb_50000000_60000000"},
	{SizeThreadState, &ThreadState{ThreadSelf: 1, Tid: -2, ErrnoVal: 8, Canceldisable: 3, Cancelasync: 4, Flags: ThreadFlagsDlerrorFlag, MapBase: 5, Locale: 6, StdioLocks: 7},
		"01000000" + strings.Repeat("00", 20) + "feffffff_08000000" + strings.Repeat("00", 8) + "03_04_0200_05000000" +
			strings.Repeat("00", 48) + "06000000_00000000_00000000_07000000"},
	{SizeReflectionResult, &ReflectionResult{true, 0x0102, 1}, "01_00_0201_0100"},
	{SizeTty, &Tty{80, 25, 640, 400, true, true, false, true, true, false},
		"50000000_19000000_80020000_90010000_01_01_00_01_01_00_0000"},
	{SizeAddrUnspec, &AddrUnspec{7}, "07"},
	{SizeAddrUnspecPort, &AddrUnspecPort{80, AddrUnspec{7}}, "5000_07_00"},
	{SizeAddrUnspecCidr, &AddrUnspecCidr{AddrUnspec{7}, 8}, "07_08"},
	{SizeAddrIP4, &AddrIP4{[4]byte{127, 0, 0, 1}}, "7f000001"},
	{SizeAddrIP4Port, &AddrIP4Port{8080, AddrIP4{[4]byte{127, 0, 0, 1}}}, "901f_7f000001"},
	{SizeAddrIP4Cidr, &AddrIP4Cidr{AddrIP4{[4]byte{10, 0, 0, 0}}, 8}, "0a000000_08"},
	{SizeAddrIP6, &AddrIP6{[16]byte{0: 0x20, 1: 0x01, 15: 1}, 0x11223344, 0x55667788},
		"2001" + strings.Repeat("00", 13) + "01_22114433_66558877"},
	{SizeAddrIP6Bare, &AddrIP6Bare{[16]byte{0: 0x20, 1: 0x01, 15: 1}}, "2001" + strings.Repeat("00", 13) + "01"},
	{SizeAddrIP6Port, &AddrIP6Port{80, AddrIP6{[16]byte{15: 1}, 0, 2}}, "5000_" + strings.Repeat("00", 15) + "01_00000000_00000200"},
	{SizeAddrIP6Cidr, &AddrIP6Cidr{AddrIP6{[16]byte{0: 0xfe}, 0, 0}, 64}, "fe" + strings.Repeat("00", 23) + "40_00"},
	{SizeAddrUnix, &AddrUnix{[108]byte{'/', 'a'}}, "2f61" + strings.Repeat("00", 106)},
	{SizeAddrUnixCidr, &AddrUnixCidr{9}, "09"},
	{SizeAddr, &Addr{Family: AddressFamilyInet4, IP4: AddrIP4{[4]byte{1, 2, 3, 4}}}, "01_00_01020304" + strings.Repeat("00", 104)},
	{SizeAddr, &Addr{Family: AddressFamilyUnspec, Unspec: AddrUnspec{5}}, "00_00_05" + strings.Repeat("00", 107)},
	{SizeAddrIP, &AddrIP{Family: AddressFamilyInet6, IP6: AddrIP6Bare{[16]byte{15: 1}}}, "02_00" + strings.Repeat("00", 15) + "01"},
	{SizeAddrIP, &AddrIP{Family: AddressFamilyInet4, IP4: AddrIP4{[4]byte{1, 2, 3, 4}}}, "01_00_01020304" + strings.Repeat("00", 12)},
	{SizeAddrPort, &AddrPort{Family: AddressFamilyInet4, IP4: AddrIP4Port{80, AddrIP4{[4]byte{1, 2, 3, 4}}}}, "01_00_5000_01020304" + strings.Repeat("00", 102)},
	{SizeAddrPort, &AddrPort{Family: AddressFamilyUnix, Unix: AddrUnix{[108]byte{'x', 107: 'y'}}}, "03_00_78" + strings.Repeat("00", 106) + "79"},
	{SizeAddrPort, &AddrPort{Family: AddressFamilyInet6, IP6: AddrIP6Port{80, AddrIP6{[16]byte{15: 1}, 0, 2}}},
		"02_00_5000" + strings.Repeat("00", 15) + "01_00000000_00000200" + strings.Repeat("00", 82)},
	{SizeAddrCidr, &AddrCidr{Family: AddressFamilyInet4, IP4: AddrIP4Cidr{AddrIP4{[4]byte{10, 0, 0, 0}}, 8}}, "01_00_0a000000_08" + strings.Repeat("00", 21)},
	{SizeAddrCidr, &AddrCidr{Family: AddressFamilyInet6, IP6: AddrIP6Cidr{AddrIP6{[16]byte{0: 0xfe}, 0, 0}, 64}}, "02_00_fe" + strings.Repeat("00", 23) + "40_00"},
	{SizeRoute, &Route{
		AddrCidr{Family: AddressFamilyInet4, IP4: AddrIP4Cidr{AddrIP4{[4]byte{10, 0, 0, 0}}, 8}},
		Addr{Family: AddressFamilyInet4, IP4: AddrIP4{[4]byte{1, 2, 3, 4}}},
		OptionTimestamp{OptionSome, 1}, OptionTimestamp{},
	}, "01_00_0a000000_08" + strings.Repeat("00", 21) + "01_00_01020304" + strings.Repeat("00", 104) + "000000000000" +
		"01_00000000000000_0100000000000000" + strings.Repeat("00", 16)},
	{SizeHardwareAddress, &HardwareAddress{[6]byte{1, 2, 3, 4, 5, 6}}, "010203040506"},
}

func TestGolden(t *testing.T) {
	for _, tt := range golden {
		name := reflect.TypeOf(tt.v).Elem().Name()
		want, err := hex.DecodeString(strings.ReplaceAll(tt.hex, "_", ""))
		if err != nil || len(want) != tt.size {
			t.Fatalf("%s: the golden bytes have %d bytes, not %d (%v)", name, len(want), tt.size, err)
		}
		// '?' beyond the end shows a stray write, and before shows padding left alone.
		buf := bytes.Repeat([]byte{'?'}, tt.size+8)
		tt.v.Put(buf)
		if !bytes.Equal(buf[:tt.size], want) {
			t.Errorf("%s.Put:\n got %x\nwant %x", name, buf[:tt.size], want)
		}
		if string(buf[tt.size:]) != "????????" {
			t.Errorf("%s.Put wrote beyond Size%s", name, name)
		}
		got := reflect.New(reflect.TypeOf(tt.v).Elem())
		got.Interface().(codec).Get(want)
		if !reflect.DeepEqual(got.Interface(), tt.v) {
			t.Errorf("%s.Get:\n got %+v\nwant %+v", name, got.Interface(), tt.v)
		}
	}
}

// TestRandomBytes reads arbitrary bytes, as a guest may pass, and writes what
// was read: reading again gives the same value, and nothing panics.
func TestRandomBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, tt := range golden {
		typ := reflect.TypeOf(tt.v).Elem()
		for i := range 2000 {
			b := make([]byte, tt.size)
			for j := range b {
				b[j] = byte(r.Uint32())
			}
			if i%2 == 0 {
				b[0] %= 5 // a union's tag is often the first byte
				if tt.size > 8 {
					b[8] %= 4
				}
			}
			v, w := reflect.New(typ).Interface().(codec), reflect.New(typ).Interface().(codec)
			v.Get(b)
			c := bytes.Repeat([]byte{0xff}, tt.size)
			v.Put(c)
			w.Get(c)
			if !reflect.DeepEqual(v, w) {
				t.Fatalf("%s: %x became %+v, then %x and %+v", typ.Name(), b, v, c, w)
			}
			d := make([]byte, tt.size)
			w.Put(d)
			if !bytes.Equal(c, d) {
				t.Fatalf("%s: the bytes depend on what was there: %x, %x", typ.Name(), c, d)
			}
		}
	}
}

func TestShortBufferPanics(t *testing.T) {
	for _, tt := range golden {
		for what, f := range map[string]func([]byte){"Put": tt.v.Put, "Get": tt.v.Get} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%T.%s accepts %d bytes", tt.v, what, tt.size-1)
					}
				}()
				f(make([]byte, tt.size-1, 1024))
			}()
		}
	}
}

func TestUnstable(t *testing.T) {
	f := Filestat{1, 2, FiletypeRegularFile, 1 << 33, 5, 6, 7, 8}
	if got, want := f.Unstable(), (UnstableFilestat{1, 2, FiletypeRegularFile, 1<<32 - 1, 5, 6, 7, 8}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	f.Nlink = 3
	if f.Unstable().Nlink != 3 {
		t.Error("nlink 3 lost")
	}
	u := UnstableSubscription{Userdata: 1, Type: EventtypeClock, Clock: UnstableSubscriptionClock{9, ClockidMonotonic, 2, 3, SubclockflagsAbstime}}
	if got, want := u.Subscription(), (Subscription{Userdata: 1, Type: EventtypeClock, Clock: SubscriptionClock{ClockidMonotonic, 2, 3, SubclockflagsAbstime}}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for w, want := range map[uint32]Whence{0: WhenceCur, 1: WhenceEnd, 2: WhenceSet} {
		if got, ok := WhenceFromUnstable(w); !ok || got != want {
			t.Errorf("whence %d is %v", w, got)
		}
	}
	if _, ok := WhenceFromUnstable(3); ok {
		t.Error("whence 3 exists")
	}
}
