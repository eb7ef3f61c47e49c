/* stripping: what `notebook strip` and the filter process share: the policy for a path, from the configuration and the
 * command line. No rule is loaded for it, since git runs it for each notebook that it looks at. */
#ifndef MLO_CLI_STRIPPING_H
#define MLO_CLI_STRIPPING_H

#include "notebook/strip.h"
#include "plugins/cli/command.h"

/* Their options come first in the tables of both commands, in this order. */
enum {
  STRIPPING_KEEP_OUTPUTS = MLO_POLICY_KEY_COUNT, /* below it: the keys of the policy */
  STRIPPING_CONFIG,
  STRIPPING_ISOLATED,
  STRIPPING_FLAG_COUNT
};
#define MLO_STRIPPING_FLAGS                                                                        \
  [MLO_POLICY_DROP_METADATA] = {.name = "drop-metadata",                                           \
                                .value = "PATHS",                                                  \
                                .help = "more metadata that goes, as in cell.tags"},               \
  [MLO_POLICY_KEEP_COUNTS] = {.name = "keep-counts", .help = "execution counts stay"},             \
  [MLO_POLICY_KEEP_METADATA] = {.name = "keep-metadata",                                           \
                                .value = "PATHS",                                                  \
                                .help = "metadata that stays, as in notebook.widgets"},            \
  [MLO_POLICY_KEEP_MIME_TYPES] = {.name = "keep-mime-types",                                       \
                                  .value = "TYPES",                                                \
                                  .help = "outputs that stay, as in image/*,stderr"},              \
  [MLO_POLICY_KEEP_OUTPUT_KILOBYTES] = {.name = "keep-output-kilobytes",                           \
                                        .value = "N",                                              \
                                        .help = "a cell's outputs that take no more stay"},        \
  [MLO_POLICY_KEEP_OUTPUTS_IN] = {.name = "keep-outputs-in",                                       \
                                  .value = "GLOBS",                                                \
                                  .help = "notebooks that keep outputs and counts"},               \
  [MLO_POLICY_KEEP_TAGS] = {.name = "keep-tags",                                                   \
                            .value = "TAGS",                                                       \
                            .help = "tags of cells that keep their outputs"},                      \
  [STRIPPING_KEEP_OUTPUTS] = {.name = "keep-outputs", .help = "outputs and counts stay"},          \
  [STRIPPING_CONFIG] = {.name = "config",                                                          \
                        .value = "FILE",                                                           \
                        .help = "use this configuration for everything"},                          \
  [STRIPPING_ISOLATED] = {.name = "isolated", .help = "read no configuration file"}

typedef struct mlo_stripping {
  const mlo_arguments *arguments;
  mlo_str root; /* the folder that paths are relative to: "." unless the caller says otherwise */
  mlo_catalogue no_rules;
  mlo_overrides overrides;
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_policy_words given[MLO_POLICY_KEY_COUNT]; /* by the command line */
  uint64_t kilobytes;
} mlo_stripping;

/* The caller closes it, also after a failure. */
mlo_status mlo_stripping_open(const mlo_cli *cli, const mlo_arguments *arguments,
                              mlo_stripping *out, mlo_error *err);
void mlo_stripping_close(mlo_stripping *self);

/* Where paths are looked for. */
mlo_walk_options mlo_stripping_walk(const mlo_stripping *self);
/* What the command line makes of settings, for path. Borrows from both and from arena. */
mlo_policy mlo_stripping_policy(const mlo_stripping *self, const mlo_settings *settings,
                                mlo_str path);
/* The same for a path that need not exist. */
mlo_status mlo_stripping_policy_at(const mlo_stripping *self, mlo_str path, mlo_arena *arena,
                                   mlo_policy *out, mlo_error *err);

#endif
