#include "plugins/git/repository.h"
#include "plugins/git/git.h"

static git_merge_file_input input_of(mlo_str text) {
  git_merge_file_input input;
  git_merge_file_input_init(&input, GIT_MERGE_FILE_INPUT_VERSION);
  input.ptr = text.len ? text.ptr : "";
  input.size = text.len;
  return input;
}

mlo_status mlo_git_merge_lines(const mlo_line_merge *texts, mlo_arena *arena, mlo_str *merged,
                               bool *conflict, mlo_error *err) {
  git_merge_file_input base = input_of(texts->base), ours = input_of(texts->ours),
                       theirs = input_of(texts->theirs);
  git_merge_file_options options;
  git_merge_file_options_init(&options, GIT_MERGE_FILE_OPTIONS_VERSION);
  options.our_label = mlo_arena_cstr(arena, texts->our_label);
  options.their_label = mlo_arena_cstr(arena, texts->their_label);
  options.marker_size = (unsigned short)texts->marker_size;
  git_merge_file_result result = {0};
  mlo_status status = MLO_OK;
  git_libgit2_init();
  if (git_merge_file(&result, &base, &ours, &theirs, &options) != 0) {
    status = mlo_git_complain(err, MLO_ERR_INTERNAL);
  } else {
    *merged = mlo_arena_str(arena, mlo_str_of(result.ptr, result.len));
    *conflict = !result.automergeable;
  }
  git_merge_file_result_free(&result);
  git_libgit2_shutdown();
  return status;
}
