// Package jsfs mounts a file system that is written in JavaScript.
//
// Between the kernel and such a provider stands the tree of web/src/providers,
// which makes inodes of the provider's paths and descriptors, looks at all that
// the provider returns, and makes up for what it lacks. It is loaded when a
// provider is mounted, and this package is a thin hull around it: an inode is a
// number, an operation is a call with that number.
//
// An operation whose provider answers at once is answered at once. Whether it
// does is not known before it has been asked: an operation is run where it may
// wait until its kind has been seen to answer at once.
package jsfs
