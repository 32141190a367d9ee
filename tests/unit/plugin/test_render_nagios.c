#include "plugin/render.h"

#include "sample_report.h"

#include <stdio.h>
#include <string.h>

static struct report report;
static struct text out = TEXT_INIT((size_t)1 << 20);

static struct subject *begin(const char *name)
{
    report_init(&report, &sample_kind, SAMPLE_NOW);
    text_reset(&out);
    return report_add_subject(&report, name);
}

/* Render, and look at what every output must hold. */
static void render(void)
{
    render_nagios(&report, &out);
    report_free(&report);
    const unsigned char *at = (const unsigned char *)text_get(&out);
    size_t pipes = 0;
    ck_assert(!out.failed && !out.truncated);
    ck_assert_msg(out.length <= NAGIOS_MAX, "%zu bytes", out.length);
    ck_assert_msg(strcspn(out.bytes, "\n") <= NAGIOS_FIRST_LINE_MAX, "%s", out.bytes);
    ck_assert_int_eq(out.bytes[out.length - 1], '\n');
    bool clean = true; /* an assertion for each byte would take its time */
    for (size_t left = out.length, n; left > 0 && clean; at += n, left -= n) {
        n = text_utf8_length(at, left);
        clean = n > 0 && (*at == '\n' || (*at >= 0x20 && *at != 0x7F));
        pipes += *at == '|';
    }
    ck_assert_msg(clean, "not clean: %s", out.bytes);
    ck_assert_msg(pipes <= 1, "%s", out.bytes);
}

START_TEST(all_in_order)
{
    struct subject *s = begin("/a");
    report_headline(&report, s, "all is well");
    render();
    ck_assert_str_eq(text_get(&out), "THE SERVICE OK - all is well\n");
}
END_TEST

START_TEST(findings_and_perfdata)
{
    struct subject *s = begin("/a");
    report_headline(&report, s, "all is well");
    report_find(&report, s, THING_LATE, STATE_WARNING, "late by %ds", 5);
    report_find(&report, s, THING_BROKEN, STATE_CRITICAL, "broken");
    report_find(&report, s, THING_QUIET, STATE_OK, "quiet");
    report_detail(&report, s, 1, "not shown");
    struct perfdata *p = report_add_perfdata(&report, "age", -20500, 3, "s");
    p->warning = (struct range){.set = true, .open_start = true, .end = 900000};
    p->critical = (struct range){.set = true, .inside = true, .start = 500, .open_end = true};
    p = report_add_perfdata(&report, "time", 20500, 6, "s");
    p->has_minimum = p->has_maximum = true;
    p->maximum = 5000000;
    report_add_perfdata(&report, "size", 7, 0, "B");
    p = report_add_perfdata(&report, "count", 0, 0, "");
    p->critical = (struct range){.set = true, .end = 10000};
    render();
    ck_assert_str_eq(text_get(&out),
                     "THE SERVICE CRITICAL - broken (and 1 more) | age=-20.5s;~:900;@0.5: "
                     "time=0.0205s;;;0;5 size=7B count=0;;0:10\n"
                     "[CRITICAL] thing-broken: broken\n"
                     "[WARNING] thing-late: late by 5s\n");
}
END_TEST

START_TEST(verbose_output_has_everything)
{
    struct subject *s = begin("/a");
    report.verbosity = 2;
    report_find(&report, s, THING_QUIET, STATE_OK, "quiet");
    report_detail(&report, s, 1, "first");
    report_detail(&report, s, 2, "second");
    report_detail(&report, s, 3, "third");
    render();
    ck_assert_str_eq(text_get(&out), "THE SERVICE OK - all in order\n"
                                     "[OK] thing-quiet: quiet\nfirst\nsecond\n");
}
END_TEST

START_TEST(several_subjects_worst_first)
{
    struct subject *s = begin("/a");
    s = report_add_subject(&report, "/b");
    report_find(&report, s, THING_LATE, STATE_UNKNOWN, "who knows");
    s = report_add_subject(&report, "/c");
    report_find(&report, s, THING_LATE, STATE_WARNING, "late");
    s = report_add_subject(&report, "/d");
    report_find(&report, s, THING_BROKEN, STATE_CRITICAL, "broken");
    report_fail(&report, "no time left");
    render();
    ck_assert_str_eq(text_get(&out), "THE SERVICE CRITICAL - /d: broken (and 2 more)\n"
                                     "[UNKNOWN] no time left\n"
                                     "[CRITICAL] thing-broken: /d: broken\n"
                                     "[WARNING] thing-late: /c: late\n"
                                     "[UNKNOWN] thing-late: /b: who knows\n");
}
END_TEST

