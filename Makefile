# Everything here sets itself up: `make demo` and `make test` work on a fresh clone with a Python >= 3.11 and a package index.
PYTHON ?=
PORT   ?= 8765
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
SERVES := $(VENV)/installed
ADVICE := $(VENV).advice

INSTALL = mkdir -p $(dir $(VENV)) && sh scripts/install $(if $(PYTHON),--python $(PYTHON))
NEEDED  = pyproject.toml setup.py scripts/install scripts/complete.py
# What to do is the last thing said after a failure: scripts/install leaves it in a file, and make stops with it instead of `Error 1`.
STOP    = $(if $(shell cat $(ADVICE) 2>/dev/null),$(error $(shell cat $(ADVICE))))

.DEFAULT_GOAL := help
.PHONY: help setup install demo test soak check format lock audit image release rebuild bench mutate pictures clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

setup: $(READY) ## set up .venv with everything that is locked
	$(STOP)@:

$(READY): requirements.lock $(NEEDED)
	@$(INSTALL) --extras demo,dev,metrics,postgres --editable $(VENV) requirements.lock >$(ADVICE) && touch $(READY) $(SERVES) || :

install: $(SERVES) ## set up .venv with what a server needs: no test tools
	$(STOP)@:

$(SERVES): requirements-run.lock $(NEEDED)
	@$(INSTALL) --extras metrics,postgres $(VENV) requirements-run.lock >$(ADVICE) && touch $(SERVES) || :

demo: setup ## run the real bot in a simulated Discord server, in your browser
	@$(BIN)/python -m bot demo --port $(PORT)

# Compiled code is kept, whatever the shell's settings are: each of the processes would compile all of it.
test: setup ## run all tests, on all cores
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal

soak: setup ## run what takes long: kills, power cuts, memory, forged interactions, overload
	@$(BIN)/python -m pytest -m soak

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

pictures: setup ## take the pictures of README and docs/commands.md again; needs Chromium
	@$(BIN)/python -m tests.browser.pictures

mutate: setup ## break the code line by line, and name the breaks that no test notices; SEED=2 draws other lines
	@$(BIN)/python -m scripts.mutation $(if $(SEED),--seed $(SEED))

lock: setup ## renew the locked dependencies
	@$(BIN)/python -m pip install --quiet uv
	@sh scripts/lock

audit: setup ## look for known vulnerabilities of the locked versions, where a service can be reached
	@$(BIN)/python scripts/audit.py

image: ## build the image; without a container engine, do the Dockerfile's steps in an empty folder
	@if docker info >/dev/null 2>&1; then docker build --tag osai-faq-bot .; \
	elif podman info >/dev/null 2>&1; then podman build --tag osai-faq-bot .; \
	else echo "No container engine is here, so the Dockerfile's steps are done in an empty folder instead"; \
	$(or $(PYTHON),"$$(sh scripts/pythons --choose)") scripts/rehearse_image.py; fi

release: setup ## check, test, build into dist/, commit and tag a version, as in make release VERSION=0.2.0; nothing is pushed
	@$(BIN)/python -m scripts.release "$(VERSION)"

rebuild: setup ## build a released version again, and compare: make rebuild VERSION=0.2.0
	@$(BIN)/python -m scripts.release --again "$(VERSION)"

clean: ## remove what setup has made
	@rm -rf $(VENV) $(ADVICE) build *.egg-info
