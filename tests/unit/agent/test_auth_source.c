#include "agent/auth_source.h"

#include "base/file.h"
#include "scratch.h"

#include <errno.h>

#define CANARY "fixture-token-canary"

/* Each test's directory holds managed/, env, home/.claude/ and home/.claude.json, as needed. */
static struct auth_base base;
static struct auth_values user;

/* A directory and an environment without any source. */
static void start(void)
{
    scratch_leave();
    scratch_enter();
    scratch_directory("home/.claude");
    for (size_t i = 0; i < AUTH_SETTINGS; i++)
        unsetenv(auth_settings[i].name);
}

static bool has_canary(const struct text *text)
{
    return text->bytes && memmem(text->bytes, text->length, CANARY, strlen(CANARY));
}

static void load(void)
{
    const bool env_file = access("env", F_OK) == 0;
    auth_base_load("managed", env_file ? "env" : NULL, !env_file, &base);
    ck_assert_int_eq(base.error, 0);
    ck_assert(!has_canary(&base.trouble) && !has_canary(&base.managed_files));
}

static void unload(struct auth_source *source)
{
    auth_source_free(source);
    auth_values_free(&user);
    auth_base_free(&base);
}

/* All places of the directory; the environment file if it is there, the own environment if not. */
static struct auth_source found(void)
{
    static const struct auth_places places = {&base, &user, "home/.claude", "home"};
    struct auth_source source;
    load();
    auth_source_init(&source);
    auth_values_init(&user);
    ck_assert_int_eq(
        auth_settings_read("home/.claude/settings.json", "home", &source.trouble, &user, NULL), 0);
    ck_assert_int_eq(auth_source_find_before(&places, &source), 0);
    if (source.kind == AUTH_NONE)
        ck_assert_int_eq(auth_source_find_after(&places, &source), 0);
    ck_assert(!has_canary(&source.where) && !has_canary(&source.trouble));
    return source;
}

/* Look, compare, and give all back. */
static void expect(const char *row, const char *name, const char *where, const char *trouble)
{
    struct auth_source source = found();
    ck_assert_msg(strcmp(source.name, name) == 0, "%s: %s", row, source.name);
    ck_assert_msg(strcmp(text_get(&source.where), where) == 0, "%s: %s", row,
                  text_get(&source.where));
    ck_assert_msg(strcmp(text_get(&source.trouble), trouble) == 0, "%s: %s", row,
                  text_get(&source.trouble));
    ck_assert_msg((source.kind == AUTH_NONE) == (*where == '\0'), "%s", row);
    unload(&source);
}

