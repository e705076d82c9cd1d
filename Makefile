# Everything a newcomer needs, one target each. Each target makes .venv by itself; a repeat takes no time.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# uv is quicker where it is installed; nothing depends on it.
UV := $(shell command -v uv 2>/dev/null)

# What the built pages depend on. The build itself decides by content whether they are stale (hatch_build.py).
WEB := $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help demo test check lint bench lock news clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.project ## Start a centre with an invented city, to look around in
	@$(BIN)/python -m firsthand demo $(ARGS)

test: $(VENV)/.project ## Run all tests (ARGS="-k name" for some)
	@$(BIN)/python -m pytest -n 2 $(ARGS)

check: lint test ## Run everything that a change has to pass: lint and tests

lint: $(VENV)/.project ## Check style, types and the direction of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(VENV)/.project ## Measure every headline figure again
	@$(BIN)/firsthand bench all $(ARGS)

# --fork-strategy fewest: one version of a dependency for all Pythons, so that all run what was tested.
lock: ## Write requirements.txt anew (needs uv; ARGS=--upgrade takes newer versions)
ifeq ($(UV),)
	@echo "Writing the lock needs uv: install it (python3 -m pip install uv in a venv of yours, put it on PATH)." >&2; exit 6
else
	@$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-build \
		--fork-strategy fewest --generate-hashes --no-emit-index-url --no-header --quiet \
		-o requirements.txt $(ARGS)
	@echo "requirements.txt is written; run make check, then commit it together with pyproject.toml."
endif

news: $(VENV)/.project ## Show the change log that the fragments in news/ would make
	@$(BIN)/towncrier build --draft --version unreleased

clean: ## Remove what can be made again (.venv, built pages, caches); recorded data stays
	@rm -rf $(VENV) src/firsthand/static web/node_modules build dist \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment -------------------------------------------------------------------------------------------

# pip refuses hashes together with a local project: first the locked dependencies, then the project alone.
$(VENV)/.dependencies: requirements.txt
ifeq ($(UV),)
	@command -v $(PYTHON) >/dev/null || \
		{ echo "There is no $(PYTHON) on this machine: install Python 3.11 or newer." >&2; exit 6; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$$($(PYTHON) -V 2>&1) is too old: Firsthand needs 3.11 or newer (make PYTHON=python3.12 names another)." >&2; exit 6; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments: install Debian's package python3-venv." >&2; exit 6; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || \
		{ echo "venv      making $(VENV) with $$($(PYTHON) -V)"; $(PYTHON) -m venv $(VENV); }
	@echo "packages  installing what requirements.txt names (about a minute the first time)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: \
		-r requirements.txt
else
	@[ -x $(BIN)/python ] || { echo "venv      making $(VENV) with uv"; $(UV) venv --quiet $(VENV); }
	@echo "packages  installing what requirements.txt names (about a minute the first time)"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes --only-binary :all: -r requirements.txt
endif
	@touch $@

$(VENV)/.project: $(VENV)/.dependencies pyproject.toml hatch_build.py $(WEB)
	@echo "firsthand installing this checkout, editable"
ifeq ($(UV),)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@$(BIN)/python -m pip check >/dev/null || $(BIN)/python -m pip check
else
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --no-index -e .
	@$(UV) pip check --quiet --python $(BIN)/python || $(UV) pip check --python $(BIN)/python
endif
	@touch $@
