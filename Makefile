# README's two commands are `make demo` and `make test`; both set everything up by themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: demo test check bench lock oracle clean help

help:
	@echo "make demo    set up, examine examples/docket, write demo-out/report.html"
	@echo "make test    set up with test tools, then lint, types, import contracts, tests"
	@echo "make bench   measure speed and memory, write docs/measured.md"
	@echo "make lock    renew the hashed requirements files"
	@echo "make oracle  recompute the calibration test vectors with lir 1.3.1"

$(VENV)/pyvenv.cfg:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) install --require-hashes -r requirements/base.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e . -e examples/third_party_detector
	touch $@

demo: $(VENV)/.base
	@sh examples/demo.sh $(BIN)/mingjian

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	$(BIN)/pytest -n 2

# What is measured beside Mingjian lives in an environment of its own.
.venv-bench/.done: requirements/bench.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip --disable-pip-version-check --quiet install --require-hashes -r $<
	touch $@

bench: $(VENV)/.dev .venv-bench/.done
	BENCH_PYTHON=.venv-bench/bin/python $(BIN)/python -m bench

lock:
	sh requirements/lock.sh

oracle:
	sh tests/weigh/oracle/run.sh

clean:
	rm -rf $(VENV) .venv-bench demo-out build *.egg-info src/*.egg-info
