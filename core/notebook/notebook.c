#include "notebook/reader.h"

#include <assert.h>

/* --- members --------------------------------------------------------------------------------- */

static const mlo_reader_member *find_member(const mlo_reader_member *members, size_t count,
                                            mlo_str name) {
  for (size_t i = 0; i < count; i++)
    if (mlo_str_eq(members[i].name, name)) return &members[i];
  return NULL;
}

static mlo_span key_span(const mlo_reader *self, mlo_str key) {
  uint32_t start = (uint32_t)(key.ptr - self->json.text.ptr);
  return (mlo_span){start - 1, start + (uint32_t)key.len + 1};
}

static mlo_str plain_name(mlo_reader *self, mlo_str key) {
  if (mlo_str_find_char(key, '\\') == SIZE_MAX) return key;
  return mlo_json_text(self->json.text, key_span(self, key), self->arena, NULL);
}

mlo_str mlo_read_name(mlo_reader *self) { return plain_name(self, mlo_json_key(&self->json)); }

/* The members of one object that were read; at most as many as the longest list of them. */
enum { MOST_MEMBERS = 32 };

static void doubt(mlo_reader *self, mlo_str key, mlo_str name) {
  mlo_notebook_doubt one = {.span = key_span(self, key)};
  one.what = mlo_arena_format(self->arena,
                              "\"%.*s\" stands twice in one object, with different values: the "
                              "first was not scanned; take one of them out",
                              MLO_FMT(name));
  MLO_PUSH(self->arena, &self->notebook->doubts, one);
}

void mlo_read_members(mlo_reader *self, const mlo_reader_member *members, size_t count,
                      mlo_notice_fn *notice, void *into) {
  mlo_span seen[MOST_MEMBERS] = {0};
  assert(count <= MOST_MEMBERS);
  mlo_json *json = &self->json;
  if (mlo_json_peek(json) != '{') return (void)mlo_json_skip(json);
  for (bool more = mlo_json_open(json, '{'); more; more = mlo_json_more(json, '{')) {
    mlo_str key = mlo_json_key(json), name = plain_name(self, key);
    const mlo_reader_member *known = find_member(members, count, name);
    if (notice) notice(self, name);
    mlo_json_peek(json);
    uint32_t start = json->at;
    if (known)
      known->read(self, into);
    else
      mlo_json_skip(json);
    if (json->problem || !known) continue;
    mlo_span value = {start, json->at}, *before = &seen[known - members];
    bool differs = before->end > 0 &&
                   !mlo_str_eq(mlo_span_of(json->text, *before), mlo_span_of(json->text, value));
    if (differs) doubt(self, key, name);
    self->notebook->repeats |= before->end > 0;
    *before = value;
  }
}

mlo_span mlo_read_object(mlo_reader *self, const mlo_reader_member *members, size_t count,
                         mlo_notice_fn *notice, void *into) {
  bool object = mlo_json_peek(&self->json) == '{';
  uint32_t start = self->json.at;
  mlo_read_members(self, members, count, notice, into);
  return object ? (mlo_span){start, self->json.at} : (mlo_span){0};
}

/* --- values ---------------------------------------------------------------------------------- */

mlo_str mlo_read_text(mlo_reader *self) {
  bool string = mlo_json_peek(&self->json) == '"';
  mlo_span span = mlo_json_skip(&self->json);
  if (!string || self->json.problem) return (mlo_str){0};
  return mlo_json_text(self->json.text, span, self->arena, NULL);
}

mlo_said mlo_read_said(mlo_reader *self) {
  mlo_str value = mlo_span_of(self->json.text, mlo_json_skip(&self->json));
  if (mlo_str_eq(value, MLO_STR("true"))) return MLO_SAID_YES;
  return mlo_str_eq(value, MLO_STR("false")) ? MLO_SAID_NO : MLO_UNSAID;
}

bool mlo_read_truth(mlo_reader *self) { return mlo_read_said(self) == MLO_SAID_YES; }

