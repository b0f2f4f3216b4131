//go:build wasip1

// A program that works on the files under /data, for the tests of idbfs. Its
// first argument says what to do.
package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
)

func main() {
	n := 0
	if len(os.Args) > 2 {
		n, _ = strconv.Atoi(os.Args[2])
	}
	if err := run(os.Args[1], n); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

func run(what string, n int) error {
	switch what {
	case "many": // n files of 1 KiB
		return many(n)
	case "readmany":
		return readMany(n)
	case "big": // a file of n MiB
		return big(n)
	case "readbig":
		return readBig(n)
	case "fill": // until there is an error
		return fill()
	case "storm":
		return storm(n, false)
	case "faultystorm": // goes on when fd_sync fails
		return storm(n, true)
	case "osync": // a file, with O_SYNC
		return syncedWrite()
	case "sync": // a line at the end of a file, and fd_sync
		return appendSync()
	}
	return fmt.Errorf("unknown: %s", what)
}

func name(i int) string { return fmt.Sprintf("/data/many/d%d/f%d", i%16, i) }

func content(i int) []byte {
	return bytes.Repeat([]byte(fmt.Sprintf("%07d\n", i)), 128)
}

func many(n int) error {
	for d := range 16 {
		if err := os.MkdirAll(fmt.Sprintf("/data/many/d%d", d), 0o777); err != nil {
			return err
		}
	}
	for i := range n {
		if err := os.WriteFile(name(i), content(i), 0o666); err != nil {
			return err
		}
	}
	return syncDir("/data/many")
}

func syncDir(path string) error {
	f, err := os.OpenFile(path+"/.sync", os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func readMany(n int) error {
	for i := range n {
		b, err := os.ReadFile(name(i))
		if err != nil {
			return err
		}
		if !bytes.Equal(b, content(i)) {
			return fmt.Errorf("%s has other bytes", name(i))
		}
	}
	return nil
}

// noise fills b with what cannot be compressed: the browser would.
func noise(b []byte) {
	rand.NewChaCha8([32]byte{1}).Read(b)
}

func big(n int) error {
	f, err := os.Create("/data/big")
	if err != nil {
		return err
	}
	b := make([]byte, 1<<20)
	noise(b)
	for k := range n {
		copy(b, strconv.Itoa(k)+"\n")
		if _, err := f.Write(b); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

func readBig(n int) error {
	f, err := os.Open("/data/big")
	if err != nil {
		return err
	}
	b, want := make([]byte, 1<<20), make([]byte, 1<<20)
	noise(want)
	for k := range n {
		if _, err := io.ReadFull(f, b); err != nil {
			return err
		}
		copy(want, strconv.Itoa(k)+"\n")
		if !bytes.Equal(b, want) {
			return fmt.Errorf("MiB %d has other bytes", k)
		}
	}
	return nil
}

// appendSync prints what went wrong with fd_sync, or "synced".
func appendSync() error {
	f, err := os.OpenFile("/data/lines", os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	if _, err := f.WriteString("line\n"); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		fmt.Println("not synced:", err)
	} else {
		fmt.Println("synced")
	}
	return f.Close()
}

func syncedWrite() error {
	f, err := os.OpenFile("/data/osync", os.O_CREATE|os.O_WRONLY|os.O_SYNC, 0o666)
	if err != nil {
		return err
	}
	if _, err := f.WriteString("written with O_SYNC"); err != nil {
		return err
	}
	return f.Close()
}

func fill() error {
	f, err := os.Create("/data/fill")
	if err != nil {
		return err
	}
	b := make([]byte, 1<<20)
	noise(b)
	total := 0
	for {
		k, err := f.Write(b)
		total += k
		if err != nil {
			fmt.Println("full", total, err)
			break
		}
		if total > 256<<20 {
			return fmt.Errorf("never full")
		}
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove("/data/fill")
}
