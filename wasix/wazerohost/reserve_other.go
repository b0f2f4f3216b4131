//go:build !unix && !js

package wazerohost

// reserve takes the memory at once: Config.MaxMemory should be low.
func reserve(n int) ([]byte, error) { return make([]byte, n), nil }

func unreserve([]byte) {}
