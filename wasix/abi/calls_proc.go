package abi

// procCalls are the calls on processes and signals.
var procCalls = []Call{
	{ID: CallProcExit, Module: ModulePreview1, Name: "proc_exit", Noreturn: true, Params: []Param{
		{"rval", KindExitcode},
	}},
	{ID: CallProcRaise, Module: ModulePreview1, Name: "proc_raise", Params: []Param{
		{"sig", KindSignal},
	}},
	{ID: CallCallbackSignal, Module: ModuleWasix, Name: "callback_signal", Results: []ValType{}, Params: []Param{
		{"callback", KindString}, {"callback_len", KindLen},
	}},
	{ID: CallProcExec, Module: ModuleWasix, Name: "proc_exec", Noreturn: true, Params: []Param{
		{"name", KindString}, {"name_len", KindLen}, {"args", KindString}, {"args_len", KindLen},
	}},
	{ID: CallProcExec2, Module: ModuleWasix, Name: "proc_exec2", Noreturn: true, Params: []Param{
		{"name", KindString}, {"name_len", KindLen}, {"args", KindString}, {"args_len", KindLen},
		{"envs", KindString}, {"envs_len", KindLen},
	}},
	{ID: CallProcExec3, Module: ModuleWasix, Name: "proc_exec3", Params: []Param{
		{"name", KindString}, {"name_len", KindLen}, {"args", KindString}, {"args_len", KindLen},
		{"envs", KindString}, {"envs_len", KindLen}, {"search_path", KindBool}, {"path", KindString},
		{"path_len", KindLen},
	}},
	{ID: CallProcExit2, Module: ModuleWasix, Name: "proc_exit2", Noreturn: true, Params: []Param{
		{"rval", KindExitcode},
	}},
	{ID: CallProcFork, Module: ModuleWasix, Name: "proc_fork", Params: []Param{
		{"copy_memory", KindBool}, {"pid", Out | KindPid},
	}},
	{ID: CallProcForkEnv, Module: ModuleWasix, Name: "proc_fork_env", Params: []Param{
		{"pid", Out | KindPid},
	}},
	{ID: CallProcId, Module: ModuleWasix, Name: "proc_id", Params: []Param{
		{"pid", Out | KindPid},
	}},
	{ID: CallProcJoin, Module: ModuleWasix, Name: "proc_join", Params: []Param{
		{"pid", In | Out | KindOptionPid}, {"flags", KindJoinFlags}, {"status", Out | KindJoinStatus},
	}},
	{ID: CallProcJoinV0, Module: ModuleWasix, Name: "proc_join", Export: "proc_join_v0", Params: []Param{
		{"pid", In | Out | KindPid}, {"exitcode", Out | KindExitcode},
	}},
	{ID: CallProcParent, Module: ModuleWasix, Name: "proc_parent", Params: []Param{
		{"pid", KindPid}, {"ppid", Out | KindPid},
	}},
	{ID: CallProcRaiseInterval, Module: ModuleWasix, Name: "proc_raise_interval", Params: []Param{
		{"sig", KindSignal}, {"interval", KindTimestamp}, {"repeat", KindBool},
	}},
	{ID: CallProcSignal, Module: ModuleWasix, Name: "proc_signal", Params: []Param{
		{"pid", KindPid}, {"signal", KindSignal},
	}},
	{ID: CallProcSignalsGet, Module: ModuleWasix, Name: "proc_signals_get", Params: []Param{
		{"buf", KindPtr},
	}},
	{ID: CallProcSignalsSizesGet, Module: ModuleWasix, Name: "proc_signals_sizes_get", Params: []Param{
		{"nsignals", Out | KindSize},
	}},
	{ID: CallProcSnapshot, Module: ModuleWasix, Name: "proc_snapshot"},
	{ID: CallProcSpawn, Module: ModuleWasix, Name: "proc_spawn", Params: []Param{
		{"name", KindString}, {"name_len", KindLen}, {"chroot", KindBool}, {"args", KindString},
		{"args_len", KindLen}, {"preopen", KindString}, {"preopen_len", KindLen}, {"stdin", KindStdioMode},
		{"stdout", KindStdioMode}, {"stderr", KindStdioMode}, {"working_dir", KindString},
		{"working_dir_len", KindLen}, {"handles", Out | KindProcessHandles},
	}},
	{ID: CallProcSpawn2, Module: ModuleWasix, Name: "proc_spawn2", Params: []Param{
		{"name", KindString}, {"name_len", KindLen}, {"args", KindString}, {"args_len", KindLen},
		{"envs", KindString}, {"envs_len", KindLen}, {"fd_ops", In | Array | KindSpawnFdOp},
		{"fd_ops_len", KindLen}, {"signal_dispositions", In | Array | KindSignalDisposition},
		{"signal_dispositions_len", KindLen}, {"search_path", KindBool}, {"path", KindString},
		{"path_len", KindLen}, {"pid", Out | KindPid},
	}},
}
