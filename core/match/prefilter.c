#include "match/prefilter.h"

#include <hs.h>
#include <stdlib.h>

struct mlo_prefilter {
  hs_database_t *database; /* NULL if there are no literals */
};

struct mlo_prefilter_scratch {
  hs_scratch_t *hs;
};

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
  if (hs_compile_lit_multi(texts, flags, ids, lengths, count, HS_MODE_BLOCK, NULL, &self->database,
                           &why) == HS_SUCCESS)
    return MLO_OK;
  mlo_error_set(err, MLO_ERR_INTERNAL, (mlo_str){0}, "the rules' literals do not compile: %s",
                why && why->message ? why->message : "unknown");
  hs_free_compile_error(why);
  return MLO_ERR_INTERNAL;
}

mlo_status mlo_prefilter_new(const mlo_str *literals, uint32_t count, mlo_prefilter **out,
                             mlo_error *err) {
  mlo_prefilter *self = calloc(1, sizeof *self);
  if (!self) return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  mlo_status status = MLO_OK;
  if (count) {
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
  hs_free_database(self->database);
  free(self);
}

mlo_status mlo_prefilter_scratch_new(const mlo_prefilter *self, mlo_prefilter_scratch **out,
                                     mlo_error *err) {
  mlo_prefilter_scratch *scratch = calloc(1, sizeof *scratch);
  if (!scratch ||
      (self->database && hs_alloc_scratch(self->database, &scratch->hs) != HS_SUCCESS)) {
    free(scratch);
    return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  }
  *out = scratch;
  return MLO_OK;
}

void mlo_prefilter_scratch_free(mlo_prefilter_scratch *self) {
  if (!self) return;
  hs_free_scratch(self->hs);
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
  hs_error_t result =
      hs_scan(self->database, bytes.ptr, (unsigned)bytes.len, 0, scratch->hs, mark, &found);
  if (result == HS_SUCCESS) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_INTERNAL, (mlo_str){0}, "the literal scan failed (%d)",
                       (int)result);
}
