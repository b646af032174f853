# make run    set everything up, ingest corpus/, serve the page on http://127.0.0.1:8000
# make test   set everything up, run all that must hold
# make quick  lint, types, import rule and the fast tests; no weights, no embedder
# make test-browser  the tests in a real browser alone
# make pictures  take the pictures of the README anew
# make bench  the speed table (RESULT=file.json keeps it as JSON)

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
# PyPI has no `torch==2.13.0+cpu`, but some indexes do: this one is asked only where the usual one does not suffice,
# so that a machine out of its reach does not wait for it.
TORCH_INDEX := https://download.pytorch.org/whl/cpu
BENCH_DOCUMENTS := $(VENV)/bench-documents
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
export HF_HUB_OFFLINE = 1
export DO_NOT_TRACK = true

.PHONY: run test test-browser quick setup weights lint bench pictures browser lock clean

run: setup
	$(BIN)/verispan ingest corpus
	$(BIN)/verispan serve

setup: $(VENV)/.installed weights

$(VENV)/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV)
	$(INSTALL) -r requirements.lock || $(INSTALL) --extra-index-url $(TORCH_INDEX) -r requirements.lock
	$(INSTALL) --no-deps -e .
	touch $@

weights: $(VENV)/.installed
	$(BIN)/python -m app.weights
	$(BIN)/python -m ingest.embed

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

quick: lint
	$(BIN)/pytest -m "not slow and not weights and not browser"

browser:
	command -v chromium >/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends chromium; }

test: setup lint browser
	$(BIN)/pytest

test-browser: setup browser
	$(BIN)/pytest -m browser

pictures: setup browser
	$(BIN)/python tests/pictures.py app/web/figures

bench: setup $(BENCH_DOCUMENTS)
	$(BIN)/python -m eval.bench --documents $(BENCH_DOCUMENTS) $(if $(RESULT),--json $(RESULT))

$(BENCH_DOCUMENTS): | $(VENV)/.installed
	mkdir -p $@.new && cd $@.new && apt-get download -qq sqlite3-doc ngspice-doc
	cd $@.new && for package in *.deb; do dpkg -x $$package .; done && gunzip usr/share/doc/ngspice-doc/manual.pdf.gz
	mv $@.new $@

lock:
	$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-options \
	  --no-emit-trusted-host -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .verispan build *.egg-info
