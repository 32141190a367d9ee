#include "agent/claude_cli.h"

#include "scratch.h"

#include <errno.h>

START_TEST(reads_the_version_line)
{
    static const struct {
        const char *output;
        size_t length;
        const char *want; /* NULL: none */
    } rows[] = {
        {BYTES("2.1.330 (Claude Code)\n"), "2.1.330"},
        {BYTES("2.1.330 (Claude Code)"), "2.1.330"},
        {BYTES("2.1.330 (Claude Code)\r\n"), "2.1.330"},
        {BYTES("a notice\n2.1.330 (Claude Code)\nanother\n"), "2.1.330"},
        {BYTES("1.0.0 (Claude Code)\n2.0.0 (Claude Code)\n"), "1.0.0"},
        {BYTES("2.1.330-beta.1 (Claude Code)\n"), "2.1.330-beta.1"},
        {BYTES("2.1.330+build-7 (Claude Code)\n"), "2.1.330+build-7"},
        {BYTES("0.0.0 (Claude Code)\n"), "0.0.0"},
        {BYTES("999999999.1.1 (Claude Code)\n"), "999999999.1.1"},
        {BYTES("\0\n2.1.330 (Claude Code)\n"), "2.1.330"},
        {BYTES(""), NULL},
        {BYTES("\n\n"), NULL},
        {BYTES("2.1.330\n"), NULL},
        {BYTES("2.1 (Claude Code)\n"), NULL},
        {BYTES("2.1.330.4 (Claude Code)\n"), NULL},
        {BYTES("2.1. (Claude Code)\n"), NULL},
        {BYTES("v2.1.330 (Claude Code)\n"), NULL},
        {BYTES(" 2.1.330 (Claude Code)\n"), NULL},
        {BYTES("2.1.330 (Claude Code) \n"), NULL},
        {BYTES("2.1.330  (Claude Code)\n"), NULL},
        {BYTES("2.1.330 (claude code)\n"), NULL},
        {BYTES("2.1.330 (Claude\n Code)\n"), NULL},
        {BYTES("2.1.330 (Claude Cod"), NULL},
        {BYTES("2.1.330\x1B[0m (Claude Code)\n"), NULL},
        {BYTES("2.1.330-\0 (Claude Code)\n"), NULL},
        {BYTES("2.1.330-a|b (Claude Code)\n"), NULL},
        {BYTES("1234567890.1.1 (Claude Code)\n"), NULL},
        {BYTES("2.1.330-0123456789012345678901234567890123456789012345678901234 "
               "(Claude Code)\n"),
         "2.1.330-0123456789012345678901234567890123456789012345678901234"},
        {BYTES("2.1.330-01234567890123456789012345678901234567890123456789012345 "
               "(Claude Code)\n"),
         NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char version[VERSION_NUMBER_MAX] = "untouched";
        bool found = cli_version_parse(rows[i].output, rows[i].length, version);
        ck_assert_msg(found == (rows[i].want != NULL), "%s", rows[i].output);
        ck_assert_str_eq(version, found ? rows[i].want : "untouched");
    }
}
END_TEST

/* Three places with a claude each: a good one, one without an x bit, a directory. */
static void furnish(void)
{
    scratch_enter();
    scratch_write("good/claude", "#!/bin/sh\n", 0755);
    scratch_write("plain/claude", "#!/bin/sh\n", 0644);
    scratch_directory("directory/claude");
    scratch_directory("empty");
    scratch_directory("dangling");
    scratch_directory("linked");
    ck_assert(symlink("nothing", "dangling/claude") == 0 &&
              symlink("../good/claude", "linked/claude") == 0);
}

static void find(const char *asked, const char *home, const char *path_variable,
                 struct cli_binary *ret)
{
    struct cli_search search;
    cli_search_start(&search, asked, path_variable);
    cli_search_agent(&search, home, ret);
    cli_search_end(&search);
}

/* "@" in a path is the scratch directory. */
static const char *expanded(const char *path)
{
    static struct text text = TEXT_INIT(PATH_MAX);
    text_reset(&text);
    for (; path && *path; path++)
        if (*path == '@')
            text_add(&text, scratch_path);
        else
            text_add_bytes(&text, path, 1);
    return path ? text_get(&text) : NULL;
}

static void check_look(const char *name, const struct cli_binary *binary, enum cli_look look,
                       int error, const char *path)
{
    ck_assert_msg(binary->look == look && binary->error == error, "%s: %d, %d, %s", name,
                  (int)binary->look, binary->error, text_get(&binary->path));
    if (path)
        ck_assert_str_eq(text_get(&binary->path), expanded(path));
    ck_assert_msg(look != CLI_FOUND || S_ISREG(binary->status.st_mode), "%s", name);
    ck_assert_msg(look != CLI_MISSING || binary->looked.length > 0, "%s", name);
}

START_TEST(finds_what_was_asked_for)
{
    static const struct {
        const char *asked, *path;
        enum cli_look look;
        int error;
        const char *found; /* NULL: not compared */
    } rows[] = {
        {"@/good/claude", NULL, CLI_FOUND, 0, "@/good/claude"},
        {"@/linked/claude", NULL, CLI_FOUND, 0, "@/linked/claude"},
        {"good/claude", NULL, CLI_FOUND, 0, "@/good/claude"},
        {"./good/claude", NULL, CLI_FOUND, 0, "@/./good/claude"},
        {"@/plain/claude", NULL, CLI_NOT_EXECUTABLE, EACCES, "@/plain/claude"},
        {"@/directory/claude", NULL, CLI_NOT_EXECUTABLE, EISDIR, "@/directory/claude"},
        {"@/empty/claude", NULL, CLI_MISSING, ENOENT, NULL},
        {"@/good/claude/below", NULL, CLI_MISSING, ENOTDIR, NULL},
        {"@/dangling/claude", NULL, CLI_MISSING, ENOENT, "@/dangling/claude"},
        {"/dev/null", NULL, CLI_NOT_EXECUTABLE, EACCES, "/dev/null"},
        /* a bare name, in PATH */
        {"claude", "@/good", CLI_FOUND, 0, "@/good/claude"},
        {"claude", "@/good/", CLI_FOUND, 0, "@/good/claude"},
        {"claude", "@/empty:@/missing:@/good", CLI_FOUND, 0, "@/good/claude"},
        {"claude", "@/plain:@/directory:@/good", CLI_FOUND, 0, "@/good/claude"},
        {"claude", "@/plain:@/directory", CLI_NOT_EXECUTABLE, EACCES, "@/plain/claude"},
        {"claude", "@/empty:@/directory:@/plain", CLI_NOT_EXECUTABLE, EISDIR, "@/directory/claude"},
        {"claude", "good", CLI_MISSING, ENOENT, NULL}, /* relative parts are passed over */
        {"claude", ":good::", CLI_MISSING, ENOENT, NULL},
        {"claude", "", CLI_MISSING, ENOENT, NULL},
        {"claude", NULL, CLI_MISSING, ENOENT, NULL},
        {"other", "@/good", CLI_MISSING, ENOENT, NULL},
    };
    furnish();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cli_binary binary;
        char *asked = strdup(expanded(rows[i].asked));
        find(asked, "/nowhere", expanded(rows[i].path), &binary);
        check_look(rows[i].asked, &binary, rows[i].look, rows[i].error, rows[i].found);
        ck_assert_msg(binary.look == CLI_FOUND || !strstr(rows[i].asked, "dangling") ||
                          binary.dangling,
                      "%s", rows[i].asked);
        cli_binary_free(&binary);
        free(asked);
    }
}
END_TEST

