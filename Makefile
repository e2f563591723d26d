# Every task of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help test format lint purity tools unit bench sandbox generate image

CARGO ?= cargo

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: format lint purity tools unit ## Every check and test there is; needs no AWS account

format: ## Check the formatting (cargo fmt mends it)
	$(CARGO) fmt --all --check

lint: ## Clippy and rustdoc over everything, warnings denied
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --quiet

purity: ## The core builds without the shell's features: no tokio, no Kubernetes client
	$(CARGO) check -p evenkeel-core
	@! $(CARGO) tree -p evenkeel-core -e normal --prefix none | grep -E '^(tokio|hyper|aws-sdk|rustls) '

tools: ## Build etcd, kube-apiserver, kubectl and helm, once (docs/testbed.md)
	$(CARGO) run --quiet --example tools

unit: ## Unit, golden, property and end-to-end tests
	$(CARGO) test --workspace

bench: ## Measure how fast the simulated AWS is, and what many apps cost in calls
	$(CARGO) run --quiet --release -p evenkeel-bench
	$(CARGO) test --quiet --release --features figures --test simulation figures -- --nocapture --test-threads 1

sandbox: ## A simulated AWS, a real Kubernetes API server and the operator, with examples/shop in it
	$(CARGO) run --quiet -- sandbox

generate: ## Write crds/ and the chart of the CRDs anew, from the types in crates/core
	$(CARGO) run --quiet -- crd --output crds
	$(CARGO) run --quiet -- crd --output charts/evenkeel-crds/templates

# The binary is linked statically, and nothing else is in the image but the authorities that AWS' certificates are checked against.
IMAGE_TARGET = x86_64-unknown-linux-gnu
IMAGE_NAME ?= evenkeel:0.1.0
CERTIFICATES ?= /etc/ssl/certs/ca-certificates.crt

image: ## Build the container image, with buildah, podman or docker
	RUSTFLAGS="-Ctarget-feature=+crt-static" $(CARGO) build --release --no-default-features --target $(IMAGE_TARGET)
	rm -rf target/image && mkdir -p target/image
	cp target/$(IMAGE_TARGET)/release/evenkeel $(CERTIFICATES) target/image/
	@set -e; if command -v buildah >/dev/null; then \
	  STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot buildah bud --timestamp 0 --layers=false \
	    -f Containerfile -t oci-archive:target/image.tar:$(IMAGE_NAME) target/image; \
	  echo "target/image.tar holds $(IMAGE_NAME)"; \
	elif command -v podman >/dev/null; then podman build --timestamp 0 -f Containerfile -t $(IMAGE_NAME) target/image; \
	elif command -v docker >/dev/null; then docker build -f Containerfile -t $(IMAGE_NAME) target/image; \
	else echo "error: an image needs buildah, podman or docker, and none is installed;" \
	  "the static binary is target/image/evenkeel" >&2; exit 1; fi
