#include "notebook/policy.h"

#include "base/glob.h"

const mlo_str mlo_policy_names[MLO_POLICY_KEY_COUNT] = {MLO_STR_INIT("drop-metadata"),
                                                        MLO_STR_INIT("keep-counts"),
                                                        MLO_STR_INIT("keep-metadata"),
                                                        MLO_STR_INIT("keep-mime-types"),
                                                        MLO_STR_INIT("keep-output-kilobytes"),
                                                        MLO_STR_INIT("keep-outputs-in"),
                                                        MLO_STR_INIT("keep-tags")};

/* Folders whose notebooks are there to be read. */
static const mlo_str documentation[] = {
    MLO_STR_INIT("doc"),      MLO_STR_INIT("docs"),     MLO_STR_INIT("documentation"),
    MLO_STR_INIT("example"),  MLO_STR_INIT("examples"), MLO_STR_INIT("tutorial"),
    MLO_STR_INIT("tutorials")};
static const mlo_str tags[] = {MLO_STR_INIT("keep_output"), MLO_STR_INIT("keep-output")};

#define WORDS(list)                                                                                \
  { (list), sizeof(list) / sizeof *(list) }

const mlo_policy mlo_policy_default = {
    .words = {
        [MLO_POLICY_KEEP_OUTPUTS_IN] = WORDS(documentation), [MLO_POLICY_KEEP_TAGS] = WORDS(tags)}};

bool mlo_policy_key_is_list(mlo_policy_key key) {
  return key != MLO_POLICY_KEEP_COUNTS && key != MLO_POLICY_KEEP_OUTPUT_KILOBYTES;
}

bool mlo_policy_path_is_known(mlo_str path) {
  return mlo_str_starts(path, MLO_STR("cell.")) || mlo_str_starts(path, MLO_STR("notebook.")) ||
         mlo_str_eq(path, MLO_STR("*"));
}

void mlo_policy_put(const mlo_policy *self, mlo_buf *out) {
  mlo_buf_format(out, "%llu %d %d", (unsigned long long)self->keep_output_kilobytes,
                 self->keep_counts, self->keep_outputs);
  for (int key = 0; key < MLO_POLICY_KEY_COUNT; key++) {
    const mlo_policy_words *words = &self->words[key];
    mlo_buf_format(out, ";%u", words->len);
    for (uint32_t i = 0; i < words->len; i++)
      mlo_buf_format(out, ",%zu:%.*s", words->items[i].len, MLO_FMT(words->items[i]));
  }
}

static bool has_word(const mlo_policy_words *words, mlo_str word) {
  for (uint32_t i = 0; i < words->len; i++)
    if (mlo_str_eq(words->items[i], word)) return true;
  return false;
}

/* --- outputs --------------------------------------------------------------------------------- */

bool mlo_policy_keeps_notebook(const mlo_policy *self, const mlo_notebook *notebook) {
  return self->keep_outputs || notebook->keep_output == MLO_SAID_YES;
}

static bool has_tag(const mlo_policy *self, const mlo_cell *cell) {
  for (uint32_t i = 0; i < cell->tags.len; i++)
    if (has_word(&self->words[MLO_POLICY_KEEP_TAGS], cell->tags.items[i])) return true;
  return false;
}

bool mlo_policy_keeps_cell(const mlo_policy *self, const mlo_notebook *notebook,
                           const mlo_cell *cell) {
  if (cell->outputs.len == 0) return true;
  if (cell->keep_output == MLO_SAID_YES || has_tag(self, cell)) return true;
  if (cell->keep_output == MLO_SAID_NO) return false;
  if (mlo_policy_keeps_notebook(self, notebook)) return true;
  uint64_t bytes = cell->outputs_span.end - cell->outputs_span.start;
  return (bytes + 1023) / 1024 <= self->keep_output_kilobytes;
}

bool mlo_policy_keeps_mime(const mlo_policy *self, mlo_str mime) {
  const mlo_policy_words *types = &self->words[MLO_POLICY_KEEP_MIME_TYPES];
  for (uint32_t i = 0; i < types->len; i++)
    if (mlo_glob_match(types->items[i], mime)) return true;
  return false;
}

bool mlo_policy_keeps_output(const mlo_policy *self, const mlo_notebook *notebook,
                             const mlo_cell *cell, const mlo_output *output) {
  if (mlo_policy_keeps_cell(self, notebook, cell)) return true;
  if (cell->keep_output == MLO_SAID_NO) return false;
  for (uint32_t i = 0; i < output->texts.len; i++)
    if (mlo_policy_keeps_mime(self, output->texts.items[i].mime)) return true;
  return false;
}

bool mlo_policy_keeps_counts(const mlo_policy *self, const mlo_notebook *notebook) {
  return self->keep_counts || mlo_policy_keeps_notebook(self, notebook);
}