/* "closed" is a directory that we cannot search, "behind" has a link into it. */
static bool close_one(void)
{
    furnish();
    scratch_write("closed/claude", "#!/bin/sh\n", 0755);
    scratch_directory("behind");
    ck_assert_int_eq(symlink("../closed/claude", "behind/claude"), 0);
    ck_assert_int_eq(chmod("closed", 0), 0);
    return geteuid() != 0 || (seteuid(65534) == 0 && access(scratch_path, X_OK) == 0);
}

static void open_again(void)
{
    if (geteuid() != getuid())
        ck_assert_int_eq(seteuid(getuid()), 0);
    ck_assert_int_eq(chmod("closed", 0755), 0);
}

START_TEST(what_cannot_be_reached_is_told_apart)
{
    static const struct {
        const char *asked, *path;
        enum cli_look look;
        int error;
        bool unreachable;
    } rows[] = {
        {"@/closed/claude", NULL, CLI_NOT_EXECUTABLE, EACCES, true},
        {"@/behind/claude", NULL, CLI_NOT_EXECUTABLE, EACCES, true},
        {"@/plain/claude", NULL, CLI_NOT_EXECUTABLE, EACCES, false},
        {"claude", "@/behind", CLI_NOT_EXECUTABLE, EACCES, true},
        {"claude", "@/behind:@/good", CLI_FOUND, 0, false},
        {"claude", "@/closed", CLI_MISSING, ENOENT, false}, /* as good as no part of PATH */
        {"claude", "@/closed:@/plain", CLI_NOT_EXECUTABLE, EACCES, false},
        {"claude", "@/closed:@/good", CLI_FOUND, 0, false},
    };
    for (size_t i = 0; i < COUNT(rows) && close_one(); i++) {
        struct cli_binary binary;
        char *asked = strdup(expanded(rows[i].asked));
        find(asked, "/nowhere", expanded(rows[i].path), &binary);
        check_look(rows[i].asked, &binary, rows[i].look, rows[i].error, NULL);
        ck_assert_msg(binary.unreachable == rows[i].unreachable, "row %zu", i);
        cli_binary_free(&binary);
        free(asked);
        open_again();
    }
    open_again();
}
END_TEST

