# `make` alone lists what can be made.
PYTHON ?= python3
DOCKER ?= docker
IMAGE ?= cryptobot
ROLE ?= admin
SECONDS ?= 60

VENV := .venv
BIN := $(VENV)/bin
PYTHON_VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
# One stamp a Python version, so that another PYTHON makes the environment anew.
INSTALLED := $(VENV)/.installed-$(PYTHON_VERSION)
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help setup run token test mutants check soak-sync bench lock wheels image image-test clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(INSTALLED) ## Create .venv with everything a developer needs

$(INSTALLED): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11)' 2>/dev/null || { \
	    echo "Python 3.11 or newer is needed, and '$(PYTHON)' is $(or $(PYTHON_VERSION),not there). Name another one: make PYTHON=python3.13" >&2; \
	    exit 1; }
	@echo "Installing into $(VENV) with Python $(PYTHON_VERSION); this happens once." >&2
	@$(PYTHON) -m venv $(if $(wildcard $(INSTALLED)),,--clear) $(VENV)
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements/dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: $(INSTALLED) ## Start the bot: paper trading on a simulated market, dashboard on http://localhost:8080
	@$(BIN)/cryptobot serve

token: $(INSTALLED) ## Print a token for the dashboard and the API (ROLE=viewer, trader or admin)
	@$(BIN)/cryptobot token issue --role $(ROLE)

test: $(INSTALLED) ## Run the tests (ARGS="-k risk" for some of them)
	@$(BIN)/pytest $(ARGS)

mutants: $(INSTALLED) ## Plant faults in the synchronization, and show which test notices each
	@$(BIN)/python tests/mutation/check.py $(ARGS)

check: $(INSTALLED) ## Lint, format, types and import rules; changes nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --config import-linter.ini

soak-sync: $(INSTALLED) ## Kill bots and a libSQL server at random for a while, and see that no write is lost (SECONDS=60)
	@PYTHONPATH=tests $(BIN)/python -m support.soak $(SECONDS)

bench: $(INSTALLED) ## Measure speed and memory; prints ratios
	@for script in bench/[!_]*.py; do $(BIN)/python "$$script" || exit 1; done

lock: $(INSTALLED) ## Write the locks in requirements/ from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	@$(COMPILE) pyproject.toml --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
	@$(COMPILE) --group build --constraint requirements/dev.txt --output-file requirements/build.txt

wheels: $(INSTALLED) ## Prove that every runtime dependency has a wheel for the image's Alpine
	@wheels=$$(mktemp -d) && trap 'rm -rf "$$wheels"' EXIT INT TERM && \
	$(PIP) download --quiet --dest "$$wheels" --no-deps --require-hashes --only-binary=:all: --python-version 3.13 \
	    --platform musllinux_1_2_x86_64 --platform musllinux_1_1_x86_64 -r requirements/runtime.txt && \
	echo "$$(ls "$$wheels" | wc -l) wheels, $$(ls "$$wheels" | grep -c musllinux) of them built for musl"

image: ## Build the container image (BASE_IMAGE=… for another base)
	$(DOCKER) build --tag $(IMAGE) $(if $(BASE_IMAGE),--build-arg BASE_IMAGE=$(BASE_IMAGE)) \
	    --build-arg VERSION=$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml) \
	    --build-arg GIT_COMMIT=$$(git describe --always --dirty --abbrev=40 --exclude '*') .

image-test: image $(INSTALLED) ## Build the image and put it through its paces (needs a Docker engine on Linux)
	@DOCKER=$(DOCKER) IMAGE=$(IMAGE) $(BIN)/pytest deploy/image_test.py $(ARGS)

clean: ## Delete what the other targets made, except the data in .data
	@rm -rf $(VENV) .venv-* dist build .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
