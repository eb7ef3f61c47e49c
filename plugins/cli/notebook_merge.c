/* notebook merge: three-way merge of notebooks, by hand and as git's merge driver (gitattributes(5)). */
#include "plugins/cli/command.h"
#include "plugins/cli/notebook_file.h"
#include "plugins/git/git.h"
#include "plugins/git/libgit2.h"

enum { MERGE_LABEL, MERGE_OUTPUT, MERGE_QUIET, MERGE_FLAG_COUNT };
static const mlo_flag flags[] = {
    [MERGE_LABEL] = {.name = "label",
                     .letter = 'L',
                     .value = "NAME",
                     .help = "names a side in conflict marks: first for ours, then for theirs"},
    [MERGE_OUTPUT] = {.name = "output",
                      .letter = 'o',
                      .value = "FILE",
                      .help = "where the result goes instead of OURS; - for standard output"},
    [MERGE_QUIET] = {.name = "quiet", .letter = 'q', .help = "say nothing about conflicts"},
};

enum { LEAST_MARKER = 1, MOST_MARKER = 60 };

typedef struct job {
  const mlo_cli *cli;
  const mlo_arguments *arguments;
  mlo_notebook_file base, ours, theirs;
  bool has_base;
  mlo_str path; /* of the notebook in the repository, for messages */
  mlo_merge_options options;
  mlo_merged merged;
} job;

/* --- what is asked --------------------------------------------------------------------------- */

static mlo_status read_marker_size(job *self, mlo_str word, mlo_error *err) {
  uint32_t size = 0;
  for (size_t i = 0; i < word.len && size <= MOST_MARKER; i++)
    size = word.ptr[i] >= '0' && word.ptr[i] <= '9' ? size * 10 + (uint32_t)(word.ptr[i] - '0')
                                                    : MOST_MARKER + 1;
  self->options.marker_size = size;
  if (size >= LEAST_MARKER && size <= MOST_MARKER) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                       "'%.*s' is no size of conflict marks (%%L): it is a number up to %d",
                       MLO_FMT(word), MOST_MARKER);
}

/* One line, that of the first --label and that of the last. */
static void read_labels(job *self) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < self->arguments->given.len; i++) {
    mlo_argument given = self->arguments->given.items[i];
    if (given.flag != MERGE_LABEL) continue;
    mlo_str line = mlo_str_cut(&given.value, '\n');
    *(count++ == 0 ? &self->options.our_label : &self->options.their_label) = line;
  }
}

static mlo_status read_request(job *self, mlo_error *err) {
  const mlo_words *words = &self->arguments->operands;
  mlo_status status =
      mlo_operands_expect(self->arguments, 3, 5, "three notebooks: BASE OURS THEIRS", err);
  if (status != MLO_OK) return status;
  read_labels(self);
  self->path = words->items[words->len == 5 ? 4 : 1];
  return words->len > 3 ? read_marker_size(self, words->items[3], err) : MLO_OK;
}

/* --- the files ------------------------------------------------------------------------------- */

static bool is_utf8(const mlo_notebook_file *file) {
  return file->encoding.kind == MLO_ENCODING_UTF8 || file->encoding.kind == MLO_ENCODING_UTF8_BOM;
}

/* What is wrong is told of the notebook that people know, not of git's temporary file. */
static mlo_status read_side(job *self, uint32_t operand, const char *name, mlo_notebook_file *out,
                            mlo_error *err) {
  mlo_str path = self->arguments->operands.items[operand];
  mlo_status status = mlo_notebook_file_read(path, self->cli->arena, out, err);
  if (status == MLO_OK && !is_utf8(out))
    return mlo_error_set(err, MLO_ERR_UNSUPPORTED, self->path,
                         "%s can't be merged: it is not UTF-8, so Jupyter does not open it", name);
  if (status != MLO_OK || out->readable) return status;
  return mlo_error_set(err, out->why.status, self->path, "%s can't be merged: %s", name,
                       out->why.message);
}

