/* cache: what the files of a project gave in earlier runs, kept in one file for each project.
 *
 * A record holds if the file's bytes, the rules and settings in force for it, this build, and every answer that it got
 * about other files of the project are the same. The cache is read whole when a check begins and replaced by rename when
 * it ends: of concurrent runs the last one stays. Anything that is no cache of ours is ignored, and what can't be written
 * is no fault of the check's. */
#ifndef MLO_CACHE_H
#define MLO_CACHE_H

#include "base/array.h"
#include "base/map.h"

typedef struct mlo_cache_key {
  uint64_t content[2]; /* xxh3-128 of the file's bytes */
  uint64_t settings;   /* of the rules and options in force for it */
} mlo_cache_key;

typedef struct mlo_cached {
  mlo_str path;
  mlo_cache_key key;
  mlo_str record; /* run/record.h */
} mlo_cached;
typedef MLO_ARRAY(mlo_cached) mlo_cached_items;

typedef struct mlo_cache {
  mlo_str folder, file;
  uint64_t version; /* of build, rules and root: another one's records are ignored */
  mlo_cached_items items;
  mlo_map paths; /* to 1 + index */
} mlo_cache;

/* folder: where caches stand; root: the project's absolute path. Everything lives in arena. */
void mlo_cache_open(mlo_cache *self, mlo_str folder, mlo_str root, uint64_t version,
                    mlo_arena *arena);
mlo_cache_key mlo_cache_key_of(mlo_str bytes, uint64_t settings);
/* The record under this path and key; empty if there is none. */
mlo_str mlo_cache_find(const mlo_cache *self, mlo_str path, const mlo_cache_key *key);
/* Replaces the cache's file, and removes the longest unused ones of other projects over MLO_CACHE_BYTES_MAX in all. */
void mlo_cache_save(const mlo_cache *self, const mlo_cached_items *items, mlo_arena *arena);

enum { MLO_CACHE_BYTES_MAX = 256 * 1024 * 1024, MLO_CACHE_FILE_MAX = 64 * 1024 * 1024 };

#endif
