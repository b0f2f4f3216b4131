package kernel

import "container/heap"

// Timer calls a function at a time. The zero Timer is unset.
type Timer struct {
	at    int64
	index int // place in the heap + 1; 0: unset
	fn    func()
}

type timerHeap []*Timer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i+1, j+1
}
func (h *timerHeap) Push(x any) {
	t := x.(*Timer)
	*h = append(*h, t)
	t.index = len(*h)
}
func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = 0
	return t
}

// SetTimer makes tm call fn once the engine's clock has reached at.
func (k *Kernel) SetTimer(tm *Timer, at int64, fn func()) {
	tm.at, tm.fn = at, fn
	if tm.index == 0 {
		heap.Push(&k.timers, tm)
	} else {
		heap.Fix(&k.timers, tm.index-1)
	}
	k.setAlarm()
}

// StopTimer unsets tm.
func (k *Kernel) StopTimer(tm *Timer) {
	if tm.index != 0 {
		heap.Remove(&k.timers, tm.index-1)
		tm.fn = nil
		k.setAlarm()
	}
}

// Expire calls the functions of all timers that are due, then runs the retries
// they caused. Engines call it at the time given to SetAlarm.
func (k *Kernel) Expire() {
	now := k.Engine.Now()
	k.alarm = 0
	for len(k.timers) > 0 && k.timers[0].at <= now {
		t := heap.Pop(&k.timers).(*Timer)
		fn := t.fn
		t.fn = nil
		fn()
	}
	k.Drain()
	k.setAlarm()
}

func (k *Kernel) setAlarm() {
	at := int64(0)
	if len(k.timers) > 0 {
		at = max(k.timers[0].at, 1)
	}
	if at != k.alarm {
		k.alarm = at
		k.Engine.SetAlarm(at)
	}
}
