# The front door. Each target is one orderlake command; `make` alone lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Python keeps what it compiled, whatever the machine's own habit: without, each command compiles
# all of boto3 again, which takes longer than what it is for.
export PYTHONDONTWRITEBYTECODE :=

# What may be given: make TARGET NAME=VALUE.
ENV ?= local
Q ?=
FILE ?=
RUNTIME ?=
ENGINE ?=
FORMAT ?=
KEEP ?=
ARGS ?=
# A value is text. make itself would expand a $ in it, and a shell would read the rest, so the
# variables reach the commands as they are, in the environment, and stand in no recipe.
VARIABLES := ENV Q FILE RUNTIME ENGINE FORMAT KEEP ARGS
$(foreach name,$(VARIABLES),$(eval override $(name) := $$(value $(name))))
export $(VARIABLES)
# A command does not name a next step that follows anyway.
export MAKECMDGOALS

UV := .tools/uv/bin/uv
PYTHON := .venv/bin/python
ORDERLAKE := .venv/bin/orderlake --make
# Runs a command with the words of ARGS after it.
WITH_ARGS := .tools/uv/bin/python scripts/with_args.py

# Stamps of the environments; scripts/setup.sh writes them last.
UV_STAMP := .tools/uv/.stamp
RUN_STAMP := .venv/.stamp-run
DEV_STAMP := .venv/.stamp-dev
EMULATOR_STAMP := .tools/emulator/.stamp-emulator
POLICY_STAMP := .tools/policy/.stamp-policy
MINISTACK_STAMP := .tools/ministack/.stamp-ministack
AUDIT_STAMP := .tools/audit/.stamp-audit
BENCH_STAMP := .tools/bench/.stamp-bench
BROWSER_STAMP := .tools/browser/.stamp-browser
SPARK_STAMP := .tools/spark/.stamp-spark
ICEBERG_STAMP := .tools/spark/iceberg/.stamp-iceberg
TRINO_STAMP := .tools/trino/.stamp-trino

# What the local AWS runs in, by how it is to run.
LOCAL_STAMPS := $(RUN_STAMP) $(if $(filter docker,$(RUNTIME)),,$(EMULATOR_STAMP)) $(if $(filter trino,$(ENGINE)),$(TRINO_STAMP))
# Makes several environments at once.
SIDE_BY_SIDE := $(MAKE) --silent -j2

WORKFLOWS := .github/workflows/ci.yml

# Three processes, two of which mostly wait for a local AWS (tests/conftest.py: who does what).
PYTEST := $(WITH_ARGS) $(PYTHON) -m pytest -q -n 3
# What has a target of its own.
ELSEWHERE := docker or trino or browser or clients or spark
TESTS := $(PYTEST) -m "not (long or $(ELSEWHERE))"

.PHONY: help
help:
	@echo "orderlake: order files in, answers out"
	@awk -F ':.*## ' '/^##: / { sub("##: ", ""); printf "\n%s\n", $$0 } \
		/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Variables: ENV=local|aws  Q=query  FILE=path  RUNTIME=host|docker"
	@echo "           FORMAT=table|csv|json|jsonl|markdown|chart  ENGINE=duckdb|trino"
	@echo "           ARGS='more options'"
	@echo "In the environment: ORDERLAKE_PORT, ORDERLAKE_PREFIX, ORDERLAKE_REGION"
	@echo "Each command has more options: .venv/bin/orderlake COMMAND --help"

##: using orderlake

.PHONY: demo
demo: $(UV_STAMP) ## the whole pipeline, to a printed answer (KEEP=1: stays up)
	@$(SIDE_BY_SIDE) $(RUN_STAMP) $(EMULATOR_STAMP)
	@$(ORDERLAKE) demo

.PHONY: up
up: local-up ## short for local-up

.PHONY: down
down: local-down ## short for local-down

.PHONY: local-up
local-up: $(UV_STAMP) ## start the local AWS (ENGINE=trino: with a real Trino)
	@$(SIDE_BY_SIDE) $(LOCAL_STAMPS)
	@$(ORDERLAKE) up

