# Needs Python 3.11 or newer, pip, git and make; everything else is installed into .venv.
#
#   make demo     train on handwritten digits, be killed in the middle, go on, print the accuracy
#   make test     all tests but those that need TensorFlow (make test INTEROP=1: those too)
#   make check    lint, types and test
#   make test-faults    kill programs and damage files for a quarter of an hour; nothing may be lost
#   make bench    every workload beside a bare jitted loop, into docs/performance.md (make bench INTEROP=1: TensorFlow
#                 too); one of them: make bench WORKLOAD=mlp ARGS="--max-ratio 1.5"
#
# Another Python: make test PYTHON=python3.12 (after `make clean`). Some tests: make test ARGS="tests/ops -x".

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= auto
ARGS ?=

BIN := $(VENV)/bin
MARKERS := $(if $(INTEROP),,not interop)

.PHONY: demo test test-faults check lint format types bench docs wheel clean

demo: $(VENV)/.installed
	$(BIN)/python examples/digits/demo.py $(ARGS)

# Each worker compiles with all cores already: more than a few of them only cost memory.
test: $(VENV)/.installed-test $(if $(INTEROP),$(VENV)/.installed-interop)
	JAX_PLATFORMS=cpu $(BIN)/python -m pytest -m "$(MARKERS)" -n $(WORKERS) --maxprocesses 4 --dist loadfile $(ARGS)

# Kills programs and damages files, hundreds of times, within 15 minutes; prints what it did.
test-faults: $(VENV)/.installed-test
	EVERGRAPH_LONG_FAULTS=1 JAX_PLATFORMS=cpu $(BIN)/python -m pytest tests/faults -m "faults and not interop" $(ARGS)

check: lint types test

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check .

format: $(VENV)/.installed-lint
	$(BIN)/ruff check --fix .

types: $(VENV)/.installed-lint
	$(BIN)/pyright --pythonpath $(BIN)/python

bench: $(VENV)/.installed $(if $(INTEROP),$(VENV)/.installed-interop)
	$(BIN)/python benchmarks/$(if $(WORKLOAD),$(WORKLOAD),report).py $(if $(INTEROP),--tensorflow) $(ARGS)

docs: $(VENV)/.installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The wheel has to install anywhere: the name of a pure Python one ends with py3-none-any.
wheel: $(VENV)/.installed
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	ls dist/evergraph-*-py3-none-any.whl

clean:
	rm -rf $(VENV) build dist site demo_run .pytest_cache .ruff_cache .hypothesis

# A stamp for each set of extras; all are made anew when pyproject.toml changes.

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q evergraph
	touch $@

$(VENV)/.installed-%: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[$*]"
	touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Evergraph needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1`. Try: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
