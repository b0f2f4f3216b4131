//go:build wasip1

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
)

// storm changes the tree under /data/storm until the browser dies. Every file
// holds its generation many times over, so that half a write shows. After each
// sync it prints the generation that is safe now. Round g:
//
//   - f<g%37> is rewritten with generation g, through a new file and rename
//   - l<g%37> becomes a hard link to it
//   - the directory d<g%7> is moved to e<g%7> and back every other time, with a
//     file in it that says which generation made it
//   - log gets a line
//
// faulty: it does not mind when a sync fails.
func storm(seed int, faulty bool) error {
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	most, often := 200_000, 4
	if seed%2 == 0 { // so little that a sync goes to the journal
		most, often = 2_000, 2
	}
	dir := "/data/storm"
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	log, err := os.OpenFile(dir+"/log", os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	for g := seed * 1_000_000; ; g++ {
		f, l := fmt.Sprintf("%s/f%d", dir, g%37), fmt.Sprintf("%s/l%d", dir, g%37)
		if err := os.WriteFile(dir+"/new", stormContent(g, r.IntN(most)), 0o666); err != nil {
			return err
		}
		if err := os.Rename(dir+"/new", f); err != nil {
			return err
		}
		os.Remove(l)
		if err := os.Link(f, l); err != nil {
			return err
		}
		d, e := fmt.Sprintf("%s/d%d", dir, g%7), fmt.Sprintf("%s/e%d", dir, g%7)
		if _, err := os.Stat(e); err == nil {
			os.Remove(e + "/in")
			if err := os.Rename(e, d); err != nil {
				return err
			}
		} else {
			os.Mkdir(d, 0o777)
			if err := os.WriteFile(d+"/in", stormContent(g, 100), 0o666); err != nil {
				return err
			}
			if err := os.Rename(d, e); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(log, "%d\n", g); err != nil {
			return err
		}
		if r.IntN(often) == 0 {
			if err := log.Sync(); err == nil {
				fmt.Println("synced", g)
			} else if !faulty {
				return err
			}
		}
	}
}

func stormContent(g, n int) []byte {
	line := []byte(fmt.Sprintf("%09d\n", g))
	return bytes.Repeat(line, n/len(line)+1)
}
