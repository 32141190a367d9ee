/*
 * A string that grows up to a maximum set at its start, and the cleaning of foreign text.
 *
 *     struct text line = TEXT_INIT(1000);
 *     text_format(&line, "%s in %d s", word, seconds);
 *     puts(text_get(&line));
 *     text_free(&line);
 *
 * Nothing here returns an error: what does not fit is left out and `truncated` is set; when memory
 * runs out `failed` is set and the text stays as it was. Look at both once, at the end.
 * No secret is ever put into a text.
 */
#ifndef CHECK_CLAUDE_TEXT_H
#define CHECK_CLAUDE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes; /* NUL-terminated once anything was added; owned */
    size_t length;
    size_t capacity;
    size_t maximum; /* of length */
    bool truncated;
    bool failed;
};

/* clang-format off */
#define TEXT_INIT(max) {NULL, 0, 0, (max), false, false}

/* A text in an array of chars, all of which it may fill: it asks for no memory. Not to be freed. */
#define TEXT_IN(array) {((array)[0] = '\0', (array)), 0, sizeof(array), sizeof(array) - 1, false, false}
/* clang-format on */

/* The text as a C string, "" while it is empty. Valid until the next call on this text. */
const char *text_get(const struct text *text);

/* Empty it and keep the memory. */
void text_reset(struct text *text);

/* Give the memory back; NULL is fine. The text can be used again. */
void text_free(struct text *text);

/* Append bytes as they are. */
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add(struct text *text, const char *string);

/* Append as printf does. */
__attribute__((format(printf, 2, 3))) void text_format(struct text *text, const char *format, ...);
__attribute__((format(printf, 2, 0))) void text_vformat(struct text *text, const char *format,
                                                        va_list arguments);

/*
 * Append units / 10^digits as a plain decimal: no exponent, no trailing zeros, "." whatever the
 * locale. text_add_decimal(t, 20500, 3) appends 20.5.
 */
void text_add_decimal(struct text *text, int64_t units, unsigned digits);

/*
 * Append foreign bytes as valid UTF-8 on one line: control characters (C0, DEL, C1, and Unicode's
 * for lines and for the direction of writing) become a blank, each byte that is not UTF-8 becomes
 * U+FFFD, and each byte that is in `forbidden` becomes '/'.
 */
void text_add_clean(struct text *text, const char *bytes, size_t length, const char *forbidden);

/*
 * Append foreign bytes cleaned as above, at most `maximum` bytes of what that gives, with "..." in
 * place of the rest.
 */
void text_add_shown(struct text *text, const char *bytes, size_t length, size_t maximum,
                    const char *forbidden);

/*
 * The length in bytes of the UTF-8 character at bytes[0], 1 to 4, as RFC 3629 has it: no overlong
 * form, no surrogate, nothing over U+10FFFF. 0 when no valid character starts there.
 */
size_t text_utf8_length(const unsigned char *bytes, size_t length);

/*
 * Append the UTF-8 character at bytes[0], or U+FFFD for a byte that starts no character. Returns
 * how many of the `length` bytes were used, at least one; length must not be 0.
 */
size_t text_add_character(struct text *text, const unsigned char *bytes, size_t length);

/* Cut to at most `length` bytes, not inside a UTF-8 character. */
void text_cut(struct text *text, size_t length);

#endif
