/* flow_table: the definitions of one text and the walk that makes them. Inside core/facts/flow*.c only. */
#ifndef MLO_FLOW_TABLE_H
#define MLO_FLOW_TABLE_H

#include "facts/flow.h"
#include "facts/scope.h"
#include "facts/term.h"

/* A variable is a name of a scope, known by 1 + the index of its last binding. It has two slots: one for what the name
 * stands for, one for the state of that object. */
static inline uint32_t mlo_slot(uint32_t variable, bool state) { return variable * 2 + state; }

/* A place that gives a variable a new definition. */
typedef struct mlo_site {
  mlo_node node;     /* the target; CHANGE: see mlo_def.node */
  mlo_node root;     /* CHANGE: the identifier that the change is made through */
  uint32_t variable; /* of that, or one that may hold the same object */
  uint32_t binding;  /* index, or UINT32_MAX for a change */
  uint32_t def;      /* its definition once walked */
} mlo_site;

typedef struct mlo_def_part {
  uint32_t def;
  uint32_t next; /* 1 + index, or 0 */
} mlo_def_part;

typedef struct mlo_read {
  mlo_node node;
  uint32_t before; /* 1 + index of the previous read of the variable, or 0 */
} mlo_read;

/* Two variables of a unit of which one is somewhere assigned to the other. */
typedef struct mlo_alias {
  uint32_t variable;
  uint32_t before;
} mlo_alias;

typedef struct mlo_foreign {
  uint32_t binding; /* by global or nonlocal, in another function */
  uint32_t before;
} mlo_foreign;

struct mlo_flow {
  MLO_ARRAY(mlo_def) defs;
  MLO_ARRAY(mlo_def_part) parts;
  MLO_ARRAY(mlo_read) reads;
  MLO_ARRAY(mlo_foreign) foreign;
  MLO_ARRAY(mlo_alias) aliases;
  uint32_t *value_at;      /* by node: the definition that a read sees */
  uint32_t *state_at;      /* the same with changes */
  uint32_t *site_at;       /* by node: 1 + the index of its first site in its unit */
  uint32_t *target_of;     /* by node: 1 + the index of the binding whose target this is */
  uint32_t *last_read;     /* by variable: 1 + index into reads */
  uint32_t *last_foreign;  /* by variable */
  uint32_t *last_alias;    /* by variable */
  uint32_t *current;       /* by slot, while a unit is walked; else all MLO_DEF_UNBOUND */
  uint32_t *at_end;        /* by slot: what its unit leaves, or MLO_NO_DEF */
  uint32_t *stamp, *index; /* by slot: marks of the join at hand */
  uint32_t epoch;
  uint32_t *parameters; /* by scope: 1 + the index of its first parameter's binding, or 0 */
  bool *walked;         /* by scope that is a unit */
  uint32_t *seen;       /* by definition: marks of the question at hand */
  uint32_t seen_cap, round;
  uint64_t steps;
};

/* The table, with the unit of a node walked. */
struct mlo_flow *mlo_flow_of(const mlo_facts *facts, mlo_node node);
/* The table as it is. */
struct mlo_flow *mlo_flow_table(const mlo_facts *facts);
/* Walks a unit: a function's or lambda's scope, or 0 for the module. */
void mlo_flow_walk(const mlo_facts *facts, struct mlo_flow *flow, uint32_t unit);
/* The function or lambda (or 0) in which code of this scope runs. */
uint32_t mlo_flow_unit(const mlo_facts *facts, uint32_t scope);
/* The variable that an identifier names, or 0. */
uint32_t mlo_flow_variable(const mlo_facts *facts, mlo_node identifier);

/* True if a manager of a `with` is known to swallow what the block raises (flow_with.c). */
bool mlo_flow_swallows(const mlo_facts *facts, mlo_node with);

/* --- flow_alias.c --- */

/* Once, when the table is made. */
void mlo_flow_link_aliases(const mlo_facts *facts, struct mlo_flow *flow);
/* The variables that may hold the same object as this one at some place, at most MLO_MOST_ALIASES. */
enum { MLO_MOST_ALIASES = 8 };
uint32_t mlo_flow_aliases(const struct mlo_flow *flow, uint32_t variable,
                          uint32_t out[MLO_MOST_ALIASES]);
typedef enum mlo_sameness { MLO_OTHER_OBJECT, MLO_MAYBE_SAME_OBJECT, MLO_SAME_OBJECT } mlo_sameness;
/* Whether two variables hold the same object where the walk is. */
mlo_sameness mlo_flow_sameness(const mlo_facts *facts, const struct mlo_flow *flow, uint32_t a,
                               uint32_t b);
/* The name that a binding gives a second name to: x of `z = x`; else MLO_NO_NODE. */
mlo_node mlo_flow_aliased(const mlo_facts *facts, uint32_t binding);

typedef MLO_ARRAY(mlo_site) mlo_sites;
/* All sites of a unit in document order; marks their nodes. */
void mlo_flow_sites(const mlo_facts *facts, struct mlo_flow *flow, uint32_t unit, mlo_sites *out);

#endif
