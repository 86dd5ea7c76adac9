# The front door. Each target is one orderlake command; `make` alone lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Python keeps what it compiled, whatever the machine's own habit: without, each command compiles
# all of boto3 again, which takes longer than what it is for.
export PYTHONDONTWRITEBYTECODE :=

ENV ?= local
Q ?= top_products
FILE ?=
RUNTIME ?=
FORMAT ?=
ARGS ?=

UV := .tools/uv/bin/uv
PYTHON := .venv/bin/python
ORDERLAKE := .venv/bin/orderlake

# Stamps of the environments; scripts/setup.sh writes them last.
UV_STAMP := .tools/uv/.stamp
RUN_STAMP := .venv/.stamp-run
DEV_STAMP := .venv/.stamp-dev
EMULATOR_STAMP := .tools/emulator/.stamp-emulator
POLICY_STAMP := .tools/policy/.stamp-policy
MINISTACK_STAMP := .tools/ministack/.stamp-ministack
BENCH_STAMP := .tools/bench/.stamp-bench
BROWSER_STAMP := .tools/browser/.stamp-browser
TRINO_STAMP := .tools/trino/.stamp-trino

WORKFLOWS := .github/workflows/ci.yml

# Three processes, two of which mostly wait for a local AWS (tests/conftest.py: who does what).
TESTS := $(PYTHON) -m pytest -q -n 3 -m "not docker and not trino and not browser"

# One option for each variable that is set.
env = --env $(ENV)
runtime = $(if $(RUNTIME),--runtime $(RUNTIME))
chosen_query = $(if $(filter-out file,$(origin Q)),$(Q))
format = $(if $(FORMAT),--format $(FORMAT))

.PHONY: help
help: ## this list
	@echo "orderlake: order files in, answers out"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Variables: ENV=local|aws  Q=query  FILE='orders.csv ...'  RUNTIME=host|docker"
	@echo "           FORMAT=table|csv|json|markdown  ARGS='any further options'"

##: the pipeline

.PHONY: demo
demo: $(RUN_STAMP) $(EMULATOR_STAMP) ## the whole pipeline once, from nothing to a printed answer (KEEP=1 leaves it up)
	@$(ORDERLAKE) demo $(if $(filter-out 0,$(KEEP)),--keep) $(ARGS)

.PHONY: local-up
local-up: $(RUN_STAMP) $(if $(filter docker,$(RUNTIME)),,$(EMULATOR_STAMP)) ## start the local AWS
	@$(ORDERLAKE) local up $(runtime) $(ARGS)

.PHONY: local-down
local-down: $(RUN_STAMP) ## stop the local AWS
	@$(ORDERLAKE) local down $(ARGS)

.PHONY: deploy
deploy: $(RUN_STAMP) ## create or update the stack (ARGS=--plan only shows)
	@$(ORDERLAKE) deploy $(env) $(ARGS)

.PHONY: destroy
destroy: $(RUN_STAMP) ## remove everything the stack made, and prove it is gone
	@$(ORDERLAKE) destroy $(env) $(ARGS)

.PHONY: upload
upload: $(RUN_STAMP) ## put FILE= under raw/ and wait for its outcome
	@$(if $(strip $(FILE)),,echo "error: which file?" >&2; echo "  make upload FILE=orders.csv" >&2; exit 2;) \
	$(ORDERLAKE) upload $(env) $(ARGS) $(FILE)

.PHONY: crawl
crawl: $(RUN_STAMP) ## start the crawler, wait, print what changed
	@$(ORDERLAKE) crawl $(env) $(ARGS)

.PHONY: query
query: $(RUN_STAMP) ## answer queries/Q.sql (FORMAT=table|csv|json|markdown)
	@$(ORDERLAKE) query $(if $(findstring -e ,$(ARGS)),,$(Q)) $(env) $(format) $(ARGS)

.PHONY: sync
sync: $(RUN_STAMP) ## bring processed data and catalog to the local mirror
	@$(ORDERLAKE) sync $(env) $(ARGS)

.PHONY: parity
parity: $(RUN_STAMP) ## compare two engines' answers (Q= for one query; ARGS='--left duckdb --right athena')
	@$(ORDERLAKE) parity $(chosen_query) $(env) $(ARGS)

.PHONY: lint-sql
lint-sql: $(RUN_STAMP) ## refuse SQL that answers differently on the two engines
	@$(ORDERLAKE) lint $(ARGS)

.PHONY: status
status: $(RUN_STAMP) ## where every file stands (ARGS=--repair sends missed ones through again)
	@$(ORDERLAKE) status $(env) $(ARGS)

.PHONY: report
report: $(RUN_STAMP) ## one HTML page: a chart of every query, and the pipeline's health (ARGS=--open)
	@$(ORDERLAKE) report $(env) $(ARGS)

.PHONY: rejected
rejected: $(RUN_STAMP) ## why rows were rejected (FILE= for some files; ARGS='--csv OUT' to correct them)
	@$(ORDERLAKE) rejected $(env) $(ARGS) $(FILE)

.PHONY: replay
replay: $(RUN_STAMP) ## run the failure queue's events again, or FILE=
	@$(ORDERLAKE) replay $(env) $(ARGS) $(FILE)

.PHONY: logs
logs: $(RUN_STAMP) ## the function's log
	@$(ORDERLAKE) logs $(env) $(ARGS)

.PHONY: doctor
doctor: $(RUN_STAMP) ## what this machine can do, what is missing, what to type next
	@$(ORDERLAKE) doctor $(env) $(ARGS)

.PHONY: sample
sample: $(RUN_STAMP) ## write realistic orders (ARGS='--rows 1000 --dirt 0.02 --seed 7 --out orders.csv')
	@$(ORDERLAKE) sample $(ARGS)

