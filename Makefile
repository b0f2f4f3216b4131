GO ?= go

.PHONY: help build
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-8s %s\n", $$1, $$2}'

build: ## build the bundle and the command
	$(GO) run ./cmd/wasix-web build
	$(GO) build -o bin/wasix-web ./cmd/wasix-web
