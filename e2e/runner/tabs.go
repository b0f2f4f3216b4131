package runner

import (
	"fmt"
	"sync"
	"time"
)

// tabs keeps the tabs of a browser alive: one that crashes is opened again.
type tabs struct {
	server *Server
	mu     sync.Mutex
	close  map[int]func()
	losses []time.Time
}

// A browser that loses so many tabs in so short a time will not recover.
const (
	maxLosses  = 10
	lossWindow = time.Minute
)

func newTabs(s *Server) *tabs { return &tabs{server: s, close: map[int]func(){}} }

// replace closes the tab that was n, and remembers how to close the new one.
func (t *tabs) replace(n int, closer func()) {
	t.mu.Lock()
	old := t.close[n]
	t.close[n] = closer
	t.mu.Unlock()
	if old != nil {
		old()
	}
}

func (t *tabs) closeAll() {
	t.mu.Lock()
	all := t.close
	t.close = map[int]func(){}
	t.mu.Unlock()
	for _, closer := range all {
		if closer != nil {
			closer()
		}
	}
}

// reopen opens tab n again with open.
func (t *tabs) reopen(n int, open func(int) error) {
	t.mu.Lock()
	now := time.Now()
	for len(t.losses) > 0 && now.Sub(t.losses[0]) > lossWindow {
		t.losses = t.losses[1:]
	}
	t.losses = append(t.losses, now)
	many := len(t.losses) > maxLosses
	t.mu.Unlock()
	if many {
		t.server.breakDown(fmt.Errorf("the browser has lost %d tabs in %v", maxLosses, lossWindow))
		return
	}
	if err := open(n); err != nil {
		t.server.breakDown(err)
	}
}
