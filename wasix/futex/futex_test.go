package futex

import (
	"slices"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// sleeper stands for a thread: it notes when it is woken.
type sleeper struct {
	Waiter
	entry waiter.Entry
	name  string
	woke  *[]string
}

func (s *sleeper) Ready(*waiter.Entry, waiter.Mask) { *s.woke = append(*s.woke, s.name) }

func sleep(t *Table, woke *[]string, name string, addr uint32) *sleeper {
	s := &sleeper{name: name, woke: woke}
	s.entry.Listener = s
	t.Wait(&s.Waiter, addr)
	s.Register(&s.entry, waiter.In)
	return s
}

func TestWakeIsFirstComeFirstServed(t *testing.T) {
	var tab Table
	var woke []string
	sleep(&tab, &woke, "a", 64)
	sleep(&tab, &woke, "other", 68)
	sleep(&tab, &woke, "b", 64)
	sleep(&tab, &woke, "c", 64)
	if n := tab.Wake(64, 1); n != 1 || !slices.Equal(woke, []string{"a"}) {
		t.Fatalf("Wake(64, 1) = %d, woke %v", n, woke)
	}
	if n := tab.Wake(64, 10); n != 2 || !slices.Equal(woke, []string{"a", "b", "c"}) {
		t.Fatalf("Wake(64, 10) = %d, woke %v", n, woke)
	}
	if n := tab.Wake(64, 1); n != 0 {
		t.Fatalf("Wake with nobody there = %d", n)
	}
	if tab.Len() != 1 || len(tab.lists) != 1 {
		t.Fatalf("%d waiters, %d lists, want 1 and 1", tab.Len(), len(tab.lists))
	}
}

// A thread that gives up (time-out, signal, end) must not swallow a wake.
func TestUnregisterLeavesTheQueue(t *testing.T) {
	var tab Table
	var woke []string
	a := sleep(&tab, &woke, "a", 4)
	b := sleep(&tab, &woke, "b", 4)
	c := sleep(&tab, &woke, "c", 4)
	b.Unregister(&b.entry)
	a.Unregister(&a.entry)
	a.Unregister(&a.entry) // twice does no harm
	if n := tab.Wake(4, 1); n != 1 || !slices.Equal(woke, []string{"c"}) || !c.Woken() || a.Woken() {
		t.Fatalf("woke %d %v", n, woke)
	}
	if len(tab.lists) != 0 {
		t.Fatalf("%d lists left", len(tab.lists))
	}
}

func TestWaiterIsReused(t *testing.T) {
	var tab, other Table
	var woke []string
	s := sleep(&tab, &woke, "s", 8)
	tab.Wake(8, 1)
	s.Unregister(&s.entry)
	other.Wait(&s.Waiter, 12)
	if s.Woken() || s.Readiness(waiter.In) != 0 {
		t.Fatal("still woken after Wait")
	}
	s.Register(&s.entry, waiter.In)
	if tab.Wake(12, 1) != 0 || other.Wake(12, 1) != 1 || s.Readiness(waiter.In|waiter.Out) != waiter.In {
		t.Fatal("the same address of two memories is one")
	}
	if len(woke) != 2 {
		t.Fatalf("woke %v", woke)
	}
}
