GO ?= go
# Packages that run natively, with the race detector.
NATIVE = ./wasix/... ./providers/... ./cmd/... ./e2e/runner/... ./e2e/suite/...
# Packages that are compiled for the browser.
BROWSER = ./jsbridge ./cmd/wasix-web ./wasix ./wasix/abi ./wasix/clock ./wasix/epoll ./wasix/eventfd ./wasix/futex \
	./wasix/guestmem ./wasix/hostfs ./wasix/kernel ./wasix/link ./wasix/pipe ./wasix/sock ./wasix/strace \
	./wasix/syscalls ./wasix/tty ./wasix/vfs/... ./wasix/waiter ./wasix/wasmgen ./providers/...
FUZZTIME ?= 30s

.PHONY: help build run test check bench results fuzz clean setup

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{sub(/:.*/, "", $$1); printf "  %-8s %s\n", $$1, $$2}'

# The playground's terminal and the script for archives come from npm; all else needs Go only.
web/node_modules/.ready: web/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix web --no-audit --no-fund --silent && touch $@; \
	else echo "no npm: the playground gets no terminal emulator, and pages cannot read archives"; fi

build: web/node_modules/.ready ## build the bundle (web/dist) and the command (bin/wasix-web)
	$(GO) run ./cmd/wasix-web build
	$(GO) build -o bin/wasix-web ./cmd/wasix-web

run: build ## run a sample in headless Chromium, then serve the playground
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then \
		./bin/wasix-web run web/dist/playground/samples/tour.wasm hello "from make run"; \
	else echo "no Chromium here: nothing to run the sample in"; fi
	./bin/wasix-web serve

setup: ## install what the tests need (apt and npm)
	sh e2e/setup.sh

test: setup build ## run all tests: native with -race, then in headless Chromium
	@rm -f e2e/.cache/counts.txt
	$(GO) test -race -timeout 20m $(NATIVE)
	$(GO) test -timeout 20m ./web/...
	$(GO) test -p 1 -timeout 20m $$($(GO) list ./e2e/... | grep -v -e /e2e/runner -e /e2e/suite -e /e2e/bench)
	@cat e2e/.cache/counts.txt

check: web/node_modules/.ready ## formatting, vet, staticcheck, imports, generated files, size budget, types
	@test -z "$$(gofmt -l cmd e2e jsbridge providers wasix web | grep -v node_modules)" || { gofmt -l cmd e2e jsbridge providers wasix web; exit 1; }
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet $(BROWSER)
	$(GO) tool staticcheck ./...
	GOOS=js GOARCH=wasm $$($(GO) tool -n staticcheck) -tests=false -checks inherit,-U1000 $(BROWSER) # what only JavaScript calls looks unused
	$(GO) run ./wasix/internal/gen -check
	$(GO) mod tidy -diff
	$(GO) test -run 'TestImports|TestTree' ./wasix
	$(GO) run ./cmd/wasix-web build
	$(GO) test -count=1 -run 'TestSizeBudget' ./web/bundle
	@if [ -d web/node_modules ]; then cd web && npx tsc --noEmit && npx tsc --noEmit -p ../e2e/pages; else echo "no npm: types not checked"; fi

bench: build ## measure against the peers, and write the table into README.md
	npm ci --prefix e2e --no-audit --no-fund --silent
	$(GO) run ./e2e/bench -readme README.md -json e2e/bench/results.json

# The directories of the suites, see README.md; those that are not named are left out.
results: build ## run the suites in WASMER_SUITE, WASMER_CURRENT, WASI_TESTSUITE and our cases, and write e2e/RESULTS.md
	@for d in e2e/cases $$WASMER_SUITE $$WASMER_CURRENT $$WASI_TESTSUITE; do \
		./bin/wasix-web suite --engine chromium,chromium-isolated,firefox,wazero --markdown e2e/RESULTS.md "$$d" || exit 1; \
	done

# Without a limit a minute goes into making one input shorter, and none into others.
fuzz: ## fuzz what parses or takes guests' input, FUZZTIME each
	@for p in $$($(GO) list ./cmd/... ./providers/... ./wasix/... ./web/...); do \
		for f in $$($(GO) test -list '^Fuzz' $$p 2>/dev/null | grep '^Fuzz'); do \
			echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$p || exit 1; \
		done; done

clean: ## remove everything that was built
	rm -rf bin web/dist web/node_modules e2e/node_modules e2e/.cache
