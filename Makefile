GO ?= go

.PHONY: help build
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-8s %s\n", $$1, $$2}'

# The playground's terminal comes from npm; all else needs Go only.
web/node_modules: web/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix web --no-audit --no-fund && touch $@; else echo "no npm: the playground gets no terminal emulator"; fi

build: web/node_modules ## build the bundle and the command
	$(GO) run ./cmd/wasix-web build
	$(GO) build -o bin/wasix-web ./cmd/wasix-web
