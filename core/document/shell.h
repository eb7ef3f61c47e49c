/* shell: shell text as simple commands, each a row of words with quotes and escapes removed.
 * Inside core/document only: what the words mean is command.c's business. */
#ifndef MLO_SHELL_H
#define MLO_SHELL_H

#include "document/command.h"
#include "document/derived.h"

typedef struct mlo_shell_word {
  mlo_word word; /* span is in the document */
  mlo_derived
      source; /* word.text and where its bytes stand; empty if it stands in one piece at word.span */
  bool quoted; /* begins with a quote: "A=1" is an argument, never an assignment */
} mlo_shell_word;

/* A simple command, assignments in front included. */
typedef struct mlo_shell_line {
  MLO_ARRAY(mlo_shell_word) words;
} mlo_shell_line;
typedef MLO_ARRAY(mlo_shell_line) mlo_shell_lines;

/* What stands around the text. */
typedef struct mlo_shell_options {
  bool folded;    /* line ends are spaces */
  bool templated; /* $(NAME) and ${a.b} are variables of the tool that runs the text */
  bool braces;    /* {name} is filled in: notebooks, MLproject */
} mlo_shell_options;

/* Adds the simple commands of script in the order in which they begin. */
mlo_status mlo_shell_parse(mlo_parser *parser, const mlo_derived *script, mlo_shell_options options,
                           mlo_arena *arena, mlo_shell_lines *out, mlo_error *err);
/* A word's text as a script of its own (`sh -c "..."`). */
mlo_derived mlo_shell_word_source(const mlo_shell_word *self, mlo_arena *arena);
/* True if text holds a variable, a substitution or a template. */
bool mlo_shell_expands(mlo_str text);
/* True if word is NAME=value. */
bool mlo_shell_assigns(const mlo_shell_word *word);

#endif
