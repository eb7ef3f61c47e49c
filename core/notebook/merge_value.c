#include "notebook/merge_value.h"

void mlo_merge_note_add(mlo_merging *self, bool conflict, mlo_str message) {
  mlo_merge_note note = {self->cell, conflict, message};
  self->out->conflicts += conflict;
  MLO_PUSH(self->arena, &self->out->notes, note);
}

static bool is_there(const mlo_merge_value *value) { return value->span.end > value->span.start; }

static mlo_str raw_of(const mlo_merge_value *value) {
  return is_there(value) ? mlo_span_of(value->side->notebook->raw, value->span) : (mlo_str){0};
}

mlo_str mlo_merge_take(mlo_merging *self, const mlo_merge_value *value, uint32_t depth) {
  if (!is_there(value)) return (mlo_str){0};
  return mlo_json_restyle(value->side->notebook->raw, value->span, &value->side->style,
                          &self->ours.style, depth, self->arena);
}

bool mlo_merge_same(const mlo_merging *self, const mlo_merge_value *a, const mlo_merge_value *b) {
  if (mlo_str_eq(raw_of(a), raw_of(b))) return true;
  if (!is_there(a) || !is_there(b)) return false;
  return mlo_json_meaning(a->side->notebook->raw, a->span, self->arena) ==
         mlo_json_meaning(b->side->notebook->raw, b->span, self->arena);
}

/* --- tags ------------------------------------------------------------------------------------ */

typedef struct words {
  mlo_pieces list;
  bool good; /* a list of strings, or nothing at all */
} words;

static words words_of(const mlo_merge_value *value, mlo_arena *arena) {
  words all = {.good = true};
  if (!is_there(value)) return all;
  mlo_json json = {.text = mlo_str_slice(value->side->notebook->raw, 0, value->span.end),
                   .at = value->span.start};
  if (mlo_json_peek(&json) != '[') return (words){0};
  for (bool more = mlo_json_open(&json, '['); more; more = mlo_json_more(&json, '[')) {
    all.good = all.good && mlo_json_peek(&json) == '"';
    mlo_span span = mlo_json_skip(&json);
    mlo_str word = mlo_json_text(json.text, span, arena, NULL);
    if (!json.problem) MLO_PUSH(arena, &all.list, word);
  }
  return all;
}

static bool has_word(const words *self, mlo_str word) {
  for (uint32_t i = 0; i < self->list.len; i++)
    if (mlo_str_eq(self->list.items[i], word)) return true;
  return false;
}

static mlo_str list_of(const mlo_merging *self, const mlo_pieces *list, uint32_t depth) {
  if (list->len == 0) return MLO_STR("[]");
  mlo_arena *arena = self->arena;
  mlo_str lead = mlo_json_lead(&self->ours.style, depth + 1, arena);
  mlo_str comma = lead.len ? mlo_arena_concat(arena, MLO_STR(","), lead) : self->ours.style.comma;
  mlo_pieces text = {0};
  MLO_PUSH(arena, &text, MLO_STR("["));
  for (uint32_t i = 0; i < list->len; i++) {
    MLO_PUSH(arena, &text, i ? comma : lead);
    MLO_PUSH(arena, &text, mlo_json_quote(list->items[i], &self->ours.style, arena));
  }
  MLO_PUSH(arena, &text, mlo_json_lead(&self->ours.style, depth, arena));
  MLO_PUSH(arena, &text, MLO_STR("]"));
  return mlo_pieces_join(&text, arena);
}

enum { MOST_TAGS = 1000 };

/* Ours without what theirs took away, and with what theirs added; empty if these are no tags. */
static mlo_str merge_tags(mlo_merging *self, const mlo_merge_values *values, uint32_t depth) {
  words base = words_of(&values->base, self->arena), ours = words_of(&values->ours, self->arena);
  words theirs = words_of(&values->theirs, self->arena);
  if (!base.good || !ours.good || !theirs.good) return (mlo_str){0};
  if (base.list.len + ours.list.len + theirs.list.len > MOST_TAGS) return (mlo_str){0};
  mlo_pieces merged = {0};
  for (uint32_t i = 0; i < ours.list.len; i++) {
    mlo_str word = ours.list.items[i];
    bool dropped = has_word(&base, word) && !has_word(&theirs, word);
    if (!dropped) MLO_PUSH(self->arena, &merged, word);
  }
  for (uint32_t i = 0; i < theirs.list.len; i++) {
    mlo_str word = theirs.list.items[i];
    if (!has_word(&base, word) && !has_word(&ours, word)) MLO_PUSH(self->arena, &merged, word);
  }
  return list_of(self, &merged, depth);
}

