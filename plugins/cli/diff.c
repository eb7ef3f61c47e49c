/* diff: a unified patch by libgit2, which quotes hostile file names as git does. */
#include "plugins/cli/fixing.h"
#include "plugins/git/libgit2.h"

static bool needs_tab(mlo_str line) {
  bool names_file =
      mlo_str_starts(line, MLO_STR("--- a/")) || mlo_str_starts(line, MLO_STR("+++ b/"));
  return names_file && mlo_str_find_char(mlo_str_from(line, 6), ' ') != SIZE_MAX;
}

/* A name with a space is followed by a tab, as git does: `patch` takes it for the name's end. */
static void put_patch(mlo_buf *out, mlo_str text) {
  while (text.ptr && !mlo_str_starts(text, MLO_STR("@@"))) {
    mlo_str line = mlo_str_cut(&text, '\n');
    mlo_buf_add(out, line);
    if (needs_tab(line)) mlo_buf_char(out, '\t');
    mlo_buf_char(out, '\n');
  }
  mlo_buf_add(out, text);
}

bool mlo_diff_put(mlo_str path, mlo_str before, mlo_str after, mlo_buf *out) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  const char *name = mlo_arena_cstr(&arena, path);
  git_diff_options options;
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  options.flags = GIT_DIFF_FORCE_TEXT;
  git_patch *patch = NULL;
  git_buf text = {0};
  git_libgit2_init();
  bool made = git_patch_from_buffers(&patch, before.ptr, before.len, name, after.ptr, after.len,
                                     name, &options) == 0 &&
              git_patch_to_buf(&text, patch) == 0;
  if (made) put_patch(out, mlo_str_of(text.ptr, text.size));
  git_buf_dispose(&text);
  git_patch_free(patch);
  git_libgit2_shutdown();
  mlo_arena_release(&arena);
  return made;
}
