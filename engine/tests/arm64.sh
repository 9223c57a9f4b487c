#!/usr/bin/env bash
# The engine cross-compiled for arm64: its own tests, and its bits beside this machine's.
#
# Called by `make arm64-test` with the folder of cmake, ctest and ninja.
set -euo pipefail
bin=$(cd "$1" && pwd)
compiler=aarch64-linux-gnu-g++
emulator="qemu-aarch64 -L /usr/aarch64-linux-gnu"

if ! command -v $compiler >/dev/null || ! command -v qemu-aarch64 >/dev/null; then
  packages="g++-aarch64-linux-gnu qemu-user libc6-arm64-cross"
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    echo "arm64-test needs a cross-compiler and an emulator. On Debian: sudo apt-get install $packages" >&2
    exit 1
  fi
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages >/dev/null
fi

build() {  # build FOLDER [OPTION…]
  "$bin/cmake" -S . -B "$1" -G Ninja -DCMAKE_BUILD_TYPE=Release -DMOONLET_TESTS=ON \
    -DCMAKE_MAKE_PROGRAM="$bin/ninja" "${@:2}" >/dev/null
  "$bin/cmake" --build "$1"
}
build build/arm64 -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
  -DCMAKE_CXX_COMPILER=$compiler "-DCMAKE_CROSSCOMPILING_EMULATOR=${emulator// /;}"
"$bin/ctest" --test-dir build/arm64 --output-on-failure

if [[ $(uname -m) == x86_64 ]] && ! grep -qw fma /proc/cpuinfo; then
  echo "This machine has no fused multiply-add: its bits are not arm64's, and are not compared."
  exit 0
fi
build build/native
build/native/trained_bits >build/bits-here.txt
$emulator build/arm64/trained_bits >build/bits-arm64.txt
diff build/bits-here.txt build/bits-arm64.txt
echo "Networks trained here and on arm64 have the same bits."
