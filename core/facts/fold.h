/* fold: the steps that constants are made of. Inside core/facts only.
 *
 * Three bounds hold against texts that are made to be slow: depth, steps of one question, and the length of a string
 * (x = a + a; y = x + x ... doubles). Where one is met, the answer is that nothing is known. */
#ifndef MLO_FOLD_H
#define MLO_FOLD_H

#include "facts/scope.h"

typedef struct mlo_folding {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_arena *arena;
} mlo_folding;

enum { MLO_TEXT_MAX = 64 * 1024 };
#define MLO_UNKNOWN_PART "\xef\xbf\xbc" /* U+FFFC */

/* What an expression is known to be. */
mlo_constant mlo_fold(mlo_folding *f, mlo_node node);

/* --- values --- */

mlo_constant mlo_unknown_at(mlo_node node);
mlo_constant mlo_integer_at(mlo_node node, int64_t value);
mlo_constant mlo_float_at(mlo_node node, double value);
mlo_constant mlo_boolean_at(mlo_node node, bool value);
mlo_constant mlo_none_at(mlo_node node);
/* Unknown if it is too long. */
mlo_constant mlo_text_at(mlo_node node, mlo_str text, bool partial);
static inline bool mlo_is_number(const mlo_constant *c) {
  return c->kind == MLO_CONSTANT_INTEGER || c->kind == MLO_CONSTANT_FLOAT ||
         c->kind == MLO_CONSTANT_BOOL;
}
static inline bool mlo_is_text(const mlo_constant *c) { return c->kind == MLO_CONSTANT_STRING; }
/* True if both are the same scalar, wholly known. */
bool mlo_constants_equal(const mlo_constant *a, const mlo_constant *b);
/* Whether an expression that is this constant counts as true: 1 or 0, or -1 if that is not known. */
int mlo_constant_truth(const mlo_folding *f, mlo_node expression, const mlo_constant *c);

/* --- literals --- */

mlo_constant mlo_fold_integer(const mlo_folding *f, mlo_node node);
mlo_constant mlo_fold_float(const mlo_folding *f, mlo_node node);
mlo_constant mlo_fold_string(mlo_folding *f, mlo_node node);
/* int(text), float(text) */
mlo_constant mlo_integer_of(mlo_node node, mlo_str text);
mlo_constant mlo_float_of(mlo_node node, mlo_str text);

typedef struct mlo_text_builder {
  mlo_folding *f;
  char *ptr;
  uint32_t len, cap;
  bool partial, failed;
} mlo_text_builder;
void mlo_text_add(mlo_text_builder *self, mlo_str s);
void mlo_text_add_unknown(mlo_text_builder *self);
/* What str() of it gives, as far as that is certain. */
void mlo_text_add_constant(mlo_text_builder *self, const mlo_constant *c);
mlo_constant mlo_text_done(const mlo_text_builder *self, mlo_node node);

/* --- operators, calls, items --- */

mlo_constant mlo_fold_binary(mlo_folding *f, mlo_node node);
mlo_constant mlo_fold_unary(mlo_folding *f, mlo_node node);
mlo_constant mlo_fold_not(mlo_folding *f, mlo_node node);
mlo_constant mlo_fold_comparison(mlo_folding *f, mlo_node node);
mlo_constant mlo_fold_boolean(mlo_folding *f, mlo_node node);
mlo_constant mlo_fold_conditional(mlo_folding *f, mlo_node node);
mlo_constant mlo_fold_call(mlo_folding *f, mlo_node node);
/* The path functions of os.path and pathlib; UNKNOWN for any other call. */
mlo_constant mlo_fold_path_call(mlo_folding *f, const mlo_call *call, mlo_str name);
/* folder / rest */
mlo_constant mlo_fold_path_below(mlo_folding *f, mlo_node node, const mlo_constant *folder,
                                 const mlo_constant *rest);
/* Path.parent, name, stem, suffix of a known path; UNKNOWN for any other attribute. */
mlo_constant mlo_fold_path_part(mlo_node node, const mlo_constant *path, mlo_str attribute);
mlo_constant mlo_fold_subscript(mlo_folding *f, mlo_node node);
/* container[key]: where the item is written, or NO_NODE; *certain: the container is known and nothing changes it, so that
 * without a node it has no such item. */
mlo_node mlo_fold_item(mlo_folding *f, mlo_node container, const mlo_constant *key, bool *certain);
/* True if the file assigns to an attribute of this name. */
bool mlo_fold_is_assigned(const mlo_folding *f, mlo_str attribute);
/* The default of an option that argparse reads into args.NAME; UNKNOWN if it has none. */
mlo_constant mlo_fold_option(mlo_folding *f, mlo_node place, mlo_str name);
/* The default of a parameter that typer or click fills in from the command line. */
mlo_constant mlo_fold_parameter(mlo_folding *f, mlo_node place, const mlo_binding *binding);
/* Scalars and strings that both fold to. */
mlo_constant mlo_fold_agreed(mlo_node place, const mlo_constant *a, const mlo_constant *b);

#endif