/* --- metadata -------------------------------------------------------------------------------- */

/* What editors, kernels and services write of a run or of a view: it changes without anybody having changed the
 * notebook. Not here is what somebody chose and what changes how a notebook runs or is shown to others: kernelspec,
 * tags, accelerator, colab.gpuType, jupyter.source_hidden, hide_input, slideshow. */
static const mlo_str known_noise[] = {
    /* Jupyter and its extensions */
    MLO_STR_INIT("cell.ExecuteTime"), MLO_STR_INIT("cell.collapsed"),
    MLO_STR_INIT("cell.execution"), MLO_STR_INIT("cell.heading_collapsed"),
    MLO_STR_INIT("cell.hidden"), MLO_STR_INIT("cell.jp-MarkdownHeadingCollapsed"),
    MLO_STR_INIT("cell.jupyter.outputs_hidden"), MLO_STR_INIT("cell.outputExpanded"),
    MLO_STR_INIT("cell.scrolled"), MLO_STR_INIT("cell.trusted"),
    MLO_STR_INIT("notebook.language_info.version"), MLO_STR_INIT("notebook.orig_nbformat"),
    MLO_STR_INIT("notebook.orig_nbformat_minor"), MLO_STR_INIT("notebook.signature"),
    MLO_STR_INIT("notebook.toc.toc_position"), MLO_STR_INIT("notebook.toc.toc_window_display"),
    MLO_STR_INIT("notebook.varInspector"),
    /* Visual Studio Code, PyCharm */
    MLO_STR_INIT("cell.pycharm.is_executing"), MLO_STR_INIT("notebook.interpreter"),
    MLO_STR_INIT("notebook.vscode"),
    /* Colab: who ran a cell and when, the size and address of its output */
    MLO_STR_INIT("cell.colab"), MLO_STR_INIT("cell.executionInfo"), MLO_STR_INIT("cell.outputId"),
    MLO_STR_INIT("notebook.colab.authorship_tag"),
    MLO_STR_INIT("notebook.colab.collapsed_sections"), MLO_STR_INIT("notebook.colab.provenance"),
    /* papermill, Azure ML, Deepnote, nteract */
    MLO_STR_INIT("cell.papermill"), MLO_STR_INIT("notebook.papermill"), MLO_STR_INIT("cell.gather"),
    MLO_STR_INIT("cell.execution_context_id"), MLO_STR_INIT("cell.execution_millis"),
    MLO_STR_INIT("cell.execution_start"), MLO_STR_INIT("cell.deepnote_to_be_reexecuted"),
    MLO_STR_INIT("cell.output_cleared"), MLO_STR_INIT("cell.source_hash"),
    MLO_STR_INIT("notebook.deepnote_execution_queue"),
    MLO_STR_INIT("notebook.deepnote_persisted_session"), MLO_STR_INIT("cell.nteract.transient")};

/* What belongs to the outputs: it goes with them, and stays with those of a whole notebook. */
static const mlo_str output_state[] = {MLO_STR_INIT("notebook.widgets")};

static const mlo_policy_words noise = WORDS(known_noise), state = WORDS(output_state);

static bool pattern_takes(mlo_str pattern, mlo_str path) {
  if (!mlo_str_ends(pattern, MLO_STR("*"))) return mlo_str_eq(pattern, path);
  pattern.len--;
  return mlo_str_starts(path, pattern);
}

static bool is_taken(const mlo_policy_words *patterns, mlo_str path) {
  for (uint32_t i = 0; i < patterns->len; i++)
    if (pattern_takes(patterns->items[i], path)) return true;
  return false;
}

/* True if a pattern may take something inside of path. */
static bool reaches_into(const mlo_policy_words *patterns, mlo_str path) {
  for (uint32_t i = 0; i < patterns->len; i++) {
    mlo_str pattern = patterns->items[i];
    if (mlo_str_starts(pattern, path) && pattern.len > path.len && pattern.ptr[path.len] == '.')
      return true;
  }
  return false;
}

mlo_metadata_fate mlo_policy_metadata(const mlo_policy *self, const mlo_notebook *notebook,
                                      mlo_str path, bool gone) {
  const mlo_policy_words *keep = &self->words[MLO_POLICY_KEEP_METADATA];
  const mlo_policy_words *drop = &self->words[MLO_POLICY_DROP_METADATA];
  if (is_taken(keep, path)) return MLO_METADATA_STAYS;
  gone |= is_taken(drop, path) || is_taken(&noise, path);
  gone |= is_taken(&state, path) && !mlo_policy_keeps_notebook(self, notebook);
  if (gone) return reaches_into(keep, path) ? MLO_METADATA_EMPTIES : MLO_METADATA_GOES;
  bool opens = reaches_into(drop, path) || reaches_into(&noise, path);
  return opens ? MLO_METADATA_OPENS : MLO_METADATA_STAYS;
}
