package abi

import "strconv"

// Errno is the wire error number of every call: 0 is success. It implements
// error, so objects and providers return it as it is; nothing translates.
//
// The numbers are those of wasi_snapshot_preview1 (0 to 76) and the four that
// wasix adds (77 to 80). They are not Linux's numbers.
type Errno uint16

// OK is the errno of a call that succeeded. The wire calls it success.
const OK Errno = 0

const (
	E2BIG           Errno = 1  // argument list too long
	EACCES          Errno = 2  // permission denied
	EADDRINUSE      Errno = 3  // address in use
	EADDRNOTAVAIL   Errno = 4  // address not available
	EAFNOSUPPORT    Errno = 5  // address family not supported
	EAGAIN          Errno = 6  // would block; try again
	EALREADY        Errno = 7  // connection already under way
	EBADF           Errno = 8  // not an open descriptor
	EBADMSG         Errno = 9  // bad message
	EBUSY           Errno = 10 // device or resource busy
	ECANCELED       Errno = 11 // operation canceled
	ECHILD          Errno = 12 // no child processes
	ECONNABORTED    Errno = 13 // connection aborted
	ECONNREFUSED    Errno = 14 // connection refused
	ECONNRESET      Errno = 15 // connection reset
	EDEADLK         Errno = 16 // would deadlock
	EDESTADDRREQ    Errno = 17 // destination address required
	EDOM            Errno = 18 // argument outside the domain
	EDQUOT          Errno = 19 // disk quota exceeded
	EEXIST          Errno = 20 // file exists
	EFAULT          Errno = 21 // bad guest address
	EFBIG           Errno = 22 // file too large
	EHOSTUNREACH    Errno = 23 // host unreachable
	EIDRM           Errno = 24 // identifier removed
	EILSEQ          Errno = 25 // illegal byte sequence
	EINPROGRESS     Errno = 26 // operation in progress
	EINTR           Errno = 27 // interrupted by a signal
	EINVAL          Errno = 28 // invalid argument
	EIO             Errno = 29 // input/output error
	EISCONN         Errno = 30 // socket is connected
	EISDIR          Errno = 31 // is a directory
	ELOOP           Errno = 32 // too many symbolic links
	EMFILE          Errno = 33 // too many open descriptors
	EMLINK          Errno = 34 // too many links
	EMSGSIZE        Errno = 35 // message too large
	EMULTIHOP       Errno = 36 // reserved
	ENAMETOOLONG    Errno = 37 // name too long
	ENETDOWN        Errno = 38 // network is down
	ENETRESET       Errno = 39 // connection reset by the network
	ENETUNREACH     Errno = 40 // network unreachable
	ENFILE          Errno = 41 // too many files open in the system
	ENOBUFS         Errno = 42 // no buffer space
	ENODEV          Errno = 43 // no such device
	ENOENT          Errno = 44 // no such file or directory
	ENOEXEC         Errno = 45 // not an executable file
	ENOLCK          Errno = 46 // no locks available
	ENOLINK         Errno = 47 // reserved
	ENOMEM          Errno = 48 // not enough memory
	ENOMSG          Errno = 49 // no message of the desired type
	ENOPROTOOPT     Errno = 50 // protocol option not available
	ENOSPC          Errno = 51 // no space left
	ENOSYS          Errno = 52 // call not implemented
	ENOTCONN        Errno = 53 // socket is not connected
	ENOTDIR         Errno = 54 // not a directory
	ENOTEMPTY       Errno = 55 // directory not empty
	ENOTRECOVERABLE Errno = 56 // state not recoverable
	ENOTSOCK        Errno = 57 // not a socket
	ENOTSUP         Errno = 58 // not supported
	ENOTTY          Errno = 59 // not a terminal
	ENXIO           Errno = 60 // no such device or address
	EOVERFLOW       Errno = 61 // value too large for its type
	EOWNERDEAD      Errno = 62 // previous owner died
	EPERM           Errno = 63 // operation not permitted
	EPIPE           Errno = 64 // broken pipe
	EPROTO          Errno = 65 // protocol error
	EPROTONOSUPPORT Errno = 66 // protocol not supported
	EPROTOTYPE      Errno = 67 // wrong protocol for the socket
	ERANGE          Errno = 68 // result out of range
	EROFS           Errno = 69 // read-only file system
	ESPIPE          Errno = 70 // cannot seek
	ESRCH           Errno = 71 // no such process
	ESTALE          Errno = 72 // stale file handle
	ETIMEDOUT       Errno = 73 // timed out
	ETXTBSY         Errno = 74 // text file busy
	EXDEV           Errno = 75 // link across devices
	ENOTCAPABLE     Errno = 76 // descriptor lacks the right
	ESHUTDOWN       Errno = 77 // socket was shut down
	EMEMVIOLATION   Errno = 78 // memory access violation
	EUNKNOWN        Errno = 79 // unknown error
	EPENDING        Errno = 80 // pending asynchronous wake
)

