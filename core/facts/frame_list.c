#include "facts/frame_list.h"

bool mlo_columns_have(const mlo_str *items, uint32_t len, mlo_str name) {
  for (uint32_t i = 0; i < len; i++)
    if (mlo_str_eq(items[i], name)) return true;
  return false;
}
#define HAS(list, name) mlo_columns_have((list).items, (list).len, (name))
#define REMOVE(list, name) ((list).len = without((list).items, (list).len, (name)))
#define OWN(arena, list)                                                                           \
  ((list).items = copy((arena), (list).items, (list).len), (list).cap = (list).len)

static uint32_t without(mlo_str *items, uint32_t len, mlo_str name) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < len; i++)
    if (!mlo_str_eq(items[i], name)) items[kept++] = items[i];
  return kept;
}

static mlo_str *copy(mlo_arena *arena, const mlo_str *items, uint32_t len) {
  if (!len) return NULL;
  mlo_str *made = MLO_NEW_ARRAY(arena, mlo_str, len);
  memcpy(made, items, len * sizeof *items);
  return made;
}

void mlo_frame_own_lists(mlo_frame *self, mlo_arena *arena) {
  OWN(arena, self->columns.has);
  OWN(arena, self->columns.lost);
  OWN(arena, self->added);
}

void mlo_frame_add(mlo_frame *self, mlo_str name, mlo_arena *arena) {
  bool original = self->columns.exact && HAS(self->columns.has, name) && !HAS(self->added, name);
  REMOVE(self->columns.lost, name);
  if (!HAS(self->columns.has, name)) MLO_PUSH(arena, &self->columns.has, name);
  if (!original && !HAS(self->added, name)) MLO_PUSH(arena, &self->added, name);
}

void mlo_frame_lose(mlo_frame *self, mlo_str name, mlo_arena *arena) {
  REMOVE(self->columns.has, name);
  REMOVE(self->added, name);
  if (!HAS(self->columns.lost, name)) MLO_PUSH(arena, &self->columns.lost, name);
}

void mlo_frame_select(mlo_frame *self, const mlo_strs *names, mlo_arena *arena) {
  mlo_frame before = *self;
  self->columns = (mlo_columns){.exact = true};
  self->added.items = NULL;
  self->added.len = self->added.cap = 0;
  for (uint32_t i = 0; i < names->len; i++) {
    MLO_PUSH(arena, &self->columns.has, names->items[i]);
    if (HAS(before.added, names->items[i])) MLO_PUSH(arena, &self->added, names->items[i]);
  }
}

/* A column counts as lost if it is on one way; as there only if it is on both. */
void mlo_frame_meet(mlo_frame *self, const mlo_frame *other, mlo_arena *arena) {
  if (!self->known || !other->known || !mlo_frame_same_base(self, other) ||
      self->columns.exact != other->columns.exact || self->column != other->column) {
    self->known = false;
    return;
  }
  mlo_frame_own_lists(self, arena);
  for (uint32_t i = 0; i < other->columns.lost.len; i++)
    if (!HAS(self->columns.lost, other->columns.lost.items[i]))
      MLO_PUSH(arena, &self->columns.lost, other->columns.lost.items[i]);
  for (uint32_t i = self->columns.has.len; i-- > 0;) {
    mlo_str name = self->columns.has.items[i];
    if (HAS(other->columns.has, name)) continue;
    if (self->columns.exact) self->known = false;
    mlo_frame_lose(self, name, arena);
  }
  for (uint32_t i = 0; i < other->columns.has.len; i++) {
    mlo_str name = other->columns.has.items[i];
    if (HAS(self->columns.has, name)) continue;
    if (self->columns.exact) self->known = false;
    mlo_frame_lose(self, name, arena);
  }
}

bool mlo_frame_same_base(const mlo_frame *a, const mlo_frame *b) {
  if (!a->known || !b->known) return false;
  if (a->base_name.len || b->base_name.len) return mlo_str_eq(a->base_name, b->base_name);
  return a->base.node == b->base.node && a->base.item == b->base.item &&
         a->base_context == b->base_context;
}
