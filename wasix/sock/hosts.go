package sock

// Lookup returns the addresses of a host without asking anybody: of one written
// in numbers, as the file hosts (what is in /etc/hosts) has it, or of this
// system itself. nil: it does not know the name.
func (st *Stack) Lookup(name string, hosts []byte) []IP {
	if ip, ok := ParseIP(name); ok {
		return []IP{ip}
	}
	if n := len(name); n > 1 && name[n-1] == '.' {
		name = name[:n-1]
	}
	if ips := inHosts(name, hosts); ips != nil {
		return ips
	}
	const local = "localhost"
	n := len(name) - len(local)
	if n >= 0 && sameName(name[n:], local) && (n == 0 || name[n-1] == '.') || st.Name != "" && sameName(name, st.Name) {
		return []IP{loopback4, loopback6}
	}
	return nil
}

// inHosts looks a name up in a hosts file: lines of an address and names, and
// comments after "#".
func inHosts(name string, hosts []byte) []IP {
	var ips []IP
	for len(hosts) > 0 {
		var ip IP
		known, first := false, true
		for len(hosts) > 0 && hosts[0] != '\n' {
			n := 0
			for n < len(hosts) && hosts[n] > ' ' && hosts[n] != '#' {
				n++
			}
			switch {
			case n > 0 && first:
				ip, known = ParseIP(string(hosts[:n]))
				first = false
			case n > 0 && known && sameName(string(hosts[:n]), name):
				ips = append(ips, ip)
				known = false
			case n == 0 && hosts[0] == '#':
				for n+1 < len(hosts) && hosts[n+1] != '\n' {
					n++
				}
				n++
			case n == 0:
				n = 1
			}
			hosts = hosts[n:]
		}
		if len(hosts) > 0 {
			hosts = hosts[1:]
		}
	}
	return ips
}

// sameName compares names of hosts: the case of letters does not count.
func sameName(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		x, y := a[i], b[i]
		if x != y && (x|0x20 != y|0x20 || x|0x20 < 'a' || x|0x20 > 'z') {
			return false
		}
	}
	return true
}

// ParseIP reads "127.0.0.1" or "::1". ok is false for anything else.
func ParseIP(s string) (ip IP, ok bool) {
	if parse4(s, ip[12:]) {
		ip[10], ip[11] = 0xff, 0xff
		return ip, true
	}
	ip = IP{}
	gap, n := -1, 0 // where "::" is, and how many bytes there are
	if len(s) >= 2 && s[:2] == "::" {
		gap, s = 0, s[2:]
	}
	for len(s) > 0 {
		if n > 14 {
			return IP{}, false
		}
		v, i := 0, 0
		for i < len(s) && i < 5 {
			d := hexDigit(s[i])
			if d < 0 {
				break
			}
			v = v<<4 | d
			i++
		}
		if i == 0 || i > 4 {
			return IP{}, false
		}
		if i < len(s) && s[i] == '.' {
			if n > 12 || !parse4(s, ip[n:n+4]) {
				return IP{}, false
			}
			n += 4
			s = ""
			break
		}
		ip[n], ip[n+1] = byte(v>>8), byte(v)
		n += 2
		s = s[i:]
		if s == "" {
			break
		}
		if s[0] != ':' || len(s) == 1 {
			return IP{}, false
		}
		if s = s[1:]; s[0] == ':' {
			if gap >= 0 {
				return IP{}, false
			}
			gap, s = n, s[1:]
		}
	}
	if gap < 0 {
		return ip, n == 16
	}
	if n > 14 {
		return IP{}, false
	}
	moved := n - gap
	copy(ip[16-moved:], ip[gap:n])
	clear(ip[gap : 16-moved])
	return ip, true
}

// parse4 reads four decimal numbers into b.
func parse4(s string, b []byte) bool {
	for i := range 4 {
		v, n := 0, 0
		for n < len(s) && n < 4 && s[n] >= '0' && s[n] <= '9' {
			v = v*10 + int(s[n]-'0')
			n++
		}
		if n == 0 || v > 255 || n > 1 && s[0] == '0' {
			return false
		}
		b[i] = byte(v)
		s = s[n:]
		if i == 3 {
			break
		}
		if s == "" || s[0] != '.' {
			return false
		}
		s = s[1:]
	}
	return s == ""
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
