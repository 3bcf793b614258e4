# The front door. Every target makes what it needs; the first run takes a minute or two.
SHELL := /bin/sh
.DEFAULT_GOAL := help
ARGS ?=

RUN := .venv/bin/

.PHONY: help setup browser demo up test soak check audit advisories sbom secrets contract mutants plugin bench lint types format lock clean

help: ## What there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1 \t/p' Makefile | expand -t 16

setup: ## Make .venv with everything in it
	@$${PYTHON:-python3} scripts/bootstrap.py

browser: setup
	@$(RUN)python scripts/browser.py

demo: setup ## Tillside with a stand-in Shopify and WooCommerce, to click through
	@exec $(RUN)tillside demo $(ARGS)

up: setup ## Everything on one machine, for real stores; reads .env
	@set -a; [ ! -f .env ] || . ./.env; set +a; exec $(RUN)tillside up $(ARGS)

test: setup browser ## The quick suite
	@$(RUN)python -m pytest @tests/side_by_side.txt --ignore=tests/real --ignore=tests/contract $(ARGS)

soak: setup ## The fault tests at full length; prints what each counted
	@SOAK=1 $(RUN)python -m pytest --no-skips tests/faults tests/real/faults $(ARGS)

check: setup ## Everything: all tests, styles, types, contracts, the extension's bundle
	@$(RUN)python scripts/check.py $(ARGS)

audit: setup ## Known holes in what we depend on
	@$(RUN)python scripts/audit.py $(ARGS)

advisories: setup ## Fetch the advisories anew that audit falls back on (needs git)
	@$(RUN)python scripts/advisories.py $(ARGS)

sbom: setup ## build/sbom.json: what we depend on, with licences
	@$(RUN)python scripts/sbom.py $(ARGS)

secrets: setup ## Whether a secret stands in a file of the project
	@$(RUN)python scripts/secret_scan.py $(ARGS)

contract: setup ## Whether every answer of the API is as /openapi.json says
	@$(RUN)python -m pytest tests/contract $(ARGS)

mutants: setup ## Whether the tests notice each guard that is broken on purpose
	@$(RUN)python scripts/mutants.py $(ARGS)

plugin: setup ## build/tillside.zip, the WordPress plugin
	@$(RUN)python scripts/plugin.py

bench: setup ## Measure; prints ratios of one run
	@$(RUN)python scripts/bench.py $(ARGS)

lint: setup ## Styles and the floor plan
	@$(RUN)ruff check . && $(RUN)ruff format --check . && $(RUN)lint-imports

types: setup ## mypy, strict
	@$(RUN)mypy

format: setup ## Let ruff rewrite what it can
	@$(RUN)ruff format . && $(RUN)ruff check --fix .

lock: setup ## Work out requirements.lock anew (needs uv)
	@$(RUN)python scripts/lock.py $(ARGS)

clean: ## Remove .venv and caches; data/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
