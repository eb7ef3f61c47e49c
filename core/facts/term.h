/* term: one step back from an expression to what its value is.
 *
 * A term is an expression in a context (which call of this file's functions we are in), or a part of what the
 * expression gives: item 1 of f(), key "model" of a dictionary. Steps follow names to the bindings that may reach,
 * members to what the class assigns, parts into displays and to what was stored under them, and calls of this file's
 * own functions to what they return, with parameters bound to the arguments. Where no step is known a term is an end. */
#ifndef MLO_TERM_H
#define MLO_TERM_H

#include "facts/flow.h"
#include "facts/summary.h"

/* One part of a whole. */
typedef struct mlo_path_step {
  int32_t item; /* position; -1: by key */
  mlo_str key;  /* a constant string subscript */
  mlo_node
      part; /* an expression that stands for this part: the subscript, or the name it is unpacked to */
  bool unpacked; /* part is a name that was bound by unpacking */
} mlo_path_step;

enum {
  MLO_DEEPEST_PATH = 3,
  MLO_DEEPEST_CONTEXT = 4,
  MLO_MOST_CONTEXTS = 512,
  MLO_MOST_STEPS_BACK = 16
};

typedef struct mlo_term {
  mlo_node node;
  uint32_t context; /* 0: none: parameters are ends */
  uint32_t depth;   /* steps in path; the last is the next to take */
  mlo_path_step path[MLO_DEEPEST_PATH];
} mlo_term;

typedef struct mlo_term_list {
  mlo_term items[MLO_MOST_STEPS_BACK];
  uint32_t len;
  bool cut; /* there are more */
} mlo_term_list;

/* A call of this file's function that we are inside of. */
typedef struct mlo_context {
  mlo_node call;
  uint32_t parent; /* context of the call */
  uint32_t scope;  /* the function's */
  uint32_t depth;
} mlo_call_context;

static inline mlo_term mlo_term_of(mlo_node node) { return (mlo_term){.node = node}; }
bool mlo_term_same(const mlo_term *a, const mlo_term *b);
/* The values that v may be, one step back; none: v is an end. */
void mlo_term_back(const mlo_facts *self, const mlo_term *v, mlo_term_list *out);
/* What the binding that a definition stands for got; false if that is an end (a parameter, an import, a loop's
 * variable ...): then out is the target. */
bool mlo_term_bound(const mlo_facts *self, uint32_t binding, uint32_t context, mlo_term *out);
/* v's part behind one more step; false when the path is full. */
bool mlo_term_push(mlo_term *v, mlo_path_step step);
/* The step that a subscript takes; false if its key is no constant. */
bool mlo_term_step(const mlo_facts *self, mlo_node subscript, mlo_path_step *out);
/* True if what stands under this step may be another value, and which is not known, behind a change in place of the list
 * or dictionary: x.reverse(), x.pop("k"), del x["k"]. */
bool mlo_term_unsettles(const mlo_facts *self, mlo_node change, const mlo_path_step *step);
/* mlo_facts_origins of a value. */
void mlo_term_origins(const mlo_facts *self, const mlo_term *v, mlo_source_values *out);
/* An end as an expression of the text and which item of it, or -1. */
mlo_source_value mlo_term_end(const mlo_term *v);
/* The argument that a parameter of the context's function gets, or its default; false: unknown. */
bool mlo_term_argument(const mlo_facts *self, uint32_t context, const mlo_binding *parameter,
                       mlo_term *out);
/* The parameter that gets the plain name `name` in the context's call, or NULL. */
const mlo_binding *mlo_term_parameter(const mlo_facts *self, uint32_t context, mlo_str name);
/* The scope of the function of this file that a call runs (its returns can be followed), or UINT32_MAX. */
uint32_t mlo_term_callee(const mlo_facts *self, mlo_node call);
/* The context inside a call, or UINT32_MAX when we are deep enough or already in that function. */
uint32_t mlo_term_enter(const mlo_facts *self, mlo_node call, uint32_t scope, uint32_t context);
const mlo_call_context *mlo_term_context(const mlo_facts *self, uint32_t context);
/* What another module's function returns for item `item` of its result (-1: all of it), by its summary, and the
 * argument that this is made of (or MLO_NO_NODE); NULL if no summary is known. */
const mlo_returned *mlo_term_returned(const mlo_facts *self, mlo_node call, int32_t item,
                                      mlo_node *argument);
/* What another module's function does to its arguments, or NULL. */
const mlo_function_summary *mlo_term_summary(const mlo_facts *self, const mlo_call *call);
/* The argument of a call for a parameter of the summary, or MLO_NO_NODE. */
mlo_node mlo_summary_argument(const mlo_facts *self, const mlo_call *call,
                              const mlo_function_summary *summary, int32_t parameter);
/* The uses of the parameter that gets the plain name `name`; 0 if it is not given. */
uint32_t mlo_summary_uses(const mlo_facts *self, const mlo_call *call, mlo_str name);
/* The state in which a function leaves the object that a parameter was given, or MLO_NO_DEF. */
uint32_t mlo_flow_object_at_end(const mlo_facts *self, uint32_t parameter);
/* True for an identifier that is bound there rather than read. */
bool mlo_flow_is_target(const mlo_facts *self, mlo_node identifier);
/* The name at the root of x[k], x.a, x.a[k].b ..., or MLO_NO_NODE. */
mlo_node mlo_flow_root(const mlo_tree *tree, mlo_node expression);
/* The values of a function's own return statements, in document order; complete: it also never ends without one. */
typedef struct mlo_returns {
  MLO_ARRAY(mlo_node) values;
  bool known; /* no generator, and some return has a value */
} mlo_returns;
const mlo_returns *mlo_term_returns(const mlo_facts *self, uint32_t scope);

struct mlo_frame;
struct mlo_split;
/* mlo_facts_frame and mlo_facts_split of a value. */
void mlo_frame_at(const mlo_facts *self, const mlo_term *v, struct mlo_frame *out);
mlo_str mlo_terms_shared_column(const mlo_facts *self, const mlo_term *table,
                                const mlo_term *column);
void mlo_split_at(const mlo_facts *self, const mlo_term *v, struct mlo_split *out);

#endif
