#include "match/prefilter.h"

#include <dlfcn.h>
#include <hs.h>
#include <stdlib.h>

/* Hyperscan is loaded when the first prefilter is made: it and the library of C++ take longer to load than a command
 * that checks nothing takes to run. It stays, since scratches may outlive the prefilter. */
#define HS_FUNCTIONS(X)                                                                            \
  X(hs_compile_lit_multi)                                                                          \
  X(hs_free_compile_error)                                                                         \
  X(hs_free_database)                                                                              \
  X(hs_alloc_scratch)                                                                              \
  X(hs_free_scratch)                                                                               \
  X(hs_scan)
#define TEXT_OF(number) #number
#define LIBRARY_OF(major) "libhs.so." TEXT_OF(major)

typedef struct hyperscan {
#define MEMBER(name) __typeof__(name) *name;
  HS_FUNCTIONS(MEMBER)
} hyperscan;

struct mlo_prefilter {
  hyperscan api;
  hs_database_t *database; /* NULL if there are no literals */
};

struct mlo_prefilter_scratch {
  hyperscan api;
  hs_scratch_t *hs;
};

/* False if the function is missing, which is so if library is NULL. */
static bool find(void *library, const char *name, void *into) {
  void *function = library ? dlsym(library, name) : NULL;
  memcpy(into, &function, sizeof function);
  return function != NULL;
}

static mlo_status load(hyperscan *out, mlo_error *err) {
  void *library = dlopen(LIBRARY_OF(HS_MAJOR), RTLD_NOW | RTLD_LOCAL);
  bool whole = true;
#define FIND(name) whole &= find(library, #name, &out->name);
  HS_FUNCTIONS(FIND)
  if (whole) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_UNSUPPORTED, (mlo_str){0},
                       LIBRARY_OF(HS_MAJOR) " can't be loaded: install Hyperscan or Vectorscan");
}

mlo_bits mlo_bits_new(uint32_t bits, mlo_arena *arena) {
  uint32_t count = bits / 64 + 1;
  return (mlo_bits){MLO_NEW_ARRAY(arena, uint64_t, count), count};
}

bool mlo_bits_have(mlo_bits self, mlo_bits part) {
  for (uint32_t i = 0; i < part.count; i++)
    if (part.words[i] & ~self.words[i]) return false;
  return true;
}

static mlo_status compile(mlo_prefilter *self, const mlo_str *literals, uint32_t count,
                          mlo_arena *arena, mlo_error *err) {
  const char **texts = MLO_NEW_ARRAY(arena, const char *, count);
  size_t *lengths = MLO_NEW_ARRAY(arena, size_t, count);
  unsigned *flags = MLO_NEW_ARRAY(arena, unsigned, count),
           *ids = MLO_NEW_ARRAY(arena, unsigned, count);
  for (uint32_t i = 0; i < count; i++) {
    texts[i] = literals[i].ptr;
    lengths[i] = literals[i].len;
    flags[i] = HS_FLAG_SINGLEMATCH;
    ids[i] = i;
  }
  hs_compile_error_t *why = NULL;
  if (self->api.hs_compile_lit_multi(texts, flags, ids, lengths, count, HS_MODE_BLOCK, NULL,
                                     &self->database, &why) == HS_SUCCESS)
    return MLO_OK;
  mlo_error_set(err, MLO_ERR_INTERNAL, (mlo_str){0}, "the rules' literals do not compile: %s",
                why && why->message ? why->message : "unknown");
  self->api.hs_free_compile_error(why);
  return MLO_ERR_INTERNAL;
}

mlo_status mlo_prefilter_new(const mlo_str *literals, uint32_t count, mlo_prefilter **out,
                             mlo_error *err) {
  mlo_prefilter *self = calloc(1, sizeof *self);
  if (!self) return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  mlo_status status = count ? load(&self->api, err) : MLO_OK;
  if (status == MLO_OK && count) {
    mlo_arena scratch;
    mlo_arena_init(&scratch, 0, NULL, NULL);
    status = compile(self, literals, count, &scratch, err);
    mlo_arena_release(&scratch);
  }
  if (status == MLO_OK)
    *out = self;
  else
    mlo_prefilter_free(self);
  return status;
}

void mlo_prefilter_free(mlo_prefilter *self) {
  if (!self) return;
  if (self->database) self->api.hs_free_database(self->database);
  free(self);
}

mlo_status mlo_prefilter_scratch_new(const mlo_prefilter *self, mlo_prefilter_scratch **out,
                                     mlo_error *err) {
  mlo_prefilter_scratch *scratch = calloc(1, sizeof *scratch);
  if (!scratch ||
      (self->database && self->api.hs_alloc_scratch(self->database, &scratch->hs) != HS_SUCCESS)) {
    free(scratch);
    return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  }
  scratch->api = self->api;
  *out = scratch;
  return MLO_OK;
}

void mlo_prefilter_scratch_free(mlo_prefilter_scratch *self) {
  if (!self) return;
  if (self->hs) self->api.hs_free_scratch(self->hs);
  free(self);
}

static int mark(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                void *found) {
  (void)from, (void)to, (void)flags;
  mlo_bits_set(*(mlo_bits *)found, id);
  return 0;
}

mlo_status mlo_prefilter_scan(const mlo_prefilter *self, mlo_prefilter_scratch *scratch,
                              mlo_str bytes, mlo_bits found, mlo_error *err) {
  if (!self->database || bytes.len == 0) return MLO_OK;
  if (bytes.len > UINT32_MAX)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, (mlo_str){0}, "over 4 GiB");
  hs_error_t result = self->api.hs_scan(self->database, bytes.ptr, (unsigned)bytes.len, 0,
                                        scratch->hs, mark, &found);
  if (result == HS_SUCCESS) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_INTERNAL, (mlo_str){0}, "the literal scan failed (%d)",
                       (int)result);
}