// NumErrno is one more than the largest known Errno.
const NumErrno = 81

var errnoNames = [NumErrno]string{
	OK:              "ESUCCESS",
	E2BIG:           "E2BIG",
	EACCES:          "EACCES",
	EADDRINUSE:      "EADDRINUSE",
	EADDRNOTAVAIL:   "EADDRNOTAVAIL",
	EAFNOSUPPORT:    "EAFNOSUPPORT",
	EAGAIN:          "EAGAIN",
	EALREADY:        "EALREADY",
	EBADF:           "EBADF",
	EBADMSG:         "EBADMSG",
	EBUSY:           "EBUSY",
	ECANCELED:       "ECANCELED",
	ECHILD:          "ECHILD",
	ECONNABORTED:    "ECONNABORTED",
	ECONNREFUSED:    "ECONNREFUSED",
	ECONNRESET:      "ECONNRESET",
	EDEADLK:         "EDEADLK",
	EDESTADDRREQ:    "EDESTADDRREQ",
	EDOM:            "EDOM",
	EDQUOT:          "EDQUOT",
	EEXIST:          "EEXIST",
	EFAULT:          "EFAULT",
	EFBIG:           "EFBIG",
	EHOSTUNREACH:    "EHOSTUNREACH",
	EIDRM:           "EIDRM",
	EILSEQ:          "EILSEQ",
	EINPROGRESS:     "EINPROGRESS",
	EINTR:           "EINTR",
	EINVAL:          "EINVAL",
	EIO:             "EIO",
	EISCONN:         "EISCONN",
	EISDIR:          "EISDIR",
	ELOOP:           "ELOOP",
	EMFILE:          "EMFILE",
	EMLINK:          "EMLINK",
	EMSGSIZE:        "EMSGSIZE",
	EMULTIHOP:       "EMULTIHOP",
	ENAMETOOLONG:    "ENAMETOOLONG",
	ENETDOWN:        "ENETDOWN",
	ENETRESET:       "ENETRESET",
	ENETUNREACH:     "ENETUNREACH",
	ENFILE:          "ENFILE",
	ENOBUFS:         "ENOBUFS",
	ENODEV:          "ENODEV",
	ENOENT:          "ENOENT",
	ENOEXEC:         "ENOEXEC",
	ENOLCK:          "ENOLCK",
	ENOLINK:         "ENOLINK",
	ENOMEM:          "ENOMEM",
	ENOMSG:          "ENOMSG",
	ENOPROTOOPT:     "ENOPROTOOPT",
	ENOSPC:          "ENOSPC",
	ENOSYS:          "ENOSYS",
	ENOTCONN:        "ENOTCONN",
	ENOTDIR:         "ENOTDIR",
	ENOTEMPTY:       "ENOTEMPTY",
	ENOTRECOVERABLE: "ENOTRECOVERABLE",
	ENOTSOCK:        "ENOTSOCK",
	ENOTSUP:         "ENOTSUP",
	ENOTTY:          "ENOTTY",
	ENXIO:           "ENXIO",
	EOVERFLOW:       "EOVERFLOW",
	EOWNERDEAD:      "EOWNERDEAD",
	EPERM:           "EPERM",
	EPIPE:           "EPIPE",
	EPROTO:          "EPROTO",
	EPROTONOSUPPORT: "EPROTONOSUPPORT",
	EPROTOTYPE:      "EPROTOTYPE",
	ERANGE:          "ERANGE",
	EROFS:           "EROFS",
	ESPIPE:          "ESPIPE",
	ESRCH:           "ESRCH",
	ESTALE:          "ESTALE",
	ETIMEDOUT:       "ETIMEDOUT",
	ETXTBSY:         "ETXTBSY",
	EXDEV:           "EXDEV",
	ENOTCAPABLE:     "ENOTCAPABLE",
	ESHUTDOWN:       "ESHUTDOWN",
	EMEMVIOLATION:   "EMEMVIOLATION",
	EUNKNOWN:        "EUNKNOWN",
	EPENDING:        "EPENDING",
}

// String returns the POSIX name ("EBADF"), "ESUCCESS" for OK, and "errno(99)"
// for a number no header defines.
func (e Errno) String() string {
	if int(e) < len(errnoNames) {
		return errnoNames[e]
	}
	return "errno(" + strconv.Itoa(int(e)) + ")"
}

// Error is String: the name is short, stable and greppable.
func (e Errno) Error() string { return e.String() }

// Err returns e as an error, nil for OK. A plain conversion would give a
// non-nil error that holds 0.
func (e Errno) Err() error {
	if e == OK {
		return nil
	}
	return e
}

// ErrnoByName finds an Errno by its POSIX name ("ENOENT"). JavaScript providers
// throw errors that carry such a name.
func ErrnoByName(name string) (Errno, bool) {
	for i, s := range errnoNames {
		if s == name {
			return Errno(i), true
		}
	}
	return 0, false
}
