# check_claude: see README.md. GNU make.

PREFIX    ?= /usr/local
LIBDIR    ?= $(PREFIX)/lib
PLUGINDIR ?= $(LIBDIR)/nagios/plugins
MANDIR    ?= $(PREFIX)/share/man
INSTALL   ?= install
PKG_CONFIG ?= pkg-config
BUILD     ?= build
# make V=1 shows the whole commands.
Q          = $(if $(V),,@printf '  %s\n' '$@';)

# Yours to override as a whole; what the code needs stands in the own_ variables below.
CFLAGS    ?= -O2 -g
WARNINGS   = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wformat=2 -Wvla
HARDENING ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
own_cflags   = -std=c11 $(WARNINGS) $(HARDENING)
own_cppflags = -D_GNU_SOURCE -Ilib -Iplugins $(JSON_CFLAGS)
own_ldflags  = -pie -Wl,-z,relro,-z,now,--as-needed

JSON_CFLAGS := $(shell $(PKG_CONFIG) --cflags json-c 2>/dev/null)
JSON_LIBS   ?= $(shell $(PKG_CONFIG) --libs json-c 2>/dev/null)

PLUGINS  = check_claude_preflight
LIBRARY  = $(BUILD)/libcheck_claude.a
lib_objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard lib/*.c))

.PHONY: all check test-programs frozen clean install uninstall deps run demo
all: $(PLUGINS:%=$(BUILD)/%)

$(BUILD)/check_claude_preflight: $(BUILD)/plugins/check_claude_preflight.o $(BUILD)/plugins/preflight_options.o

$(PLUGINS:%=$(BUILD)/%): $(LIBRARY)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(JSON_LIBS) $(LDLIBS)

$(LIBRARY): $(lib_objects)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(own_cppflags) $(CPPFLAGS) $(own_cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

# Tests: one libcheck program per room of lib/, and shell scripts that call the built binaries. The
# frozen binaries differ in one object: their time of day stands still.
CHECK_CFLAGS = $(shell $(PKG_CONFIG) --cflags check 2>/dev/null)
CHECK_LIBS   = $(shell $(PKG_CONFIG) --libs check 2>/dev/null)
unit_tests = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
e2e_tests  = $(filter-out %/harness.sh,$(wildcard tests/e2e/*.sh))
frozen     = $(PLUGINS:%=$(BUILD)/tests/frozen/%)

$(BUILD)/tests/%.o: own_cppflags += $(CHECK_CFLAGS) -Itests
$(unit_tests): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(LIBRARY)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(JSON_LIBS) $(LDLIBS)

$(BUILD)/tests/frozen/check_claude_preflight: $(BUILD)/plugins/check_claude_preflight.o $(BUILD)/plugins/preflight_options.o
$(frozen): $(BUILD)/tests/frozen_clock.o $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(JSON_LIBS) $(LDLIBS)

frozen: $(frozen)

test-programs: all $(unit_tests) $(frozen)

check: test-programs
	BUILD='$(BUILD)' tests/run $(unit_tests) $(e2e_tests)

# What is missing, with the package manager that is there.
deps:
	@sh tests/deps.sh

run: all
	@$(BUILD)/check_claude_preflight -v || true

demo: all
	@sh tests/demo.sh $(BUILD)/check_claude_preflight

install: all
	$(INSTALL) -d '$(DESTDIR)$(PLUGINDIR)' '$(DESTDIR)$(MANDIR)/man1'
	for plugin in $(PLUGINS); do \
		$(INSTALL) -m 755 "$(BUILD)/$$plugin" '$(DESTDIR)$(PLUGINDIR)' || exit 1; \
		$(INSTALL) -m 644 "man/$$plugin.1" '$(DESTDIR)$(MANDIR)/man1' || exit 1; \
	done

uninstall:
	for plugin in $(PLUGINS); do \
		rm -f "$(DESTDIR)$(PLUGINDIR)/$$plugin" "$(DESTDIR)$(MANDIR)/man1/$$plugin.1"; \
	done

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)

clean:
	rm -rf $(BUILD)
