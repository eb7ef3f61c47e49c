#include "facts/scope.h"

/* Origins are found by walking a name's bindings backwards from where it is read. A binding that is certain to have
 * run by then ends the walk; one in a branch does not, until every other branch of its statement binds the name too
 * or leaves. In loops, bindings further down are taken as well. */

enum { MOST_ORIGINS = 16, MOST_STOPS = 64, MOST_BINDINGS = 64 };

typedef struct branch {
  mlo_node statement, part;
} branch;

typedef struct tracing {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_source_value queue[MOST_STOPS];
  uint32_t queued;
  branch branches[MOST_BINDINGS]; /* that bind the name at hand */
  uint32_t branch_count;
  mlo_source_values *out;
} tracing;

static void visit(tracing *t, mlo_node node, int32_t item) {
  if (node == MLO_NO_NODE || t->queued == MOST_STOPS) return;
  for (uint32_t i = 0; i < t->queued; i++)
    if (t->queue[i].node == node && t->queue[i].item == item) return;
  t->queue[t->queued++] = (mlo_source_value){node, item};
}

static void emit(tracing *t, mlo_node node, int32_t item) {
  if (node == MLO_NO_NODE || t->out->len == MOST_ORIGINS) return;
  for (uint32_t i = 0; i < t->out->len; i++)
    if (t->out->items[i].node == node && t->out->items[i].item == item) return;
  mlo_source_value value = {node, item};
  MLO_PUSH(t->facts->arena, t->out, value);
}

/* --- which bindings reach --- */

typedef enum reaching { REACHES_NOT, MAY_REACH, HIDES_EARLIER, GO_ON } reaching;

static bool is_branch(const mlo_tree *tree, mlo_node part) {
  uint8_t kind = tree->nodes[part].kind, field = tree->nodes[part].field;
  return field == MLO_FIELD_CONSEQUENCE || field == MLO_FIELD_ALTERNATIVE ||
         field == MLO_FIELD_BODY || kind == MLO_PY_EXCEPT || kind == MLO_PY_ELSE ||
         kind == MLO_PY_CASE;
}

/* True if control never runs out of the end of this branch. */
static bool leaves(const mlo_tree *tree, mlo_node part) {
  mlo_node last = part;
  while (last != MLO_NO_NODE) {
    uint8_t kind = tree->nodes[last].kind;
    if (kind == MLO_PY_RETURN || kind == MLO_PY_RAISE) return true;
    if (kind != MLO_PY_BLOCK && kind != MLO_PY_ELIF && kind != MLO_PY_ELSE &&
        kind != MLO_PY_EXCEPT && kind != MLO_PY_CASE)
      break;
    mlo_node n = mlo_tree_part(tree, last);
    for (last = MLO_NO_NODE; n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) last = n;
  }
  if (last == MLO_NO_NODE || tree->nodes[last].kind != MLO_KIND_OTHER) return false;
  mlo_str kind = mlo_tree_kind_name(tree, last);
  return mlo_str_eq(kind, MLO_STR("continue_statement")) ||
         mlo_str_eq(kind, MLO_STR("break_statement"));
}

static bool is_bound_in(const tracing *t, mlo_node statement, mlo_node part) {
  for (uint32_t i = 0; i < t->branch_count; i++)
    if (t->branches[i].statement == statement && t->branches[i].part == part) return true;
  return false;
}

/* True if every way through an if or try binds the name or leaves. A try's else runs behind its body: one of the two
 * is enough. */
static bool is_bound_throughout(const tracing *t, mlo_node statement) {
  const mlo_tree *tree = t->tree;
  bool try = tree->nodes[statement].kind == MLO_PY_TRY, complete = false;
  for (mlo_node n = mlo_tree_part(tree, statement); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    if (!is_branch(tree, n)) continue;
    bool bound = is_bound_in(t, statement, n);
    bool main = try && tree->nodes[n].kind != MLO_PY_EXCEPT;
    if (!main && !bound && !leaves(tree, n)) return false;
    complete |= try ? main && bound : tree->nodes[n].kind == MLO_PY_ELSE;
  }
  return complete;
}

/* The child of statement that holds node. */
static mlo_node part_with(const mlo_tree *tree, mlo_node statement, mlo_node node) {
  mlo_node n = mlo_tree_first_child(tree, statement);
  while (n != MLO_NO_NODE && !mlo_tree_holds(tree, n, node)) n = tree->nodes[n].next;
  return n;
}

