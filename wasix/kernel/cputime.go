package kernel

import "github.com/wasix-web/wasix-web/wasix/clock"

// cputime is the CPU time of a thread or process, by the guest's clock: the time
// since it began without the time it was parked (a process: all its threads
// were). Being parked is counted from the first question on, so that programs
// that never ask pay nothing; what passed before counts as used.
type cputime struct {
	born  uint64
	idle  uint64 // nanoseconds parked, while counting
	since uint64 // when the current pause began
	// In a process: whether anyone has asked, and how many threads are not
	// parked.
	counting bool
	running  int
}

func (c *cputime) pause(now uint64) { c.since = now }
func (c *cputime) goOn(now uint64)  { c.idle += now - c.since }

// CPUTime returns the nanoseconds that the thread has run.
func (t *Thread) CPUTime() uint64 {
	t.Process.countCPU()
	c := &t.cpu
	return t.Kernel.Clock.Monotonic() - c.born - c.idle
}

// CPUTime returns the nanoseconds in which at least one of the process's
// threads ran or could have run.
func (p *Process) CPUTime() uint64 {
	p.countCPU()
	c := &p.cpu
	return p.Kernel.Clock.Monotonic() - c.born - c.idle
}

func (p *Process) countCPU() {
	if p.cpu.counting {
		return
	}
	p.cpu.counting = true
	now := p.Kernel.Clock.Monotonic()
	for _, t := range p.threads {
		if t.parked {
			t.cpu.pause(now)
		} else {
			p.cpu.running++
		}
	}
}

// setParked says whether the guest waits in a call.
func (t *Thread) setParked(parked bool) {
	if t.parked == parked {
		return
	}
	t.parked = parked
	p := t.Process
	if !p.cpu.counting {
		return
	}
	now := t.Kernel.Clock.Monotonic()
	if parked {
		t.cpu.pause(now)
		if p.cpu.running--; p.cpu.running == 0 {
			p.cpu.pause(now)
		}
		return
	}
	t.cpu.goOn(now)
	if p.cpu.running++; p.cpu.running == 1 {
		p.cpu.goOn(now)
	}
}

// stamp returns where time stamps of files come from; nil: from the clock.
func (k *Kernel) stamp() *uint64 {
	if c, ok := k.Clock.(clock.Coarse); ok {
		return c.Stamp()
	}
	return nil
}

// SetRealtime makes now the real time that programs see.
func (k *Kernel) SetRealtime(now uint64) {
	c, ok := k.Clock.(*clock.Adjusted)
	if !ok {
		c = &clock.Adjusted{Clock: k.Clock}
		k.Clock = c
	}
	c.Offset = int64(now - c.Clock.Realtime())
	for _, t := range k.threads {
		t.Ctx.Now, t.Ctx.Stamp = c.Realtime, k.stamp()
	}
}
