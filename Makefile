# Chartside. `make` lists the targets. Settings: GPU=cuda|vulkan|metal|none  TORCH=cpu|cuda  NATIVE=on|off  PYTHON=python3
PYTHON ?= python3
export GPU NATIVE TORCH FLAVOUR UPDATE_KEY OUT STARTER REUSE

VENV := .venv/bin
BOOTSTRAP = $(PYTHON) packaging/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run test prepare bench coverage screenshots lint format lock installer installer-test clean need-python

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  %-14s %s\n' "$$name" "$$text"; done

run: need-python  ## set everything up and open Chartside (without a display: its demo in the terminal)
	@$(BOOTSTRAP) run

test: need-python  ## set everything up with the small model, then format, lint, types, imports and tests
	@$(BOOTSTRAP) test

prepare: need-python  ## set up for development without running anything
	@$(BOOTSTRAP) prepare-test

bench: prepare  ## run every benchmark (one alone: .venv/bin/python -m tests.benchmarks.NAME)
	@for file in $$(grep -l __main__ tests/benchmarks/*.py); do \
		name=$$(basename $$file .py); echo "== $$name  (alone: $(VENV)/python -m tests.benchmarks.$$name)"; \
		QT_QPA_PLATFORM=offscreen $(VENV)/python -m tests.benchmarks.$$name || exit 1; done

coverage: prepare  ## the tests once more, with the lines that no test reaches (three times as slow)
	@QT_QPA_PLATFORM=offscreen $(VENV)/python -m pytest -q -m "not gpu" --cov --cov-report=term --cov-report=html

screenshots: prepare  ## render every page of the real program into screenshots/
	@QT_QPA_PLATFORM=offscreen $(VENV)/python -m tests.screenshots

lint: prepare  ## format check, lint, types and import contracts
	@$(VENV)/ruff format --check . && $(VENV)/ruff check . && $(VENV)/mypy && $(VENV)/lint-imports

format: prepare  ## format the code
	@$(VENV)/ruff format . && $(VENV)/ruff check --fix .

lock: prepare  ## write the lock files anew from pyproject.toml
	@$(VENV)/pip install -q --no-deps --require-hashes -r packaging/locks/uv.txt
	@$(VENV)/python packaging/lock.py

installer: need-python  ## build the installers into dist/ (FLAVOUR=full|slim GPU=none|cuda|vulkan UPDATE_KEY=FILE)
	@$(PYTHON) packaging/installer.py

installer-test: prepare  ## use the built full flavour as a clinic would, on a clean system (as root, on Debian)
	@$(VENV)/python -m pytest -q tests/packaging/test_bundle.py
	@$(VENV)/python packaging/installer_test

clean:  ## remove the environment and everything generated; models and built wheels stay
	rm -rf .venv build dist screenshots htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

need-python:
	@command -v $(PYTHON) >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get -qq update && apt-get -qq install -y python3 python3-venv; \
		else echo "Python 3.11 or newer is missing. Run: sudo apt-get install python3 python3-venv"; exit 1; fi; }
