# make demo    the sample feeds imported and the guide served on port 8001
# make test    the quick tests, which are most of them: a few minutes
# make test-all   every test, the slow ones included, as CI does; the attacks have a command of their own
# make attack  40 strangers attack a server in every way that is known: what they get, and how long others wait meanwhile
# make fuzz    looks for feeds that break the reader; MINUTES=10 how long, SEED=1 for the same feeds again
# make soak    thirty bad minutes: broken feeds, strangers, kills, a full disk; SOAK=30 how many minutes
# make test-datasette1     the quick tests of the web side on Datasette 1.0, in a virtual environment of their own, as CI does
# make test-datasette1-all every test of the web side on Datasette 1.0
# make attack-datasette1   the attacks on Datasette 1.0
# make test-plugins        other plugins of Datasette beside the guide, on 0.65, in a virtual environment of their own
# make catalogues   new words of pages go into the catalogues of languages, for their translators
# make lint    ruff, format, types, and who may import whom
# make wheel   the sdist and the wheel in dist/, and a check of their metadata
# make bench   the speed and memory bars; SIZES=small,real,large chooses the inputs, ROUNDS=3 how often
# make bench-web   the API beside a Flask server of the same endpoints; ROUNDS=3 how often
# make clean   removes what the others made, the virtual environment too
# Needs Python 3.10+ and make only. PYTHON=python3.12 chooses the interpreter.

PYTHON ?= python3
VENV ?= .venv
VENV1 ?= .venv-datasette1
VENVP ?= .venv-plugins
# What is of the web side. Left out on 1.0: replicas, nginx and faults, which meet Datasette only through the same pages.
WEB = tests/web tests/project/test_bundle.py tests/project/test_metadata.py tests/project/test_queries.py \
	tests/project/test_upgrade_of_datasette.py tests/system/test_stranger.py tests/system/test_secrets.py \
	tests/browser/test_pages_in_browser.py