int64_t mlo_read_number(mlo_reader *self, mlo_span *span) {
  *span = mlo_json_skip(&self->json);
  mlo_str digits = mlo_span_of(self->json.text, *span);
  int64_t number = digits.len > 0 && digits.len <= 18 ? 0 : -1;
  for (size_t i = 0; i < digits.len && number >= 0; i++) {
    bool digit = digits.ptr[i] >= '0' && digits.ptr[i] <= '9';
    number = digit ? number * 10 + (digits.ptr[i] - '0') : -1;
  }
  return number;
}

/* --- lists of cells -------------------------------------------------------------------------- */

/* into: how many cells stood before this list; they stay when the list comes a second time. */
static void read_cells(mlo_reader *self, void *into) {
  mlo_json *json = &self->json;
  self->notebook->repeats |= self->notebook->cells.len > *(uint32_t *)into;
  self->notebook->cells.len = *(uint32_t *)into;
  self->has_cells = true;
  mlo_json_peek(json);
  uint32_t start = json->at;
  for (bool more = mlo_json_open(json, '['); more; more = mlo_json_more(json, '['))
    mlo_read_cell(self);
  self->notebook->cells_span = (mlo_span){start, json->at};
}

static void read_worksheets(mlo_reader *self, void *into) {
  static const mlo_reader_member members[] = {MLO_MEMBER("cells", read_cells)};
  mlo_json *json = &self->json;
  self->notebook->repeats |= self->notebook->cells.len > *(uint32_t *)into;
  self->notebook->cells.len = *(uint32_t *)into;
  if (self->notebook->nbformat == 0) self->notebook->nbformat = 3;
  mlo_json_peek(json);
  uint32_t start = json->at;
  for (bool more = mlo_json_open(json, '['); more; more = mlo_json_more(json, '[')) {
    uint32_t before = self->notebook->cells.len;
    MLO_READ_MEMBERS(self, members, NULL, &before);
  }
  self->notebook->cells_span = (mlo_span){start, json->at};
}

/* --- metadata -------------------------------------------------------------------------------- */

static void read_kernel_language(mlo_reader *self, void *into) {
  (void)into;
  self->languages.kernel_language = mlo_read_text(self);
}

static void read_kernel_name(mlo_reader *self, void *into) {
  (void)into;
  self->languages.kernel_name = mlo_read_text(self);
}

static void read_info_name(mlo_reader *self, void *into) {
  (void)into;
  self->languages.info_name = mlo_read_text(self);
}

static void read_platform_language(mlo_reader *self, void *into) {
  (void)into;
  self->languages.platform = mlo_read_text(self);
}

static void read_kernelspec(mlo_reader *self, void *into) {
  static const mlo_reader_member members[] = {MLO_MEMBER("language", read_kernel_language),
                                              MLO_MEMBER("name", read_kernel_name)};
  self->notebook->kernelspec_span = MLO_READ_OBJECT(self, members, NULL, into);
}

static void read_language_info(mlo_reader *self, void *into) {
  static const mlo_reader_member members[] = {MLO_MEMBER("name", read_info_name)};
  self->notebook->language_info_span = MLO_READ_OBJECT(self, members, NULL, into);
}

static void read_databricks(mlo_reader *self, void *into) {
  static const mlo_reader_member members[] = {MLO_MEMBER("language", read_platform_language)};
  MLO_READ_MEMBERS(self, members, NULL, into);
}

static void read_widgets(mlo_reader *self, void *into) {
  (void)into;
  self->notebook->widgets_span = mlo_json_skip(&self->json);
}

static void read_notebook_keep(mlo_reader *self, void *into) {
  (void)into;
  self->notebook->keep_output = mlo_read_said(self);
}

static void read_metadata(mlo_reader *self, void *into) {
  static const mlo_reader_member members[] = {
      MLO_MEMBER("kernelspec", read_kernelspec), MLO_MEMBER("language_info", read_language_info),
      MLO_MEMBER("widgets", read_widgets), MLO_MEMBER("keep_output", read_notebook_keep),
      MLO_MEMBER("application/vnd.databricks.v1+notebook", read_databricks)};
  self->notebook->metadata_span = MLO_READ_OBJECT(self, members, mlo_note_platform, into);
}

/* --- notebook -------------------------------------------------------------------------------- */

static void read_nbformat(mlo_reader *self, void *into) {
  (void)into;
  mlo_span span;
  int64_t number = mlo_read_number(self, &span);
  self->notebook->nbformat = number > 0 && number < 100 ? (int)number : 0;
}

