// Package abi is the wire truth of wasi and wasix: error numbers, enums and
// flags, the layout of every struct in guest memory, and one table of all calls.
//
// The numbers and layouts are those of wasix-libc's wasi/api_wasi.h and
// wasi/api_wasix.h, and of wasi_unstable for the programs of 2019. The package
// imports nothing of ours and knows no kernel: it can be read beside the headers.
//
// One family per file: fs (descriptors and paths), clock, poll, epoll, signal,
// proc, thread, sock, tty, dl. Each file holds the family's constants and its
// struct codecs; calls_*.go hold the families' rows of the call table.
//
// # Codecs
//
// A struct X has SizeX, (*X).Put and (*X).Get over a byte slice of at least
// SizeX bytes, little-endian. Put writes every byte, padding as zero, so no
// stale kernel memory reaches a guest and results are byte-identical between
// runs. Get ignores padding and takes any bytes: enums are checked by whoever
// uses them.
package abi

//go:generate go run ../internal/gen
