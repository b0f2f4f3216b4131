package idbfs

import (
	"strings"
	"testing"
)

func BenchmarkMount(b *testing.B) {
	f := newFake()
	fs, _, err := Mount(f.ctx(), f, Config{})
	if err != nil {
		b.Fatal(err)
	}
	x := exec(f, fs)
	for d := range 16 {
		x.Do([]string{"mkdir", "d" + num(uint64(d))})
	}
	for i := range uint64(10_000) {
		x.Do([]string{"write", "d" + num(i%16) + "/f" + num(i), strings.Repeat("x", 1024)})
	}
	fs.Sync(f.ctx())
	b.ReportAllocs()
	b.ReportMetric(float64(len(f.db)), "records")
	for b.Loop() {
		if _, _, err := Mount(f.ctx(), f, Config{}); err != nil {
			b.Fatal(err)
		}
	}
}
