/* command: the command lines that a project runs, wherever they are written.
 *
 * Shell scripts, RUN/CMD/ENTRYPOINT of Dockerfiles, compose `command`/`entrypoint`, Kubernetes `command` with
 * `args`, steps of GitHub workflows, GitLab and Azure pipelines, `cmd` of dvc.yaml, MLproject entry points,
 * Procfiles, and shell lines of notebooks all come out in one shape, each word with its place. */
#ifndef MLO_COMMAND_H
#define MLO_COMMAND_H

#include "document/document.h"

typedef struct mlo_word {
  mlo_str text; /* quotes and escapes removed; "$X" and "${X:-d}" kept as written */
  mlo_span span;
  bool expands; /* holds a variable or command substitution */
} mlo_word;

typedef enum mlo_command_context {
  MLO_COMMAND_SCRIPT,    /* a shell script */
  MLO_COMMAND_IMAGE_RUN, /* while an image is built: Dockerfile RUN */
  MLO_COMMAND_IMAGE_CMD, /* what a container starts: CMD, ENTRYPOINT, compose, Kubernetes */
  MLO_COMMAND_PIPELINE,  /* CI steps, dvc stages, MLproject */
  MLO_COMMAND_NOTEBOOK   /* a shell line in a cell */
} mlo_command_context;

typedef struct mlo_command {
  mlo_str
      program; /* base name of the first word behind assignments, sudo, env, exec, time, nohup, poetry/uv/
                      pipenv/pdm/conda run; `python -m x` gives program "x", `python x.py` gives "python";
                      python3.11 is "python" and pip3 "pip". Empty where arguments stand alone
                      (words[0] is an option): the image's own program gets them */
  mlo_word
      *words; /* from the program on: words[0] is the program as written (for python -m x: the x) */
  uint32_t count;
  mlo_word *environment; /* NAME=value words before the program */
  uint32_t environment_count;
  mlo_span span;
  mlo_command_context context;
  mlo_value owner; /* the document value it stands in, or MLO_NO_VALUE */
} mlo_command;

typedef MLO_ARRAY(mlo_command) mlo_commands;

/* Parses shell text that stands at text[span] of a larger text (so that places come out in that text) and adds
 * its commands, those in pipelines, lists, substitutions, loops and functions included. folded: line ends are
 * spaces. */
mlo_status mlo_commands_of_shell(mlo_parser *parser, mlo_str text, mlo_span span, bool folded,
                                 mlo_command_context context, mlo_value owner, mlo_arena *arena,
                                 mlo_commands *out, mlo_error *err);
/* All commands of a document, by the places its format and path give them. */
mlo_status mlo_commands_of_document(mlo_parser *parser, const mlo_document *document,
                                    mlo_arena *arena, mlo_commands *out, mlo_error *err);

/* The value of an option: "--host" finds `--host X` and `--host=X`; "-h" finds `-h X`. NULL if it is absent or,
 * with a value missing, a pointer to the option's own word. *value gets the text behind `=` or of the next word. */
const mlo_word *mlo_command_option(const mlo_command *self, mlo_str name, mlo_str *value);

#endif
