#include "base/zone.h"

#include "base/zone_rule.h"
#include "scratch.h"
#include "suite.h"

#include <errno.h>
#include <time.h>

static int64_t at(int year, int month, int day, int hour, int minute)
{
    struct tm t = {.tm_year = year - 1900,
                   .tm_mon = month - 1,
                   .tm_mday = day,
                   .tm_hour = hour,
                   .tm_min = minute};
    return (int64_t)timegm(&t);
}

/* A TZif file of the second version: no moments, one type, a rule. Without a rule, of the first. */
static void write_zone(const char *name, const char *rule)
{
    static const unsigned char header[44] = {[0] = 'T', 'Z', 'i', 'f', [39] = 1, [43] = 1};
    static const unsigned char type[7] = {0x00, 0x00, 0x0E, 0x10}; /* an hour to the east */
    scratch_write(name, "", 0644);
    FILE *file = fopen(name, "w");
    ck_assert(file != NULL);
    for (int i = 0; i < (rule ? 2 : 1); i++) {
        unsigned char bytes[44];
        memcpy(bytes, header, sizeof bytes);
        bytes[4] = rule ? '2' : '\0';
        ck_assert(fwrite(bytes, sizeof bytes, 1, file) == 1 &&
                  fwrite(type, sizeof type, 1, file) == 1);
    }
    if (rule)
        fprintf(file, "\n%s\n", rule);
    ck_assert(fclose(file) == 0);
}

static struct zone *open_zone(const char *name)
{
    struct zone *zone = NULL;
    int error = zone_open(name, strlen(name), &zone);
    ck_assert_msg(error == 0 && zone, "%s: %d", name, error);
    return zone;
}

static void make_zones(void)
{
    scratch_enter();
    write_zone("America/Edmonton", "MST7MDT,M3.2.0,M11.1.0");
    write_zone("Adelaide", "ACST-9:30ACDT,M10.1.0,M4.1.0/3");
    write_zone("Fixed", "<+0530>-5:30");
    write_zone("Last", "");
    write_zone("First", NULL);
    setenv("TZDIR", scratch_path, 1);
}

START_TEST(reads_the_rule_of_a_file)
{
    static const struct {
        const char *name;
        int year, month, day, hour, minute;
        int64_t wanted; /* minutes */
    } rows[] = {
        {"America/Edmonton", 2026, 11, 28, 12, 0, -420},
        {"America/Edmonton", 2026, 7, 1, 12, 0, -360},
        {"America/Edmonton", 2027, 3, 14, 8, 59, -420},
        {"America/Edmonton", 2027, 3, 14, 9, 0, -360},
        {"America/Edmonton", 2026, 11, 1, 7, 59, -360},
        {"America/Edmonton", 2026, 11, 1, 8, 0, -420},
        {"Adelaide", 2027, 1, 1, 0, 0, 630},
        {"Adelaide", 2027, 7, 1, 0, 0, 570},
        {"Fixed", 2026, 1, 1, 0, 0, 330},
        {"Last", 2026, 1, 1, 0, 0, 60},
        {"First", 2026, 1, 1, 0, 0, 60},
        {"UTC", 2026, 1, 1, 0, 0, 0},
        {"GMT", 2026, 1, 1, 0, 0, 0},
    };
    make_zones();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct zone *zone = open_zone(rows[i].name);
        int64_t got = zone_offset(
            zone, at(rows[i].year, rows[i].month, rows[i].day, rows[i].hour, rows[i].minute));
        ck_assert_msg(got == rows[i].wanted * 60, "%s, row %zu: %lld", rows[i].name, i,
                      (long long)got);
        zone_close(zone);
    }
}
END_TEST

START_TEST(refuses_what_is_no_zone)
{
    static const struct {
        const char *name;
        int wanted;
    } rows[] = {
        {"", EINVAL},
        {"/etc/localtime", EINVAL},
        {"../secret", EINVAL},
        {"a/../b", EINVAL},
        {"a//b", EINVAL},
        {"America/", EINVAL},
        {"a b", EINVAL},
        {".hidden", EINVAL},
        {"Nowhere", ENOENT},
        {"America", EISDIR},
        {"Text", EINVAL},
        {"Empty", EINVAL},
        {"Cut", EINVAL},
        {"BadRule", EINVAL},
        {"America/Edmonton/x", ENOTDIR},
        {"A123456789012345678901234567890123456789012345678901234567890123456789", EINVAL},
    };
    make_zones();
    scratch_write("Text", "TZ is a variable of the environment, and this is some text about it",
                  0644);
    scratch_write("Empty", "", 0644);
    write_zone("Cut", "MST7");
    ck_assert(truncate("Cut", 70) == 0);
    write_zone("BadRule", "MST7MDT,M13.2.0,M11.1.0");
    scratch_write("secret", "", 0644);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct zone *zone = NULL;
        int error = zone_open(rows[i].name, strlen(rows[i].name), &zone);
        ck_assert_msg(error == rows[i].wanted && !zone, "[%s]: %d", rows[i].name, error);
    }
    zone_close(NULL);
}
END_TEST

