# check_claude: see README.md. GNU make.

PREFIX    ?= /usr/local
LIBDIR    ?= $(PREFIX)/lib
PLUGINDIR ?= $(LIBDIR)/nagios/plugins
BINDIR    ?= $(PREFIX)/bin
MANDIR    ?= $(PREFIX)/share/man
DOCDIR    ?= $(PREFIX)/share/doc/check_claude
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR  ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d
INSTALL   ?= install
PKG_CONFIG ?= pkg-config
BUILD     ?= build
# make V=1 shows the whole commands.
Q          = $(if $(V),,@printf '  %s\n' '$@';)

# Yours to override as a whole; what the code needs stands in the own_ variables below.
CFLAGS    ?= -O2 -g
WARNINGS   = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wformat=2 -Wvla
# glibc's checks want an optimising compiler, and a level that is set already stays as it is.
fortified  = $(and $(filter-out -O0,$(filter -O%,$(CFLAGS))),\
	$(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,yes))
HARDENING ?= $(if $(fortified),-D_FORTIFY_SOURCE=2) -fstack-protector-strong -fPIE
own_cflags   = -std=c11 $(WARNINGS) $(HARDENING)
own_cppflags = -D_GNU_SOURCE -iquote lib -iquote plugins $(JSON_CFLAGS)
$(BUILD)/completion/%.o: own_cppflags += -iquote .
own_ldflags  = -pie -Wl,-z,relro,-z,now,--as-needed
# librt for timer_create(), which newer C libraries hold themselves
own_ldlibs   = $(JSON_LIBS) -lrt

# Asked for when a recipe needs them, not when this file is read: in `make deps run` they are there only
# after deps. Set them by hand where there is no pkg-config.
JSON_CFLAGS ?= $(shell $(PKG_CONFIG) --cflags json-c 2>/dev/null)
# STATIC_JSON_C=1: a call has one library less to load, a tenth of /bin/true's CPU time; a new json-c
# then wants a new build.
static_json_c = $(shell $(PKG_CONFIG) --variable=libdir json-c 2>/dev/null)/libjson-c.a
JSON_LIBS   ?= $(if $(STATIC_JSON_C),$(static_json_c),$(shell $(PKG_CONFIG) --libs json-c 2>/dev/null))

# In `make deps run`, with any -j, all else waits for deps.
deps_first = $(filter deps,$(MAKECMDGOALS))

