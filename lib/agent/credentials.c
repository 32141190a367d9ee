#include "agent/credentials.h"

#include "base/json_input.h"

#include <math.h>
#include <string.h>

/* Blanks around a number in a string, as Python's int() strips them. */
static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
}

/* Decimal digits with an optional sign and blanks around; greater numbers end at the limits. */
static struct expiry expiry_of_string(const char *string, size_t length)
{
    const struct expiry unknown = {false, 0};
    while (length > 0 && is_blank(*string)) {
        string++;
        length--;
    }
    while (length > 0 && is_blank(string[length - 1]))
        length--;
    bool negative = length > 0 && *string == '-';
    if (length > 0 && (*string == '-' || *string == '+')) {
        string++;
        length--;
    }
    if (length == 0)
        return unknown;
    int64_t ms = 0;
    for (size_t i = 0; i < length; i++) {
        if (string[i] < '0' || string[i] > '9')
            return unknown;
        int digit = string[i] - '0';
        ms = ms > (INT64_MAX - digit) / 10 ? INT64_MAX : ms * 10 + digit;
    }
    return (struct expiry){true, negative ? -ms : ms};
}

static struct expiry expiry_of_double(double value)
{
    if (isnan(value) || isinf(value))
        return (struct expiry){false, 0};
    /* both limits are exact powers of two as doubles; past them a conversion is undefined */
    if (value >= 0x1p63)
        return (struct expiry){true, INT64_MAX};
    if (value <= -0x1p63)
        return (struct expiry){true, INT64_MIN};
    return (struct expiry){true, (int64_t)value};
}

/* As Python's int() reads it, where json-c alone would make 0 of "soon" and 1 of true. */
static struct expiry expiry_of(struct json_object *login, const char *key)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(login, key, &value);
    switch (json_object_get_type(value)) {
    case json_type_int: return (struct expiry){true, json_object_get_int64(value)};
    case json_type_double: return expiry_of_double(json_object_get_double(value));
    case json_type_string:
        return expiry_of_string(json_object_get_string(value),
                                (size_t)json_object_get_string_len(value));
    default: return (struct expiry){false, 0};
    }
}

static bool has_text(struct json_object *object, const char *key)
{
    struct json_object *string = json_input_member(object, key, json_type_string);
    return string && json_object_get_string_len(string) > 0;
}

static bool is_blanked(struct json_object *object, const char *key)
{
    struct json_object *string = json_input_member(object, key, json_type_string);
    return string && json_object_get_string_len(string) == 0;
}

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* Copy a short word of these characters; anything else is left out. */
static void copy_word(struct json_object *object, const char *key, const char *characters,
                      char *ret, size_t size)
{
    struct json_object *string = json_input_member(object, key, json_type_string);
    const char *word = string ? json_object_get_string(string) : "";
    size_t length = strspn(word, characters);
    if (length < size && word[length] == '\0')
        memcpy(ret, word, length + 1);
}

/* Null, false and "" are as good as no mark. */
static bool is_marked(struct json_object *login, const char *key)
{
    struct json_object *mark = NULL;
    json_object_object_get_ex(login, key, &mark);
    return mark &&
           (json_object_is_type(mark, json_type_string)
                ? json_object_get_string_len(mark) > 0
                : !json_object_is_type(mark, json_type_boolean) || json_object_get_boolean(mark));
}

static enum scopes scopes_of(struct json_object *login)
{
    struct json_object *scopes = NULL;
    if (!json_object_object_get_ex(login, "scopes", &scopes) || !scopes)
        return SCOPES_ABSENT;
    if (!json_object_is_type(scopes, json_type_array))
        return SCOPES_LACKING;
    static const char wanted[] = "user:inference";
    for (size_t i = 0; i < json_object_array_length(scopes); i++) {
        struct json_object *scope = json_object_array_get_idx(scopes, i);
        if (json_object_is_type(scope, json_type_string) &&
            json_object_get_string_len(scope) == (int)sizeof wanted - 1 &&
            memcmp(json_object_get_string(scope), wanted, sizeof wanted - 1) == 0)
            return SCOPES_SUFFICIENT;
    }
    return SCOPES_LACKING;
}

/* Of what stands in the refresh token's place: json_input_parse_secret(). */
static uint64_t mark_of(struct json_object *login)
{
    struct json_object *token = json_input_member(login, "refreshToken", json_type_string);
    const char *at = token ? json_object_get_string(token) : "";
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    if (!*at)
        return 0;
    for (; *at; at++)
        value = (value ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    return value != 0 ? value : 1;
}

/* What the CLI takes for the end of a login: 2025 is before the first one, ten years is no login.
 */
static bool is_login_end(const struct expiry *end, int64_t now)
{
    const int64_t first = INT64_C(1735689600000), years = 10 * INT64_C(365) * 86400000;
    return end->known && end->ms >= first && end->ms <= now + years;
}

static void read_login(struct json_object *login, int64_t now, struct credentials *ret)
{
    ret->has_login = true;
    ret->has_access_token = has_text(login, "accessToken");
    ret->has_refresh_token = has_text(login, "refreshToken");
    ret->ended = !ret->has_access_token &&
                 (is_marked(login, "loginEnded") ||
                  (is_blanked(login, "accessToken") && is_blanked(login, "refreshToken")));
    if (ret->ended)
        copy_word(login, "loginEnded", WORD, ret->ended_why, sizeof ret->ended_why);
    if (ret->has_access_token)
        ret->access = expiry_of(login, "expiresAt");
    ret->login = expiry_of(login, "refreshTokenExpiresAt");
    if (!(ret->has_access_token || ret->has_refresh_token) || !is_login_end(&ret->login, now))
        ret->login = (struct expiry){false, 0};
    ret->scopes = scopes_of(login);
    copy_word(login, "subscriptionType", WORD, ret->subscription_type,
              sizeof ret->subscription_type);
}

int credentials_parse(const char *bytes, size_t length, int64_t now, struct credentials *ret,
                      uint64_t *ret_mark)
{
    struct json_object *root = NULL;
    int error = json_input_parse_secret(bytes, length, NULL, &root);
    if (error != 0)
        return error;
    struct credentials credentials = {0};
    struct json_object *login = json_input_member(root, "claudeAiOauth", json_type_object);
    if (login)
        read_login(login, now, &credentials);
    copy_word(root, "organizationUuid", WORD "-", credentials.organization,
              sizeof credentials.organization);
    *ret_mark = mark_of(login);
    json_object_put(root);
    *ret = credentials;
    return 0;
}
