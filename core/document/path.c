/* path: the path language over all config formats, and paths as text. */
#include "document/builder.h"

#include <stdio.h>

/* --- compile --- */

enum { STEPS_AT_MOST = 60 }; /* a set of places in a path is one 64-bit word */

typedef struct compiler {
  mlo_str text;
  size_t at;
  mlo_arena *arena;
  mlo_path *out;
  mlo_error *err;
} compiler;

static mlo_status complain(compiler *self, const char *what) {
  return mlo_error_set(self->err, MLO_ERR_USAGE, (mlo_str){0}, "path \"%.*s\": %s at character %zu",
                       MLO_FMT(self->text), what, self->at + 1);
}

static char peek(const compiler *self) {
  return self->at < self->text.len ? self->text.ptr[self->at] : 0;
}

static mlo_status add_step(compiler *self, mlo_step step) {
  if (self->out->steps.len == STEPS_AT_MOST) return complain(self, "over 60 steps");
  MLO_PUSH(self->arena, &self->out->steps, step);
  return MLO_OK;
}

/* Between quotes; a backslash makes the next character ordinary. */
static mlo_status quoted_key(compiler *self) {
  char quote = self->text.ptr[self->at++];
  mlo_decoded key = {0};
  while (self->at < self->text.len && peek(self) != quote) {
    if (peek(self) == '\\') self->at++;
    mlo_decoded_add(&key, mlo_str_slice(self->text, self->at, self->at + 1), self->arena);
    self->at++;
  }
  if (self->at >= self->text.len) return complain(self, "a quote is not closed");
  self->at++;
  return add_step(self, (mlo_step){.kind = MLO_STEP_KEY, .key = mlo_decoded_str(&key)});
}

static mlo_status index_step(compiler *self) {
  uint64_t index = 0;
  if (peek(self) < '0' || peek(self) > '9')
    return complain(self, "an index, * or quoted key is missing");
  for (; peek(self) >= '0' && peek(self) <= '9' && index < UINT32_MAX; self->at++)
    index = index * 10 + (uint64_t)(peek(self) - '0');
  if (index >= UINT32_MAX) return complain(self, "the index is too large");
  return add_step(self, (mlo_step){.kind = MLO_STEP_INDEX, .index = (uint32_t)index});
}

static mlo_status bracket(compiler *self) {
  mlo_status status;
  self->at++;
  if (peek(self) == '\'' || peek(self) == '"') {
    status = quoted_key(self);
  } else if (peek(self) == '*') {
    self->at++;
    status = add_step(self, (mlo_step){.kind = MLO_STEP_ANY});
  } else {
    status = index_step(self);
  }
  if (status != MLO_OK) return status;
  if (peek(self) != ']') return complain(self, "a ] is missing");
  self->at++;
  return MLO_OK;
}

static mlo_status name_step(compiler *self) {
  size_t start = self->at;
  while (self->at < self->text.len &&
         !strchr(".[]", self->text.ptr[self->at] ? self->text.ptr[self->at] : '_'))
    self->at++;
  mlo_str name = mlo_str_slice(self->text, start, self->at);
  if (!name.len) return complain(self, "a name is missing");
  if (mlo_str_eq(name, MLO_STR("*"))) return add_step(self, (mlo_step){.kind = MLO_STEP_ANY});
  if (mlo_str_eq(name, MLO_STR("**"))) return add_step(self, (mlo_step){.kind = MLO_STEP_DEEP});
  return add_step(self, (mlo_step){.kind = MLO_STEP_KEY, .key = mlo_arena_str(self->arena, name)});
}

mlo_status mlo_path_compile(mlo_str text, mlo_arena *arena, mlo_path *out, mlo_error *err) {
  compiler self = {.text = text, .arena = arena, .out = out, .err = err};
  *out = (mlo_path){0};
  mlo_status status = MLO_OK;
  if (mlo_str_eq(text, MLO_STR("$"))) return MLO_OK;
  while (self.at < text.len && status == MLO_OK) {
    if (peek(&self) == '[') {
      status = bracket(&self);
      continue;
    }
    if (self.at && peek(&self) != '.') return complain(&self, "a . or [ is missing");
    if (self.at) self.at++;
    status = peek(&self) == '[' ? complain(&self, "a name is missing") : name_step(&self);
  }
  return status;
}

/* --- select ---
 * One walk down the values that carries the set of places in the path still open, so that ** costs no second
 * visit. What stands behind an alias or a merge key is a detour: its depth and the values it may visit are
 * bounded, and its finds are reported only if the walk does not come to them by themselves. */

