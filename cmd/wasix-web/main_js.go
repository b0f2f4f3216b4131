// Command wasix-web, compiled for the browser, is the kernel: the program a
// worker loads.
package main

import "github.com/wasix-web/wasix-web/jsbridge"

func main() { jsbridge.Serve() }
