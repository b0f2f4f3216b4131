package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/andybalholm/brotli"
)

// What a page must load before its first program has printed something: every file the browser
// asked for below /rt/, each compressed on its own as a server would. Peers' scripts are minified
// (and bundled where they allow it), which is less than what some of their users load.
func init() {
	register(&Probe{
		Name:   "size",
		Guests: []Guest{{Name: "hello"}},
		Rounds: 1,
		Rows: []Row{
			{ID: "size/raw", Title: "everything to load", Unit: Kilobytes, NoRatio: true},
			{ID: "size/gzip", Title: "everything to load, gzip -9", Unit: Kilobytes, NoRatio: true},
			{ID: "size/brotli", Title: "everything to load, brotli -q 11", Unit: Kilobytes, NoRatio: true, Goal: Goal{Limit: 800}},
		},
		Measure: measureSize,
	})
}

func measureSize(ctx context.Context, s *Session) (Figures, error) {
	s.browser.site.forget()
	t, err := s.Open(ctx, "cold", s.Guest("hello"))
	if err != nil {
		return nil, err
	}
	if _, err := Bench[struct{}](t, "started"); err != nil {
		return nil, err
	}
	total := make(Figures)
	for name, data := range s.browser.site.loads() {
		size, err := compressedSize(s.Env, data)
		if err != nil {
			return nil, err
		}
		s.Env.logf("%s: %s: %d bytes, gzip %d, brotli %d", s.Runtime.ID, name, size.Raw, size.Gzip, size.Brotli)
		total["size/raw"] += float64(size.Raw) / 1000
		total["size/gzip"] += float64(size.Gzip) / 1000
		total["size/brotli"] += float64(size.Brotli) / 1000
	}
	return total, nil
}

type sizes struct{ Raw, Gzip, Brotli int }

// compressedSize compresses as hard as the formats can. Brotli takes seconds for a few megabytes,
// so the sizes of content seen before come from the cache.
func compressedSize(env *Env, data []byte) (sizes, error) {
	sum := sha256.Sum256(data)
	dir := filepath.Join(env.Cache, "sizes")
	file := filepath.Join(dir, hex.EncodeToString(sum[:])+".json")
	var known sizes
	if cached, err := os.ReadFile(file); err == nil && json.Unmarshal(cached, &known) == nil {
		return known, nil
	}
	var g, b bytes.Buffer
	gz, err := gzip.NewWriterLevel(&g, gzip.BestCompression)
	if err != nil {
		return sizes{}, err
	}
	br := brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
	for _, w := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{gz, br} {
		if _, err := w.Write(data); err != nil {
			return sizes{}, err
		}
		if err := w.Close(); err != nil {
			return sizes{}, err
		}
	}
	known = sizes{Raw: len(data), Gzip: g.Len(), Brotli: b.Len()}
	cached, err := json.Marshal(known)
	if err != nil {
		return sizes{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return sizes{}, err
	}
	return known, os.WriteFile(file, cached, 0o644)
}
