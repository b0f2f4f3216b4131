//go:build js

package jsbridge

import "unsafe"

// The table of bridges; what reaches memories through it is in package guestmem.

//go:wasmimport bridge slots_add
func slotsAdd(n int32) int32

//go:wasmimport bridge slot_clear
func slotClear(slot int32)

//go:wasmimport bridge store8
func store8(slot int32, ptr uint32, v uint32) int32

//go:wasmimport bridge store32
func store32(slot int32, ptr uint32, v uint32) int32

//go:wasmimport bridge store64
func store64(slot int32, ptr uint32, v uint64) int32

//go:wasmimport bridge size
func memorySize(slot int32) int32

// setYields says how often the next sched_yields may return without asking.
//
//go:wasmimport bridge set_yields
func setYields(n int32)

// setClocks says how often the shims may answer clock_time_get by themselves.
//
//go:wasmimport clock set_clocks
func setClocks(n int32)

// The worker's side (web/src/worker/engine.ts).

// hostNow returns performance.now(): milliseconds, never going back.
//
//go:wasmimport host now
func hostNow() float64

// hostOrigin returns performance.timeOrigin: the real time at which hostNow was
// zero, in milliseconds since 1970.
//
//go:wasmimport host origin
func hostOrigin() float64

// hostAlarm asks for expire() at that performance.now(); 0 cancels.
//
//go:wasmimport host alarm
func hostAlarm(at float64)

// hostResolve lets the guest parked in that slot go on.
//
//go:wasmimport host resolve
func hostResolve(slot int32)

// hostEnd asks for task_done of a library that nobody calls.
//
//go:wasmimport host end
func hostEnd(slot int32)

// hostTick asks for one tick() from the event loop.
//
//go:wasmimport host tick
func hostTick()

// hostKick asks for Go's scheduler to run, soon.
//
//go:wasmimport host kick
func hostKick()

// hostReady makes a new process's memory; 0: there is none.
//
//go:wasmimport host ready
func hostReady(pid, program int32) int32

// hostStart asks for a task to be started: task_started, then task_done.
//
//go:wasmimport host start
func hostStart(slot, pid, program, bridge, entry, a int32, b int64, stack int32)

// hostAsyncify runs one of the guest's asyncify functions.
//
//go:wasmimport host asyncify
func hostAsyncify(slot, op int32, data uint32) int32

// hostGlobals writes the guest's mutable globals to at most n words at dst.
//
//go:wasmimport host globals
//go:noescape
func hostGlobals(slot int32, dst *uint64, n int32) int32

//go:wasmimport host set_globals
//go:noescape
func hostSetGlobals(slot int32, src *uint64, n int32)

// hostClone makes the instance of a forked child; 0 when that worked.
//
//go:wasmimport host clone
func hostClone(slot, child, pid, bridge, share int32) int32

// hostUnload lets go of a program that was loaded out of the file tree; 0: the page
// has it, too.
//
//go:wasmimport host unload
func hostUnload(program int32) int32

// hostProgram returns the number of the program that a task runs.
//
//go:wasmimport host program
func hostProgram(slot int32) int32

// hostHandler makes the export with that name what gets the signals of the
// process of a task.
//
//go:wasmimport host handler
//go:noescape
func hostHandler(slot int32, name *byte, n int32)

// hostNewContext makes a context (kernel.Contexts): the page of its stack, or an
// errno below zero.
//
//go:wasmimport host new_context
func hostNewContext(slot int32, id, entry, page uint32) int32

// hostSwitchContext has the next block of a task be the switch to a context.
//
//go:wasmimport host switch_context
func hostSwitchContext(slot int32, id uint32)

// hostEndContext unwinds a context that is suspended.
//
//go:wasmimport host end_context
func hostEndContext(slot int32, id uint32)

// hostForget drops what the worker holds for a process.
//
//go:wasmimport host forget
func hostForget(pid int32)

// hostRandom fills n bytes at dst.
//
//go:wasmimport host random
//go:noescape
func hostRandom(dst unsafe.Pointer, n int32)