/* At a statement that holds both the binding (in `part`) and the place where the name is read. */
static reaching judge_common(const tracing *t, mlo_node statement, mlo_node part, mlo_node place) {
  const mlo_tree *tree = t->tree;
  uint8_t kind = tree->nodes[statement].kind;
  mlo_node other = part_with(tree, statement, place);
  if (other == part || other == MLO_NO_NODE || !is_branch(tree, part)) return HIDES_EARLIER;
  if (kind == MLO_PY_FOR || kind == MLO_PY_WHILE) return MAY_REACH;
  bool in_body = tree->nodes[part].field == MLO_FIELD_BODY;
  if (kind == MLO_PY_TRY) {
    if (in_body) return tree->nodes[other].kind == MLO_PY_EXCEPT ? MAY_REACH : HIDES_EARLIER;
    return tree->nodes[other].kind == MLO_PY_FINALLY ? MAY_REACH : REACHES_NOT;
  }
  bool choice = kind == MLO_PY_IF || tree->nodes[part].kind == MLO_PY_CASE;
  return choice && is_branch(tree, other) ? REACHES_NOT : HIDES_EARLIER;
}

/* At a statement that holds the binding in `part`, and not the place. */
static reaching judge_branch(tracing *t, mlo_node statement, mlo_node part) {
  const mlo_tree *tree = t->tree;
  switch (tree->nodes[statement].kind) {
  case MLO_PY_FUNCTION: /* by way of `global`: it runs at another time */
  case MLO_PY_LAMBDA:
  case MLO_PY_FOR:
  case MLO_PY_WHILE:
  case MLO_PY_MATCH:
  case MLO_PY_CONDITIONAL: return MAY_REACH;
  case MLO_PY_IF:
  case MLO_PY_TRY: break;
  default: return GO_ON;
  }
  if (!is_branch(tree, part)) return GO_ON;
  if (leaves(tree, part)) return REACHES_NOT;
  if (t->branch_count < MOST_BINDINGS) t->branches[t->branch_count++] = (branch){statement, part};
  return is_bound_throughout(t, statement) ? GO_ON : MAY_REACH;
}

/* place is MLO_NO_NODE for code that runs after all of the scope. */
static reaching judge(tracing *t, const mlo_binding *binding, mlo_node place) {
  const mlo_tree *tree = t->tree;
  mlo_node stop = t->facts->scopes.items[binding->scope].node;
  mlo_node part = binding->target;
  for (mlo_node n = tree->nodes[part].parent; n != MLO_NO_NODE;
       part = n, n = tree->nodes[n].parent) {
    if (mlo_tree_holds(tree, n, place)) return judge_common(t, n, part, place);
    if (n == stop) return HIDES_EARLIER;
    reaching result = judge_branch(t, n, part);
    if (result != GO_ON) return result;
  }
  return HIDES_EARLIER;
}

/* --- steps --- */

/* What a binding got: item `item` of it. */
static void follow_value(tracing *t, mlo_node target, mlo_node value, int32_t own_item,
                         int32_t item) {
  if (value == MLO_NO_NODE || (own_item >= 0 && item >= 0))
    emit(t, target, item);
  else
    visit(t, value, own_item >= 0 ? own_item : item);
}

static void follow_binding(tracing *t, const mlo_binding *binding, int32_t item) {
  switch (binding->kind) {
  case MLO_BIND_ASSIGN: /* `x: int` alone gives nothing */
    if (binding->value == MLO_NO_NODE && binding->type != MLO_NO_NODE) return;
    follow_value(t, binding->target, binding->value, binding->item, item);
    return;
  case MLO_BIND_WITH: follow_value(t, binding->target, binding->value, binding->item, item); return;
  case MLO_BIND_AUGMENTED: emit(t, t->tree->nodes[binding->target].parent, item); return;
  case MLO_BIND_DELETE: return;
  case MLO_BIND_IMPORT:
  case MLO_BIND_PARAMETER:
  case MLO_BIND_FUNCTION:
  case MLO_BIND_CLASS:
  case MLO_BIND_FOR:
  case MLO_BIND_EXCEPT:
  case MLO_BIND_CAPTURE: emit(t, binding->target, item); return;
  }
}

/* The outermost loop around place in the binding's scope. */
static mlo_node loop_around(const tracing *t, mlo_node place, mlo_node stop) {
  mlo_node loop = MLO_NO_NODE;
  for (mlo_node n = mlo_tree_parent(t->tree, place); n != MLO_NO_NODE && n != stop;
       n = t->tree->nodes[n].parent)
    if (t->tree->nodes[n].kind == MLO_PY_FOR || t->tree->nodes[n].kind == MLO_PY_WHILE) loop = n;
  return loop;
}

