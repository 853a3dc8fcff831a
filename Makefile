# Every target installs what it needs first, and does so at once when it is there already.
SHELL := /bin/sh
PORT ?= 8000
ARGS ?=
# The first Python on the path that is new enough.
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3,$(if \
	$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes),$(p))) python3)
BIN := .venv/bin/python
INSTALL = @$(PYTHON) scripts/install.py
# Tests must not meet the data or the settings of an application that runs from this folder. Compiled modules are kept
# whatever the shell says: the tests start hundreds of processes, and pytest rewrites each of its files.
EMBEDDED := env -u DATABASE_URL -u REDIS_URL -u SECRET_KEY -u DEBUG -u PYTHONDONTWRITEBYTECODE DATA_DIR=var/test
PYTEST := $(BIN) -m pytest -p tests.strict -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help install run test test-production test-all lint format schema lock bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

install: ## Make .venv, install libraries, fonts and the tools of the tests
	$(INSTALL) test

run: ## Run with the demonstration programme at 127.0.0.1 (PORT, default 8000)
	$(INSTALL) run
	@exec $(BIN) manage.py serve --port $(PORT) --prepare --demo --follow

test: ## Test with SQLite and the embedded broker (ARGS for pytest)
	$(INSTALL) test
	$(EMBEDDED) $(PYTEST)

test-production: ## Test with PostgreSQL and Redis, started for the purpose
	$(INSTALL) test
	$(EMBEDDED) $(BIN) -m scripts.with_services $(PYTEST)

test-all: test test-production ## Both of them

lint: ## Check style, types, import contract, migrations, deployment settings and the API schema
	$(INSTALL) lint
	$(BIN) -m ruff check .
	$(BIN) -m ruff format --check .
	$(EMBEDDED) $(BIN) -m mypy .
	$(EMBEDDED) .venv/bin/lint-imports
	$(EMBEDDED) $(BIN) manage.py makemigrations --check --dry-run
	$(EMBEDDED) SECRET_KEY="$$($(BIN) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		ALLOWED_HOSTS=twinning.example $(BIN) manage.py check --deploy --fail-level WARNING
	$(EMBEDDED) $(BIN) manage.py spectacular --validate --fail-on-warn --file var/test/openapi.yaml
	diff -u docs/openapi.yaml var/test/openapi.yaml

format: ## Format the code
	$(INSTALL) lint
	$(BIN) -m ruff check --fix .
	$(BIN) -m ruff format .

schema: ## Write docs/openapi.yaml anew
	$(INSTALL) lint
	$(EMBEDDED) $(BIN) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

lock: ## Compile requirements*.in anew; UPGRADE=--upgrade takes newer versions
	$(INSTALL) lint
	$(BIN) scripts/lock.py $(UPGRADE)

bench: ## Measure; prints a table and writes bench/results.json
	$(INSTALL) lint
	$(EMBEDDED) $(BIN) -m scripts.with_services $(BIN) -m bench $(ARGS)

clean: ## Remove .venv and caches; data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/test
