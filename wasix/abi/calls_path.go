package abi

// pathCalls are the calls on paths.
var pathCalls = []Call{
	{ID: CallPathCreateDirectory, Module: ModulePreview1, Name: "path_create_directory", Params: []Param{
		{"fd", KindFd}, {"path", KindString}, {"path_len", KindLen},
	}},
	{ID: CallPathFilestatGet, Module: ModulePreview1, Name: "path_filestat_get", Params: []Param{
		{"fd", KindFd}, {"flags", KindLookupflags}, {"path", KindString}, {"path_len", KindLen},
		{"filestat", Out | KindFilestat},
	}},
	{ID: CallPathFilestatSetTimes, Module: ModulePreview1, Name: "path_filestat_set_times", Params: []Param{
		{"fd", KindFd}, {"flags", KindLookupflags}, {"path", KindString}, {"path_len", KindLen},
		{"atim", KindTimestamp}, {"mtim", KindTimestamp}, {"fst_flags", KindFstflags},
	}},
	{ID: CallPathLink, Module: ModulePreview1, Name: "path_link", Params: []Param{
		{"old_fd", KindFd}, {"old_flags", KindLookupflags}, {"old_path", KindString},
		{"old_path_len", KindLen}, {"new_fd", KindFd}, {"new_path", KindString}, {"new_path_len", KindLen},
	}},
	{ID: CallPathOpen, Module: ModulePreview1, Name: "path_open", Params: []Param{
		{"fd", KindFd}, {"dirflags", KindLookupflags}, {"path", KindString}, {"path_len", KindLen},
		{"oflags", KindOflags}, {"fs_rights_base", KindRights}, {"fs_rights_inheriting", KindRights},
		{"fdflags", KindFdflags}, {"opened_fd", Out | KindFd},
	}},
	{ID: CallPathReadlink, Module: ModulePreview1, Name: "path_readlink", Params: []Param{
		{"fd", KindFd}, {"path", KindString}, {"path_len", KindLen}, {"buf", Out | KindString},
		{"buf_len", KindSize}, {"bufused", Out | KindSize},
	}},
	{ID: CallPathRemoveDirectory, Module: ModulePreview1, Name: "path_remove_directory", Params: []Param{
		{"fd", KindFd}, {"path", KindString}, {"path_len", KindLen},
	}},
	{ID: CallPathRename, Module: ModulePreview1, Name: "path_rename", Params: []Param{
		{"fd", KindFd}, {"old_path", KindString}, {"old_path_len", KindLen}, {"new_fd", KindFd},
		{"new_path", KindString}, {"new_path_len", KindLen},
	}},
	{ID: CallPathSymlink, Module: ModulePreview1, Name: "path_symlink", Params: []Param{
		{"old_path", KindString}, {"old_path_len", KindLen}, {"fd", KindFd}, {"new_path", KindString},
		{"new_path_len", KindLen},
	}},
	{ID: CallPathUnlinkFile, Module: ModulePreview1, Name: "path_unlink_file", Params: []Param{
		{"fd", KindFd}, {"path", KindString}, {"path_len", KindLen},
	}},
	{ID: CallChdir, Module: ModuleWasix, Name: "chdir", Params: []Param{
		{"path", KindString}, {"path_len", KindLen},
	}},
	{ID: CallGetcwd, Module: ModuleWasix, Name: "getcwd", Params: []Param{
		{"path", Out | KindString}, {"path_len", In | Out | KindSize},
	}},
	{ID: CallPathOpen2, Module: ModuleWasix, Name: "path_open2", Params: []Param{
		{"fd", KindFd}, {"dirflags", KindLookupflags}, {"path", KindString}, {"path_len", KindLen},
		{"oflags", KindOflags}, {"fs_rights_base", KindRights}, {"fs_rights_inheriting", KindRights},
		{"fdflags", KindFdflags}, {"fdflagsext", KindFdflagsExt}, {"opened_fd", Out | KindFd},
	}},
	{ID: CallUnstablePathFilestatGet, Module: ModuleUnstable, Name: "path_filestat_get", Export: "unstable_path_filestat_get", Params: []Param{
		{"fd", KindFd}, {"flags", KindLookupflags}, {"path", KindString}, {"path_len", KindLen},
		{"filestat", Out | KindUnstableFilestat},
	}},
}
