package wasmgen

import (
	"context"
	"testing"

	"github.com/tetratelabs/wazero/api"
)

// The monotonic clock is the host's, in nanoseconds, and goes to the memory of the slot.
func TestClock(t *testing.T) {
	r := newRuntime(t)
	_, err := r.NewHostModuleBuilder("host").NewFunctionBuilder().
		WithFunc(func(context.Context) float64 { return 1234.567891 }).Export("now").Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []uint64
	_, err = r.NewHostModuleBuilder("bridge").NewFunctionBuilder().
		WithFunc(func(_ context.Context, slot, p uint32, v uint64) uint32 {
			got = []uint64{uint64(slot), uint64(p), v}
			return errnoFault
		}).Export("store64").Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m := instance(t, r, "clock", Clock())
	if e := call(t, m, "monotonic", 30, 4096)[0]; e != errnoFault {
		t.Errorf("errno %d, want that of store64", e)
	}
	if len(got) != 3 || got[0] != 30 || got[1] != 4096 || got[2] != 1234567891 {
		t.Errorf("store64 got %v", got)
	}
	if _, err := m.ExportedFunction("set_clocks").Call(t.Context(), 7); err != nil || m.ExportedGlobal("left").Get() != 7 {
		t.Errorf("left is %d after set_clocks(7): %v", api.DecodeU32(m.ExportedGlobal("left").Get()), err)
	}
}
