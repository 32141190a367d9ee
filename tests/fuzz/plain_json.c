#include "plain_json.h"

#include "fuzz.h"

struct reader {
    const char *at, *end;
    int depth; /* levels that may still be opened */
};

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r'))
        r->at++;
}

static bool take(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static bool take_word(struct reader *r, const char *word)
{
    while (*word)
        if (!take(r, *word++))
            return false;
    return true;
}

static bool take_digits(struct reader *r)
{
    const char *start = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return r->at > start;
}

/* number = [ minus ] int [ frac ] [ exp ] */
static bool take_number(struct reader *r)
{
    take(r, '-');
    if (!take(r, '0') && !take_digits(r))
        return false;
    if (take(r, '.') && !take_digits(r))
        return false;
    if (take(r, 'e') || take(r, 'E')) {
        if (!take(r, '+'))
            take(r, '-');
        return take_digits(r);
    }
    return true;
}

/* The value of four hexadecimal digits; -1 when they are none. */
static long take_hex(struct reader *r)
{
    static const char digits[] = "0123456789abcdef";
    long value = 0;
    for (int i = 0; i < 4; i++) {
        if (r->at == r->end)
            return -1;
        char c = *r->at++;
        const char *digit = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 0x20 : c) : NULL;
        if (!digit)
            return -1;
        value = value * 16 + (digit - digits);
    }
    return value;
}

static void append_code(struct plain_json *string, long code)
{
    unsigned char bytes[4];
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; code >>= 6)
        bytes[i] = (unsigned char)(0x80 | (code & 0x3F));
    bytes[0] = (unsigned char)(n == 1 ? code : (0xF00 >> n & 0xFF) | code);
    memcpy(string->string + string->string_length, bytes, n);
    string->string_length += n;
}

/* Half of a surrogate pair alone stands for U+FFFD. */
static bool take_unicode_escape(struct reader *r, struct plain_json *string)
{
    long code = take_hex(r);
    if (code < 0)
        return false;
    if (code >= 0xD800 && code <= 0xDBFF) {
        struct reader ahead = *r;
        long low = take(&ahead, '\\') && take(&ahead, 'u') ? take_hex(&ahead) : -1;
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *r = ahead;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else {
            code = 0xFFFD;
        }
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
        code = 0xFFFD;
    }
    append_code(string, code);
    return true;
}

static bool take_string(struct reader *r, struct plain_json *string)
{
    static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (!take(r, '"'))
        return false;
    string->type = PLAIN_STRING;
    string->string = malloc((size_t)(r->end - r->at) + 1); /* decoding never makes it longer */
    MUST(string->string, "memory");
    const char *start = r->at;
    while (r->at < r->end && *r->at != '"') {
        char c = *r->at++;
        if ((unsigned char)c < 0x20)
            return false;
        if (c != '\\') {
            string->string[string->string_length++] = c;
            continue;
        }
        if (r->at == r->end)
            return false;
        c = *r->at++;
        const char *name = c ? strchr(names, c) : NULL;
        if (name)
            string->string[string->string_length++] = meanings[name - names];
        else if (c != 'u' || !take_unicode_escape(r, string))
            return false;
    }
    string->string[string->string_length] = '\0';
    return is_utf8(start, (size_t)(r->at - start)) && take(r, '"');
}

static struct plain_json *read_value(struct reader *r);

static void add_item(struct plain_json *value, struct plain_json *key, struct plain_json *item)
{
    value->items = realloc(value->items, (value->count + 1) * sizeof *value->items);
    value->keys = realloc(value->keys, (value->count + 1) * sizeof *value->keys);
    MUST(value->items && value->keys, "memory");
    value->items[value->count] = item;
    value->keys[value->count++] = key;
}

static bool take_members(struct reader *r, struct plain_json *value, char closing)
{
    skip_blanks(r);
    if (take(r, closing))
        return true;
    do {
        struct plain_json *key = NULL;
        skip_blanks(r);
        if (value->type == PLAIN_OBJECT) {
            key = calloc(1, sizeof *key);
            MUST(key, "memory");
            bool whole = take_string(r, key);
            skip_blanks(r);
            if (!whole || !take(r, ':')) {
                plain_json_free(key);
                return false;
            }
        }
        struct plain_json *item = read_value(r);
        if (!item) {
            plain_json_free(key);
            return false;
        }
        add_item(value, key, item);
        skip_blanks(r);
    } while (take(r, ','));
    return take(r, closing);
}

static bool take_value(struct reader *r, struct plain_json *value)
{
    if (r->at == r->end)
        return false;
    switch (*r->at) {
    case 'n': value->type = PLAIN_NULL; return take_word(r, "null");
    case 't': value->type = PLAIN_TRUE; return take_word(r, "true");
    case 'f': value->type = PLAIN_FALSE; return take_word(r, "false");
    case '"': return take_string(r, value);
    case '[':
    case '{':
        if (r->depth == 0)
            return false;
        value->type = *r->at++ == '[' ? PLAIN_ARRAY : PLAIN_OBJECT;
        r->depth--;
        bool whole = take_members(r, value, value->type == PLAIN_ARRAY ? ']' : '}');
        r->depth++;
        return whole;
    default: value->type = PLAIN_NUMBER; return take_number(r);
    }
}

static struct plain_json *read_value(struct reader *r)
{
    struct plain_json *value = calloc(1, sizeof *value);
    MUST(value, "memory");
    skip_blanks(r);
    value->start = r->at;
    if (!take_value(r, value)) {
        plain_json_free(value);
        return NULL;
    }
    value->length = (size_t)(r->at - value->start);
    return value;
}

struct plain_json *plain_json_read(const char *bytes, size_t length, int depth, size_t *ret_used)
{
    struct reader r = {bytes, bytes + length, depth};
    struct plain_json *value = read_value(&r);
    if (value)
        *ret_used = (size_t)(r.at - bytes);
    return value;
}

struct plain_json *plain_json_parse(const char *bytes, size_t length, int depth)
{
    struct reader r = {bytes, bytes + length, depth};
    struct plain_json *value = read_value(&r);
    skip_blanks(&r);
    if (value && r.at < r.end) {
        plain_json_free(value);
        return NULL;
    }
    return value;
}

void plain_json_free(struct plain_json *value)
{
    if (!value)
        return;
    for (size_t i = 0; i < value->count; i++) {
        plain_json_free(value->items[i]);
        plain_json_free(value->keys[i]);
    }
    free(value->items);
    free(value->keys);
    free(value->string);
    free(value);
}

bool plain_json_is(const struct plain_json *value, const char *string)
{
    return value && value->type == PLAIN_STRING && value->string_length == strlen(string) &&
           memcmp(value->string, string, value->string_length) == 0;
}

const struct plain_json *plain_json_member(const struct plain_json *object, const char *name)
{
    const struct plain_json *found = NULL;
    if (object && object->type == PLAIN_OBJECT)
        for (size_t i = 0; i < object->count; i++)
            if (plain_json_is(object->keys[i], name))
                found = object->items[i];
    return found;
}
