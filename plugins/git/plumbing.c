/* plumbing: the staged blobs by the git program, where libgit2 can't. */
#include "plugins/git/child.h"
#include "plugins/git/repository.h"
#include "plugins/git/selection.h"

typedef struct asking {
  const char *folder;
  mlo_buf said; /* by git, last */
} asking;

static mlo_status ask(asking *self, const char *const *arguments, mlo_str input, mlo_error *err) {
  mlo_buf_clear(&self->said);
  mlo_git_command command = {self->folder, arguments, input};
  return mlo_git_run(&command, &self->said, err);
}

static mlo_status ask_root(asking *self, mlo_git_selection *selection, mlo_error *err) {
  static const char *const arguments[] = {"rev-parse", "--show-toplevel", NULL};
  mlo_status status = ask(self, arguments, (mlo_str){0}, err);
  if (status) return status;
  mlo_str root = mlo_buf_str(&self->said);
  if (mlo_str_ends(root, MLO_STR("\n"))) root.len--;
  selection->out->root = mlo_arena_str(selection->arena, root);
  return MLO_OK;
}

static uint32_t mode_of(mlo_str octal) {
  uint32_t mode = 0;
  for (size_t i = 0; i < octal.len && octal.ptr[i] >= '0' && octal.ptr[i] <= '7'; i++)
    mode = mode << 3 | (uint32_t)(octal.ptr[i] - '0');
  return mode;
}

/* Records ":100644 100644 0123... 4567... M", NUL, "path", NUL. */
static mlo_status ask_staged(asking *self, mlo_git_selection *selection, mlo_error *err) {
  static const char *const arguments[] = {"diff",
                                          "--cached",
                                          "--raw",
                                          "-z",
                                          "--no-abbrev",
                                          "--no-renames",
                                          "--no-relative",
                                          "--no-ext-diff",
                                          "--no-textconv",
                                          "--no-color",
                                          "--diff-filter=AMT",
                                          "--ignore-submodules=all",
                                          NULL};
  mlo_status status = ask(self, arguments, (mlo_str){0}, err);
  mlo_str rest = mlo_buf_str(&self->said);
  while (status == MLO_OK && rest.len) {
    mlo_str record = mlo_str_cut(&rest, '\0');
    mlo_str path = mlo_str_cut(&rest, '\0');
    mlo_str_cut(&record, ' ');
    mlo_str mode = mlo_str_cut(&record, ' ');
    mlo_str_cut(&record, ' ');
    mlo_git_select_staged(selection, path, mode_of(mode), mlo_str_cut(&record, ' '));
  }
  return status;
}

/* Records "100644 0123... 0", tab, "path", NUL; the number is 0 without a conflict. */
static mlo_status ask_context(asking *self, mlo_git_selection *selection, mlo_error *err) {
  static const char *const arguments[] = {"ls-files", "-s", "-z", "--full-name", "--", ":/", NULL};
  mlo_status status = ask(self, arguments, (mlo_str){0}, err);
  mlo_str rest = mlo_buf_str(&self->said);
  while (status == MLO_OK && rest.len) {
    mlo_str path = mlo_str_cut(&rest, '\0');
    mlo_str record = mlo_str_cut(&path, '\t');
    mlo_str mode = mlo_str_cut(&record, ' ');
    mlo_str id = mlo_str_cut(&record, ' ');
    if (mlo_str_eq(record, MLO_STR("0")))
      mlo_git_select_context(selection, path, mode_of(mode), id);
  }
  return status;
}

/* The size in "0123... blob 12"; SIZE_MAX for "0123... missing". */
static size_t size_in(mlo_str header) {
  mlo_str_cut(&header, ' ');
  if (!mlo_str_eq(mlo_str_cut(&header, ' '), MLO_STR("blob"))) return SIZE_MAX;
  size_t size = 0;
  for (size_t i = 0; i < header.len && header.ptr[i] >= '0' && header.ptr[i] <= '9'; i++)
    if (size < SIZE_MAX / 16) size = size * 10 + (size_t)(header.ptr[i] - '0');
  return size;
}

/* Takes out the entries that git lacks or that are too large, before their bytes are asked for. */
static mlo_status ask_sizes(asking *self, mlo_git_selection *selection, mlo_str ids,
                            mlo_error *err) {
  static const char *const arguments[] = {"cat-file", "--batch-check", NULL};
  mlo_status status = ask(self, arguments, ids, err);
  mlo_str rest = mlo_buf_str(&self->said);
  uint32_t kept = 0;
  for (uint32_t i = 0; status == MLO_OK && i < selection->entries.len; i++) {
    mlo_git_entry entry = selection->entries.items[i];
    size_t size = size_in(mlo_str_cut(&rest, '\n'));
    if (size == SIZE_MAX)
      mlo_git_missed(selection, &entry, "is not in this partial clone: not scanned");
    else if (size > MLO_GIT_LARGEST_BLOB)
      mlo_git_missed(selection, &entry, "is larger than 128 MiB: not scanned");
    else
      selection->entries.items[kept++] = entry;
  }
  if (status == MLO_OK) selection->entries.len = kept;
  return status;
}

static mlo_status ask_bytes(asking *self, mlo_git_selection *selection, mlo_str ids,
                            mlo_error *err) {
  static const char *const arguments[] = {"cat-file", "--batch", NULL};
  mlo_status status = ask(self, arguments, ids, err);
  mlo_str rest = mlo_buf_str(&self->said);
  for (uint32_t i = 0; status == MLO_OK && i < selection->entries.len; i++) {
    size_t size = size_in(mlo_str_cut(&rest, '\n'));
    if (size >= rest.len)
      return mlo_error_set(err, MLO_ERR_IO, selection->entries.items[i].path,
                           "git cat-file ended early");
    mlo_git_found(selection, &selection->entries.items[i], mlo_str_slice(rest, 0, size));
    rest = mlo_str_from(rest, size + 1);
  }
  return status;
}

static mlo_str list_ids(const mlo_git_selection *selection, mlo_buf *ids) {
  mlo_buf_clear(ids);
  for (uint32_t i = 0; i < selection->entries.len; i++) {
    mlo_buf_add(ids, selection->entries.items[i].id);
    mlo_buf_char(ids, '\n');
  }
  return mlo_buf_str(ids);
}

static mlo_status ask_all(asking *self, mlo_git_selection *selection, mlo_buf *ids,
                          mlo_error *err) {
  mlo_status status = ask_root(self, selection, err);
  if (status == MLO_OK) status = ask_staged(self, selection, err);
  if (status || !selection->entries.len) return status;
  status = ask_context(self, selection, err);
  if (status == MLO_OK) status = ask_sizes(self, selection, list_ids(selection, ids), err);
  if (status == MLO_OK) status = ask_bytes(self, selection, list_ids(selection, ids), err);
  return status;
}

mlo_status mlo_git_read_plumbing(mlo_git_selection *self, mlo_str folder, mlo_error *err) {
  asking all = {.folder = mlo_git_folder(folder, self->arena)};
  mlo_buf ids = {0};
  mlo_status status = ask_all(&all, self, &ids, err);
  mlo_buf_release(&all.said);
  mlo_buf_release(&ids);
  return status;
}
