/* rule_options: the table [rules.NAME] of a configuration: a rule's options by its own types, and the files it keeps to
 * (`files`, `ignores`, unless the rule has options of these names). */
#ifndef MLO_RULE_OPTIONS_H
#define MLO_RULE_OPTIONS_H

#include "run/config_reader.h"

/* Takes what a table says of rule number `rule` into the settings' given options and scopes. */
mlo_status mlo_rule_options_read(mlo_config_reader *self, uint32_t rule, mlo_value table);
/* All options in force as JSON, those not given with their defaults, so that the rule layer needs to merge nothing. */
mlo_str mlo_rule_options_render(const mlo_settings *settings, const mlo_rule *rule, uint32_t index,
                                mlo_arena *arena);

#endif
