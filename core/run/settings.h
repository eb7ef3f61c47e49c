/* settings: what is in force for a folder, and who said so. */
#ifndef MLO_SETTINGS_H
#define MLO_SETTINGS_H

#include "notebook/policy.h"
#include "run/rule.h"

/* Where a value comes from: a configuration file and a line of it; an option of the command line ("--select", line 0); or
 * the default (empty). */
typedef struct mlo_source {
  mlo_str path;
  uint32_t line;
} mlo_source;

typedef struct mlo_file_ignore {
  mlo_str glob; /* relative to the configuration's folder */
  bool *rules;  /* by rule index */
  mlo_source source;
} mlo_file_ignore;

/* Files that a rule keeps to; globs are relative to the configuration's folder. */
typedef struct mlo_rule_scope {
  uint32_t rule;
  bool only; /* a rule runs on these only; else on all but these */
  MLO_ARRAY(mlo_str) globs;
  mlo_source source;
} mlo_rule_scope;

typedef struct mlo_given_option {
  uint32_t rule, option; /* index into the catalogue's rules, and into the rule's options */
  mlo_str json;
  mlo_source source;
} mlo_given_option;

/* A word of a configuration that a rule had before. */
typedef struct mlo_former_word {
  mlo_str word, code; /* as it is written; what it means now */
  mlo_source source;
} mlo_former_word;

/* The settings in force for a folder: const once made, shared by threads. */
typedef struct mlo_settings {
  mlo_str path;                /* the configuration file, or empty */
  MLO_ARRAY(mlo_str) extended; /* the files that it extends, in the order in which they act */
  mlo_str folder;              /* its folder relative to the root; "" for the root */
  mlo_str
      above; /* if the file stands above the root: the root as seen from its folder; else empty */
  bool *enabled; /* by rule index, as are the next three */
  mlo_source *enabled_by;
  mlo_severity *severity;
  mlo_source *severity_by;
  mlo_options_json *options; /* all that are in force, if any was given; else empty */
  MLO_ARRAY(mlo_given_option) given;
  MLO_ARRAY(mlo_rule_scope) scopes;
  MLO_ARRAY(mlo_former_word) former;
  MLO_ARRAY(mlo_str) exclude;
  MLO_ARRAY(mlo_file_ignore) file_ignores;
  MLO_ARRAY(mlo_str) packs; /* folders, relative to the configuration's */
  bool respect_gitignore;
  uint64_t max_file_size;
  mlo_severity fail_on;
  mlo_str baseline; /* a file, relative to the configuration's folder; or empty */
  mlo_policy notebook; /* without what the path has to say: mlo_settings_policy */
  mlo_source notebook_by[MLO_POLICY_KEY_COUNT];
  mlo_source exclude_by, packs_by, gitignore_by, size_by, fail_on_by, baseline_by;
} mlo_settings;

/* True if rule is on for path (relative to the root). */
bool mlo_settings_wants(const mlo_settings *self, uint32_t rule, mlo_str path);
/* The same, and what decided it. */
bool mlo_settings_judge(const mlo_settings *self, uint32_t rule, mlo_str path, mlo_source *why);
/* True if exclude takes path out, or it is an example of a rule pack. */
bool mlo_settings_excludes(const mlo_settings *self, mlo_str path);
/* What of the notebook at path (relative to the root) may stay; borrows from self. */
mlo_policy mlo_settings_policy(const mlo_settings *self, mlo_str path);
/* path, which the configuration says relative to its folder, as seen from the root; in arena. */
mlo_str mlo_settings_path(const mlo_settings *self, mlo_str path, mlo_arena *arena);

#endif
