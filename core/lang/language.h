/* language: one record for each kind of file we read, and the parsers behind them. */
#ifndef MLO_LANGUAGE_H
#define MLO_LANGUAGE_H

#include "base/error.h"
#include "lang/tree.h"

typedef enum mlo_format {
  MLO_FORMAT_NONE,
  MLO_FORMAT_PYTHON,
  MLO_FORMAT_NOTEBOOK,
  MLO_FORMAT_JSON,
  MLO_FORMAT_YAML,
  MLO_FORMAT_TOML,
  MLO_FORMAT_HCL,
  MLO_FORMAT_BASH,
  MLO_FORMAT_DOCKERFILE,
  MLO_FORMAT_REQUIREMENTS,
  MLO_FORMAT_INI,
  MLO_FORMAT_MARKDOWN,
  MLO_FORMAT_COUNT
} mlo_format;

/* The name by which rules and output know a format: "python", "notebook", "json" ... */
mlo_str mlo_format_name(mlo_format format);
/* The inverse; MLO_FORMAT_NONE for an unknown name. */
mlo_format mlo_format_named(mlo_str name);
/* By file name (the last part of path), e.g. "Dockerfile.gpu", "requirements-dev.txt", "MLmodel". */
mlo_format mlo_format_of_path(mlo_str path);

/* All grammars with their symbol tables, made once and const from then on; shared by all threads. */
typedef struct mlo_grammars mlo_grammars;
/* Fails only if a grammar does not fit the runtime, which is a broken build. */
mlo_status mlo_grammars_new(mlo_grammars **out, mlo_error *err);
void mlo_grammars_free(mlo_grammars *self);
const struct mlo_grammar *mlo_grammars_get(const mlo_grammars *self, mlo_format format);

/* A parser that one thread owns. */
typedef struct mlo_parser mlo_parser;
mlo_status mlo_parser_new(const mlo_grammars *grammars, mlo_parser **out, mlo_error *err);
void mlo_parser_free(mlo_parser *self);
/* Parses text (borrowed by the tree) as format, which must have a grammar: PYTHON, JSON, YAML, TOML, HCL, BASH. Broken text gives a tree with error nodes. The tree lives in arena. Stops with MLO_ERR_TOO_LARGE
 * after a time bound that no honest file meets. */
mlo_status mlo_parser_parse(mlo_parser *self, mlo_format format, mlo_str text, mlo_arena *arena,
                            mlo_tree *tree, mlo_error *err);

/* For queries: parses text and gives tree-sitter's own tree, with a cursor for it. Both are the parser's, until it is
 * used again. */
struct TSTree;
struct TSQueryCursor;
mlo_status mlo_parser_syntax(mlo_parser *self, mlo_format format, mlo_str text,
                             const struct TSTree **tree, struct TSQueryCursor **cursor,
                             mlo_error *err);

#endif
