package idbfs

import (
	"slices"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// Segments lose pages as files change, and small batches make small segments.
// Cleaning loads what is left of the worst and makes it part of the next batch,
// which writes it to new ones. So the database stays below one and a half times
// the size of the files and a few megabytes, and the number of segments in
// proportion to it.

const (
	cleanEvery = 16      // batches between two looks
	cleanBytes = 4 << 20 // loaded at a time
	cleanSlack = 4 << 20 // bytes without use that do not matter
	smallCount = 64      // so many segments below a size are too many
)

// smallSizes are the sizes below which segments are brought together.
var smallSizes = [...]uint32{segmentSize / 16, segmentSize / 2}

// clean begins to clean when it is due.
func (fs *FS) clean() {
	if fs.cleaning || fs.flight != nil || fs.commits < cleanEvery {
		return
	}
	fs.commits = 0
	list := fs.victims()
	if len(list) == 0 {
		return
	}
	fs.cleaning = true
	left := len(list)
	for _, seg := range list {
		l := fs.fetch(seg)
		l.then = append(l.then, func(l *load) {
			if left--; left == 0 {
				fs.cleaning = false
			}
			if fs.closed || l.errno != abi.OK {
				return
			}
			for _, at := range l.live {
				if at.p.Alive() && !at.p.Absent() && at.p.At().Seg == seg {
					at.n.Soil()
					at.n.SoilPage(at.p)
				}
			}
		})
	}
}

// victims chooses the segments to be cleaned.
func (fs *FS) victims() []uint64 {
	var size, live int64
	var list []uint64
	var small [len(smallSizes)][]uint64
	for seg, s := range fs.segs {
		size += int64(s.size)
		live += int64(s.live)
		if s.live < s.size/2 {
			list = append(list, seg)
		}
		for i, limit := range smallSizes {
			if s.size < limit {
				small[i] = append(small[i], seg)
				break
			}
		}
	}
	if size-live < cleanSlack+live/2 {
		list = list[:0]
	}
	for _, s := range small {
		if len(s) > smallCount {
			list = append(list, s...)
		}
	}
	// Those with the least in them first: one number holds both.
	const bits = 40
	for i, seg := range list {
		list[i] |= uint64(fs.segs[seg].live) << bits
	}
	slices.Sort(list)
	list = slices.Compact(list)
	var bytes int64
	for i, both := range list {
		if bytes += int64(both >> bits); bytes > cleanBytes {
			return list[:i]
		}
		list[i] &= 1<<bits - 1
	}
	return list
}