/* git gives an empty file where there is no common ancestor. */
static mlo_status read_base(job *self, mlo_error *err) {
  mlo_error why = {0};
  mlo_status status = read_side(self, 0, "the common ancestor", &self->base, &why);
  self->has_base = status == MLO_OK;
  bool empty = self->base.path.ptr && mlo_str_trim(self->base.text).len == 0;
  if (status == MLO_OK || empty) return MLO_OK;
  *err = why;
  return status;
}

static mlo_status read_files(job *self, mlo_error *err) {
  mlo_status status = read_base(self, err);
  if (status == MLO_OK) status = read_side(self, 1, "ours", &self->ours, err);
  if (status == MLO_OK) status = read_side(self, 2, "theirs", &self->theirs, err);
  return status;
}

/* --- the result ------------------------------------------------------------------------------ */

static void tell(const job *self) {
  if (mlo_arguments_has(self->arguments, MERGE_QUIET)) return;
  for (uint32_t i = 0; i < self->merged.notes.len; i++) {
    const mlo_merge_note *note = &self->merged.notes.items[i];
    mlo_str cell =
        note->cell ? mlo_arena_format(self->cli->arena, "cell %u: ", note->cell) : (mlo_str){0};
    mlo_output_note(mlo_arena_format(self->cli->arena, "%.*s: %s%.*s%.*s", MLO_FMT(self->path),
                                     note->conflict ? "conflict: " : "", MLO_FMT(cell),
                                     MLO_FMT(note->message)));
  }
}

static bool write_result(const job *self) {
  mlo_str bytes, output = mlo_arguments_last(self->arguments, MERGE_OUTPUT);
  mlo_error err = {0};
  if (mlo_encode(self->merged.text, self->ours.encoding, self->cli->arena, &bytes, &err) != MLO_OK)
    return mlo_output_fail(&err), false;
  return mlo_output_file(output.ptr ? output : self->arguments->operands.items[1], bytes);
}

static mlo_status merge(job *self, mlo_error *err) {
  mlo_status status = read_request(self, err);
  if (status == MLO_OK) status = read_files(self, err);
  if (status != MLO_OK) return status;
  status = mlo_notebook_merge(self->has_base ? &self->base.notebook : NULL, &self->ours.notebook,
                              &self->theirs.notebook, &self->options, self->cli->arena,
                              &self->merged, err);
  if (status == MLO_OK || err->path[0]) return status;
  mlo_error named = *err;
  return mlo_error_set(err, status, self->path, "%s", named.message);
}

/* libgit2 stays up for all cells: starting it takes longer than merging one. */
static mlo_status merge_all(job *self, mlo_error *err) {
  git_libgit2_init();
  mlo_status status = merge(self, err);
  git_libgit2_shutdown();
  return status;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  job self = {.cli = cli, .arguments = arguments, .options = MLO_MERGE_OPTIONS_INIT};
  self.options.merge_lines = mlo_git_merge_lines;
  if (merge_all(&self, &err) != MLO_OK) return mlo_output_fail(&err);
  if (!write_result(&self)) return MLO_EXIT_FAILED;
  tell(&self);
  return self.merged.conflicts ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
}

const mlo_cli_command mlo_notebook_merge_command = {
    .name = "notebook merge",
    .operands = "BASE OURS THEIRS [MARKER-SIZE [PATH]]",
    .summary = "merge two versions of a notebook, cell by cell",
    .help =
        "The result replaces OURS. It is a notebook in any case: where both sides changed the same "
        "lines, the cell\nholds conflict marks. Exit status: 0 merged, 1 there are conflicts, 2 "
        "not merged and OURS is as it was.\nBASE may be an empty file. As git's merge driver:\n"
        "  git config merge.mlopslint.driver 'mlopslint notebook merge %O %A %B %L %P'\n"
        "  echo '*.ipynb merge=mlopslint' >> .gitattributes",
    .flags = flags,
    .flag_count = MERGE_FLAG_COUNT,
    .run = run,
};
