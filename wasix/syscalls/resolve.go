package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

const (
	hostMax  = 255      // the longest name of a host
	hostsMax = 64 << 10 // what is read of /etc/hosts
)

// Resolve looks the addresses of a host up.
//
// # Parameters
//
//   - host, hostLen: its name, or its address in numbers
//   - port: no part of the answer
//   - addrs: where the addresses go: addr_ip structs, see below
//   - naddrs: how many fit
//   - nfound: where the number of those written goes (u32)
//
// # Result (Errno)
//
//   - ENOENT: no host has the name
//   - EINVAL: the name is empty, port is above 65535
//   - ENAMETOOLONG: the name has more than 255 bytes
//   - EINTR: a signal came before the answer from outside
//   - EFAULT: host, addrs or nfound leaves the memory
//
// The 18 bytes of an addr_ip; the address as the network has it:
//
//	0 family (u8): inet4 1, inet6 2  2 address (4 or 16 bytes)
//
// Names are looked for in /etc/hosts; then localhost, what ends in .localhost and
// the system's own name are 127.0.0.1 and ::1; others are asked for outside, when
// there is a way.
//
// Note: like getaddrinfo in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/resolve
func Resolve(t *kernel.Thread, host, hostLen, port, addrs, naddrs, nfound uint32) kernel.Result {
	name, e := guestmem.String(t.Mem, host, hostLen, hostMax)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, addrs, uint64(naddrs)*abi.SizeAddrIP)
	}
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, nfound, 4)
	}
	if e == abi.OK && (name == "" || port > 65535) {
		e = abi.EINVAL
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	hosts, e := readHosts(t)
	if e == vfs.ErrMustWait {
		return kernel.Ret(e)
	}
	st := network(t)
	ips := st.Lookup(name, hosts)
	switch {
	case ips != nil:
		return putIPs(t, ips, addrs, naddrs, nfound)
	case st.Network == nil:
		return kernel.Ret(abi.ENOENT)
	}
	q := &sock.Query{Name: name}
	st.Network.Resolve(q)
	try := func(why kernel.Why) kernel.Result {
		switch {
		case q.Done() && q.Errno != abi.OK:
			return kernel.Ret(q.Errno)
		case q.Done():
			return putIPs(t, q.IPs, addrs, naddrs, nfound)
		case why == kernel.Interrupted:
			return kernel.Ret(abi.EINTR)
		}
		return kernel.Blocked
	}
	if q.Done() {
		return try(kernel.Woken)
	}
	return t.Block(0, try, kernel.On{Object: q, Mask: waiter.In})
}

// readHosts returns what is in /etc/hosts, nothing when there is no such file.
//
// Errors: ErrMustWait.
func readHosts(t *kernel.Thread) ([]byte, abi.Errno) {
	p := t.Process
	at := vfs.At{Root: p.Root}
	f, e := p.Kernel.Namespace.Open(&t.Ctx, at, "/etc/hosts", vfs.OpenOptions{Follow: true, Read: true})
	if e != abi.OK {
		return nil, e
	}
	defer f.Unref()
	a, e := f.Attr(&t.Ctx)
	if e != abi.OK || a.Type != abi.FiletypeRegularFile {
		return nil, e
	}
	b := make([]byte, min(a.Size, hostsMax))
	var v guestmem.Vec
	v.SetBytes(b)
	n, e := f.Object.Pread(&t.Ctx, &v, 0)
	return b[:n], e
}

// putIPs writes as many addresses as fit.
func putIPs(t *kernel.Thread, ips []sock.IP, addrs, naddrs, nfound uint32) kernel.Result {
	n := min(uint32(len(ips)), naddrs)
	b := t.Scratch.Bytes[:abi.SizeAddrIP]
	for i := range n {
		ip := &ips[i]
		a := abi.AddrIP{Family: abi.AddressFamilyInet6}
		if a.IP6.IP = *ip; ip.Is4() {
			a.Family = abi.AddressFamilyInet4
			copy(a.IP4.IP[:], ip[12:])
		}
		a.Put(b)
		if e := t.Mem.CopyOut(addrs+i*abi.SizeAddrIP, b); e != abi.OK {
			return kernel.Ret(e)
		}
	}
	return kernel.Ret(t.Mem.Store32(nfound, n))
}
