# ssemon for developers. `make help` says what there is; `make demo` and `make test` need nothing but git, make and Python.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test test-all test-postgres kill check lint types floors fuzz bench check-pdf read-back docs messages gallery clean
BIN := .venv/bin
OUT ?= out

help:  ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 16

setup:  ## System libraries, fonts and Python packages (the other targets do this first)
	@bash scripts/setup.sh

setup-test:  ## The same, and the browser that the site is tested in
	@bash scripts/setup.sh test

demo: setup  ## The main job on the shipped plugins: every country PDF and the comparative PDF
	$(BIN)/ssemon demo --out $(OUT)

# Python keeps what it compiled, whatever the environment says: else each worker and each command compiles it again.
# One thread of Polars each: the workers share the cores. `test-all` lets it have them all.
test: setup-test  ## The tests of each change: each thing in one form at least
	PYTHONDONTWRITEBYTECODE= POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -n auto -q

test-all: setup-test  ## All tests: every language, page and variant, and twenty times as many random examples
	PYTHONDONTWRITEBYTECODE= SSEMON_EXAMPLES=long $(BIN)/python -m pytest -n auto -q --timeout 1800

test-postgres: setup  ## The tests of the record with its ledger in PostgreSQL, on a server of their own
	@bash scripts/postgres.sh $(BIN)/python -m pytest -q tests/store

fuzz: setup  ## Fuzz the intake for MINUTES (5): CSV, workbooks, manifest, mapping, framework; one core
	@bash scripts/setup.sh fuzz
	nice -n 10 $(BIN)/python fuzz/run.py --minutes $(or $(MINUTES),5)

kill: setup  ## Kill the program that writes the record, at every named point and at 300 random moments
	$(BIN)/python benchmarks/kill.py

check: setup lint types floors test  ## Everything that must hold before a change lands

lint: setup  ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## Types
	$(BIN)/mypy

floors: setup  ## The architecture: imports point down
	$(BIN)/lint-imports

bench: setup-test  ## Measure whole commands, scoring beside the peer, and reports beside a browser and typst
	@bash scripts/setup.sh bench
	$(BIN)/python benchmarks/commands.py
	$(BIN)/python benchmarks/scoring.py
	$(BIN)/python benchmarks/validation.py
	$(BIN)/python benchmarks/reports.py

check-pdf: setup  ## Every report × language × {full, sparse, empty} data, checked by veraPDF (needs Java: installed)
	@bash scripts/setup.sh pdf-check
	$(BIN)/python scripts/check_pdf.py

read-back: setup  ## Read the numbers back out of the PDFs of RUN (default: draw one in English, French and Arabic), beside its files
	@command -v pdftotext >/dev/null || { echo "pdftotext is needed: apt-get install poppler-utils" >&2; exit 1; }
	$(if $(RUN),,$(BIN)/ssemon run --out $(OUT) --language en --language fr --language ar)
	$(BIN)/python scripts/read_back.py --from $(or $(RUN),$(OUT))

docs: setup  ## Make the generated reference pages anew
	$(BIN)/python docs/make_reference.py

messages: setup  ## Collect the messages of the reports and bring the catalogues up to them
	$(BIN)/python scripts/messages.py

gallery: setup  ## Every chart with its edge cases, as one page
	$(BIN)/python -m ssemon.report.charts.gallery $(OUT)/gallery.html

clean:  ## Remove what was made
	rm -rf out .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
