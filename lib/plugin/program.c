#include "plugin/program.h"

#include "plugin/gate.h"
#include "plugin/output.h"
#include "system/deadline.h"
#include "system/privilege.h"

int program_main(const struct program *program, int argc, char *argv[])
{
    const bool stdout_open = deadline_guard(program->service);
    const enum gate gate = gate_asked(argc, argv);
    if (privilege_is_lent())
        return gate_status(gate,
                           output_line(program->service, STATE_UNKNOWN, PRIVILEGE_REFUSAL, false));
    const struct plugin_options *common = program->options;
    struct text error = TEXT_INIT(900);
    int status;
    if (!program->parse(argc, argv, program->options, &error))
        status = gate_status(gate, output_line(program->service, STATE_UNKNOWN, text_get(&error),
                                               plugin_terminal(common).color));
    else if (common->help != HELP_NONE)
        status = output_made(program->service, program->add_help[common->help]);
    else if (common->version)
        status = output_text(program->version);
    else
        status = gate_status(gate, program->run(program->options, stdout_open));
    program->free_options(program->options);
    text_free(&error);
    return status;
}
