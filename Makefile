# Two commands on a fresh machine: `make study` and `make test`. Each makes what it needs in .venv.
SHELL := bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILT := build/.built
TOOLS := $(VENV)/.tools
DEV := build/.dev
PAGE := src/moonlet/lab/static/module/lab.js
PAGE_ENGINE := web/engine/.ready
WHEEL := build/wheel/.ready
NAMES := $(wildcard src/moonlet/names/*.py)
ENGINE := CMakeLists.txt pyproject.toml $(NAMES) $(shell find engine -name __pycache__ -prune -o -type f -print)
# An editable install remembers which modules there were: another list of them, another install.
MODULES := build/.modules
$(shell mkdir -p build; ls src/moonlet | grep -v __pycache__ > $(MODULES).now; \
  cmp -s $(MODULES).now $(MODULES) || mv $(MODULES).now $(MODULES))
CPP := $(shell find engine benchmarks -name '*.h' -o -name '*.cpp')

# What may be said on the command line. A name that is spelled wrongly here is found by tests/test_makefile.py.
ONLY ?=
QUICK ?=

# Tests start hundreds of processes: without compiled bytecode each would compile all of moonlet anew.
export PYTHONDONTWRITEBYTECODE :=
# scikit-learn's estimator checks leave the array API out unless SciPy's support for it is on.
export SCIPY_ARRAY_API := 1

.DEFAULT_GOAL := help
.PHONY: help build lab study test check lint cpp-test thread-test sanitize every-float elsewhere-test bench stub clean

help:  ## This list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## */  make \1\t/' | expand -t 20

# What Debian has of it; a new machine knows no packages yet.
APT = { apt-get install -y -q $(1) || { apt-get update -q && apt-get install -y -q $(1); }; }
PART_OF_PYTHON = { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && $(call APT,$(1)); } || \
  { echo "Python's $(2) missing. On Debian: sudo apt-get install $(1)"; exit 1; }

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "moonlet needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	@command -v c++ >/dev/null || command -v g++ >/dev/null || \
	  { echo "moonlet needs a C++ compiler: apt-get install g++ (Debian) or xcode-select --install (macOS)"; exit 1; }
	@# Debian keeps ensurepip and the headers in packages of their own.
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(call PART_OF_PYTHON,python3-venv,venv is)
	@$(PYTHON) -c 'import sysconfig; open(sysconfig.get_path("include") + "/Python.h")' 2>/dev/null || \
	  $(call PART_OF_PYTHON,python3-dev,headers are)
	@echo "Making .venv ..."
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --upgrade "pip>=25.1"
	@# Python 3.11 puts it there, and nothing asks for it.
	$(BIN)/python -m pip uninstall --quiet --yes setuptools
	@touch $@

INSTALL = $(BIN)/python -m pip install --quiet

# CMake and the rest of what builds the engine. For a study or the lab pip lends them to the build alone; who
# works on moonlet keeps them, so that what has changed is all that is compiled again.
$(TOOLS): $(VENV)/.ready pyproject.toml
	$(INSTALL) --group build
	@touch $@
ifneq ($(filter-out study lab,$(MAKECMDGOALS)),)
$(BUILT): | $(TOOLS)
endif

# The compiled core, and moonlet as an editable install: Python files are used where they lie. Whoever waits
# sees which step of how many is done; all the rest is in build/install.log.
$(BUILT): $(VENV)/.ready $(ENGINE) $(MODULES)
	@echo "Installing moonlet's libraries and building its engine, some minutes the first time ..."
	@mkdir -p build
	@set -o pipefail; kept="$$(test ! -e $(TOOLS) || echo --no-build-isolation)"; \
	  $(BIN)/python -m pip install --verbose $$kept --editable . 2>&1 | \
	  tee build/install.log | { grep --line-buffered -oE '^ *(\[[0-9]+/[0-9]+\] .*|Downloading [^ ]+|Installing collected)' || true; } || \
	  { tail -n 60 build/install.log; exit 1; }
	@touch $@

# What only those need who work on moonlet.
$(DEV): $(BUILT) pyproject.toml
	@echo "Installing what tests and checks moonlet ..."
	$(INSTALL) "moonlet[all]" --group dev
	@touch $@

build: $(DEV)  ## Set up .venv to work on moonlet, and build the engine

# The lab's page: wheels carry it built. npm.sh brings Node.js where the machine has none that fits.
WEB := $(shell find web \( -name node_modules -o -name __pycache__ -o -path web/sets -o -path web/engine \) -prune -o -type f -print) $(wildcard src/moonlet/words/*/*.json)
NPM := web/npm.sh $(BIN)
# The engine in the page, by a compiler that pip brings: only who builds the page needs it.
$(PAGE_ENGINE): $(NAMES) $(shell find engine \( -name tests -o -name __pycache__ \) -prune -o -type f -print) | $(VENV)/.ready
	$(INSTALL) --group page
	$(BIN)/python engine/page/build.py
	@touch $@

.PHONY: page-engine
page-engine: $(PAGE_ENGINE)  ## Compile the engine for the lab's page: web/engine/*.wasm

lab: $(PAGE)  ## Build the lab's page

web/node_modules/.ready: web/package.json web/package-lock.json web/npm.sh | $(VENV)/.ready
	$(NPM) ci --no-progress
	@touch $@

# The sets that come with the page, as Python reads them.
web/sets/.ready: web/make_sets.py src/moonlet/lab/page_table.py | $(BUILT)
	$(BIN)/python web/make_sets.py
	@touch $@

$(PAGE): web/node_modules/.ready web/sets/.ready $(PAGE_ENGINE) $(WEB)
	@rm -rf src/moonlet/lab/static
	$(NPM) run --silent build
	@touch $@

# Debian's own browsers for the lab's tests; without them they are skipped and say why.
BROWSERS := chromium firefox-esr
.PHONY: browser
browser:
	@missing="$$(for one in $(BROWSERS); do command -v $$one >/dev/null || echo $$one; done)"; \
	  test -z "$$missing" || test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null || \
	  $(call APT,$$missing)

study: $(BUILT)  ## Train eight sizes on the moons and write moonlet-study/report.html
	$(BIN)/moonlet study

# What installs comes first; then two at a time, for most of these keep one core busy; then the tests, which are
# to have both cores to themselves.
TWO_AT_A_TIME := --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
test: $(DEV) $(PAGE)  ## Everything that CI runs
	@$(MAKE) $(TWO_AT_A_TIME) cpp-test lint thread-test web-test docs-check browser $(WHEEL)
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: lint web-test $(DEV)  ## The quick part of `make test`
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

SCHEMA = $(BIN)/check-jsonschema --quiet --builtin-schema vendor
lint: $(DEV)  ## Formatting, lint, types, the layers, and what a public host reads
	$(BIN)/clang-format --dry-run --Werror $(CPP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(SCHEMA).github-workflows .github/workflows/*.yml
	$(SCHEMA).github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(SCHEMA).github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(SCHEMA).citation-file-format CITATION.cff
	$(BIN)/zizmor --offline --quiet .github

# The wheel, built once for all that look at it; the editable install's objects are used again.
$(WHEEL): $(BUILT) $(PAGE) $(shell find src/moonlet -name '*.py*' -not -path '*/__pycache__/*' -o -name '*.json' -o -name '*.jinja')
	@rm -rf build/wheel
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/wheel .
	@touch $@

.PHONY: dist
dist: $(DEV) $(PAGE)  ## What is released, from what is committed, judged and tried: dist/
	$(INSTALL) --group release
	$(BIN)/python release/dist.py

# Every library at the lowest version that pyproject.toml declares, around the wheel, in an environment of
# its own: what somebody has who keeps old ones. The lab's browser and the documentation need new tools.
.PHONY: oldest
oldest: $(WHEEL) $(DEV)  ## The quick tests with the oldest of all libraries
	$(BIN)/python release/oldest.py build/oldest build/wheel/*.whl

.PHONY: web-test
web-test: $(PAGE) $(DEV) $(PAGE_ENGINE)  ## The lab's page: its types and its own tests
	$(NPM) run --silent test

# Beside the editable install: build/sanitized is under AddressSanitizer and UndefinedBehaviorSanitizer,
# build/tsan under ThreadSanitizer.
CONFIGURE = $(BIN)/cmake -S . -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DMOONLET_TESTS=ON -DCMAKE_MAKE_PROGRAM=$(abspath $(BIN))/ninja
# ninja would take make's own flags for a jobserver that it may ask, and find its pipe closed.
COMPILE = MAKEFLAGS= $(BIN)/cmake --build

cpp-test: $(TOOLS)  ## The engine's own tests, under the sanitizers
	@mkdir -p build
	$(CONFIGURE) -B build/sanitized -DMOONLET_SANITIZE=address,undefined > build/sanitized.log 2>&1 || { cat build/sanitized.log; exit 1; }
	$(COMPILE) build/sanitized --target engine_tests
	$(BIN)/ctest --test-dir build/sanitized --output-on-failure

# A race shows in any pass, and a pass takes a hundred times as long: the tests make fewer.
thread-test: $(TOOLS)  ## The engine's tests that run threads, under ThreadSanitizer
	@mkdir -p build
	$(CONFIGURE) -B build/tsan -DMOONLET_SANITIZE=thread > build/tsan.log 2>&1 || { cat build/tsan.log; exit 1; }
	$(COMPILE) build/tsan --target threads_test team_test batch_test allocation_test
	MOONLET_EMULATED=yes $(BIN)/ctest --test-dir build/tsan --output-on-failure --tests-regex "threads|team|batch|allocation"

sanitize: cpp-test thread-test  ## All under sanitizers: the above, and the Python tests that reach the engine
	engine/tests/sanitized_python.sh $(BIN)

every-float: $(TOOLS)  ## The error of the engine's functions on all 2^32 floats (half an hour)
	@mkdir -p build
	$(CONFIGURE) -DCMAKE_BUILD_TYPE=Release -B build/release > build/release.log 2>&1 || { cat build/release.log; exit 1; }
	$(COMPILE) build/release --target functions_test
	build/release/functions_test --every

# ONLY="riscv64 windows" for some of them.
elsewhere-test: $(TOOLS)  ## The engine's own tests on emulated arm64, riscv64, ppc64le, s390x, old x86 and Windows, and by clang
	engine/tests/elsewhere.sh $(BIN) $(ONLY)

# The peers are installed here only: nothing else needs them.
$(VENV)/.bench: $(DEV)
	$(INSTALL) "moonlet[all]" --group bench
	touch $@

# The matrix kernel alone, with the engine's own flags.
build/matrix_kernel/.built: $(TOOLS) benchmarks/matrix_kernel.cpp
	$(BIN)/cmake -S . -B build/matrix_kernel -G Ninja -DCMAKE_BUILD_TYPE=Release -DMOONLET_BENCHMARKS=ON \
	  -DCMAKE_MAKE_PROGRAM=$(abspath $(BIN))/ninja > build/matrix_kernel.log 2>&1 || { cat build/matrix_kernel.log; exit 1; }
	$(COMPILE) build/matrix_kernel --target matrix_kernels
	@touch $@

bench: $(VENV)/.bench build/matrix_kernel/.built  ## moonlet beside its peers, measured in one run (QUICK=1: a rough run of minutes)
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

# -W: a link that leads nowhere, a formula or a cell that fails is an error. --keep-going shows all.
SPHINX = $(BIN)/sphinx-build -b html -W --keep-going -q docs

.PHONY: site docs docs-check notebook
site: $(PAGE)  ## The lab as a static folder for any host: build/site
	rm -rf build/site
	cp -r src/moonlet/lab/static/site build/site
	@echo "put build/site on any static host, or: python -m http.server --directory build/site"

docs: $(DEV) $(PAGE)  ## The documentation, with the tutorial and the gallery run: build/docs/html
	$(SPHINX) build/docs/html
	@echo "open build/docs/html/index.html"

docs-check: $(DEV)  ## The documentation's words and links, without running its code
	MOONLET_DOCS_RUN=0 $(SPHINX) build/docs-check/html

notebook: $(DEV)  ## The tutorial in JupyterLab, to change its numbers
	$(INSTALL) "moonlet[all]" --group notebook
	$(BIN)/python docs/tutorials.py build/notebooks
	@# The numbers in the text are computed only in notebooks that are trusted.
	$(BIN)/jupyter-trust build/notebooks/*.ipynb
	$(BIN)/jupyter-lab $(if $(filter 0,$(shell id -u)),--allow-root) build/notebooks/tutorial.ipynb

stub: $(DEV)  ## Write src/moonlet/_core.pyi anew, after the bindings have changed
	$(BIN)/python -m nanobind.stubgen -q -m moonlet._core -o src/moonlet/_core.pyi

clean:  ## Forget what was built and installed here
	rm -rf build $(VENV) web/node_modules web/sets web/engine src/moonlet/lab/static
