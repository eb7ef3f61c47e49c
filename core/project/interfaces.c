#include "project/interfaces.h"

#include "text/encoding.h"

static const size_t default_memory = (size_t)256 << 20;

void mlo_interfaces_init(mlo_interfaces *self, mlo_project_files *files) {
  *self = (mlo_interfaces){.files = files};
  mlo_arena_init(&self->arena, 0, NULL, NULL);
  pthread_mutex_init(&self->lock, NULL);
}

void mlo_interfaces_release(mlo_interfaces *self) {
  pthread_mutex_destroy(&self->lock);
  mlo_arena_release(&self->arena);
}

static void scratch_full(void *ctx) {
  mlo_module_reader *self = ctx;
  longjmp(self->full, 1);
}

void mlo_module_reader_init(mlo_module_reader *self, mlo_parser *parser, size_t memory) {
  self->parser = parser;
  mlo_arena_init(&self->scratch, memory ? memory : default_memory, scratch_full, self);
}

void mlo_module_reader_release(mlo_module_reader *self) { mlo_arena_release(&self->scratch); }

/* --- making one --- */

static void keep_digest(mlo_interfaces *self, mlo_str path, uint64_t digest) {
  pthread_mutex_lock(&self->lock);
  if (!mlo_map_get(&self->digested, path)) {
    mlo_str key = mlo_arena_str(&self->arena, path);
    uint32_t *place = mlo_map_put(&self->digested, key, &self->arena);
    MLO_PUSH(&self->arena, &self->digests, digest);
    *place = self->digests.len;
  }
  pthread_mutex_unlock(&self->lock);
}

static bool read_bytes(mlo_interfaces *self, mlo_str path, mlo_arena *arena, mlo_str *bytes) {
  mlo_error ignored = {0};
  bool read = mlo_project_files_read(self->files, path, arena, bytes, &ignored) == MLO_OK;
  keep_digest(self, path, read ? mlo_str_hash(*bytes) | 1 : 0);
  return read;
}

static bool read_text(mlo_interfaces *self, mlo_str path, mlo_arena *arena, mlo_str *text) {
  mlo_error ignored = {0};
  mlo_encoding encoding;
  mlo_str bytes;
  return read_bytes(self, path, arena, &bytes) && !mlo_bytes_are_binary(bytes) &&
         mlo_decode(bytes, true, arena, text, &encoding, &ignored) == MLO_OK;
}

/* What is wrong with the file is told when it is judged itself. */
bool mlo_interfaces_read_facts(mlo_interfaces *self, mlo_str path, mlo_module_reader *reader,
                               mlo_facts *out) {
  mlo_arena *arena = &reader->scratch;
  mlo_error ignored = {0};
  mlo_str text;
  mlo_tree *tree = MLO_NEW(arena, mlo_tree);
  if (!read_text(self, path, arena, &text)) return false;
  if (mlo_parser_parse(reader->parser, MLO_FORMAT_PYTHON, text, arena, tree, &ignored) != MLO_OK)
    return false;
  mlo_facts_build(tree, arena, out);
  return true;
}

static bool make(mlo_interfaces *self, mlo_str path, mlo_module_reader *reader,
                 mlo_interface *out) {
  mlo_facts facts;
  if (!mlo_interfaces_read_facts(self, path, reader, &facts)) return false;
  mlo_interface_of_facts(&facts, &reader->scratch, out);
  return true;
}

/* --- keeping it --- */

static mlo_str *copy_names(const mlo_str *names, uint32_t count, mlo_arena *arena) {
  mlo_str *copy = MLO_NEW_ARRAY(arena, mlo_str, count + 1);
  for (uint32_t i = 0; i < count; i++) copy[i] = mlo_arena_str(arena, names[i]);
  return copy;
}

static mlo_interface *keep(const mlo_interface *made, mlo_arena *arena) {
  mlo_interface *out = MLO_NEW(arena, mlo_interface);
  out->lists = made->lists;
  out->all.items = copy_names(made->all.items, made->all.len, arena);
  out->all.len = out->all.cap = made->all.len;
  out->stars.items = copy_names(made->stars.items, made->stars.len, arena);
  out->stars.len = out->stars.cap = made->stars.len;
  for (uint32_t i = 0; i < made->offers.len; i++) {
    mlo_offer offer = made->offers.items[i];
    offer.name = mlo_arena_str(arena, offer.name);
    offer.target = mlo_arena_str(arena, offer.target);
    offer.constant.text = mlo_arena_str(arena, offer.constant.text);
    offer.bases.items = copy_names(offer.bases.items, offer.bases.len, arena);
    offer.bases.cap = offer.bases.len;
    MLO_PUSH(arena, &out->offers, offer);
    *mlo_map_put(&out->names, offer.name, arena) = i + 1;
  }
  return out;
}

