#include "notebook/json_object.h"

mlo_json_object mlo_json_object_read(mlo_str text, mlo_span span, mlo_arena *arena) {
  mlo_json_object self = {.text = text, .span = span};
  mlo_json_members all = mlo_json_members_of(text, span, arena);
  for (uint32_t i = 0; i < all.len; i++) {
    uint32_t *place = mlo_map_put(&self.by_name, all.items[i].name, arena);
    if (*place > 0) {
      self.members.items[*place - 1] = all.items[i];
      self.repeats = true;
      continue;
    }
    MLO_PUSH(arena, &self.members, all.items[i]);
    *place = self.members.len;
  }
  return self;
}

mlo_span mlo_json_object_get(const mlo_json_object *self, mlo_str name) {
  const uint32_t *place = mlo_map_get(&self->by_name, name);
  return place ? self->members.items[*place - 1].value : (mlo_span){0};
}

/* --- meaning --------------------------------------------------------------------------------- */

static uint64_t mix(char kind, uint64_t a, uint64_t b) {
  uint64_t words[3] = {(uint64_t)(unsigned char)kind, a, b};
  return mlo_str_hash(mlo_str_of((const char *)words, sizeof words));
}

/* Depth is bounded by the reader that has been here before, and by mlo_json_skip. */
static uint64_t meaning_of(mlo_json *json, uint32_t depth, mlo_arena *arena);

static uint64_t meaning_of_list(mlo_json *json, uint32_t depth, mlo_arena *arena) {
  uint64_t all = 0;
  for (bool more = mlo_json_open(json, '['); more; more = mlo_json_more(json, '['))
    all = mix('[', all, meaning_of(json, depth + 1, arena));
  return mix(']', all, 0);
}

/* Members are added up, so that their order does not matter. */
static uint64_t meaning_of_object(mlo_json *json, uint32_t depth, mlo_arena *arena) {
  uint64_t all = 0;
  for (bool more = mlo_json_open(json, '{'); more; more = mlo_json_more(json, '{')) {
    mlo_str key = mlo_json_key(json);
    if (json->problem) break;
    uint32_t start = (uint32_t)(key.ptr - json->text.ptr);
    mlo_span quoted = {start - 1, start + (uint32_t)key.len + 1};
    uint64_t name = mlo_str_hash(mlo_json_text(json->text, quoted, arena, NULL));
    all += mix('{', name, meaning_of(json, depth + 1, arena));
  }
  return mix('}', all, 0);
}

static uint64_t meaning_of(mlo_json *json, uint32_t depth, mlo_arena *arena) {
  char c = mlo_json_peek(json);
  if (c == '[' && depth < MLO_JSON_DEPTH) return meaning_of_list(json, depth, arena);
  if (c == '{' && depth < MLO_JSON_DEPTH) return meaning_of_object(json, depth, arena);
  mlo_span span = mlo_json_skip(json);
  if (c != '"') return mix('0', mlo_str_hash(mlo_span_of(json->text, span)), 0);
  return mix('"', mlo_str_hash(mlo_json_text(json->text, span, arena, NULL)), 0);
}

uint64_t mlo_json_meaning(mlo_str text, mlo_span span, mlo_arena *arena) {
  if (span.end <= span.start) return 0;
  mlo_json json = {.text = mlo_str_slice(text, 0, span.end), .at = span.start};
  mlo_arena_mark mark = mlo_arena_save(arena);
  uint64_t meaning = meaning_of(&json, 0, arena);
  mlo_arena_restore(arena, mark);
  return meaning;
}
