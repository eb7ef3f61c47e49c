#include "run/notebook_options.h"

#include "base/nearest.h"

static const char *const list_wanted[MLO_POLICY_KEY_COUNT] = {
    [MLO_POLICY_DROP_METADATA] = "a list of paths, as in [\"cell.collapsed\"]",
    [MLO_POLICY_KEEP_METADATA] = "a list of paths, as in [\"notebook.widgets\"]",
    [MLO_POLICY_KEEP_MIME_TYPES] = "a list of MIME types, as in [\"image/png\"]",
    [MLO_POLICY_KEEP_OUTPUTS_IN] = "a list of paths or patterns, as in [\"docs\"]",
    [MLO_POLICY_KEEP_TAGS] = "a list of cells' tags, as in [\"keep_output\"]"};

static mlo_status read_list(mlo_config_reader *self, mlo_value value, mlo_policy_key key) {
  mlo_config_words read = {0};
  mlo_status status = mlo_config_read_strings(self, value, list_wanted[key], &read);
  self->settings->notebook.words[key] = (mlo_policy_words){read.words.items, read.words.len};
  return status;
}

/* Paths of metadata begin with what holds it: anything else would never take anything. */
static mlo_status check_paths(mlo_config_reader *self, mlo_value value, mlo_policy_key key) {
  const mlo_policy_words *paths = &self->settings->notebook.words[key];
  for (uint32_t i = 0; i < paths->len; i++) {
    mlo_str path = paths->items[i];
    if (mlo_policy_path_is_known(path)) continue;
    return mlo_config_wrong(self, mlo_config_node(self, value)->span.start,
                            "`%.*s` begins with neither \"cell.\" nor \"notebook.\"%.*s", path,
                            (mlo_str){0});
  }
  return MLO_OK;
}

static mlo_status read_kilobytes(mlo_config_reader *self, mlo_value value) {
  const mlo_value_node *node = mlo_config_node(self, value);
  if (node->kind != MLO_VALUE_INTEGER || node->integer < 0)
    return mlo_config_wrong_value(self, value, "a number of kilobytes, as in 16");
  self->settings->notebook.keep_output_kilobytes = (uint64_t)node->integer;
  return MLO_OK;
}

static mlo_status read_counts(mlo_config_reader *self, mlo_value value) {
  self->settings->notebook.keep_counts = mlo_config_node(self, value)->boolean;
  return mlo_config_check_kind(self, value, MLO_VALUE_BOOL, "true or false");
}

mlo_status mlo_notebook_options_read(mlo_config_reader *self, mlo_value value) {
  const mlo_value_node *node = mlo_config_node(self, value);
  mlo_nearest nearest = {.word = node->key};
  int found = MLO_POLICY_KEY_COUNT;
  for (int key = 0; key < MLO_POLICY_KEY_COUNT; key++) {
    if (mlo_str_eq(mlo_policy_names[key], node->key)) found = key;
    mlo_nearest_offer(&nearest, mlo_policy_names[key]);
  }
  if (found == MLO_POLICY_KEY_COUNT)
    return mlo_config_wrong(self, node->key_span.start,
                            "unknown key `%.*s`; the nearest known is `%.*s`", node->key,
                            nearest.best);
  mlo_policy_key key = (mlo_policy_key)found;
  self->settings->notebook_by[key] = mlo_config_source(self, node->key_span.start);
  if (key == MLO_POLICY_KEEP_COUNTS) return read_counts(self, value);
  if (key == MLO_POLICY_KEEP_OUTPUT_KILOBYTES) return read_kilobytes(self, value);
  mlo_status status = read_list(self, value, key);
  bool paths = key == MLO_POLICY_KEEP_METADATA || key == MLO_POLICY_DROP_METADATA;
  return status == MLO_OK && paths ? check_paths(self, value, key) : status;
}
