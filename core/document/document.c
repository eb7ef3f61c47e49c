#include "document/document.h"

#include "document/builder.h"

static mlo_status read_nothing(mlo_document *out, mlo_parser *parser, mlo_arena *arena,
                               mlo_error *err) {
  (void)parser, (void)err;
  mlo_builder builder = mlo_builder_of(out, arena);
  mlo_builder_map(&builder, 0, MLO_NO_KEY, (mlo_span){0, (uint32_t)out->text.len});
  return MLO_OK;
}

static mlo_front_end *const front_ends[MLO_FORMAT_COUNT] = {
    [MLO_FORMAT_JSON] = mlo_read_json,
    [MLO_FORMAT_YAML] = mlo_read_yaml,
    [MLO_FORMAT_TOML] = mlo_read_toml,
    [MLO_FORMAT_HCL] = mlo_read_hcl,
    [MLO_FORMAT_INI] = mlo_read_ini,
    [MLO_FORMAT_DOCKERFILE] = mlo_read_dockerfile,
    [MLO_FORMAT_REQUIREMENTS] = mlo_read_requirements,
    [MLO_FORMAT_MARKDOWN] = mlo_read_markdown,
    [MLO_FORMAT_BASH] = read_nothing,
};

mlo_status mlo_document_read(mlo_parser *parser, mlo_format format, mlo_str path, mlo_str text,
                             mlo_arena *arena, mlo_document *out, mlo_error *err) {
  mlo_front_end *read = (unsigned)format < MLO_FORMAT_COUNT ? front_ends[format] : NULL;
  if (!read)
    return mlo_error_set(err, MLO_ERR_UNSUPPORTED, path, "files of this kind are no documents");
  if (text.len >= UINT32_MAX)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, path, "over 4 GiB: not scanned");
  *out = (mlo_document){.format = format, .path = path, .text = text};
  return read(out, parser, arena, err);
}

/* --- access --- */

static const mlo_value_node no_node = {.kind = MLO_VALUE_NULL,
                                       .parent = MLO_NO_VALUE,
                                       .first = MLO_NO_VALUE,
                                       .next = MLO_NO_VALUE,
                                       .target = MLO_NO_VALUE};

const mlo_value_node *mlo_document_node(const mlo_document *self, mlo_value value) {
  return value < self->values.len ? &self->values.items[value] : &no_node;
}

mlo_value mlo_document_item(const mlo_document *self, mlo_value list, uint32_t index) {
  const mlo_value_node *node = mlo_document_node(self, list);
  if (node->kind != MLO_VALUE_LIST || index >= node->count) return MLO_NO_VALUE;
  mlo_value item = node->first;
  for (; index; index--) item = mlo_document_node(self, item)->next;
  return item;
}

/* --- merge keys ---
 * A map is read as a row of sources: itself (number 0), then the maps that its << entries name, theirs behind
 * each, depth first. An earlier source hides the keys of later ones. Bounds make cycles and bombs harmless. */

enum { MERGE_SOURCES = 64, MERGE_DEPTH = 16 };

static bool may_merge(const mlo_document *self) {
  return self->format == MLO_FORMAT_YAML || self->format == MLO_FORMAT_MARKDOWN;
}

static bool is_merge(const mlo_document *self, const mlo_value_node *entry) {
  return may_merge(self) && entry->key.len == 2 && mlo_str_eq(entry->key, MLO_STR("<<")) &&
         (entry->kind == MLO_VALUE_MAP || entry->kind == MLO_VALUE_LIST);
}

typedef struct merge_search {
  uint32_t left; /* sources still to pass by */
  mlo_value found;
} merge_search;

static void find_source(const mlo_document *self, mlo_value map, unsigned depth,
                        merge_search *search);

static void find_in_merge(const mlo_document *self, mlo_value entry, unsigned depth,
                          merge_search *search) {
  const mlo_value_node *node = mlo_document_node(self, entry);
  if (node->kind == MLO_VALUE_MAP) {
    find_source(self, entry, depth + 1, search);
    return;
  }
  for (mlo_value item = node->first; item != MLO_NO_VALUE && search->found == MLO_NO_VALUE;
       item = mlo_document_node(self, item)->next)
    if (mlo_document_node(self, item)->kind == MLO_VALUE_MAP)
      find_source(self, item, depth + 1, search);
}

