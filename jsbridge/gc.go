//go:build js

package jsbridge

import "runtime"

// collector runs Go's garbage collection between turns. Inside an export it
// would be fatal: a goroutine that assists the collector may park, and an
// export must not. So the pacer is off (GOGC, in web/src/worker/boot.ts), and a goroutine of ours collects when
// the heap has doubled.
type collector struct {
	wake   chan struct{}
	last   float64 // when the heap was looked at
	every  float64 // milliseconds until the next look
	limit  uint64
	active bool
}

const (
	gcEvery = 20.0    // milliseconds between looks, when the heap is near the limit
	gcMost  = 160.0   // and when it is far from it: a look costs half a millisecond
	gcFloor = 2 << 20 // bytes of growth that are never worth a collection: some 200 short programs
)

func (c *collector) start() {
	runtime.GC() // starts the workers, while parking is still allowed
	c.wake = make(chan struct{}, 1)
	c.limit, c.every = gcFloor, gcEvery
	go func() {
		for range c.wake {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			c.limit = 2*m.HeapAlloc + gcFloor
			c.active = false
		}
	}()
}

// due looks at the heap now and then; true: run Go's scheduler.
func (c *collector) due(now float64) bool {
	if c.active || now-c.last < c.every {
		return false
	}
	c.last = now
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc < c.limit/2 {
		c.every = min(2*c.every, gcMost)
		return false
	}
	if c.every = gcEvery; m.HeapAlloc < c.limit {
		return false
	}
	c.request()
	return true
}

// request asks for a collection when the goroutine next runs.
func (c *collector) request() {
	if !c.active {
		c.active = true
		c.wake <- struct{}{}
	}
}
