/*
 * Option vectors of both plugins: the first byte says which and whether words are variables of the
 * environment, each line is a word. A refusal is one clean line; what is taken in is within bounds;
 * the words themselves are never changed.
 */
#include "base/version_number.h"
#include "preflight_options.h"
#include "runlog_options.h"

#include "base/duration.h"
#include "log/log_search.h"

#include "fuzz.h"
#include "log/marker_table.h"

#define WORDS_MAX 16

static const char *const variables[] = {
    "ORCH_CLAUDE_BIN",           "ORCH_CLAUDE_CREDENTIALS_PATH",  "CHECK_CLAUDE_STATE_DIR",
    "ORCH_PREFLIGHT_CHECK_AUTH", "ORCH_AUTH_EXPIRY_SKEW_SECONDS", "ORCH_PREFLIGHT_CACHE_TTL"};

static void must_be_refused_well(const struct text *error)
{
    MUST(error->length > 0, "a refusal without a word");
    must_be_a_line(text_get(error));
    MUST(strstr(text_get(error), "rite ") || strstr(text_get(error), "Did you mean --"),
         "[%s] does not say what to write", text_get(error));
}

static void must_be_common(const struct plugin_options *common)
{
    MUST(common->timeout > 0 && common->timeout <= DURATION_MAX_MS, "timeout");
    MUST(common->verbosity >= 0 && common->verbosity <= 3, "verbosity");
    MUST(common->format <= OUTPUT_PROMETHEUS, "format");
    MUST(!common->state_dir || *common->state_dir, "state directory");
    if (common->textfile) {
        size_t length = strlen(common->textfile);
        MUST(length > 5 && strcmp(common->textfile + length - 5, ".prom") == 0, "textfile");
    }
    for (size_t i = 0; i < CONDITIONS_MAX; i++)
        MUST(!common->states.set[i] ||
                 (i < common->conditions->count && common->states.states[i] <= STATE_UNKNOWN),
             "state of condition %zu", i);
}

static void must_be_a_range(const struct range *range)
{
    MUST(!range->set || range->open_start || range->open_end || range->start <= range->end,
         "range");
}

static void try_preflight(int argc, char *const argv[])
{
    struct preflight_options options;
    struct text error = TEXT_INIT(900);
    if (preflight_options_parse(argc, argv, &options, &error)) {
        must_be_common(&options.common);
        MUST(error.length == 0, "[%s]", text_get(&error));
        MUST(options.policy.auth <= AUTH_OFF && options.reset <= CACHE_RESET_ONLY, "enums");
        MUST(options.policy.skew >= 0 && options.cache_ttl >= 0, "durations");
        MUST(options.policy.version_timeout > 0, "version timeout");
        MUST(!options.binary || *options.binary, "binary");
        MUST(!options.policy.min_version || version_number_is_valid(options.policy.min_version),
             "minimum version");
        for (size_t i = 0; i < options.agent_home_count; i++)
            MUST(*options.agent_homes[i], "agent home");
        must_be_a_range(&options.policy.token_warning);
        must_be_a_range(&options.policy.token_critical);
        must_be_a_range(&options.policy.login_warning);
        must_be_a_range(&options.policy.login_critical);
    } else {
        must_be_refused_well(&error);
    }
    preflight_options_free(&options);
    text_free(&error);
}

static void try_runlog(int argc, char *const argv[])
{
    struct runlog_options options;
    struct text error = TEXT_INIT(900);
    if (runlog_options_parse(argc, argv, &options, &error)) {
        must_be_common(&options.common);
        bool prints = options.common.help || options.common.version;
        MUST(prints || options.log_count > 0, "no log");
        MUST(options.policy.grace >= 0 && options.since >= 0, "durations");
        for (size_t i = 0; i < options.log_count; i++)
            MUST(*options.logs[i], "log");
        must_be_a_range(&options.policy.age_warning);
        must_be_a_range(&options.policy.age_critical);
        struct marker_set *markers = NULL;
        MUST(marker_table_set_new(options.own, options.own_count, &markers) == 0,
             "markers that were taken in");
        marker_set_free(markers);
    } else {
        must_be_refused_well(&error);
    }
    runlog_options_free(&options);
    text_free(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    uint8_t choice = input_byte(&input);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        char *value = choice & 2 ? input_line(&input) : NULL;
        if (value)
            setenv(variables[i], value, 1);
        else
            unsetenv(variables[i]);
        free(value);
    }
    /* getopt_long(3) sorts argv, so what is to be freed is kept apart */
    char name[] = "check";
    char *words[WORDS_MAX], *copies[WORDS_MAX], *argv[WORDS_MAX + 2] = {name};
    int count = 0;
    for (; input.left > 0 && count < WORDS_MAX; count++) {
        argv[count + 1] = words[count] = input_line(&input);
        copies[count] = input_copy(words[count], strlen(words[count]));
    }
    if (choice & 1)
        try_runlog(count + 1, argv);
    else
        try_preflight(count + 1, argv);
    for (int i = 0; i < count; i++) {
        MUST(strcmp(words[i], copies[i]) == 0, "word %d was changed", i);
        free(words[i]);
        free(copies[i]);
    }
    return 0;
}
