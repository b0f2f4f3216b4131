#!/bin/sh
# A WASIX compiler made of Debian's clang, wasm-ld and binaryen, for machines that
# have a sysroot but no wasixcc. Called wasix++ it compiles C++.
#
# WASIX_SYSROOT is a sysroot, or a directory with one for each way of building:
# sysroot (asyncify), sysroot-eh (exceptions) and sysroot-ehpic (the same, position
# independent). CLANG and WASM_OPT name other programs than those in PATH.
#
# It knows these settings, as -sKEY=VALUE or in WASIXCC_KEY; lists have ":" between:
#   WASM_EXCEPTIONS  yes, exnref (the default), legacy, no: fork and longjmp by asyncify
#   MODULE_KIND      static-main, dynamic-main, shared-library, object-file
#   PIC              yes, no
#   RUN_WASM_OPT     yes, no        WASM_OPT_FLAGS, WASM_OPT_SUPPRESS_DEFAULT
#   COMPILER_FLAGS, COMPILER_FLAGS_C, COMPILER_FLAGS_CXX, COMPILER_POST_FLAGS (and _C, _CXX)
#   LINKER_FLAGS     LINK_SYMBOLIC  INCLUDE_CPP_SYMBOLS  DISCARD_UNSUPPORTED_FLAGS
set -eu
nl='
'
die() { echo "wasixcc: $*" >&2; exit 1; }

# Options, a list of words: one in a line.
cflags='' link='' inputs='' out='' opt='' debug='' run_opt='' compile_only=''
settings='' # of the command line
get() { # get KEY DEFAULT
	v=$(printf '%s' "$settings" | sed -n "s/^$1=//p" | tail -n 1)
	[ -n "$v" ] || eval "v=\${WASIXCC_$1:-}"
	printf '%s' "${v:-$2}"
}
truth() { case $(get "$1" "$2") in 1|true|yes|TRUE|YES) return 0;; 0|false|no|FALSE|NO) return 1;; *) die "$1 is yes or no";; esac; }
words() { get "$1" '' | tr ':' '\n' | sed 's/^ *//; s/ *$//; /^$/d'; }
add() { eval "$1=\"\${$1}\${2}\${nl}\""; }

lang=C name=clang
case ${0##*/} in *++*) lang=CXX name=clang++;; esac
for a in "$@"; do case $a in -s[A-Z]*=*) add settings "${a#-s}";; esac; done

exceptions=$(get WASM_EXCEPTIONS exnref)
case $exceptions in yes|true|1|exnref) exceptions=exnref;; no|false|0|off) exceptions=no;; legacy) ;; *) die "WASM_EXCEPTIONS=$exceptions";; esac
kind=$(get MODULE_KIND '')
pic=no
! truth PIC no || pic=yes

# What the command line says, with what the settings put before and after it.
IFS=$nl
set -f
# shellcheck disable=SC2046
set -- $(words COMPILER_FLAGS) $(words "COMPILER_FLAGS_$lang") "$@" $(words COMPILER_POST_FLAGS) $(words "COMPILER_POST_FLAGS_$lang")
link=$(words LINKER_FLAGS)
link=${link:+$link$nl}
while [ $# -gt 0 ]; do
	a=$1
	shift
	case $a in
	-s[A-Z]*=*) ;;
	-o) out=$1; shift;;
	-o?*) out=${a#-o};;
	-Wl,*)
		IFS=,
		for w in ${a#-Wl,}; do
			case $w in
			-shared) kind=shared-library;;
			-pie) kind=dynamic-main;;
			*) add link "$w";;
			esac
		done
		IFS=$nl;;
	-Xlinker) add link "$1"; shift;;
	-l|-L) add link "$a$1"; shift;;
	-l*|-L*) add link "$a";;
	-shared) kind=shared-library;;
	-pie) kind=dynamic-main;;
	-c|-S|-E) kind=object-file compile_only=$a;;
	--sysroot|-target|--target) shift;;
	--sysroot=*|--target=*) ;;
	--no-wasm-opt) run_opt=no;;
	--wasm-opt) run_opt=yes;;
	-fwasm-exceptions) [ "$exceptions" != no ] || exceptions=exnref;;
	-fno-exceptions) exceptions=no;;
	-fPIC|-fpic) pic=yes;;
	-fno-PIC|-fno-pic) pic=no;;
	-nodefaultlibs|-nostartfiles|-nostdlib) add link "$a";;
	-D|-U|-I|-x|-include|-imacros|-isystem|-iquote|-idirafter|-MT|-MF|-MQ|-MJ|-mllvm|-Xclang) add cflags "$a"; add cflags "$1"; shift;;
	-O*) opt=$a; add cflags "$a";;
	-g0) debug=; add cflags "$a";;
	-g*) debug=-g; add cflags "$a";;
	-*) add cflags "$a";;
	*.o|*.obj|*.a|*.so|*.so.*) add link "$a";;
	*) add inputs "$a";;
	esac