enum {
  DETOURS_DEEP = 16,
  DETOUR_VALUES = 20000,
  DETOUR_FINDS = 512,
  WALK_DEPTH = MLO_DOCUMENT_DEPTH + 56
};

typedef struct walk {
  const mlo_document *document;
  const mlo_path *path;
  mlo_value from;
  mlo_value_fn *fn;
  void *ctx;
  uint32_t detour_values; /* visited on detours */
  uint32_t find_count;
  mlo_value finds[DETOUR_FINDS]; /* reported on detours */
} walk;

typedef uint64_t places; /* bit i: steps from i on are still to go; bit len: arrived */

static places with_deep(const walk *self, places at) {
  const mlo_path *path = self->path;
  for (uint32_t i = 0; i + 1 < path->steps.len; i++)
    if (at >> i & 1 && path->steps.items[i].kind == MLO_STEP_DEEP) at |= (places)1 << (i + 1);
  return at;
}

static bool is_winner(const walk *self, mlo_value parent, mlo_value child, mlo_str key) {
  return mlo_document_member(self->document, parent, key) == child;
}

static places step_to(const walk *self, places at, mlo_value parent, mlo_value child,
                      uint32_t index) {
  const mlo_value_node *node = mlo_document_node(self->document, child);
  bool in_list = mlo_document_node(self->document, parent)->kind == MLO_VALUE_LIST;
  places next = 0;
  for (uint32_t i = 0; i < self->path->steps.len; i++) {
    const mlo_step *step = &self->path->steps.items[i];
    places arrived = (places)1 << (i + 1);
    if (!(at >> i & 1)) continue;
    switch (step->kind) {
    case MLO_STEP_KEY:
      if (!in_list && mlo_str_eq(step->key, node->key) && is_winner(self, parent, child, step->key))
        next |= arrived;
      break;
    case MLO_STEP_INDEX: next |= in_list && index == step->index ? arrived : 0; break;
    case MLO_STEP_ANY: next |= arrived; break;
    case MLO_STEP_DEEP:
      next |= (places)1 << i;
      if (i + 1 == self->path->steps.len) next |= arrived;
      break;
    }
  }
  return with_deep(self, next);
}

/* The places that are reached at value when the walk takes no detour; 0 if it does not come by. */
static places direct_places(const walk *self, mlo_value value, unsigned depth) {
  if (value == self->from) return with_deep(self, 1);
  mlo_value parent = mlo_document_node(self->document, value)->parent;
  if (parent == MLO_NO_VALUE || depth > WALK_DEPTH) return 0;
  places before = direct_places(self, parent, depth + 1);
  if (!before) return 0;
  uint32_t index = 0;
  if (mlo_document_node(self->document, parent)->kind == MLO_VALUE_LIST)
    for (mlo_value at = mlo_document_node(self->document, parent)->first; at != value;
         at = mlo_document_node(self->document, at)->next)
      index++;
  return step_to(self, before, parent, value, index);
}

/* What direct_places costs: it looks through the siblings of each ancestor. */
static uint32_t width_above(const mlo_document *document, mlo_value value) {
  uint32_t width = 0;
  for (uint32_t depth = 0; value != MLO_NO_VALUE && depth < WALK_DEPTH && width < UINT32_MAX / 2;
       depth++) {
    value = mlo_document_node(document, value)->parent;
    width += mlo_document_node(document, value)->count;
  }
  return width;
}

static bool report(walk *self, mlo_value value, unsigned detours) {
  if (!detours) return self->fn(self->document, value, self->ctx);
  for (uint32_t i = 0; i < self->find_count; i++)
    if (self->finds[i] == value) return true;
  self->detour_values += width_above(self->document, value) / 64;
  if (direct_places(self, value, 0) >> self->path->steps.len & 1) return true;
  if (self->find_count == DETOUR_FINDS) return true;
  self->finds[self->find_count++] = value;
  return self->fn(self->document, value, self->ctx);
}

static bool walk_to(walk *self, mlo_value value, places at, unsigned depth, unsigned detours);

/* With one place left that names a key or an index there is one child to look at. */
static bool single_child(const walk *self, mlo_value value, places at, mlo_value *child) {
  if (at & (at - 1)) return false;
  const mlo_step *step = &self->path->steps.items[__builtin_ctzll(at)];
  if (step->kind == MLO_STEP_KEY)
    *child = mlo_document_member(self->document, value, step->key);
  else if (step->kind == MLO_STEP_INDEX)
    *child = mlo_document_item(self->document, value, step->index);
  else
    return false;
  return true;
}

/* True if value stands in another container than the one it was met in: an alias's or a merged map's. */
static bool is_detour(const walk *self, mlo_value met_in, mlo_value child) {
  return mlo_document_node(self->document, child)->parent != met_in;
}

