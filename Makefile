# Everything here sets itself up: `make demo` and `make test` work on a fresh clone with python3 >= 3.11 and a package index.
PYTHON ?= python3
PORT   ?= 8765
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format lock bench clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

setup: $(READY) ## set up .venv with everything that is locked

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || { echo "Creating $(VENV)"; $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }; }
	@echo "Installing the locked dependencies; this takes a minute or two, once"
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --quiet --editable .
	@touch $(READY)

demo: setup ## run the real bot in a simulated Discord server, in your browser
	@$(BIN)/python -m bot demo --port $(PORT)

test: setup ## run all tests
	@$(BIN)/python -m pytest

check: setup ## format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m bot check

format: setup ## put the code into the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup ## measure speed and quality beside other engines, into docs/performance.md; FULL=1 adds 100,000 and 1,000,000 sections
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-build-isolation --editable '.[bench]' \
		|| $(BIN)/python -m pip install --disable-pip-version-check --quiet bm25s tantivy \
		|| echo "The other engines could not be installed; the bench says which it leaves out"
	@$(BIN)/python -m benchmarks.run $(if $(FULL),--full)

lock: setup ## renew the locked dependencies
	@$(BIN)/python -m pip install --quiet uv
	@sh scripts/lock

clean: ## remove what setup has made
	@rm -rf $(VENV) build *.egg-info
