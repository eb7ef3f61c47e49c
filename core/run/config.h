/* config: mlopslint.toml, or [tool.mlopslint] of pyproject.toml, nearest to the file.
 *
 *   extends = "base.toml"     or a list: files that act before this one, relative to it
 *   select = ["SEC", "USR001", "torch-load-unsafe"]   codes, names, areas, code prefixes, "ALL"; replaces the default set
 *   extend-select = []        added to the set (opt-in rules)
 *   ignore = []               taken from the set, last
 *   extend-ignore = []        the same, beside what an extended file ignores
 *   exclude = ["vendor"]      not read at all
 *   respect-gitignore = true
 *   max-file-size = 8388608   bytes; larger text files are reported as not scanned (notebooks: 16 times as much)
 *   fail-on = "warning"
 *   rule-packs = ["lint"]     folders with rules of your own; those of the root's configuration count
 *   [per-file-ignores]        "tests" = ["FIT"]
 *   [severity]                SEC101 = "warning", or "off"
 *   [rules.torch-load-unsafe] options of a rule, by name or code; files = [...]: only these; ignores = [...]: all but these
 *   [notebook]                what of notebooks may stay in version control (see notebook/policy.h):
 *     keep-outputs-in = ["docs", "examples", "tutorials", ...]   globs: outputs and counts stay
 *     keep-tags = ["keep_output", "keep-output"]     of cells whose outputs stay
 *     keep-mime-types = []      as in ["image/png"]: outputs of these types stay
 *     keep-output-kilobytes = 0  a cell's outputs that take no more stay
 *     keep-counts = false       execution counts stay
 *     keep-metadata = [], drop-metadata = []   as in ["cell.collapsed", "notebook.colab.*"]
 *   [baseline]                file = "mlopslint.baseline.json": findings that are known (see report/baseline.h)
 *
 * An unknown key, rule, option or a value of the wrong type is an error that names the place and the nearest known
 * word.
 *
 * What comes later wins: defaults, then extended files in their order, then the file itself, then the command line. Lists
 * replace those before them, tables are merged by key; `select` starts over, so that only what its own file (and what
 * comes later) ignores is taken from it. Patterns count from the folder of the file that was found, wherever they are
 * written, since a shared configuration speaks of the projects that use it; rule-packs and the baseline's file count from
 * the file that names them.
 *
 * A configuration that was found in the scanned tree may extend files of the same repository only (of the root, without
 * a repository), links looked through: a stranger's project can't make us read, or quote in a message, what lies
 * elsewhere on the machine, and it means the same on every machine. Its baseline stays in the repository too. A file that
 * the user names with --config may extend any file. Nothing extends an address. */
#ifndef MLO_CONFIG_H
#define MLO_CONFIG_H

#include "run/settings.h"

/* What the command line or the editor says, stronger than any file. */
typedef struct mlo_overrides {
  const mlo_str *select, *extend_select, *ignore;
  uint32_t select_count, extend_select_count, ignore_count;
  bool isolated;    /* read no configuration file */
  mlo_str config;   /* use this file for everything instead of the nearest; or empty */
  mlo_str baseline; /* use this baseline instead of the configuration's; or empty */
  mlo_severity least; /* findings below it are left out: neither told nor fixed */
  bool
      new_baseline; /* it is about to be made: it need not exist, nor be read where all it could hold is looked at */
} mlo_overrides;

/* A configuration file's text, and where it stands. */
typedef struct mlo_config_file {
  mlo_str path; /* as messages name it; decides between the two forms */
  mlo_str text;
  mlo_str folder, above; /* see mlo_settings */
  mlo_str place;         /* on disk, for what it extends; empty: it can't extend */
  mlo_str
      fence; /* the folder that it must not leave, links resolved; empty: the user named it, so there is none */
} mlo_config_file;

/* The settings without any file. */
mlo_status mlo_settings_default(const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                                mlo_arena *arena, mlo_settings **out, mlo_error *err);
/* Reads a configuration file's text (copied where it is kept) and the files that it extends. *found is false, and *out
 * untouched, for a pyproject.toml without our table. */
mlo_status mlo_settings_read(mlo_parser *parser, const mlo_config_file *file,
                             const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                             mlo_arena *arena, bool *found, mlo_settings **out, mlo_error *err);

#endif
