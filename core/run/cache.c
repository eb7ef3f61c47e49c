#include "run/cache.h"

#include "base/buf.h"
#include "base/os.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static const char magic[16] = "mlopslint-cache";

typedef struct head {
  char magic[sizeof magic];
  uint64_t version, checksum; /* of all that follows */
} head;

/* What stands before each path and record. */
typedef struct item_head {
  mlo_cache_key key;
  uint32_t path_len, record_len;
} item_head;

/* --- reading --- */

static bool cut(mlo_str *rest, size_t len, mlo_str *out) {
  if (rest->len < len) return false;
  *out = mlo_str_slice(*rest, 0, len);
  *rest = mlo_str_slice(*rest, len, rest->len);
  return true;
}

static bool read_head(const mlo_cache *self, mlo_str *rest) {
  head found;
  mlo_str bytes;
  if (!cut(rest, sizeof found, &bytes)) return false;
  memcpy(&found, bytes.ptr, sizeof found);
  return memcmp(found.magic, magic, sizeof magic) == 0 && found.version == self->version &&
         found.checksum == mlo_str_hash(*rest);
}

static void read_items(mlo_cache *self, mlo_str rest, mlo_arena *arena) {
  item_head item;
  mlo_str bytes;
  while (cut(&rest, sizeof item, &bytes)) {
    mlo_cached cached = {0};
    memcpy(&item, bytes.ptr, sizeof item);
    cached.key = item.key;
    if (!cut(&rest, item.path_len, &cached.path) || !cut(&rest, item.record_len, &cached.record))
      return;
    MLO_PUSH(arena, &self->items, cached);
    *mlo_map_put(&self->paths, cached.path, arena) = self->items.len;
  }
}

void mlo_cache_open(mlo_cache *self, mlo_str folder, mlo_str root, uint64_t version,
                    mlo_arena *arena) {
  mlo_error ignored = {0};
  mlo_str bytes;
  *self = (mlo_cache){.folder = folder, .version = version};
  self->file = mlo_arena_format(arena, "%.*s/%016llx.cache", MLO_FMT(folder),
                                (unsigned long long)mlo_str_hash(root));
  if (mlo_os_read(self->file, MLO_CACHE_FILE_MAX, arena, &bytes, &ignored) != MLO_OK) return;
  if (read_head(self, &bytes)) read_items(self, bytes, arena);
}

mlo_cache_key mlo_cache_key_of(mlo_str bytes, uint64_t settings) {
  XXH128_hash_t hash = XXH3_128bits(bytes.len ? bytes.ptr : "", bytes.len);
  return (mlo_cache_key){{hash.low64, hash.high64}, settings};
}

mlo_str mlo_cache_find(const mlo_cache *self, mlo_str path, const mlo_cache_key *key) {
  const uint32_t *index = mlo_map_get(&self->paths, path);
  if (!index) return (mlo_str){0};
  const mlo_cached *cached = &self->items.items[*index - 1];
  bool same = cached->key.content[0] == key->content[0] &&
              cached->key.content[1] == key->content[1] && cached->key.settings == key->settings;
  return same ? cached->record : (mlo_str){0};
}

/* --- writing --- */

static void write_items(const mlo_cached_items *items, mlo_buf *out) {
  for (uint32_t i = 0; i < items->len; i++) {
    const mlo_cached *cached = &items->items[i];
    item_head item = {cached->key, (uint32_t)cached->path.len, (uint32_t)cached->record.len};
    mlo_buf_add(out, mlo_str_of((const char *)&item, sizeof item));
    mlo_buf_add(out, cached->path);
    mlo_buf_add(out, cached->record);
  }
}

typedef struct cache_file {
  mlo_str path;
  uint64_t size, modified;
} cache_file;

static int oldest_first(const void *a, const void *b) {
  const cache_file *x = a, *y = b;
  if (x->modified != y->modified) return x->modified < y->modified ? -1 : 1;
  return mlo_str_compare(x->path, y->path);
}

/* Only files that are named as ours are looked at. */
static void evict(const mlo_cache *self, mlo_arena *arena) {
  MLO_ARRAY(cache_file) files = {0};
  mlo_dir_entries entries;
  mlo_error ignored = {0};
  uint64_t total = 0;
  if (mlo_os_list(self->folder, arena, &entries, &ignored) != MLO_OK) return;
  for (uint32_t i = 0; i < entries.len; i++) {
    const mlo_dir_entry *entry = &entries.items[i];
    mlo_stat stat;
    if (entry->kind != MLO_FILE_REGULAR || !mlo_str_ends(entry->name, MLO_STR(".cache"))) continue;
    mlo_str path = mlo_arena_join(arena, self->folder, "/", entry->name);
    if (mlo_os_stat(path, &stat, &ignored) != MLO_OK) continue;
    MLO_PUSH(arena, &files, ((cache_file){path, stat.size, stat.modified}));
    total += stat.size;
  }
  if (files.len) qsort(files.items, files.len, sizeof *files.items, oldest_first);
  for (uint32_t i = 0; i < files.len && total > MLO_CACHE_BYTES_MAX; i++) {
    mlo_os_remove(files.items[i].path);
    total -= files.items[i].size;
  }
}

void mlo_cache_save(const mlo_cache *self, const mlo_cached_items *items, mlo_arena *arena) {
  mlo_error ignored = {0};
  mlo_buf out = {.max = MLO_CACHE_FILE_MAX};
  head first = {.version = self->version};
  memcpy(first.magic, magic, sizeof magic);
  mlo_buf_add(&out, mlo_str_of((const char *)&first, sizeof first));
  write_items(items, &out);
  if (!out.failed) {
    first.checksum = mlo_str_hash(mlo_str_from(mlo_buf_str(&out), sizeof first));
    memcpy(out.ptr, &first, sizeof first);
    if (mlo_os_make_folder(self->folder, &ignored) == MLO_OK)
      mlo_os_write(self->file, mlo_buf_str(&out), &ignored);
  }
  mlo_buf_release(&out);
  evict(self, arena);
}