static void find_source(const mlo_document *self, mlo_value map, unsigned depth,
                        merge_search *search) {
  if (search->left == 0) {
    search->found = map;
    return;
  }
  search->left--;
  if (depth >= MERGE_DEPTH) return;
  for (mlo_value at = mlo_document_node(self, map)->first;
       at != MLO_NO_VALUE && search->found == MLO_NO_VALUE; at = mlo_document_node(self, at)->next)
    if (is_merge(self, mlo_document_node(self, at))) find_in_merge(self, at, depth, search);
}

static mlo_value source_of(const mlo_document *self, mlo_value map, uint32_t number) {
  if (number == 0) return map;
  if (number >= MERGE_SOURCES || !may_merge(self)) return MLO_NO_VALUE;
  merge_search search = {.left = number, .found = MLO_NO_VALUE};
  find_source(self, map, 0, &search);
  return search.found;
}

/* The last entry with this key among the map's own; *merges is set if it has merge keys. */
static mlo_value own_member(const mlo_document *self, mlo_value map, mlo_str key, bool *merges) {
  mlo_value found = MLO_NO_VALUE;
  for (mlo_value at = mlo_document_node(self, map)->first; at != MLO_NO_VALUE;) {
    const mlo_value_node *entry = mlo_document_node(self, at);
    if (mlo_str_eq(entry->key, key)) found = at;
    if (entry->key.len == 2 && is_merge(self, entry)) *merges = true;
    at = entry->next;
  }
  return found;
}

mlo_value mlo_document_member(const mlo_document *self, mlo_value map, mlo_str key) {
  if (mlo_document_node(self, map)->kind != MLO_VALUE_MAP) return MLO_NO_VALUE;
  bool merges = false;
  mlo_value found = own_member(self, map, key, &merges);
  if (!merges) return found;
  if (found != MLO_NO_VALUE && !is_merge(self, mlo_document_node(self, found))) return found;
  for (uint32_t number = 1;; number++) {
    mlo_value source = source_of(self, map, number);
    if (source == MLO_NO_VALUE) return MLO_NO_VALUE;
    found = own_member(self, source, key, &merges);
    if (found != MLO_NO_VALUE && !is_merge(self, mlo_document_node(self, found))) return found;
  }
}

/* True if a source before this number has the key: the entry is hidden. Not asked of maps so large that it
 * would cost more than it tells. */
static bool is_hidden(const mlo_document *self, mlo_value map, uint32_t number, mlo_str key) {
  bool merges = false;
  for (uint32_t before = 0; before < number; before++) {
    mlo_value source = source_of(self, map, before);
    if (mlo_document_node(self, source)->count > 4096) continue;
    if (own_member(self, source, key, &merges) != MLO_NO_VALUE) return true;
  }
  return false;
}

/* merge counts the sources that are done. */
static bool next_entry(const mlo_document *self, mlo_value map, mlo_value_cursor *cursor,
                       mlo_value *child) {
  for (;;) {
    while (cursor->at == MLO_NO_VALUE) {
      mlo_value source = source_of(self, map, ++cursor->merge);
      if (source == MLO_NO_VALUE) return false;
      cursor->at = mlo_document_node(self, source)->first;
    }
    const mlo_value_node *entry = mlo_document_node(self, cursor->at);
    *child = cursor->at;
    cursor->at = entry->next;
    if (!is_merge(self, entry) && !is_hidden(self, map, cursor->merge, entry->key)) return true;
  }
}

bool mlo_document_each(const mlo_document *self, mlo_value parent, mlo_value_cursor *cursor,
                       mlo_value *child) {
  const mlo_value_node *node = mlo_document_node(self, parent);
  if (!cursor->started) *cursor = (mlo_value_cursor){.at = node->first, .started = true};
  if (node->kind == MLO_VALUE_MAP) return next_entry(self, parent, cursor, child);
  if (node->kind != MLO_VALUE_LIST || cursor->at == MLO_NO_VALUE) return false;
  *child = cursor->at;
  cursor->at = mlo_document_node(self, cursor->at)->next;
  return true;
}
