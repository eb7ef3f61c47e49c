/* flow_walker: the walk over a unit at work. Inside core/facts/flow*.c only.
 *
 * `current` of the table holds each slot's definition; a branch is walked, what it changed is taken (and undone), and
 * the mlo_arms are joined: so a branch costs what it changes, not what there is. The head of a mlo_loop gets a join for all that
 * the loop gives a new definition, whose last part is filled in when the body is done. */
#ifndef MLO_FLOW_WALKER_H
#define MLO_FLOW_WALKER_H

#include "facts/flow_table.h"

enum { MOST_PENDING = 64 };

typedef struct mlo_slot_def {
  uint32_t slot, def;
} mlo_slot_def;
typedef MLO_ARRAY(mlo_slot_def) mlo_slot_defs;

/* What one way through a statement leaves: a range of `taken` (or, for jumps, of `jumped`). */
typedef struct mlo_arm {
  uint32_t first, count;
  bool dead;
} mlo_arm;
typedef MLO_ARRAY(mlo_arm) mlo_arms;

typedef struct mlo_loop {
  struct mlo_loop *outer;
  uint32_t mark; /* of the log when the loop began */
  mlo_arms breaks, continues;
  bool coarse; /* a jump was over budget */
} mlo_loop;

/* A definition that waits for the end of its expression. */
typedef struct pending {
  mlo_node end;
  uint32_t site;
} pending;

typedef struct mlo_walker {
  const mlo_facts *facts;
  const mlo_tree *tree;
  struct mlo_flow *flow;
  mlo_arena *arena;
  uint32_t unit;
  mlo_sites sites;
  mlo_slot_defs log; /* slot and what it was before */
  mlo_slot_defs taken, jumped;
  mlo_loop *loop;
  pending pending[MOST_PENDING];
  uint32_t pending_count;
  uint64_t jump_steps;
  bool dead;
  int depth;
} mlo_walker;

typedef struct mlo_arm_list {
  const mlo_slot_defs *pool;
  const mlo_arm *items;
  uint32_t count;
} mlo_arm_list;

/* --- flow_join.c: definitions, mlo_arms and joins --- */

/* Makes the definition of a site. */
void mlo_walker_apply(mlo_walker *w, mlo_site *site);
/* What this arm changed since mark; mlo_walker_take() then goes back to the state at mark. */
mlo_arm mlo_walker_take_since(mlo_walker *w, uint32_t mark, mlo_slot_defs *into);
mlo_arm mlo_walker_take(mlo_walker *w, uint32_t mark);
void mlo_walker_undo(mlo_walker *w, uint32_t mark);
void mlo_walker_set(mlo_walker *w, uint32_t slot, uint32_t def);
void mlo_walker_add_part(mlo_walker *w, uint32_t join, uint32_t def);
/* Makes of the arms (and, if base, the state at hand) one state. If no way leads on, what the mlo_arms left is kept, for
 * code that is never reached and for the end of the unit. */
void mlo_walker_join(mlo_walker *w, mlo_node node, const mlo_arm_list *lists, int count, bool base);
/* The sites in [from, to) are sites.items[first .. first + count). */
mlo_arm mlo_walker_sites(const mlo_walker *w, mlo_node from, mlo_node to);
/* A new join for each slot that the sites define, with what is there now as its first part. */
void mlo_walker_add_heads(mlo_walker *w, mlo_arm range, mlo_node node, mlo_slot_defs *heads);
/* Heads are then found by their slot: what an arm, or any site, leaves becomes a part of them. */
void mlo_walker_index_heads(mlo_walker *w, const mlo_slot_defs *heads);
void mlo_walker_carry(mlo_walker *w, const mlo_slot_defs *pool, mlo_arm a);
void mlo_walker_carry_sites(mlo_walker *w, mlo_arm range);
/* Anything in [from, to) may or may not have happened. */
void mlo_walker_blur(mlo_walker *w, mlo_node from, mlo_node to, mlo_node node);

/* --- flow_scan.c: expressions --- */

/* Records the reads of [from, to) and makes its definitions; those of plain targets when all has been read. */
void mlo_walker_scan_range(mlo_walker *w, mlo_node from, mlo_node to);
void mlo_walker_scan(mlo_walker *w, mlo_node expression);

#endif
