# Lixiao. `make run` starts it, `make test` passes every test; both install what they lack.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export SAM_CLI_TELEMETRY := 0

VENV := .venv
BIN := $(VENV)/bin
AT := 2017-12-20T09:00:00+08:00

BROWSER := tests/browser
CHROMIUM := /usr/bin/chromium
FUNCTIONS := $(notdir $(wildcard functions/*))
FAKETIME := /usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1

.PHONY: help need run test check template types openapi bench fonts pictures screens browser layers zips lambda

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

need:
	@for tool in cargo:https://rustup.rs cc:build-essential python3:python3 npm:Node.js; do \
	  command -v "$${tool%%:*}" >/dev/null || { echo "Lixiao needs $${tool%%:*}: install $${tool#*:}"; exit 1; }; done

run: need fonts ## The whole system on this machine, with a demo batch, at http://127.0.0.1:8080
	cargo run --locked --quiet --package lixiao -- local --demo 1200 --at $(AT)

test: check fonts browser ## Every check and every test
	cargo test --locked --workspace

browser: fonts types $(CHROMIUM) ## The pages in a real Chromium
	cargo build --locked --package lixiao
	cd $(BROWSER) && LIXIAO_CHROMIUM=$(CHROMIUM) npx playwright test

check: need template types ## Format, lints, types of the pages, licences, unused dependencies, docs
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	$(BIN)/cargo-deny --log-level error check bans licenses sources
	$(BIN)/cargo-shear
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items --quiet

template: $(VENV)/ready ## The stack's template and the batch files
	$(BIN)/cfn-lint infra/template.yaml
	$(BIN)/sam validate --lint --template infra/template.yaml
	cargo run --locked --quiet --package lixiao -- check infra/batches

zips: $(VENV)/ready ## Builds every function with cargo-lambda, release, x86_64, into target/lambda/*/bootstrap.zip
	PATH="$(CURDIR)/$(BIN):$$PATH" cargo lambda build --locked --release --output-format zip $(FUNCTIONS:%=--package %)
	@for name in $(FUNCTIONS); do cd target/lambda/$$name; python3 -m zipfile -e bootstrap.zip . && chmod +x bootstrap; \
	  printf "%-16s %9d bytes zipped, %9d unpacked\n" $$name $$(stat -c %s bootstrap.zip) $$(stat -c %s bootstrap); cd ../../..; done

lambda: zips fonts $(FAKETIME) ## Every function built, and the interface's tests against them behind the real Lambda Runtime API
	LIXIAO_TARGET=lambda cargo test --locked --package api-tests -- --test-threads 4

layers: fonts ## Lays out the stack's layers: batches and fonts
	mkdir -p target/layers/batches/batches target/layers/fonts/fonts
	cp infra/batches/*.toml target/layers/batches/batches/
	cp .fonts/*.ttf target/layers/fonts/fonts/

types: $(BROWSER)/node_modules/ready ## The pages' types against docs/openapi.json
	cd $(BROWSER) && npx openapi-typescript ../../docs/openapi.json --output ../../functions/web/contract.d.ts && npx tsc --project .

openapi: ## Writes docs/openapi.json from the handlers
	LIXIAO_WRITE_OPENAPI=1 cargo test --locked --package api-tests --test contract openapi

bench: need ## Measures a batch of 3,000 students
	cargo run --locked --release --package bench

pictures: fonts ## The pictures in docs/, from real PDFs
	cargo test --locked --quiet --package print pictures
	for what in slip letter; do pdftoppm -r 80 -png -singlefile target/tmp/example-$$what.pdf docs/$$what; done

screens: fonts types $(CHROMIUM) ## The pictures in docs/screens, of every page
	cargo build --locked --package lixiao
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

$(VENV)/ready: infra/requirements.txt
	python3 -m venv $(VENV) || { echo "Lixiao needs Python's venv: install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement infra/requirements.txt
	touch $@