static void follow_carried(tracing *t, const mlo_binding *last, mlo_node place, int32_t item) {
  mlo_node loop = loop_around(t, place, t->facts->scopes.items[last->scope].node);
  if (loop == MLO_NO_NODE) return;
  for (int i = 0; last && last->target > place && i < MOST_BINDINGS; i++) {
    if (mlo_tree_holds(t->tree, loop, last->target)) follow_binding(t, last, item);
    last = mlo_binding_at(t->facts, last->before);
  }
}

static void follow_name(tracing *t, mlo_node identifier, int32_t item) {
  const mlo_facts *facts = t->facts;
  const mlo_binding *binding = mlo_facts_binding(facts, identifier);
  if (!binding) {
    emit(t, identifier, item);
    return;
  }
  const mlo_scope *scope = &facts->scopes.items[binding->scope];
  bool bound_here = binding->target == identifier;
  bool in_place = bound_here || (scope->kind != MLO_SCOPE_COMPREHENSION &&
                                 mlo_scope_runs_in_place(facts, mlo_facts_scope(facts, identifier),
                                                         binding->scope));
  uint32_t last = mlo_name_table_get(&facts->names, t->tree->text, binding->scope, binding->name);
  if (in_place && !bound_here) follow_carried(t, mlo_binding_at(facts, last), identifier, item);
  t->branch_count = 0;
  for (int i = 0; binding && i < MOST_BINDINGS;
       i++, binding = mlo_binding_at(facts, binding->before)) {
    reaching result =
        bound_here ? HIDES_EARLIER : judge(t, binding, in_place ? identifier : MLO_NO_NODE);
    if (result != REACHES_NOT) follow_binding(t, binding, item);
    if (result == HIDES_EARLIER) break;
  }
}

static void follow_member(tracing *t, mlo_node attribute, int32_t item) {
  const mlo_facts *facts = t->facts;
  uint32_t class = mlo_facts_class(facts, mlo_tree_field(t->tree, attribute, MLO_FIELD_OBJECT));
  mlo_str name = mlo_tree_text(t->tree, mlo_tree_field(t->tree, attribute, MLO_FIELD_ATTRIBUTE));
  const mlo_member *member = class == UINT32_MAX ? NULL : mlo_scope_member(facts, class, name);
  const mlo_binding *binding = class == UINT32_MAX ? NULL : mlo_scope_last(facts, class, name);
  bool assigned = binding && binding->kind == MLO_BIND_ASSIGN && binding->value != MLO_NO_NODE;
  if (!member && !assigned) emit(t, attribute, item);
  if (assigned) follow_binding(t, binding, item);
  for (int i = 0; member && i < MOST_BINDINGS; i++) {
    follow_value(t, member->target, member->value, member->item, item);
    member = member->before ? &facts->members.items[member->before - 1] : NULL;
  }
}

static void follow(tracing *t, mlo_node node, int32_t item) {
  const mlo_tree *tree = t->tree;
  switch (tree->nodes[node].kind) {
  case MLO_PY_PARENTHESIZED:
  case MLO_PY_AWAIT: visit(t, mlo_tree_part(tree, node), item); return;
  case MLO_PY_NAMED_EXPRESSION: visit(t, mlo_tree_field(tree, node, MLO_FIELD_VALUE), item); return;
  case MLO_PY_CONDITIONAL:
    visit(t, mlo_tree_nth_part(tree, node, 0), item);
    visit(t, mlo_tree_nth_part(tree, node, 2), item);
    return;
  case MLO_PY_BOOLEAN_OPERATOR:
    visit(t, mlo_tree_field(tree, node, MLO_FIELD_LEFT), item);
    visit(t, mlo_tree_field(tree, node, MLO_FIELD_RIGHT), item);
    return;
  case MLO_PY_IDENTIFIER: follow_name(t, node, item); return;
  case MLO_PY_ATTRIBUTE: follow_member(t, node, item); return;
  default: break;
  }
  mlo_node part = item >= 0 ? mlo_tree_item(tree, node, item) : MLO_NO_NODE;
  if (part == MLO_NO_NODE)
    emit(t, node, item);
  else
    visit(t, part, -1);
}

void mlo_facts_origins(const mlo_facts *self, mlo_node expression, mlo_source_values *out) {
  out->len = 0;
  if (expression == MLO_NO_NODE) return;
  tracing t = {.facts = self, .tree = self->tree, .out = out};
  visit(&t, expression, -1);
  for (uint32_t i = 0; i < t.queued; i++) follow(&t, t.queue[i].node, t.queue[i].item);
  if (out->len == 0) emit(&t, expression, -1);
}