/* --- any value ------------------------------------------------------------------------------- */

static bool is_object(const mlo_merge_value *value) {
  return mlo_str_starts(raw_of(value), MLO_STR("{"));
}

/* Written anew by each run or each editor: not worth a word. */
static bool is_fleeting(mlo_str name) {
  static const mlo_str known[] = {MLO_STR_INIT("language_info"), MLO_STR_INIT("execution"),
                                  MLO_STR_INIT("ExecuteTime"),   MLO_STR_INIT("collapsed"),
                                  MLO_STR_INIT("scrolled"),      MLO_STR_INIT("outputId"),
                                  MLO_STR_INIT("executionInfo"), MLO_STR_INIT("papermill"),
                                  MLO_STR_INIT("widgets"),       MLO_STR_INIT("vscode")};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (mlo_str_eq(known[i], name)) return true;
  return false;
}

/* Members that only make sense together. */
static bool is_unit(mlo_str name) {
  return mlo_str_eq(name, MLO_STR("kernelspec")) || is_fleeting(name);
}

static mlo_str keep_ours(mlo_merging *self, mlo_str name, const mlo_merge_values *values,
                         uint32_t depth) {
  bool ours = is_there(&values->ours);
  if (!is_fleeting(name))
    mlo_merge_note_add(self, self->strict,
                       mlo_arena_format(self->arena,
                                        "both sides changed \"%.*s\": kept as %s has it",
                                        MLO_FMT(name), ours ? "ours" : "theirs"));
  return mlo_merge_take(self, ours ? &values->ours : &values->theirs, depth);
}

mlo_str mlo_merge_any(mlo_merging *self, mlo_str name, const mlo_merge_values *values,
                      uint32_t depth, void *unused) {
  (void)unused;
  if (mlo_merge_same(self, &values->theirs, &values->base) ||
      mlo_merge_same(self, &values->ours, &values->theirs))
    return mlo_merge_take(self, &values->ours, depth);
  if (mlo_merge_same(self, &values->ours, &values->base))
    return mlo_merge_take(self, &values->theirs, depth);
  if (is_object(&values->ours) && is_object(&values->theirs) && !is_unit(name))
    return mlo_merge_object(self, values, depth, mlo_merge_any, NULL);
  mlo_str tags = mlo_str_eq(name, MLO_STR("tags")) ? merge_tags(self, values, depth) : (mlo_str){0};
  return tags.len ? tags : keep_ours(self, name, values, depth);
}

/* --- objects --------------------------------------------------------------------------------- */

typedef struct written {
  mlo_str name, head, value; /* head: the name in quotes and the colon */
} written;
typedef MLO_ARRAY(written) written_members;

/* What stands around the members of an object. */
typedef struct spacing {
  mlo_str lead, comma, tail;
} spacing;

static spacing spacing_of(const mlo_merging *self, const mlo_merge_value *value,
                          const mlo_json_object *object, uint32_t depth) {
  mlo_arena *arena = self->arena;
  spacing style = {.lead = mlo_json_lead(&self->ours.style, depth + 1, arena),
                   .tail = mlo_json_lead(&self->ours.style, depth, arena)};
  style.comma =
      style.lead.len ? mlo_arena_concat(arena, MLO_STR(","), style.lead) : self->ours.style.comma;
  const mlo_json_member *members = object->members.items;
  uint32_t count = object->members.len;
  if (value->side != &self->ours || count == 0 || object->repeats) return style;
  style.lead = mlo_str_slice(object->text, object->span.start + 1, members[0].key.start);
  style.tail = mlo_str_slice(object->text, members[count - 1].value.end, object->span.end - 1);
  if (count == 1) return style;
  style.comma = mlo_str_slice(object->text, members[0].value.end, members[1].key.start);
  return style;
}

