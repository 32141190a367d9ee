/* Files of cases: what is in one, and the cases that its tables make. */
#ifndef RUNNER_CASE_FILE_H
#define RUNNER_CASE_FILE_H

#include "pool.h"

#include <stdbool.h>

struct line {
    int number;
    char *text; // without its indentation
};

struct lines {
    struct line *items;
    size_t count;
};

/* A table: its columns' names, and the cells of its rows. */
struct table {
    char **columns;
    size_t column_count;
    struct row {
        int number;
        char **cells; // one for each column
    } * rows;
    size_t row_count;
};

enum { TABLES_MAX = 3 };

/* A case as it is written, which stands for as many as its tables have rows. */
struct written_case {
    struct line head;          // its name
    const struct lines *begin; // what each case of this part of the file begins with
    struct lines lines;
    struct table tables[TABLES_MAX];
    size_t table_count;
};

struct case_file {
    const char *path;
    const char *shared; // the directory that {shared} is
    struct pool pool;
    struct written_case *cases;
    size_t case_count;
};

/* One thing to do or to look at: WORD ARGUMENT... | TEXT, and more lines of text below it. */
struct statement {
    int number; // of its line
    char *word;
    char *arguments;
    bool has_text;
    char *text; // its lines with line feeds between them
};

struct case_steps {
    char *name;
    int number; // of the line that names it, or of its row
    struct statement *steps;
    size_t count;
};

/*
 * Read the file at PATH; SHARED is the directory that {shared} is. Returns 0 and fills *ret_file,
 * which case_file_free() gives back; or EINVAL after a line on the standard error that says what is
 * wrong and where, or an errno value of reading.
 */
int case_file_read(const char *path, const char *shared, struct case_file *ret_file);
void case_file_free(struct case_file *file);

/* How many cases WRITTEN stands for. */
size_t case_rows(const struct written_case *written);

/* The steps of number ROW of them, below case_rows(), in POOL. */
struct case_steps case_expand(const struct written_case *written, size_t row, struct pool *pool);

#endif
