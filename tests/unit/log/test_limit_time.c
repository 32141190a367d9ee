#include "log/limit_time.h"

#include "base/zone.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* "2026-11-18 11:06:40" in UTC as milliseconds since the epoch; 0 for "" */
static int64_t utc(const char *text)
{
    struct tm t = {0};
    return *text && strptime(text, "%Y-%m-%d %H:%M:%S", &t) ? (int64_t)timegm(&t) * 1000 : 0;
}

struct row {
    const char *written, *message, *wanted;
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t got = limit_time_read(rows[i].message, utc(rows[i].written));
        ck_assert_msg(got == utc(rows[i].wanted), "%s, written %s: %lld, wanted %lld",
                      rows[i].message, rows[i].written, (long long)got / 1000,
                      (long long)utc(rows[i].wanted) / 1000);
    }
}

#define NOW "2026-11-18 11:06:40"

START_TEST(reads_what_the_cli_says)
{
    static const struct row rows[] = {
        {NOW, "Claude AI usage limit reached|1795010000", "2026-11-18 13:53:20"},
        {NOW, "Claude AI usage limit reached|1795010000000", "2026-11-18 13:53:20"},
        {NOW, "Claude AI usage limit reached|", ""},
        {NOW, "Claude AI usage limit reached|-5", ""},
        {NOW, "Claude AI usage limit reached|99999999999999999999", ""},
        {NOW, "You've hit your session limit \xC2\xB7 resets 6:07pm (UTC)", "2026-11-18 18:07:00"},
        {NOW, "You've hit your session limit \xC2\xB7 resets 6pm (UTC)", "2026-11-18 18:00:00"},
        {NOW, "Claude usage limit reached. Your limit will reset at 6pm (UTC).",
         "2026-11-18 18:00:00"},
        {NOW, "resets 11:06am (UTC)", "2026-11-19 11:06:00"}, /* tomorrow: that was just now */
        {NOW, "resets 11:07am (UTC)", "2026-11-18 11:07:00"},
        {NOW, "resets 12am (UTC)", "2026-11-19 00:00:00"},
        {NOW, "resets 12:30pm (UTC)", "2026-11-18 12:30:00"},
        {NOW, "resets 12:30 PM UTC", "2026-11-18 12:30:00"},
        {NOW, "resets 23:15 (UTC)", "2026-11-18 23:15:00"},
        {NOW, "resets Nov 26, 4:06pm (UTC)", "2026-11-26 16:06:00"},
        {NOW, "resets Nov 26 at 4:06pm (UTC)", "2026-11-26 16:06:00"},
        {NOW, "resets November 26th, 4:06pm (UTC)", "2026-11-26 16:06:00"},
        {NOW, "resets Nov 26, 2027, 4pm (UTC)", "2027-11-26 16:00:00"},
        {NOW, "resets Jan 2, 4pm (UTC)", "2027-01-02 16:00:00"},  /* next year's */
        {NOW, "resets Nov 17, 4pm (UTC)", "2026-11-17 16:00:00"}, /* the log was touched later */
        {"2027-01-01 00:30:00", "resets Dec 31, 11pm (UTC)", "2026-12-31 23:00:00"},
        {NOW, "resets Mon 12:00am (UTC)", "2026-11-23 00:00:00"},
        {NOW, "resets Wed 12:00am (UTC)", "2026-11-25 00:00:00"},
        {NOW, "resets Wednesday at 11pm (UTC)", "2026-11-18 23:00:00"},
        {NOW, "resets tomorrow at 5am (UTC)", "2026-11-19 05:00:00"},
        {NOW, "Your limit will reset at 2026-12-07 05:17:25 UTC", "2026-12-07 05:17:25"},
        {NOW, "Your limit will reset at 2026-12-07T05:17:25+02:00", "2026-12-07 03:17:25"},
        {NOW, "Your limit will reset at 2026-12-07T05:17:25.123Z][x", "2026-12-07 05:17:25"},
        {NOW,
         "API Error: 400 You have reached your specified API usage limits. You will regain access "
         "on 2026-12-01 at 00:00 UTC.",
         "2026-12-01 00:00:00"},
        {NOW, "You will regain access on Dec 1 at 00:00 UTC.", "2026-12-01 00:00:00"},
        {NOW, "resets 6pm (UTC+2)", "2026-11-18 16:00:00"},
        {NOW, "resets 6pm (UTC-08:00)", "2026-11-19 02:00:00"},
        {NOW, "resets 6pm (GMT+5:30)", "2026-11-18 12:30:00"},
        {NOW, "resets in 2h 30m", "2026-11-18 13:36:40"},
        {NOW, "Try again in 1 day and 45 minutes.", "2026-11-19 11:51:40"},
        {NOW, "connect error or disconnect/reset before headers; resets 6pm (UTC)",
         "2026-11-18 18:00:00"},
    };
    check(rows, COUNT(rows));
}
END_TEST

