/*
 * Credentials files: what the struct says is what RFC 8259 and the header make of the bytes, no
 * token is ever in it, and the verdict on it prints well in every format.
 */
#include "agent/credentials.h"

#include "verdict/preflight.h"
#include "verdict/preflight_perfdata.h"

#include "fuzz.h"
#include "must_render.h"
#include "plain_json.h"

#include <errno.h>
#include <math.h>

#define NOW INT64_C(1795000000000)

static bool is_text(const struct plain_json *value)
{
    return value && value->type == PLAIN_STRING && value->string_length > 0;
}

/* What Python's int() makes of the member, ended at the limits of 64 bits. */
static struct expiry plain_expiry(const struct plain_json *login, const char *name)
{
    const struct plain_json *value = plain_json_member(login, name);
    struct expiry expiry = {false, 0};
    if (!value || (value->type != PLAIN_NUMBER && value->type != PLAIN_STRING))
        return expiry;
    const bool is_string = value->type == PLAIN_STRING;
    if (is_string && memchr(value->string, '\0', value->string_length))
        return expiry;
    char *text = is_string ? input_copy(value->string, value->string_length)
                           : input_copy(value->start, value->length);
    static const char blanks[] = " \t\n\v\f\r\x1C\x1D\x1E\x1F";
    char *at = text + strspn(text, blanks);
    size_t length = strlen(at);
    while (length > 0 && strchr(blanks, at[length - 1]))
        at[--length] = '\0';
    size_t sign = *at == '-' || (*at == '+' && is_string);
    size_t digits = strspn(at + sign, "0123456789");
    if (digits > 0 && at[sign + digits] == '\0') {
        expiry = (struct expiry){true, strtoll(at, NULL, 10)}; /* which ends at the limits too */
    } else if (!is_string) {
        double number = strtod(at, NULL);
        if (!isinf(number))
            expiry = (struct expiry){true, number >= 9223372036854775808.0    ? INT64_MAX
                                           : number <= -9223372036854775808.0 ? INT64_MIN
                                                                              : (int64_t)number};
    }
    free(text);
    return expiry;
}

static bool same_expiry(struct expiry a, struct expiry b)
{
    return a.known == b.known && (!a.known || a.ms == b.ms);
}

static enum scopes plain_scopes(const struct plain_json *login)
{
    const struct plain_json *scopes = plain_json_member(login, "scopes");
    if (!scopes || scopes->type == PLAIN_NULL)
        return SCOPES_ABSENT;
    for (size_t i = 0; scopes->type == PLAIN_ARRAY && i < scopes->count; i++)
        if (plain_json_is(scopes->items[i], "user:inference"))
            return SCOPES_SUFFICIENT;
    return SCOPES_LACKING;
}

static void must_be_a_word(const char *word, const struct plain_json *member)
{
    MUST(strlen(word) < 32, "[%s]", word);
    MUST(!*word || plain_json_is(member, word), "[%s]", word);
}

static void must_be_same(const struct plain_json *root, const struct credentials *c)
{
    const struct plain_json *login = plain_json_member(root, "claudeAiOauth");
    if (login && login->type != PLAIN_OBJECT)
        login = NULL;
    const struct plain_json *access = plain_json_member(login, "accessToken");
    const struct plain_json *refresh = plain_json_member(login, "refreshToken");
    const struct plain_json *mark = plain_json_member(login, "loginEnded");
    MUST(c->has_login == (login != NULL), "login");
    MUST(c->has_access_token == is_text(access), "access token");
    MUST(c->has_refresh_token == is_text(refresh), "refresh token");
    bool blanked = plain_json_is(access, "") && plain_json_is(refresh, "");
    bool marked =
        mark && mark->type != PLAIN_NULL && mark->type != PLAIN_FALSE && !plain_json_is(mark, "");
    MUST(c->ended == (!is_text(access) && (blanked || marked)), "end of the login");
    const struct expiry none = {false, 0};
    struct expiry token = plain_expiry(login, "expiresAt");
    struct expiry end = plain_expiry(login, "refreshTokenExpiresAt");
    if (end.ms < INT64_C(1735689600000) || end.ms > NOW + INT64_C(315360000000))
        end = none; /* before 2025, or more than ten years ahead */
    MUST(same_expiry(c->access, is_text(access) ? token : none), "%lld", (long long)c->access.ms);
    MUST(same_expiry(c->login, is_text(access) || is_text(refresh) ? end : none), "%lld",
         (long long)c->login.ms);
    MUST(c->scopes == plain_scopes(login), "scopes");
    must_be_a_word(c->ended_why, mark);
    const struct plain_json *organization = plain_json_member(root, "organizationUuid");
    MUST(!c->organization[0] || (organization && organization->type == PLAIN_STRING), "[%s]",
         c->organization);
    must_be_a_word(c->subscription_type, plain_json_member(login, "subscriptionType"));
}

/* Decided under a policy that the input chooses, and printed. */
static void decide_it(const struct credentials *credentials, int error, const char *home,
                      uint8_t choice)
{
    const struct preflight_policy policy = {
        .auth = AUTH_FILE,
        .skew = choice & 1 ? 60000 : 0,
        .version_timeout = 5000,
        .token_warning = {.set = choice & 2, .start = 3600000, .open_end = true},
        .login_critical = {.set = choice & 4, .start = 86400000, .open_end = true}};
    struct agent_facts facts = {
        .home = home,
        .credentials_path = home,
        .config_dir = "/agent",
        .credentials_malformed = error != 0,
        .credentials_changed = INT64_MIN,
        .auth = {.kind = AUTH_CREDENTIALS_FILE, .name = "", .where = "", .overrides = ""},
        .config = {.open_to_others = choice & 8,
                   .renewal = choice & 16 ? RENEWAL_READ_ONLY : RENEWAL_POSSIBLE}};
    facts.version.outcome = VERSION_NOT_ASKED;
    if (error == 0)
        facts.credentials = *credentials;
    struct report report;
    report_init(&report, &preflight_report, NOW);
    report.verbosity = choice >> 6;
    struct subject *subject = report_add_subject(&report, home);
    MUST(subject, "memory");
    preflight_decide(&policy, &facts, NOW, &report, subject);
    preflight_add_perfdata(&policy, &facts, NOW, &report);
    if (error != 0 || !credentials->has_access_token || credentials->ended)
        MUST(report_state(&report) != STATE_OK, "OK without a token");
    must_render(&report);
    report_free(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct credentials credentials;
    memset(&credentials, 0x5A, sizeof credentials);
    struct credentials before = credentials;
    char *bytes = input_copy(data, size);
    struct plain_json *root = plain_json_parse(bytes, size, 511);
    uint64_t mark = 7;
    int error = credentials_parse(bytes, size, NOW, &credentials, &mark);
    MUST(error == 0 || error == EINVAL, "%d", error);
    MUST((error == 0) == (root != NULL), "%d", error);
    if (error == 0)
        must_be_same(root, &credentials);
    else
        MUST(memcmp(&credentials, &before, sizeof before) == 0 && mark == 7, "touched");
    MUST(error != 0 || (mark != 0) == credentials.has_refresh_token, "mark");
    decide_it(&credentials, error, bytes, size > 0 ? data[size / 2] : 0);
    plain_json_free(root);
    free(bytes);
    return 0;
}
