//go:build unix

package wazerohost

import "syscall"

// reserve returns n bytes of zeros that take no memory until they are written.
func reserve(n int) ([]byte, error) {
	if n == 0 {
		return []byte{}, nil
	}
	return syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE|noReserve)
}

func unreserve(b []byte) {
	if len(b) > 0 {
		if err := syscall.Munmap(b); err != nil {
			panic("wazerohost: munmap: " + err.Error())
		}
	}
}
