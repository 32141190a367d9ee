/*
 * What each tests/unit/WING/test_ROOM.c shares: one libcheck program per room of lib/.
 *
 *     START_TEST(takes_a_bare_number) { ... } END_TEST
 *     SUITE_MAIN("range", takes_a_bare_number, ...)
 *
 * A table of cases is a loop inside one test; name the case in each message, so that a failure
 * tells which row it was: ck_assert_msg(got == row->want, "%s: got %d", row->text, got).
 */
#ifndef CHECK_CLAUDE_TESTS_SUITE_H
#define CHECK_CLAUDE_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* A string literal with NULs in it and its length, for two neighbouring members of a row. */
#define BYTES(literal) literal, sizeof(literal) - 1

#define SUITE_MAIN(name, ...)                                                                      \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        Suite *suite = suite_create(name);                                                         \
        TCase *cases = tcase_create(name);                                                         \
        for (size_t i = 0; i < COUNT(tests); i++)                                                  \
            tcase_add_test(cases, tests[i]);                                                       \
        suite_add_tcase(suite, cases);                                                             \
        SRunner *runner = srunner_create(suite);                                                   \
        srunner_run_all(runner, CK_NORMAL);                                                        \
        int failed = srunner_ntests_failed(runner);                                                \
        srunner_free(runner);                                                                      \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                          \
    }

#endif
