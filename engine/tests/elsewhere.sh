#!/usr/bin/env bash
# The engine on processors and systems that this machine is not: its own tests, and its bits beside this
# machine's.
#
#   engine/tests/elsewhere.sh FOLDER_OF_CMAKE [arm64|riscv64|ppc64le|s390x|old-x86|clang|windows]…
#
# Called by `make elsewhere-test`; without a name all of them. Root on Debian gets the cross-compilers and
# emulators; clang, also the one for Windows, is the page's: pip brings it. Where a processor is emulated the
# tests do less (emulated.h); Windows and clang run here, and all of them.
set -euo pipefail
bin=$(cd "$1" && pwd)
shift
[[ $# -gt 0 ]] || set -- arm64 riscv64 ppc64le s390x old-x86 clang windows

need() {  # need PROGRAM PACKAGE…
  command -v "$1" >/dev/null && return
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    echo "$1 is missing. On Debian: sudo apt-get install ${*:2}" >&2
    exit 1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${@:2}" >/dev/null ||
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${@:2}" >/dev/null; }
}

build() {  # build NAME [OPTION…]
  mkdir -p build/elsewhere
  "$bin/cmake" -S . -B "build/elsewhere/$1" -G Ninja -DCMAKE_BUILD_TYPE=Release -DMOONLET_TESTS=ON \
    -DCMAKE_MAKE_PROGRAM="$bin/ninja" "${@:2}" >"build/elsewhere/$1.log" 2>&1 ||
    { cat "build/elsewhere/$1.log"; exit 1; }
  nice "$bin/cmake" --build "build/elsewhere/$1"
}

here() {  # What this machine computes, with the engine as it is now.
  [[ -z ${here_is_made-} ]] || return 0
  build native
  build/elsewhere/native/trained_bits >build/elsewhere/here.txt
  here_is_made=yes
}

same_bits() {  # same_bits NAME [EMULATOR…]: as here
  here
  local program=build/elsewhere/$1/trained_bits
  [[ -e $program ]] || program+=.exe
  "${@:2}" "$program" | tr -d '\r' | diff build/elsewhere/here.txt - >/dev/null ||
    { echo "$1: not the bits of this machine" >&2; exit 1; }
  echo "$1: $(wc -l <build/elsewhere/here.txt) networks have the bits of this machine."
}

crossed() {  # crossed NAME GNU_NAME QEMU_NAME: Debian's cross-compiler, and an emulator
  need "$2-g++" "g++-$2" qemu-user
  need "qemu-$3" qemu-user
  build "$1" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$3" -DCMAKE_CXX_COMPILER="$2-g++" \
    -DCMAKE_CROSSCOMPILING_EMULATOR="qemu-$3;-L;/usr/$2"
  MOONLET_EMULATED=yes "$bin/ctest" --test-dir "build/elsewhere/$1" --output-on-failure
  same_bits "$1" "qemu-$3" -L "/usr/$2"
}

# zig's clang under the names that CMake looks for.
zig() {  # zig NAME TARGET [OPTION…]
  "$bin/python" -c 'import ziglang' 2>/dev/null || "$bin/python" -m pip install --quiet --group page
  local tools=$PWD/build/elsewhere/$1-tools
  mkdir -p "$tools"
  export ZIG_GLOBAL_CACHE_DIR=$PWD/build/elsewhere/zig ZIG_LOCAL_CACHE_DIR=$PWD/build/elsewhere/zig
  printf '#!/bin/sh\nexec "%s" -m ziglang ar "$@"\n' "$bin/python" >"$tools/ar"
  printf '#!/bin/sh\nexec "%s" -m ziglang ranlib "$@"\n' "$bin/python" >"$tools/ranlib"
  cat >"$tools/c++" <<END
#!/bin/sh
# What clang calls x86-64-v3 is x86_64_v3 here.
for argument; do
  shift
  case \$argument in -march=x86-64-*) argument=-march=x86_64_\${argument#-march=x86-64-} ;; esac
  set -- "\$@" "\$argument"
done
exec "$bin/python" -m ziglang c++ -target $2 "\$@"
END
  chmod +x "$tools"/*
  build "$1" -DCMAKE_CXX_COMPILER="$tools/c++" -DCMAKE_AR="$tools/ar" -DCMAKE_RANLIB="$tools/ranlib" \
    -DCMAKE_CXX_COMPILER_LAUNCHER= "${@:3}"
  "$bin/ctest" --test-dir "build/elsewhere/$1" --output-on-failure
}

for name in "$@"; do
  case $name in
    arm64) crossed arm64 aarch64-linux-gnu aarch64 ;;
    riscv64) crossed riscv64 riscv64-linux-gnu riscv64 ;;
    ppc64le) crossed ppc64le powerpc64le-linux-gnu ppc64le ;;
    s390x) crossed s390x s390x-linux-gnu s390x ;;
    old-x86)
      need qemu-x86_64 qemu-user
      here
      for cpu in core2duo qemu64 Nehalem Haswell; do
        for test in build/elsewhere/native/*_test; do
          MOONLET_EMULATED=yes qemu-x86_64 -cpu $cpu "$test" >build/elsewhere/$cpu.txt ||
            { cat build/elsewhere/$cpu.txt; exit 1; }
        done
        echo "$cpu: the engine's tests pass."
        [[ $cpu != Haswell ]] || break
        # Without a fused multiply-add, bits of their own.
        qemu-x86_64 -cpu $cpu build/elsewhere/native/trained_bits >build/elsewhere/$cpu.txt
        diff build/elsewhere/{core2duo,$cpu}.txt >/dev/null || { echo "$cpu: not the bits of core2duo"; exit 1; }
      done
      same_bits native qemu-x86_64 -cpu Haswell
      ;;
    clang)
      zig clang x86_64-linux-gnu.2.28
      same_bits clang
      ;;
    windows)
      wine=/usr/lib/wine/wine64
      [[ -x $wine ]] || need wine wine64
      export WINEDEBUG=-all WINEPREFIX=$PWD/build/elsewhere/wine
      zig windows x86_64-windows-gnu -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_SYSTEM_PROCESSOR=AMD64 \
        -DCMAKE_CROSSCOMPILING_EMULATOR=$wine
      same_bits windows $wine
      ;;
    *) echo "no such machine: $name" >&2; exit 1 ;;
  esac
done
