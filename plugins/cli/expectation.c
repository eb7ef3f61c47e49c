#include "plugins/cli/expectation.h"

typedef struct marker {
  size_t start;  /* offset of the comment in the line */
  mlo_str words; /* the codes behind the colon */
  uint32_t next; /* 1: about the next line */
} marker;

static const mlo_str openers[] = {
    MLO_STR_INIT("#"),  MLO_STR_INIT("//"), MLO_STR_INIT("<!--"),
    MLO_STR_INIT("--"), MLO_STR_INIT(";"),
};

static bool skip(mlo_str *rest, mlo_str prefix) {
  if (!mlo_str_starts(*rest, prefix)) return false;
  *rest = mlo_str_from(*rest, prefix.len);
  return true;
}

/* The comment that begins at `at`, if it is a marker. */
static bool marker_at(mlo_str line, size_t at, marker *out) {
  for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) {
    mlo_str rest = mlo_str_from(line, at);
    if (!skip(&rest, openers[i])) continue;
    while (skip(&rest, MLO_STR(" "))) {
    }
    if (!skip(&rest, MLO_STR("expect"))) continue;
    bool next = skip(&rest, MLO_STR("-next"));
    if (!skip(&rest, MLO_STR(":"))) continue;
    size_t end = mlo_str_find(rest, MLO_STR("-->"));
    *out = (marker){at, mlo_str_slice(rest, 0, end), next};
    return true;
  }
  return false;
}

static bool find_marker(mlo_str line, marker *out) {
  if (!mlo_str_contains(line, MLO_STR("expect"))) return false;
  for (size_t at = 0; at < line.len; at++)
    if (marker_at(line, at, out)) return true;
  return false;
}

static void read_lines(mlo_str path, uint32_t cell, mlo_str text, mlo_arena *arena,
                       mlo_expectations *out) {
  uint32_t number = 1;
  for (mlo_str rest = text; rest.ptr; number++) {
    marker found;
    if (!find_marker(mlo_str_cut(&rest, '\n'), &found)) continue;
    for (mlo_str words = found.words; words.ptr;) {
      mlo_str code = mlo_str_trim(mlo_str_cut(&words, ','));
      mlo_expectation expectation = {path, cell, number + found.next, code, false};
      if (code.len) MLO_PUSH(arena, out, expectation);
    }
  }
}

void mlo_expectations_read(mlo_str path, mlo_str text, mlo_arena *arena, mlo_expectations *out) {
  if (mlo_format_of_path(path) != MLO_FORMAT_NOTEBOOK) {
    read_lines(path, 0, text, arena, out);
    return;
  }
  mlo_notebook notebook = {0};
  mlo_error ignored = {0};
  if (mlo_notebook_read(text, path, arena, &notebook, &ignored) != MLO_OK) return;
  for (uint32_t i = 0; i < notebook.cells.len; i++) {
    const mlo_cell *cell = &notebook.cells.items[i];
    read_lines(path, cell->number, cell->source, arena, out);
  }
}

static bool fits(const mlo_expectation *self, const mlo_finding *finding) {
  const mlo_location *location = &finding->location;
  if (!mlo_str_eq(self->path, location->path)) return false;
  if (!mlo_str_eq(self->code, finding->code) && !mlo_str_eq(self->code, finding->name))
    return false;
  if (!self->cell) return self->line == location->start.line;
  if (!location->cell) return true;
  return self->cell == location->cell && self->line == location->cell_start.line;
}

bool mlo_expectations_meet(mlo_expectations *self, const mlo_finding *finding) {
  for (uint32_t i = 0; i < self->len; i++) {
    mlo_expectation *expectation = &self->items[i];
    if (expectation->met || !fits(expectation, finding)) continue;
    expectation->met = true;
    return true;
  }
  return false;
}

mlo_str mlo_expectations_strip(mlo_str text, mlo_arena *arena) {
  char *out = MLO_NEW_ARRAY(arena, char, text.len + 1);
  size_t len = 0;
  for (mlo_str rest = text; rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    marker found;
    if (find_marker(line, &found)) {
      line.len = found.start;
      while (line.len && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
        line.len--;
    }
    if (line.len) memcpy(out + len, line.ptr, line.len);
    len += line.len;
    if (rest.ptr) out[len++] = '\n';
  }
  return mlo_str_of(out, len);
}
