# Needs Python 3.11 or newer, pip, git and make; everything else is installed into .venv. `make help` lists what there is.
#
# The text of a target is the comment that begins with two marks, behind it.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= auto
ARGS ?=

BIN := $(VENV)/bin
PIP_OPTIONS := --disable-pip-version-check
MARKERS := $(if $(INTEROP),,not interop)

.DEFAULT_GOAL := help
.PHONY: help demo test test-faults check lint format contents message-types types bench docs wheel clean

help:  ## this list
	@echo "Evergraph runs TensorFlow 1 programs on JAX. What make does:"
	@echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'
	@echo
	@echo "The first of them installs Evergraph into $(VENV), about 720 MB: JAX, NumPy, TensorBoard and what they need."
	@echo "Another Python: make test PYTHON=python3.12 (after make clean). Some tests: make test ARGS=\"tests/ops -x\"."

demo: $(VENV)/.installed  ## train on handwritten digits, be killed in the middle, go on, print the accuracy (a minute)
	$(BIN)/python examples/digits/demo.py $(ARGS)

# Each worker compiles with all cores already: more than a few of them only cost memory.
test: $(VENV)/.installed-test $(if $(INTEROP),$(VENV)/.installed-interop)  ## all tests but those that need TensorFlow, in a few minutes (INTEROP=1: those too)
	JAX_PLATFORMS=cpu $(BIN)/python -m pytest -m "$(MARKERS)" -n $(WORKERS) --maxprocesses 4 \
	    --dist loadfile --no-loadscope-reorder $(ARGS)

test-faults: $(VENV)/.installed-test  ## kill programs and damage files for a quarter of an hour; nothing may be lost
	EVERGRAPH_LONG_FAULTS=1 JAX_PLATFORMS=cpu $(BIN)/python -m pytest tests/faults -m "faults and not interop" $(ARGS)

check: lint types test  ## lint, types and test

lint: $(VENV)/.installed-lint  ## what ruff finds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.installed-lint  ## let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The tables of contents, from what is marked @public.
contents: $(BIN)/python  ## write the tables of contents from what is marked @public
	$(BIN)/python scripts/contents.py

# What pyright knows of protocol messages, from their descriptors.
message-types: $(VENV)/.installed  ## write the types of the protocol messages
	$(BIN)/python scripts/message_types.py

types: $(VENV)/.installed-lint  ## what pyright finds
	$(BIN)/pyright --pythonpath $(BIN)/python

bench: $(VENV)/.installed $(if $(INTEROP),$(VENV)/.installed-interop)  ## workloads beside a bare jitted loop, into docs/performance.md (INTEROP=1, WORKLOAD=mlp, ARGS=...)
	$(BIN)/python benchmarks/$(if $(WORKLOAD),$(WORKLOAD),report).py $(if $(INTEROP),--tensorflow) $(ARGS)

docs: $(VENV)/.installed-docs  ## the documentation, into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "The documentation is in site/index.html. To read it while you write: NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve"

# The wheel has to install anywhere: the name of a pure Python one ends with py3-none-any.
wheel: $(VENV)/.installed  ## a wheel, into dist/
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	ls dist/evergraph-*-py3-none-any.whl

clean:  ## remove .venv and everything built
	rm -rf $(VENV) build dist site demo_run .pytest_cache .ruff_cache .hypothesis

# A stamp for each set of extras; all are made anew when pyproject.toml changes.

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "--- installing Evergraph and what it needs into $(VENV): about 720 MB, once"
	$(BIN)/python -m pip install $(PIP_OPTIONS) --editable .
	@echo "--- installed"
	@$(BIN)/python -m compileall -q evergraph
	@touch $@

$(VENV)/.installed-%: pyproject.toml | $(BIN)/python
	@echo "--- installing what \`$*\` needs into $(VENV), once"
	$(BIN)/python -m pip install $(PIP_OPTIONS) --editable ".[$*]"
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Evergraph needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1`. Try: make PYTHON=python3.12 ..."; exit 1; }
	@echo "--- making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
