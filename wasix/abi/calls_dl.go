package abi

// dlCalls are the calls of dynamic linking, and calls by table index.
var dlCalls = []Call{
	{ID: CallCallDynamic, Module: ModuleWasix, Name: "call_dynamic", Params: []Param{
		{"function_id", KindFnPtr}, {"values", KindBuf}, {"values_len", KindSize}, {"results", KindBuf},
		{"results_len", KindSize}, {"strict", KindBool},
	}},
	{ID: CallClosureAllocate, Module: ModuleWasix, Name: "closure_allocate", Params: []Param{
		{"closure_id", Out | KindFnPtr},
	}},
	{ID: CallClosureFree, Module: ModuleWasix, Name: "closure_free", Params: []Param{
		{"closure_id", KindFnPtr},
	}},
	{ID: CallClosurePrepare, Module: ModuleWasix, Name: "closure_prepare", Params: []Param{
		{"backing_function_id", KindFnPtr}, {"closure_id", KindFnPtr},
		{"argument_types", In | Array | KindWasmValueType}, {"argument_types_len", KindLen},
		{"result_types", In | Array | KindWasmValueType}, {"result_types_len", KindLen},
		{"user_data", KindPtr},
	}},
	{ID: CallDlInvalidHandle, Module: ModuleWasix, Name: "dl_invalid_handle", Params: []Param{
		{"handle", KindDlHandle},
	}},
	{ID: CallDlopen, Module: ModuleWasix, Name: "dlopen", Params: []Param{
		{"path", KindString}, {"path_len", KindLen}, {"flags", KindDlFlags}, {"err_buf", KindBuf},
		{"err_buf_len", KindSize}, {"ld_library_path", KindString}, {"ld_library_path_len", KindLen},
		{"handle", Out | KindDlHandle},
	}},
	{ID: CallDlsym, Module: ModuleWasix, Name: "dlsym", Params: []Param{
		{"handle", KindDlHandle}, {"symbol", KindString}, {"symbol_len", KindLen}, {"err_buf", KindBuf},
		{"err_buf_len", KindSize}, {"address", Out | KindSize},
	}},
	{ID: CallReflectSignature, Module: ModuleWasix, Name: "reflect_signature", Params: []Param{
		{"function_id", KindFnPtr}, {"argument_types", KindBuf}, {"argument_types_len", KindSize},
		{"result_types", KindBuf}, {"result_types_len", KindSize}, {"result", Out | KindReflectionResult},
	}},
}
