/* own_rules: the rules about mlopslint's own comments and reading, which no layer has to bring.
 *
 *   MLO001 unused-suppression    a word of a suppression takes nothing back: the next finding there would go unseen
 *   MLO002 invalid-suppression   a comment that was meant as one, but names no rule
 *   MLO003 python-not-read       a Python file that some rule had to see, and that does not parse as a whole
 *
 * They are equal to the others in select, ignore, severity, per-file-ignores, explain and fixes. A word is unused only
 * if every rule it names was able to speak: the whole project was read, the rule is on for the file (one rule of those
 * that the word names at least), and nothing went wrong with the file. A rule that was spared the file because a literal
 * it needs isn't there has spoken. */
#ifndef MLO_OWN_RULES_H
#define MLO_OWN_RULES_H

#include "run/config.h"
#include "run/suppression.h"

/* Adds the records to a catalogue that is empty yet: rules of the layer come behind and are sorted with them. */
void mlo_own_rules_add(mlo_catalogue *catalogue, mlo_arena *arena);

/* A file's suppressions after all rules have spoken. */
typedef struct mlo_own_file {
  const mlo_catalogue *catalogue;
  const mlo_settings *settings;
  mlo_str path;
  const mlo_suppressions *suppressions, *faulty; /* located */
  bool complete; /* every rule that is on could have found all it would find here */
  bool isolated; /* rule packs were left out: a word may name a rule of theirs */
} mlo_own_file;

/* True if some suppression may take back what these rules find. */
bool mlo_own_rules_named(const mlo_catalogue *catalogue, const mlo_suppressions *suppressions);
/* What there is to say of them, as drafts whose places are located. */
void mlo_own_rules_judge(const mlo_own_file *self, mlo_arena *arena, mlo_drafts *out);

/* Says where a Python file at work stops being understood (its first such place). wanted: by rule. */
void mlo_own_rules_unread(const mlo_catalogue *catalogue, const bool *wanted, const mlo_file *file,
                          mlo_arena *arena, mlo_drafts *out);

#endif
