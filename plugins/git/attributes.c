#include "plugins/git/attributes.h"

static const mlo_str pattern = MLO_STR_INIT("*.ipynb"), filter = MLO_STR_INIT("filter=");
static const mlo_str words[] = {MLO_STR_INIT("filter=mlopslint"), MLO_STR_INIT("diff=mlopslint"),
                                MLO_STR_INIT("merge=mlopslint")};
enum { WORDS = sizeof words / sizeof *words };

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* Cuts the next word of a line, with the space before it; empty at the end. */
static mlo_str cut_word(mlo_str *line, mlo_str *space) {
  size_t start = 0, end;
  while (start < line->len && is_space(line->ptr[start])) start++;
  for (end = start; end < line->len && !is_space(line->ptr[end]);) end++;
  mlo_str word = mlo_str_slice(*line, start, end);
  *space = mlo_str_slice(*line, 0, start);
  *line = mlo_str_from(*line, end);
  return word;
}

/* rest: what stands behind the pattern. */
static bool is_for_notebooks(mlo_str line, mlo_str *rest) {
  mlo_str space;
  *rest = line;
  return mlo_str_eq(cut_word(rest, &space), pattern);
}

static bool is_ours(mlo_str word) {
  for (size_t i = 0; i < WORDS; i++)
    if (mlo_str_eq(words[i], word)) return true;
  return false;
}

/* What the last line for *.ipynb that speaks of a filter says: "filter=x"; or empty. */
static mlo_str filter_in_force(mlo_str text, bool *ours_before) {
  mlo_str found = {0}, line, space, word;
  *ours_before = false;
  while (text.ptr) {
    if (!is_for_notebooks(mlo_str_cut(&text, '\n'), &line)) continue;
    while ((word = cut_word(&line, &space)).len) {
      bool says = mlo_str_starts(word, filter) || mlo_str_eq(word, MLO_STR("-filter")) ||
                  mlo_str_eq(word, MLO_STR("!filter"));
      if (says) *ours_before |= is_ours(found), found = word;
    }
  }
  return found;
}

mlo_attributes_state mlo_attributes_read(mlo_str text) {
  bool before;
  if (is_ours(filter_in_force(text, &before))) return MLO_ATTRIBUTES_OURS;
  return before ? MLO_ATTRIBUTES_OVERRIDDEN : MLO_ATTRIBUTES_NONE;
}

mlo_str mlo_attributes_other_filter(mlo_str text) {
  bool before;
  mlo_str found = filter_in_force(text, &before);
  bool other = mlo_str_starts(found, filter) && !is_ours(found);
  return other ? mlo_str_from(found, filter.len) : (mlo_str){0};
}

static void put_line(mlo_str line, bool last, mlo_buf *out) {
  mlo_buf_add(out, line);
  if (!last) mlo_buf_char(out, '\n');
}

/* The line without our words; nothing of it if it has no others. */
static void put_without_ours(mlo_str line, mlo_str rest, bool last, mlo_buf *out) {
  size_t before = out->len;
  mlo_str space, word;
  bool others = false, ours = false;
  mlo_buf_add(out, mlo_str_slice(line, 0, line.len - rest.len));
  while ((word = cut_word(&rest, &space)).len) {
    ours |= is_ours(word);
    if (is_ours(word)) continue;
    others = true;
    mlo_buf_add(out, space);
    mlo_buf_add(out, word);
  }
  if (ours && !others)
    out->len = before;
  else
    put_line(space, last, out);
}

void mlo_attributes_remove(mlo_str text, mlo_buf *out) {
  while (text.ptr) {
    mlo_str line = mlo_str_cut(&text, '\n'), rest;
    if (is_for_notebooks(line, &rest))
      put_without_ours(line, rest, !text.ptr, out);
    else
      put_line(line, !text.ptr, out);
  }
}

void mlo_attributes_add(mlo_str text, mlo_buf *out) {
  if (mlo_attributes_read(text) == MLO_ATTRIBUTES_OURS) return mlo_buf_add(out, text);
  size_t before = out->len;
  mlo_attributes_remove(text, out);
  if (out->len > before && out->ptr[out->len - 1] != '\n') mlo_buf_char(out, '\n');
  mlo_buf_add(out, pattern);
  for (size_t i = 0; i < WORDS; i++) {
    mlo_buf_char(out, ' ');
    mlo_buf_add(out, words[i]);
  }
  mlo_buf_char(out, '\n');
}
