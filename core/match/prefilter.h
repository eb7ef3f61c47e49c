/* prefilter: which of all rules' literals occur in a file, by one scan of its bytes.
 *
 * Hyperscan matches them all at once, at gigabytes a second; a file in which no rule's literals occur together is
 * never parsed. The database is const and shared; each worker has a scratch. */
#ifndef MLO_PREFILTER_H
#define MLO_PREFILTER_H

#include "base/arena.h"
#include "base/error.h"

typedef struct mlo_prefilter mlo_prefilter;
typedef struct mlo_prefilter_scratch mlo_prefilter_scratch;

/* A set of literal numbers. */
typedef struct mlo_bits {
  uint64_t *words;
  uint32_t count; /* of words */
} mlo_bits;
mlo_bits mlo_bits_new(uint32_t bits, mlo_arena *arena);
static inline void mlo_bits_set(mlo_bits self, uint32_t bit) {
  self.words[bit / 64] |= UINT64_C(1) << (bit % 64);
}
static inline bool mlo_bits_get(mlo_bits self, uint32_t bit) {
  return self.words[bit / 64] >> (bit % 64) & 1;
}
/* True if all of part is in self. */
bool mlo_bits_have(mlo_bits self, mlo_bits part);

/* literals[i] becomes number i; each must be of one byte or more. */
mlo_status mlo_prefilter_new(const mlo_str *literals, uint32_t count, mlo_prefilter **out,
                             mlo_error *err);
void mlo_prefilter_free(mlo_prefilter *self);
mlo_status mlo_prefilter_scratch_new(const mlo_prefilter *self, mlo_prefilter_scratch **out,
                                     mlo_error *err);
void mlo_prefilter_scratch_free(mlo_prefilter_scratch *self);
/* Sets in found (of at least as many bits as there are literals, cleared by the caller) the number of every
 * literal that occurs in bytes. */
mlo_status mlo_prefilter_scan(const mlo_prefilter *self, mlo_prefilter_scratch *scratch,
                              mlo_str bytes, mlo_bits found, mlo_error *err);

#endif
