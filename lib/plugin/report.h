/*
 * What a plugin found, apart from how it is printed.
 *
 *     report_init(&report, &kind, now_ms);
 *     struct subject *subject = report_add_subject(&report, "/home/agent1");
 *     struct finding *finding = report_find(&report, subject, CONDITION, STATE_CRITICAL, "not
 * logged in"); report_evidence(&report, finding, "no file %s", path); report_set_time(subject,
 * FIELD_TOKEN_EXPIRES, expires_ms); render_nagios(&report, &text); report_free(&report);
 *
 * A report has subjects (an agent, a log). A subject has findings, one value for each field that
 * the plugin's table of fields names, and detail lines for -v. A report also has perfdata and a
 * summary. All strings are copied, and live as long as the report. When memory runs out, `failed`
 * is set, the report stays usable, and its state is at least UNKNOWN.
 */
#ifndef CHECK_CLAUDE_REPORT_H
#define CHECK_CLAUDE_REPORT_H

#include "base/text.h"
#include "plugin/condition.h"
#include "plugin/range.h"
#include "plugin/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind {
    VALUE_NONE,   /* not known: null in JSON, left out in Prometheus */
    VALUE_TEXT,   /* a string */
    VALUE_LIST,   /* text: words, separated by blanks; an array in JSON, and nowhere else */
    VALUE_FLAG,   /* number is 0 or 1 */
    VALUE_NUMBER, /* number / 10^digits */
    VALUE_TIME    /* number is milliseconds since the epoch */
};

struct value {
    enum value_kind kind;
    unsigned digits;
    int64_t number;
    const char *text;
};

#define FIELD_LABELS_MAX 3

/* One property of a subject and where it shows. */
struct field {
    const char *json;   /* its key; "a.b" is key b of object a; NULL: not in JSON */
    const char *metric; /* its Prometheus name without the plugin's prefix; NULL: no metric */
    const char *help;   /* of the metric */
    /*
     * An info metric: always 1, with other fields as labels, given by index. Zero-terminated by
     * label NULL. Shown when the first of them has a value.
     */
    struct {
        const char *label;
        size_t field;
    } labels[FIELD_LABELS_MAX];
};

#define FIELDS_MAX 16

/* What all reports of one plugin have in common. */
struct report_kind {
    const char *service;       /* "CLAUDE PREFLIGHT", first words of the plugin output */
    const char *program;       /* "check_claude_preflight" */
    const char *version;       /* "1.0.0" */
    const char *metric_prefix; /* "claude_preflight": of the state, condition and check time */
    const char *subject_json;  /* "agents": the JSON array's key */
    const char *subject_name;  /* "home": the JSON key of a subject's name */
    const char *subject_label; /* "agent_home": the Prometheus label */
    const char *owner_label;   /* "agent_home": the label of report->owner; NULL for none */
    bool named;                /* the evidence of a finding names its subject */
    /* The number of subjects, "_logs"; the check time has no subject's label then. NULL for none.
     */
    const char *count_metric;
    const char *count_help;
    const char *count_failed_metric; /* of those how many, by condition: "_logs_failed" */
    const char *count_failed_help;
    const struct condition_table *conditions;
    const struct field *fields;
    size_t field_count; /* at most FIELDS_MAX */
};

struct finding {
    struct finding *next; /* worst first, then in table order */
    size_t condition;
    enum state state;
    uint64_t line;        /* of the subject, where it was found; 0 for none */
    const char *message;  /* what is wrong, and what to do: short, for the first line */
    const char *evidence; /* what shows it: paths, a status; NULL for nothing */
};

/* A line for -v (level 1), -vv (2) or -vvv (3). */
struct detail {
    struct detail *next;
    int level;
    const char *message;
};

struct subject {
    struct subject *next;
    const char *name;
    enum state state;
    const char *headline; /* what there is to say of it when all is well; NULL for nothing */
    bool counted_only;    /* in Prometheus it has no series of its own, and is in the counts */
    struct finding *findings;
    struct detail *details;
    struct detail **last_detail;
    struct value *values; /* field_count of them */
};