START_TEST(a_failure_of_its_own)
{
    begin("/a");
    report_fail(&report, "no time left");
    render();
    ck_assert_str_eq(text_get(&out), "THE SERVICE UNKNOWN - no time left\n");
    report_init(&report, &sample_kind, SAMPLE_NOW);
    text_reset(&out);
    render();
    ck_assert(strncmp(text_get(&out), "THE SERVICE UNKNOWN - ", 22) == 0);
}
END_TEST

START_TEST(foreign_text_is_cleaned)
{
    struct subject *s = begin("/a|b\n\x1B[0m\xFF");
    report_find(&report, s, THING_BROKEN, STATE_CRITICAL, "x|y\nz\r\x1B[31m\x01\xC2\x9B\xFF\"\\");
    report_add_subject(&report, "/b");
    render();
    ck_assert_str_eq(text_get(&out), "THE SERVICE CRITICAL - /a/b  [0m\xEF\xBF\xBD: "
                                     "x/y z  [31m  \xEF\xBF\xBD\"\\\n"
                                     "[CRITICAL] thing-broken: /a/b  [0m\xEF\xBF\xBD: "
                                     "x/y z  [31m  \xEF\xBF\xBD\"\\\n");
}
END_TEST

/* A word as long as `length`, of a character of one to four bytes. */
static const char *long_word(size_t length, const char *character)
{
    static char word[16384];
    size_t n = strlen(character), at = 0;
    for (; at + n <= length; at += n)
        memcpy(word + at, character, n);
    word[at] = '\0';
    return word;
}

START_TEST(the_summary_gives_way_to_the_perfdata)
{
    static const char *const characters[] = {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                             "\xFF"};
    for (size_t c = 0; c < COUNT(characters); c++) {
        for (size_t length = 955; length < 990; length++) {
            struct subject *s = begin("/a");
            report_headline(&report, s, long_word(length, characters[c]));
            report_add_perfdata(&report, "age", 12345, 3, "s");
            render();
            ck_assert_msg(strstr(text_get(&out), " | age=12.345s\n"), "%s", text_get(&out));
            if (length > 980)
                ck_assert_msg(strstr(text_get(&out), "\u2026 | age"), "%s", text_get(&out));
        }
    }
}
END_TEST

/* A value that is cut would be a wrong value: each is there as a whole or not at all. */
START_TEST(perfdata_is_never_cut_inside_a_value)
{
    char labels[60][8];
    struct subject *s = begin("/a");
    report_headline(&report, s, "well");
    for (size_t i = 0; i < COUNT(labels); i++) {
        snprintf(labels[i], sizeof labels[i], "label%02zu", i);
        report_add_perfdata(&report, labels[i], 1234567890, 3, "s");
    }
    render();
    const char *at = strchr(text_get(&out), '|');
    ck_assert_ptr_nonnull(at);
    for (at += 2; *at && *at != '\n'; at += strcspn(at, " \n") + (at[strcspn(at, " \n")] == ' '))
        ck_assert_msg(strcspn(at, " \n") == strlen("label00=1234567.89s"), "%s", at);
}
END_TEST

/* Lines of every size, of whole and of broken characters: cut at a line's end, and counted. */
START_TEST(too_much_detail_is_cut_at_a_line)
{
    static const struct {
        size_t subjects, length;
        const char *character;
    } rows[] = {
        {2, 100, "x"},    {50, 100, "x"},   {500, 10, "x"},   {60, 60, "\xF0\x9F\x98\x80"},
        {9, 900, "x"},    {20, 20, "\xFF"}, {9, 400, "\xFF"}, {4, 900, "\xFF"},
        {40, 70, "\x01"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin("/0");
        for (size_t s = 1; s < rows[i].subjects; s++)
            report_find(&report, report_add_subject(&report, "/s"), THING_LATE, STATE_WARNING,
                        "%s<", long_word(rows[i].length, rows[i].character));
        render();
        size_t lines = 0, more = 0;
        for (const char *at = strchr(text_get(&out), '\n') + 1; *at; at = strchr(at, '\n') + 1) {
            if (sscanf(at, "\u2026 and %zu more\n", &more) == 1)
                break;
            ck_assert_msg(strncmp(at, "[WARNING] thing-late: /s: ", 26) == 0, "row %zu: %s", i, at);
            ck_assert_msg(strchr(at, '\n')[-1] == '<', "row %zu: %s", i, at);
            lines++;
        }
        ck_assert_msg(lines + more == rows[i].subjects - 1, "row %zu: %zu and %zu", i, lines, more);
        ck_assert(lines > 0);
    }
}
END_TEST

/* The list of places that were looked in, for one, follows the length of PATH. */
START_TEST(one_long_line_is_whole_or_counted)
{
    static const size_t lengths[] = {900, 999, 1000, 1500, 3000, 6000};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct subject *s = begin("/a");
        report_find(&report, s, THING_BROKEN, STATE_CRITICAL, "%s<", long_word(lengths[i], "x"));
        render();
        const char *detail = strchr(text_get(&out), '\n') + 1;
        ck_assert_msg(strcmp(detail, "\u2026 and 1 more\n") == 0 || strstr(detail, "x<\n"),
                      "%zu bytes are cut at %zu", lengths[i], strlen(detail));
    }
}
END_TEST

