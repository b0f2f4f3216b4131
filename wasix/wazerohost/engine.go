//go:build !js

// Package wazerohost runs guests on wazero, natively: for tests with the race
// detector, for fuzzing, and for embedders in Go.
//
// # How a call travels
//
// As in the browser: a guest's imports are the functions of a small generated
// module, the shim (package wasmgen), one instance per thread. It calls a host
// function per call of the ABI, which takes the kernel lock and runs the
// handler; when told "blocked" it calls k.block, where the thread's goroutine
// waits on a channel. So the same shim, retries and signal delivery are tested
// here as run there.
//
// # Lock order
//
//	Engine.mu (the kernel lock is taken through Engine.Lock)
//	  loader.mu
//
// Guests run in parallel, each thread on a goroutine of its own, and hold no
// lock. Everything in the engine is protected by the kernel lock unless it says
// otherwise.
package wazerohost

import (
	"errors"
	"sync"
	"time"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// DefaultMaxMemory is the most memory of one process: all that 32-bit addresses
// reach.
const DefaultMaxMemory = 4 << 30

// Config is what an engine is made of. The zero Config will do.
type Config struct {
	// MaxMemory is the most memory of one process, in bytes, rounded down to
	// pages of 64 KiB. 0: DefaultMaxMemory.
	MaxMemory uint64
	// CacheDir keeps compiled code from run to run. "": none is kept.
	CacheDir string
	// Uninterruptible makes tight loops up to six times faster. A program that
	// computes without making calls cannot be ended then, and stops the Go
	// garbage collector, and with it everything else, until it makes one.
	Uninterruptible bool
}

// Engine implements kernel.Engine. An engine serves one kernel.
type Engine struct {
	loader   *loader
	maxPages uint64
	start    time.Time

	k       *kernel.Kernel
	attend  bool // Drain is due
	inside  bool // somebody who came through Lock holds the kernel lock
	alarm   *time.Timer
	spaces  int            // memories of processes
	threads int            // goroutines that run guests
	running sync.WaitGroup // the same
}

// New returns an engine. Attach must follow before anything runs.
//
// Errors: CacheDir cannot be used.
func New(c Config) (*Engine, error) {
	l, err := loaderFor(c)
	if err != nil {
		return nil, err
	}
	if c.MaxMemory == 0 || c.MaxMemory > DefaultMaxMemory {
		c.MaxMemory = DefaultMaxMemory
	}
	return &Engine{loader: l, maxPages: c.MaxMemory >> 16, start: time.Now()}, nil
}

// Attach names the kernel the engine serves.
func (e *Engine) Attach(k *kernel.Kernel) { e.k = k }

// Lock takes the kernel lock. Engine is the sync.Locker that embedders and
// waiting providers use: what they made ready runs before the lock is released.
func (e *Engine) Lock() {
	e.k.Lock()
	e.inside = true
}

// Unlock runs what has become ready and releases the kernel lock.
func (e *Engine) Unlock() {
	for e.attend {
		e.attend = false
		e.k.Drain()
	}
	e.inside = false
	e.k.Unlock()
}

// Now implements kernel.Engine.
func (e *Engine) Now() int64 { return int64(time.Since(e.start)) + 1 }

// SetAlarm implements kernel.Engine.
func (e *Engine) SetAlarm(at int64) {
	if e.alarm != nil {
		e.alarm.Stop()
		e.alarm = nil
	}
	if at == 0 {
		return
	}
	e.alarm = time.AfterFunc(time.Duration(at-e.Now()), func() {
		e.Lock()
		defer e.Unlock()
		e.k.Expire()
	})
}

// Attend implements kernel.Engine. Unlock does it when the caller came through
// Lock.
func (e *Engine) Attend() {
	if e.attend {
		return
	}
	e.attend = true
	if !e.inside {
		go func() {
			e.Lock()
			//lint:ignore SA2001 Unlock runs what has become ready
			e.Unlock()
		}()
	}
}

// Go implements kernel.Engine.
func (e *Engine) Go(fn func()) {
	go func() {
		e.Lock()
		defer e.Unlock()
		fn()
	}()
}

// Others implements kernel.Engine: other threads do not wait for this one, so
// there is nobody to make way for.
func (e *Engine) Others() bool { return false }

// Yield implements kernel.Engine. The thread's goroutine lets others go first
// when it comes to wait.
func (e *Engine) Yield(kt *kernel.Thread, r kernel.Result) kernel.Result {
	e.Resume(kt, r)
	return kernel.Blocked
}

// Memories counts the memories of guests; the kernel lock is held.
func (e *Engine) Memories() int { return e.spaces }

// Live counts goroutines that run guests: zero when every program has ended.
func (e *Engine) Live() int {
	e.Lock()
	defer e.Unlock()
	return e.threads
}

// Close kills every process and returns when all threads have gone. Start must
// not be called any more.
func (e *Engine) Close() {
	e.Lock()
	var all []*kernel.Process
	e.k.Processes(func(p *kernel.Process) { all = append(all, p) })
	for _, p := range all {
		p.Kill(abi.SIGKILL)
	}
	e.Unlock()
	e.running.Wait()
}

// errNoProgram is Start's answer for a process that nobody has given a program.
var errNoProgram = errors.New("wazerohost: the process has no program")
