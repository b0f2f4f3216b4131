// Package syscalls has a handler for every call a program can make, one family
// per file. Handlers are found by name: abi's table says what each is called and
// what its parameters are, and wasix/internal/gen writes the dispatch.
//
// # Rules for handlers
//
// A handler runs with the kernel lock and never waits. It checks everything that
// can be wrong with the arguments, result addresses included, before it changes
// anything. What fails leaves everything as it was.
//
// An object that cannot proceed returns EAGAIN. If the open file description is
// not non-blocking, the handler then parks the thread with Thread.Block and
// tries again when the object may be ready. A retry that is told Interrupted
// ends with EINTR, or with the part that is done.
//
// vfs.ErrMustWait goes to the engine through kernel.Ret: it runs the handler
// again where providers may wait. Until then nothing has been changed.
//
// The calls programs make most (fd_read, fd_write and fd_seek of regular files,
// clock_time_get, random_get, path_filestat_get) allocate nothing: closures are
// only made in functions of their own, and bytes go through Thread.Scratch.
//
// # Two kinds of programs
//
// Programs of wasi_snapshot_preview1 (Process.Beneath) live in its sandbox: a
// descriptor has rights, and a call it has no right for is ENOTCAPABLE; paths stay
// below the directory they start at; fd_renumber moves a descriptor.
//
// WASIX programs live in POSIX: a descriptor can what its file can, paths that
// start with "/" start at the root whatever the descriptor, fd_renumber is dup2.
package syscalls
