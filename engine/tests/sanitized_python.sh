#!/usr/bin/env bash
# The Python tests that reach the engine, on a core built with AddressSanitizer and
# UndefinedBehaviorSanitizer.
#
# Called by `make sanitize` with the folder of the virtual environment's programs. The core is put
# beside a copy of the Python files in build/; the interpreter that the environment was made from
# runs it, for the environment itself would import the editable install; -S leaves out what else is
# installed beside that interpreter.
set -euo pipefail
bin=$(cd "$1" && pwd)
tests=(tests/engine tests/parity tests/diagnosis/test_facts.py tests/estimators tests/test_functions.py tests/test_levels.py)

folder=$PWD/build/sanitized-python
# The folder of `make cpp-test`, whose libraries are half of the work.
"$bin/cmake" -S . -B build/sanitized -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSKBUILD=ON \
  -DMOONLET_TESTS=ON -DMOONLET_SANITIZE=address,undefined -DCMAKE_MAKE_PROGRAM="$bin/ninja" \
  -DPython_EXECUTABLE="$bin/python" -Dnanobind_ROOT="$("$bin/python" -m nanobind --cmake_dir)" \
  -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$folder/moonlet" >build/sanitized.log 2>&1 ||
  { cat build/sanitized.log; exit 1; }
"$bin/cmake" --build build/sanitized --target _core
cp -R src/moonlet "$folder/"

packages=$("$bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
interpreter=$("$bin/python" -c 'import sys; print(sys._base_executable)')
# libstdc++ too, or the sanitizer does not find the function that throws exceptions. Python itself
# never frees all of its memory, so leaks are not looked for; tests/engine watches the engine's.
export LD_PRELOAD="$(c++ -print-file-name=libasan.so) $(c++ -print-file-name=libstdc++.so)"
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
export PYTHONPATH=$folder:$packages
exec "$interpreter" -S -m pytest -p no:cacheprovider -q "${tests[@]}" "${@:2}"
