package wazerohost

import "syscall"

const noReserve = syscall.MAP_NORESERVE
