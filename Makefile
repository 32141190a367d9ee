# check_claude: see README.md. GNU make.

PREFIX    ?= /usr/local
BINDIR    ?= $(PREFIX)/bin
LIBDIR    ?= $(PREFIX)/lib
PLUGINDIR ?= $(LIBDIR)/nagios/plugins
MANDIR    ?= $(PREFIX)/share/man
DOCDIR    ?= $(PREFIX)/share/doc/check_claude
INSTALL   ?= install
PKG_CONFIG ?= pkg-config
BUILD     ?= build

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
MAN_PAGES = $(wildcard man/*.1)

.PHONY: all check clean install uninstall deps run demo
all: $(PLUGINS:%=$(BUILD)/%)

$(BUILD)/check_claude_preflight: $(BUILD)/plugins/check_claude_preflight.o $(BUILD)/plugins/preflight_options.o

$(PLUGINS:%=$(BUILD)/%): $(LIBRARY)
	$(CC) $(CFLAGS) $(own_ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(JSON_LIBS) $(LDLIBS)

$(LIBRARY): $(lib_objects)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(own_cppflags) $(CPPFLAGS) $(own_cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)

clean:
	rm -rf $(BUILD)