START_TEST(finds_the_moments_of_a_clock)
{
    make_zones();
    struct zone *zone = open_zone("America/Edmonton");
    int64_t moments[2];
    ck_assert_uint_eq(zone_moments(zone, at(2026, 11, 28, 22, 20), moments), 1);
    ck_assert(moments[0] == at(2026, 11, 29, 5, 20));
    /* put back at 2: half past one is twice */
    ck_assert_uint_eq(zone_moments(zone, at(2026, 11, 1, 1, 30), moments), 2);
    ck_assert(moments[0] == at(2026, 11, 1, 7, 30) && moments[1] == at(2026, 11, 1, 8, 30));
    /* put forward at 2: half past two is half past three */
    ck_assert_uint_eq(zone_moments(zone, at(2027, 3, 14, 2, 30), moments), 1);
    ck_assert(moments[0] == at(2027, 3, 14, 9, 30));
    zone_close(zone);
}
END_TEST

START_TEST(takes_the_own_zone_for_none)
{
    setenv("TZ", "XYZ-3", 1);
    tzset();
    int64_t moments[2];
    ck_assert(zone_offset(NULL, at(2026, 1, 1, 0, 0)) == 3 * 3600);
    ck_assert(zone_moments(NULL, at(2026, 1, 1, 6, 0), moments) == 1 &&
              moments[0] == at(2026, 1, 1, 3, 0));
}
END_TEST

/* Every five days of 190 years, at another hour each, as the C library has it, where the system has
 * zones. */
START_TEST(agrees_with_the_c_library)
{
    static const char *const names[] = {"America/Edmonton",  "Europe/London",       "Asia/Calcutta",
                                        "America/New_York",  "Australia/Lord_Howe", "Europe/Dublin",
                                        "Africa/Casablanca", "America/Sao_Paulo",   "Pacific/Apia",
                                        "Asia/Gaza",         "America/Godthab"};
    unsetenv("TZDIR");
    for (size_t i = 0; i < COUNT(names); i++) {
        struct zone *zone = NULL;
        if (zone_open(names[i], strlen(names[i]), &zone) != 0)
            continue;
        setenv("TZ", names[i], 1);
        tzset();
        for (int64_t moment = at(1910, 1, 1, 0, 30); moment < at(2100, 1, 1, 0, 0);
             moment += 437400) {
            int64_t got = zone_offset(zone, moment), wanted = zone_offset(NULL, moment);
            ck_assert_msg(got == wanted, "%s at %lld: %lld, not %lld", names[i], (long long)moment,
                          (long long)got, (long long)wanted);
        }
        zone_close(zone);
    }
}
END_TEST

START_TEST(reads_rules)
{
    static const struct {
        const char *text;
        bool is_rule;
    } rows[] = {
        {"UTC0", true},
        {"CET-1CEST,M3.5.0,M10.5.0/3", true},
        {"EST5EDT", true},
        {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", true},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", true},
        {"A3B,J60,J300/25:30:10", true},
        {"A3B,0/0,365/167", true},
        {"A-167", true},
        {"", false},
        {"UTC", false},
        {"5", false},
        {"<5", false},
        {"A3B,M3.5.0", false},
        {"A3B,M3.5.7,M4.1.0", false},
        {"A3B,M0.1.0,M4.1.0", false},
        {"A3B,J0,J1", false},
        {"A3B,366,1", false},
        {"A168", false},
        {"A3:60", false},
        {"A3B,M3.5.0,M10.5.0x", false},
        {"A3B4C", false},
        {"A3<", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct zone_rule rule;
        ck_assert_msg(zone_rule_parse(rows[i].text, &rule) == rows[i].is_rule, "%s", rows[i].text);
    }
    struct zone_rule rule; /* days of the year, with and without the leap day */
    ck_assert(zone_rule_parse("A0B,J60/0,J300/0", &rule));
    ck_assert(zone_rule_offset(&rule, at(2028, 2, 29, 12, 0)) == 0 &&
              zone_rule_offset(&rule, at(2028, 3, 1, 0, 0)) == 3600);
    ck_assert(zone_rule_parse("A0B,59/0,300/0", &rule));
    ck_assert(zone_rule_offset(&rule, at(2028, 2, 29, 12, 0)) == 3600 &&
              zone_rule_offset(&rule, at(2027, 2, 28, 12, 0)) == 0);
}
END_TEST

SUITE_MAIN("zone", reads_the_rule_of_a_file, refuses_what_is_no_zone, finds_the_moments_of_a_clock,
           takes_the_own_zone_for_none, agrees_with_the_c_library, reads_rules)
