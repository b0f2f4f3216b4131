package kernel

import "github.com/wasix-web/wasix-web/wasix/abi"

// threadKeys are the keys of thread_local_create, with what each destructor is
// called with first.
type threadKeys struct {
	last uint32
	user map[uint32]uint64
}

// maxThreadKeys is PTHREAD_KEYS_MAX, with room for the language's own.
const maxThreadKeys = 4096

// NewKey makes a key of thread-local values.
//
// Errors: EAGAIN there are too many.
func (p *Process) NewKey(user uint64) (uint32, abi.Errno) {
	k := &p.keys
	if len(k.user) >= maxThreadKeys {
		return 0, abi.EAGAIN
	}
	if k.user == nil {
		k.user = map[uint32]uint64{}
	}
	k.last++
	k.user[k.last] = user
	return k.last, abi.OK
}

// DeleteKey forgets a key and every thread's value of it.
//
// Errors: EINVAL there is no such key.
func (p *Process) DeleteKey(key uint32) abi.Errno {
	if _, ok := p.keys.user[key]; !ok {
		return abi.EINVAL
	}
	delete(p.keys.user, key)
	for _, t := range p.threads {
		delete(t.keys, key)
	}
	return abi.OK
}

// Local returns the thread's value of a key, 0 when it has none.
func (t *Thread) Local(key uint32) uint64 { return t.keys[key] }

// SetLocal changes the thread's value of a key.
//
// Errors: EINVAL there is no such key.
func (t *Thread) SetLocal(key uint32, value uint64) abi.Errno {
	if _, ok := t.Process.keys.user[key]; !ok {
		return abi.EINVAL
	}
	if t.keys == nil {
		t.keys = map[uint32]uint64{}
	}
	t.keys[key] = value
	return abi.OK
}