done
[ -n "$kind" ] || { kind=static-main; [ $pic = no ] || kind=dynamic-main; }
case $kind in
dynamic-main|shared-library) pic=yes;;
static-main|object-file) ;;
*) die "MODULE_KIND=$kind";;
esac
[ "$pic$exceptions" != yesno ] || die "position-independent code needs exceptions"
[ -n "$inputs$link" ] || die "nothing to compile"

root=${WASIX_SYSROOT:-}
[ -n "$root" ] || die "WASIX_SYSROOT names no sysroot"
if [ ! -d "$root/lib/wasm32-wasi" ]; then
	case $exceptions-$pic in
	no-*) root=$root/sysroot;;
	exnref-no) root=$root/sysroot-eh;;
	exnref-yes) root=$root/sysroot-ehpic;;
	legacy-no) root=$root/sysroot-eh-legacy;;
	legacy-yes) root=$root/sysroot-ehpic-legacy;;
	esac
	[ -d "$root/lib/wasm32-wasi" ] || die "$root is no sysroot (lib/wasm32-wasi)"
fi
lib=$root/lib/wasm32-wasi

clang=${CLANG:-}
for v in 22 21 20 19; do
	[ -n "$clang" ] || ! command -v "clang-$v" >/dev/null || clang=clang-$v
done
clang=${clang:-clang}
command -v "$clang" >/dev/null || die "no $clang in PATH"
ld=$($clang -Wno-deprecated --target=wasm32-wasi -print-prog-name=wasm-ld)
case $name in *++) clang="$clang${nl}--driver-mode=g++";; esac

model=''
case $exceptions in
exnref) model="-mllvm${nl}--wasm-enable-eh${nl}-mllvm${nl}--wasm-enable-sjlj${nl}-mllvm${nl}--wasm-use-legacy-eh=false";;
legacy) model="-mllvm${nl}--wasm-enable-eh${nl}-mllvm${nl}--wasm-enable-sjlj${nl}-mllvm${nl}--wasm-use-legacy-eh=true";;
esac
threads="-matomics${nl}-mbulk-memory${nl}-mmutable-globals${nl}-pthread"
cc="$clang${nl}--target=wasm32-wasi${nl}--sysroot=$root${nl}-Wno-deprecated${nl}$threads${nl}-fno-trapping-math"
cc="$cc${nl}-D_WASI_EMULATED_MMAN${nl}-D_WASI_EMULATED_SIGNAL${nl}-D_WASI_EMULATED_PROCESS_CLOCKS"
if [ "$exceptions" = no ]; then cc="$cc${nl}-fno-exceptions"; else cc="$cc${nl}-fwasm-exceptions${nl}$model"; fi
if [ $pic = yes ]; then cc="$cc${nl}-fPIC${nl}-ftls-model=global-dynamic${nl}-fvisibility=default"; else cc="$cc${nl}-ftls-model=local-exec"; fi
[ $lang = C ] || cc="$cc${nl}-nostdinc++${nl}-isystem${nl}$root/include/c++/v1"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# object SOURCE OUT: a position-independent object that uses a thread-local of
# another module gets its last step with Emscripten's triple. For WASI's own the
# stock compiler refuses that.
object() {
	if [ $pic = yes ]; then
		$cc $cflags -S -emit-llvm "$1" -o "$tmp/ir.ll"
		if grep -qE '^@.* = .*external .*thread_local|__gxx_wasm_personality_v0' "$tmp/ir.ll"; then
			sed -E 's/^(target triple = )".*"/\1"wasm32-unknown-emscripten"/; s/^(target datalayout = ".*i128:128)-n32/\1-f128:64-n32/' "$tmp/ir.ll" >"$tmp/em.ll"
			$clang --target=wasm32-unknown-emscripten -w -c -fPIC -ftls-model=global-dynamic -fwasm-exceptions $model $threads $opt "$tmp/em.ll" -o "$2"
			return
		fi
	fi
	$cc $cflags -c "$1" -o "$2"
}

