# AMIGO is built with Go, and with Node.js for what the browser loads; `make` alone lists what it can do.

export CGO_ENABLED = 0
# Tests, lint and the program are compiled alike, so that each package is compiled once.
export GOFLAGS += -trimpath

VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_WANTS := $(shell awk '$$1 == "go" { print $$2 }' go.mod)
GOLANGCI := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
RACY     := app/db app/jobs app/live
RACY_OR  := $(shell echo $(RACY) | tr " " "|")
BENCHED   = $(shell grep -rl --include='*_test.go' --exclude-dir=node_modules '^func Benchmark' . | sed 's|/[^/]*$$||' | sort -u)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: run test build lint fmt bench e2e generate assets help need-go need-node test-go test-race

run: build ## Start AMIGO with demonstration people; the last line says where to look
	@exec bin/amigo demo

test: need-go assets ## Run every test; PostgreSQL, Redis, a mail server, Dovecot and Chromium are found or installed
	@.ci/services $(MAKE) --no-print-directory test-go test-race e2e

build: need-go assets ## Build bin/amigo, the whole product in one file
	go build -buildvcs=false -ldflags "-X main.version=$(VERSION)" -o bin/amigo ./cmd/amigo

lint: need-go ## Check style and common mistakes
	$(GOLANGCI) run ./...

fmt: need-go ## Format Go and templ files
	go tool templ fmt .
	$(GOLANGCI) fmt ./...

# Nothing is measured that a disk has not really taken: /tmp may be memory, /var/tmp is not.
bench: need-go assets ## Measure due dates, mail in, the desk with 10,000 tickets, the start, 200 kills; takes its time
	@AMIGO_TEST_DURABLE=yes TMPDIR=/var/tmp .ci/services go test -run '^$$' -bench . -benchmem -timeout 30m $(BENCHED)

e2e: build web/e2e/node_modules/.installed ## Run the stories in a browser, with accessibility checks
	@.ci/chromium >/dev/null
	@.ci/services npm --silent --prefix web/e2e test

generate: need-go ## Write the Go files of the templ pages
	go tool templ generate

assets: web/node_modules/.installed ## Build styles, scripts and icons into web/dist
	@npm --silent --prefix web run build

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test-go: need-go
	go test $$(go list ./... | grep -vE '^amigo/($(RACY_OR))(/|$$)')

# The race detector is the one thing that needs a C compiler.
test-race: need-go
	@if command -v "$$(go env CC)" >/dev/null; \
		then echo "CGO_ENABLED=1 go test -race $(RACY:%=./%/...)"; CGO_ENABLED=1 go test -race $(RACY:%=./%/...); \
		else echo "test-race: WITHOUT the race detector, which needs a C compiler (Debian: apt-get install gcc libc6-dev)"; \
			go test $(RACY:%=./%/...); fi

%/node_modules/.installed: %/package.json %/package-lock.json | need-node
	npm --prefix $* ci --no-audit --no-fund --loglevel=error
	@touch $@

need-go:
	@go list -m >/dev/null 2>&1 || { echo "AMIGO needs Go $(GO_WANTS) or newer: install it from go.dev/dl" >&2; exit 1; }

need-node:
	@node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1 || \
		{ echo "AMIGO needs Node.js 20 or newer, with npm: install it from nodejs.org" >&2; exit 1; }
