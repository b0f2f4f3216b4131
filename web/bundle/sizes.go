package bundle

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"path"

	"github.com/andybalholm/brotli"
)

// Size is what one file costs to store and to load.
type Size struct {
	Name              string
	Raw, Gzip, Brotli int
}

// Loaded are the files that a page with the client loads.
var Loaded = []string{"wasix-web.esm.js", "wasix-web.worker.js", "wasix-web.wasm"}

// Sizes measures files of a bundle at the strongest compression that servers
// and CDNs store.
func Sizes(dist fs.FS, names ...string) ([]Size, error) {
	var list []Size
	for _, name := range names {
		data, err := fs.ReadFile(dist, path.Clean(name))
		if err != nil {
			return nil, err
		}
		s := Size{Name: name, Raw: len(data)}
		s.Gzip, err = packed(data, func(w io.Writer) io.WriteCloser {
			z, _ := gzip.NewWriterLevel(w, gzip.BestCompression)
			return z
		})
		if err != nil {
			return nil, err
		}
		s.Brotli, err = packed(data, func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestCompression) })
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

func packed(data []byte, pack func(io.Writer) io.WriteCloser) (int, error) {
	var out bytes.Buffer
	w := pack(&out)
	if _, err := w.Write(data); err != nil {
		return 0, err
	}
	err := w.Close()
	return out.Len(), err
}
