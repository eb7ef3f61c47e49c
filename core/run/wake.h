/* wake: finds the places in one file that wake a rule, and wakes it. Private to core/run. */
#ifndef MLO_WAKE_H
#define MLO_WAKE_H

#include "run/worker.h"

/* Runs all active triggers over file, whose facts are read as far as they could be. */
void mlo_wake_all(const mlo_shared *shared, const mlo_active *active, mlo_file *file,
                  mlo_parser *parser, mlo_rule_worker *rules, mlo_regex_scratch *regex,
                  mlo_answers *answers);
/* The part of it that tries code patterns. */
void mlo_wake_patterns(const mlo_shared *shared, const mlo_active *active, mlo_file *file,
                       mlo_rule_worker *rules, mlo_answers *answers);

#endif
