#include "run/rests.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A failure costs 1; where the rule used up its budget, 2. */
enum { TOO_COSTLY = 20, FULL_PRICE = 2 };

/* The first failures of a rule in the order of files, as many as count. */
typedef struct resting {
  uint32_t files[TOO_COSTLY], costs[TOO_COSTLY], len;
  atomic_uint behind; /* the last file that is judged */
} resting;

struct mlo_rests {
  pthread_mutex_t lock;
  uint32_t rule_count;
  resting rules[];
};

mlo_status mlo_rests_new(uint32_t rule_count, mlo_rests **out, mlo_error *err) {
  mlo_rests *self = calloc(1, sizeof *self + rule_count * sizeof *self->rules);
  if (!self || pthread_mutex_init(&self->lock, NULL) != 0) {
    free(self);
    return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  }
  self->rule_count = rule_count;
  for (uint32_t i = 0; i < rule_count; i++) atomic_init(&self->rules[i].behind, UINT32_MAX);
  *out = self;
  return MLO_OK;
}

void mlo_rests_free(mlo_rests *self) {
  if (!self) return;
  pthread_mutex_destroy(&self->lock);
  free(self);
}

/* Puts the failure into its place; the last one falls out when there is no room. */
static void insert(resting *self, uint32_t file, uint32_t cost) {
  uint32_t at = self->len;
  while (at > 0 && self->files[at - 1] > file) at--;
  if (at == TOO_COSTLY) return;
  if (self->len < TOO_COSTLY) self->len++;
  for (uint32_t i = self->len - 1; i > at; i--) {
    self->files[i] = self->files[i - 1];
    self->costs[i] = self->costs[i - 1];
  }
  self->files[at] = file;
  self->costs[at] = cost;
}

static uint32_t last_judged(const resting *self) {
  uint32_t cost = 0;
  for (uint32_t i = 0; i < self->len; i++) {
    cost += self->costs[i];
    if (cost >= TOO_COSTLY) return self->files[i];
  }
  return UINT32_MAX;
}

void mlo_rests_add(mlo_rests *self, const mlo_failure *failure, uint32_t file) {
  resting *rule = &self->rules[failure->rule];
  pthread_mutex_lock(&self->lock);
  insert(rule, file, failure->costly ? FULL_PRICE : 1);
  atomic_store(&rule->behind, last_judged(rule));
  pthread_mutex_unlock(&self->lock);
}

bool mlo_rests_has(const mlo_rests *self, uint32_t rule, uint32_t file) {
  return file > atomic_load(&self->rules[rule].behind);
}

bool mlo_rests_in_part(const mlo_rests *self, uint32_t rule) {
  return atomic_load(&self->rules[rule].behind) != UINT32_MAX;
}

/* --- what is told of it --- */

void mlo_failure_tally_add(mlo_failure_tally *self, const mlo_failure *failure, mlo_str path) {
  self->last = path;
  if (self->count++ > 0) return;
  self->first = failure;
  self->path = path;
}

/* " and 3 more files", or nothing. */
static mlo_str more_files(const mlo_failure_tally *self, bool rests, mlo_arena *arena) {
  mlo_str more = {0};
  if (self->count > 1)
    more = mlo_arena_format(arena, "%s %u more file%s", rests ? "," : " and", self->count - 1,
                            self->count == 2 ? "" : "s");
  if (!rests) return more;
  return mlo_arena_format(arena, "%.*s and all files behind %.*s", MLO_FMT(more),
                          MLO_FMT(self->last));
}

mlo_problem mlo_failure_tally_tell(const mlo_failure_tally *self, const mlo_rule *rule, bool rests,
                                   mlo_arena *arena) {
  const char *what =
      self->first->partly ? "was not fully applied to" : "failed and was skipped for";
  mlo_str more = more_files(self, rests, arena);
  return (mlo_problem){
      .path = rule->file,
      .message = mlo_arena_format(arena, "rule %.*s %s %.*s%.*s: %.*s", MLO_FMT(rule->code), what,
                                  MLO_FMT(self->path), MLO_FMT(more), MLO_FMT(self->first->why)),
      .detail = self->first->detail,
  };
}
