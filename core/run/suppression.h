/* suppression: comments that take a finding back, with a reason.
 *
 *   x = torch.load(p)  # mlopslint: ignore[SEC101] our own checkpoint    this physical line
 *   # mlopslint: ignore[SEC101,FIT] reason                               alone on its line: the statement below
 *   # mlopslint: ignore-file[NBK001]                                     anywhere: the whole file
 *   a cell's first line as `# mlopslint: ignore[...]`                    the whole cell
 *
 * Codes, names, areas and code prefixes are understood; a bare `ignore` is not. # in Python, YAML, TOML, HCL, shell, Dockerfile,
 * INI and requirements; <!-- mlopslint: ignore-file[...] --> in Markdown; JSON has none. */
#ifndef MLO_SUPPRESSION_H
#define MLO_SUPPRESSION_H

#include "run/rule.h"

typedef struct mlo_suppression {
  mlo_span span;   /* of the comment in raw; a notebook's: in the .ipynb */
  mlo_span covers; /* raw bytes whose findings it takes: a finding counts by its start */
  mlo_str words;   /* what stands between the brackets */
  mlo_str reason;  /* the text behind them, or empty */
  bool used;
} mlo_suppression;
typedef MLO_ARRAY(mlo_suppression) mlo_suppressions;

/* Finds the suppressions of a file. Cheap where the raw text does not hold "mlopslint:". */
void mlo_suppressions_find(const mlo_file *file, mlo_arena *arena, mlo_suppressions *out);
/* True if a word ("SEC101", "torch-load-unsafe", "security", "SEC") names the rule. */
bool mlo_rule_is_named(const mlo_rule *rule, mlo_str word);
/* True, and the suppression marked used, if one covers a finding of rule that starts at raw offset `at`. */
bool mlo_suppressions_cover(mlo_suppressions *self, const mlo_rule *rule, uint32_t at);

#endif
