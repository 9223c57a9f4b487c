"""Compile the engine for the lab's page: web/engine/relaxed.wasm.

    python engine/page/build.py

The compiler is the ziglang package's. The engine has fused multiply-adds, where the browser's
processor has them, and so the bits of the other levels; for all others the page makes a build
without them out of this one (web/src/engine/plain.ts).
"""

from __future__ import annotations

import gzip
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGINE, WORK, OUT = ROOT / "engine", ROOT / "build" / "page", ROOT / "web" / "engine"
NAMED = WORK / "named" / "named.h"

EXTENSIONS = ("simd128", "bulk_memory", "nontrapping_fptoint", "sign_ext", "mutable_globals")
FEATURES = "+".join(("generic", *EXTENSIONS, "exception_handling", "relaxed_simd"))
ALWAYS = ["-target", "wasm32-wasi", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]
CPP = [
    "-std=c++20",
    "-fwasm-exceptions",
    "-DNDEBUG",
    "-flto",
    f"-I{NAMED.parent}",
    "-Werror=switch",
]
SOURCES: dict[Path, list[str]] = {
    # Loops that are unrolled need registers that there are not, and bytes.
    ENGINE / "level.cpp": ["-O3", "-fno-unroll-loops", "-DMOONLET_LEVEL=wasm"],
    **{path: ["-Oz"] for path in (ENGINE / "levels.cpp", *sorted((ENGINE / "page").glob("*.cpp")))},
}
EXPORTED = re.compile(r"^EXPORT .*?(page_\w+)\(", re.MULTILINE)
CALLS = [name for path in SOURCES for name in EXPORTED.findall(path.read_text(encoding="utf-8"))]
# A stack of 1 MB, and 1 GB of memory at the most.
LINK = [
    "-mexec-model=reactor",
    "-flto",
    *(f"-Wl,--export={name}" for name in CALLS),
    "-Wl,--strip-all,--gc-sections,-z,stack-size=1048576,--max-memory=1073741824",
]


def run_zig(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The compiler, with its caches in this checkout."""
    caches = {name: str(WORK / "cache") for name in ("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR")}
    command = [sys.executable, "-m", "ziglang", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | caches, capture_output=True, text=True, check=False
    )


def zig(*arguments: str | Path) -> str:
    """What the compiler says; it ends the build where it fails."""
    done = run_zig(*arguments)
    if done.returncode != 0:
        sys.exit(f"{done.stderr}\nengine/page/build.py: zig {arguments[0]} failed")
    return done.stdout


def runtime(library: Path) -> dict[Path, list[str]]:
    """What the compiler ships as source, and builds otherwise than the engine needs it."""
    abi, unwind, libc = library / "libcxxabi", library / "libunwind", library / "libc" / "musl"
    exceptions = [
        *CPP,
        "-DLIBCXXABI_USE_LLVM_UNWINDER",
        "-D_LIBCXXABI_BUILDING_LIBRARY",
        "-D_LIBCXXABI_HAS_NO_THREADS",
        f"-I{abi / 'include'}",
        f"-I{library / 'libcxx' / 'src'}",
        f"-I{unwind / 'include'}",
    ]
    names = ("cxa_exception", "cxa_personality")
    return {
        **{abi / "src" / f"{name}.cpp": ["-Os", *exceptions] for name in names},
        unwind / "src" / "Unwind-wasm.c": [
            "-Os",
            "-fwasm-exceptions",
            "-D_LIBUNWIND_HIDE_SYMBOLS",
            f"-I{unwind / 'include'}",
        ],
        # With a fused multiply-add, in software, it has the bits of glibc's: mersenne.h.
        libc / "src" / "math" / "log.c": [
            "-O2",
            "-D__FP_FAST_FMA=1",
            "-Dhidden=",
            "-Dlog=fused_log",
            f"-I{libc / 'arch' / 'generic'}",
            f"-I{libc / 'src' / 'internal'}",
        ],
    }


def compiled(source: Path, flags: list[str]) -> Path:
    """One object file."""
    out = WORK / f"{source.stem}.o"
    kind = "c++" if source.suffix == ".cpp" else "cc"
    zig(kind, "-c", source, *ALWAYS, f"-mcpu={FEATURES}", *flags, "-o", out)
    return out


def link(objects: list[Path], wasm: Path) -> None:
    """The page's engine from its objects.

    zig puts the libraries first, and then what the engine replaces in them stands there twice: so
    its linker is run again as it was, with the libraries at the end.
    """
    said = run_zig("c++", *ALWAYS, f"-mcpu={FEATURES}", *LINK, *objects, "-o", wasm, "-v").stderr
    line = next(one for one in reversed(said.splitlines()) if one.startswith("wasm-ld --"))
    arguments = shlex.split(line)[1:]
    libraries = [one for one in arguments if one.endswith(".a")]
    # Optimizing the whole, it is to keep what is caught: the compiler told itself so in each part.
    keep = ["-mllvm", "-wasm-enable-eh"]
    zig("wasm-ld", *keep, *(one for one in arguments if one not in libraries), *libraries)


def main() -> None:
    """Compile and link it."""
    for folder in (OUT, WORK):
        folder.mkdir(parents=True, exist_ok=True)
    for made in (NAMED, ROOT / "web" / "src" / "engine" / "names.generated.ts"):
        subprocess.run([sys.executable, ENGINE / "write_names.py", made], check=True)
    library = Path(re.search(r'lib_dir"?\s*[:=]\s*"(.+?)"', zig("env"))[1])
    sources = {path: [*CPP, *flags] for path, flags in SOURCES.items()} | runtime(library)
    with ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(lambda item: compiled(*item), sources.items()))
    wasm = OUT / "relaxed.wasm"
    link(objects, wasm)
    packed = len(gzip.compress(wasm.read_bytes(), mtime=0))
    print(f"web/engine/{wasm.name}: {packed:,} bytes gzipped")


if __name__ == "__main__":
    main()
