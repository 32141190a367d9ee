#include "completion/completion.h"

#include "suite.h"

#include <string.h>

enum { LOG, SPEED, PACE, WAIT, STATE, HOME, NOISE, FORGET };

static const struct option_row rows[] = {
    {LOG, 'l', "log", OPTION_TAKES_VALUE, "PATH", NULL, "the run's [own] log; or a directory",
     OPTION_CHECK},
    {SPEED, 0, "speed", OPTION_TAKES_VALUE, "fast|slow", NULL, "how fast: at most twice",
     OPTION_CHECK},
    {PACE, 0, "pace", OPTION_TAKES_VALUE, "FILE", NULL, "a back\\slash", OPTION_CHECK},
    {WAIT, 't', "wait", OPTION_TAKES_VALUE, "[UNIT:]N", NULL, "how long (default 5)", OPTION_CHECK},
    {STATE, 'S', "state", OPTION_TAKES_VALUE, "CONDITION=STATE[,...]", NULL, "its state",
     OPTION_CHECK},
    {HOME, 0, "home", OPTION_TAKES_VALUE, "DIR", NULL, "where", OPTION_CHECK},
    {NOISE, 'n', "noise", OPTION_TAKES_NOTHING, NULL, NULL, "more of it", OPTION_CHECK},
    {FORGET, 0, "forget", OPTION_MAY_TAKE_VALUE, "only", NULL, "forget it", OPTION_CHECK},
};
static const struct condition conditions[] = {
    {"late", STATE_WARNING, true, "too late: see --wait"},
    {"lost", STATE_CRITICAL, false, "nobody's"},
};
static const struct condition_table table = {conditions, COUNT(conditions)};
static const struct completion_program program = {"check_it", rows, COUNT(rows), &table, false};

START_TEST(kinds_of_values)
{
    static const enum completion_value wanted[] = {
        COMPLETION_FILE,  COMPLETION_WORDS,     COMPLETION_FILE, COMPLETION_TEXT,
        COMPLETION_STATE, COMPLETION_DIRECTORY, COMPLETION_NONE, COMPLETION_WORDS};
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_msg(completion_value_of(&rows[i]) == wanted[i], "%s", rows[i].long_name);
}
END_TEST

START_TEST(a_clause_ends_where_the_next_begins)
{
    static const struct {
        const char *help, *want;
    } cases[] = {{"all of it", "all of it"}, {"", ""},
                 {"one; two", "one"},        {"one: two", "one"},
                 {"one (two)", "one"},       {"it's [1] \\", "it<q>s \\[1\\] \\\\"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct text text = TEXT_INIT(100);
        completion_add_clause(cases[i].help, "\\[]", "<q>", &text);
        ck_assert_str_eq(text_get(&text), cases[i].want);
        text_free(&text);
    }
}
END_TEST

/* Each of `parts` stands in what `add` writes, in this order. */
static void has_in_order(void (*add)(const struct completion_program *, struct text *),
                         const struct completion_program *of, const char *const *parts)
{
    struct text text = TEXT_INIT(100000);
    add(of, &text);
    ck_assert(!text.failed && !text.truncated);
    const char *at = text_get(&text);
    for (; *parts; parts++) {
        const char *found = strstr(at, *parts);
        ck_assert_msg(found != NULL, "no [%s] in [%s]", *parts, at);
        at = found + strlen(*parts);
    }
    text_free(&text);
}

START_TEST(bash)
{
    static const char *const parts[] = {
        "_check_it() {\n",
        "        -l | --log | --speed | --pace | -t | --wait | -S | --state | --home) "
        "option=$before",
        "    -l | --log) compopt +o nospace -o default; return ;;\n",
        "    --speed) list='fast slow' ;;\n",
        "    --pace) compopt",
        "            list='late= lost='\n",
        "    --home) compopt +o nospace -o dirnames; return ;;\n",
        "    --forget) list='only' ;;\n",
        "    '')\n        value=$word list='--log= --speed= --pace= --wait= --state= --home= "
        "--noise "
        "--forget --forget='\n",
        "complete -o nospace -F _check_it check_it\n",
        NULL};
    has_in_order(completion_add_bash, &program, parts);
}
END_TEST

START_TEST(zsh)
{
    static const char *const parts[] = {
        "#compdef check_it\n",
        "    'late[too late]:state:(ok warning critical unknown)'",
        "    'lost[nobody'\\''s]:state:(",
        "_arguments -s -S \\\n",
        "    '*'{-l+,--log=}'[the run'\\''s \\[own\\] log]:PATH:_files' \\\n",
        "    '*'--speed='[how fast]:fast|slow:(fast slow)' \\\n",
        "    '*'--pace='[a back\\\\slash]:FILE:_files' \\\n",
        "    '*'{-t+,--wait=}'[how long]:[UNIT\\:]N: ' \\\n",
        "    '*'{-S+,--state=}'[its state]:CONDITION=STATE[,...]:_check_it_state' \\\n",
        "    '*'--home='[where]:DIR:_files -/' \\\n",
        "    '*'{-n,--noise}'[more of it]' \\\n",
        "    '*'--forget=-'[forget it]::only:(only)'\n",
        NULL};
    has_in_order(completion_add_zsh, &program, parts);
}
END_TEST

START_TEST(fish)
{
    static const char *const parts[] = {
        "function __check_it_state\n",
        "            late 'too late' \\\n            lost 'nobody\\'s'\n",
        "complete -c check_it -f\n",
        "complete -c check_it -s l -l log -rF -d 'the run\\'s [own] log'\n",
        "complete -c check_it -l speed -fr -a 'fast slow' -d 'how fast'\n",
        "complete -c check_it -l pace -rF -d 'a back\\\\slash'\n",
        "complete -c check_it -s t -l wait -fr -d 'how long'\n",
        "complete -c check_it -s S -l state -fr -a '(__check_it_state)' -d 'its state'\n",
        "complete -c check_it -l home -fr -a '(__fish_complete_directories)' -d 'where'\n",
        "complete -c check_it -s n -l noise -d 'more of it'\n",
        "complete -c check_it -l forget -f -a 'only' -d 'forget it'\n",
        NULL};
    has_in_order(completion_add_fish, &program, parts);
}
END_TEST

START_TEST(plain_arguments_may_be_files)
{
    struct completion_program with_files = program;
    with_files.takes_files = true;
    has_in_order(completion_add_bash, &with_files,
                 (const char *const[]){"[[ $word == -* ]] || { compopt", NULL});
    has_in_order(completion_add_zsh, &with_files, (const char *const[]){"'*:file:_files'\n", NULL});
    struct text text = TEXT_INIT(100000);
    completion_add_fish(&with_files, &text);
    ck_assert_ptr_null(strstr(text_get(&text), "complete -c check_it -f\n"));
    text_free(&text);
}
END_TEST

SUITE_MAIN("completion", kinds_of_values, a_clause_ends_where_the_next_begins, bash, zsh, fish,
           plain_arguments_may_be_files)