.PHONY: local-down
local-down: $(RUN_STAMP) ## stop the local AWS
	@$(ORDERLAKE) down

.PHONY: spark
spark: $(SPARK_STAMP) ## install PySpark for Glue's jobs in the local AWS (700 MB)

.PHONY: iceberg
iceberg: $(ICEBERG_STAMP) ## add Iceberg's jars for such jobs (Maven, 110 MB)

.PHONY: deploy
deploy: $(RUN_STAMP) ## create or update the stack (ARGS=--plan only shows)
	@$(ORDERLAKE) deploy

.PHONY: destroy
destroy: $(RUN_STAMP) ## remove everything the stack made, and prove it is gone
	@$(ORDERLAKE) destroy

.PHONY: upload
upload: $(RUN_STAMP) ## put FILE= under raw/ and wait for its outcome
	@$(ORDERLAKE) upload

.PHONY: crawl
crawl: $(RUN_STAMP) ## start the crawler, wait, print what changed
	@$(ORDERLAKE) crawl

.PHONY: curate
curate: $(RUN_STAMP) $(SPARK_STAMP) ## bring the curated Iceberg table up to date (950 MB of disk)
	@$(ORDERLAKE) curate

.PHONY: backfill
backfill: $(RUN_STAMP) ## read old files below FILE=raw/2024/ on Spark
	@$(ORDERLAKE) backfill

.PHONY: query
query: $(RUN_STAMP) ## answer queries/Q.sql, or list the queries (FORMAT=chart)
	@$(ORDERLAKE) query

.PHONY: sync
sync: $(RUN_STAMP) ## bring processed data and catalog to the local mirror
	@$(ORDERLAKE) sync

.PHONY: parity
parity: $(RUN_STAMP) ## compare two engines' answers (Q= for one query)
	@$(ORDERLAKE) parity

.PHONY: lint-sql
lint-sql: $(RUN_STAMP) ## refuse SQL that the two engines answer differently
	@$(ORDERLAKE) lint-sql

.PHONY: status
status: $(RUN_STAMP) ## where files stand (ARGS=--repair sends missed ones again)
	@$(ORDERLAKE) status

.PHONY: report
report: $(RUN_STAMP) ## one HTML page with a chart of every query (ARGS=--open)
	@$(ORDERLAKE) report

.PHONY: rejected
rejected: $(RUN_STAMP) ## why rows were rejected (ARGS='--csv OUT' to correct them)
	@$(ORDERLAKE) rejected

.PHONY: replay
replay: $(RUN_STAMP) ## run the failure queue's events again, or FILE=
	@$(ORDERLAKE) replay

.PHONY: logs
logs: $(RUN_STAMP) ## the function's log
	@$(ORDERLAKE) logs

.PHONY: doctor
doctor: $(RUN_STAMP) ## what this machine can do and what is missing
	@$(ORDERLAKE) doctor

.PHONY: sample
sample: $(RUN_STAMP) ## write sample orders (ARGS='--rows 1000 --out sample.csv')
	@$(ORDERLAKE) sample

##: working on orderlake

.PHONY: test
test: $(DEV_STAMP) $(EMULATOR_STAMP) $(MINISTACK_STAMP) ## the everyday tests; no Docker, no account
	@$(TESTS)

.PHONY: test-long
test-long: $(DEV_STAMP) $(EMULATOR_STAMP) $(MINISTACK_STAMP) ## longer tests, and more examples of all properties
	@$(PYTEST) -m "(long or hypothesis) and not ($(ELSEWHERE))" --hypothesis-profile=all-examples

.PHONY: check
check: $(DEV_STAMP) $(EMULATOR_STAMP) $(MINISTACK_STAMP) policy ## style, types, policies and everyday tests
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy scripts lambda glue queries
	@MYPYPATH=docker:tests/fixtures:tests/scripts:tests/lambda:tests/glue $(PYTHON) -m mypy \
		tests/fixtures tests/scripts tests/lambda tests/glue
	@MYPYPATH=.:bench:docker:tests/fixtures $(PYTHON) -m mypy tests/queries tests/e2e tests/trino tests/trino_engine tests/spark tests/curated bench
	@MYPYPATH=docker:glue:queries $(PYTHON) -m mypy --python-executable .tools/emulator/bin/python \
		--disable-error-code import-untyped docker/localstack_lake
	@$(TESTS)

