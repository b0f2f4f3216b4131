package abi

// envCalls are the calls for what surrounds a program: arguments, environment, clocks, random
// numbers, the terminal.
var envCalls = []Call{
	{ID: CallArgsGet, Module: ModulePreview1, Name: "args_get", Params: []Param{
		{"argv", KindPtr}, {"argv_buf", KindPtr},
	}},
	{ID: CallArgsSizesGet, Module: ModulePreview1, Name: "args_sizes_get", Params: []Param{
		{"argc", Out | KindSize}, {"argv_buf_size", Out | KindSize},
	}},
	{ID: CallClockResGet, Module: ModulePreview1, Name: "clock_res_get", Params: []Param{
		{"id", KindClockid}, {"resolution", Out | KindTimestamp},
	}},
	{ID: CallClockTimeGet, Module: ModulePreview1, Name: "clock_time_get", Params: []Param{
		{"id", KindClockid}, {"precision", KindTimestamp}, {"time", Out | KindTimestamp},
	}},
	{ID: CallEnvironGet, Module: ModulePreview1, Name: "environ_get", Params: []Param{
		{"environ", KindPtr}, {"environ_buf", KindPtr},
	}},
	{ID: CallEnvironSizesGet, Module: ModulePreview1, Name: "environ_sizes_get", Params: []Param{
		{"environ_count", Out | KindSize}, {"environ_buf_size", Out | KindSize},
	}},
	{ID: CallRandomGet, Module: ModulePreview1, Name: "random_get", Params: []Param{
		{"buf", KindBuf}, {"buf_len", KindSize},
	}},
	{ID: CallSchedYield, Module: ModulePreview1, Name: "sched_yield"},
	{ID: CallClockTimeSet, Module: ModuleWasix, Name: "clock_time_set", Params: []Param{
		{"id", KindClockid}, {"timestamp", KindTimestamp},
	}},
	{ID: CallTtyGet, Module: ModuleWasix, Name: "tty_get", Params: []Param{
		{"state", Out | KindTty},
	}},
	{ID: CallTtySet, Module: ModuleWasix, Name: "tty_set", Params: []Param{
		{"state", In | KindTty},
	}},
}
