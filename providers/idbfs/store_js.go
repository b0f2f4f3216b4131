//go:build js

package idbfs

import (
	"errors"
	"strings"
	"syscall/js"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// jsStore is IndexedDB, through web/src/worker/idb.ts. A transaction is gathered
// in a buffer and handed over a few megabytes at a time: a call to JavaScript
// costs as much as copying some kilobytes.
type jsStore struct {
	db     js.Value
	answer js.Func
	after  func() // what the answers have made ready is run
	strict bool   // the transaction's durability
	buf    []byte
	in     []byte
}

// asked are the questions of all stores that wait for an answer.
var (
	asked = map[int]question{}
	last  int
)

type question struct {
	s  *jsStore
	fn func(err error, data js.Value)
}

// Stored tells that a transaction is complete. It may be called where nothing
// can be run that waits on a goroutine: see Kick.
func Stored(id int) { answer(id, nil, js.Null()) }

func answer(id int, err error, data js.Value) {
	q, ok := asked[id]
	delete(asked, id)
	if ok {
		q.fn(err, data)
		q.s.after()
	}
}

var uint8Array = js.Global().Get("Uint8Array")

// Open opens the database called name, making it when it is not there. open is
// openDatabase of web/src/worker/idb.ts; after is called after every answer. ctx
// may block.
//
// Errors: EBUSY another tab or worker has it open for writing, EIO, ENOTSUP,
// EINVAL it is not one of ours; those of ctx.Wait.
func Open(ctx *vfs.Ctx, open js.Value, name string, readOnly bool, warn func(string), after func()) (Store, abi.Errno, error) {
	s := &jsStore{after: after}
	s.answer = js.FuncOf(func(_ js.Value, a []js.Value) any {
		answer(a[0].Int(), domError(a[1].String()), a[2])
		return nil
	})
	ready := make(chan struct{})
	var errno abi.Errno
	var err error
	abandoned := false
	warns := js.FuncOf(func(_ js.Value, a []js.Value) any {
		warn(a[0].String())
		return nil
	})
	var done js.Func
	done = js.FuncOf(func(_ js.Value, a []js.Value) any {
		done.Release()
		if code := a[0].String(); code != "" {
			err = errors.New(a[1].String())
			if errno, _ = abi.ErrnoByName(code); errno == abi.OK {
				errno = abi.EIO
			}
		} else if s.db = a[2]; abandoned {
			s.Close()
		}
		close(ready)
		return nil
	})
	open.Invoke(name, readOnly, s.answer, warns, done)
	if e := ctx.Wait(ready); e != abi.OK {
		abandoned = true
		return nil, e, nil
	}
	if errno != abi.OK {
		s.answer.Release()
		return nil, errno, err
	}
	return s, abi.OK, nil
}

// domError takes "Name: message" apart.
func domError(s string) error {
	if s == "" {
		return nil
	}
	name, message, _ := strings.Cut(s, ": ")
	return &Error{name, message}
}

func (s *jsStore) expect(fn func(err error, data js.Value)) int {
	last++
	asked[last] = question{s, fn}
	return last
}

// bytes copies a Uint8Array to a buffer that is used again.
func (s *jsStore) bytes(v js.Value) []byte {
	n := v.Length()
	if cap(s.in) < n {
		s.in = make([]byte, n)
	}
	js.CopyBytesToGo(s.in[:n], v)
	return s.in[:n]
}

func toJS(b []byte) js.Value {
	a := uint8Array.New(len(b))
	js.CopyBytesToJS(a, b)
	return a
}

// handOver is how much is gathered for one call.
const handOver = 2 << 20

// Begin implements Store.
func (s *jsStore) Begin(strict bool) Txn {
	s.strict = strict
	return s
}

// Put implements Txn.
func (s *jsStore) Put(key, value []byte) {
	if len(value) >= handOver/8 {
		s.flush(1)
		s.db.Call("put", toJS(key), toJS(value), s.strict)
		return
	}
	s.buf = put32(append(s.buf, byte(len(key))), uint32(len(value)))
	s.buf = append(append(s.buf, key...), value...)
	s.flush(handOver)
}

// Delete implements Txn.
func (s *jsStore) Delete(key []byte) {
	s.buf = append(append(s.buf, byte(len(key))|0x80), key...)
	s.flush(handOver)
}

func (s *jsStore) flush(least int) {
	if len(s.buf) >= least {
		s.db.Call("add", toJS(s.buf), s.strict)
		s.buf = s.buf[:0]
	}
}

// Commit implements Txn.
func (s *jsStore) Commit(done func(error)) {
	s.db.Call("commit", s.expect(func(err error, _ js.Value) { done(err) }), toJS(s.buf), s.strict)
	s.buf = s.buf[:0]
}

// Get implements Store.
func (s *jsStore) Get(key []byte, done func([]byte, error)) {
	s.db.Call("get", s.expect(func(err error, v js.Value) {
		if err != nil || v.IsNull() {
			done(nil, err)
			return
		}
		done(s.bytes(v), nil)
	}), toJS(key))
}

// Scan implements Store.
func (s *jsStore) Scan(split []byte, done func([]KeyValue, error)) {
	s.db.Call("scan", s.expect(func(err error, v js.Value) {
		if err != nil {
			done(nil, err)
			return
		}
		b := make([]byte, v.Length())
		js.CopyBytesToGo(b, v)
		var list []KeyValue
		for len(b) != 0 {
			k := 5 + int(b[0])
			n := k + int(b[1])<<24 + int(b[2])<<16 + int(b[3])<<8 + int(b[4])
			list = append(list, KeyValue{b[5:k:k], b[k:n:n]})
			b = b[n:]
		}
		done(list, nil)
	}), int(split[0]))
}

// Estimate implements Store.
func (s *jsStore) Estimate(done func(int64)) {
	s.db.Call("estimate", s.expect(func(_ error, v js.Value) { done(int64(v.Float())) }))
}

// After implements Store.
func (s *jsStore) After(ms int, fn func()) func() {
	id := s.expect(func(error, js.Value) { fn() })
	s.db.Call("after", id, ms)
	return func() {
		delete(asked, id)
		s.db.Call("cancel", id)
	}
}

// Close implements Store.
func (s *jsStore) Close() {
	s.db.Call("close")
	for id, q := range asked {
		if q.s == s {
			delete(asked, id)
		}
	}
}
