package kernel

import "maps"

// snapshot is a stack noted by Checkpoint.
type snapshot struct {
	frames   []byte
	globals  any
	handlers []delivery // that it is in
}

// snapshots are those of a process, by number. Numbers are not used again.
//
// Nobody says when a jump buffer is done with. When there are very many, those go
// first whose buffer has been used again since: a shell's main loop sets one
// once, and its commands set theirs a million times. They do not go before,
// because programs copy buffers.
type snapshots struct {
	kept         map[uint64]*snapshot
	latest       map[uint32]uint64 // by the address of the buffer
	stale        []uint64          // the others, oldest first
	last, oldest uint64
}

// maxSnapshots is how many a process keeps.
const maxSnapshots = 4096

// keep gives a snapshot for the buffer at an address its number.
func (s *snapshots) keep(at uint32, x *snapshot) uint64 {
	if s.kept == nil {
		s.kept, s.latest = map[uint64]*snapshot{}, map[uint32]uint64{}
	}
	if id, ok := s.latest[at]; ok {
		s.stale = append(s.stale, id)
	}
	s.last++
	s.kept[s.last], s.latest[at] = x, s.last
	for len(s.kept) > maxSnapshots {
		if len(s.stale) > 0 {
			delete(s.kept, s.stale[0])
			s.stale = s.stale[1:]
			continue
		}
		s.oldest++
		delete(s.kept, s.oldest)
	}
	if len(s.latest) > 2*maxSnapshots { // places long forgotten
		maps.DeleteFunc(s.latest, func(_ uint32, id uint64) bool { return s.kept[id] == nil })
	}
	return s.last
}

// clone returns those of a copy of the process.
func (s *snapshots) clone() snapshots {
	return snapshots{maps.Clone(s.kept), maps.Clone(s.latest), append([]uint64(nil), s.stale...), s.last, s.oldest}
}