if [ $kind = object-file ]; then
	if [ "${compile_only:--c}" != -c ]; then
		$cc $cflags "$compile_only" $inputs ${out:+-o$nl$out}
		exit
	fi
	for f in $inputs; do
		o=${f##*/}
		object "$f" "${out:-${o%.*}.o}"
	done
	exit
fi

n=0
for f in $inputs; do
	n=$((n + 1))
	object "$f" "$tmp/$n.o"
	add link "$tmp/$n.o"
done
start=yes libs=yes rest=''
for w in $link; do
	case $w in
	-nostartfiles) start=no;;
	-nodefaultlibs) libs=no;;
	-nostdlib) start=no libs=no;;
	--start-group|--end-group|--as-needed|--no-as-needed|--enable-new-dtags|--allow-shlib-undefined) truth DISCARD_UNSUPPORTED_FLAGS no || add rest "$w";;
	*) add rest "$w";;
	esac
done
# What the runtime looks for in every module, and what asyncify and fork need.
args="--extra-features=atomics,bulk-memory,mutable-globals${nl}--shared-memory${nl}--import-memory${nl}--max-memory=4294967296${nl}--export-dynamic${nl}--no-demangle"
for e in __wasm_call_ctors __wasm_init_tls __wasm_signal __tls_size __tls_align __tls_base; do args="$args${nl}--export-if-defined=$e"; done
args="$args${nl}--export-if-defined=__indirect_function_table${nl}-L$lib${nl}-L$root/lib"
[ "$exceptions" = no ] || args="$args${nl}$model${nl}-mllvm${nl}--exception-model=wasm"
std=''
if [ $kind != shared-library ]; then
	for e in __stack_pointer __heap_base __data_end; do args="$args${nl}--export-if-defined=$e"; done
	if [ $libs = yes ]; then
		for l in wasi-emulated-getpid wasi-emulated-mman wasi-emulated-process-clocks c resolv rt m pthread util; do std="$std-l$l$nl"; done
		cpp=''
		if [ $lang = CXX ] || truth INCLUDE_CPP_SYMBOLS no; then
			cpp="-lc++${nl}-lc++abi$nl"
			[ "$exceptions" = no ] || cpp="$cpp-lunwind$nl"
		fi
	fi
fi
[ $pic = no ] || args="$args${nl}--experimental-pic${nl}--export-if-defined=__wasm_apply_data_relocs${nl}--export-if-defined=__wasm_apply_tls_relocs"
case $kind in
static-main) args="$args${nl}-z${nl}stack-size=8388608"; std="$std${cpp:-}";;
dynamic-main) args="$args${nl}-pie${nl}--export-all${nl}-lcommon-tag-stubs"; std="--whole-archive$nl$std--no-whole-archive$nl${cpp:-}";;
shared-library)
	args="$args${nl}-shared${nl}--no-entry${nl}--unresolved-symbols=import-dynamic"
	! truth LINK_SYMBOLIC yes || args="$args${nl}-Bsymbolic";;
esac
crt=''
if [ $start = yes ]; then
	crt=$lib/crt1.o
	[ $kind != shared-library ] || crt=$lib/scrt1.o
fi
# The sysroot's own has the tags of exceptions, too.
if [ -f "$lib/libclang_rt.builtins-wasm32.a" ]; then
	std="$std-lclang_rt.builtins-wasm32$nl"
else
	std="$std$($clang -Wno-deprecated --target=wasm32-wasi -print-libgcc-file-name)$nl"
fi
out=${out:-a.out}
$ld $args $crt $rest $std -o "$out"

flags=$(words WASM_OPT_FLAGS)
if [ -z "$run_opt" ]; then
	run_opt=yes
	[ -n "$flags" ] || truth RUN_WASM_OPT yes || run_opt=no
fi
passes=''
if ! truth WASM_OPT_SUPPRESS_DEFAULT no; then
	[ "$exceptions" != no ] || passes="--asyncify$nl"
	case $opt in ''|-O0|-Og) ;; -O) passes="$passes-O1$nl";; *) passes="$passes$opt$nl";; esac
fi
passes=$passes$flags
if [ $run_opt = yes ] && [ -n "$passes" ]; then
	${WASM_OPT:-wasm-opt} $passes $debug --no-validation --enable-threads --enable-mutable-globals --enable-bulk-memory \
		--enable-exception-handling --enable-reference-types --enable-extended-const "$out" -o "$out"
fi
