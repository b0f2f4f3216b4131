package wasix

import (
	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Snapshot keeps the files in memory that are mounted at path, "/" for the tree
// itself, as they are now. It takes no time, and costs what changes from then on,
// until it is released. What is mounted below path is not part of it.
//
// Errors: EINVAL nothing is mounted at path, ENOTSUP it is not files in memory.
func (s *System) Snapshot(path string) (*memfs.Snapshot, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, m := range s.Kernel.Namespace.Mounts() {
		if m.Path != path {
			continue
		}
		if fs := inMemory(m.FS); fs != nil {
			return fs.Snapshot(), nil
		}
		return nil, &hostfs.Error{Op: "snapshot", Path: path, Errno: abi.ENOTSUP}
	}
	return nil, &hostfs.Error{Op: "snapshot", Path: path, Errno: abi.EINVAL}
}

// Restore puts a copy of a snapshot in the place of the file system mounted at
// path; it takes no time either. Mounts below path stay.
//
// Errors: EBUSY while programs run; EINVAL nothing is mounted at path; ENOTSUP
// it is not files in memory.
func (s *System) Restore(path string, snap *memfs.Snapshot) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	k := s.Kernel
	e := abi.EINVAL
	for _, m := range k.Namespace.Mounts() {
		switch {
		case m.Path != path:
		case inMemory(m.FS) == nil:
			e = abi.ENOTSUP
		case k.Live().Processes != 0:
			e = abi.EBUSY
		default:
			ctx := &vfs.Ctx{MayBlock: true, Lock: s.lock, Now: k.Clock.Realtime}
			e = k.Namespace.Replace(ctx, path, memfs.New(memfs.Config{From: snap}))
		}
	}
	if e != abi.OK {
		return &hostfs.Error{Op: "restore", Path: path, Errno: e}
	}
	return nil
}

// inMemory returns a file system in memory, and nil for one of another kind.
func inMemory(fs vfs.FS) *memfs.FS {
	if named, ok := fs.(interface{ Memory() *memfs.FS }); ok {
		return named.Memory()
	}
	m, _ := fs.(*memfs.FS)
	return m
}