static bool walk_children(walk *self, mlo_value value, places at, unsigned depth,
                          unsigned detours) {
  places arrived = (places)1 << self->path->steps.len;
  at &= ~arrived;
  if (!at || depth > WALK_DEPTH) return true;
  mlo_value child;
  if (single_child(self, value, at, &child))
    return child == MLO_NO_VALUE || walk_to(self, child, with_deep(self, at << 1), depth + 1,
                                            detours + is_detour(self, value, child));
  mlo_value_cursor cursor = {0};
  for (uint32_t index = 0; mlo_document_each(self->document, value, &cursor, &child); index++) {
    places next = step_to(self, at, value, child, index);
    if (next && !walk_to(self, child, next, depth + 1, detours + is_detour(self, value, child)))
      return false;
  }
  return true;
}

static bool walk_to(walk *self, mlo_value value, places at, unsigned depth, unsigned detours) {
  if (detours > DETOURS_DEEP || (detours && self->detour_values++ > DETOUR_VALUES)) return true;
  if (at >> self->path->steps.len & 1 && !report(self, value, detours)) return false;
  return walk_children(self, value, at, depth, detours);
}

void mlo_document_select(const mlo_document *self, mlo_value from, const mlo_path *path,
                         mlo_value_fn *fn, void *ctx) {
  walk state = {.document = self, .path = path, .from = from, .fn = fn, .ctx = ctx};
  if (from >= self->values.len) return;
  if (from != 0) {
    walk_to(&state, from, with_deep(&state, 1), 0, 0);
    return;
  }
  for (mlo_value at = self->values.items[0].first; at != MLO_NO_VALUE;
       at = self->values.items[at].next) {
    state.from = at;
    if (!walk_to(&state, at, with_deep(&state, 1), 0, 0)) return;
  }
}

static bool take_first(const mlo_document *document, mlo_value value, void *ctx) {
  (void)document;
  *(mlo_value *)ctx = value;
  return false;
}

mlo_value mlo_document_get(const mlo_document *self, mlo_value from, const mlo_path *path) {
  mlo_value found = MLO_NO_VALUE;
  mlo_document_select(self, from, path, take_first, &found);
  return found;
}

/* --- paths as text --- */

static bool is_plain_key(mlo_str key) {
  if (!key.len || mlo_str_eq(key, MLO_STR("*")) || mlo_str_eq(key, MLO_STR("**"))) return false;
  for (size_t i = 0; i < key.len; i++)
    if (strchr(".[]'\"\\", key.ptr[i]) || (unsigned char)key.ptr[i] < ' ') return false;
  return true;
}

static void add_key(mlo_decoded *out, mlo_str key, mlo_arena *arena) {
  if (is_plain_key(key)) {
    if (out->len) mlo_decoded_add(out, MLO_STR("."), arena);
    mlo_decoded_add(out, key, arena);
    return;
  }
  mlo_decoded_add(out, MLO_STR("['"), arena);
  for (size_t i = 0; i < key.len; i++) {
    if (key.ptr[i] == '\'' || key.ptr[i] == '\\') mlo_decoded_add(out, MLO_STR("\\"), arena);
    mlo_decoded_add(out, mlo_str_slice(key, i, i + 1), arena);
  }
  mlo_decoded_add(out, MLO_STR("']"), arena);
}

static uint32_t position_of(const mlo_document *self, mlo_value value) {
  uint32_t index = 0;
  for (mlo_value at = mlo_document_node(self, mlo_document_node(self, value)->parent)->first;
       at != value; at = mlo_document_node(self, at)->next)
    index++;
  return index;
}

mlo_str mlo_document_path_of(const mlo_document *self, mlo_value value, mlo_arena *arena) {
  mlo_value chain[WALK_DEPTH];
  uint32_t len = 0;
  for (mlo_value at = value;
       len < WALK_DEPTH && mlo_document_node(self, at)->parent != MLO_NO_VALUE;
       at = mlo_document_node(self, at)->parent)
    chain[len++] = at;
  mlo_decoded out = {0};
  while (len > 0) {
    mlo_value at = chain[--len];
    mlo_value parent = mlo_document_node(self, at)->parent;
    if (parent == 0) continue;
    if (mlo_document_node(self, parent)->kind != MLO_VALUE_LIST) {
      add_key(&out, mlo_document_node(self, at)->key, arena);
      continue;
    }
    char index[16];
    int n = snprintf(index, sizeof index, "[%u]", position_of(self, at));
    mlo_decoded_add(&out, mlo_str_of(index, (size_t)n), arena);
  }
  return mlo_decoded_str(&out);
}
