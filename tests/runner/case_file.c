#include "case_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where in the file the next line belongs. */
struct reading {
    struct case_file *file;
    struct lines *begin;
    struct lines *lines; // of the case, or of what cases begin with
    struct table *table; // or the table whose rows these are
    int number;
};

static int wrong(const struct reading *reading, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", reading->file->path, reading->number, what);
    return EINVAL;
}

static const char *after_word(const char *text)
{
    text += strcspn(text, " \t");
    return text + strspn(text, " \t");
}

static bool starts_with_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 &&
           (text[length] == '\0' || text[length] == ' ' || text[length] == '\t');
}

/* The end of a cell: two blanks or the end of the line. */
static size_t cell_length(const char *text)
{
    const char *end = strstr(text, "  ");
    return end ? (size_t)(end - text) : strlen(text);
}

static int read_columns(struct reading *reading, const char *text)
{
    struct pool *pool = &reading->file->pool;
    if (reading->file->case_count == 0 || !reading->lines)
        return wrong(reading, "rows without a case above them");
    struct written_case *written = &reading->file->cases[reading->file->case_count - 1];
    if (written->table_count == TABLES_MAX)
        return wrong(reading, "one table too many for a case");
    struct table *table = &written->tables[written->table_count++];
    while (*text) {
        size_t length = strcspn(text, " \t");
        table->columns =
            pool_grow(pool, table->columns, table->column_count, sizeof *table->columns);
        table->columns[table->column_count++] = pool_text(pool, text, length);
        text += length + strspn(text + length, " \t");
    }
    reading->table = table;
    return table->column_count > 0 ? 0 : wrong(reading, "rows without columns");
}

/* A row: the last column takes the rest of the line; "-" is an empty cell. */
static int read_row(struct reading *reading, const char *text)
{
    struct pool *pool = &reading->file->pool;
    struct table *table = reading->table;
    table->rows = pool_grow(pool, table->rows, table->row_count, sizeof *table->rows);
    struct row *row = &table->rows[table->row_count++];
    row->number = reading->number;
    row->cells = pool_get(pool, table->column_count * sizeof *row->cells);
    for (size_t i = 0; i < table->column_count; i++) {
        if (*text == '\0')
            return wrong(reading, "a row with fewer cells than the table has columns (two blanks "
                                  "are between cells, - is an empty one)");
        size_t length = i + 1 < table->column_count ? cell_length(text) : strlen(text);
        row->cells[i] =
            length == 1 && *text == '-' ? pool_text(pool, "", 0) : pool_text(pool, text, length);
        text += length;
        text += strspn(text, " \t");
    }
    return 0;
}

/* A row for each file in a directory, by name: "files COLUMN DIRECTORY". None where there is no
 * directory. */
static int read_files(struct reading *reading, const char *text)
{
    const char *path = after_word(text);
    char *column = pool_text(&reading->file->pool, text, strcspn(text, " \t"));
    int error = read_columns(reading, column);
    if (error)
        return error;
    if (strncmp(path, "{shared}", 8) == 0)
        path = pool_print(&reading->file->pool, "%s%s", reading->file->shared, path + 8);
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (error == 0 && entries[i]->d_name[0] != '.')
            error = read_row(reading, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return error == 0 && count <= 0 ? read_row(reading, "none") : error;
}

static void add_line(struct reading *reading, struct lines *lines, const char *text)
{
    struct pool *pool = &reading->file->pool;
    lines->items = pool_grow(pool, lines->items, lines->count, sizeof *lines->items);
    lines->items[lines->count++] =
        (struct line){reading->number, pool_text(pool, text, strlen(text))};
}

static int start_case(struct reading *reading, const char *name)
{
    struct case_file *file = reading->file;
    if (*name == '\0')
        return wrong(reading, "a case without a name");
    file->cases = pool_grow(&file->pool, file->cases, file->case_count, sizeof *file->cases);
    struct written_case *written = &file->cases[file->case_count++];
    *written = (struct written_case){.begin = reading->begin};
    written->head = (struct line){reading->number, pool_text(&file->pool, name, strlen(name))};
    reading->lines = &written->lines;
    reading->table = NULL;
    return 0;
}

static int read_line(struct reading *reading, char *text)
{
    size_t indentation = strspn(text, " \t");
    char *start = text + indentation;
    if (*start == '\0' || *start == '#')
        return 0;
    if (indentation == 0) {
        if (starts_with_word(start, "case"))
            return start_case(reading, after_word(start));
        if (starts_with_word(start, "rows"))
            return read_columns(reading, after_word(start));
        if (starts_with_word(start, "files"))
            return read_files(reading, after_word(start));
        if (starts_with_word(start, "begin")) {
            reading->begin = pool_get(&reading->file->pool, sizeof *reading->begin);
            reading->lines = reading->begin;
            reading->table = NULL;
            return 0;
        }
        return wrong(reading, "neither case, begin, rows nor files, and not indented");
    }
    if (reading->table)
        return read_row(reading, start);
    if (!reading->lines)
        return wrong(reading, "a step before the first case");
    add_line(reading, reading->lines, start);
    return 0;
}

int case_file_read(const char *path, const char *shared, struct case_file *ret_file)
{
    FILE *stream = fopen(path, "re");
    if (!stream) {
        int error = errno;
        fprintf(stderr, "%s: %s\n", path, strerror(error));
        return error;
    }
    struct case_file file = {.path = path, .shared = shared};
    struct reading reading = {.file = &file};
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    int error = 0;
    while (error == 0 && (length = getline(&text, &room, stream)) >= 0) {
        if (length > 0 && text[length - 1] == '\n')
            text[--length] = '\0';
        reading.number++;
        error = read_line(&reading, text);
    }
    free(text);
    fclose(stream);
    if (error)
        pool_free(&file.pool);
    else
        *ret_file = file;
    return error;
}

void case_file_free(struct case_file *file)
{
    pool_free(&file->pool);
}
