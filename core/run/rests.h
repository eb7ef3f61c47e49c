/* rests: rules that fail in file after file rest behind the last of those. Which files those are must not hang on how
 * many workers there are and who saw what first, so it goes by the order of files: a rule rests behind the file by
 * which its failures, counted from the first file on, cost too much. While the workers run, the place can only move to
 * the front: what they skip would be dropped, and what came from behind it in the end is dropped. */
#ifndef MLO_RESTS_H
#define MLO_RESTS_H

#include "run/rule.h"

typedef struct mlo_rests mlo_rests;

mlo_status mlo_rests_new(uint32_t rule_count, mlo_rests **out, mlo_error *err);
void mlo_rests_free(mlo_rests *self);
/* A failure in the file of this number; from any thread. */
void mlo_rests_add(mlo_rests *self, const mlo_failure *failure, uint32_t file);
/* True if the rule rests in the file; from any thread. Final when all files were judged. */
bool mlo_rests_has(const mlo_rests *self, uint32_t rule, uint32_t file);
/* True if the rule rests behind some file. */
bool mlo_rests_in_part(const mlo_rests *self, uint32_t rule);

/* What a rule's failures come to: told once, by the first of them. */
typedef struct mlo_failure_tally {
  const mlo_failure *first;
  mlo_str path; /* of its file */
  mlo_str last; /* file */
  uint32_t count;
} mlo_failure_tally;

void mlo_failure_tally_add(mlo_failure_tally *self, const mlo_failure *failure, mlo_str path);
/* rests: the rule rests behind the last file. */
mlo_problem mlo_failure_tally_tell(const mlo_failure_tally *self, const mlo_rule *rule, bool rests,
                                   mlo_arena *arena);

#endif
