package abi

// pollCalls are the calls that wait for one of many things.
var pollCalls = []Call{
	{ID: CallPollOneoff, Module: ModulePreview1, Name: "poll_oneoff", Params: []Param{
		{"in", In | Array | KindSubscription}, {"out", Out | Array | KindEvent}, {"nsubscriptions", KindLen},
		{"nevents", Out | KindSize},
	}},
	{ID: CallEpollCreate, Module: ModuleWasix, Name: "epoll_create", Params: []Param{
		{"epfd", Out | KindFd},
	}},
	{ID: CallEpollCtl, Module: ModuleWasix, Name: "epoll_ctl", Params: []Param{
		{"epfd", KindFd}, {"op", KindEpollCtl}, {"fd", KindFd}, {"event", In | KindEpollEvent},
	}},
	{ID: CallEpollWait, Module: ModuleWasix, Name: "epoll_wait", Params: []Param{
		{"epfd", KindFd}, {"event", Out | Array | KindEpollEvent}, {"maxevents", KindSize},
		{"timeout", KindTimestamp}, {"nevents", Out | KindSize},
	}},
	{ID: CallUnstablePollOneoff, Module: ModuleUnstable, Name: "poll_oneoff", Export: "unstable_poll_oneoff", Params: []Param{
		{"in", In | Array | KindUnstableSubscription}, {"out", Out | Array | KindEvent},
		{"nsubscriptions", KindLen}, {"nevents", Out | KindSize},
	}},
}
