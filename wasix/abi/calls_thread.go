package abi

// threadCalls are the calls on threads, futexes, kept stacks and contexts.
var threadCalls = []Call{
	{ID: CallFutexWait, Module: ModuleWasix, Name: "futex_wait", Params: []Param{
		{"futex", KindPtr}, {"expected", KindU32}, {"timeout", In | KindOptionTimestamp},
		{"woken", Out | KindBool},
	}},
	{ID: CallFutexWake, Module: ModuleWasix, Name: "futex_wake", Params: []Param{
		{"futex", KindPtr}, {"woken", Out | KindBool},
	}},
	{ID: CallFutexWakeAll, Module: ModuleWasix, Name: "futex_wake_all", Params: []Param{
		{"futex", KindPtr}, {"woken", Out | KindBool},
	}},
	{ID: CallThreadExit, Module: ModuleWasix, Name: "thread_exit", Noreturn: true, Params: []Param{
		{"rval", KindExitcode},
	}},
	{ID: CallThreadId, Module: ModuleWasix, Name: "thread_id", Params: []Param{
		{"tid", Out | KindTid},
	}},
	{ID: CallThreadJoin, Module: ModuleWasix, Name: "thread_join", Params: []Param{
		{"tid", KindTid},
	}},
	{ID: CallThreadParallelism, Module: ModuleWasix, Name: "thread_parallelism", Params: []Param{
		{"parallelism", Out | KindSize},
	}},
	{ID: CallThreadSignal, Module: ModuleWasix, Name: "thread_signal", Params: []Param{
		{"tid", KindTid}, {"signal", KindSignal},
	}},
	{ID: CallThreadSleep, Module: ModuleWasix, Name: "thread_sleep", Params: []Param{
		{"duration", KindTimestamp},
	}},
	{ID: CallThreadSpawnV2, Module: ModuleWasix, Name: "thread_spawn_v2", Alias: "thread_spawn", Params: []Param{
		{"args", In | KindThreadStart}, {"tid", Out | KindTid},
	}},
	{ID: CallThreadSpawnV0, Module: ModuleWasix, Name: "thread_spawn", Export: "thread_spawn_v0", Params: []Param{
		{"user_data", KindU64}, {"stack_base", KindU64}, {"stack_start", KindU64}, {"reactor", KindBool},
		{"tid", Out | KindTid},
	}},
	{ID: CallThreadSpawn, Module: ModuleWasi, Name: "thread-spawn", Export: "thread_spawn", Value: true, Params: []Param{
		{"start_arg", KindPtr},
	}},
	{ID: CallThreadLocalCreate, Module: ModuleWasix, Name: "thread_local_create", Params: []Param{
		//lint:ignore SA4016 KindU32 is the kind whose number is zero
		{"user_data", KindU64}, {"key", Out | KindU32},
	}},
	{ID: CallThreadLocalDestroy, Module: ModuleWasix, Name: "thread_local_destroy", Params: []Param{
		{"key", KindU32},
	}},
	{ID: CallThreadLocalGet, Module: ModuleWasix, Name: "thread_local_get", Params: []Param{
		{"key", KindU32}, {"value", Out | KindU64},
	}},
	{ID: CallThreadLocalSet, Module: ModuleWasix, Name: "thread_local_set", Params: []Param{
		{"key", KindU32}, {"value", KindU64},
	}},
	{ID: CallStackCheckpoint, Module: ModuleWasix, Name: "stack_checkpoint", Params: []Param{
		{"snapshot", KindPtr}, {"value", Out | KindLongsize},
	}},
	{ID: CallStackRestore, Module: ModuleWasix, Name: "stack_restore", Noreturn: true, Params: []Param{
		{"snapshot", KindPtr}, {"value", KindLongsize},
	}},
	{ID: CallContextCreate, Module: ModuleWasix, Name: "context_create", Params: []Param{
		{"new_context", Out | KindContextID}, {"entrypoint", KindFnPtr},
	}},
	{ID: CallContextDestroy, Module: ModuleWasix, Name: "context_destroy", Params: []Param{
		{"context", KindContextID},
	}},
	{ID: CallContextSwitch, Module: ModuleWasix, Name: "context_switch", Params: []Param{
		{"next_context", KindContextID},
	}},
}
