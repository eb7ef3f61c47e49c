#include "plugins/lsp/document.h"

#include "plugins/lsp/context.h"
#include "plugins/lsp/uri.h"

mlo_lsp_document *mlo_lsp_document_new(mlo_str uri) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_lsp_document *self = MLO_NEW(&arena, mlo_lsp_document);
  self->uri = mlo_arena_str(&arena, uri);
  self->text.max = MLO_LSP_LARGEST_TEXT;
  self->arena = arena; /* last: it knows of what was allocated before */
  return self;
}

void mlo_lsp_document_free(mlo_lsp_document *self) {
  mlo_result_free(self->result);
  mlo_buf_release(&self->text);
  mlo_arena arena = self->arena; /* holds self */
  mlo_arena_release(&arena);
}

/* --- where it stands ------------------------------------------------------------------------- */

static bool lies_in(mlo_str path, mlo_str folder) {
  return folder.len && mlo_str_starts(path, folder) && path.len > folder.len &&
         (mlo_str_ends(folder, MLO_STR("/")) || path.ptr[folder.len] == '/');
}

static mlo_str last_part(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
}

/* A file may be new in a folder that is new too. */
static mlo_str nearest_existing(mlo_str folder) {
  mlo_stat stat = {0};
  mlo_error ignored = {0};
  while (folder.len > 1) {
    if (mlo_os_stat(folder, &stat, &ignored) == MLO_OK && stat.kind != MLO_FILE_MISSING) break;
    folder.len -= last_part(folder).len;
    while (folder.len > 1 && mlo_str_ends(folder, MLO_STR("/"))) folder.len--;
  }
  return folder;
}

static void place_file(mlo_lsp_document *self, const mlo_str *folders, uint32_t count,
                       mlo_str path) {
  mlo_str name = last_part(path), best = {0};
  for (uint32_t i = 0; i < count; i++)
    if (lies_in(path, folders[i]) && folders[i].len > best.len) best = folders[i];
  mlo_str own = mlo_str_slice(path, 0, path.len - name.len);
  self->root = nearest_existing(best.len ? best : own);
  self->path = mlo_str_from(path, self->root.len);
  while (mlo_str_starts(self->path, MLO_STR("/"))) self->path = mlo_str_from(self->path, 1);
}

static mlo_str ending_of(mlo_str language) {
  static const struct {
    const char *language, *ending;
  } endings[] = {{"python", ".py"},
                 {"yaml", ".yaml"},
                 {"json", ".json"},
                 {"toml", ".toml"},
                 {"terraform", ".tf"},
                 {"shellscript", ".sh"},
                 {"markdown", ".md"},
                 {"ini", ".ini"},
                 {"dockerfile", ".dockerfile"},
                 {"pip-requirements", ".requirements.txt"}};
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
    if (mlo_str_eq(language, mlo_str_c(endings[i].language))) return mlo_str_c(endings[i].ending);
  return (mlo_str){0};
}

static void place_untitled(mlo_lsp_document *self, const mlo_str *folders, uint32_t count,
                           mlo_str language) {
  mlo_str name = last_part(mlo_str_from(self->uri, sizeof "untitled:" - 1));
  bool known = mlo_format_of_path(name) != MLO_FORMAT_NONE;
  mlo_str ending = known ? (mlo_str){0} : ending_of(language);
  self->root = count ? folders[0] : MLO_STR(".");
  self->path = mlo_arena_concat(&self->arena, name, ending);
}

void mlo_lsp_document_place(mlo_lsp_document *self, const mlo_str *folders, uint32_t count,
                            mlo_str language) {
  mlo_str path = mlo_uri_path(self->uri, &self->arena);
  if (path.len)
    place_file(self, folders, count, path);
  else if (mlo_str_eq(mlo_uri_scheme(self->uri), MLO_STR("untitled")))
    place_untitled(self, folders, count, language);
}

/* --- check ----------------------------------------------------------------------------------- */

/* The mark says that this is UTF-8 whatever a coding comment claims of the file on disk; spans do not count it. */
static mlo_str marked(mlo_str text, mlo_arena *scratch) {
  return mlo_arena_concat(scratch, MLO_STR("\xef\xbb\xbf"), text);
}

mlo_status mlo_lsp_document_check(mlo_lsp_document *self, const mlo_engine *engine,
                                  mlo_arena *scratch, mlo_error *err) {
  mlo_result_free(self->result);
  self->result = NULL;
  self->dirty = false;
  if (self->text.failed)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, self->path, "the text is too large to check");
  mlo_input input = {.path = self->path, .bytes = marked(mlo_buf_str(&self->text), scratch)};
  mlo_lsp_inputs inputs = {0};
  MLO_PUSH(scratch, &inputs, input);
  mlo_lsp_context_read(self->root, self->path, scratch, &inputs);
  mlo_request request = {
      .root = self->root, .inputs = inputs.items, .input_count = inputs.len, .jobs = 1};
  return mlo_engine_check(engine, &request, &self->result, err);
}
