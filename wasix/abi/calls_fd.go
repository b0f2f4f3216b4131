package abi

// fdCalls are the calls on descriptors.
var fdCalls = []Call{
	{ID: CallFdAdvise, Module: ModulePreview1, Name: "fd_advise", Params: []Param{
		{"fd", KindFd}, {"offset", KindFilesize}, {"len", KindFilesize}, {"advice", KindAdvice},
	}},
	{ID: CallFdAllocate, Module: ModulePreview1, Name: "fd_allocate", Params: []Param{
		{"fd", KindFd}, {"offset", KindFilesize}, {"len", KindFilesize},
	}},
	{ID: CallFdClose, Module: ModulePreview1, Name: "fd_close", Params: []Param{
		{"fd", KindFd},
	}},
	{ID: CallFdDatasync, Module: ModulePreview1, Name: "fd_datasync", Params: []Param{
		{"fd", KindFd},
	}},
	{ID: CallFdFdstatGet, Module: ModulePreview1, Name: "fd_fdstat_get", Params: []Param{
		{"fd", KindFd}, {"stat", Out | KindFdstat},
	}},
	{ID: CallFdFdstatSetFlags, Module: ModulePreview1, Name: "fd_fdstat_set_flags", Params: []Param{
		{"fd", KindFd}, {"flags", KindFdflags},
	}},
	{ID: CallFdFdstatSetRights, Module: ModulePreview1, Name: "fd_fdstat_set_rights", Params: []Param{
		{"fd", KindFd}, {"fs_rights_base", KindRights}, {"fs_rights_inheriting", KindRights},
	}},
	{ID: CallFdFilestatGet, Module: ModulePreview1, Name: "fd_filestat_get", Params: []Param{
		{"fd", KindFd}, {"filestat", Out | KindFilestat},
	}},
	{ID: CallFdFilestatSetSize, Module: ModulePreview1, Name: "fd_filestat_set_size", Params: []Param{
		{"fd", KindFd}, {"size", KindFilesize},
	}},
	{ID: CallFdFilestatSetTimes, Module: ModulePreview1, Name: "fd_filestat_set_times", Params: []Param{
		{"fd", KindFd}, {"atim", KindTimestamp}, {"mtim", KindTimestamp}, {"fst_flags", KindFstflags},
	}},
	{ID: CallFdPread, Module: ModulePreview1, Name: "fd_pread", Params: []Param{
		{"fd", KindFd}, {"iovs", In | Array | KindIovec}, {"iovs_len", KindLen}, {"offset", KindFilesize},
		{"nread", Out | KindSize},
	}},
	{ID: CallFdPrestatDirName, Module: ModulePreview1, Name: "fd_prestat_dir_name", Params: []Param{
		{"fd", KindFd}, {"path", Out | KindString}, {"path_len", KindSize},
	}},
	{ID: CallFdPrestatGet, Module: ModulePreview1, Name: "fd_prestat_get", Params: []Param{
		{"fd", KindFd}, {"prestat", Out | KindPrestat},
	}},
	{ID: CallFdPwrite, Module: ModulePreview1, Name: "fd_pwrite", Params: []Param{
		{"fd", KindFd}, {"iovs", In | Array | KindCiovec}, {"iovs_len", KindLen}, {"offset", KindFilesize},
		{"nwritten", Out | KindSize},
	}},
	{ID: CallFdRead, Module: ModulePreview1, Name: "fd_read", Params: []Param{
		{"fd", KindFd}, {"iovs", In | Array | KindIovec}, {"iovs_len", KindLen}, {"nread", Out | KindSize},
	}},
	{ID: CallFdReaddir, Module: ModulePreview1, Name: "fd_readdir", Params: []Param{
		{"fd", KindFd}, {"buf", KindBuf}, {"buf_len", KindSize}, {"cookie", KindDircookie},
		{"bufused", Out | KindSize},
	}},
	{ID: CallFdRenumber, Module: ModulePreview1, Name: "fd_renumber", Params: []Param{
		{"fd", KindFd}, {"to", KindFd},
	}},
	{ID: CallFdSeek, Module: ModulePreview1, Name: "fd_seek", Params: []Param{
		{"fd", KindFd}, {"offset", KindFiledelta}, {"whence", KindWhence}, {"newoffset", Out | KindFilesize},
	}},
	{ID: CallFdSync, Module: ModulePreview1, Name: "fd_sync", Params: []Param{
		{"fd", KindFd},
	}},
	{ID: CallFdTell, Module: ModulePreview1, Name: "fd_tell", Params: []Param{
		{"fd", KindFd}, {"offset", Out | KindFilesize},
	}},
	{ID: CallFdWrite, Module: ModulePreview1, Name: "fd_write", Params: []Param{
		{"fd", KindFd}, {"iovs", In | Array | KindCiovec}, {"iovs_len", KindLen},
		{"nwritten", Out | KindSize},
	}},
	{ID: CallFdDup, Module: ModuleWasix, Name: "fd_dup", Params: []Param{
		{"fd", KindFd}, {"newfd", Out | KindFd},
	}},
	{ID: CallFdDup2, Module: ModuleWasix, Name: "fd_dup2", Params: []Param{
		{"fd", KindFd}, {"min_result_fd", KindFd}, {"cloexec", KindBool}, {"newfd", Out | KindFd},
	}},
	{ID: CallFdEvent, Module: ModuleWasix, Name: "fd_event", Params: []Param{
		{"initial_val", KindU64}, {"flags", KindEventfdflags}, {"fd", Out | KindFd},
	}},
	{ID: CallFdFdflagsGet, Module: ModuleWasix, Name: "fd_fdflags_get", Params: []Param{
		{"fd", KindFd}, {"flags", Out | KindFdflagsExt},
	}},
	{ID: CallFdFdflagsSet, Module: ModuleWasix, Name: "fd_fdflags_set", Params: []Param{
		{"fd", KindFd}, {"flags", KindFdflagsExt},
	}},
	{ID: CallFdPipe, Module: ModuleWasix, Name: "fd_pipe", Params: []Param{
		{"read_fd", Out | KindFd}, {"write_fd", Out | KindFd},
	}},
	{ID: CallUnstableFdFilestatGet, Module: ModuleUnstable, Name: "fd_filestat_get", Export: "unstable_fd_filestat_get", Params: []Param{
		{"fd", KindFd}, {"filestat", Out | KindUnstableFilestat},
	}},
	{ID: CallUnstableFdSeek, Module: ModuleUnstable, Name: "fd_seek", Export: "unstable_fd_seek", Params: []Param{
		{"fd", KindFd}, {"offset", KindFiledelta}, {"whence", KindUnstableWhence},
		{"newoffset", Out | KindFilesize},
	}},
}
