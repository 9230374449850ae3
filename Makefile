# SPDX-License-Identifier: MIT
#
# EsBank: one Makefile for everything. `make help` lists the targets.
#
# Three archives: what both programs share, the bank, the ATM. Which folder may
# use which is in tests/shared/layers.sh.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=

ifeq ($(origin CC),default)
CC = gcc
endif
STANDARD = -std=gnu17 -D_GNU_SOURCE
WARNINGS = -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
           -Wformat=2 -Wvla -Wnull-dereference -Wundef -Wwrite-strings -Wpointer-arith
OPTIMISE ?= -O2 -g
HARDEN   ?= -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
SANITIZE ?=
ALL_CFLAGS  = $(STANDARD) $(WARNINGS) $(OPTIMISE) $(HARDEN) $(SANITIZE) -I. -I$(BUILD)/generated \
              $(shell pkg-config --cflags libpq fribidi libqrencode 2>/dev/null) -ffile-prefix-map=$(CURDIR)=. -MMD -MP $(CFLAGS)
ALL_LDFLAGS = $(SANITIZE) -pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed $(LDFLAGS)

libraries   = $(shell pkg-config --libs $(1) 2>/dev/null)
SHARED_LIBS = $(call libraries,libcjson libssl libcrypto uuid)
BANK_LIBS   = $(call libraries,libpq libevent_core ncursesw) $(SHARED_LIBS)
KEYS_LIBS   = -lvterm -lutil -lm
ATM_LIBS    = $(call libraries,ncursesw fribidi libqrencode) $(SHARED_LIBS)

# ---- what is built from what ------------------------------------------------

# Objects have a tree of their own: $(BUILD)/atm and $(BUILD)/bank are the programs.
sources   = $(sort $(shell find $(1) -name '*.c'))
objects   = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
SHARED_O := $(call objects,$(call sources,shared))
BANK_O   := $(call objects,$(filter-out bank/main.c,$(call sources,bank)))
ATM_O    := $(call objects,$(filter-out atm/main.c,$(call sources,atm)))
SUPPORT_O:= $(call objects,$(call sources,tests/support))
KEYS_O   := $(call objects,$(call sources,keys))
BENCH_O  := $(call objects,$(call sources,tests/bench))

LIBSHARED = $(BUILD)/libshared.a
LIBBANK   = $(BUILD)/libbank.a
LIBATM    = $(BUILD)/libatm.a
LIBSUPPORT= $(BUILD)/libsupport.a

TESTS_SHARED := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/shared/test_*.c))
TESTS_BANK   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bank/test_*.c tests/plug/test_*.c))
TESTS_ATM    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/atm/test_*.c))
FUZZERS      := $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
TEST_PROGRAMS = $(TESTS_SHARED) $(TESTS_BANK) $(TESTS_ATM)

.PHONY: all run test bench bench-growth fuzz pictures mutate lint asan help install uninstall clean deps check-programs tables format

all: deps $(BUILD)/atm $(BUILD)/bank $(BUILD)/keys

help: ## this list
	@echo "EsBank: an ATM in a terminal and the event-sourced bank behind it."; echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

# All processors, unless told otherwise.
jobs = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

# `make V=1` shows the commands as they are run.
Q   = $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)  $(2)")

# ---- programs ---------------------------------------------------------------

$(BUILD)/bank: $(BUILD)/obj/bank/main.o $(LIBBANK) $(LIBSHARED)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(BANK_LIBS)

$(BUILD)/atm: $(BUILD)/obj/atm/main.o $(LIBATM) $(LIBSHARED)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ATM_LIBS)

$(BUILD)/keys: $(KEYS_O) $(LIBSHARED)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(KEYS_LIBS) $(SHARED_LIBS)

# Every screen with plausible content, for people who change how the machine looks.
$(BUILD)/gallery: $(BUILD)/obj/tests/atm/gallery.o $(LIBATM) $(LIBSHARED)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ATM_LIBS)

# The tables of the documents and docs/schema: see `make tables`.
$(BUILD)/protocol_tables $(BUILD)/schema_tables: $(BUILD)/%: $(BUILD)/obj/tests/bank/%.o $(LIBBANK) $(LIBSHARED)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(BANK_LIBS)

$(BUILD)/bench: $(BENCH_O) $(LIBBANK) $(LIBSHARED)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(BANK_LIBS) -lutil

$(LIBSHARED): $(SHARED_O)
$(LIBBANK): $(BANK_O)
$(LIBATM): $(ATM_O)
$(LIBSUPPORT): $(SUPPORT_O)
$(BUILD)/%.a:
	@rm -f $@
	$(Q)ar rcs $@ $^

$(TESTS_SHARED): $(BUILD)/%: $(BUILD)/obj/%.o $(LIBSUPPORT) $(LIBSHARED)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka -lpq $(SHARED_LIBS)
$(TESTS_BANK): $(BUILD)/%: $(BUILD)/obj/%.o $(LIBSUPPORT) $(LIBBANK) $(LIBSHARED)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(BANK_LIBS)
$(TESTS_ATM): $(BUILD)/%: $(BUILD)/obj/%.o $(LIBSUPPORT) $(LIBATM) $(LIBSHARED)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka -lpq $(ATM_LIBS)

# Kills a machine at one of its durable calls: loaded before all others, by tests/atm/test_crash.
$(BUILD)/crash.so: tests/atm/crash.c tests/atm/crash.h
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -fPIC -shared -o $@ $<
$(BUILD)/tests/atm/test_crash: | $(BUILD)/crash.so

