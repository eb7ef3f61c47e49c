#include "plugins/report/notebook_text.h"

#include "notebook/json_style.h"
#include "plugins/report/terminal.h"

void mlo_notebook_text_put_lines(mlo_str text, mlo_buf *out) {
  while (text.len) {
    mlo_terminal_add_code(out, mlo_str_cut(&text, '\n'));
    mlo_buf_char(out, '\n');
  }
}

/* --- outputs --------------------------------------------------------------------------------- */

/* The length of the terminal's control sequence at the start of s, or 0: CSI (ESC [ parameters, a letter) and OSC
 * (ESC ] ... BEL or ESC \). */
static size_t control_sequence(mlo_str s) {
  if (s.len < 2 || s.ptr[0] != '\x1b') return 0;
  size_t at = 2;
  if (s.ptr[1] == '[') {
    while (at < s.len && s.ptr[at] >= 0x20 && s.ptr[at] < 0x40) at++;
    return at < s.len && s.ptr[at] >= 0x40 && s.ptr[at] < 0x7f ? at + 1 : 0;
  }
  if (s.ptr[1] != ']') return 0;
  while (at < s.len && s.ptr[at] != '\a' && s.ptr[at] != '\x1b' && s.ptr[at] != '\n') at++;
  if (at < s.len && s.ptr[at] == '\a') return at + 1;
  return at + 1 < s.len && s.ptr[at] == '\x1b' && s.ptr[at + 1] == '\\' ? at + 2 : 0;
}

/* What a terminal still shows of a line that was overwritten from its start: a progress bar's last state. */
static mlo_str last_state(mlo_str line) {
  while (mlo_str_ends(line, MLO_STR("\r"))) line.len--;
  size_t start = mlo_str_rfind_char(line, '\r');
  return start == SIZE_MAX ? line : mlo_str_from(line, start + 1);
}

static void put_output_line(mlo_str line, mlo_buf *out) {
  line = last_state(line);
  size_t plain = 0;
  for (size_t at = 0, len; at < line.len; at += len) {
    len = control_sequence(mlo_str_from(line, at));
    if (len == 0) {
      len = 1;
      continue;
    }
    mlo_terminal_add_code(out, mlo_str_slice(line, plain, at));
    plain = at + len;
  }
  mlo_terminal_add_code(out, mlo_str_from(line, plain));
  mlo_buf_char(out, '\n');
}

typedef enum presence { HIDDEN, SHOWN, SUMMARISED } presence;

static bool is_text(mlo_str mime) {
  static const mlo_str known[] = {MLO_STR_INIT("stdout"), MLO_STR_INIT("stderr"),
                                  MLO_STR_INIT("traceback"), MLO_STR_INIT("application/json"),
                                  MLO_STR_INIT("application/javascript")};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (mlo_str_eq(known[i], mime)) return true;
  return mlo_str_starts(mime, MLO_STR("text/"));
}

static bool has_plain(const mlo_output *output) {
  for (uint32_t i = 0; i < output->texts.len; i++)
    if (mlo_str_eq(output->texts.items[i].mime, MLO_STR("text/plain"))) return true;
  return false;
}

/* Of one value in several types the plain text is shown; the pictures are told, since they may differ alone. */
static presence presence_of(const mlo_output *output, const mlo_output_text *text) {
  if (!is_text(text->mime)) return SUMMARISED;
  bool rich = output->kind == MLO_OUTPUT_DISPLAY || output->kind == MLO_OUTPUT_RESULT;
  if (!rich || mlo_str_eq(text->mime, MLO_STR("text/plain"))) return SHOWN;
  return has_plain(output) ? HIDDEN : SHOWN;
}

static bool is_base64(mlo_str mime) {
  bool media = mlo_str_starts(mime, MLO_STR("image/")) || mlo_str_starts(mime, MLO_STR("audio/")) ||
               mlo_str_starts(mime, MLO_STR("video/"));
  return (media && !mlo_str_ends(mime, MLO_STR("+xml"))) ||
         mlo_str_eq(mime, MLO_STR("application/pdf"));
}

/* The bytes that a text stands for. */
static uint64_t size_of(mlo_str mime, mlo_str text) {
  if (!is_base64(mime)) return text.len;
  uint64_t digits = 0;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    digits += c != '\n' && c != '\r' && c != ' ' && c != '=';
  }
  return digits * 3 / 4;
}

static void put_size(uint64_t size, mlo_buf *out) {
  if (size < 1000)
    mlo_buf_format(out, "%llu bytes", (unsigned long long)size);
  else if (size < 1000000)
    mlo_buf_format(out, "%llu kB", (unsigned long long)((size + 500) / 1000));
  else
    mlo_buf_format(out, "%.1f MB", (double)size / 1e6);
}

static void put_type_summary(mlo_str mime, mlo_str text, mlo_buf *out) {
  mlo_terminal_add(out, mime);
  mlo_buf_lit(out, ", ");
  put_size(size_of(mime, text), out);
  mlo_buf_format(out, ", %016llx\n", (unsigned long long)mlo_str_hash(mlo_str_trim(text)));
}

static mlo_str text_of(const mlo_notebook *notebook, const mlo_output_text *text,
                       mlo_arena *arena) {
  return mlo_json_text(notebook->raw, text->span, arena, NULL);
}

static void put_shown(const mlo_output *output, mlo_str mime, mlo_str text, mlo_buf *out) {
  mlo_buf_lit(out, "-- ");
  mlo_terminal_add(out, output->kind == MLO_OUTPUT_ERROR ? MLO_STR("error") : mime);
  mlo_buf_char(out, '\n');
  while (text.len) put_output_line(mlo_str_cut(&text, '\n'), out);
}