static mlo_str text_of_members(const written_members *members, const spacing *around,
                               mlo_arena *arena) {
  if (members->len == 0) return MLO_STR("{}");
  mlo_pieces text = {0};
  MLO_PUSH(arena, &text, MLO_STR("{"));
  for (uint32_t i = 0; i < members->len; i++) {
    MLO_PUSH(arena, &text, i ? around->comma : around->lead);
    MLO_PUSH(arena, &text, members->items[i].head);
    MLO_PUSH(arena, &text, members->items[i].value);
  }
  MLO_PUSH(arena, &text, around->tail);
  MLO_PUSH(arena, &text, MLO_STR("}"));
  return mlo_pieces_join(&text, arena);
}

/* Where the names ascend, a new one goes to its place among them; else to the end. */
static void insert_member(written_members *members, written one, bool sorted, mlo_arena *arena) {
  MLO_PUSH(arena, members, one);
  uint32_t at = members->len - 1;
  for (; sorted && at > 0 && mlo_str_compare(members->items[at - 1].name, one.name) > 0; at--)
    members->items[at] = members->items[at - 1];
  members->items[at] = one;
}

static bool is_sorted(const mlo_json_object *object) {
  for (uint32_t i = 1; i < object->members.len; i++)
    if (mlo_str_compare(object->members.items[i - 1].name, object->members.items[i].name) > 0)
      return false;
  return true;
}

typedef struct object_merge {
  mlo_json_object base, ours, theirs;
  const mlo_merge_values *values;
  written_members out;
  bool changed;
} object_merge;

static mlo_json_object object_of(const mlo_merge_value *value, mlo_arena *arena) {
  if (!is_there(value)) return (mlo_json_object){0};
  return mlo_json_object_read(value->side->notebook->raw, value->span, arena);
}

static mlo_merge_values member_values(const object_merge *objects, mlo_str name) {
  mlo_merge_values values = *objects->values;
  values.base.span = mlo_json_object_get(&objects->base, name);
  values.ours.span = mlo_json_object_get(&objects->ours, name);
  values.theirs.span = mlo_json_object_get(&objects->theirs, name);
  return values;
}

static void keep_member(mlo_merging *self, object_merge *objects, const mlo_json_member *member,
                        mlo_str value) {
  mlo_str text = objects->ours.text, before = mlo_span_of(text, member->value);
  bool same = value.ptr == before.ptr && value.len == before.len;
  if (!same || objects->values->ours.side != &self->ours) objects->changed = true;
  if (value.len == 0) return;
  written one = {member->name, mlo_str_slice(text, member->key.start, member->value.start), value};
  if (objects->values->ours.side != &self->ours)
    one.head =
        mlo_arena_concat(self->arena, mlo_span_of(text, member->key), self->ours.style.colon);
  MLO_PUSH(self->arena, &objects->out, one);
}

static void add_member(mlo_merging *self, object_merge *objects, const mlo_json_member *member,
                       mlo_str value, bool sorted) {
  if (value.len == 0) return;
  mlo_str key = mlo_span_of(objects->theirs.text, member->key);
  written one = {member->name, mlo_arena_concat(self->arena, key, self->ours.style.colon), value};
  insert_member(&objects->out, one, sorted, self->arena);
  objects->changed = true;
}

mlo_str mlo_merge_object(mlo_merging *self, const mlo_merge_values *values, uint32_t depth,
                         mlo_merge_member_fn *member, void *ctx) {
  object_merge objects = {.base = object_of(&values->base, self->arena),
                          .ours = object_of(&values->ours, self->arena),
                          .theirs = object_of(&values->theirs, self->arena),
                          .values = values};
  bool sorted = is_sorted(&objects.ours);
  for (uint32_t i = 0; i < objects.ours.members.len; i++) {
    const mlo_json_member *one = &objects.ours.members.items[i];
    mlo_merge_values three = member_values(&objects, one->name);
    keep_member(self, &objects, one, member(self, one->name, &three, depth + 1, ctx));
  }
  for (uint32_t i = 0; i < objects.theirs.members.len; i++) {
    const mlo_json_member *one = &objects.theirs.members.items[i];
    mlo_merge_values three = member_values(&objects, one->name);
    if (three.ours.span.end > three.ours.span.start) continue;
    add_member(self, &objects, one, member(self, one->name, &three, depth + 1, ctx), sorted);
  }
  if (!objects.changed) return raw_of(&values->ours);
  spacing around = spacing_of(self, &values->ours, &objects.ours, depth);
  return text_of_members(&objects.out, &around, self->arena);
}
