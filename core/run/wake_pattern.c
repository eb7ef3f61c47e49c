#include "run/wake.h"

enum { STEPS_FOR_ONE_FILE = 10 * 1000 * 1000 };

/* The patterns of one file at work. Each rule has steps of its own, so that none takes another's. */
typedef struct pattern_waking {
  const mlo_shared *shared;
  mlo_file *file;
  mlo_rule_worker *rules;
  mlo_answers *answers;
  mlo_matching matching;
  uint64_t *steps; /* by rule */
  uint32_t
      *matched; /* by trigger: 1 + the last node, which other patterns of it are not tried on */
} pattern_waking;

static bool match_within_budget(pattern_waking *self, const mlo_pattern_entry *entry, uint32_t rule,
                                mlo_node node) {
  self->matching.steps = self->steps[rule];
  bool matched = mlo_selector_match(entry->selector, entry->pattern, &self->matching, node);
  self->steps[rule] = self->matching.steps;
  if (!self->matching.over) return matched;
  self->matching.over = false;
  self->steps[rule] = STEPS_FOR_ONE_FILE;
  mlo_failure failure = {.rule = rule, .costly = true, .partly = true};
  failure.why = MLO_STR("its patterns took too long there");
  MLO_PUSH(self->answers->arena, &self->answers->failures, failure);
  return false;
}

static void try_candidate(const mlo_pattern_entry *entry, mlo_node node, void *ctx) {
  pattern_waking *self = ctx;
  const mlo_trigger *trigger = &self->shared->catalogue->triggers.items[entry->trigger];
  if (self->steps[trigger->rule] >= STEPS_FOR_ONE_FILE) return;
  if (self->matched[entry->trigger] == node + 1) return;
  if (!match_within_budget(self, entry, trigger->rule, node)) return;
  self->matched[entry->trigger] = node + 1;
  mlo_match match =
      mlo_selector_captures(entry->selector, &self->matching, node, self->file->arena);
  mlo_hit hit = {.trigger = trigger, .node = node, .match = &match};
  self->shared->layer->wake(self->rules, &hit, self->answers);
}

void mlo_wake_patterns(const mlo_shared *shared, const mlo_active *active, mlo_file *file,
                       mlo_rule_worker *rules, mlo_answers *answers) {
  const mlo_catalogue *catalogue = shared->catalogue;
  pattern_waking self = {.shared = shared, .file = file, .rules = rules, .answers = answers};
  self.steps = MLO_NEW_ARRAY(file->arena, uint64_t, catalogue->rules.len + 1);
  self.matched = MLO_NEW_ARRAY(file->arena, uint32_t, catalogue->triggers.len + 1);
  mlo_matching_init(&self.matching, file->facts, STEPS_FOR_ONE_FILE, file->arena);
  mlo_pattern_index_each(mlo_trigger_index_patterns(shared->index), active->triggers, file->facts,
                         try_candidate, &self);
}
