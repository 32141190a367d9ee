#include "log/line_kind.h"

#include "suite.h"

#include <string.h>

START_TEST(tells_answers_from_what_surrounds_them)
{
    static const struct {
        enum line_kind wanted;
        const char *line;
    } rows[] = {
        {LINE_BLANK, ""},
        {LINE_BLANK, " \t\r"},
        {LINE_BLANK, "\x1B[0m"},
        {LINE_WRAPPER, "exit code: 1"},
        {LINE_WRAPPER, "##[error]Process completed with exit code 1."},
        {LINE_WRAPPER, "Error: Process completed with exit code 1."},
        {LINE_WRAPPER, "+ rc=0"},
        {LINE_WRAPPER, "+ echo 'done'"},
        {LINE_WRAPPER, "real\t1m14.210s"},
        {LINE_WRAPPER, "Script done on 2026-11-28 09:01:00+00:00 [COMMAND_EXIT_CODE=\"0\"]"},
        {LINE_WRAPPER, "timeout: sending signal TERM to command 'claude'"},
        {LINE_WRAPPER, "Nov 28 09:01:00 host systemd[1]: claude-job.service: Deactivated."},
        {LINE_WRAPPER, "2026-11-28T10:43:26.240Z [DEBUG] [uds-messaging] Shutting down"},
        {LINE_WRAPPER, "2026-11-28T10:43:26.240Z [ERROR] Error in API request: 401"},
        {LINE_WRAPPER, "(node:42) ExperimentalWarning: x"},
        {LINE_WRAPPER, "=========="},
        {LINE_WRAPPER, "```"},
        {LINE_WRAPPER, "agent@host:~$ "},
        {LINE_WRAPPER, "[2026-11-28 02:00] end"},
        {LINE_REST, "</html>"},
        {LINE_REST, "Request ID: req_011"},
        {LINE_REST, "Learn more: https://support.claude.com/en/articles/8106465"},
        {LINE_REST, "Try rephrasing the request in a new session or change your model."},
        {LINE_REST, "    at Object.<anonymous> (/x.js:1:1)"},
        {LINE_BLANK, "2026-11-28T10:43:26.240Z app[worker.1]: "},
        {LINE_BLANK, "[Sat Nov 28 10:00:00.123456 2026] [info] [pid 123] "},
        {LINE_ANSWER, "[worker-3] All done. I changed 3 files and the tests pass."},
        {LINE_REST, "[worker-3] Request ID: req_011"},
        {LINE_OTHER, "Backup finished"},
        {LINE_OTHER, "42"},
        {LINE_OTHER, "Done."},
        {LINE_ANSWER, "All done. I changed 3 files and the tests pass."},
        {LINE_ANSWER, "means the token is gone. Fixed docs."},
        {LINE_ANSWER, "one two three four five six seven"},
        {LINE_OTHER, "one two three four five six"},
        {LINE_ANSWER, "It is done."},
        {LINE_OTHER, "It's done."},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum line_kind got = line_kind((const unsigned char *)rows[i].line, strlen(rows[i].line));
        ck_assert_msg(got == rows[i].wanted, "%s: %d", rows[i].line, (int)got);
    }
}
END_TEST

SUITE_MAIN("line_kind", tells_answers_from_what_surrounds_them)
