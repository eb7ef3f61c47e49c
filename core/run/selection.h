/* selection: sets of rules, named by words: a code, a name, an area, a code's beginning ("SEC", "SEC1") or "ALL". */
#ifndef MLO_SELECTION_H
#define MLO_SELECTION_H

#include "run/rule.h"

/* Sets set[i] to value for each rule that word names. False if it names none. */
bool mlo_selection_mark(const mlo_catalogue *catalogue, mlo_str word, bool value, bool *set);
/* The rule with this code or name, or UINT32_MAX. */
uint32_t mlo_selection_rule(const mlo_catalogue *catalogue, mlo_str code_or_name);
/* The nearest word that names rules; empty without rules. only_rules: no areas and beginnings. */
mlo_str mlo_selection_nearest(const mlo_catalogue *catalogue, mlo_str word, bool only_rules);

#endif