PLUGINS  = check_claude_preflight check_claude_runlog
LIBRARY  = $(BUILD)/libcheck_claude.a
lib_objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard lib/*/*.c))
completion_objects = $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/generate.c,$(wildcard completion/*.c)))

.PHONY: all
all: $(PLUGINS:%=$(BUILD)/%) completion

$(BUILD)/check_claude_preflight $(BUILD)/tests/frozen/check_claude_preflight: \
	$(BUILD)/plugins/check_claude_preflight.o $(BUILD)/plugins/preflight_options.o \
	$(BUILD)/plugins/sudo_rule.o
$(BUILD)/check_claude_runlog $(BUILD)/tests/frozen/check_claude_runlog: \
	$(BUILD)/plugins/check_claude_runlog.o $(BUILD)/plugins/runlog_feed.o $(BUILD)/plugins/runlog_read.o \
	$(BUILD)/plugins/runlog_options.o

$(PLUGINS:%=$(BUILD)/%): $(LIBRARY)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(own_ldlibs) $(LDLIBS)

$(LIBRARY): $(lib_objects)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# One line that says what to do, before the compiler says something longer.
.PHONY: have-json-c
have-json-c: | $(deps_first)
	@command -v $(firstword $(CC)) >/dev/null || { echo '$(firstword $(CC)) is missing: run make deps' >&2; exit 1; }
	@$(if $(JSON_LIBS),:,echo 'json-c is missing: run make deps' >&2; exit 1)

$(BUILD)/%.o: %.c Makefile | have-json-c
	@mkdir -p $(@D)
	$(Q)$(CC) $(own_cppflags) $(CPPFLAGS) $(own_cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

# Shell completion, written from the tables of options by a program that runs here. When cross-building,
# name one that was built for this machine: make COMPLETION=path/to/generate.
COMPLETION ?= $(BUILD)/completion/generate
completions = $(PLUGINS:%=$(BUILD)/completion/bash/%) $(PLUGINS:%=$(BUILD)/completion/zsh/_%) \
	$(PLUGINS:%=$(BUILD)/completion/fish/%.fish)

$(BUILD)/completion/generate: $(BUILD)/completion/generate.o $(completion_objects) $(BUILD)/plugins/preflight_options.o \
	$(BUILD)/plugins/runlog_options.o $(LIBRARY)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $^ $(JSON_LIBS) $(LDLIBS)

# $(call generated,SHELL): replaced as a whole, so that no half of one is installed
generated = @mkdir -p $(@D) && printf '  %s\n' '$@' && '$(COMPLETION)' $(1) $* >$@.new && mv $@.new $@
$(BUILD)/completion/bash/%: $(COMPLETION)
	$(call generated,bash)
$(BUILD)/completion/zsh/_%: $(COMPLETION)
	$(call generated,zsh)
$(BUILD)/completion/fish/%.fish: $(COMPLETION)
	$(call generated,fish)

.PHONY: completion
completion: $(completions)

# Tests: one libcheck program per room of lib/, tests/unit/WING/test_ROOM.c, and cases and scripts that call the built binaries. The
# frozen binaries differ in one object: their time of day stands still.
CHECK_CFLAGS ?= $(shell $(PKG_CONFIG) --cflags check 2>/dev/null)
CHECK_LIBS   ?= $(shell $(PKG_CONFIG) --libs check 2>/dev/null)
unit_tests = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*/test_*.c))
e2e_tests  = $(filter-out %/harness.sh,$(wildcard tests/e2e/*.sh tests/e2e/*/*.sh))
cases      = $(wildcard tests/e2e/*/*.cases)
runner     = $(BUILD)/tests/cases
frozen     = $(PLUGINS:%=$(BUILD)/tests/frozen/%)

.PHONY: have-check
have-check: | $(deps_first)
	@$(if $(CHECK_LIBS),:,echo 'check, the unit test library, is missing: run make deps' >&2; exit 1)

$(unit_tests:%=%.o): | have-check
$(BUILD)/tests/%.o: own_cppflags += $(CHECK_CFLAGS) -iquote . -iquote tests/unit -iquote tests/fuzz
$(BUILD)/tests/unit/completion/test_completion: $(completion_objects)
$(BUILD)/tests/unit/plugins/test_runlog_read: $(BUILD)/plugins/runlog_read.o
$(unit_tests): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(LIBRARY)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(CHECK_LIBS) $(own_ldlibs) $(LDLIBS)

$(frozen): $(BUILD)/tests/frozen_clock.o $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(own_ldlibs) $(LDLIBS)

# Runs the end-to-end tests that are data: tests/README.md.
$(runner): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/runner/*.c))
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $^ $(own_ldlibs) $(LDLIBS)

# Runs a command on a terminal.
$(BUILD)/tests/pty: $(BUILD)/tests/pty.o
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: frozen
frozen: $(frozen) $(BUILD)/tests/pty $(runner)

include tests/fuzz/rules.mk

.PHONY: test-programs
test-programs: all $(unit_tests) $(fuzz_tests) frozen

.PHONY: check
check: test-programs
	@BUILD='$(BUILD)' tests/run $(unit_tests) $(fuzz_tests) $(e2e_tests) $(cases)

# Which lines and branches of lib/ the tests reach. UNCOVERED=1: also the lines that they do not.
.PHONY: coverage
coverage: | have-json-c have-check
	@UNCOVERED='$(UNCOVERED)' sh tests/coverage.sh

# Do the tests see a mistake? SEED=N COUNT=N JOBS=N ONLY=PART-OF-A-PATH
# TESTS=PART-OF-A-NAME; wants python3 and gcov.
.PHONY: mutate
mutate: | have-json-c have-check
	@python3 tests/mutate/mutate.py --seed '$(or $(SEED),1)' --count '$(or $(COUNT),100)' --jobs '$(or $(JOBS),2)' \
		--only '$(ONLY)' --tests '$(TESTS)' '$(BUILD)/mutate'

# All tests under valgrind.
.PHONY: check-valgrind
check-valgrind: | have-json-c have-check
	@sh tests/valgrind.sh '$(BUILD)/valgrind'

# Nagios, Icinga 2, Prometheus and others, the real programs; unpacks what the machine lacks.
.PHONY: check-engines
check-engines: all frozen
	@BUILD='$(BUILD)' tests/engines/run

# Every call that can fail fails in turn: tests/fault/driver.c. The plugins are built for it by
# themselves, without what would put other functions in the place of the calls. FAULT=NAME: only the
# cases whose names contain it.
fault_build   = $(BUILD)/fault
fault_objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/fault/*.c))
fault_inject  = $(addprefix $(BUILD)/tests/fault/,inject.o serve.o memory.o files.o directories.o processes.o)
fault_claude  = $(BUILD)/tests/fault/claude
$(fault_inject): HARDENING = -fPIC
$(fault_build)/inject.so: $(fault_inject)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -shared -o $@ $^ $(LDLIBS)
$(fault_claude): $(fault_claude).o
	$(Q)$(CC) $(CFLAGS) -static-pie -o $@ $^ || $(CC) $(CFLAGS) -pie -o $@ $^
$(fault_build)/driver: $(filter-out $(fault_inject) $(fault_claude).o,$(fault_objects)) $(LIBRARY)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $^ $(own_ldlibs) $(LDLIBS)

.PHONY: check-fault
check-fault: $(fault_build)/inject.so $(fault_claude) $(fault_build)/driver
	@$(MAKE) --no-print-directory BUILD='$(fault_build)' HARDENING=-fPIE \
		CFLAGS='-O1 -g -fno-inline -fno-optimize-sibling-calls' $(PLUGINS:%=$(fault_build)/%)
	@sh tests/fault/run.sh '$(fault_build)' '$(fault_claude)' '$(FAULT)'

# Figures, not tests: what a call costs beside what it is compared with.
bench_programs = $(addprefix $(BUILD)/tests/bench/,cpu_time empty read_alone make_log search_alone search_keys)
.SECONDARY: $(bench_programs:%=%.o) $(BUILD)/tests/bench/hyperscan.o
$(BUILD)/tests/bench/make_log $(BUILD)/tests/bench/search_alone: $(BUILD)/tests/bench/log_text.o
$(BUILD)/tests/bench/make_log: $(BUILD)/tests/bench/run_text.o
share_count = $(addprefix $(BUILD)/tests/bench/,byte_share.o run_text.o log_text.o)
$(BUILD)/tests/bench/search_keys $(BUILD)/tests/unit/search/test_marker_index: $(share_count)
$(BUILD)/tests/bench/hyperscan.o: own_cppflags += $(shell $(PKG_CONFIG) --cflags libhs)
$(BUILD)/tests/bench/hyperscan: JSON_LIBS += $(shell $(PKG_CONFIG) --libs libhs)
$(bench_programs) $(BUILD)/tests/bench/hyperscan: %: %.o $(LIBRARY)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(own_ldlibs) $(LDLIBS)

# How common bytes are, from which the search chooses its keys: written again when the texts change.
.PHONY: search-keys
search-keys: $(BUILD)/tests/bench/search_keys
	$< >$(BUILD)/byte_share.h && mv $(BUILD)/byte_share.h lib/search/byte_share.h

# Hyperscan is one of the peers, where it is installed.
.PHONY: bench
bench: all $(bench_programs)
	@! $(PKG_CONFIG) --exists libhs || $(MAKE) --no-print-directory $(BUILD)/tests/bench/hyperscan
	@sh tests/bench/run.sh '$(BUILD)'

# A Nagios with 2000 services on one of the plugins every 10 seconds; three minutes.
.PHONY: bench-nagios
bench-nagios: all frozen
	@BUILD='$(BUILD)' sh tests/bench/nagios.sh

# The tables of conditions in the man page and in docs/conditions.md, from those of the programs.
.PHONY: docs
docs: all
	@sh docs/tables.sh '$(BUILD)'

# Both plugins without shared libraries, in $(BUILD)/static: packaging/static.sh. LIBC=musl or LIBC=own.
.PHONY: static
static:
	@CC='$(CC)' LIBC='$(LIBC)' MUSL_JSON_C='$(MUSL_JSON_C)' sh packaging/static.sh '$(BUILD)/static'

# They are built, and run in a root that holds nothing else but an agent's home.
.PHONY: check-static
check-static: static
	@sh tests/release/static.sh '$(BUILD)/static'

# What is missing, with the package manager that is there.
.PHONY: deps
deps:
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' sh tests/deps.sh

# This machine's own Claude, whatever its state.
.PHONY: run
run: all
	@$(BUILD)/check_claude_preflight -v || printf '%s\n' '' 'The plugins work. Try next:' \
		'  make demo                                     every state, without a Claude or a login' \
		'  $(BUILD)/check_claude_preflight -a /home/agent    the agent of another home' \
		'  $(BUILD)/check_claude_preflight --help            all options'

# A job behind the gate, and every state of the plugins, with stand-ins for an agent and its logs.
.PHONY: demo
demo: all
	@sh tests/demo.sh '$(BUILD)'

# By sh, which may hold what make may not: a prefix with blanks.
install_by = DESTDIR='$(DESTDIR)' PLUGINDIR='$(PLUGINDIR)' BINDIR='$(BINDIR)' MANDIR='$(MANDIR)' \
	DOCDIR='$(DOCDIR)' BASHCOMPDIR='$(BASHCOMPDIR)' ZSHCOMPDIR='$(ZSHCOMPDIR)' FISHCOMPDIR='$(FISHCOMPDIR)' \
	INSTALL='$(INSTALL)' sh packaging/install.sh

.PHONY: install
install: all
	@$(install_by) install '$(BUILD)'

# With the settings of the installation: the same DESTDIR, PREFIX and so on.
.PHONY: uninstall
uninstall:
	@$(install_by) uninstall '$(BUILD)'

# Releases and packages, below $(BUILD).
version = $(shell sed -n 's/.*CHECK_CLAUDE_VERSION "\(.*\)"/\1/p' lib/base/version.h)
tarball = $(BUILD)/check_claude-$(version).tar.gz

.PHONY: dist
dist:
	@sh packaging/dist.sh '$(tarball)'

.PHONY: distcheck
distcheck: dist
	@sh tests/distcheck.sh '$(tarball)'

# Debian's, and what Fedora and its like use.
.PHONY: deb
deb: dist
	@sh packaging/deb.sh '$(tarball)'

.PHONY: rpm
rpm: dist
	@sh packaging/rpm.sh '$(tarball)'

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d $(BUILD)/*/*/*/*.d $(BUILD)/*/*/*/*/*.d)

.PHONY: clean
clean:
	rm -rf $(BUILD)
