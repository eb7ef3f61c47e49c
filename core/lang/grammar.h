/* grammar: what we know of one tree-sitter grammar. Inside core/lang and the tree's accessors only. */
#ifndef MLO_GRAMMAR_H
#define MLO_GRAMMAR_H

#include "lang/language.h"

typedef struct mlo_symbol {
  mlo_str name;
  bool named;
  bool skipped; /* pure punctuation: not in our trees */
  uint8_t kind;
} mlo_symbol;

typedef struct mlo_grammar {
  mlo_format format;
  const struct TSLanguage *ts;
  mlo_symbol *symbols;
  uint32_t symbol_count;
  uint8_t *fields; /* tree-sitter's field number to enum mlo_field */
  uint32_t field_count;
} mlo_grammar;

/* The name of one of our fields. */
mlo_str mlo_field_name(unsigned field);

#endif