# Another day, for one process: see tests/bank/test_day.sh.
$(BUILD)/clock.so: tests/bank/clock.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -fPIC -shared -o $@ $<
$(BUILD)/tests/bank/test_day: | $(BUILD)/clock.so

# With clang only: see fuzz.
$(BUILD)/fuzz_script $(BUILD)/fuzz_screen: $(filter-out %/main.o,$(KEYS_O))
$(FUZZERS): $(BUILD)/%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/obj/tests/fuzz/fuzz.o $(LIBBANK) $(LIBATM) $(LIBSHARED)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(filter %.a,$^) $(BANK_LIBS) $(KEYS_LIBS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The migrations travel inside the binary.
$(BUILD)/generated/sql_files.inc: $(wildcard sql/*.sql) scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed sql/*.sql > $@
$(BUILD)/obj/bank/postgres/migrations.o: $(BUILD)/generated/sql_files.inc

# What a person sees travels inside the binary too, a folder a language; a file of the same name in
# --assets DIR wins. The dashboard and the alerts in assets/ are Grafana's and Prometheus'.
SHOWN := $(sort $(wildcard assets/languages/*/* assets/themes/*))
$(BUILD)/generated/asset_files.inc: $(SHOWN) scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed -C assets $(SHOWN) > $@
$(BUILD)/obj/atm/texts/assets.o: $(BUILD)/generated/asset_files.inc

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- use --------------------------------------------------------------------

deps:
	@scripts/deps build

run: ## install what is missing, build, start the bank, open the ATM with a demo card
	@scripts/deps build run
	@$(MAKE) --no-print-directory $(jobs) all
	@ESBANK_SWITCH_ON="make run" BUILD=$(BUILD) scripts/run

check-programs: all $(BUILD)/protocol_tables $(BUILD)/schema_tables $(BUILD)/bench $(TEST_PROGRAMS)

tables: $(BUILD)/protocol_tables $(BUILD)/schema_tables ## write the documents' tables and docs/schema anew, from the code's
	@BUILD=$(BUILD) scripts/protocol
	@BUILD=$(BUILD) scripts/schema

test: ## install what is missing, build, run every test
	@scripts/deps build run test
	@$(MAKE) --no-print-directory $(jobs) check-programs
	@BUILD=$(BUILD) scripts/test $(T)

asan: ## the tests again, under AddressSanitizer and UndefinedBehaviorSanitizer
	@LSAN_OPTIONS=suppressions=$(CURDIR)/tests/support/leaks.txt:print_suppressions=0 \
	    $(MAKE) --no-print-directory BUILD=build/asan OPTIMISE="-O1 -g" HARDEN="-fno-omit-frame-pointer -fPIE" \
	    SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=all" test

bench: ## measure: withdrawals a second beside pgbench and beside the SQL alone (BENCH_ARGS=--json)
	@scripts/deps build run bench >&2 # stdout is the figures
	@$(MAKE) --no-print-directory $(jobs) all $(BUILD)/bench >&2
	@BUILD=$(BUILD) scripts/bench $(BENCH_ARGS)

bench-growth: ## measure: what a long log costs: appends, a restart, memory, rebuilds (BENCH_ARGS="--events 10000000")
	@scripts/deps build run bench >&2
	@$(MAKE) --no-print-directory $(jobs) all $(BUILD)/bench >&2
	@BUILD=$(BUILD) scripts/bench --growth $(BENCH_ARGS)

fuzz: ## each parser under libFuzzer, ASan and UBSan (FUZZ_SECONDS=60 a target)
	@scripts/deps build test fuzz
	@$(MAKE) --no-print-directory BUILD=build/fuzz CC=clang OPTIMISE="-O1 -g" HARDEN="-fno-omit-frame-pointer -fPIE" \
	    SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" fuzz-programs
	@BUILD=build/fuzz scripts/fuzz $(T)

fuzz-programs: $(FUZZERS)

pictures: ## draw the pictures of the documents that have become stale
	@scripts/deps build run
	@$(MAKE) --no-print-directory $(jobs) all
	@BUILD=$(BUILD) $(BUILD)/keys --update=all tests/keys/pictures tests/keys/console/pictures.keys
	@sh tests/keys/pictures.sh || BUILD=$(abspath $(BUILD)) sh scripts/picture_console

mutate: ## break the programs, one break at a time: does a test notice? (M="word")
	@scripts/deps build run test
	@scripts/mutate $(M)

lint: ## gcc -fanalyzer, cppcheck, clang-tidy, layout
	@scripts/deps build lint
	@scripts/lint

format: ## lay the sources out as .clang-format says
	@clang-format -i $(shell git ls-files '*.c' '*.h')

install: all ## into $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(BUILD)/atm $(BUILD)/bank $(BUILD)/keys $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(wildcard man/*.1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(DESTDIR)$(PREFIX)/share/keys
	$(BUILD)/keys --grammar > $(DESTDIR)$(PREFIX)/share/keys/grammar.ebnf
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	$(BUILD)/bank completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/bank
	$(BUILD)/bank completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_bank

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,atm bank keys) $(patsubst man/%,$(DESTDIR)$(PREFIX)/share/man/man1/%,$(wildcard man/*.1)) \
	    $(DESTDIR)$(PREFIX)/share/keys/grammar.ebnf \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/bank $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_bank

clean: ## remove what was built
	rm -rf $(BUILD)