.PHONY: test-docker
test-docker: $(DEV_STAMP) ## the end-to-end tests against the container; needs Docker
	@ORDERLAKE_RUNTIME=docker $(WITH_ARGS) $(PYTHON) -m pytest -q -m "e2e or docker" \
		-o timeout=1800 --ignore tests/e2e/test_other_aws.py tests/e2e

.PHONY: test-browser
test-browser: $(BROWSER_STAMP) ## the report in Chromium, which has to be installed
	@$(WITH_ARGS) .tools/browser/bin/python -m pytest -q tests/browser

.PHONY: test-trino
test-trino: $(DEV_STAMP) $(EMULATOR_STAMP) $(TRINO_STAMP) ## the SQL against a real Trino: Maven, 730 MB of disk
	@$(WITH_ARGS) $(PYTHON) -m pytest -q -m trino -o timeout=900 tests/trino

.PHONY: test-engine
test-engine: $(DEV_STAMP) $(EMULATOR_STAMP) $(TRINO_STAMP) ## Athena on a real Trino: Maven, 1 GB of memory
	@$(WITH_ARGS) $(PYTHON) -m pytest -q -m trino -o timeout=900 tests/trino_engine

.PHONY: test-spark
test-spark: $(DEV_STAMP) $(EMULATOR_STAMP) $(ICEBERG_STAMP) ## Glue's jobs on PySpark and Iceberg: Maven, 810 MB of disk
	@$(WITH_ARGS) $(PYTHON) -m pytest -q -m spark -o timeout=900 tests/spark

.PHONY: test-curated
test-curated: $(DEV_STAMP) $(EMULATOR_STAMP) $(SPARK_STAMP) $(TRINO_STAMP) ## the curated table in the local AWS and on Trino
	@$(WITH_ARGS) $(PYTHON) -m pytest -q -m spark -o timeout=900 tests/curated

.PHONY: test-clients
test-clients: $(DEV_STAMP) $(EMULATOR_STAMP) ## Athena's real clients against the local AWS
	@scripts/setup.sh client-aws client-pyathena client-awswrangler client-dbt
	@$(WITH_ARGS) $(PYTHON) -m pytest -q -o timeout=600 tests/clients

.PHONY: screenshots
screenshots: $(BROWSER_STAMP) $(EMULATOR_STAMP) ## docs/images/: the report in Chromium, and a demo
	@PYTHONPATH=tests/fixtures .tools/browser/bin/python -m tests.browser.screenshots

