#include "run/selection.h"

#include "base/nearest.h"
#include "run/suppression.h"

bool mlo_selection_mark(const mlo_catalogue *catalogue, mlo_str word, bool value, bool *set) {
  bool all = mlo_str_eq(word, MLO_STR("ALL")), found = all;
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    if (!all && !mlo_rule_is_named(&catalogue->rules.items[i], word)) continue;
    set[i] = value;
    found = true;
  }
  return found;
}

uint32_t mlo_selection_rule(const mlo_catalogue *catalogue, mlo_str code_or_name) {
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    const mlo_rule *rule = &catalogue->rules.items[i];
    if (mlo_str_eq(rule->code, code_or_name) || mlo_str_eq(rule->name, code_or_name) ||
        mlo_rule_was_named(rule, code_or_name))
      return i;
  }
  return UINT32_MAX;
}

/* "SEC" of SEC101. */
static mlo_str letters_of(mlo_str code) {
  size_t len = 0;
  while (len < code.len && (code.ptr[len] < '0' || code.ptr[len] > '9')) len++;
  return mlo_str_slice(code, 0, len);
}

mlo_str mlo_selection_nearest(const mlo_catalogue *catalogue, mlo_str word, bool only_rules) {
  mlo_nearest nearest = {.word = word};
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    const mlo_rule *rule = &catalogue->rules.items[i];
    mlo_nearest_offer(&nearest, rule->code);
    mlo_nearest_offer(&nearest, rule->name);
    if (only_rules) continue;
    mlo_nearest_offer(&nearest, rule->area);
    mlo_nearest_offer(&nearest, letters_of(rule->code));
  }
  return nearest.best;
}
