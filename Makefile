# Needs python3 with its venv module, and make. Everything else comes from the locks, hashes required.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# A network index may be slow, but a lock never changes under us: pip need not look for its own updates.
PIP    := $(BIN)/python -m pip --disable-pip-version-check
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

RUNTIME_STAMP := $(VENV)/.runtime-stamp
DEV_STAMP     := $(VENV)/.dev-stamp

PATHS ?= .

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv dev-venv demo test check format bench lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST)

venv: $(RUNTIME_STAMP) ## make .venv with what the programs need
dev-venv: $(DEV_STAMP) ## add what tests and linters need

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 venv") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

# The repository itself is installed editable by the locked build backend, so nothing unlocked is fetched.
$(RUNTIME_STAMP): requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUNTIME_STAMP)
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(RUNTIME_STAMP) ## play a real case through a province's agencies
	@$(BIN)/phoihop demo $(ARGS)

# The pages are driven with the system's chromium, installed where that is possible (PHOIHOP_NO_INSTALL=1 forbids it).
# The tests start hundreds of processes: what each would compile again is kept, wherever Python is told to keep nothing.
# Each worker takes a stretch of neighbours, so that what a file or a folder shares is made once, and helps when done.
test: $(DEV_STAMP) ## run every test (ARGS="-k word" narrows it)
	@$(BIN)/python -m tests.browser.chromium
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(DEV_STAMP) ## formatting, lint, types, one-way imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV_STAMP) ## rewrite the sources in the house format (PATHS=events/ narrows it)
	$(BIN)/ruff format $(PATHS)
	$(BIN)/ruff check --fix $(PATHS)

bench: $(RUNTIME_STAMP) ## measure the bus against the raw broker and store
	@$(BIN)/phoihop bench $(ARGS)

# The runtime lock comes first and constrains the other, so both name the same versions.
lock: ## resolve pyproject.toml into both locks again
	@test -x $(BIN)/uv || $(MAKE) dev-venv
	$(UV_COMPILE) --extra build -o requirements.lock pyproject.toml
	$(UV_COMPILE) --extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove .venv and the tools' caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