static void read_nbformat_minor(mlo_reader *self, void *into) {
  (void)into;
  mlo_span span;
  int64_t number = mlo_read_number(self, &span);
  self->notebook->nbformat_minor = number >= 0 && number < 100 ? (int)number : -1;
}

static const mlo_reader_member notebook_members[] = {
    MLO_MEMBER("cells", read_cells),
    MLO_MEMBER("worksheets", read_worksheets),
    MLO_MEMBER("metadata", read_metadata),
    MLO_MEMBER("nbformat", read_nbformat),
    MLO_MEMBER("nbformat_minor", read_nbformat_minor),
};

/* --- problems -------------------------------------------------------------------------------- */

static uint32_t line_at(mlo_str raw, size_t at) {
  uint32_t line = 1;
  mlo_str before = mlo_str_slice(raw, 0, at);
  for (size_t i; (i = mlo_str_find_char(before, '\n')) != SIZE_MAX; line++)
    before = mlo_str_from(before, i + 1);
  return line;
}

/* The offset of the first line that git began a conflict with, or SIZE_MAX. */
static size_t find_conflict(mlo_str raw) {
  static const mlo_str marker = MLO_STR_INIT("\n<<<<<<< ");
  if (mlo_str_starts(raw, mlo_str_from(marker, 1))) return 0;
  size_t at = mlo_str_find(raw, marker);
  return at == SIZE_MAX ? SIZE_MAX : at + 1;
}

static mlo_status explain(const mlo_reader *self, mlo_str path, mlo_error *err) {
  mlo_str raw = self->json.text;
  size_t conflict = find_conflict(raw);
  if (conflict != SIZE_MAX)
    return mlo_error_set(
        err, MLO_ERR_SYNTAX, path,
        "line %u: an unresolved merge conflict; resolve it, or take one side with `git "
        "checkout --ours` or `--theirs`",
        line_at(raw, conflict));
  if (self->json.too_large)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, path,
                         "line %u: %s: not scanned; strip its outputs, or exclude it",
                         line_at(raw, self->json.at), self->json.problem);
  if (mlo_str_starts(raw, MLO_STR("version https://git-lfs.github.com/")))
    return mlo_error_set(err, MLO_ERR_SYNTAX, path,
                         "a pointer of Git LFS, whose notebook is not here: not scanned; run `git "
                         "lfs pull`, or exclude it");
  return mlo_error_set(
      err, MLO_ERR_SYNTAX, path,
      "line %u: not a notebook: %s; restore it from version control or save it again "
      "in Jupyter",
      line_at(raw, self->json.at), self->json.problem);
}

static void read_notebook(mlo_reader *self) {
  uint32_t none = 0;
  if (mlo_json_peek(&self->json) != '{')
    return mlo_json_fail(&self->json, self->json.at == self->json.text.len
                                          ? "the file is empty"
                                          : "it does not begin with '{'");
  MLO_READ_MEMBERS(self, notebook_members, NULL, &none);
  mlo_json_peek(&self->json);
  if (self->json.at < self->json.text.len)
    mlo_json_fail(&self->json, "something follows the closing '}'");
  if (!self->has_cells) mlo_json_fail(&self->json, "it has no list of cells");
}

mlo_status mlo_notebook_read(mlo_str raw, mlo_str path, mlo_arena *arena, mlo_notebook *out,
                             mlo_error *err) {
  *out = (mlo_notebook){.raw = raw, .nbformat_minor = -1};
  if (raw.len >= UINT32_MAX)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, path, "the notebook is larger than 4 GB");
  mlo_reader self = {.json = {.text = raw}, .arena = arena, .notebook = out};
  read_notebook(&self);
  if (self.json.problem) return explain(&self, path, err);
  if (out->nbformat == 0) out->nbformat = 4;
  out->kernel = self.languages.kernel_name;
  out->language = mlo_language_of_notebook(&self.languages, arena);
  for (uint32_t i = 0; i < out->cells.len; i++)
    mlo_language_of_cell(out, &out->cells.items[i], out->cells.items[i].language, arena);
  return MLO_OK;
}
