PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate pyproject.toml --group build

# WHEELS=dir: from the wheels that `make wheelhouse` gathered there, and from nowhere else.
FROM := $(if $(WHEELS),--no-index --find-links=$(WHEELS))
WHEELHOUSE ?= wheelhouse

.PHONY: demo install test cover lock proof bench pictures wheelhouse release chaos

demo: .venv/run.stamp
	@$(BIN)/duban demo $(ARGS)

install: .venv/run.stamp

# A PostgreSQL of its own for the tests, where Debian's tool for it is there and none is given.
POSTGRES := $(if $(PGHOST),,$(shell command -v pg_virtualenv >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && echo pg_virtualenv -t))

PYTEST := $(POSTGRES) $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

test: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(PYTEST) -rs $(ARGS)

# Which lines no test runs; the tests take twice as long for it.
cover: .venv/dev.stamp
	$(PYTEST) --cov --cov-report=term:skip-covered $(ARGS)

.venv/run.stamp: requirements.txt pyproject.toml .ci/venv
	@.ci/venv $(PYTHON)
	$(PIP) $(FROM) --require-hashes -r requirements.txt
	$(PIP) $(FROM) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

lock: .venv/dev.stamp
	$(COMPILE) --all-extras --group dev -o requirements-dev.txt
	$(COMPILE) -c requirements-dev.txt -o requirements.txt

proof: .venv/dev.stamp
	$(BIN)/python -m tests.proof.kills $(ARGS)
	$(BIN)/python -m tests.proof.wecom_kills $(ARGS)
	$(BIN)/python -m tests.proof.wecom_kills $(or $(ARGS),100 1) wecom_aibot
	$(BIN)/python -m benchmarks.chaos

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.fuzz
	$(BIN)/python -m benchmarks.inbound
	$(BIN)/python -m benchmarks.standing

chaos: .venv/dev.stamp
	$(BIN)/python -m benchmarks.chaos $(ARGS)

# The wheels of a machine like this one (same system, same Python), for one without a network.
wheelhouse: .venv/run.stamp
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes -r requirements.txt -d $(WHEELHOUSE)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w $(WHEELHOUSE) .

release: .venv/dev.stamp
	@.ci/release $(BIN)/python

pictures: .venv/dev.stamp
	$(BIN)/python -m benchmarks.pictures