##: working on orderlake

.PHONY: test
test: $(DEV_STAMP) $(EMULATOR_STAMP) $(MINISTACK_STAMP) ## the whole test suite that needs no Docker and no account
	@$(TESTS) $(ARGS)

.PHONY: check
check: $(DEV_STAMP) $(EMULATOR_STAMP) $(MINISTACK_STAMP) policy ## style, types, policies and tests: what CI runs
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy scripts lambda glue queries
	@MYPYPATH=docker:tests/fixtures:tests/scripts:tests/lambda:tests/glue $(PYTHON) -m mypy \
		tests/fixtures tests/scripts tests/lambda tests/glue
	@MYPYPATH=.:docker:tests/fixtures $(PYTHON) -m mypy tests/queries tests/e2e tests/trino
	@MYPYPATH=docker:glue:queries $(PYTHON) -m mypy --python-executable .tools/emulator/bin/python \
		--disable-error-code import-untyped docker/localstack_lake
	@$(TESTS) $(ARGS)

.PHONY: test-docker
test-docker: $(DEV_STAMP) ## the end-to-end tests against the container; needs a Docker engine
	@ORDERLAKE_RUNTIME=docker $(PYTHON) -m pytest -q -m "e2e or docker" -o timeout=1800 \
		--ignore tests/e2e/test_other_aws.py tests/e2e $(ARGS)

.PHONY: test-browser
test-browser: $(BROWSER_STAMP) ## the report in a real Chromium, which has to be installed
	@.tools/browser/bin/python -m pytest -q tests/browser $(ARGS)

.PHONY: test-trino
test-trino: $(DEV_STAMP) $(EMULATOR_STAMP) $(TRINO_STAMP) ## the SQL against a real Trino: needs Maven and Java 17, fetches 260 MB
	@$(PYTHON) -m pytest -q -m trino -o timeout=900 tests/trino $(ARGS)

.PHONY: screenshots
screenshots: $(BROWSER_STAMP) $(EMULATOR_STAMP) ## docs/images/: the report of sample orders in Chromium, and a demo
	@.tools/browser/bin/python -m tests.browser.screenshots

.PHONY: policy
policy: $(POLICY_STAMP) ## check template.yaml (cfn-lint, checkov) and the CI workflow (schema, zizmor)
	@.tools/policy/bin/cfn-lint template.yaml
	@.tools/policy/bin/checkov --file template.yaml --framework cloudformation --quiet --compact \
		--skip-download
	@.tools/policy/bin/check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	@.tools/policy/bin/zizmor --offline --no-progress --quiet $(WORKFLOWS)

.PHONY: bench
bench: $(BENCH_STAMP) $(EMULATOR_STAMP) $(MINISTACK_STAMP) ## ratios against plain alternatives, in one run (ARGS='--rows 200000' for a quick one)
	@.tools/bench/bin/python bench/transform.py $(ARGS)
	@mkdir -p build && .tools/bench/bin/python bench/queries.py $(ARGS)

.PHONY: format
format: $(DEV_STAMP) ## rewrite the code in the house's style
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

COMPILE := $(UV) pip compile --quiet --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --python-version 3.13 $(ARGS)

.PHONY: lock
lock: $(UV_STAMP) ## resolve and hash every requirement file again (ARGS=--upgrade for newer ones)
	@echo 'uv>=0.13.9,<0.14' | $(COMPILE) --universal - -o requirements/uv.txt
	@$(COMPILE) --universal pyproject.toml -o requirements/run.txt
	@$(COMPILE) --universal pyproject.toml --group dev -o requirements/dev.txt
	@$(COMPILE) --universal pyproject.toml --group bench -o requirements/bench.txt
	@$(COMPILE) --universal pyproject.toml --group browser -o requirements/browser.txt
	@$(COMPILE) --universal --group policy -o requirements/policy.txt
	@$(COMPILE) --universal --group ministack -o requirements/ministack.txt
	@$(COMPILE) --universal lambda/pyproject.toml -o lambda/requirements.txt
	@$(COMPILE) --exclude-newer 2026-04-05 --exclude-newer-package duckdb=2026-11-28 \
		--exclude-newer-package isal=2026-11-28 --exclude-newer-package sqlglot=2026-11-28 \
		docker/requirements.in -o docker/requirements.txt

.PHONY: clean
clean: ## remove build output and caches, not the environments
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(UV_STAMP): requirements/uv.txt scripts/setup.sh
	@scripts/setup.sh uv

$(RUN_STAMP): requirements/uv.txt requirements/run.txt pyproject.toml lambda/pyproject.toml glue/pyproject.toml queries/pyproject.toml scripts/setup.sh
	@scripts/setup.sh run

$(DEV_STAMP): $(RUN_STAMP) requirements/dev.txt
	@scripts/setup.sh dev

$(POLICY_STAMP): requirements/uv.txt requirements/policy.txt scripts/setup.sh
	@scripts/setup.sh policy

$(MINISTACK_STAMP): requirements/uv.txt requirements/ministack.txt scripts/setup.sh
	@scripts/setup.sh ministack

$(BENCH_STAMP): $(RUN_STAMP) requirements/bench.txt
	@scripts/setup.sh bench

$(BROWSER_STAMP): $(RUN_STAMP) requirements/browser.txt
	@scripts/setup.sh browser

$(TRINO_STAMP): tests/trino/pom.xml tests/trino/files.sha256
	@scripts/setup.sh trino

$(EMULATOR_STAMP): requirements/uv.txt docker/requirements.txt docker/pyproject.toml glue/pyproject.toml queries/pyproject.toml scripts/setup.sh
	@scripts/setup.sh emulator