/* label=value[UOM];warn;crit;min;max of the guidelines ("Performance data"). */
struct perfdata {
    struct perfdata *next;
    const char *label; /* [a-z][a-z0-9_]*, unique in its first 19 characters */
    const char *unit;  /* "s", "B" or "" */
    int64_t number;    /* number / 10^digits */
    unsigned digits;
    struct range warning, critical;
    bool has_minimum, has_maximum;
    int64_t minimum, maximum; /* with the same digits as number */
};

struct report_block; /* a piece of the memory that everything above lives in */

struct report {
    const struct report_kind *kind;
    int64_t checked_at; /* milliseconds since the epoch */
    bool is_gate;       /* --gate: see report_worse() */
    int verbosity;      /* the number of -v; details above it are not even kept */
    bool on_terminal;   /* a person reads it: what was checked without -v, perfdata only with it */
    bool color;         /* the states stand out, in plugin output */
    const char *owner;  /* whose subjects these are; not copied; NULL where it is not known */
    struct subject *subjects;
    struct subject **last_subject;
    size_t subject_count;
    struct perfdata *perfdata;
    struct perfdata **last_perfdata;
    const char *failure; /* what went wrong inside the plugin; NULL for nothing */
    bool failed;         /* out of memory */
    struct report_block *blocks;
};

/* Begin an empty report. report_free() gives everything back. */
void report_init(struct report *report, const struct report_kind *kind, int64_t now_ms);
void report_free(struct report *report);

/* A new subject at the end, state OK, nothing known. NULL when memory ran out. */
struct subject *report_add_subject(struct report *report, const char *name);

/* The plugin could not find out about a subject; report_fail() says why. It is at least UNKNOWN. */
void report_untold(const struct report *report, struct subject *subject);

/*
 * The worse of two states: by state_severity(), but of a gate's UNKNOWN and WARNING the UNKNOWN,
 * since it closes the gate and a WARNING does not.
 */
enum state report_worse(const struct report *report, enum state a, enum state b);

/* Give back a text that went into the report: where it ran out of memory, the report did. */
void report_free_text(struct report *report, struct text *text);

/* The functions below ignore a NULL subject: report->failed is set already. */

/*
 * Add a finding and worsen the subject's state by it. Returns it, to fill in the line; NULL when
 * memory ran out.
 */
__attribute__((format(printf, 5, 6))) struct finding *
report_find(struct report *report, struct subject *subject, size_t condition, enum state state,
            const char *format, ...);

/*
 * Say what shows a finding, once: "status 403 in run.json:1". Detail lines and JSON have it, the
 * first line has not. A NULL finding is ignored.
 */
__attribute__((format(printf, 3, 4))) void
report_evidence(struct report *report, struct finding *finding, const char *format, ...);

/* True when detail lines of this level are wanted. */
bool report_wants(const struct report *report, int level);

/* Add a detail line, when it is wanted. */
__attribute__((format(printf, 4, 5))) void
report_detail(struct report *report, struct subject *subject, int level, const char *format, ...);

/* What to say when all is well, one clause. */
void report_headline(struct report *report, struct subject *subject, const char *headline);

/* Set a field's value. */
void report_set_text(struct report *report, struct subject *subject, size_t field,
                     const char *text);
void report_set_list(struct report *report, struct subject *subject, size_t field,
                     const char *words);
void report_set_flag(struct subject *subject, size_t field, bool flag);
void report_set_number(struct subject *subject, size_t field, int64_t number, unsigned digits);
void report_set_time(struct subject *subject, size_t field, int64_t epoch_ms);

/* Add perfdata at the end; fill in thresholds and limits through what it returns (never NULL). */
struct perfdata *report_add_perfdata(struct report *report, const char *label, int64_t number,
                                     unsigned digits, const char *unit);

/* Say that the plugin itself failed: UNKNOWN, unless something worse was found. The first one
 * stays. */
__attribute__((format(printf, 2, 3))) void report_fail(struct report *report, const char *format,
                                                       ...);

/* The worst state of all subjects, and of a failure. A report without subjects is UNKNOWN. */
enum state report_state(const struct report *report);

/* The first of the worst subjects; NULL when there is none. */
const struct subject *report_worst(const struct report *report);

/*
 * The short text of the first line: a failure, else the worst finding's message with the number of
 * further ones, else the headline. Not cleaned.
 */
void report_add_summary(const struct report *report, struct text *text);

#endif
