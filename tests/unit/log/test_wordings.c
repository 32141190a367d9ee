/* Wordings that no row was written for, each judged as check_claude_runlog does. */
#include "judged.h"
#include "made_log.h"

#include <stdio.h>

#define LINE_MAX_BYTES 4096

/* "\\n" and the like become bytes. Returns the length. */
static size_t unescape(char *text)
{
    static const char letters[] = "nrte\\", bytes[] = "\n\r\t\x1b\\";
    size_t have = 0;
    for (const char *at = text; *at; at++) {
        const char *letter = *at == '\\' && at[1] ? strchr(letters, at[1]) : NULL;
        text[have++] = letter ? bytes[letter - letters] : *at;
        at += letter != NULL;
    }
    text[have] = '\0';
    return have;
}

/* The conditions with | between them, as bits; 0 is among them where "ok" is. */
static uint32_t conditions_of(const char *names, bool *ret_ok)
{
    uint32_t conditions = 0;
    *ret_ok = false;
    while (*names) {
        const size_t length = strcspn(names, "|");
        if (length == 2 && strncmp(names, "ok", 2) == 0) {
            *ret_ok = true;
        } else {
            size_t found = condition_find(&runlog_conditions, names, length);
            ck_assert_msg(found < runlog_conditions.count, "%s", names);
            conditions |= UINT32_C(1) << found;
        }
        names += length + (names[length] == '|');
    }
    return conditions;
}

static void judge(const char *kind, const char *names, const char *bytes, size_t length)
{
    const uint32_t refused = UINT32_C(1) << RUNLOG_AUTH_FAILURE;
    bool ok;
    uint32_t wanted = conditions_of(names, &ok);
    struct made_log made = made_log_new();
    made_log_add_bytes(&made, bytes, length);
    struct log_file file = made_log_file(&made);
    struct judged_log got = judge_file(file.fd, file.size, strcmp(kind, "text") == 0);
    made_log_close(&made);
    if (wanted & UINT32_C(1) << RUNLOG_RUN_FAILED)
        wanted |= UINT32_C(1) << RUNLOG_RESULT_MISSING | UINT32_C(1) << RUNLOG_RUN_UNFINISHED;
    ck_assert_msg(got.conditions == 0 ? ok : (got.conditions & wanted) != 0,
                  "%s: wanted %s, got %x", bytes, names, (unsigned)got.conditions);
    ck_assert_msg(!(got.conditions & refused) || (wanted & refused), "%s: refused", bytes);
}

START_TEST(judges_wordings_that_are_new)
{
    char line[LINE_MAX_BYTES];
    size_t count = 0;
    FILE *wordings = fopen("tests/fixtures/wordings.tsv", "r");
    ck_assert_ptr_nonnull(wordings);
    while (fgets(line, sizeof line, wordings)) {
        line[strcspn(line, "\n")] = '\0';
        char *names = strchr(line, '\t'), *text = names ? strchr(names + 1, '\t') : NULL;
        if (line[0] == '#')
            continue;
        ck_assert_msg(text != NULL, "%s: tabs", line);
        *names++ = *text++ = '\0';
        judge(line, names, text, unescape(text));
        count++;
    }
    fclose(wordings);
    ck_assert_uint_gt(count, 300);
}
END_TEST

SUITE_MAIN("wordings", judges_wordings_that_are_new)
