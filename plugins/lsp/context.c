#include "plugins/lsp/context.h"

enum { LARGEST_DECLARATION = 1024 * 1024 };

static void read_folder(mlo_str root, mlo_str folder, mlo_str except, mlo_arena *arena,
                        mlo_lsp_inputs *out) {
  mlo_dir_entries entries = {0};
  mlo_error ignored = {0};
  mlo_str slash = folder.len ? MLO_STR("/") : MLO_STR("");
  mlo_str place = mlo_arena_format(arena, "%.*s/%.*s", MLO_FMT(root), MLO_FMT(folder));
  if (mlo_os_list(place, arena, &entries, &ignored) != MLO_OK) return;
  for (uint32_t i = 0; i < entries.len; i++) {
    if (entries.items[i].kind != MLO_FILE_REGULAR) continue;
    mlo_str name = entries.items[i].name;
    mlo_input input = {.context = true};
    input.path =
        mlo_arena_format(arena, "%.*s%.*s%.*s", MLO_FMT(folder), MLO_FMT(slash), MLO_FMT(name));
    if (!mlo_path_declares_dependencies(input.path) || mlo_str_eq(input.path, except)) continue;
    mlo_str file = mlo_arena_format(arena, "%.*s/%.*s", MLO_FMT(root), MLO_FMT(input.path));
    if (mlo_os_read(file, LARGEST_DECLARATION, arena, &input.bytes, &ignored) == MLO_OK)
      MLO_PUSH(arena, out, input);
  }
}

void mlo_lsp_context_read(mlo_str root, mlo_str path, mlo_arena *arena, mlo_lsp_inputs *out) {
  mlo_str folder = path;
  do {
    size_t slash = mlo_str_rfind_char(folder, '/');
    folder = mlo_str_slice(folder, 0, slash == SIZE_MAX ? 0 : slash);
    read_folder(root, folder, path, arena, out);
  } while (folder.len);
}
