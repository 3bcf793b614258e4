# The front door. Every target makes what it needs; the first run takes a minute or two.
SHELL := /bin/sh
.DEFAULT_GOAL := help
ARGS ?=

RUN := .venv/bin/

.PHONY: help setup browser demo up test soak check plugin bench lint types format lock clean

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
	@$(RUN)python -m pytest @tests/side_by_side.txt --ignore=tests/real $(ARGS)

soak: setup ## The fault tests at full length; prints what each counted
	@SOAK=1 $(RUN)python -m pytest --no-skips tests/faults tests/real/faults $(ARGS)

check: setup ## Everything: all tests, styles, types, contracts, the extension's bundle
	@$(RUN)python scripts/check.py $(ARGS)

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
