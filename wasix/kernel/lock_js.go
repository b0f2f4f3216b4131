package kernel

// bigLock is empty: the browser's worker has one thread, and no goroutine waits
// while it is inside the kernel.
type bigLock struct{}

func (bigLock) Lock()   {}
func (bigLock) Unlock() {}
