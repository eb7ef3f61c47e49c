/* suppression: comments that take a finding back, with a reason.
 *
 *   x = torch.load(p)  # mlopslint: ignore[SEC101] our own checkpoint    this physical line
 *   # mlopslint: ignore[SEC101,FIT] reason                               alone on its line: the statement below
 *   # mlopslint: ignore-file[NBK001]                                     anywhere: the whole file
 *   a cell's first line as `# mlopslint: ignore[...]`                    the whole cell
 *
 * Codes, names, areas and code prefixes are understood; a bare `ignore` is not. # in Python, YAML, TOML, HCL, shell, Dockerfile,
 * INI and requirements; <!-- mlopslint: ignore-file[...] --> in Markdown; JSON has none. A comment ends where another tool's begins
 * (`# mlopslint: ignore[SEC101] ours  # noqa`): that one is never touched. */
#ifndef MLO_SUPPRESSION_H
#define MLO_SUPPRESSION_H

#include "run/rule.h"

typedef struct mlo_suppression {
  mlo_span span;   /* of the comment in raw; a notebook's: in the .ipynb */
  mlo_span covers; /* raw bytes whose findings it takes: a finding counts by its start */
  mlo_span list;   /* raw: what stands between the brackets */
  mlo_span
      removal; /* raw: what goes with the comment: the white space before it, or its whole line; empty: can't go */
  mlo_str words;  /* what stands between the brackets */
  mlo_str reason; /* the text behind them, or empty */
  uint64_t
      used; /* bit i: word i has taken a finding back; the 64th word and all behind it share a bit */
  uint32_t
      reach; /* the furthest end of what this one and those before it cover, whole files aside */
  mlo_location at, list_at, removal_at; /* of the spans above, once located */
} mlo_suppression;
typedef MLO_ARRAY(mlo_suppression) mlo_suppressions;

/* Finds the suppressions of a file, sorted by what they cover, those for the whole file last. Cheap where the raw text does not hold "mlopslint:". faulty (may be NULL) gets the
 * comments that were meant as one but take nothing back: without brackets or words, or with another tool's verb; of
 * these only span is set. */
void mlo_suppressions_find(const mlo_file *file, mlo_arena *arena, mlo_suppressions *out,
                           mlo_suppressions *faulty);
/* Sets the locations, and copies all text, so that self outlives the file: everything is in arena then. */
void mlo_suppressions_locate(mlo_suppressions *self, const mlo_file *file, mlo_arena *arena);
/* True if text may hold a suppression. */
bool mlo_suppressions_may_be_in(mlo_str raw);
/* The bit of word number `index` in `used`. */
static inline uint64_t mlo_suppression_bit(uint32_t index) {
  return (uint64_t)1 << (index < 63 ? index : 63);
}
/* True if the word is a code or name that the rule had before. */
bool mlo_rule_was_named(const mlo_rule *rule, mlo_str word);
/* True if a word ("SEC101", "torch-load-unsafe", "security", "SEC", or one that it had before) names the rule. */
bool mlo_rule_is_named(const mlo_rule *rule, mlo_str word);
/* True, and the suppressions marked used, if any covers a finding of rule that starts at raw offset `at`. */
bool mlo_suppressions_cover(mlo_suppressions *self, const mlo_rule *rule, uint32_t at);

#endif
