#include "must_render.h"

#include "fuzz.h"
#include "plain_json.h"
#include "plugin/render.h"

static size_t count_of(const char *text, char c)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == c;
    return count;
}

/* Lines of UTF-8. */
static void must_be_text(const struct text *text)
{
    const char *bytes = text_get(text);
    MUST(!text->failed, "memory");
    MUST(strlen(bytes) == text->length, "NUL in [%s]", bytes);
    MUST(is_utf8(bytes, text->length), "[%s]", bytes);
    MUST(text->length > 0 && bytes[text->length - 1] == '\n', "[%s]", bytes);
}

/* No control character but line feeds. JSON may have DEL, label values of Prometheus all but NUL.
 */
static void must_be_printable(const char *bytes)
{
    for (const unsigned char *at = (const unsigned char *)bytes; *at; at++)
        MUST(*at >= 0x20 || *at == '\n', "control character in [%s]", bytes);
}

static void must_render_nagios(const struct report *report)
{
    static const char *const states[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    struct text text = TEXT_INIT(NAGIOS_MAX), start = TEXT_INIT(100);
    render_nagios(report, &text);
    must_be_text(&text);
    const char *bytes = text_get(&text);
    must_be_printable(bytes);
    MUST(!strchr(bytes, 0x7F), "[%s]", bytes);
    MUST(text.length <= NAGIOS_MAX && !text.truncated, "%zu bytes", text.length);
    MUST(strcspn(bytes, "\n") <= NAGIOS_FIRST_LINE_MAX, "[%s]", bytes);
    text_format(&start, "%s %s - ", report->kind->service, states[report_state(report)]);
    MUST(strncmp(bytes, text_get(&start), start.length) == 0, "[%s]", bytes);
    MUST(count_of(bytes, '|') == (report->perfdata ? 1 : 0), "[%s]", bytes);
    text_free(&text);
    text_free(&start);
}

static void must_render_json(const struct report *report)
{
    static const char *const states[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    struct text text = TEXT_INIT(RENDER_MAX);
    render_json(report, &text);
    must_be_text(&text);
    must_be_printable(text_get(&text));
    struct plain_json *root = plain_json_parse(text_get(&text), text.length, 16);
    MUST(root && root->type == PLAIN_OBJECT, "[%s]", text_get(&text));
    MUST(count_of(text_get(&text), '\n') == 1, "[%s]", text_get(&text));
    MUST(plain_json_is(plain_json_member(root, "state"), states[report_state(report)]), "[%s]",
         text_get(&text));
    plain_json_free(root);
    text_free(&text);
}

/* A sample: name{label="value",...} number. Returns false when the line is none. */
static bool is_sample(const char *line, size_t length)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyz_";
    const char *at = line, *end = line + length;
    at += strspn(at, name);
    if (at == line || at >= end)
        return false;
    if (*at == '{') {
        do {
            at++;
            size_t label = strspn(at, name);
            at += label;
            if (label == 0 || at[0] != '=' || at[1] != '"')
                return false;
            for (at += 2; at < end && *at != '"'; at++)
                if (*at == '\\' && !strchr("\\n\"", *++at))
                    return false;
            at++;
        } while (at < end && *at == ',');
        if (at >= end || *at++ != '}')
            return false;
    }
    if (*at++ != ' ')
        return false;
    at += *at == '-';
    size_t digits = strspn(at, "0123456789.");
    return digits > 0 && at + digits == end;
}

static void must_render_prometheus(const struct report *report)
{
    struct text text = TEXT_INIT(RENDER_MAX);
    render_prometheus(report, &text);
    must_be_text(&text);
    for (const char *line = text_get(&text); *line;) {
        size_t length = strcspn(line, "\n");
        MUST(line[length] == '\n', "[%s]", line);
        MUST(strncmp(line, "# HELP ", 7) == 0 || strncmp(line, "# TYPE ", 7) == 0 ||
                 is_sample(line, length),
             "[%.*s]", (int)length, line);
        line += length + 1;
    }
    text_free(&text);
}

void must_render(const struct report *report)
{
    must_render_nagios(report);
    must_render_json(report);
    must_render_prometheus(report);
}
