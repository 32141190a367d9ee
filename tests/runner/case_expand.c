#include "case_file.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* One case of those that a written one stands for: a row of each of its tables. */
struct chosen {
    const struct written_case *written;
    const struct row *rows[TABLES_MAX];
    struct pool *pool;
};

size_t case_rows(const struct written_case *written)
{
    size_t count = 1;
    for (size_t i = 0; i < written->table_count; i++)
        count *= written->tables[i].row_count;
    return count;
}

/* The cell that the LENGTH bytes at NAME are the column of, or NULL. */
static const char *cell(const struct chosen *chosen, const char *name, size_t length)
{
    for (size_t i = 0; i < chosen->written->table_count; i++) {
        const struct table *table = &chosen->written->tables[i];
        for (size_t j = 0; j < table->column_count; j++) {
            if (strlen(table->columns[j]) == length && memcmp(table->columns[j], name, length) == 0)
                return chosen->rows[i]->cells[j];
        }
    }
    return NULL;
}

/* The column that TEXT names at its start, as {NAME}; its length with the braces is put into
 * *ret_length. */
static const char *named_cell(const struct chosen *chosen, const char *text, size_t *ret_length)
{
    size_t length = text[0] == '{' ? strcspn(text + 1, "{}\" ") : 0;
    if (length == 0 || text[length + 1] != '}')
        return NULL;
    *ret_length = length + 2;
    return cell(chosen, text + 1, length);
}

/* TEXT with the cells in the places of their columns' names, as text. */
static char *cells_once(const struct chosen *chosen, const char *text)
{
    char *data = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&data, &size);
    while (*text) {
        size_t length = 1;
        const char *value = named_cell(chosen, text, &length);
        if (value)
            fputs(value, stream);
        else
            fwrite(text, 1, length = 1, stream);
        text += length;
    }
    return pool_stream(chosen->pool, stream, &data, &size).data;
}

/* Twice, as a cell may name a column: {{COLUMN}} is the cell of the column that a cell names. */
static char *with_cells(const struct chosen *chosen, const char *text)
{
    return cells_once(chosen, cells_once(chosen, text));
}

static struct statement *last_step(struct case_steps *steps)
{
    return steps->count > 0 ? &steps->steps[steps->count - 1] : NULL;
}

static void more_text(struct pool *pool, struct statement *step, const char *text)
{
    step->text = step->has_text ? pool_print(pool, "%s\n%s", step->text, text)
                                : pool_text(pool, text, strlen(text));
    step->has_text = true;
}

/* The rest of a line after its bar, of which one blank is no text. */
static const char *after_bar(const char *bar)
{
    return bar + 1 + (bar[1] == ' ');
}

static void add_step(struct pool *pool, struct case_steps *steps, int number, char *text)
{
    if (*text == '|') {
        struct statement *step = last_step(steps);
        if (step)
            more_text(pool, step, after_bar(text));
        return;
    }
    steps->steps = pool_grow(pool, steps->steps, steps->count, sizeof *steps->steps);
    struct statement *step = &steps->steps[steps->count++];
    *step = (struct statement){.number = number, .text = pool_text(pool, "", 0)};
    size_t word = strcspn(text, " \t");
    step->word = pool_text(pool, text, word);
    char *rest = text + word, *bar = strstr(rest, " | ");
    size_t length = strlen(rest);
    if (!bar && length >= 2 && strcmp(rest + length - 2, " |") == 0)
        bar = rest + length - 2;
    if (bar) {
        more_text(pool, step, after_bar(bar + 1));
        *bar = '\0';
    }
    rest += strspn(rest, " \t");
    step->arguments = pool_text(pool, rest, strlen(rest));
}

/* A line that is one column's name and nothing else: the steps in its cell, with " ; " between
 * them. */
static void add_cell(struct chosen *chosen, struct case_steps *steps, int number, const char *value)
{
    char *text = with_cells(chosen, value);
    while (text && *text) {
        char *end = strstr(text, " ; ");
        if (end)
            *end = '\0';
        add_step(chosen->pool, steps, number, text);
        text = end ? end + 3 : NULL;
    }
}

static void add_lines(struct chosen *chosen, struct case_steps *steps, const struct lines *lines)
{
    for (size_t i = 0; lines && i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        size_t length = 0;
        const char *value = named_cell(chosen, line->text, &length);
        if (value && line->text[length] == '\0')
            add_cell(chosen, steps, line->number, value);
        else
            add_step(chosen->pool, steps, line->number, with_cells(chosen, line->text));
    }
}

struct case_steps case_expand(const struct written_case *written, size_t row, struct pool *pool)
{
    struct chosen chosen = {.written = written, .pool = pool};
    struct case_steps steps = {.number = written->head.number};
    for (size_t i = written->table_count; i-- > 0;) {
        const struct table *table = &written->tables[i];
        chosen.rows[i] = &table->rows[row % table->row_count];
        row /= table->row_count;
        steps.number = chosen.rows[i]->number;
    }
    steps.name = with_cells(&chosen, written->head.text);
    add_lines(&chosen, &steps, written->begin);
    add_lines(&chosen, &steps, &written->lines);
    return steps;
}
