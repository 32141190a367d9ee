/* Durations: read as exact decimal arithmetic has it; what is printed is read back. */
#include "base/duration.h"

#include "fuzz.h"

/* value = value * 10 + digit, up to a number that no duration reaches. */
static __uint128_t append_digit(__uint128_t value, char digit)
{
    const __uint128_t most = (__uint128_t)1 << 100;
    return value > most ? value : value * 10 + (unsigned)(digit - '0');
}

/*
 * The milliseconds that a text of digits, a point, digits and a unit stands for, by written
 * multiplication: the fraction's digits times the unit, one by one. Up to 40 digits behind the
 * point; false for more.
 */
static bool plain_value(const char *text, size_t length, __uint128_t *ret)
{
    static const struct {
        char name;
        unsigned ms;
    } units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}, {'w', 604800000}};
    unsigned unit = 1000;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (length > 0 && text[length - 1] == units[i].name)
            unit = units[i].ms;
    __uint128_t whole = 0;
    size_t i = text[0] == '-' ? 1 : 0;
    for (; i < length && text[i] >= '0' && text[i] <= '9'; i++)
        whole = append_digit(whole, text[i]);
    /* product[k] is the digit of unit * 0.fraction that stands k + 1 places behind the point, and
     * `carry` what stands before it */
    unsigned fraction[40], product[40];
    size_t digits = 0;
    if (i < length && text[i] == '.')
        for (i++; i < length && text[i] >= '0' && text[i] <= '9'; i++) {
            if (digits == 40)
                return false;
            fraction[digits++] = (unsigned)(text[i] - '0');
        }
    uint64_t carry = 0;
    for (size_t k = digits; k-- > 0;) {
        carry += (uint64_t)fraction[k] * unit;
        product[k] = (unsigned)(carry % 10);
        carry /= 10;
    }
    bool up = digits > 0 && product[0] >= 5;
    *ret = whole * unit + carry + (up ? 1 : 0);
    return true;
}

static void read_it(const char *text, size_t length, bool negative)
{
    int64_t ms = 4711;
    if (!duration_parse(text, length, negative, &ms)) {
        MUST(ms == 4711, "touched for [%.*s]", (int)length, text);
        return;
    }
    MUST(ms >= -DURATION_MAX_MS && ms <= DURATION_MAX_MS, "%lld", (long long)ms);
    MUST(negative || ms >= 0, "%lld", (long long)ms);
    MUST(memchr(text, '-', length) == NULL || (negative && ms <= 0), "%lld", (long long)ms);
    __uint128_t plain;
    if (plain_value(text, length, &plain))
        MUST((__uint128_t)(ms < 0 ? -ms : ms) == plain, "[%.*s] is %lld", (int)length, text,
             (long long)ms);

    /* as seconds, the way perfdata shows it */
    struct text printed = TEXT_INIT(64);
    text_add_decimal(&printed, ms, 3);
    int64_t again = 4711;
    MUST(duration_parse(text_get(&printed), printed.length, true, &again) && again == ms,
         "%lld printed as %s", (long long)ms, text_get(&printed));
    text_free(&printed);
}

/* Any number at all as words, as a time, and in the two sums. */
static void print_it(int64_t a, int64_t b)
{
    struct text text = TEXT_INIT(64);
    duration_add_words(&text, a);
    must_be_a_line(text_get(&text));
    MUST(text.length > 0 && text.length < 40, "[%s]", text_get(&text));
    text_reset(&text);
    bool shown = duration_add_iso_time(&text, a);
    MUST(shown == (text.length == sizeof "2026-11-18T11:06:40Z" - 1), "[%s]", text_get(&text));
    text_free(&text);

    __int128_t sum = (__int128_t)a + b, difference = (__int128_t)a - b;
    int64_t got = duration_add(a, b);
    MUST(got == (sum > INT64_MAX   ? INT64_MAX
                 : sum < INT64_MIN ? INT64_MIN
                                   : (int64_t)sum),
         "%lld + %lld", (long long)a, (long long)b);
    got = duration_subtract(a, b);
    MUST(got == (difference > INT64_MAX   ? INT64_MAX
                 : difference < INT64_MIN ? INT64_MIN
                                          : (int64_t)difference),
         "%lld - %lld", (long long)a, (long long)b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    char *text = input_copy(data, size);
    read_it(text, size, false);
    read_it(text, size, true);
    free(text);
    int64_t a = input_int64(&input);
    print_it(a, input_int64(&input));
    return 0;
}