/* Every source at one of its places, the first in force first. */
static const struct {
    enum auth_kind kind;
    const char *name, *path, *content;
} sources[] = {
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_BEDROCK", "env", "CLAUDE_CODE_USE_BEDROCK=1\n"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_VERTEX", "env", "CLAUDE_CODE_USE_VERTEX=true\n"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_FOUNDRY", "env", "CLAUDE_CODE_USE_FOUNDRY=yes\n"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_ANTHROPIC_AWS", "managed/managed-settings.d/1.json",
     "{\"env\":{\"CLAUDE_CODE_USE_ANTHROPIC_AWS\":1}}"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD", "managed/managed-settings.d/2.json",
     "{\"env\":{\"CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD\":true}}"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_MANTLE", "managed/managed-settings.d/3.json",
     "{\"env\":{\"CLAUDE_CODE_USE_MANTLE\":\"ON\"}}"},
    {AUTH_PROVIDER, "CLAUDE_CODE_USE_GATEWAY", "env", "CLAUDE_CODE_USE_GATEWAY=1\n"},
    {AUTH_PROFILE, "ANTHROPIC_PROFILE", "env", "ANTHROPIC_PROFILE=work\n"},
    {AUTH_WORKLOAD, "ANTHROPIC_IDENTITY_TOKEN", "env",
     "ANTHROPIC_IDENTITY_TOKEN=" CANARY "\nANTHROPIC_FEDERATION_RULE_ID=a\n"
     "ANTHROPIC_ORGANIZATION_ID=b\n"},
    {AUTH_WORKLOAD, "ANTHROPIC_IDENTITY_TOKEN_FILE", "env",
     "ANTHROPIC_IDENTITY_TOKEN_FILE=/run/token\nANTHROPIC_FEDERATION_RULE_ID=a\n"
     "ANTHROPIC_ORGANIZATION_ID=b\n"},
    {AUTH_TOKEN, "ANTHROPIC_AUTH_TOKEN", "env", "ANTHROPIC_AUTH_TOKEN=" CANARY "\n"},
    {AUTH_API_KEY, "ANTHROPIC_API_KEY", "managed/managed-settings.d/4.json",
     "{\"env\":{\"ANTHROPIC_API_KEY\":\"" CANARY "\"}}"},
    {AUTH_API_KEY, "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR", "env",
     "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR=5\n"},
    {AUTH_HEADERS, "ANTHROPIC_CUSTOM_HEADERS", "env",
     "ANTHROPIC_CUSTOM_HEADERS='A: b\nX-Api-Key: " CANARY "'\n"},
    {AUTH_HELPER, "apiKeyHelper", "home/.claude/settings.json",
     "{\"apiKeyHelper\":\"echo " CANARY "\"}"},
    {AUTH_OAUTH_TOKEN, "CLAUDE_CODE_OAUTH_TOKEN", "env", "CLAUDE_CODE_OAUTH_TOKEN=" CANARY "\n"},
    {AUTH_OAUTH_TOKEN, "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR", "env",
     "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR=6\n"},
    {AUTH_OAUTH_TOKEN, "CLAUDE_CODE_OAUTH_REFRESH_TOKEN", "env",
     "CLAUDE_CODE_OAUTH_REFRESH_TOKEN=" CANARY "\nCLAUDE_CODE_OAUTH_SCOPES=user:inference\n"},
    {AUTH_OAUTH_TOKEN, "CLAUDE_CODE_HOST_CREDS_FILE", "env",
     "CLAUDE_CODE_HOST_CREDS_FILE=/run/c\n"},
    {AUTH_IMPLICIT_PROFILE, "profile", "home/.config/anthropic/configs/default.json", "{}"},
    {AUTH_PRIMARY_KEY, "primaryApiKey", "home/.claude.json",
     "{\"primaryApiKey\":\"" CANARY "\",\"numStartups\":7}"},
};

static void put(size_t i)
{
    if (sources[i].kind == AUTH_PROFILE)
        scratch_write("home/.config/anthropic/configs/work.json", "{}", 0600);
    char before[4096] = "";
    FILE *file = fopen(sources[i].path, "r");
    if (file) {
        before[fread(before, 1, sizeof before / 2, file)] = '\0';
        fclose(file);
    }
    strcat(before, sources[i].content); /* two of one path are lines of the environment file */
    scratch_write(sources[i].path, before, 0600);
}

START_TEST(the_first_in_force_wins)
{
    for (size_t a = 0; a < COUNT(sources); a++) {
        for (size_t b = a; b < COUNT(sources); b++) {
            start();
            put(b);
            if (a != b)
                put(a);
            char row[128];
            snprintf(row, sizeof row, "%s and %s", sources[a].name, sources[b].name);
            struct auth_source source = found();
            ck_assert_msg(source.kind == sources[a].kind, "%s: %s", row, source.name);
            unload(&source);
            expect(row, sources[a].name, sources[a].path, "");
        }
    }
}
END_TEST

START_TEST(all_and_none)
{
    start();
    expect("none", "none", "", "");
    for (size_t i = COUNT(sources); i-- > 0;) {
        put(i);
        expect("all from this one on", sources[i].name, sources[i].path, "");
    }
}
END_TEST

/* The same name everywhere: only what is said of where it stands differs. */
START_TEST(places_have_an_order)
{
    static const char json[] = "{\"env\":{\"ANTHROPIC_API_KEY\":\"" CANARY "\"}}";
    static const char name[] = "ANTHROPIC_API_KEY";
    start();
    scratch_write("home/.claude/settings.json", json, 0600);
    expect("user", name, "home/.claude/settings.json", "");
    setenv(name, CANARY, 1);
    expect("environment", name, "environment", "");
    scratch_write("env", "ANTHROPIC_API_KEY=" CANARY "\n", 0600);
    expect("file", name, "env", "");
    scratch_write("managed/managed-settings.json", json, 0600);
    expect("managed", name, "managed/managed-settings.json", "");
    scratch_write("home/.claude/settings.json", "{\"env\":{\"CLAUDE_CODE_USE_VERTEX\":\"1\"}}",
                  0600);
    expect("a source before it", "CLAUDE_CODE_USE_VERTEX", "home/.claude/settings.json", "");

    start();
    scratch_write("home/.claude/settings.json", "{\"apiKeyHelper\":\"a\"}", 0600);
    scratch_write("managed/managed-settings.json", "{\"apiKeyHelper\":\"b\"}", 0600);
    expect("helper", "apiKeyHelper", "managed/managed-settings.json", "");
}
END_TEST

