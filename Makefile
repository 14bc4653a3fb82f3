# On a fresh machine with Python 3.11 or newer and make: `make run` and `make test` do everything.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run
.PHONY: run test check docs lock migrate translations races kills badinput bench scale

BIN := .venv/bin
NEEDED_BY_TESTS := chromium postgresql fonts-noto-core fonts-noto-cjk
PARALLEL ?= 2

run:  ## The site with its demo, on http://127.0.0.1:8000 (PORT=… for another)
	@requirements/install app
	@exec $(BIN)/python -m app.commands.serve

test: tools  ## Everything that is checked: the house, then every test, on both databases
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n $(PARALLEL)

tools:
	@.ci/packages $(NEEDED_BY_TESTS)
	@requirements/install checks
.PHONY: tools

check:  ## Lint, types, floors and rooms, and generated documents that are fresh
	@requirements/install checks
	@$(BIN)/ruff check --quiet . && echo "ruff: fine"
	@$(BIN)/ruff format --quiet --check . || { echo "ruff format: run $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports | tail -3
	@$(BIN)/djlint templates --lint --quiet && echo "djlint: fine"
	@$(BIN)/python -m app.commands.documents --check

docs:  ## docs/states.md and docs/permissions.md, from the code
	@requirements/install checks
	@$(BIN)/python -m app.commands.documents

lock:  ## The hashed lists of packages, from requirements/*.in (needs uv)
	@for list in app checks; do uv pip compile --quiet --python-version 3.11 --universal --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links requirements/$$list.in -o requirements/$$list.txt; done

migrate:  ## Bring the database up to date
	@requirements/install app
	@ENVIRONMENT=$${ENVIRONMENT:-development} $(BIN)/flask --app wsgi migrate

translations:  ## Collect what is said into translations/, keep what was translated, compile
	@requirements/install app
	@$(BIN)/pybabel -q extract -F babel.cfg -k lazy -k lazy_in:1 -k Permission:2 -k pgettext:1c,2 --no-location --sort-output \
	  --project=Lontar --version=1 -o translations/messages.pot .
	@for language in ja km th; do if [ -d translations/$$language ]; then verb=update options=--no-fuzzy-matching; else verb=init options=; fi; \
	  $(BIN)/pybabel -q $$verb $$options -i translations/messages.pot -d translations -l $$language; done
	@$(BIN)/pybabel -q compile -d translations

races: tools  ## Many clients at once, 200 rounds, on both databases
	@ROUNDS=200 $(BIN)/python -m pytest -m race

kills: tools  ## Workers, and the server, killed in the middle a hundred times, on both databases
	@KILLS=100 $(BIN)/python -m pytest tests/jobs tests/applications/test_outages.py -m race

badinput: tools  ## What nobody should type, in every field of every form of the demo, on both databases
	@THOROUGH=1 $(BIN)/python -m pytest -n 2 --dist loadgroup tests/demo/test_bad_input.py

bench:  ## Pages as shares of a hello-world application's, in one run (docs/performance.md)
	@.ci/packages wrk
	@requirements/install app
	@$(BIN)/python -m bench.pages

scale:  ## The office's list with 10,000 and 1,000,000 applications, on PostgreSQL (docs/performance.md)
	@.ci/packages postgresql
	@requirements/install app
	@$(BIN)/python -m bench.scale
