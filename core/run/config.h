/* config: mlopslint.toml, or [tool.mlopslint] of pyproject.toml, nearest to the file.
 *
 *   select = ["SEC", "USR001", "torch-load-unsafe"]   codes, names, areas, code prefixes, "ALL"; replaces the default set
 *   extend-select = []        added to the set (opt-in rules)
 *   ignore = []               taken from the set, last
 *   exclude = ["vendor"]      not read at all
 *   respect-gitignore = true
 *   max-file-size = 8388608   bytes; larger text files are reported as not scanned (notebooks: 16 times as much)
 *   fail-on = "warning"
 *   rule-packs = ["lint"]     folders with rules of your own; those of the root's configuration count
 *   [per-file-ignores]        "tests" = ["FIT"]
 *   [severity]                SEC101 = "warning"
 *   [rules.torch-load-unsafe] options of a rule, by name or code
 *
 * An unknown key, rule, option or a value of the wrong type is an error that names the place and the nearest known
 * word. */
#ifndef MLO_CONFIG_H
#define MLO_CONFIG_H

#include "run/rule.h"

/* What the command line or the editor says, stronger than any file. */
typedef struct mlo_overrides {
  const mlo_str *select, *extend_select, *ignore;
  uint32_t select_count, extend_select_count, ignore_count;
  bool isolated;  /* read no configuration file */
  mlo_str config; /* use this file for everything instead of the nearest; or empty */
} mlo_overrides;

typedef struct mlo_file_ignore {
  mlo_str glob; /* relative to the configuration's folder */
  bool *rules;  /* by rule index */
} mlo_file_ignore;

/* The settings in force for a folder: const once made, shared by threads. */
typedef struct mlo_settings {
  mlo_str path;   /* the configuration file, or empty */
  mlo_str folder; /* its folder relative to the root; "" for the root */
  mlo_str
      above; /* if the file stands above the root: the root as seen from its folder; else empty */
  bool *enabled; /* by rule index */
  mlo_severity *severity;
  mlo_options_json *options;
  MLO_ARRAY(mlo_str) exclude;
  MLO_ARRAY(mlo_file_ignore) file_ignores;
  MLO_ARRAY(mlo_str) packs; /* folders, relative to the configuration's */
  bool respect_gitignore;
  uint64_t max_file_size;
  mlo_severity fail_on;
} mlo_settings;

/* The settings without any file. */
mlo_status mlo_settings_default(const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                                mlo_arena *arena, mlo_settings **out, mlo_error *err);
/* Reads a configuration file's text (copied where it is kept). path decides between the two forms; *found is false, and *out untouched, for a
 * pyproject.toml without our table. folder: see mlo_settings. */
mlo_status mlo_settings_read(mlo_parser *parser, mlo_str path, mlo_str text, mlo_str folder,
                             const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                             mlo_arena *arena, bool *found, mlo_settings **out, mlo_error *err);
/* True if rule is on for path (relative to the root). */
bool mlo_settings_wants(const mlo_settings *self, uint32_t rule, mlo_str path);
/* True if exclude takes path out. */
bool mlo_settings_excludes(const mlo_settings *self, mlo_str path);

#endif
