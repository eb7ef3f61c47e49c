/* index: the staged blobs by libgit2. */
#include "plugins/git/repository.h"
#include "plugins/git/selection.h"

/* What is open while an index is read; released in one place. */
typedef struct reader {
  git_repository *repository;
  git_tree *head; /* NULL before the first commit */
  git_index *index;
  git_diff *diff;
  git_odb *objects;
} reader;

static void release(reader *self) {
  git_odb_free(self->objects);
  git_diff_free(self->diff);
  git_index_free(self->index);
  git_tree_free(self->head);
  git_repository_free(self->repository);
}

static int read_head(reader *self) {
  git_reference *head = NULL;
  int code = git_repository_head(&head, self->repository);
  if (code == GIT_EUNBORNBRANCH) return 0;
  if (code == 0) code = git_reference_peel((git_object **)&self->head, head, GIT_OBJECT_TREE);
  git_reference_free(head);
  return code;
}

static mlo_status open_reader(reader *self, mlo_str folder, mlo_arena *arena, mlo_error *err) {
  mlo_status status = mlo_git_open(folder, arena, &self->repository, err);
  if (status) return status;
  git_diff_options options;
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_IGNORE_SUBMODULES;
  bool opened =
      read_head(self) == 0 && git_repository_index(&self->index, self->repository) == 0 &&
      git_repository_odb(&self->objects, self->repository) == 0 &&
      git_diff_tree_to_index(&self->diff, self->repository, self->head, self->index, &options) == 0;
  return opened ? MLO_OK : mlo_git_complain(err, MLO_ERR_UNSUPPORTED);
}

static mlo_str hex_of(const git_oid *id, char hex[GIT_OID_HEXSZ + 1]) {
  return mlo_str_c(git_oid_tostr(hex, GIT_OID_HEXSZ + 1, id));
}

static void select_entries(const reader *self, mlo_git_selection *selection) {
  char hex[GIT_OID_HEXSZ + 1];
  for (size_t i = 0; i < git_diff_num_deltas(self->diff); i++) {
    const git_diff_delta *delta = git_diff_get_delta(self->diff, i);
    if (delta->status == GIT_DELTA_DELETED || delta->status == GIT_DELTA_CONFLICTED) continue;
    const git_diff_file *file = &delta->new_file;
    mlo_git_select_staged(selection, mlo_str_c(file->path), file->mode, hex_of(&file->id, hex));
  }
  if (!selection->entries.len) return;
  for (size_t i = 0; i < git_index_entrycount(self->index); i++) {
    const git_index_entry *entry = git_index_get_byindex(self->index, i);
    if (git_index_entry_is_conflict(entry)) continue;
    mlo_git_select_context(selection, mlo_str_c(entry->path), entry->mode, hex_of(&entry->id, hex));
  }
}

static mlo_status read_blob(const reader *self, mlo_git_selection *selection,
                            const mlo_git_entry *entry, mlo_error *err) {
  git_oid id;
  size_t size = 0;
  git_object_t kind = GIT_OBJECT_INVALID;
  git_odb_object *object = NULL;
  if (git_oid_fromstrn(&id, entry->id.ptr, entry->id.len) != 0 ||
      git_odb_read_header(&size, &kind, self->objects, &id) != 0)
    return mlo_git_complain(err, MLO_ERR_UNSUPPORTED);
  if (size > MLO_GIT_LARGEST_BLOB) {
    mlo_git_missed(selection, entry, "is larger than 128 MiB: not scanned");
    return MLO_OK;
  }
  if (git_odb_read(&object, self->objects, &id) != 0)
    return mlo_git_complain(err, MLO_ERR_UNSUPPORTED);
  mlo_git_found(selection, entry, mlo_str_of(git_odb_object_data(object), size));
  git_odb_object_free(object);
  return MLO_OK;
}

static mlo_status read_all(const reader *self, mlo_git_selection *selection, mlo_error *err) {
  const char *root = git_repository_workdir(self->repository);
  if (!root)
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "a bare repository stages nothing");
  mlo_str top = mlo_str_c(root);
  if (top.len > 1 && mlo_str_ends(top, MLO_STR("/"))) top.len--;
  selection->out->root = mlo_arena_str(selection->arena, top);
  select_entries(self, selection);
  for (uint32_t i = 0; i < selection->entries.len; i++) {
    mlo_status status = read_blob(self, selection, &selection->entries.items[i], err);
    if (status) return status;
  }
  return MLO_OK;
}

mlo_status mlo_git_read_index(mlo_git_selection *self, mlo_str folder, mlo_error *err) {
  reader all = {0};
  git_libgit2_init();
  mlo_status status = open_reader(&all, folder, self->arena, err);
  if (status == MLO_OK) status = read_all(&all, self, err);
  release(&all);
  git_libgit2_shutdown();
  return status;
}
