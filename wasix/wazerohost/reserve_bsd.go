//go:build unix && !linux

package wazerohost

const noReserve = 0