START_TEST(does_not_guess)
{
    static const struct row rows[] = {
        {NOW, "", ""},
        {NOW, "resets", ""},
        {NOW, "resets ", ""},
        {NOW, "resets soon", ""},
        {NOW, "resets (UTC)", ""},
        {NOW, "resets 13pm (UTC)", ""},
        {NOW, "resets 0am (UTC)", ""},
        {NOW, "resets 6:60pm (UTC)", ""},
        {NOW, "resets 25:00 (UTC)", ""},
        {NOW, "resets 6", ""},
        {NOW, "resets Nov 32 (UTC)", ""},
        {NOW, "resets 6pm (Nowhere/At_All)", ""},
        {NOW, "resets 6pm (../../etc/passwd)", ""},
        {NOW, "resets 6pm (/etc/localtime)", ""},
        {NOW, "resets in a while", ""},
        {NOW, "try again later", ""},
        {NOW, "connect error or disconnect/reset before headers", ""},
    };
    check(rows, COUNT(rows));
}
END_TEST

START_TEST(takes_the_own_zone_where_none_is_told)
{
    static const struct row rows[] = {
        {NOW, "Session limit reached \xE2\x88\x99 resets 6:21pm", "2026-11-18 15:21:00"},
        {NOW, "Spending cap reached resets 1:39pm", "2026-11-19 10:39:00"},
        {NOW, "5-hour limit reached \xE2\x88\x99 resets 2pm", "2026-11-19 11:00:00"},
        {NOW, "resets Mon 12:00am", "2026-11-22 21:00:00"},
        {NOW, "resets Nov 26, 4:06pm", "2026-11-26 13:06:00"},
    };
    setenv("TZ", "XYZ-3", 1);
    tzset();
    check(rows, COUNT(rows));
    /* and it stays the process's own */
    ck_assert(limit_time_read("resets 6pm (America/New_York)", utc(NOW)) >= 0);
    ck_assert_str_eq(getenv("TZ"), "XYZ-3");
    ck_assert(zone_offset(NULL, 0) == 3 * 3600);
}
END_TEST

START_TEST(reads_zones_by_name)
{
    static const struct row rows[] = {
        {NOW, "resets 10:20pm (America/Edmonton)", "2026-11-19 05:20:00"},
        {NOW, "resets 8pm (America/New_York)", "2026-11-19 01:00:00"},
        {NOW, "resets 4am (America/Edmonton)", "2026-11-19 11:00:00"}, /* it is 4:06 there */
        {NOW, "resets 5am (America/Edmonton)", "2026-11-18 12:00:00"},
        {NOW, "resets Nov 30, 4pm (Asia/Calcutta)", "2026-11-30 10:30:00"},
        {NOW, "resets 12:50am (America/Los_Angeles)", "2026-11-19 08:50:00"},
        {"2026-05-04 11:00:00", "resets May 5 at 9pm (America/New_York)", "2026-05-06 01:00:00"},
        /* the clock goes forward on 2027-03-14 in Edmonton, and back on 2026-11-01 */
        {"2027-03-14 08:00:00", "resets 1:30am (America/Edmonton)", "2027-03-14 08:30:00"},
        {"2027-03-14 08:00:00", "resets 2:30am (America/Edmonton)", "2027-03-14 09:30:00"},
        {"2027-03-14 08:00:00", "resets 5am (America/Edmonton)", "2027-03-14 11:00:00"},
        {"2026-11-01 06:00:00", "resets 1:30am (America/Edmonton)", "2026-11-01 07:30:00"},
        {"2026-11-01 07:45:00", "resets 1:30am (America/Edmonton)", "2026-11-01 08:30:00"},
        {"2026-11-01 06:00:00", "resets 5am (America/Edmonton)", "2026-11-01 12:00:00"},
        {"2026-12-31 23:30:00", "resets 3am (Europe/Berlin)", "2027-01-01 02:00:00"},
        {"2026-12-31 22:30:00", "resets 1am (Europe/Berlin)", "2027-01-01 00:00:00"},
        {"2026-12-30 12:00:00", "resets Jan 1, 1am (Europe/Berlin)", "2027-01-01 00:00:00"},
    };
    struct zone *zone;
    unsetenv("TZDIR");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *name = strrchr(rows[i].message, '(') + 1;
        if (zone_open(name, strcspn(name, ")"), &zone) != 0)
            continue; /* a system without zones */
        zone_close(zone);
        check(&rows[i], 1);
    }
}
END_TEST

SUITE_MAIN("limit_time", reads_what_the_cli_says, does_not_guess,
           takes_the_own_zone_where_none_is_told, reads_zones_by_name)