/* PATH first, then the agent's home. What the system has besides is behind both. */
START_TEST(searches_path_and_home)
{
    static const struct {
        const char *path, *places[2], *found;
    } rows[] = {
        {"@/good", {NULL}, "@/good/claude"},
        {"@/good", {".local/bin/claude"}, "@/good/claude"},
        {"@/empty", {".local/bin/claude"}, "@/home/.local/bin/claude"},
        {NULL, {".local/bin/claude", ".claude/local/claude"}, "@/home/.local/bin/claude"},
        {"", {".claude/local/claude"}, "@/home/.claude/local/claude"},
        {"@/plain:@/directory", {".claude/local/claude"}, "@/home/.claude/local/claude"},
        {"@/dangling", {".local/bin/claude"}, "@/home/.local/bin/claude"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cli_binary binary;
        char home[PATH_MAX + 8], place[PATH_MAX];
        furnish();
        snprintf(home, sizeof home, "%s/home", scratch_path);
        for (size_t p = 0; p < 2 && rows[i].places[p]; p++) {
            snprintf(place, sizeof place, "home/%s", rows[i].places[p]);
            scratch_write(place, "#!/bin/sh\n", 0755);
        }
        find(NULL, home, expanded(rows[i].path), &binary);
        check_look(rows[i].found, &binary, CLI_FOUND, 0, rows[i].found);
        cli_binary_free(&binary);
    }
}
END_TEST

/* Only where the system has none of its own. */
START_TEST(lists_where_it_looked)
{
    struct cli_binary binary;
    furnish();
    find(NULL, "/home/nobody-here", "/nowhere", &binary);
    if (binary.look == CLI_MISSING) {
        static const char *const places[] = {"/nowhere", "/home/nobody-here/.local/bin/claude",
                                             "/home/nobody-here/.claude/local/claude",
                                             "/usr/local/bin/claude", "/usr/bin/claude"};
        for (size_t i = 0; i < COUNT(places); i++)
            ck_assert_msg(strstr(text_get(&binary.looked), places[i]), "%s", places[i]);
        cli_binary_free(&binary);
        find(NULL, "/", "/nowhere", &binary);
        ck_assert(strstr(text_get(&binary.looked), " /.claude/local/claude"));
        cli_binary_free(&binary);
        find(NULL, "/home/nobody-here", expanded("@/empty:@/dangling"), &binary);
        ck_assert(binary.look == CLI_MISSING && binary.dangling);
        ck_assert_str_eq(text_get(&binary.path), expanded("@/dangling/claude"));
    }
    cli_binary_free(&binary);
}
END_TEST

/* A plugin may be started in a directory where anybody can put a file. */
START_TEST(a_bare_name_is_not_looked_for_here)
{
    struct cli_binary binary;
    furnish();
    scratch_write("claude", "#!/bin/sh\n", 0755);
    find("claude", "/nowhere", expanded("@/empty"), &binary);
    check_look("here", &binary, CLI_MISSING, ENOENT, NULL);
    cli_binary_free(&binary);
    find("./claude", "/nowhere", NULL, &binary);
    check_look("named as a path", &binary, CLI_FOUND, 0, "@/./claude");
    cli_binary_free(&binary);
}
END_TEST

START_TEST(a_path_of_any_length)
{
    char *path = malloc(200000);
    struct cli_binary binary;
    furnish();
    memset(path, 'p', 199999);
    path[0] = '/', path[199999] = '\0';
    find(path, "/nowhere", NULL, &binary);
    ck_assert_int_ne(binary.look, CLI_FOUND);
    cli_binary_free(&binary);
    memcpy(path + 150000, ":/usr/bin", 9);
    path[150009] = '\0';
    find("sh", "/nowhere", path, &binary);
    ck_assert_int_eq(binary.look, CLI_FOUND);
    cli_binary_free(&binary);
    free(path);
}
END_TEST

SUITE_MAIN("claude_cli", reads_the_version_line, finds_what_was_asked_for,
           what_cannot_be_reached_is_told_apart, searches_path_and_home, lists_where_it_looked,
           a_bare_name_is_not_looked_for_here, a_path_of_any_length)
