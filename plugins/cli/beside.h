/* beside: the tests that stand beside a rule file on disk. For lint/no-pickle.lua:
 *
 *   lint/no-pickle.test.py         a file, checked as no-pickle.py
 *   lint/no-pickle.test/a.py       a file, checked as a.py
 *   lint/no-pickle.test/service/   a folder: its files are checked together, as one project
 *
 * Beside a file x, x.fixed is what all fixes make of it, and x.expect a list of expectations (see expectation.h). A
 * mlopslint.toml in the folder configures the files beside it. */
#ifndef MLO_BESIDE_H
#define MLO_BESIDE_H

#include "plugins/cli/trial.h"

typedef MLO_ARRAY(mlo_trial) mlo_trials;

/* Appends the trials beside rule_file; only title, files and config are set. What can't be read is told on standard
 * error and fails. */
mlo_status mlo_beside_read(mlo_str rule_file, mlo_arena *arena, mlo_trials *out, mlo_error *err);

#endif
