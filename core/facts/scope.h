/* scope: the tables and steps that the answers of facts are made of. Inside core/facts only. */
#ifndef MLO_SCOPE_H
#define MLO_SCOPE_H

#include "facts/facts.h"

/* --- children --- */

/* The first child that is a named node and no comment, and the next such sibling. */
mlo_node mlo_tree_part(const mlo_tree *self, mlo_node node);
mlo_node mlo_tree_next_part(const mlo_tree *self, mlo_node node);
/* The part at an index (from 0), or MLO_NO_NODE. */
mlo_node mlo_tree_nth_part(const mlo_tree *self, mlo_node node, uint32_t n);
static inline bool mlo_tree_holds(const mlo_tree *self, mlo_node outer, mlo_node inner) {
  return outer != MLO_NO_NODE && inner != MLO_NO_NODE && outer <= inner &&
         self->nodes[inner].end <= self->nodes[outer].end;
}
/* node without parentheses around it. */
mlo_node mlo_tree_bare(const mlo_tree *self, mlo_node node);
/* A list, tuple or set display, or a bare a, b. */
bool mlo_tree_is_display(const mlo_tree *self, mlo_node node);
/* The item of a display, or MLO_NO_NODE if it is not a display or a splat stands before it. */
mlo_node mlo_tree_item(const mlo_tree *self, mlo_node display, int32_t item);

/* --- names --- */

uint32_t mlo_name_table_get(const mlo_name_table *self, mlo_str text, uint32_t scope, mlo_str name);
/* The value's place; name must be a view of text. The caller stores a value other than 0. */
uint32_t *mlo_name_table_put(mlo_name_table *self, mlo_str text, uint32_t scope, mlo_str name,
                             mlo_arena *arena);

/* The scope of a function, lambda, class or comprehension; UINT32_MAX if it has none. */
uint32_t mlo_facts_scope_of(const mlo_facts *self, mlo_node definition);
/* The last binding of a name in just this scope that is no `del`, or NULL. */
const mlo_binding *mlo_scope_last(const mlo_facts *self, uint32_t scope, mlo_str name);
/* From binding `last` (1 + index) of a name: the last one at or before node. What an assignment binds is not yet bound
 * in its own value. */
const mlo_binding *mlo_scope_before(const mlo_facts *self, uint32_t last, mlo_node node);
/* The last member of a class by this name, or NULL. */
const mlo_member *mlo_scope_member(const mlo_facts *self, uint32_t scope, mlo_str name);
static inline const mlo_binding *mlo_binding_at(const mlo_facts *self, uint32_t index) {
  return index ? &self->bindings.items[index - 1] : NULL;
}
/* True if code in scope runs where it stands, as far as `outer`: only comprehensions and classes lie between. */
bool mlo_scope_runs_in_place(const mlo_facts *self, uint32_t scope, uint32_t outer);
/* True if n is the body of a function or lambda: it runs at another time. */
bool mlo_tree_runs_later(const mlo_tree *self, mlo_node n);
/* The index of a function definition in functions, or UINT32_MAX. */
uint32_t mlo_facts_function_of(const mlo_facts *self, mlo_node definition);
/* The class of this file that an expression is an instance (or the name) of: its scope, or UINT32_MAX. */
uint32_t mlo_facts_class(const mlo_facts *self, mlo_node expression);
/* The class or function of this file with a "<module>.A.b" name: its scope, or UINT32_MAX. */
uint32_t mlo_facts_scope_named(const mlo_facts *self, mlo_str qualified);

/* True if what the expression takes its items from is changed in place somewhere in this file, under this name or
 * another that may stand for the same object. */
bool mlo_facts_items_change(const mlo_facts *self, mlo_node container);

/* Whether a constant counts as true: 1 or 0, or -1 if that is not known. */
int mlo_facts_truth(const mlo_facts *self, mlo_node expression);

/* The binding that a name has for code at node. */
const mlo_binding *mlo_facts_look_up(const mlo_facts *self, mlo_str name, mlo_node node);
/* The name of another module that the file's one star import before `read` gives. */
mlo_str mlo_facts_star_name(const mlo_facts *self, mlo_str name, mlo_node read);
/* The class that isinstance asked for where it holds for this read of a binding, or MLO_NO_NODE. */
mlo_node mlo_facts_narrowed(const mlo_facts *self, mlo_node identifier, const mlo_binding *binding);
/* The scope of the function of this file that a call of callee runs, __init__ for a class, __call__ or forward for an
 * object; or UINT32_MAX. */
uint32_t mlo_facts_called(const mlo_facts *self, mlo_node callee);

struct mlo_named;

/* The names of bindings and results of functions that are known, and the bounds of the question at hand. */
struct mlo_facts_memo {
  struct mlo_named *names; /* by binding, made when the first question comes */
  uint8_t *states;
  struct mlo_named *results; /* by scope, the same */
  uint8_t *result_states;
  unsigned depth, steps;
  bool cut;
  unsigned folds, fold_steps; /* the same for constants */
  bool fold_cut;
  mlo_name_table
      changed; /* names of which some code changes an item, when constants asked for one */
  MLO_ARRAY(uint32_t) options; /* calls of add_argument, the same */
  bool changes_known, options_known, sets_defaults;
  uint32_t stars;            /* star imports, counted by the pass */
  mlo_import star;           /* the first */
  struct mlo_flow *flow;     /* made when flow is first asked for */
  struct mlo_terms *terms; /* when a value is first followed */
  struct mlo_frames *frames; /* when columns are first asked for */
  struct mlo_splits *splits; /* when parts are */
};

enum { MLO_FACTS_DEPTH = 64, MLO_FACTS_STEPS = 512, MLO_FACTS_NAME_MAX = 512 };

#endif
