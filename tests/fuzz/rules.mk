# Fuzz targets, tests/fuzz/NAME.c with LLVMFuzzerTestOneInput() each, included by the Makefile.
#
#   make check               every seed through every target, with any compiler (tests/fuzz/replay.c)
#   make fuzz TIME=600       each target that many seconds under libFuzzer, ASan and UBSan, two at a time
#   make fuzz-smoke          the same, 60 seconds each
#   make fuzz FUZZER=afl     with AFL++ instead
#   make fuzz TARGETS='range log'

fuzz_shared  = fuzz/replay fuzz/plain_json fuzz/must_render fuzz/made_facts
fuzz_names   = $(filter-out $(fuzz_shared:fuzz/%=%),$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
fuzz_tests   = $(fuzz_names:%=$(BUILD)/tests/fuzz/%)
# lib/log/*.c with limits that a target chooses; they stand before the library, which has the same.
fuzz_limited = $(patsubst %,$(BUILD)/tests/fuzz/lib/%.o,log_file last_run last_lines log_lines log_search json_place run_event warning words)
fuzz_objects = $(patsubst %,$(BUILD)/tests/%.o,fuzz/plain_json fuzz/must_render fuzz/made_facts) \
	$(fuzz_limited) $(BUILD)/plugins/preflight_options.o $(BUILD)/plugins/runlog_options.o

$(fuzz_limited): $(BUILD)/tests/fuzz/lib/%.o: lib/log/%.c Makefile tests/fuzz/log_limits.h | have-json-c
	@mkdir -p $(@D)
	$(Q)$(CC) $(own_cppflags) -include tests/fuzz/log_limits.h $(CPPFLAGS) $(own_cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

# FUZZ_MAIN is a fuzzer's own main: a compiler's option, in place of the replaying one.
.SECONDARY: $(fuzz_tests:%=%.o) $(fuzz_objects)
$(fuzz_tests): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(fuzz_objects) \
		$(if $(FUZZ_MAIN),,$(BUILD)/tests/fuzz/replay.o) $(LIBRARY)
	$(Q)$(CC) $(CFLAGS) $(own_ldflags) $(FUZZ_MAIN) $(LDFLAGS) -o $@ $^ $(own_ldlibs) $(LDLIBS)

FUZZER  ?= libfuzzer
TIME    ?= 600
TARGETS ?= $(fuzz_names)
fuzz_sanitize = -fsanitize=address,undefined -fno-sanitize-recover=all
fuzz_cflags_libfuzzer = -O1 -g $(fuzz_sanitize) -fsanitize=fuzzer-no-link
fuzz_cflags_afl       = -O1 -g
fuzz_cc_libfuzzer = clang
fuzz_cc_afl       = afl-clang-fast
fuzz_build = $(BUILD)/$(FUZZER)

.PHONY: fuzz-programs
fuzz-programs: $(fuzz_tests)

.PHONY: fuzz
fuzz:
	@$(MAKE) --no-print-directory fuzz-programs BUILD='$(fuzz_build)' CC=$(fuzz_cc_$(FUZZER)) HARDENING= \
		CFLAGS='$(fuzz_cflags_$(FUZZER)) -DCHECK_CLAUDE_SANITIZED' FUZZ_MAIN=-fsanitize=fuzzer
	@FUZZER=$(FUZZER) BUILD='$(fuzz_build)' sh tests/fuzz/run.sh $(TIME) $(TARGETS)

.PHONY: fuzz-smoke
fuzz-smoke:
	@$(MAKE) --no-print-directory fuzz TIME=60
