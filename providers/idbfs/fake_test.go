package idbfs

import (
	"bytes"
	"maps"
	"slices"

	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// fake is a database in memory. What it answers waits in a queue until somebody
// waits for it (the kernel lock is given up then), so that a test is always the
// same. It remembers every state that was committed.
type fake struct {
	db     map[string]string
	quota  int64 // 0: none
	queue  []func()
	timers []*timer
	closed bool
	open   bool // a transaction is
	bytes  int64
	log    [][]op // committed transactions, when record is set
	record bool
	// now is asked when a transaction begins; began has the answers for those
	// in log.
	now   func() int
	began []int
	puts  int
	// fail is asked before a transaction is committed.
	fail func(n int, strict bool) error
	n    int // transactions so far
}

type timer struct {
	fn func()
}

func newFake() *fake { return &fake{db: map[string]string{}} }

// Lock and Unlock make the queue run when a call waits.
func (f *fake) Lock()   {}
func (f *fake) Unlock() { f.pump() }

func (f *fake) pump() {
	for len(f.queue) > 0 {
		fn := f.queue[0]
		f.queue = f.queue[1:]
		fn()
	}
}

// tick lets the time of all timers pass.
func (f *fake) tick() {
	list := f.timers
	f.timers = nil
	for _, t := range list {
		if t.fn != nil {
			t.fn()
		}
	}
	f.pump()
}

// idle lets the time pass after which the journal is folded.
func (f *fake) idle() {
	for range idleTicks + 1 {
		f.tick()
	}
}

func (f *fake) ctx() *vfs.Ctx { return &vfs.Ctx{MayBlock: true, Lock: f} }

// op is a change; del: the key goes.
type op struct {
	key, value string
	del        bool
}

func (f *fake) apply(ops []op) {
	for _, o := range ops {
		if old, ok := f.db[o.key]; ok {
			f.bytes -= int64(len(o.key) + len(old))
			delete(f.db, o.key)
		}
		if !o.del {
			f.bytes += int64(len(o.key) + len(o.value))
			f.db[o.key] = o.value
		}
	}
}

func (f *fake) keys() []string { return slices.Sorted(maps.Keys(f.db)) }

type fakeTxn struct {
	f      *fake
	strict bool
	began  int
	ops    []op
}

func (f *fake) Begin(strict bool) Txn {
	if f.open {
		panic("two transactions at once")
	}
	f.open = true
	t := &fakeTxn{f: f, strict: strict}
	if f.now != nil {
		t.began = f.now()
	}
	return t
}

func (t *fakeTxn) Put(key, value []byte) {
	t.f.puts++
	t.ops = append(t.ops, op{string(key), string(value), false})
}

func (t *fakeTxn) Delete(key []byte) { t.ops = append(t.ops, op{key: string(key), del: true}) }

func (t *fakeTxn) Commit(done func(error)) {
	f := t.f
	f.queue = append(f.queue, func() {
		f.open = false
		f.n++
		if f.closed {
			done(&Error{"InvalidStateError", "The database connection is closing."})
			return
		}
		if f.fail != nil {
			if err := f.fail(f.n, t.strict); err != nil {
				done(err)
				return
			}
		}
		if f.quota != 0 {
			grow := int64(0)
			for _, o := range t.ops {
				if old, ok := f.db[o.key]; ok {
					grow -= int64(len(o.key) + len(old))
				}
				if !o.del {
					grow += int64(len(o.key) + len(o.value))
				}
			}
			if f.bytes+grow > f.quota {
				done(&Error{"QuotaExceededError", "full"})
				return
			}
		}
		f.apply(t.ops)
		if f.record {
			f.log = append(f.log, t.ops)
			f.began = append(f.began, t.began)
		}
		done(nil)
	})
}

func (f *fake) Get(key []byte, done func([]byte, error)) {
	k := string(key)
	f.queue = append(f.queue, func() {
		if f.closed {
			done(nil, &Error{"InvalidStateError", "The database connection is closing."})
		} else if v, ok := f.db[k]; ok {
			done([]byte(v), nil)
		} else {
			done(nil, nil)
		}
	})
}

func (f *fake) Scan(split []byte, done func([]KeyValue, error)) {
	f.queue = append(f.queue, func() {
		if f.closed {
			done(nil, &Error{"InvalidStateError", "The database connection is closing."})
			return
		}
		var list []KeyValue
		for _, k := range f.keys() {
			kv := KeyValue{Key: []byte(k)}
			if bytes.Compare(kv.Key, split) < 0 {
				kv.Value = []byte(f.db[k])
			}
			list = append(list, kv)
		}
		done(list, nil)
	})
}

func (f *fake) Estimate(done func(int64)) {
	f.queue = append(f.queue, func() {
		if f.quota == 0 {
			done(-1)
		} else {
			done(max(f.quota-f.bytes, 0))
		}
	})
}

func (f *fake) After(_ int, fn func()) func() {
	t := &timer{fn}
	f.timers = append(f.timers, t)
	return func() { t.fn = nil }
}

func (f *fake) Close() {}

// at returns the database as it was after n transactions.
func (f *fake) at(n int) *fake {
	g := newFake()
	for _, ops := range f.log[:n] {
		g.apply(ops)
	}
	return g
}
