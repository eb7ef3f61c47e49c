#include "plugins/cli/stripping.h"

static mlo_status read_words(mlo_stripping *self, mlo_policy_key key, mlo_arena *arena,
                             mlo_error *err) {
  mlo_words words = mlo_arguments_words(self->arguments, key, arena);
  self->given[key] = (mlo_policy_words){words.items, words.len};
  bool paths = key == MLO_POLICY_KEEP_METADATA || key == MLO_POLICY_DROP_METADATA;
  for (uint32_t i = 0; paths && i < words.len; i++)
    if (!mlo_policy_path_is_known(words.items[i]))
      return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                           "--%.*s: `%.*s` begins with neither `cell.` nor `notebook.`",
                           MLO_FMT(mlo_policy_names[key]), MLO_FMT(words.items[i]));
  return MLO_OK;
}

static mlo_status read_kilobytes(mlo_stripping *self, mlo_error *err) {
  mlo_str text = mlo_arguments_last(self->arguments, MLO_POLICY_KEEP_OUTPUT_KILOBYTES);
  bool number = text.len > 0 && text.len < 10;
  for (size_t i = 0; number && i < text.len; i++) {
    number = text.ptr[i] >= '0' && text.ptr[i] <= '9';
    self->kilobytes = self->kilobytes * 10 + (uint64_t)(text.ptr[i] - '0');
  }
  if (number || !text.ptr) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                       "--keep-output-kilobytes must be a number of kilobytes, not '%.*s'",
                       MLO_FMT(text));
}

/* Rules that we didn't load are not missed by what the configuration says of them: see config.c. */
static void expect_no_rules(mlo_stripping *self, mlo_arena *arena) {
  mlo_problem not_loaded = {0};
  MLO_PUSH(arena, &self->no_rules.problems, not_loaded);
}

mlo_status mlo_stripping_open(const mlo_cli *cli, const mlo_arguments *arguments,
                              mlo_stripping *out, mlo_error *err) {
  *out = (mlo_stripping){.arguments = arguments, .root = MLO_STR(".")};
  mlo_status status =
      mlo_cli_read_config(arguments, STRIPPING_CONFIG, STRIPPING_ISOLATED, &out->overrides, err);
  if (status == MLO_OK) status = read_kilobytes(out, err);
  for (int key = 0; status == MLO_OK && key < MLO_POLICY_KEY_COUNT; key++)
    if (mlo_policy_key_is_list((mlo_policy_key)key))
      status = read_words(out, (mlo_policy_key)key, cli->arena, err);
  expect_no_rules(out, cli->arena);
  if (status == MLO_OK) status = mlo_grammars_new(&out->grammars, err);
  return status ? status : mlo_parser_new(out->grammars, &out->parser, err);
}

void mlo_stripping_close(mlo_stripping *self) {
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
}

mlo_walk_options mlo_stripping_walk(const mlo_stripping *self) {
  return (mlo_walk_options){.root = self->root,
                            .catalogue = &self->no_rules,
                            .overrides = &self->overrides,
                            .parser = self->parser};
}

mlo_policy mlo_stripping_policy(const mlo_stripping *self, const mlo_settings *settings,
                                mlo_str path) {
  mlo_settings ours = *settings;
  mlo_policy *policy = &ours.notebook;
  for (uint32_t key = 0; key < MLO_POLICY_KEY_COUNT; key++)
    if (mlo_arguments_has(self->arguments, key)) policy->words[key] = self->given[key];
  if (mlo_arguments_has(self->arguments, MLO_POLICY_KEEP_OUTPUT_KILOBYTES))
    policy->keep_output_kilobytes = self->kilobytes;
  policy->keep_counts |= mlo_arguments_has(self->arguments, MLO_POLICY_KEEP_COUNTS);
  policy->keep_outputs |= mlo_arguments_has(self->arguments, STRIPPING_KEEP_OUTPUTS);
  return mlo_settings_policy(&ours, path);
}

mlo_status mlo_stripping_policy_at(const mlo_stripping *self, mlo_str path, mlo_arena *arena,
                                   mlo_policy *out, mlo_error *err) {
  mlo_walk_options options = mlo_stripping_walk(self);
  const mlo_settings *settings = NULL;
  mlo_status status = mlo_walk_settings(&options, path, arena, &settings, err);
  if (status == MLO_OK) *out = mlo_stripping_policy(self, settings, path);
  return status;
}
