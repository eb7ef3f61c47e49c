#include "facts/known.h"
#include "facts/names.h"

/* What attributes are: of this file's classes what their bodies, methods and bases say; of anything else they are named
 * after what they belong to. */

static const mlo_named nothing = {0};

static bool is_property(const mlo_facts *self, mlo_node definition) {
  uint32_t function = mlo_facts_function_of(self, definition);
  return mlo_names_decorated(self, function, "builtins.property") ||
         mlo_names_decorated(self, function, "functools.cached_property") ||
         mlo_names_decorated(self, function, "abc.abstractproperty");
}

/* @x.setter def x: what x is, its getter says. */
static bool is_setter(const mlo_facts *self, const mlo_binding *binding) {
  uint32_t function = mlo_facts_function_of(self, binding->value);
  if (function == UINT32_MAX || !self->functions.items[function].decorators.len) return false;
  mlo_str decorator =
      mlo_tree_text(self->tree, self->functions.items[function].decorators.items[0]);
  return mlo_str_ends(decorator, MLO_STR(".setter")) ||
         mlo_str_ends(decorator, MLO_STR(".deleter"));
}

static mlo_named name_in_body(const mlo_facts *self, const mlo_binding *binding) {
  for (int i = 0; i < 4 && binding->before && is_setter(self, binding); i++)
    binding = mlo_binding_at(self, binding->before);
  if (binding->kind != MLO_BIND_FUNCTION || !is_property(self, binding->value))
    return mlo_name_binding(self, binding);
  return mlo_name_returned(self, mlo_facts_scope_of(self, binding->value), false);
}

/* self.NAME: the last assignment with a name wins; before them the class's own names. */
static mlo_named name_of_own_attribute(const mlo_facts *self, uint32_t scope, mlo_str name,
                                       bool *found) {
  const mlo_member *member = mlo_scope_member(self, scope, name);
  *found = member != NULL;
  mlo_named named = nothing;
  for (; member && !named.name.len;
       member = member->before ? &self->members.items[member->before - 1] : NULL) {
    if (++self->memo->steps > MLO_FACTS_STEPS) {
      self->memo->cut = true;
      return nothing;
    }
    named = mlo_name_member(self, member);
  }
  const mlo_binding *binding = mlo_scope_last(self, scope, name);
  if (!binding) return named;
  *found = true;
  mlo_named declared = name_in_body(self, binding);
  bool closer = declared.name.len &&
                (!named.name.len || !named.instance || (declared.items.len && !named.items.len));
  return closer ? declared : named;
}

/* What the class does not define comes from a base: one of this file that has it, else the first imported one. */
mlo_named mlo_name_in_bases(const mlo_facts *self, uint32_t scope, mlo_str name, int depth) {
  const mlo_tree *tree = self->tree;
  mlo_node bases = mlo_tree_field(tree, self->scopes.items[scope].node, MLO_FIELD_SUPERCLASSES);
  mlo_named imported = nothing;
  bool some = false, known = true;
  for (mlo_node n = mlo_tree_part(tree, bases); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind == MLO_PY_KEYWORD_ARGUMENT) continue;
    some = true;
    mlo_str base = mlo_name_expression(self, n).name;
    uint32_t own = mlo_names_class(self, base);
    mlo_named inherited =
        own != UINT32_MAX && own < scope ? mlo_name_in_class(self, own, name, depth + 1) : nothing;
    if (inherited.name.len) return inherited;
    known &= base.len > 0;
    if (own == UINT32_MAX && !imported.name.len && !mlo_is_mixin(base))
      imported = mlo_name_attribute(self, mlo_object(base), name);
  }
  bool plain = !some && known && mlo_is_of_object(name);
  return plain ? mlo_thing(mlo_names_dot(self, MLO_STR("builtins.object"), name)) : imported;
}

