# The ways into this repository. A fresh machine needs python3 (3.11 or newer) and make; the rest is set up here.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# Workers for the tests; acceptance tests wait for real processes half of their time, so one more than two cores.
JOBS   ?= 3
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check golden bench oracle texts lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.run ## sample posts, from content/ to published, on the sandbox; leaves .demo/
	$(BIN)/publisher --workspace .demo demo

test: $(VENV)/.dev ## all tests
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(PYTEST_ARGS)

check: $(VENV)/.dev ## style, types, import rules, texts in both languages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_texts.py

golden: $(VENV)/.dev ## write the expected renditions and pictures, the schemas and the pages to print anew; the diff is the review
	$(BIN)/python -m pytest tests/golden --golden-update -q
	$(BIN)/publisher init --schema
	$(BIN)/python tools/print_guides.py

bench: $(VENV)/.dev ## figures and their bounds; fails if one is broken
	$(PIP) install --quiet -r requirements/bench.txt
	$(BIN)/python -m benchmarks

oracle: $(VENV)/.dev ## SPEC=FILE: the facts of X's OpenAPI file that tests hold our traffic against
	@test -n "$(SPEC)" || { echo "usage: make oracle SPEC=path/to/x-openapi.json" >&2; exit 2; }
	$(BIN)/python -m tests.oracles.distil "$(SPEC)"

texts: $(VENV)/.run ## compile the catalogues of texts (.po to .mo)
	$(BIN)/python hatch_build.py

# Hashed, and without options: where packages come from is for the machine that installs them to say.
LOCK := $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --upgrade
lock: export CUSTOM_COMPILE_COMMAND = make lock
lock: $(VENV)/.dev ## resolve the dependencies anew into requirements/*.lock
	$(LOCK) --output-file requirements/run.lock pyproject.toml
	$(LOCK) --output-file requirements/build.lock requirements/build.in
	cd requirements && $(LOCK:$(BIN)/%=../$(BIN)/%) --output-file dev.lock dev.in
	sed -i '/^--/d' requirements/*.lock

clean: ## remove what was made here, .venv included
	rm -rf $(VENV) .demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find publisher connectors -name '*.mo' -delete
	find publisher connectors tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# ── Setting up ───────────────────────────────────────────────────────────────

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed: sudo apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "Python cannot make virtual environments yet: sudo apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.lock requirements/build.lock pyproject.toml hatch_build.py | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements/run.lock
	$(PIP) install --quiet --require-hashes -r requirements/build.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	$(PIP) install --quiet --require-hashes -r requirements/dev.lock
	@touch $@