SIZES ?= small,real
ROUNDS ?= 3
MINUTES ?= 10
SOAK ?= 30
PY = $(VENV)/bin/python
SKIPPED = .pytest_cache/skipped
REPORT = --durations=15 --skipped=$(SKIPPED)
# the tests of one module share servers and guides, so they run in one process
PARALLEL = $(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder
PARALLEL1 = $(VENV1)/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
STAMP = $(VENV)/.installed
# the modules with a test that nothing may run beside; to collect all others for the second run would take ten seconds
ALONE = $(shell grep -rl --include='test_*.py' 'mark\.alone' tests)
# Tests write thousands of small databases, and most of their waiting is for the disk. Where there are 8 GB of free memory and
# of room in /dev/shm, their files stay in memory. They go when the run ends.
SCRATCH = room() { awk -v free="$$1" 'BEGIN { exit !(free > 8000000) }'; }; \
	if room "$$(awk '/MemAvailable/ { print $$2 }' /proc/meminfo 2>/dev/null)" \
		&& room "$$(df -k /dev/shm 2>/dev/null | awk 'END { print $$4 }')"; then \
		TMPDIR=$$(mktemp -d /dev/shm/epg-tests.XXXXXX); export TMPDIR; trap 'rm -rf "$$TMPDIR"' EXIT; \
	fi;

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-environments venv-datasette1 test-datasette1 test-datasette1-all test-plugins attack attack-datasette1 fuzz soak lint catalogues wheel bench bench-web venv clean

help:
	@sed -n '/^$$/q; s/^# \{0,1\}//p' Makefile

demo: venv
	@echo "demo: importing two sample feeds and serving the guide; Ctrl-C stops it"
	@$(PY) -m demo.run $(ARGS)

# An empty PYTHONDONTWRITEBYTECODE lets each process of pytest keep the tests that it has compiled for the next run.
test test-all: export PYTHONDONTWRITEBYTECODE =
test: venv
	@$(SCRATCH) \
	echo "test: running the quick tests, on two processes for each core; make test-all runs every test"; \
	$(PARALLEL) -m "not slow and not alone and not attack and not elsewhere" --durations=15 $(ARGS)

# Both runs take place, whatever the first one says. The second ends with status 5 when ARGS chooses none of its tests.
test-all: venv
	@rm -f $(SKIPPED); status=0; $(SCRATCH) \
	echo "test-all: running every test, on two processes for each core"; \
	$(PARALLEL) -m "not alone and not attack and not elsewhere" $(REPORT) $(ARGS) || status=$$?; \
	echo "test-all: running the tests that compare times, one after the other"; \
	$(PY) -m pytest -m alone $(REPORT) $(or $(ARGS),$(ALONE)) || [ $$? -eq 5 ] || status=1; \
	$(PY) -m tests.helpers.skips $(SKIPPED); \
	exit $$status

# The virtual environments of test-datasette1 and test-plugins, for a machine that builds them ahead.
test-environments: venv-datasette1 $(VENVP)/.installed

venv-datasette1: $(VENV1)/.installed

# A plugin takes part in every Datasette of its environment. Tests of other plugins start servers that load those, too.
test-datasette1 test-datasette1-all attack-datasette1 test-plugins: export DATASETTE_LOAD_PLUGINS = datasette-auth-tokens,datasette-epg

# The test of an upgrade serves with the Datasette of the other environment first.
test-datasette1 test-datasette1-all: export DATASETTE_065_PYTHON = $(abspath $(PY))
test-datasette1 test-datasette1-all: export PYTHONDONTWRITEBYTECODE =
test-datasette1: venv $(VENV1)/.installed
	@$(SCRATCH) \
	echo "test-datasette1: running the quick tests of the web side on Datasette 1.0"; \
	$(PARALLEL1) -m "not slow and not alone and not attack" --durations=15 $(or $(ARGS),$(WEB))

test-datasette1-all: venv $(VENV1)/.installed
	@$(SCRATCH) \
	echo "test-datasette1-all: running every test of the web side on Datasette 1.0"; \
	$(PARALLEL1) -m "not alone and not attack" --durations=15 $(or $(ARGS),$(WEB))

# ATTACK_SECONDS shortens each attack.
attack-datasette1: $(VENV1)/.installed
	@echo "attack-datasette1: 40 strangers at once, on Datasette 1.0"
	@$(VENV1)/bin/python -m pytest -m attack --capture=no tests/system/attack $(ARGS)

test-plugins: $(VENVP)/.installed
	@echo "test-plugins: other plugins beside the guide"
	@$(VENVP)/bin/python -m pytest tests/web/beside $(ARGS)

# Without capture, so that it prints its table.
attack: venv
	@echo "attack: 40 strangers at once, for about two minutes"
	@$(PY) -m pytest -m attack --capture=no tests/system/attack $(ARGS)

fuzz: venv
	@echo "fuzz: damaging feeds for $(MINUTES) minutes"
	@$(PY) -m tests.fuzz.run --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(ARGS)

soak: venv
	@echo "soak: a guide in $(SOAK) bad minutes"
	@$(PY) -m tests.soak.run --minutes $(SOAK) $(ARGS)

lint: venv
	@echo "lint: ruff check"
	@$(PY) -m ruff check .
	@echo "lint: ruff format --check"
	@$(PY) -m ruff format --check .
	@echo "lint: mypy"
	@$(PY) -m mypy
	@echo "lint: who may import whom"
	@PYTHONPATH=ingest:plugins $(VENV)/bin/lint-imports --no-cache

# Takes new words from templates and modules into the catalogues, where translators give them their words, and removes old ones.
WORDS = plugins/epg_web/languages
catalogues: venv
	@$(VENV)/bin/pybabel -q extract -F pyproject.toml -k _ -k ngettext:1,2 --no-location --sort-output --no-wrap \
		--omit-header -o $(WORDS)/words.pot .
	@for file in $(WORDS)/*.po; do $(VENV)/bin/pybabel -q update -i $(WORDS)/words.pot -o $$file -l $$(basename $$file .po) \
		--no-fuzzy-matching --ignore-obsolete --no-wrap --omit-header; done
	@rm $(WORDS)/words.pot

wheel: venv
	@echo "wheel: building the sdist and the wheel"
	@rm -rf dist
	@$(PY) -m hatchling build -d dist
	@echo "wheel: twine check --strict"
	@$(PY) -m twine check --strict dist/*

bench: venv
	@echo "bench: measuring $(SIZES), $(ROUNDS) rounds"
	@$(PY) -m benchmarks.run --sizes $(SIZES) --rounds $(ROUNDS) $(ARGS)

bench-web: venv
	@echo "bench-web: measuring the API, $(ROUNDS) rounds"
	@$(PY) -m benchmarks.web --rounds $(ROUNDS) $(ARGS)

venv: $(STAMP)

# ensurepip is what Debian leaves out of python3 and puts into python3-venv.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || \
	  { echo "venv: $(PYTHON) is missing or older than 3.10; choose another: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "venv: $(PYTHON) cannot make virtual environments; on Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "venv: building $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@echo "venv: installing datasette-epg and its tools; the first time takes a minute or two"
	@$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

# Python compiles what tests import of it; to compile all would take a minute.
$(VENV1)/.installed: pyproject.toml constraints-datasette1.txt
	@echo "venv: building $(VENV1) with Datasette 1.0"
	@$(PYTHON) -m venv $(VENV1)
	@$(VENV1)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints-datasette1.txt -e '.[dev,datasette1,plugins]'
	@touch $@

$(VENVP)/.installed: pyproject.toml constraints-plugins.txt
	@echo "venv: building $(VENVP) with other plugins of Datasette"
	@$(PYTHON) -m venv $(VENVP)
	@$(VENVP)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints-plugins.txt -e '.[plugins,test]'
	@touch $@

clean:
	@echo "clean: removing virtual environments, dist, demo/var, benchmarks/var and caches"
	@rm -rf $(VENV) $(VENV1) $(VENVP) dist demo/var benchmarks/var .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
