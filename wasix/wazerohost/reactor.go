//go:build !js

package wazerohost

import (
	"errors"
	"fmt"

	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// request asks a reactor's thread to call an export.
type request struct {
	name  string
	args  []uint64
	reply chan reply
}

type reply struct {
	results []uint64
	err     error
}

// ErrEnded is what Call returns when the reactor's process has ended.
var ErrEnded = errors.New("wazerohost: the process has ended")

// serve calls exports until the process ends. A call that traps ends it.
func (t *thread) serve() error {
	for {
		select {
		case q := <-t.calls:
			f := t.guest.ExportedFunction(q.name)
			if f == nil {
				q.reply <- reply{err: fmt.Errorf("the program does not export a function %q", q.name)}
				continue
			}
			if n := len(f.Definition().ParamTypes()); n != len(q.args) {
				q.reply <- reply{err: fmt.Errorf("export %q has %d parameters, called with %d", q.name, n, len(q.args))}
				continue
			}
			results, err := f.Call(t.ctx, q.args...)
			if err != nil {
				q.reply <- reply{err: err}
				return err
			}
			q.reply <- reply{results: results}
		case <-t.ctx.done:
			return t.ctx.Err()
		}
	}
}

// Call calls an export of a reactor, on its main thread, once _initialize has
// run. Values are as wasm's: 32-bit ones in the low half. Calls come one after
// another.
//
// Errors: the program is a command; there is no such export; the wrong number
// of arguments; a trap, which ends the process; ErrEnded.
func (e *Engine) Call(kt *kernel.Thread, name string, args ...uint64) ([]uint64, error) {
	e.Lock()
	t, ok := kt.Data.(*thread)
	e.Unlock()
	if !ok {
		return nil, ErrEnded
	}
	if t.calls == nil {
		return nil, errors.New("wazerohost: the program is a command: its exports cannot be called")
	}
	q := request{name, args, make(chan reply, 1)}
	select {
	case t.calls <- q:
	case <-t.ctx.done:
		return nil, ErrEnded
	}
	r := <-q.reply
	return r.results, r.err
}
