//go:build !js

package kernel

import "sync"

type bigLock struct{ sync.Mutex }