/* Who reads "and 2 more" looks for them behind what stands there. */
START_TEST(nothing_stands_behind_what_is_left_out)
{
    static const size_t lengths[] = {3900, 3999, 6000};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct subject *s = begin("/a");
        report_find(&report, s, THING_BROKEN, STATE_CRITICAL, "first<");
        report_find(&report, s, THING_LATE, STATE_WARNING, "%s", long_word(lengths[i], "x"));
        report_find(&report, s, THING_LATE, STATE_WARNING, "short<");
        render();
        ck_assert_str_eq(strchr(text_get(&out), '\n'),
                         "\n[CRITICAL] thing-broken: first<\n\u2026 and 2 more\n");
    }
}
END_TEST

/* Not by render(), which looks for control characters. */
START_TEST(states_in_colour)
{
    struct subject *s = begin("/a\033b");
    report.color = true;
    report_find(&report, s, THING_BROKEN, STATE_CRITICAL, "broken by \033[1mthem");
    report_add_subject(&report, "/c");
    report_fail(&report, "no \033clock");
    render_nagios(&report, &out);
    report_free(&report);
    ck_assert_str_eq(text_get(&out),
                     "THE SERVICE \033[1;31mCRITICAL\033[0m - /a b: broken by  [1mthem\n"
                     "[\033[1;35mUNKNOWN\033[0m] no  clock\n"
                     "[\033[1;31mCRITICAL\033[0m] thing-broken: /a b: broken by  [1mthem\n");
}
END_TEST

/* One subject that is fine but for a warning, with details, as a person sees it. */
static void render_on_terminal(int verbosity, size_t subjects)
{
    struct subject *s = begin("/a");
    report.on_terminal = true;
    report.verbosity = verbosity;
    while (subjects-- > 1)
        report_add_subject(&report, "/b");
    report_find(&report, s, THING_LATE, STATE_WARNING, "late");
    report_find(&report, s, THING_QUIET, STATE_OK, "quiet");
    report_detail(&report, s, 1, "looked at it");
    report_detail(&report, s, 2, "twice");
    report_add_perfdata(&report, "age", 7, 0, "s");
    render();
}

START_TEST(on_a_terminal)
{
    render_on_terminal(0, 1);
    ck_assert_str_eq(text_get(&out), "THE SERVICE WARNING - late\n"
                                     "[WARNING] thing-late: late\n"
                                     "looked at it\n");
    render_on_terminal(1, 1);
    ck_assert_str_eq(text_get(&out), "THE SERVICE WARNING - late | age=7s\n"
                                     "[WARNING] thing-late: late\n"
                                     "[OK] thing-quiet: quiet\n"
                                     "looked at it\n");
    render_on_terminal(0, 2);
    ck_assert_str_eq(text_get(&out), "THE SERVICE WARNING - /a: late\n"
                                     "[WARNING] thing-late: /a: late\n");
}
END_TEST

SUITE_MAIN("render_nagios", states_in_colour, on_a_terminal, all_in_order, findings_and_perfdata,
           verbose_output_has_everything, several_subjects_worst_first, a_failure_of_its_own,
           foreign_text_is_cleaned, the_summary_gives_way_to_the_perfdata,
           perfdata_is_never_cut_inside_a_value, too_much_detail_is_cut_at_a_line,
           one_long_line_is_whole_or_counted, nothing_stands_behind_what_is_left_out)
