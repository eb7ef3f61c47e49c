/* flow: which bindings may reach a read, and what happened to the object on the way.
 *
 * Python is structured, so one walk over a function (or the module: cells of a notebook in the order they ran) gives
 * every name a chain of definitions, as compilers do with SSA: a binding, a change of the object in place, or a join
 * where branches, loops and handlers meet, and behind a `with` whose manager is known to swallow what its block raises
 * (suppress, raises, an own class or generator that does; any other is taken for one that does not). A change through one
 * name is one of every name of the same function that holds the object by assignments like `z = x` (8 names at most;
 * where it only may be the same object, a join with what was before); what attributes, items and containers hold is not
 * followed. Code that a function or lambda holds is walked when something in it is asked about; classes and
 * comprehensions run where they stand. A read in a function of a name that lives outside sees what the outer code leaves
 * at its end, and what any function assigns by global or nonlocal. Everything is made on the first question, lives in the
 * facts' arena and costs time linear in the text (joins that jumps make are coarse beyond a budget: they then hold every
 * definition of the loop). */
#ifndef MLO_FLOW_H
#define MLO_FLOW_H

#include "facts/facts.h"

typedef enum mlo_def_kind {
  MLO_DEF_NONE,    /* not bound here: unbound, or bound outside of this function */
  MLO_DEF_BINDING, /* a binding of the name */
  MLO_DEF_CHANGE, /* of the object, in place: x[k] = v, x.a = v, del x[k], x.append(v), x.fit(X), f(x) */
  MLO_DEF_JOIN /* one of its parts */
} mlo_def_kind;

/* Definitions are numbers; MLO_NO_DEF is that of no read. */
enum { MLO_NO_DEF = 0, MLO_DEF_UNBOUND = 1 };
typedef struct mlo_def {
  mlo_def_kind kind;
  uint32_t binding; /* BINDING: index into bindings */
  mlo_node
      node; /* BINDING: the target. CHANGE: the call, or the target that is stored to or deleted. JOIN: what
                       holds the branches; the body for the head of a loop */
  mlo_node
      name; /* CHANGE: what node calls the object: this name, or another that holds the same object */
  uint32_t before; /* BINDING, CHANGE: the definition that this one follows */
  uint32_t parts;  /* JOIN: 1 + index of the first part, or 0 */
} mlo_def;

/* What an identifier that is read names at this place (changes left out), and the same with changes: the state of the
 * object. MLO_NO_DEF for what is no read of a name. */
uint32_t mlo_flow_value(const mlo_facts *self, mlo_node identifier);
uint32_t mlo_flow_state(const mlo_facts *self, mlo_node identifier);
const mlo_def *mlo_flow_def(const mlo_facts *self, uint32_t def);
/* The parts of a join one by one, the latest first: cursor begins as def->parts and ends at 0. */
uint32_t mlo_flow_next_part(const mlo_facts *self, uint32_t *cursor);
/* What UNBOUND means for this read: what the scope around leaves of the name at its end (with changes if `state`), or
 * MLO_NO_DEF if it has none or the name is the scope's own. */
uint32_t mlo_flow_outside(const mlo_facts *self, mlo_node identifier, bool state);

/* True if a name of a scope around is bound for the last time above this function, so that whenever the function runs
 * it sees what the scope leaves at its end. */
bool mlo_flow_is_settled(const mlo_facts *self, mlo_node identifier);

typedef MLO_ARRAY(uint32_t) mlo_binding_indices;
typedef struct mlo_reaching {
  mlo_binding_indices bindings; /* indices, the latest first; `del x` is not among them */
  bool unbound;                 /* it may be that no binding has run by then */
  bool cut;                     /* there are more than MLO_MOST_REACHING */
} mlo_reaching;
enum { MLO_MOST_REACHING = 64 };
/* The bindings that may reach an identifier (a target: itself). Empty for what no binding here names. */
void mlo_facts_reaching(const mlo_facts *self, mlo_node identifier, mlo_reaching *out);

typedef MLO_ARRAY(mlo_node) mlo_nodes;
enum { MLO_MOST_READS = 256 };
/* The reads that a binding may reach, in document order, at most MLO_MOST_READS. */
void mlo_facts_reads(const mlo_facts *self, uint32_t binding, mlo_nodes *out);
/* The reads that may hold the value of an expression: of the names it is assigned to, and on through further names,
 * in document order, at most MLO_MOST_READS. */
void mlo_facts_flows_to(const mlo_facts *self, mlo_node expression, mlo_nodes *out);

/* Steps taken so far, for tests of their bound. */
uint64_t mlo_flow_steps(const mlo_facts *self);

#endif
