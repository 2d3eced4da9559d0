# What to type; each target's work is a script in scripts/ that can be run and read by itself.
.DEFAULT_GOAL := help
SHELL := bash
.PHONY: help demo install test test-skyvern lint fuzz bench

help: ## this list
	@echo "otp-relay: hands one-time codes from mailboxes to Skyvern"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## see it work: four mails, a private mail server, a stand-in for Skyvern (KEEP=1 leaves it running)
	@scripts/ensure cc dovecot openssl
	@scripts/demo

test: ## every test, against a real Dovecot and a real systemd (installs what is missing)
	@scripts/ensure cc dovecot systemd promtool nginx dnsmasq openssl
	@scripts/test

test-skyvern: ## the tests against a real Skyvern server (installs it into target/skyvern)
	@scripts/ensure cc dovecot python nginx
	@tests/skyvern/run

install: ## build in release mode and install for systemd (DESTDIR=… for packages)
	@scripts/ensure cc
	@scripts/install

lint: ## formatting, clippy, licences, shell scripts
	@scripts/ensure cc shellcheck
	@scripts/lint

fuzz: ## what reads mail on inputs made to break it (FUZZ_SECONDS=300 each; ARGS="html" for one)
	@scripts/ensure cc cxx
	@scripts/fuzz $(ARGS)

bench: ## latency, bursts, memory and extraction (ARGS="latency --quick" for a part)
	@scripts/ensure cc dovecot
	@scripts/bench $(ARGS)

