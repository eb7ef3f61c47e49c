/* policy: what of a notebook may stay in version control. `notebook strip`, the rules and their fixes share this one
 * answer; it is configured in [notebook] (run/config.h), and a notebook's author has a say by tags and metadata.
 *
 * Outputs stay
 *   all of a notebook, with counts and the state of widgets: its path is among keep-outputs-in, or its metadata says
 *     "keep_output": true;
 *   all of a cell: it has one of keep-tags, its metadata says "keep_output" or "init_cell": true, or they take at most
 *     keep-output-kilobytes of the file. "keep_output": false is stronger than what the notebook says;
 *   one by one: the output holds one of keep-mime-types. Its other types go, so that a figure may stay without the
 *     table that stands beside it as text. "stdout", "stderr" and "traceback" (errors) count as types.
 *
 * Metadata is named by a path: "cell.collapsed", "notebook.language_info.version". What editors and kernels write of
 * themselves goes (known_noise in policy.c), and drop-metadata; keep-metadata is stronger than both. A `*` at the end
 * of a path stands for any rest. */
#ifndef MLO_POLICY_H
#define MLO_POLICY_H

#include "base/buf.h"
#include "notebook/notebook.h"

typedef struct mlo_policy_words {
  const mlo_str *items;
  uint32_t len;
} mlo_policy_words;

/* In the order of their names. */
typedef enum mlo_policy_key {
  MLO_POLICY_DROP_METADATA,
  MLO_POLICY_KEEP_COUNTS,
  MLO_POLICY_KEEP_METADATA,
  MLO_POLICY_KEEP_MIME_TYPES,
  MLO_POLICY_KEEP_OUTPUT_KILOBYTES,
  MLO_POLICY_KEEP_OUTPUTS_IN,
  MLO_POLICY_KEEP_TAGS,
  MLO_POLICY_KEY_COUNT
} mlo_policy_key;

extern const mlo_str mlo_policy_names[MLO_POLICY_KEY_COUNT]; /* "drop-metadata", ... */

/* Borrows its words. Const once made. */
typedef struct mlo_policy {
  mlo_policy_words words[MLO_POLICY_KEY_COUNT]; /* of those keys that are lists */
  uint64_t keep_output_kilobytes;
  bool keep_counts;
  bool keep_outputs; /* of all cells: the path is among keep-outputs-in, or the user says so */
} mlo_policy;

extern const mlo_policy mlo_policy_default;

/* True for what can name metadata: "cell.x", "notebook.x", or "*". */
bool mlo_policy_path_is_known(mlo_str path);
bool mlo_policy_key_is_list(mlo_policy_key key);
/* Writes all that it says, so that equal policies give equal text. */
void mlo_policy_put(const mlo_policy *self, mlo_buf *out);

bool mlo_policy_keeps_notebook(const mlo_policy *self, const mlo_notebook *notebook);
/* All outputs of the cell stay; also true if it has none. */
bool mlo_policy_keeps_cell(const mlo_policy *self, const mlo_notebook *notebook,
                           const mlo_cell *cell);
/* The output stays, at least with some of its types. */
bool mlo_policy_keeps_output(const mlo_policy *self, const mlo_notebook *notebook,
                             const mlo_cell *cell, const mlo_output *output);
bool mlo_policy_keeps_mime(const mlo_policy *self, mlo_str mime);
bool mlo_policy_keeps_counts(const mlo_policy *self, const mlo_notebook *notebook);

typedef enum mlo_metadata_fate {
  MLO_METADATA_STAYS,  /* with all that is in it */
  MLO_METADATA_GOES,   /* with all that is in it */
  MLO_METADATA_OPENS,  /* if it is an object, its members are asked for one by one; else it stays */
  MLO_METADATA_EMPTIES /* the same with `gone`; what is no object goes */
} mlo_metadata_fate;

/* path: "cell.jupyter.outputs_hidden". gone: what holds it goes, but for what is kept. */
mlo_metadata_fate mlo_policy_metadata(const mlo_policy *self, const mlo_notebook *notebook,
                                      mlo_str path, bool gone);

#endif
