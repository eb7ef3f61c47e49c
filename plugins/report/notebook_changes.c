#include "plugins/report/notebook_changes.h"

#include "notebook/align.h"
#include "notebook/json_object.h"
#include "plugins/report/notebook_text.h"
#include "plugins/report/terminal.h"

typedef struct showing {
  const mlo_notebook_changes *asked;
  mlo_arena *arena;
  mlo_buf *out;
  mlo_buf body;    /* of the cell at work */
  mlo_buf scratch; /* texts that are compared */
  mlo_buf patch;
} showing;

/* --- lines ----------------------------------------------------------------------------------- */

typedef enum paint { PLAIN, HEAD, PLACE, GONE, NEW } paint;

static void put_line(const showing *self, mlo_buf *out, paint how, mlo_str line) {
  static const char *const codes[] = {"", "\x1b[1m", "\x1b[36m", "\x1b[31m", "\x1b[32m"};
  bool painted = self->asked->color && how != PLAIN;
  if (painted) mlo_buf_add(out, mlo_str_c(codes[how]));
  mlo_terminal_add_code(out, line);
  if (painted) mlo_buf_lit(out, "\x1b[m");
  mlo_buf_char(out, '\n');
}

static paint paint_of(mlo_str line) {
  char sign = line.len ? line.ptr[0] : ' ';
  return sign == '-' ? GONE : sign == '+' ? NEW : sign == '@' ? PLACE : PLAIN;
}

/* The last line of a cell has no line end, which says nothing: both texts are compared with one. */
static mlo_str with_end(const showing *self, mlo_str text) {
  if (text.len == 0 || mlo_str_ends(text, MLO_STR("\n"))) return text;
  return mlo_arena_concat(self->arena, text, MLO_STR("\n"));
}

/* From the first "@@" on; the heads of a patch name files. title: stands for the places of a summary's hunks. */
static void put_patch(showing *self, mlo_str before, mlo_str after, mlo_str title) {
  self->patch.len = 0;
  before = with_end(self, before), after = with_end(self, after);
  if (mlo_str_eq(before, after)) return;
  if (!self->asked->patch(MLO_STR("cell"), before, after, &self->patch)) self->body.failed = true;
  bool inside = false;
  for (mlo_str rest = mlo_buf_str(&self->patch); rest.len;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    bool place = mlo_str_starts(line, MLO_STR("@@"));
    if (place && title.len) line = inside ? (mlo_str){0} : title;
    inside = inside || place;
    if (inside && line.len) put_line(self, &self->body, paint_of(line), line);
  }
}

static void put_all(showing *self, mlo_str text, char sign) {
  while (text.len) {
    mlo_str line = mlo_arena_concat(self->arena, mlo_str_of(&sign, 1), mlo_str_cut(&text, '\n'));
    put_line(self, &self->body, paint_of(line), line);
  }
}

/* --- metadata -------------------------------------------------------------------------------- */

enum { LONGEST_VALUE = 100 };

/* "tags = ["a", "b"]", white space squeezed, cut. */
static void put_member(showing *self, char sign, const mlo_json_object *object,
                       const mlo_json_member *member) {
  mlo_buf *line = &self->scratch;
  line->len = 0;
  mlo_buf_format(line, "%c%.*s = ", sign, MLO_FMT(member->name));
  mlo_str value = mlo_span_of(object->text, member->value);
  size_t start = line->len;
  bool space = false;
  for (size_t i = 0; i < value.len && line->len - start < LONGEST_VALUE; i++) {
    char c = value.ptr[i];
    bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (space && !blank) mlo_buf_char(line, ' ');
    if (!blank) mlo_buf_char(line, c);
    space = blank;
  }
  if (line->len - start >= LONGEST_VALUE) mlo_buf_lit(line, " ...");
  put_line(self, &self->body, sign == '-' ? GONE : NEW, mlo_buf_str(line));
}

static bool same_member(const showing *self, const mlo_json_object *object,
                        const mlo_json_member *member, const mlo_json_object *other) {
  mlo_span span = mlo_json_object_get(other, member->name);
  return mlo_json_meaning(object->text, member->value, self->arena) ==
         mlo_json_meaning(other->text, span, self->arena);
}

static bool same_metadata(const showing *self, mlo_span before, mlo_span after) {
  mlo_str a = self->asked->before->raw, b = self->asked->after->raw;
  return mlo_str_eq(mlo_span_of(a, before), mlo_span_of(b, after)) ||
         mlo_json_meaning(a, before, self->arena) == mlo_json_meaning(b, after, self->arena);
}

static void put_metadata(showing *self, mlo_span before, mlo_span after) {
  if (same_metadata(self, before, after)) return;
  mlo_json_object a = mlo_json_object_read(self->asked->before->raw, before, self->arena);
  mlo_json_object b = mlo_json_object_read(self->asked->after->raw, after, self->arena);
  put_line(self, &self->body, PLACE, MLO_STR("@@ metadata @@"));
  for (uint32_t i = 0; i < a.members.len; i++)
    if (!same_member(self, &a, &a.members.items[i], &b))
      put_member(self, '-', &a, &a.members.items[i]);
  for (uint32_t i = 0; i < b.members.len; i++)
    if (!same_member(self, &b, &b.members.items[i], &a))
      put_member(self, '+', &b, &b.members.items[i]);
}

/* --- cells ----------------------------------------------------------------------------------- */

