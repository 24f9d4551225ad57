# Each target sets up what it needs: a virtual environment with the pinned packages.
PYTHON ?= python3
BIN := .venv/bin

help:  ## what there is to make
	@$(PYTHON) -c "import re; print('\n'.join(f'make {n:10} {t}' for n, t in re.findall(r'^([a-z-]+):[^#\n]*## (.+)', open('Makefile', encoding='utf-8').read(), re.M)))"

.PHONY: help run test test-site fuzz site lab lock lint refresh findings

.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(None if sys.version_info >= (3, 11) else 'Python 3.11 or later is needed, this is ' + sys.version)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -c "open('.venv/ready', 'w').close()"

run: .venv/ready  ## work out again what changed
	$(BIN)/workforce run

test: .venv/ready  ## the whole test suite, the notebooks included
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --nbval --nbval-current-env --nbval-cell-timeout 120 tests notebooks outputs

test-site: .venv/ready  ## the tests of the site, in a browser
	WORKFORCE_NEEDS_BROWSER=1 $(BIN)/python -m pytest tests/site

fuzz: .venv/ready  ## thousands of mutated files and disturbed runs, for hours; figures in benchmarks/robustness.md
	$(BIN)/python benchmarks/hostile.py
	$(BIN)/python benchmarks/ended.py

site: .venv/ready  ## the workbook and the static site
	$(BIN)/workforce export && $(BIN)/workforce site

lab: .venv/ready  ## JupyterLab on a scratch copy of the notebooks
	$(BIN)/workforce lab

lint: .venv/ready  ## check the style of the code
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

refresh: .venv/ready  ## run the notebooks themselves, the batch, and the findings of the README
	$(BIN)/workforce refresh && $(BIN)/workforce run && $(BIN)/workforce findings

findings: .venv/ready  ## the findings of the README
	$(BIN)/workforce findings

lock: .venv/ready  ## pin every package anew
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/python -m uv pip compile --quiet --universal --upgrade --python-version 3.11 --extra dev --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --output-file requirements.txt pyproject.toml
