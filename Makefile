# Every task of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help test format lint purity tools unit

CARGO ?= cargo

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: format lint purity tools unit ## Every check and test there is; needs no AWS account

format: ## Check the formatting (cargo fmt mends it)
	$(CARGO) fmt --all --check

lint: ## Clippy over everything, warnings denied
	$(CARGO) clippy --workspace --all-targets -- -D warnings

purity: ## The core builds without the shell's features: no tokio, no Kubernetes client
	$(CARGO) check -p evenkeel-core
	@! $(CARGO) tree -p evenkeel-core -e normal --prefix none | grep -E '^(tokio|hyper|aws-sdk|rustls) '

tools: ## Build etcd, kube-apiserver, kubectl and helm, once (docs/testbed.md)
	$(CARGO) run --quiet --example tools

unit: ## Unit, golden, property and end-to-end tests
	$(CARGO) test --workspace
