package abi

// sockCalls are the calls on sockets.
var sockCalls = []Call{
	{ID: CallSockAccept, Module: ModulePreview1, Name: "sock_accept", Params: []Param{
		{"fd", KindFd}, {"flags", KindFdflags}, {"newfd", Out | KindFd},
	}},
	{ID: CallSockRecv, Module: ModulePreview1, Name: "sock_recv", Params: []Param{
		{"fd", KindFd}, {"ri_data", In | Array | KindIovec}, {"ri_data_len", KindLen},
		{"ri_flags", KindRiflags}, {"nread", Out | KindSize}, {"ro_flags", Out | KindRoflags},
	}},
	{ID: CallSockSend, Module: ModulePreview1, Name: "sock_send", Params: []Param{
		{"fd", KindFd}, {"si_data", In | Array | KindCiovec}, {"si_data_len", KindLen},
		{"si_flags", KindSiflags}, {"nwritten", Out | KindSize},
	}},
	{ID: CallSockShutdown, Module: ModulePreview1, Name: "sock_shutdown", Params: []Param{
		{"fd", KindFd}, {"how", KindSdflags},
	}},
	{ID: CallSockAcceptV2, Module: ModuleWasix, Name: "sock_accept_v2", Alias: "sock_accept", Params: []Param{
		{"fd", KindFd}, {"flags", KindFdflags}, {"newfd", Out | KindFd}, {"addr", Out | KindAddrPort},
	}},
	{ID: CallSockAddrLocal, Module: ModuleWasix, Name: "sock_addr_local", Params: []Param{
		{"fd", KindFd}, {"addr", Out | KindAddrPort},
	}},
	{ID: CallSockAddrPeer, Module: ModuleWasix, Name: "sock_addr_peer", Params: []Param{
		{"fd", KindFd}, {"addr", Out | KindAddrPort},
	}},
	{ID: CallSockBind, Module: ModuleWasix, Name: "sock_bind", Params: []Param{
		{"fd", KindFd}, {"addr", In | KindAddrPort},
	}},
	{ID: CallSockConnect, Module: ModuleWasix, Name: "sock_connect", Params: []Param{
		{"fd", KindFd}, {"addr", In | KindAddrPort},
	}},
	{ID: CallSockGetOptFlag, Module: ModuleWasix, Name: "sock_get_opt_flag", Params: []Param{
		{"fd", KindFd}, {"sockopt", KindSockOption}, {"flag", Out | KindBool},
	}},
	{ID: CallSockGetOptSize, Module: ModuleWasix, Name: "sock_get_opt_size", Params: []Param{
		{"fd", KindFd}, {"sockopt", KindSockOption}, {"size", Out | KindFilesize},
	}},
	{ID: CallSockGetOptTime, Module: ModuleWasix, Name: "sock_get_opt_time", Params: []Param{
		{"fd", KindFd}, {"sockopt", KindSockOption}, {"timeout", Out | KindOptionTimestamp},
	}},
	{ID: CallSockJoinMulticastV4, Module: ModuleWasix, Name: "sock_join_multicast_v4", Params: []Param{
		{"fd", KindFd}, {"multiaddr", In | KindAddrIP4}, {"interface", In | KindAddrIP4},
	}},
	{ID: CallSockJoinMulticastV6, Module: ModuleWasix, Name: "sock_join_multicast_v6", Params: []Param{
		{"fd", KindFd}, {"multiaddr", In | KindAddrIP6}, {"interface", KindU32},
	}},
	{ID: CallSockLeaveMulticastV4, Module: ModuleWasix, Name: "sock_leave_multicast_v4", Params: []Param{
		{"fd", KindFd}, {"multiaddr", In | KindAddrIP4}, {"interface", In | KindAddrIP4},
	}},
	{ID: CallSockLeaveMulticastV6, Module: ModuleWasix, Name: "sock_leave_multicast_v6", Params: []Param{
		{"fd", KindFd}, {"multiaddr", In | KindAddrIP6}, {"interface", KindU32},
	}},
	{ID: CallSockListen, Module: ModuleWasix, Name: "sock_listen", Params: []Param{
		{"fd", KindFd}, {"backlog", KindSize},
	}},
	{ID: CallSockOpen, Module: ModuleWasix, Name: "sock_open", Params: []Param{
		{"af", KindAddressFamily}, {"socktype", KindSockType}, {"sock_proto", KindSockProto},
		{"fd", Out | KindFd},
	}},
	{ID: CallSockPair, Module: ModuleWasix, Name: "sock_pair", Params: []Param{
		{"af", KindAddressFamily}, {"socktype", KindSockType}, {"sock_proto", KindSockProto},
		{"fd0", Out | KindFd}, {"fd1", Out | KindFd},
	}},
	{ID: CallSockRecvFrom, Module: ModuleWasix, Name: "sock_recv_from", Params: []Param{
		{"fd", KindFd}, {"ri_data", In | Array | KindIovec}, {"ri_data_len", KindLen},
		{"ri_flags", KindRiflags}, {"nread", Out | KindSize}, {"ro_flags", Out | KindRoflags},
		{"addr", Out | KindAddrPort},
	}},
	{ID: CallSockSendFile, Module: ModuleWasix, Name: "sock_send_file", Params: []Param{
		{"out_fd", KindFd}, {"in_fd", KindFd}, {"offset", KindFilesize}, {"count", KindFilesize},
		{"nwritten", Out | KindFilesize},
	}},
	{ID: CallSockSendTo, Module: ModuleWasix, Name: "sock_send_to", Params: []Param{
		{"fd", KindFd}, {"si_data", In | Array | KindCiovec}, {"si_data_len", KindLen},
		{"si_flags", KindSiflags}, {"addr", In | KindAddrPort}, {"nwritten", Out | KindSize},
	}},
	{ID: CallSockSetOptFlag, Module: ModuleWasix, Name: "sock_set_opt_flag", Params: []Param{
		{"fd", KindFd}, {"sockopt", KindSockOption}, {"flag", KindBool},
	}},
	{ID: CallSockSetOptSize, Module: ModuleWasix, Name: "sock_set_opt_size", Params: []Param{
		{"fd", KindFd}, {"sockopt", KindSockOption}, {"size", KindFilesize},
	}},
	{ID: CallSockSetOptTime, Module: ModuleWasix, Name: "sock_set_opt_time", Params: []Param{
		{"fd", KindFd}, {"sockopt", KindSockOption}, {"timeout", In | KindOptionTimestamp},
	}},
	{ID: CallSockStatus, Module: ModuleWasix, Name: "sock_status", Params: []Param{
		{"fd", KindFd}, {"status", Out | KindSockStatus},
	}},
}
