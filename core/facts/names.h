/* names: what the files that name things share: an expression's name with what is known beside it. Inside core/facts
 * only.
 *
 * Types travel as text too: "builtins.dict[builtins.str,torch.Tensor]" is an instance of builtins.dict, and
 * "builtins.type[torch.Tensor]" the class torch.Tensor itself. */
#ifndef MLO_NAMES_H
#define MLO_NAMES_H

#include "facts/scope.h"

typedef struct mlo_named {
  mlo_str
      name; /* "torch.load"; of an object its class; "A|B" if it may be either; empty: not known */
  mlo_str
      items; /* of a container, as text: what its items are; "key,value"; of a tuple each, or "T,..." */
  mlo_node
      written; /* the display or comprehension it is written as, if items are to be read there; else 0 */
  bool instance; /* an object of the class `name`, not the class, function or module itself */
} mlo_named;

static inline mlo_named mlo_thing(mlo_str name) { return (mlo_named){.name = name}; }
static inline mlo_named mlo_object(mlo_str class) {
  return (mlo_named){.name = class, .instance = true};
}
static inline bool mlo_named_is(mlo_named named, const char *class) {
  return named.instance && mlo_str_eq(named.name, mlo_str_c(class));
}

/* A node's turn within the bounds of the question at hand; false: it has none. Each true is followed by a leave. */
bool mlo_names_enter(const mlo_facts *self);
static inline void mlo_names_leave(const mlo_facts *self) { self->memo->depth--; }

/* a + between + b; empty if a is empty or the whole too long. */
mlo_str mlo_names_join(const mlo_facts *self, mlo_str a, const char *between, mlo_str b);

/* a.b */
mlo_str mlo_names_dot(const mlo_facts *self, mlo_str a, mlo_str b);
/* What the project's other modules say that a name stands for; else the name itself. */
mlo_str mlo_names_settled(const mlo_facts *self, mlo_str name);
static inline bool mlo_names_own(mlo_str name) {
  return mlo_str_starts(name, MLO_STR("<module>."));
}
bool mlo_names_is_none(const mlo_facts *self, mlo_node value);

/* --- what things are --- */

mlo_named mlo_name_expression(const mlo_facts *self, mlo_node expression);
mlo_named mlo_name_binding(const mlo_facts *self, const mlo_binding *binding);
mlo_named mlo_name_attribute(const mlo_facts *self, mlo_named owner, mlo_str attribute);
/* An object of what an annotation says (or a class: type[X]). */
mlo_named mlo_name_type(const mlo_facts *self, mlo_node annotation);
/* What a call gives. */
mlo_named mlo_name_call(const mlo_facts *self, mlo_node call);
/* What calling this gives, whatever the arguments. */
mlo_named mlo_name_result(const mlo_facts *self, mlo_named callee);
/* What a function of this file gives; yielded: what its generator does. */
mlo_named mlo_name_returned(const mlo_facts *self, uint32_t scope, bool yielded);
/* What self.NAME = value gives. */
mlo_named mlo_name_member(const mlo_facts *self, const mlo_member *member);
/* What a value and its annotation say together. */
mlo_named mlo_name_with_type(const mlo_facts *self, mlo_named value, mlo_node annotation);
/* "<module>.A" for a class's scope. */
mlo_str mlo_names_of_class(const mlo_facts *self, uint32_t scope);
/* The class of this file by a qualified name: its scope, or UINT32_MAX. */
uint32_t mlo_names_class(const mlo_facts *self, mlo_str qualified);
/* "<module>.A.b" for what is defined in scope by this name. */
mlo_str mlo_names_in_scope(const mlo_facts *self, uint32_t scope, mlo_str name);
/* What an attribute of a class of this file, or of its bases, is; behind it: of its bases only. */
mlo_named mlo_name_in_class(const mlo_facts *self, uint32_t scope, mlo_str attribute, int depth);
mlo_named mlo_name_in_bases(const mlo_facts *self, uint32_t scope, mlo_str attribute, int depth);
/* The scope of the function that calling an object or a class of this file runs, or UINT32_MAX. */
uint32_t mlo_names_called(const mlo_facts *self, mlo_named callee);
/* True if one of a function's decorators has this name; "x.*" fits every name below x. */
bool mlo_names_decorated(const mlo_facts *self, uint32_t function, const char *name);

/* --- items --- */

mlo_named mlo_name_iterated(const mlo_facts *self, mlo_named container);
mlo_named mlo_name_unpacked(const mlo_facts *self, mlo_named container, int32_t position);
/* container[key] */
mlo_named mlo_name_item(const mlo_facts *self, mlo_named container, mlo_node key);
mlo_named mlo_name_subscript(const mlo_facts *self, mlo_node subscript);

/* --- as text --- */

mlo_named mlo_named_of_text(mlo_str text);
mlo_str mlo_named_text(const mlo_facts *self, mlo_named named);
/* items, read where they are written if need be. */
mlo_str mlo_named_items(const mlo_facts *self, mlo_named named);
/* The nth (from 0) of items, or of a union's alternatives; ptr NULL behind the last. */
mlo_str mlo_named_part(mlo_str items, char separator, uint32_t n);
/* What a and b agree on. */
mlo_named mlo_named_agreed(const mlo_facts *self, mlo_named a, mlo_named b);
/* a or b; nothing adds nothing. */
mlo_named mlo_named_either(const mlo_facts *self, mlo_named a, mlo_named b);
static inline bool mlo_named_is_union(mlo_named named) {
  return named.name.len && memchr(named.name.ptr, '|', named.name.len);
}

#endif
