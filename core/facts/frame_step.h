/* frame_step: what the files of frame share: the question at hand, and the steps that one asks of another. Inside
 * core/facts/frame*.c only.
 *
 * A table and a list of its columns (df.columns, ["a", "b"], a mask over columns) are followed by the same steps back
 * through names; what differs is which expressions and changes they understand. */
#ifndef MLO_FRAME_STEP_H
#define MLO_FRAME_STEP_H

#include "facts/frame.h"
#include "facts/frame_list.h"
#include "facts/scope.h"
#include "facts/table_op.h"
#include "facts/term.h"

typedef enum mlo_frame_aspect { MLO_ASPECT_TABLE, MLO_ASPECT_LIST } mlo_frame_aspect;

enum { MOST_FRAME_STEPS = 4096, DEEPEST_FRAME = 48, MOST_CHANGES = 4096 };

typedef struct mlo_frame_answer {
  mlo_frame frame;
  bool neutral; /* came round a loop: the other ways decide */
} mlo_frame_answer;

/* A join that we are in, and what is taken for its value when a loop leads back to it. */
typedef struct mlo_frame_busy {
  uint32_t def;
  mlo_frame_answer assumed;
} mlo_frame_busy;

typedef struct mlo_frame_asking {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_arena *arena;
  uint32_t steps;
  mlo_frame_busy busy[DEEPEST_FRAME];
  uint32_t busy_count;
} mlo_frame_asking;

static inline mlo_frame_answer mlo_frame_unknown(void) { return (mlo_frame_answer){0}; }
static inline mlo_term mlo_frame_beside(const mlo_term *v, mlo_node node) {
  return (mlo_term){.node = node, .context = v->context};
}
static inline mlo_node mlo_frame_argument(const mlo_frame_asking *a, const mlo_call *call,
                                          const char *keyword, int position) {
  return mlo_call_argument(a->facts, call, mlo_str_c(keyword), position);
}

/* --- frame.c: names and their states --- */

/* A table that is its own base. */
mlo_frame_answer mlo_frame_base(const mlo_term *v);
/* What an expression is in the context of v. */
mlo_frame_answer mlo_frame_of_node(mlo_frame_asking *a, const mlo_term *v, mlo_node node,
                                   mlo_frame_aspect what, int depth);
/* What an object is in a state; read: an identifier that names it. */
mlo_frame_answer mlo_frame_in_state(mlo_frame_asking *a, uint32_t def, mlo_node read,
                                    uint32_t context, mlo_frame_aspect what, int depth);

/* --- frame_columns.c: lists of columns --- */

/* The names that an expression lists, if it lists them itself. */
bool mlo_frame_names(mlo_frame_asking *a, const mlo_term *v, mlo_node list, mlo_strs *out,
                     int depth);
mlo_frame_answer mlo_frame_list_display(mlo_frame_asking *a, const mlo_term *v);
mlo_frame_answer mlo_frame_list(mlo_frame_asking *a, const mlo_term *v, int depth,
                                bool *understood);
mlo_frame_answer mlo_frame_list_changed(mlo_frame_asking *a, const mlo_term *v, mlo_str name,
                                        mlo_frame_answer from, int depth);
mlo_frame_answer mlo_frame_without(mlo_frame_asking *a, mlo_frame_answer from,
                                   const mlo_strs *names);
mlo_frame_answer mlo_frame_with(mlo_frame_asking *a, mlo_frame_answer from, const mlo_strs *names);

/* --- frame_table.c: expressions that are tables --- */

mlo_frame_answer mlo_frame_table(mlo_frame_asking *a, const mlo_term *v, int depth,
                                 bool *understood);
/* One of the tables that a call gives. */
mlo_frame_answer mlo_frame_item(mlo_frame_asking *a, const mlo_term *v, int depth,
                                bool *understood);
/* What a call makes of the table that goes into it. */
mlo_frame_answer mlo_frame_passed_on(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call,
                                     mlo_table_op op, mlo_frame_answer from, int depth);

/* --- frame_change.c: changes in place --- */

/* What is left of a table or list, which the change calls `name`. */
mlo_frame_answer mlo_frame_changed(mlo_frame_asking *a, mlo_node node, mlo_str name,
                                   uint32_t context, mlo_frame_answer from, mlo_frame_aspect what,
                                   int depth);
bool mlo_frame_is_deleted(const mlo_tree *tree, mlo_node node);

#endif
