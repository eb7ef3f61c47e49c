/* trial: one test of rules: files in memory, the rules that are on, and what must come out. */
#ifndef MLO_TRIAL_H
#define MLO_TRIAL_H

#include "plugins/cli/expectation.h"

typedef struct mlo_trial_file {
  mlo_str path, text;
  mlo_str fixed;      /* what all fixes must make of it, or ptr NULL */
  mlo_str fixed_path; /* where that stands on disk; empty: in the rule */
  mlo_str expect;     /* a list of expectations beside the file, or empty */
} mlo_trial_file;

typedef struct mlo_trial {
  const mlo_engine *engine;
  mlo_arena *arena;
  mlo_str title; /* "bad example 2", "lint/no-pickle.test/a.py" */
  const mlo_rule *const *rules;
  uint32_t rule_count;
  MLO_ARRAY(mlo_trial_file) files;
  mlo_str options; /* of the first rule, as JSON, or empty */
  mlo_str config;  /* a configuration file for the check, or empty */
  mlo_str message; /* text that one finding's message must hold, or empty */
  bool any;        /* without any expectation one finding is needed, and then any will do */
} mlo_trial;

typedef struct mlo_trial_result {
  uint32_t todos; /* known misses */
  mlo_buf why;    /* what is wrong, a line each; empty: nothing. The caller releases it */
  mlo_buf note;   /* what a person may want to know of a trial that holds */
} mlo_trial_result;

/* Runs the trial. With update, a fixed text on disk (or none yet) that differs from what comes out is written. */
void mlo_trial_run(const mlo_trial *self, bool update, mlo_trial_result *out);

#endif