/* A decorator may put something else in the class's place: @serve.deployment. */
static mlo_named name_of_replaced(const mlo_facts *self, uint32_t scope, mlo_str name) {
  const mlo_tree *tree = self->tree;
  mlo_node decorated = tree->nodes[self->scopes.items[scope].node].parent;
  if (mlo_tree_kind(tree, decorated) != MLO_PY_DECORATED) return nothing;
  mlo_node decorator = mlo_tree_part(tree, mlo_tree_part(tree, decorated));
  if (mlo_tree_kind(tree, decorator) == MLO_PY_CALL)
    decorator = mlo_tree_field(tree, decorator, MLO_FIELD_FUNCTION);
  mlo_named named = mlo_name_expression(self, decorator);
  if (!mlo_replaces_class(named.name)) return nothing;
  return mlo_thing(mlo_names_dot(self, mlo_names_join(self, named.name, "()", (mlo_str){0}), name));
}

mlo_named mlo_name_in_class(const mlo_facts *self, uint32_t scope, mlo_str name, int depth) {
  bool found = false;
  mlo_named named = name_of_own_attribute(self, scope, name, &found);
  if (found || depth > 8) return named;
  named = mlo_name_in_bases(self, scope, name, depth);
  return named.name.len || depth ? named : name_of_replaced(self, scope, name);
}

static bool is_enumeration(const mlo_facts *self, uint32_t class, int depth) {
  const mlo_tree *tree = self->tree;
  mlo_node bases = mlo_tree_field(tree, self->scopes.items[class].node, MLO_FIELD_SUPERCLASSES);
  for (mlo_node n = mlo_tree_part(tree, bases); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    mlo_str base = mlo_name_expression(self, n).name;
    uint32_t own = mlo_names_class(self, base);
    if (own != UINT32_MAX && own < class && depth < 8 && is_enumeration(self, own, depth + 1))
      return true;
    if (mlo_str_starts(base, MLO_STR("enum.")) && mlo_name_is_class(base)) return true;
  }
  return false;
}

/* Members of an enumeration are objects of it. */
static bool is_member_of_enumeration(const mlo_facts *self, uint32_t class, mlo_str attribute) {
  const mlo_binding *binding = mlo_scope_last(self, class, attribute);
  return binding && binding->kind == MLO_BIND_ASSIGN && binding->value != MLO_NO_NODE &&
         is_enumeration(self, class, 0);
}

/* The one alternative that has the attribute, as far as we know what they have. */
static mlo_named alternative_with(mlo_str alternatives, mlo_str attribute) {
  mlo_named only = nothing;
  for (uint32_t n = 0;; n++) {
    mlo_str part = mlo_named_part(alternatives, '|', n);
    if (!part.ptr) return only;
    mlo_named one = mlo_named_of_text(part);
    if (mlo_class_lacks(one.name, attribute)) continue;
    if (only.name.len) return nothing;
    only = one;
  }
}

/* An attribute of something in another module: what it stands for there, if that is in the project. */
static mlo_named name_elsewhere(const mlo_facts *self, mlo_named owner, mlo_str attribute) {
  mlo_str full = mlo_names_dot(self, owner.name, attribute), real = mlo_names_settled(self, full);
  mlo_named named = mlo_thing(real);
  named.instance = real.ptr != full.ptr && mlo_name_is_class(real) && !mlo_name_is_class(full);
  return named;
}

mlo_named mlo_name_attribute(const mlo_facts *self, mlo_named owner, mlo_str attribute) {
  if (mlo_named_is_union(owner)) owner = alternative_with(owner.name, attribute);
  if (!owner.name.len) return nothing;
  if (mlo_str_eq(attribute, MLO_STR("__class__")) && owner.instance) return mlo_thing(owner.name);
  uint32_t class = mlo_names_class(self, owner.name);
  if (class != UINT32_MAX) {
    if (is_member_of_enumeration(self, class, attribute)) return mlo_object(owner.name);
    return mlo_name_in_class(self, class, attribute, 0);
  }
  if (owner.instance && mlo_class_lacks(owner.name, attribute)) return nothing;
  mlo_str known = owner.instance ? mlo_attribute_class(owner.name, attribute) : (mlo_str){0};
  return known.len ? mlo_named_of_text(known) : name_elsewhere(self, owner, attribute);
}
