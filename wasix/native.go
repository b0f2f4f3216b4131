//go:build !js

package wasix

import (
	"crypto/rand"
	"time"

	"github.com/wasix-web/wasix-web/wasix/wazerohost"
)

// New makes a system that runs programs on wazero. Clock and Random default to
// the machine's.
//
// Errors: a mount point cannot be made (*hostfs.Error); CacheDir cannot be used.
func New(c Config) (*System, error) {
	if c.Clock == nil {
		c.Clock = machineClock{time.Now()}
	}
	if c.Random == nil {
		c.Random = func(b []byte) { rand.Read(b) }
	}
	e, err := wazerohost.New(wazerohost.Config{MaxMemory: c.MaxMemory, CacheDir: c.CacheDir, Uninterruptible: c.Uninterruptible})
	if err != nil {
		return nil, err
	}
	return NewSystem(e, c)
}

// engine returns what New made the system with.
func (s *System) engine() *wazerohost.Engine { return s.Kernel.Engine.(*wazerohost.Engine) }

// Program is a compiled program. It can be started any number of times.
type Program = wazerohost.Program

// Load checks and compiles a program. The same bytes are compiled once.
//
// Errors: *link.Error; its Kind says what is wrong.
func (s *System) Load(wasm []byte) (*Program, error) { return s.engine().Load(wasm) }

// Close ends every process, and returns when all of them are gone.
func (s *System) Close() {
	s.engine().Close()
	s.lock.Lock()
	defer s.lock.Unlock()
	s.Kernel.DropPrograms()
}

// machineClock is the time of the machine.
type machineClock struct{ start time.Time }

func (machineClock) Realtime() uint64    { return uint64(time.Now().UnixNano()) }
func (c machineClock) Monotonic() uint64 { return uint64(time.Since(c.start)) }
func (machineClock) Resolution() uint64  { return 1 }