static bool look_up(mlo_interfaces *self, mlo_str path, const mlo_interface **out) {
  pthread_mutex_lock(&self->lock);
  const uint32_t *known = mlo_map_get(&self->known, path);
  if (known) *out = self->items.items[*known - 1];
  pthread_mutex_unlock(&self->lock);
  return known != NULL;
}

/* The first to come is kept; a second one is the same. */
static const mlo_interface *publish(mlo_interfaces *self, mlo_str path, const mlo_interface *made) {
  pthread_mutex_lock(&self->lock);
  const uint32_t *known = mlo_map_get(&self->known, path);
  const mlo_interface *kept = NULL;
  if (known) {
    kept = self->items.items[*known - 1];
  } else {
    kept = made ? keep(made, &self->arena) : NULL;
    MLO_PUSH(&self->arena, &self->items, kept);
    mlo_str key = mlo_arena_str(&self->arena, path);
    *mlo_map_put(&self->known, key, &self->arena) = self->items.len;
  }
  pthread_mutex_unlock(&self->lock);
  return kept;
}

const mlo_interface *mlo_interfaces_get(mlo_interfaces *self, mlo_str path,
                                        mlo_module_reader *reader) {
  const mlo_interface *found = NULL;
  if (look_up(self, path, &found)) return found;
  mlo_arena_reset(&reader->scratch);
  mlo_interface made;
  volatile bool whole = false;
  if (setjmp(reader->full) == 0) whole = make(self, path, reader, &made);
  return publish(self, path, whole ? &made : NULL);
}

/* --- outlines --- */

static bool outline(mlo_interfaces *self, mlo_str path, mlo_module_reader *reader,
                    mlo_outline *out) {
  mlo_str text;
  if (!read_text(self, path, &reader->scratch, &text)) return false;
  mlo_outline_of_text(text, &reader->scratch, out);
  return true;
}

static const mlo_outline *keep_outline(const mlo_outline *made, mlo_arena *arena) {
  mlo_outline *out = MLO_NEW(arena, mlo_outline);
  out->open = made->open || made->names.len > MLO_OFFERS_MAX;
  if (made->names.len > MLO_OFFERS_MAX) return out;
  for (uint32_t i = 0; i < made->names.cap; i++) {
    const mlo_map_slot *slot = &made->names.slots[i];
    if (!slot->used) continue;
    mlo_str name = mlo_arena_str(arena, slot->key);
    *mlo_map_put(&out->names, name, arena) = slot->value;
  }
  return out;
}

/* The lock is free while the file is read, so that the arena may fail. */
const mlo_outline *mlo_interfaces_outline(mlo_interfaces *self, mlo_str path,
                                          mlo_module_reader *reader) {
  pthread_mutex_lock(&self->lock);
  const uint32_t *known = mlo_map_get(&self->outlined, path);
  const mlo_outline *kept = known ? self->outlines.items[*known - 1] : NULL;
  pthread_mutex_unlock(&self->lock);
  if (kept) return kept;
  mlo_arena_reset(&reader->scratch);
  mlo_outline made;
  volatile bool whole = false;
  if (setjmp(reader->full) == 0) whole = outline(self, path, reader, &made);
  if (!whole) made = (mlo_outline){.open = true};
  pthread_mutex_lock(&self->lock);
  uint32_t *place = mlo_map_get(&self->outlined, path);
  if (!place) {
    mlo_str key = mlo_arena_str(&self->arena, path);
    place = mlo_map_put(&self->outlined, key, &self->arena);
    MLO_PUSH(&self->arena, &self->outlines, keep_outline(&made, &self->arena));
    *place = self->outlines.len;
  }
  kept = self->outlines.items[*place - 1];
  pthread_mutex_unlock(&self->lock);
  return kept;
}

/* --- digests --- */

static bool known_digest(mlo_interfaces *self, mlo_str path, uint64_t *digest) {
  pthread_mutex_lock(&self->lock);
  const uint32_t *known = mlo_map_get(&self->digested, path);
  *digest = known ? self->digests.items[*known - 1] : 0;
  pthread_mutex_unlock(&self->lock);
  return known != NULL;
}

uint64_t mlo_interfaces_digest(mlo_interfaces *self, mlo_str path, mlo_module_reader *reader) {
  uint64_t digest = 0;
  mlo_str bytes;
  if (known_digest(self, path, &digest)) return digest;
  mlo_arena_reset(&reader->scratch);
  if (setjmp(reader->full) == 0) read_bytes(self, path, &reader->scratch, &bytes);
  known_digest(self, path, &digest);
  return digest;
}