static mlo_str summary_of(showing *self, const mlo_notebook *notebook, const mlo_cell *cell) {
  self->scratch.len = 0;
  if (cell->execution_count >= 0)
    mlo_buf_format(&self->scratch, "execution count %lld\n", (long long)cell->execution_count);
  for (uint32_t i = 0; i < cell->outputs.len; i++)
    mlo_notebook_text_put_summary(notebook, &cell->outputs.items[i], self->arena, &self->scratch);
  return mlo_arena_str(self->arena, mlo_buf_str(&self->scratch));
}

static void put_outputs(showing *self, const mlo_cell *before, const mlo_cell *after) {
  if (!self->asked->outputs) return;
  mlo_str a = summary_of(self, self->asked->before, before);
  mlo_str b = summary_of(self, self->asked->after, after);
  put_patch(self, a, b, MLO_STR("@@ outputs @@"));
}

static mlo_str header_of(showing *self, const mlo_cell *cell) {
  self->scratch.len = 0;
  mlo_notebook_text_put_header(cell, &self->scratch);
  return mlo_arena_str(self->arena, mlo_buf_str(&self->scratch));
}

static void put_titled(showing *self, mlo_str title, const mlo_cell *cell) {
  mlo_str header = header_of(self, cell);
  put_line(self, self->out, HEAD,
           mlo_arena_format(self->arena, "%%%% %.*s  %.*s", MLO_FMT(title), MLO_FMT(header)));
  mlo_buf_add(self->out, mlo_buf_str(&self->body));
  self->out->failed = self->out->failed || self->body.failed;
  self->body.len = 0;
}

static void put_gone(showing *self, const mlo_cell *cell) {
  put_all(self, cell->source, '-');
  put_titled(self, mlo_arena_format(self->arena, "cell %u removed", cell->number), cell);
}

static void put_new(showing *self, const mlo_cell *cell) {
  put_all(self, cell->source, '+');
  put_titled(self, mlo_arena_format(self->arena, "cell %u added", cell->number), cell);
}

/* What the header of a cell shows of both: its kind and its id. */
static void put_identity(showing *self, const mlo_cell *before, const mlo_cell *after) {
  if (before->kind == after->kind && mlo_str_eq(before->id, after->id)) return;
  put_all(self, header_of(self, before), '-');
  put_all(self, header_of(self, after), '+');
}

static void put_pair(showing *self, const mlo_cell *before, const mlo_cell *after, bool moved) {
  put_identity(self, before, after);
  put_patch(self, before->source, after->source, (mlo_str){0});
  put_metadata(self, before->metadata_span, after->metadata_span);
  put_outputs(self, before, after);
  if (self->body.len == 0 && !moved) return;
  mlo_str title = mlo_arena_format(self->arena, "cell %u", after->number);
  if (moved)
    title = mlo_arena_format(self->arena, "cell %u was cell %u", after->number, before->number);
  put_titled(self, title, after);
}

/* --- notebooks ------------------------------------------------------------------------------- */

typedef struct both {
  mlo_cell_list a, b;
  mlo_alignment pairs;
} both;

/* The cell of a that goes with the next cell of b, from j on, that did not move. */
static uint32_t next_in_order(const both *all, uint32_t j) {
  for (; j < all->b.len; j++) {
    uint32_t i = all->pairs.to_a[j];
    if (i != MLO_NO_CELL && !all->pairs.moved[i]) return i;
  }
  return all->a.len;
}

static void put_gone_before(showing *self, const both *all, uint32_t *i, uint32_t end) {
  for (; *i < end; ++*i)
    if (all->pairs.to_b[*i] == MLO_NO_CELL) put_gone(self, all->a.items[*i]);
}

static void put_cells(showing *self, const both *all) {
  uint32_t i = 0, end = next_in_order(all, 0);
  for (uint32_t j = 0; j < all->b.len; j++) {
    mlo_arena_mark mark = mlo_arena_save(self->arena);
    uint32_t partner = all->pairs.to_a[j];
    put_gone_before(self, all, &i, end);
    if (partner == MLO_NO_CELL)
      put_new(self, all->b.items[j]);
    else
      put_pair(self, all->a.items[partner], all->b.items[j], all->pairs.moved[partner]);
    if (partner == end) i = end + 1, end = next_in_order(all, j + 1);
    mlo_arena_restore(self->arena, mark);
  }
  put_gone_before(self, all, &i, all->a.len);
}

static mlo_str kernel_of(showing *self, const mlo_notebook *notebook) {
  self->scratch.len = 0;
  mlo_notebook_text_put_kernel(notebook, &self->scratch);
  return mlo_arena_str(self->arena, mlo_buf_str(&self->scratch));
}

static void put_notebook(showing *self) {
  const mlo_notebook *before = self->asked->before, *after = self->asked->after;
  mlo_str a = kernel_of(self, before), b = kernel_of(self, after);
  if (!mlo_str_eq(a, b)) put_all(self, a, '-'), put_all(self, b, '+');
  put_metadata(self, before->metadata_span, after->metadata_span);
  if (self->body.len == 0) return;
  put_line(self, self->out, HEAD, MLO_STR("%% notebook"));
  mlo_buf_add(self->out, mlo_buf_str(&self->body));
  self->body.len = 0;
}

void mlo_notebook_changes_put(const mlo_notebook_changes *asked, mlo_arena *arena, mlo_buf *out) {
  showing self = {.asked = asked, .arena = arena, .out = out};
  put_notebook(&self);
  both all = {.a = mlo_cells_of(asked->before, arena), .b = mlo_cells_of(asked->after, arena)};
  all.pairs = mlo_cells_align(&all.a, &all.b, arena);
  put_cells(&self, &all);
  mlo_buf_release(&self.body);
  mlo_buf_release(&self.scratch);
  mlo_buf_release(&self.patch);
}