/* The items of a traceback are lines without line ends, or some lines each. */
static mlo_str traceback_of(const mlo_notebook *notebook, mlo_span span, mlo_arena *arena) {
  mlo_json json = {.text = mlo_str_slice(notebook->raw, 0, span.end), .at = span.start};
  if (mlo_json_peek(&json) != '[') return mlo_json_text(notebook->raw, span, arena, NULL);
  mlo_pieces lines = {0};
  for (bool more = mlo_json_open(&json, '['); more; more = mlo_json_more(&json, '[')) {
    mlo_str item = mlo_json_text(notebook->raw, mlo_json_skip(&json), arena, NULL);
    MLO_PUSH(arena, &lines, item);
    if (!mlo_str_ends(item, MLO_STR("\n"))) MLO_PUSH(arena, &lines, MLO_STR("\n"));
  }
  return mlo_pieces_join(&lines, arena);
}

static void put_output(const mlo_notebook *notebook, const mlo_output *output, mlo_arena *arena,
                       mlo_buf *out) {
  for (uint32_t i = 0; i < output->texts.len; i++) {
    const mlo_output_text *one = &output->texts.items[i];
    presence how = presence_of(output, one);
    if (how == HIDDEN) continue;
    mlo_arena_mark mark = mlo_arena_save(arena);
    bool error = output->kind == MLO_OUTPUT_ERROR;
    mlo_str text = error ? traceback_of(notebook, one->span, arena) : text_of(notebook, one, arena);
    if (how == SHOWN) {
      put_shown(output, one->mime, text, out);
    } else {
      mlo_buf_lit(out, "-- ");
      put_type_summary(one->mime, text, out);
    }
    mlo_arena_restore(arena, mark);
  }
}

static uint32_t count_lines(mlo_str text) {
  uint32_t lines = 0;
  for (; text.len; lines++) mlo_str_cut(&text, '\n');
  return lines;
}

void mlo_notebook_text_put_summary(const mlo_notebook *notebook, const mlo_output *output,
                                   mlo_arena *arena, mlo_buf *out) {
  for (uint32_t i = 0; i < output->texts.len; i++) {
    const mlo_output_text *one = &output->texts.items[i];
    mlo_arena_mark mark = mlo_arena_save(arena);
    mlo_str text = text_of(notebook, one, arena);
    if (is_text(one->mime)) {
      uint32_t lines = count_lines(text);
      mlo_terminal_add(out, one->mime);
      mlo_buf_format(out, ", %u line%s, %016llx\n", lines, lines == 1 ? "" : "s",
                     (unsigned long long)mlo_str_hash(text));
    } else {
      put_type_summary(one->mime, text, out);
    }
    mlo_arena_restore(arena, mark);
  }
}

/* --- cells ----------------------------------------------------------------------------------- */

void mlo_notebook_text_put_header(const mlo_cell *cell, mlo_buf *out) {
  static const mlo_str kinds[] = {[MLO_CELL_CODE] = MLO_STR_INIT("code"),
                                  [MLO_CELL_MARKDOWN] = MLO_STR_INIT("markdown"),
                                  [MLO_CELL_RAW] = MLO_STR_INIT("raw")};
  mlo_buf_add(out, kinds[cell->kind]);
  if (cell->id.len) mlo_buf_lit(out, "  id=");
  mlo_terminal_add(out, cell->id);
  for (uint32_t i = 0; i < cell->tags.len; i++) {
    mlo_buf_add(out, i ? MLO_STR(",") : MLO_STR("  tags="));
    mlo_terminal_add(out, cell->tags.items[i]);
  }
}

static void put_outputs(const mlo_notebook *notebook, const mlo_cell *cell, mlo_arena *arena,
                        mlo_buf *out) {
  bool counted = cell->execution_count >= 0;
  if (counted) mlo_buf_format(out, "-- out [%lld]\n", (long long)cell->execution_count);
  for (uint32_t i = 0; i < cell->outputs.len; i++)
    put_output(notebook, &cell->outputs.items[i], arena, out);
}

static void put_cell(const mlo_notebook *notebook, const mlo_cell *cell, bool outputs,
                     mlo_arena *arena, mlo_buf *out) {
  mlo_buf_lit(out, "\n%% ");
  mlo_notebook_text_put_header(cell, out);
  mlo_buf_char(out, '\n');
  mlo_notebook_text_put_lines(cell->source, out);
  if (outputs) put_outputs(notebook, cell, arena, out);
}

void mlo_notebook_text_put_kernel(const mlo_notebook *notebook, mlo_buf *out) {
  mlo_terminal_add(out, notebook->language);
  if (notebook->kernel.len) mlo_buf_lit(out, ", kernel ");
  mlo_terminal_add(out, notebook->kernel);
  mlo_buf_format(out, ", nbformat %d", notebook->nbformat);
  if (notebook->nbformat_minor >= 0) mlo_buf_format(out, ".%d", notebook->nbformat_minor);
}

void mlo_notebook_text_put(const mlo_notebook *notebook, bool outputs, mlo_arena *arena,
                           mlo_buf *out) {
  mlo_buf_lit(out, "%% notebook  ");
  mlo_notebook_text_put_kernel(notebook, out);
  mlo_buf_char(out, '\n');
  for (uint32_t i = 0; i < notebook->cells.len; i++)
    put_cell(notebook, &notebook->cells.items[i], outputs, arena, out);
}
