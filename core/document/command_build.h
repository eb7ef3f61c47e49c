/* command_build: from rows of words to commands. Inside core/document only. */
#ifndef MLO_COMMAND_BUILD_H
#define MLO_COMMAND_BUILD_H

#include "document/shell.h"

/* What all commands of one place share. */
typedef struct mlo_command_place {
  mlo_parser *parser;
  mlo_command_context context;
  mlo_value owner;
  mlo_shell_options options;
  mlo_arena *arena;
  mlo_commands *out;
} mlo_command_place;

/* Adds the command that line says, wrappers taken off; for `sh -c "..."` the commands of its script. */
mlo_status mlo_command_add(const mlo_command_place *place, const mlo_shell_line *line,
                           mlo_error *err);
/* Adds all commands of a script. */
mlo_status mlo_command_add_script(const mlo_command_place *place, const mlo_derived *script,
                                  mlo_error *err);

#endif