.PHONY: policy
policy: $(POLICY_STAMP) ## check template.yaml and the CI workflow
	@.tools/policy/bin/python tests/fixtures/template_variants.py build/template
	@.tools/policy/bin/cfn-lint template.yaml build/template/*.json
	@.tools/policy/bin/checkov --file template.yaml --framework cloudformation --quiet --compact \
		--skip-download
	@.tools/policy/bin/check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	@.tools/policy/bin/zizmor --offline --no-progress --quiet $(WORKFLOWS)

.PHONY: audit
audit: $(AUDIT_STAMP) ## look every pinned package up in PyPI's advisories
	@scripts/audit.sh .tools/audit/bin/pip-audit requirements/*.txt lambda/requirements.txt \
		docker/requirements.txt

.PHONY: bench
bench: $(BENCH_STAMP) $(EMULATOR_STAMP) $(MINISTACK_STAMP) ## ratios against plain alternatives (ARGS='--rows 200000')
	@$(WITH_ARGS) .tools/bench/bin/python bench/transform.py
	@mkdir -p build && $(WITH_ARGS) .tools/bench/bin/python bench/queries.py

.PHONY: format
format: $(DEV_STAMP) ## rewrite the code in the house's style
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

COMPILE := $(WITH_ARGS) $(UV) pip compile --quiet --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --python-version 3.13

# Packages of the local AWS that are newer than LocalStack's release: for their security fixes, and
# what answers Athena's queries.
# Not pyopenssl, and cryptography with it: newer ones lack what LocalStack makes certificates with.
LIFTED := urllib3 requests werkzeug jinja2 idna certifi pyasn1 duckdb fastavro isal sqlglot
LIFTED_UNTIL := 2026-11-28

.PHONY: lock
lock: $(UV_STAMP) ## resolve and hash the requirement files (ARGS=--upgrade)
	@echo 'uv>=0.13.9,<0.14' | $(COMPILE) --universal - -o requirements/uv.txt
	@$(COMPILE) --universal pyproject.toml -o requirements/run.txt
	@$(COMPILE) --universal pyproject.toml --group dev -o requirements/dev.txt
	@$(COMPILE) --universal pyproject.toml --group bench -o requirements/bench.txt
	@$(COMPILE) --universal pyproject.toml --group browser -o requirements/browser.txt
	@$(COMPILE) --universal --group policy -o requirements/policy.txt
	@$(COMPILE) --universal --group audit -o requirements/audit.txt
	@$(COMPILE) --universal --group ministack -o requirements/ministack.txt
	@$(COMPILE) --universal --group java -o requirements/java.txt
	@for client in aws pyathena awswrangler dbt; do \
		$(COMPILE) --universal --group client-$$client -o requirements/client-$$client.txt; done
	@$(COMPILE) --universal lambda/pyproject.toml -o lambda/requirements.txt
	@$(COMPILE) --universal lambda/pyproject.toml --group spark -c lambda/requirements.txt \
		-o requirements/spark.txt
	@$(COMPILE) --exclude-newer 2026-04-05 \
		$(foreach package,$(LIFTED),--exclude-newer-package $(package)=$(LIFTED_UNTIL)) \
		docker/requirements.in -o docker/requirements.txt

.PHONY: clean
clean: ## remove build output and caches, not the environments
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis

.DEFAULT:
	@echo "error: there is no target '$@'" >&2
	@echo "  make help lists them" >&2
	@exit 2

$(UV_STAMP): requirements/uv.txt scripts/setup.sh
	@scripts/setup.sh uv

$(RUN_STAMP): requirements/uv.txt requirements/run.txt pyproject.toml lambda/pyproject.toml glue/pyproject.toml queries/pyproject.toml scripts/setup.sh
	@scripts/setup.sh run

$(DEV_STAMP): $(RUN_STAMP) requirements/dev.txt
	@scripts/setup.sh dev

$(POLICY_STAMP): requirements/uv.txt requirements/policy.txt scripts/setup.sh
	@scripts/setup.sh policy

$(AUDIT_STAMP): requirements/uv.txt requirements/audit.txt scripts/setup.sh
	@scripts/setup.sh audit

$(MINISTACK_STAMP): requirements/uv.txt requirements/ministack.txt scripts/setup.sh
	@scripts/setup.sh ministack

$(BENCH_STAMP): $(RUN_STAMP) requirements/bench.txt
	@scripts/setup.sh bench

$(BROWSER_STAMP): $(RUN_STAMP) requirements/browser.txt
	@scripts/setup.sh browser

$(SPARK_STAMP): requirements/uv.txt requirements/spark.txt docker/spark/java scripts/setup.sh
	@scripts/setup.sh spark

$(ICEBERG_STAMP): $(SPARK_STAMP) docker/spark/iceberg.pom.xml docker/spark/iceberg.sha256
	@scripts/setup.sh iceberg

$(TRINO_STAMP): requirements/uv.txt requirements/java.txt docker/trino/pom.xml docker/trino/files.sha256 docker/trino/Launch.java scripts/setup.sh
	@scripts/setup.sh trino

$(EMULATOR_STAMP): requirements/uv.txt docker/requirements.txt docker/pyproject.toml glue/pyproject.toml queries/pyproject.toml scripts/setup.sh
	@scripts/setup.sh emulator
