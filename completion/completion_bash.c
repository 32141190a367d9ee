#include "completion/completion.h"

/* The function's start: the word at the cursor and the one before, which bash has cut at = and :.
 */
static const char words[] =
    "    local line=${COMP_LINE:0:COMP_POINT} option= value= prefix= head= end=' ' list= item\n"
    "    local word=${line##*[[:blank:]]}\n"
    "    local before=${line%\"$word\"}\n"
    "    before=${before%\"${before##*[![:blank:]]}\"}\n"
    "    before=${before##*[[:blank:]]}\n"
    "    COMPREPLY=()\n";

/* Its end: the candidates that begin with the word, without what bash takes for another word. */
static const char candidates[] = "    for item in $list; do\n"
                                 "        item=$head$item\n"
                                 "        [[ $item == \"$value\"* ]] || continue\n"
                                 "        [[ $item == *= ]] || item=$item$end\n"
                                 "        COMPREPLY+=(\"$prefix$item\")\n"
                                 "    done\n"
                                 "    local breaks=${COMP_WORDBREAKS//[^=:]/} cut=\n"
                                 "    [[ $breaks ]] && cut=${word%\"${word##*[\"$breaks\"]}\"}\n"
                                 "    COMPREPLY=(\"${COMPREPLY[@]#\"$cut\"}\")\n";

/* "-t | --timeout" */
static void add_names(const struct option_row *row, struct text *text)
{
    if (row->short_name)
        text_format(text, "-%c | ", row->short_name);
    text_format(text, "--%s", row->long_name);
}

/* Which option the value belongs to: --option=value, or the word behind an option that takes one.
 */
static void add_split(const struct completion_program *program, struct text *text)
{
    text_add(text, "    case $word in\n"
                   "    --*=*) option=${word%%=*} value=${word#*=} prefix=$option= ;;\n"
                   "    -*) ;;\n"
                   "    *)\n"
                   "        case $before in\n"
                   "        ");
    const char *separator = "";
    for (size_t i = 0; i < program->count; i++) {
        if (program->rows[i].takes != OPTION_TAKES_VALUE)
            continue;
        text_add(text, separator);
        add_names(&program->rows[i], text);
        separator = " | ";
    }
    text_add(text, ") option=$before value=$word ;;\n"
                   "        esac\n"
                   "        ;;\n"
                   "    esac\n");
}

/* Candidates that bash knows best itself: files, with all their quoting. */
#define FALL_BACK_TO(kind) "compopt +o nospace -o " kind "; return ;;\n"

static void add_state(const struct completion_program *program, struct text *text)
{
    text_add(text, "        head=${value%\"${value##*,}\"}\n"
                   "        if [[ ${value##*,} == *=* ]]; then\n"
                   "            head=${value%\"${value##*=}\"} list='" COMPLETION_STATES "'\n"
                   "        else\n"
                   "            list='");
    for (size_t i = 0; i < program->conditions->count; i++)
        text_format(text, "%s%s=", i > 0 ? " " : "", program->conditions->rows[i].id);
    text_add(text, "'\n"
                   "        fi\n"
                   "        ;;\n");
}

static void add_value(const struct completion_program *program, const struct option_row *row,
                      struct text *text)
{
    const enum completion_value kind = completion_value_of(row);
    if (kind == COMPLETION_NONE || kind == COMPLETION_TEXT)
        return;
    text_add(text, "    ");
    add_names(row, text);
    text_add(text, ")");
    if (kind == COMPLETION_WORDS) {
        text_add(text, " list='");
        completion_add_words(row, text);
        text_add(text, "' ;;\n");
    } else if (kind == COMPLETION_STATE) {
        text_add(text, "\n");
        add_state(program, text);
    } else {
        text_add(text, kind == COMPLETION_FILE ? " " FALL_BACK_TO("default")
                                               : " " FALL_BACK_TO("dirnames"));
    }
}

/* No value: an option, or a plain argument. */
static void add_options(const struct completion_program *program, struct text *text)
{
    text_add(text, "    '')\n");
    if (program->takes_files)
        text_add(text, "        [[ $word == -* ]] || { compopt +o nospace -o default; return; }\n");
    text_add(text, "        value=$word list='");
    for (size_t i = 0; i < program->count; i++) {
        const struct option_row *row = &program->rows[i];
        text_format(text, "%s--%s%s", i > 0 ? " " : "", row->long_name,
                    row->takes == OPTION_TAKES_VALUE ? "=" : "");
        if (row->takes == OPTION_MAY_TAKE_VALUE)
            text_format(text, " --%s=", row->long_name);
    }
    text_add(text, "'\n"
                   "        ;;\n");
}

void completion_add_bash(const struct completion_program *program, struct text *text)
{
    text_format(text,
                "# bash completion for %s, written from its table of options\n"
                "_%s() {\n",
                program->name, program->name);
    text_add(text, words);
    add_split(program, text);
    text_add(text, "    case $option in\n");
    for (size_t i = 0; i < program->count; i++)
        add_value(program, &program->rows[i], text);
    add_options(program, text);
    text_add(text, "    esac\n");
    text_add(text, candidates);
    text_format(text, "}\ncomplete -o nospace -F _%s %s\n", program->name, program->name);
}