START_TEST(the_own_environment_only_when_asked)
{
    start();
    setenv("ANTHROPIC_AUTH_TOKEN", CANARY, 1);
    setenv("apiKeyHelper", CANARY, 1);
    setenv("primaryApiKey", CANARY, 1);
    scratch_write("env", "", 0600);
    expect("not asked", "none", "", "");
    ck_assert_int_eq(unlink("env"), 0);
    expect("asked", "ANTHROPIC_AUTH_TOKEN", "environment", "");
    setenv("ANTHROPIC_AUTH_TOKEN", "", 1);
    expect("empty, and no variables of these names", "none", "", "");
    unsetenv("apiKeyHelper");
    unsetenv("primaryApiKey");
}
END_TEST

START_TEST(what_does_not_count)
{
    static const struct {
        const char *path, *content;
    } rows[] = {
        {"env", "ANTHROPIC_API_KEY=\nANTHROPIC_AUTH_TOKEN=''\nCLAUDE_CODE_OAUTH_TOKEN=\"\"\n"},
        {"env", "CLAUDE_CODE_USE_BEDROCK=0\nCLAUDE_CODE_USE_VERTEX=false\n"},
        {"env", "#ANTHROPIC_API_KEY=" CANARY "\nANTHROPIC_API_KEY_OLD=" CANARY "\n"},
        {"env", "apiKeyHelper=" CANARY "\nprimaryApiKey=" CANARY "\n"},
        {"env", "ANTHROPIC_API_KEY=" CANARY "\nANTHROPIC_API_KEY=\n"},
        {"env", "CLAUDE_CODE_USE_POWERSHELL_TOOL=1\n"},
        {"env", "ANTHROPIC_API_KEY=' '\nANTHROPIC_AUTH_TOKEN='\t'\n"},
        {"env", "export ANTHROPIC_API_KEY=" CANARY "\n"},
        {"env", "ANTHROPIC_IDENTITY_TOKEN=" CANARY "\nANTHROPIC_ORGANIZATION_ID=b\n"},
        {"env", "CLAUDE_CODE_OAUTH_REFRESH_TOKEN=" CANARY "\n"},
        {"env", "ANTHROPIC_CUSTOM_HEADERS='Accept: " CANARY "'\n"},
        {"home/.claude/settings.json", "{\"apiKeyHelper\":\"/missing/helper --key\"}"},
        {"home/.claude/settings.json", "{\"apiKeyHelper\":\"~/missing\"}"},
        {"home/.claude/settings.json", "{\"apiKeyHelper\":\"  \"}"},
        {"home/.config/anthropic/credentials/default.json", "{}"},
        {"home/.claude/settings.json", "{}"},
        {"home/.claude/settings.json", "{\"ANTHROPIC_API_KEY\":\"" CANARY "\"}"},
        {"home/.claude/settings.json", "{\"env\":{\"ANTHROPIC_API_KEY\":\"\"}}"},
        {"home/.claude/settings.json", "{\"env\":{\"ANTHROPIC_API_KEY\":null}}"},
        {"home/.claude/settings.json", "{\"env\":{\"ANTHROPIC_API_KEY\":[\"" CANARY "\"]}}"},
        {"home/.claude/settings.json", "{\"env\":{\"apiKeyHelper\":\"" CANARY "\"}}"},
        {"home/.claude/settings.json", "{\"env\":\"ANTHROPIC_API_KEY=" CANARY "\"}"},
        {"home/.claude/settings.json", "{\"env\":[\"ANTHROPIC_API_KEY\"]}"},
        {"home/.claude/settings.json", "{\"env\":{\"CLAUDE_CODE_USE_BEDROCK\":0}}"},
        {"home/.claude/settings.json", "{\"env\":{\"CLAUDE_CODE_USE_BEDROCK\":false}}"},
        {"home/.claude/settings.json", "{\"apiKeyHelper\":\"\"}"},
        {"home/.claude/settings.json", "{\"apiKeyHelper\":null}"},
        {"home/.claude/settings.json", "{\"apiKeyHelper\":7}"},
        {"home/.claude/settings.json", "{\"apiKeyHelper\":\"a\",\"apiKeyHelper\":\"\"}"},
        {"home/.claude/settings.local.json", "{\"apiKeyHelper\":\"a\"}"},
        {"managed/managed-settings.json", "{\"env\":{\"ANTHROPIC_API_KEY\":\"\"}}"},
        {"managed/managed-settings.d/.hidden.json", "{\"apiKeyHelper\":\"a\"}"},
        {"managed/managed-settings.d/1.json.off", "{\"apiKeyHelper\":\"a\"}"},
        {"managed/managed-settings.d/json", "{\"apiKeyHelper\":\"a\"}"},
        {"managed/other.json", "{\"apiKeyHelper\":\"a\"}"},
        {"home/.claude.json", "{\"primaryApiKey\":\"\"}"},
        {"home/.claude.json", "{\"primaryApiKey\":null}"},
        {"home/.claude.json", "{\"primaryApiKey\":7}"},
        {"home/.claude.json", "{\"oauthAccount\":{\"primaryApiKey\":\"" CANARY "\"}}"},
        {"home/.claude/.claude.json", "{\"primaryApiKey\":\"" CANARY "\"}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        start();
        scratch_write(rows[i].path, rows[i].content, 0600);
        expect(rows[i].content, "none", "", "");
    }
}
END_TEST

/* Values that are no strings stand in the environment as the text that they look like. */
START_TEST(scalars_count_as_their_text)
{
    static const struct {
        const char *environment, *name;
    } rows[] = {
        {"\"ANTHROPIC_API_KEY\":0", "ANTHROPIC_API_KEY"},
        {"\"ANTHROPIC_API_KEY\":false", "ANTHROPIC_API_KEY"},
        {"\"ANTHROPIC_API_KEY\":1.5", "ANTHROPIC_API_KEY"},
        {"\"CLAUDE_CODE_USE_VERTEX\":1", "CLAUDE_CODE_USE_VERTEX"},
        {"\"CLAUDE_CODE_USE_VERTEX\":true", "CLAUDE_CODE_USE_VERTEX"},
        {"\"CLAUDE_CODE_USE_VERTEX\":\" Yes \"", "CLAUDE_CODE_USE_VERTEX"},
        {"\"CLAUDE_CODE_USE_VERTEX\":0,\"CLAUDE_CODE_USE_VERTEX\":1", "CLAUDE_CODE_USE_VERTEX"},
        {"\"CLAUDE_CODE_USE_VERTEX\":2,\"ANTHROPIC_AUTH_TOKEN\":2", "ANTHROPIC_AUTH_TOKEN"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char json[256];
        snprintf(json, sizeof json, "{\"env\":{%s}}", rows[i].environment);
        start();
        scratch_write("home/.claude/settings.json", json, 0600);
        expect(json, rows[i].name, "home/.claude/settings.json", "");
    }
}
END_TEST

/* An empty value hides nothing in a place further on, but it does within the managed settings. */
START_TEST(managed_settings_are_merged_by_name)
{
#define KEY(value) "{\"env\":{\"ANTHROPIC_API_KEY\":\"" value "\"}}"
    start();
    scratch_write("managed/managed-settings.json", KEY("a"), 0600);
    scratch_write("managed/managed-settings.d/10-b.json", KEY("b"), 0600);
    expect("after the base", "ANTHROPIC_API_KEY", "managed/managed-settings.d/10-b.json", "");
    scratch_write("managed/managed-settings.d/9.json", KEY("c"), 0600);
    scratch_write("managed/managed-settings.d/10-a.json", KEY("d"), 0600);
    expect("by bytes", "ANTHROPIC_API_KEY", "managed/managed-settings.d/9.json", "");
    scratch_write("managed/managed-settings.d/a.json", "{\"apiKeyHelper\":\"e\"}", 0600);
    expect("says nothing of it", "ANTHROPIC_API_KEY", "managed/managed-settings.d/9.json", "");
    scratch_write("managed/managed-settings.d/Z.json", "{\"env\":{\"ANTHROPIC_API_KEY\":null}}",
                  0600);
    expect("null says nothing", "ANTHROPIC_API_KEY", "managed/managed-settings.d/9.json", "");
    scratch_write("managed/managed-settings.d/b.json", KEY(""), 0600);
    expect("hidden", "apiKeyHelper", "managed/managed-settings.d/a.json", "");
    scratch_write("home/.claude/settings.json", KEY("f"), 0600);
    expect("further on", "ANTHROPIC_API_KEY", "home/.claude/settings.json", "");
#undef KEY
}
END_TEST

START_TEST(trouble_is_noted_and_passed_over)
{
    static const struct {
        const char *content, *why;
    } rows[] = {
        {"", "not JSON"},
        {" ", "not JSON"},
        {"{\"apiKeyHelper\":\"" CANARY "\"", "not JSON"},
        {"{\"apiKeyHelper\":\"" CANARY "\"} x", "not JSON"},
        {"{\"apiKeyHelper\":'" CANARY "'}", "not JSON"},
        {"// comment\n{}", "not JSON"},
        {"null", "not a JSON object"},
        {"[\"" CANARY "\"]", "not a JSON object"},
        {"\"" CANARY "\"", "not a JSON object"},
    };
    char trouble[256];
    for (size_t i = 0; i < COUNT(rows); i++) {
        start();
        scratch_write("home/.claude/settings.json", rows[i].content, 0600);
        scratch_write("home/.claude.json", rows[i].content, 0600);
        snprintf(trouble, sizeof trouble, "home/.claude/settings.json: %s, home/.claude.json: %s",
                 rows[i].why, rows[i].why);
        expect(rows[i].content, "none", "", trouble);
    }
}
END_TEST

START_TEST(trouble_of_managed_settings_is_their_own)
{
    start();
    scratch_write("managed/managed-settings.json", "{", 0600);
    scratch_write("managed/managed-settings.d/1.json", "[]", 0600);
    scratch_directory("managed/managed-settings.d/2.json");
    scratch_write("managed/managed-settings.d/3.json", "{\"apiKeyHelper\":\"a\"}", 0600);
    ck_assert_int_eq(symlink("nowhere", "managed/managed-settings.d/4.json"), 0);
    expect("goes on", "apiKeyHelper", "managed/managed-settings.d/3.json", "");
    load();
    ck_assert_str_eq(text_get(&base.trouble),
                     "managed/managed-settings.json: not JSON, "
                     "managed/managed-settings.d/1.json: not a JSON object, "
                     "managed/managed-settings.d/2.json: Is a directory");
    auth_base_free(&base);
    auth_base_load("home/missing", NULL, false, &base);
    ck_assert(base.error == 0 && base.trouble.length == 0);
    auth_base_free(&base);
}
END_TEST

START_TEST(managed_settings_force_a_login)
{
    start();
    load();
    ck_assert(!base.forced.method && !base.forced.organization);
    auth_base_free(&base);
    scratch_write("managed/managed-settings.json", "{\"forceLoginMethod\":\"claudeai\"}", 0600);
    scratch_write("managed/managed-settings.d/1.json", "{\"forceLoginMethod\":7}", 0600);
    load();
    ck_assert_str_eq(base.forced.method, "claudeai");
    ck_assert_ptr_null(base.forced.organization);
    ck_assert_str_eq(base.forced.where, "managed/managed-settings.json");
    auth_base_free(&base);
    scratch_write("managed/managed-settings.d/2.json", "{\"forceLoginOrgUUID\":\"o\"}", 0600);
    load();
    ck_assert_str_eq(base.forced.organization, "o");
    ck_assert_str_eq(base.forced.where, "managed/managed-settings.d/2.json");
    auth_base_free(&base);
}
END_TEST

/* Of all that are set and come before the credentials file, the names. */
START_TEST(lists_what_overrides_the_file)
{
    start();
    scratch_write("env", "CLAUDE_CODE_OAUTH_TOKEN=a\nANTHROPIC_API_KEY=b\n", 0600);
    scratch_write("home/.claude/settings.json", "{\"apiKeyHelper\":\"a\"}", 0600);
    struct auth_source source = found();
    ck_assert_str_eq(text_get(&source.overrides),
                     "ANTHROPIC_API_KEY apiKeyHelper CLAUDE_CODE_OAUTH_TOKEN");
    unload(&source);
}
END_TEST

START_TEST(profiles_are_looked_at)
{
    static const struct {
        const char *env, *path;
        mode_t mode;
        enum profile_look look;
        const char *where;
    } rows[] = {
        {"ANTHROPIC_PROFILE=work\n", "home/.config/anthropic/configs/work.json", 0600,
         PROFILE_USABLE, "env"},
        {"ANTHROPIC_PROFILE=work\n", "home/.config/anthropic/credentials/work.json", 0600,
         PROFILE_MISSING, "home/.config/anthropic/configs/work.json"},
        {"ANTHROPIC_PROFILE=../x\n", "home/.config/anthropic/x.json", 0600, PROFILE_MISSING,
         "home/.config/anthropic/configs/../x.json"},
        {"ANTHROPIC_PROFILE=work\nANTHROPIC_CONFIG_DIR=other\n", "other/configs/work.json", 0600,
         PROFILE_USABLE, "env"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        start();
        scratch_write("env", rows[i].env, 0600);
        scratch_write(rows[i].path, "{}", rows[i].mode);
        struct auth_source source = found();
        ck_assert_int_eq(source.kind, AUTH_PROFILE);
        ck_assert_msg(source.profile == rows[i].look, "row %zu", i);
        ck_assert_str_eq(text_get(&source.where), rows[i].where);
        unload(&source);
    }
}
END_TEST

START_TEST(a_profile_that_others_can_read_is_refused)
{
    static const char path[] = "home/.config/anthropic/credentials/work.json";
    static const mode_t open[] = {0640, 0604, 0644}, closed[] = {0600, 0400, 0620};
    for (size_t i = 0; i < COUNT(open); i++) {
        start();
        scratch_write("env", "ANTHROPIC_PROFILE=work\n", 0600);
        scratch_write("home/.config/anthropic/configs/work.json", "{}", 0644);
        scratch_write(path, "{}", open[i]);
        struct auth_source source = found();
        ck_assert_int_eq(source.profile, PROFILE_OPEN_TO_OTHERS);
        ck_assert_str_eq(text_get(&source.where), path);
        unload(&source);
        ck_assert_int_eq(chmod(path, closed[i]), 0);
        expect("closed", "ANTHROPIC_PROFILE", "env", "");
        scratch_write("env", "", 0600);
        scratch_write("home/.config/anthropic/active_config", "work\n", 0600);
        expect("implicit", "profile", "home/.config/anthropic/configs/work.json", "");
        ck_assert_int_eq(chmod(path, open[i]), 0);
        char trouble[128];
        snprintf(trouble, sizeof trouble, "%s: others may read it", path);
        expect("implicit and open", "none", "", trouble);
    }
}
END_TEST

START_TEST(a_helper_by_path_must_be_one_that_can_start)
{
    static const struct {
        const char *command;
        bool counts;
    } rows[] = {
        {"/bin/sh -c x", true},
        {"/missing/sh", false},
        {"'/missing/sh' x", false},
        {"\\\"/missing/a b\\\" x", false},
        {"  /missing/sh", false},
        {"/bin/sh/x", false},
        {"~/there arg", true},
        {"~/missing", false},
        {"~/plain", false},
        {"~/plain arg", false},
        {"~/.claude", false},
        {"'~/missing'", true},
        {"/bin", false},
        {"~other/x", true},
        {"echo x", true},
        {"./x", true},
        {"$HOME/x", true},
        {"/missing/$X", true},
        {"/missing/*", true},
        {"KEY=1 /missing/sh", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char json[128];
        start();
        scratch_write("home/there", "", 0700);
        scratch_write("home/plain", "", 0644);
        snprintf(json, sizeof json, "{\"apiKeyHelper\":\"%s\"}", rows[i].command);
        scratch_write("home/.claude/settings.json", json, 0600);
        expect(rows[i].command, rows[i].counts ? "apiKeyHelper" : "none",
               rows[i].counts ? "home/.claude/settings.json" : "", "");
    }
}
END_TEST

START_TEST(the_primary_key_is_where_the_config_directory_is)
{
    static const struct auth_places places = {&base, &user, "moved", "home"};
    start();
    scratch_write("home/.claude.json", "{\"primaryApiKey\":\"" CANARY "\"}", 0600);
    struct auth_source source = found();
    ck_assert_str_eq(source.name, "primaryApiKey");
    auth_source_free(&source);
    auth_source_init(&source);
    ck_assert_int_eq(auth_source_find_after(&places, &source), 0);
    ck_assert_int_eq(source.kind, AUTH_NONE);
    scratch_write("moved/.claude.json", "{\"primaryApiKey\":\"" CANARY "\"}", 0600);
    ck_assert_int_eq(auth_source_find_after(&places, &source), 0);
    ck_assert_str_eq(text_get(&source.where), "moved/.claude.json");
    unload(&source);
}
END_TEST

START_TEST(files_that_cannot_be_read)
{
    start();
    scratch_write("home/.claude/settings.json", "{\"apiKeyHelper\":\"a\"}", 0);
    scratch_write("managed/managed-settings.d/1.json", "{\"apiKeyHelper\":\"a\"}", 0600);
    ck_assert_int_eq(chmod("managed/managed-settings.d", 0), 0);
    if (geteuid() != 0) {
        expect("permission", "none", "", "home/.claude/settings.json: Permission denied");
        load();
        ck_assert_str_eq(text_get(&base.trouble), "managed/managed-settings.d: Permission denied");
        auth_base_free(&base);
    }
    ck_assert_int_eq(chmod("managed/managed-settings.d", 0700), 0);

    start();
    ck_assert_int_eq(mkfifo("home/.claude/settings.json", 0600), 0);
    scratch_directory("home/.claude.json");
    expect("not regular", "none", "",
           "home/.claude/settings.json: not a regular file, home/.claude.json: Is a directory");

    start();
    scratch_write("home/.claude/settings.json", "{\"apiKeyHelper\":\"a\"}", 0600);
    ck_assert_int_eq(truncate("home/.claude/settings.json", (off_t)AUTH_SETTINGS_MAX + 1), 0);
    scratch_write("home/.claude.json", "", 0600);
    ck_assert_int_eq(truncate("home/.claude.json", (off_t)AUTH_STATE_MAX + 1), 0);
    expect("large", "none", "",
           "home/.claude/settings.json: too large, home/.claude.json: too large");
}
END_TEST

/* A file that we could not read for lack of means may name a source: nothing is said. */
START_TEST(a_lack_of_means_is_no_empty_file)
{
    struct text trouble = TEXT_INIT(100);
    start();
    auth_values_init(&user);
    if (!scratch_no_descriptors())
        return;
    ck_assert_int_eq(
        auth_settings_read("home/.claude/settings.json", "home", &trouble, &user, NULL), EMFILE);
    auth_base_load("managed", NULL, false, &base);
    ck_assert_int_eq(base.error, EMFILE);
    ck_assert_ptr_null(base.error_path);
    auth_base_free(&base);
}
END_TEST

START_TEST(follows_links)
{
    start();
    scratch_write("real/settings.json", "{\"apiKeyHelper\":\"a\"}", 0600);
    ck_assert_int_eq(symlink("../../real/settings.json", "home/.claude/settings.json"), 0);
    expect("link", "apiKeyHelper", "home/.claude/settings.json", "");
    ck_assert_int_eq(unlink("real/settings.json"), 0);
    expect("link to nothing", "none", "", "");
    ck_assert_int_eq(symlink("settings.json", "real/settings.json"), 0);
    expect("a loop", "none", "", "home/.claude/settings.json: Too many levels of symbolic links");
}
END_TEST

START_TEST(an_environment_file_must_be_readable)
{
    start();
    scratch_write("large", "A=1", 0600);
    scratch_write("nul", "A=\xFF", 0600);
    ck_assert_int_eq(truncate("large", (off_t)ENV_FILE_MAX + 1), 0);
    static const struct {
        const char *path;
        int want;
    } rows[] = {{"missing", ENOENT}, {".", EISDIR}, {"large", FILE_TOO_LARGE}, {"nul", EINVAL}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        auth_base_load("managed", rows[i].path, false, &base);
        ck_assert_msg(base.error == rows[i].want, "%s: %d", rows[i].path, base.error);
        ck_assert_str_eq(base.error_path, rows[i].path);
        auth_base_free(&base);
    }
}
END_TEST

SUITE_MAIN("auth_source", the_first_in_force_wins, all_and_none, places_have_an_order,
           the_own_environment_only_when_asked, what_does_not_count, scalars_count_as_their_text,
           managed_settings_are_merged_by_name, trouble_is_noted_and_passed_over,
           trouble_of_managed_settings_is_their_own, managed_settings_force_a_login,
           lists_what_overrides_the_file, profiles_are_looked_at,
           a_profile_that_others_can_read_is_refused, a_helper_by_path_must_be_one_that_can_start,
           the_primary_key_is_where_the_config_directory_is, files_that_cannot_be_read,
           a_lack_of_means_is_no_empty_file, follows_links, an_environment_file_must_be_readable)
