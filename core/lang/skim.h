/* skim: what a Python text imports and which functions and classes stand at its top level, without a parse.
 *
 * A look at the words of each logical line, with strings, comments and brackets understood as Python's lexer does
 * (https://docs.python.org/3/reference/lexical_analysis.html), at a fiftieth of a parse's cost: for questions that
 * are asked of every file of a project. What does not lex (a string without its end) is skimmed as far as it does. */
#ifndef MLO_SKIM_H
#define MLO_SKIM_H

#include "base/array.h"
#include "base/arena.h"

typedef struct mlo_skim_import {
  mlo_str
      name; /* "a.b" for `import a.b` and `from a import b`, "a" for `from a import *`, "..x.y" for `from ..x import y` */
  mlo_span span; /* of the imported name */
  bool
      guarded; /* stands in a function, in a try, in an if or beside an else: it need not be there */
} mlo_skim_import;

typedef struct mlo_skim_definition {
  mlo_str name;
  mlo_span span; /* of the name */
  bool is_class;
  uint32_t lines; /* logical lines of its body, docstrings and blank lines left out */
  uint64_t
      digest; /* of its parameters and body: the same for texts that differ in comments, blanks, line breaks in
                      brackets and docstrings only */
} mlo_skim_definition;

typedef struct mlo_skim {
  MLO_ARRAY(mlo_skim_import) imports;
  MLO_ARRAY(mlo_skim_definition) definitions;
} mlo_skim;

/* Texts of out are views of text, but for `from a import b` (arena). */
void mlo_skim_python(mlo_str text, mlo_arena *arena, mlo_skim *out);

#endif
