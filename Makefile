# Everything a contributor does, one word each. `make help` reads the comments after the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

.DEFAULT_GOAL := help
.PHONY: help setup run test test-long test-crash test-vm check format bench bench-squad bench-cues bench-sessions soak laps hostile heard clips coverage compiled pure test-compiled fuzz shape docs changelog constraints system-deps clean

help: ## List every target
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.stamp ## Make the virtual environment, with exactly the releases in constraints.txt

# The build backend goes in first and the build is not isolated, so that constraints.txt pins it as well.
$(VENV)/.stamp: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Trackside Coach needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) ..."
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

run: $(VENV)/.stamp ## Open the live screen on a simulated runner
	$(BIN)/coach demo

# Three on two cores: a fifth of a test's time is waiting, for a run of a second or two or for a program that ends.
WORKERS := -n 3 --dist worksteal

test: $(VENV)/.stamp ## Run every test (one of them: .venv/bin/pytest tests/gatt -k battery)
	$(BIN)/pytest -q $(WORKERS)

test-long: $(VENV)/.stamp ## Type every example, flood the program, leave terminals unread, look for rare cases longer
	$(BIN)/pytest -q -n auto --maxprocesses 2 -m long

CRASHES ?= 500

test-crash: $(VENV)/.stamp ## Kill CRASHES runs for good, and fail every call of a disk
	CRASHES=$(CRASHES) $(BIN)/pytest -q -m '' tests/crash

test-vm: $(VENV)/.stamp ## Boot an emulated machine with a real bluetoothd, and run the radio's tests in it
	$(BIN)/pytest -q -m vm tests/vm

check: $(VENV)/.stamp ## Lint, format, types, walls, changelog: what CI's static part runs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy coach tests tools
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.changelog

format: $(VENV)/.stamp ## Set the code in the house format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.stamp ## Print the benchmarks beside their budgets
	$(BIN)/python -m tests.benchmarks

bench-squad: $(VENV)/.stamp ## Print what eight runners on one board cost, and how soon a key at the line is a split
	$(BIN)/python -m tests.benchmarks.squad

bench-cues: $(VENV)/.stamp ## Print how soon and how rightly cues are called, beside other rules
	$(BIN)/python -m tests.benchmarks.cue_quality

bench-sessions: $(VENV)/.stamp ## Print how right the cues of whole sessions are, scripted and recorded
	$(BIN)/python -m tests.benchmarks.sessions

laps: $(VENV)/.stamp ## Print how the radio fares in 6 x 800 with a loss each lap and ten minutes away (2 minutes)
	$(BIN)/python -m tests.benchmarks.air laps

hostile: $(VENV)/.stamp ## Print how soon strap and pod are heard after everything went wrong, in any order (2 minutes)
	$(BIN)/python -m tests.benchmarks.air hostile

soak: $(VENV)/.stamp ## Run two hours in a terminal at 60 times their speed, and print what the process holds
	$(BIN)/python -m tests.soak

heard: $(VENV)/.stamp ## Render what is heard in the golden evenings into build/heard, one WAV file and one list each
	$(BIN)/python -m tests.golden.heard build/heard

clips: $(VENV)/.stamp ## Record the clip bank anew from the phrases, with hibari-tts
	@$(BIN)/python -c 'import hibari, lameenc' 2>/dev/null || $(PIP) install -c constraints.txt --no-build-isolation -e '.[clips]'
	$(BIN)/python -m tools.clips

coverage: $(VENV)/.stamp ## Branch coverage: what is not covered anywhere, then the core, which must be complete
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q $(WORKERS)
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/coverage report --fail-under 100 --omit 'coach/__main__.py,coach/app/*,coach/cli/*,coach/edge/*,coach/screen/*'

compiled: $(VENV)/.stamp ## Compile the pure core with mypyc, into the tree; needs a C compiler
	$(BIN)/python -m tools.compiled

pure: $(VENV)/.stamp ## Take the compiled modules out of the tree again
	$(BIN)/python -m tools.compiled pure

CORE_TESTS := tests/gatt tests/signals tests/workout tests/session tests/cues tests/live tests/recording tests/golden tests/edge/test_settings.py

test-compiled: compiled ## Run the core's tests on the compiled core, replay every recording on both, and leave the tree pure
	@$(BIN)/pytest -q -n auto --maxprocesses 2 $(CORE_TESTS) && $(BIN)/python -m tests.golden.both; \
		status=$$?; $(MAKE) --no-print-directory pure; exit $$status

FUZZ_SECONDS ?= 20

fuzz: $(VENV)/.stamp ## Throw bytes at every importer and reader for FUZZ_SECONDS each; finds are kept in build/fuzz
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(PIP) install -c constraints.txt --no-build-isolation -e '.[fuzz]'
	$(BIN)/python -m tests.fuzz $(FUZZ_SECONDS)

shape: $(VENV)/.stamp ## Print the sizes of rooms, modules and functions
	@$(BIN)/python -m tools.shape

docs: $(VENV)/.stamp ## Write the generated reference pages again
	$(BIN)/python -m tools.docs

changelog: $(VENV)/.stamp ## Gather the fragments for a release: make changelog VERSION=0.2.0 DATE=2026-12-24
	$(BIN)/python -m tools.changelog gather $(VERSION) $(DATE)

constraints: ## Resolve every dependency afresh into constraints.txt
	rm -rf build/resolve
	$(PYTHON) -m venv build/resolve
	build/resolve/bin/python -m pip install --quiet hatchling editables
	build/resolve/bin/python -m pip install --quiet --no-build-isolation -e '.[dev]'
	(grep '^#' constraints.txt; build/resolve/bin/python -m pip freeze --exclude-editable | sort -f) > build/constraints.txt
	mv build/constraints.txt constraints.txt
	rm -rf build/resolve

system-deps: ## Install the few system packages that tests and pictures use (Debian, Ubuntu)
	@sh tools/system-deps

clean: ## Remove the virtual environment and everything tools left behind
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find coach tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f coach_core*.so
	find coach -name '*.so' -delete
