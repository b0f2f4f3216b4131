#!/bin/sh
# Installs what the tests need and the machine lacks: a browser, a C compiler for
# WebAssembly and one for the race detector, binaryen, and the npm programs. Asks
# nothing.
set -e
cd "$(dirname "$0")"

missing=""
need() { # need COMMAND PACKAGE
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
need gcc gcc
[ -e /usr/include/stdlib.h ] || missing="$missing libc6-dev"
need clang-19 clang-19
need wasm-ld-19 lld-19
need wasm-opt binaryen
[ -e /usr/include/wasm32-wasi ] || missing="$missing wasi-libc"
ls /usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a >/dev/null 2>&1 || missing="$missing libclang-rt-19-dev-wasm32"
install() {
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "missing:$missing (no apt-get here: install them by hand)" >&2
		exit 1
	fi
	sudo=""
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing
}
[ -z "$missing" ] || install

# Exceptions in today's encoding are written by clang 20 and later, or made of the
# first one by binaryen 118 and later.
if ! command -v clang-22 >/dev/null 2>&1 && ! wasm-opt --help | grep -q -e --translate-to-exnref; then
	missing=" clang-22 lld-22 libclang-rt-22-dev-wasm32"
	install
fi

for dir in . ../web; do
	if [ ! -d "$dir/node_modules" ] || [ "$dir/package-lock.json" -nt "$dir/node_modules" ]; then
		npm ci --prefix "$dir" --no-audit --no-fund --silent
		touch "$dir/node_modules"
	fi
done
