#include "notebook/shown_table.h"

#include "text/encoding.h"

enum { LONGEST_MARKUP = 4096, REACH_OF_A_SIZE = 200 };

/* --- what both readers share ----------------------------------------------------------------- */

static size_t between_characters(mlo_str s, size_t len) {
  if (len >= s.len) return s.len;
  while (len > 0 && ((unsigned char)s.ptr[len] & 0xC0) == 0x80) len--;
  return len;
}

/* Moves behind the digits at *at; 0 if there are none. */
static uint32_t number_at(mlo_str s, size_t *at) {
  uint64_t n = 0;
  for (; *at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9'; (*at)++)
    if (n < UINT32_MAX) n = n * 10 + (uint64_t)(s.ptr[*at] - '0');
  return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* "N rows x M columns" in the first bytes behind a table. */
static void read_size(mlo_str behind, mlo_shown_table *table) {
  behind = mlo_str_slice(behind, 0, REACH_OF_A_SIZE);
  size_t rows = mlo_str_find(behind, MLO_STR(" rows ")), columns = 0, start = rows;
  if (rows == SIZE_MAX) return;
  while (start > 0 && behind.ptr[start - 1] >= '0' && behind.ptr[start - 1] <= '9') start--;
  uint32_t all_rows = number_at(behind, &start);
  for (columns = rows + 6; columns < behind.len; columns++)
    if (behind.ptr[columns] >= '0' && behind.ptr[columns] <= '9') break;
  uint32_t all_columns = number_at(behind, &columns);
  if (!all_rows || !mlo_str_starts(mlo_str_from(behind, columns), MLO_STR(" columns"))) return;
  table->all_rows = all_rows;
  table->all_columns = all_columns;
}

static bool is_dots(mlo_str cell) {
  return cell.len == 0 || mlo_str_eq(cell, MLO_STR("...")) || mlo_str_eq(cell, MLO_STR("..")) ||
         mlo_str_eq(cell, MLO_STR("\xe2\x80\xa6"));
}

/* A row with fewer cells than the header is one whose first cells span rows: it is filled up in front. */
static void add_row(mlo_shown_table *table, const mlo_shown_row *cells, mlo_arena *arena) {
  bool dots = true;
  for (uint32_t i = 0; i < cells->len; i++) dots &= is_dots(cells->items[i]);
  if (dots) return;
  if (table->row_count++ >= MLO_SHOWN_ROWS) return;
  mlo_shown_row row = {0};
  uint32_t width = table->header.len, len = cells->len < width ? cells->len : width;
  for (uint32_t i = 0; i < width; i++) {
    mlo_str cell = i < width - len ? MLO_STR("") : cells->items[i - (width - len)];
    MLO_PUSH(arena, &row, cell);
  }
  MLO_PUSH(arena, &table->rows, row);
}

/* True while there is room for more tables. */
static bool add_table(mlo_shown_table *table, mlo_arena *arena, mlo_shown_tables *out) {
  if (table->header.len && table->row_count) MLO_PUSH(arena, out, *table);
  *table = (mlo_shown_table){0};
  return out->len < MLO_SHOWN_TABLES;
}

/* --- HTML ------------------------------------------------------------------------------------ */

typedef struct html_tag {
  mlo_str name; /* as written, without the slash */
  mlo_str rest; /* its attributes */
  bool closing;
  size_t start, end;
} html_tag;

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* The next tag at or behind `at`; false if there is none. */
static bool next_tag(mlo_str html, size_t at, html_tag *out) {
  size_t open = mlo_str_find_char(mlo_str_from(html, at), '<');
  if (open == SIZE_MAX) return false;
  size_t start = at + open, name = start + 1;
  bool closing = name < html.len && html.ptr[name] == '/';
  name += closing;
  size_t end = name;
  while (end < html.len && is_letter(html.ptr[end])) end++;
  mlo_str tail = mlo_str_from(html, end);
  size_t close = mlo_str_find_char(tail, '>');
  mlo_str rest = mlo_str_slice(tail, 0, close == SIZE_MAX ? tail.len : close);
  *out = (html_tag){mlo_str_slice(html, name, end), rest, closing, start,
                    close == SIZE_MAX ? html.len : end + close + 1};
  return true;
}

static bool is_tag(const html_tag *tag, const char *name) {
  return mlo_str_eq_nocase(tag->name, mlo_str_c(name));
}

/* The character that an entity at s[at] names, or 0; *len is its length. */
static uint32_t entity_at(mlo_str s, size_t at, size_t *len) {
  static const struct {
    mlo_str text;
    uint32_t c;
  } entities[] = {{MLO_STR_INIT("&lt;"), '<'},    {MLO_STR_INIT("&gt;"), '>'},
                  {MLO_STR_INIT("&amp;"), '&'},   {MLO_STR_INIT("&quot;"), '"'},
                  {MLO_STR_INIT("&#x27;"), '\''}, {MLO_STR_INIT("&#39;"), '\''},
                  {MLO_STR_INIT("&nbsp;"), ' '}};
  for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
    if (!mlo_str_starts(mlo_str_from(s, at), entities[i].text)) continue;
    *len = entities[i].text.len;
    return entities[i].c;
  }
  return 0;
}

/* What people read of a cell's markup. */
static mlo_str text_of(mlo_str markup, mlo_arena *arena) {
  markup = mlo_str_trim(mlo_str_slice(markup, 0, LONGEST_MARKUP));
  bool plain =
      mlo_str_find_char(markup, '<') == SIZE_MAX && mlo_str_find_char(markup, '&') == SIZE_MAX;
  if (plain) return mlo_str_slice(markup, 0, between_characters(markup, MLO_SHOWN_CELL));
  char *out = MLO_NEW_ARRAY(arena, char, markup.len + 1);
  size_t len = 0;
  for (size_t at = 0; at < markup.len;) {
    html_tag tag;
    size_t entity = 0;
    uint32_t c = markup.ptr[at] == '&' ? entity_at(markup, at, &entity) : 0;
    if (c) {
      out[len++] = (char)c;
      at += entity;
    } else if (markup.ptr[at] == '<' && next_tag(markup, at, &tag)) {
      at = tag.end;
    } else {
      out[len++] = markup.ptr[at++];
    }
  }
  mlo_str text = mlo_str_trim(mlo_str_of(out, len));
  return mlo_str_slice(text, 0, between_characters(text, MLO_SHOWN_CELL));
}

typedef struct html_reader {
  mlo_str html;
  mlo_arena *arena;
  mlo_shown_table table;
  mlo_shown_row row;
  size_t cell;    /* where the cell at work begins, or SIZE_MAX */
  bool name;      /* it is <th> */
  uint32_t span;  /* of columns that it goes over */
  uint32_t names; /* cells of the row that are <th> */
  bool in_table, in_head;
} html_reader;

static uint32_t span_of(mlo_str attributes) {
  size_t at = mlo_str_find(attributes, MLO_STR("colspan="));
  if (at == SIZE_MAX) return 1;
  at += 8;
  while (at < attributes.len && (attributes.ptr[at] == '"' || attributes.ptr[at] == '\'')) at++;
  uint32_t span = number_at(attributes, &at);
  return span ? span : 1;
}

static void end_cell(html_reader *self, size_t end) {
  if (self->cell == SIZE_MAX) return;
  mlo_str text = text_of(mlo_str_slice(self->html, self->cell, end), self->arena);
  for (uint32_t i = 0; i < self->span && self->row.len < MLO_SHOWN_COLUMNS; i++) {
    MLO_PUSH(self->arena, &self->row, text);
    self->names += self->name;
  }
  self->cell = SIZE_MAX;
}

static void begin_cell(html_reader *self, const html_tag *tag) {
  end_cell(self, tag->start);
  self->cell = tag->end;
  self->span = span_of(tag->rest);
  self->name = is_tag(tag, "th");
}

/* Several rows of names stand above columns of several levels, or name the index: the last name counts. */
static void add_names(html_reader *self) {
  mlo_shown_row *header = &self->table.header;
  for (uint32_t i = 0; i < self->row.len; i++) {
    if (i >= header->len)
      MLO_PUSH(self->arena, header, self->row.items[i]);
    else if (self->row.items[i].len)
      header->items[i] = self->row.items[i];
  }
}

static void end_row(html_reader *self, size_t end) {
  end_cell(self, end);
  bool all_names = self->names && self->names == self->row.len;
  if (self->in_head ? self->names > 0 : all_names && !self->table.header.len)
    add_names(self);
  else if (!self->in_head && self->row.len && self->table.header.len)
    add_row(&self->table, &self->row, self->arena);
  self->row.len = 0;
  self->names = 0;
}

static void take_tag(html_reader *self, const html_tag *tag) {
  if (is_tag(tag, "thead"))
    self->in_head = !tag->closing;
  else if (is_tag(tag, "tr"))
    end_row(self, tag->start);
  else if (!is_tag(tag, "th") && !is_tag(tag, "td"))
    return;
  else if (tag->closing)
    end_cell(self, tag->start);
  else
    begin_cell(self, tag);
}

/* Where the element that begins with this tag ends, if it holds no text that people read. */
static size_t end_of_unread(mlo_str html, const html_tag *tag) {
  const char *close = is_tag(tag, "style") ? "</style" : is_tag(tag, "script") ? "</script" : NULL;
  if (!close || tag->closing) return tag->end;
  size_t at = mlo_str_find(mlo_str_from(html, tag->end), mlo_str_c(close));
  return at == SIZE_MAX ? html.len : tag->end + at;
}

void mlo_shown_tables_of_html(mlo_str html, mlo_arena *arena, mlo_shown_tables *out) {
  html_reader self = {.html = html, .arena = arena, .cell = SIZE_MAX};
  html_tag tag;
  for (size_t at = 0; next_tag(html, at, &tag); at = end_of_unread(html, &tag)) {
    if (!is_tag(&tag, "table")) {
      if (self.in_table) take_tag(&self, &tag);
      continue;
    }
    if (self.in_table) end_row(&self, tag.start);
    if (self.in_table) read_size(mlo_str_from(html, tag.end), &self.table);
    self.in_table = !tag.closing;
    self.in_head = false;
    if (!add_table(&self.table, arena, out)) return;
  }
  if (self.in_table) end_row(&self, html.len);
  add_table(&self.table, arena, out);
}

/* --- text that pandas prints: names and values end at the same character ----------------------- */

typedef struct text_block {
  mlo_shown_row names;
  uint32_t ends[MLO_SHOWN_COLUMNS]; /* of the columns, in characters */
  bool wrapped;                     /* more columns follow below */
} text_block;

/* The byte at which character `count` of the line begins, from a place that is known; its length if it is shorter. */
static size_t advance(mlo_str line, size_t at, uint32_t count) {
  while (count > 0 && at < line.len) {
    mlo_utf8_next(line, &at);
    count--;
  }
  return count ? SIZE_MAX : at;
}

/* Reads a line of names: blanks first, then names with two blanks or more between them. */
static bool read_names(mlo_str line, text_block *out, mlo_arena *arena) {
  *out = (text_block){0};
  if (line.len < 2 || line.ptr[0] != ' ') return false;
  if (mlo_str_ends(line, MLO_STR("\\"))) {
    out->wrapped = true;
    line.len--;
  }
  size_t at = 0;
  uint32_t column = 0;
  while (at < line.len && out->names.len < MLO_SHOWN_COLUMNS) {
    for (; at < line.len && line.ptr[at] == ' '; at++) column++;
    if (at == line.len) break;
    size_t start = at;
    while (at < line.len && !mlo_str_starts(mlo_str_from(line, at), MLO_STR("  ")) &&
           !(line.ptr[at] == ' ' && at + 1 == line.len)) {
      mlo_utf8_next(line, &at);
      column++;
    }
    mlo_str name = mlo_str_slice(line, start, at);
    out->ends[out->names.len] = column;
    MLO_PUSH(arena, &out->names, name);
  }
  return out->names.len > 0;
}

/* The cells of a line under these names, the index first; false if it does not stand as they do. */
static bool read_values(mlo_str line, const text_block *block, mlo_arena *arena,
                        mlo_shown_row *out) {
  out->len = 0;
  if (!line.len || line.ptr[0] == ' ') return false;
  size_t at = 0;
  uint32_t column = 0;
  for (uint32_t i = 0; i < block->names.len; i++) {
    size_t end = advance(line, at, block->ends[i] - column);
    bool aligned = end != SIZE_MAX && end > at && line.ptr[end - 1] != ' ' &&
                   (end == line.len || line.ptr[end] == ' ');
    if (!aligned) return false;
    mlo_str cell = mlo_str_trim(mlo_str_slice(line, at, end));
    size_t gap = i == 0 ? mlo_str_find(cell, MLO_STR(" ")) : SIZE_MAX;
    mlo_str index = i == 0 ? mlo_str_slice(cell, 0, gap == SIZE_MAX ? 0 : gap) : (mlo_str){0};
    if (i == 0) MLO_PUSH(arena, out, index);
    if (i == 0 && index.len) cell = mlo_str_trim(mlo_str_from(cell, index.len));
    cell.len = between_characters(cell, MLO_SHOWN_CELL);
    MLO_PUSH(arena, out, cell);
    column = block->ends[i], at = end;
  }
  return mlo_str_trim(mlo_str_from(line, at)).len == 0;
}

typedef struct line_reader {
  mlo_str rest;
  mlo_arena *arena;
} line_reader;

static bool next_line(line_reader *self, mlo_str *line) {
  if (!self->rest.ptr) return false;
  *line = mlo_str_cut(&self->rest, '\n');
  if (mlo_str_ends(*line, MLO_STR("\r"))) line->len--;
  return true;
}

/* Reads the lines under the names as rows of a table. */
static void read_rows(line_reader *self, const text_block *block, mlo_shown_table *out) {
  MLO_PUSH(self->arena, &out->header, MLO_STR(""));
  for (uint32_t i = 0; i < block->names.len; i++)
    MLO_PUSH(self->arena, &out->header, block->names.items[i]);
  mlo_shown_row row = {0};
  for (bool first = true;; first = false) {
    line_reader before = *self;
    mlo_str line;
    if (!next_line(self, &line)) return;
    if (read_values(line, block, self->arena, &row)) {
      add_row(out, &row, self->arena);
      continue;
    }
    bool index_name = first && line.len && line.ptr[0] != ' ' &&
                      mlo_str_find_char(mlo_str_trim(line), ' ') == SIZE_MAX;
    if (index_name) continue;
    *self = before;
    return;
  }
}

/* More columns of the same rows: their index is left out. */
static void append_columns(mlo_shown_table *table, const mlo_shown_table *more, mlo_arena *arena) {
  for (uint32_t i = 1; i < more->header.len && table->header.len < MLO_SHOWN_COLUMNS; i++) {
    MLO_PUSH(arena, &table->header, more->header.items[i]);
    for (uint32_t row = 0; row < table->rows.len; row++)
      MLO_PUSH(arena, &table->rows.items[row], more->rows.items[row].items[i]);
  }
}

static void read_wrapped(line_reader *self, mlo_shown_table *table) {
  for (bool wrapped = true; wrapped;) {
    line_reader before = *self;
    text_block block = {0};
    mlo_shown_table more = {0};
    mlo_str line;
    while (next_line(self, &line) && mlo_str_trim(line).len == 0) continue;
    if (self->rest.ptr && read_names(line, &block, self->arena)) read_rows(self, &block, &more);
    wrapped = block.wrapped;
    if (more.row_count != table->row_count || more.rows.len != table->rows.len) {
      *self = before;
      return;
    }
    append_columns(table, &more, self->arena);
  }
}

/* --- text in a frame of signs: +---+ and | a | ------------------------------------------------- */

static bool is_border(mlo_str line) {
  line = mlo_str_trim(line);
  if (line.len < 3 || line.ptr[0] != '+') return false;
  for (size_t i = 0; i < line.len; i++)
    if (!memchr("+-=", line.ptr[i], 3)) return false;
  return true;
}

static bool read_framed_row(mlo_str line, mlo_arena *arena, mlo_shown_row *out) {
  *out = (mlo_shown_row){0};
  line = mlo_str_trim(line);
  if (line.len < 2 || line.ptr[0] != '|' || line.ptr[line.len - 1] != '|') return false;
  mlo_str rest = mlo_str_slice(line, 1, line.len - 1);
  while (rest.ptr && out->len < MLO_SHOWN_COLUMNS) {
    mlo_str cell = mlo_str_trim(mlo_str_cut(&rest, '|'));
    cell.len = between_characters(cell, MLO_SHOWN_CELL);
    MLO_PUSH(arena, out, cell);
  }
  return true;
}

/* Behind a first border: names, a border, rows. */
static void read_framed(line_reader *self, mlo_shown_table *out) {
  mlo_str line;
  mlo_shown_row row;
  if (!next_line(self, &line) || !read_framed_row(line, self->arena, &out->header)) return;
  if (!next_line(self, &line) || !is_border(line)) return;
  while (next_line(self, &line)) {
    if (is_border(line)) continue;
    if (!read_framed_row(line, self->arena, &row)) return;
    add_row(out, &row, self->arena);
  }
}

void mlo_shown_tables_of_text(mlo_str text, mlo_arena *arena, mlo_shown_tables *out) {
  line_reader lines = {text, arena};
  mlo_str line;
  while (next_line(&lines, &line)) {
    mlo_shown_table table = {0};
    text_block block;
    if (is_border(line)) {
      read_framed(&lines, &table);
    } else if (lines.rest.len && lines.rest.ptr[0] != ' ' && read_names(line, &block, arena)) {
      read_rows(&lines, &block, &table);
      if (table.row_count && block.wrapped) read_wrapped(&lines, &table);
      read_size(lines.rest, &table);
    }
    if (!add_table(&table, arena, out)) return;
  }
}
