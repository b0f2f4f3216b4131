package abi

// portCalls are the calls on the network interface, and the name lookup.
var portCalls = []Call{
	{ID: CallPortAddrAdd, Module: ModuleWasix, Name: "port_addr_add", Params: []Param{
		{"addr", In | KindAddrCidr},
	}},
	{ID: CallPortAddrClear, Module: ModuleWasix, Name: "port_addr_clear"},
	{ID: CallPortAddrList, Module: ModuleWasix, Name: "port_addr_list", Params: []Param{
		{"addrs", Out | Array | KindAddrCidr}, {"naddrs", In | Out | KindSize},
	}},
	{ID: CallPortAddrRemove, Module: ModuleWasix, Name: "port_addr_remove", Params: []Param{
		{"addr", In | KindAddr},
	}},
	{ID: CallPortBridge, Module: ModuleWasix, Name: "port_bridge", Params: []Param{
		{"network", KindString}, {"network_len", KindLen}, {"token", KindString}, {"token_len", KindLen},
		{"security", KindStreamSecurity},
	}},
	{ID: CallPortDhcpAcquire, Module: ModuleWasix, Name: "port_dhcp_acquire"},
	{ID: CallPortGatewaySet, Module: ModuleWasix, Name: "port_gateway_set", Params: []Param{
		{"addr", In | KindAddr},
	}},
	{ID: CallPortMac, Module: ModuleWasix, Name: "port_mac", Params: []Param{
		{"mac", Out | KindHardwareAddress},
	}},
	{ID: CallPortRouteAdd, Module: ModuleWasix, Name: "port_route_add", Params: []Param{
		{"cidr", In | KindAddrCidr}, {"via_router", In | KindAddr},
		{"preferred_until", In | KindOptionTimestamp}, {"expires_at", In | KindOptionTimestamp},
	}},
	{ID: CallPortRouteClear, Module: ModuleWasix, Name: "port_route_clear"},
	{ID: CallPortRouteList, Module: ModuleWasix, Name: "port_route_list", Params: []Param{
		{"routes", Out | Array | KindRoute}, {"nroutes", In | Out | KindSize},
	}},
	{ID: CallPortRouteRemove, Module: ModuleWasix, Name: "port_route_remove", Params: []Param{
		{"cidr", In | KindAddr},
	}},
	{ID: CallPortUnbridge, Module: ModuleWasix, Name: "port_unbridge"},
	{ID: CallResolve, Module: ModuleWasix, Name: "resolve", Params: []Param{
		{"host", KindString}, {"host_len", KindLen}, {"port", KindU32}, {"addrs", Out | Array | KindAddrIP},
		{"naddrs", KindSize}, {"nfound", Out | KindSize},
	}},
}
