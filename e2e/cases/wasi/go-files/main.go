//go:build wasip1

// Files with Go's own library: made, read, listed, renamed, walked, and removed.
//
// #PrefilledFile: in.txt:from the host
// #ExpectedFile: out.txt:FROM THE HOST
// #ExpectedStdout: out.txt 13
// #ExpectedStdout: a b c/d
// #ExpectedStdout: true true
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func main() {
	b, err := os.ReadFile("/data/in.txt")
	must(err)
	must(os.WriteFile("/data/tmp", bytes.ToUpper(b), 0o666))
	must(os.Rename("/data/tmp", "/data/out.txt"))
	st, err := os.Stat("/data/out.txt")
	must(err)
	fmt.Println(st.Name(), st.Size())

	must(os.MkdirAll("/tree/c", 0o777))
	for _, name := range []string{"b", "a", "c/d"} {
		must(os.WriteFile("/tree/"+name, nil, 0o666))
	}
	var found []string
	must(filepath.WalkDir("/tree", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, strings.TrimPrefix(path, "/tree/"))
		}
		return err
	}))
	fmt.Println(strings.Join(found, " "))
	must(os.RemoveAll("/tree"))
	_, err = os.Stat("/tree")
	_, twice := os.OpenFile("/data/out.txt", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	fmt.Println(errors.Is(err, fs.ErrNotExist), errors.Is(twice, fs.ErrExist))
}
