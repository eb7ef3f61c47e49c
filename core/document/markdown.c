#include "document/builder.h"

#include <ctype.h>

/* A line scanner for the block structure that matters here (https://spec.commonmark.org/): headings, fenced code,
 * and what may hide them: fences, comments and other raw HTML blocks. */

typedef struct reader {
  mlo_builder builder;
  mlo_str text;
  uint32_t at; /* the next line */
  mlo_value sections, code;
  uint32_t paragraph; /* start of the paragraph that may become a setext heading, or UINT32_MAX */
  bool blocked; /* in a list item, quotation or table: text lines continue it up to an empty line */
  mlo_value section; /* the open one, or MLO_NO_VALUE */
  uint32_t body;     /* where its text begins */
} reader;

/* A heading: where it stands, what it says. */
typedef struct heading {
  mlo_span span, mark, title;
  int64_t level;
} heading;

static mlo_span line_at(mlo_str text, uint32_t at) {
  size_t len = mlo_str_find_char(mlo_str_from(text, at), '\n');
  uint32_t end = len == SIZE_MAX ? (uint32_t)text.len : at + (uint32_t)len;
  if (end > at && text.ptr[end - 1] == '\r') end--;
  return (mlo_span){at, end};
}

static uint32_t behind_line(mlo_str text, uint32_t at) {
  size_t len = mlo_str_find_char(mlo_str_from(text, at), '\n');
  return len == SIZE_MAX ? (uint32_t)text.len : at + (uint32_t)len + 1;
}

static mlo_span trimmed(mlo_str text, mlo_span span) {
  while (span.start < span.end && isspace((unsigned char)text.ptr[span.start])) span.start++;
  while (span.end > span.start && isspace((unsigned char)text.ptr[span.end - 1])) span.end--;
  return span;
}

static uint32_t count_char(mlo_str text, mlo_span span, char c) {
  uint32_t at = span.start;
  while (at < span.end && text.ptr[at] == c) at++;
  return at - span.start;
}

/* --- sections --- */

static void close_section(reader *self, uint32_t end) {
  if (self->section == MLO_NO_VALUE) return;
  mlo_span body = {self->body < end ? self->body : end, end};
  mlo_builder_string(&self->builder, self->section, MLO_OWN_KEY("text"),
                     mlo_span_of(self->text, body), body);
  mlo_builder_at(&self->builder, self->section)->span.end = end;
  self->section = MLO_NO_VALUE;
}

static void add_section(reader *self, const heading *found, uint32_t body) {
  self->section = mlo_builder_map(&self->builder, self->sections, MLO_NO_KEY, found->span);
  mlo_builder_integer(&self->builder, self->section, MLO_OWN_KEY("level"), found->level,
                      found->mark);
  mlo_builder_string(&self->builder, self->section, MLO_OWN_KEY("title"),
                     mlo_span_of(self->text, found->title), found->title);
  self->body = body;
}

/* Text in front of the first heading is a section of its own, if there is any. */
static void end_section(reader *self, uint32_t end) {
  mlo_span front = {self->body, end};
  bool first = mlo_builder_at(&self->builder, self->sections)->count == 0;
  heading none = {
      .span = front, .mark = {front.start, front.start}, .title = {front.start, front.start}};
  if (first && trimmed(self->text, front).start < end) add_section(self, &none, front.start);
  close_section(self, end);
}

static void open_section(reader *self, const heading *found, uint32_t body) {
  end_section(self, found->span.start);
  add_section(self, found, body);
}

/* --- headings --- */

/* # Title #: up to three spaces, one to six marks, a blank; marks at the end don't count. */
static bool atx_heading(mlo_str text, mlo_span line, heading *out) {
  uint32_t indent = count_char(text, line, ' ');
  mlo_span rest = {line.start + indent, line.end};
  uint32_t marks = count_char(text, rest, '#');
  if (indent > 3 || marks < 1 || marks > 6) return false;
  mlo_span behind = {rest.start + marks, line.end};
  if (behind.start < behind.end && text.ptr[behind.start] != ' ' && text.ptr[behind.start] != '\t')
    return false;
  mlo_span title = trimmed(text, behind);
  uint32_t end = title.end;
  while (end > title.start && text.ptr[end - 1] == '#') end--;
  if (end == title.start || isspace((unsigned char)text.ptr[end - 1])) title.end = end;
  *out = (heading){.span = line,
                   .mark = {rest.start, behind.start},
                   .title = trimmed(text, title),
                   .level = marks};
  return true;
}

/* === or --- below a paragraph. */
static bool setext_heading(mlo_str text, uint32_t paragraph, mlo_span line, heading *out) {
  if (paragraph == UINT32_MAX) return false;
  uint32_t indent = count_char(text, line, ' ');
  mlo_span mark = trimmed(text, line);
  if (indent > 3 || mark.start == mark.end) return false;
  char c = text.ptr[mark.start];
  if ((c != '=' && c != '-') || count_char(text, mark, c) != mark.end - mark.start) return false;
  *out = (heading){.span = {paragraph, line.end},
                   .mark = mark,
                   .title = trimmed(text, (mlo_span){paragraph, line.start}),
                   .level = c == '=' ? 1 : 2};
  return true;
}

/* Text that is the beginning of a list item, a quotation, a table, HTML or indented code makes no heading. */
static bool begins_paragraph(mlo_str text, mlo_span line) {
  mlo_span rest = trimmed(text, line);
  if (rest.start == rest.end || rest.start - line.start > 3) return false;
  char c = text.ptr[rest.start], next = rest.start + 1 < rest.end ? text.ptr[rest.start + 1] : ' ';
  if (c == '>' || c == '<' || c == '|') return false;
  if ((c == '-' || c == '*' || c == '+') && (next == ' ' || next == '\t')) return false;
  uint32_t digits = rest.start;
  while (digits < rest.end && isdigit((unsigned char)text.ptr[digits])) digits++;
  bool numbered = digits > rest.start && digits < rest.end &&
                  (text.ptr[digits] == '.' || text.ptr[digits] == ')');
  return !numbered;
}

/* --- fences --- */

typedef struct fence {
  char mark;
  uint32_t len;
  mlo_span info;
} fence;

/* ``` or ~~~, in lists and quotations too. */
static bool fence_at(mlo_str text, mlo_span line, fence *out) {
  mlo_span rest = line;
  while (rest.start < rest.end && strchr(" \t>", text.ptr[rest.start]) && text.ptr[rest.start])
    rest.start++;
  if (rest.start == rest.end) return false;
  char c = text.ptr[rest.start];
  uint32_t len = count_char(text, rest, c);
  if ((c != '`' && c != '~') || len < 3) return false;
  mlo_span info = trimmed(text, (mlo_span){rest.start + len, line.end});
  *out = (fence){.mark = c, .len = len, .info = info};
  return c == '~' || mlo_str_find_char(mlo_span_of(text, info), '`') == SIZE_MAX;
}

/* "python" of "```python title=x", "{.python .numberLines}" and "{python}". */
static mlo_span language_of(mlo_str text, mlo_span info) {
  while (info.start < info.end && strchr("{.", text.ptr[info.start]) && text.ptr[info.start])
    info.start++;
  uint32_t end = info.start;
  while (end < info.end && !isspace((unsigned char)text.ptr[end]) && !strchr(",}{:", text.ptr[end]))
    end++;
  return (mlo_span){info.start, end};
}

/* Reads the block whose opening line has been read; one without an end reaches to the end of the text. */
static void read_code(reader *self, mlo_span opening, const fence *open) {
  uint32_t start = self->at, end = (uint32_t)self->text.len, behind = end;
  while (self->at < self->text.len) {
    mlo_span line = line_at(self->text, self->at);
    uint32_t here = self->at;
    fence close;
    self->at = behind_line(self->text, self->at);
    if (!fence_at(self->text, line, &close) || close.mark != open->mark || close.len < open->len ||
        close.info.start < close.info.end)
      continue;
    end = here;
    behind = line.end;
    break;
  }
  mlo_span language = language_of(self->text, open->info), body = {start < end ? start : end, end};
  mlo_value map =
      mlo_builder_map(&self->builder, self->code, MLO_NO_KEY, (mlo_span){opening.start, behind});
  mlo_builder_string(&self->builder, map, MLO_OWN_KEY("language"),
                     mlo_span_of(self->text, language), language);
  mlo_builder_string(&self->builder, map, MLO_OWN_KEY("text"), mlo_span_of(self->text, body), body);
}

/* --- HTML --- */

static const struct html_block {
  mlo_str open, close;
} html_blocks[] = {
    {MLO_STR_INIT("<!--"), MLO_STR_INIT("-->")},
    {MLO_STR_INIT("<pre"), MLO_STR_INIT("</pre>")},
    {MLO_STR_INIT("<script"), MLO_STR_INIT("</script>")},
    {MLO_STR_INIT("<style"), MLO_STR_INIT("</style>")},
};

/* If a block opens on this line, moves behind the line that closes it. */
static bool skip_html(reader *self, mlo_span line) {
  mlo_str text = mlo_str_slice(self->text, trimmed(self->text, line).start, self->text.len);
  for (size_t i = 0; i < sizeof html_blocks / sizeof *html_blocks; i++) {
    if (!mlo_str_starts(text, html_blocks[i].open)) continue;
    size_t close = mlo_str_find(text, html_blocks[i].close);
    uint32_t at = close == SIZE_MAX ? (uint32_t)self->text.len
                                    : (uint32_t)(text.ptr - self->text.ptr + (ptrdiff_t)close);
    self->at = behind_line(self->text, at);
    return true;
  }
  return false;
}

/* <h1 align="center">Title</h1> on one line: how many READMEs begin. */
static bool html_heading(mlo_str text, mlo_span line, heading *out) {
  mlo_span all = trimmed(text, line);
  mlo_str s = mlo_span_of(text, all);
  if (s.len < 9 || (s.ptr[0] != '<') || tolower((unsigned char)s.ptr[1]) != 'h' || s.ptr[2] < '1' ||
      s.ptr[2] > '6')
    return false;
  size_t open = mlo_str_find_char(s, '>');
  if (open == SIZE_MAX || (s.ptr[3] != '>' && s.ptr[3] != ' ')) return false;
  size_t close = mlo_str_find(s, MLO_STR("</h"));
  if (close == SIZE_MAX || close < open) return false;
  mlo_span title = {all.start + (uint32_t)open + 1, all.start + (uint32_t)close};
  *out = (heading){.span = all,
                   .mark = {all.start + 1, all.start + 3},
                   .title = trimmed(text, title),
                   .level = s.ptr[2] - '0'};
  return true;
}

/* --- the file --- */

static void read_line(reader *self) {
  mlo_span line = line_at(self->text, self->at);
  self->at = behind_line(self->text, self->at);
  heading found;
  fence open;
  uint32_t paragraph = self->paragraph;
  self->paragraph = UINT32_MAX;
  if (fence_at(self->text, line, &open)) {
    read_code(self, line, &open);
  } else if (setext_heading(self->text, paragraph, line, &found) ||
             atx_heading(self->text, line, &found) || html_heading(self->text, line, &found)) {
    open_section(self, &found, self->at);
  } else if (!skip_html(self, line) && trimmed(self->text, line).start < line.end) {
    if (paragraph == UINT32_MAX && !self->blocked && begins_paragraph(self->text, line))
      paragraph = line.start;
    self->blocked = paragraph == UINT32_MAX;
    self->paragraph = paragraph;
    return;
  }
  self->blocked = false;
}

/* The bytes between two lines --- at the top, or an empty span. *behind: where the text goes on. */
static mlo_span find_front_matter(mlo_str text, uint32_t *behind) {
  *behind = 0;
  mlo_span first = line_at(text, 0);
  if (!mlo_str_eq(mlo_str_trim(mlo_span_of(text, first)), MLO_STR("---"))) return (mlo_span){0, 0};
  uint32_t start = behind_line(text, 0);
  for (uint32_t at = start; at < text.len; at = behind_line(text, at)) {
    mlo_str line = mlo_str_trim(mlo_span_of(text, line_at(text, at)));
    if (!mlo_str_eq(line, MLO_STR("---")) && !mlo_str_eq(line, MLO_STR("..."))) continue;
    *behind = behind_line(text, at);
    return (mlo_span){start, at};
  }
  return (mlo_span){0, 0};
}

mlo_status mlo_read_markdown(mlo_document *out, mlo_parser *parser, mlo_arena *arena,
                             mlo_error *err) {
  reader self = {.builder = mlo_builder_of(out, arena),
                 .text = out->text,
                 .paragraph = UINT32_MAX,
                 .section = MLO_NO_VALUE};
  mlo_span all = {0, (uint32_t)out->text.len};
  mlo_value root = mlo_builder_map(&self.builder, 0, MLO_NO_KEY, all);
  mlo_span front = find_front_matter(self.text, &self.at);
  mlo_status status = MLO_OK;
  if (self.at)
    status =
        mlo_read_yaml_below(&self.builder, parser, root, MLO_OWN_KEY("front_matter"), front, err);
  self.sections = mlo_builder_list(&self.builder, root, MLO_OWN_KEY("sections"), all);
  self.code = mlo_builder_list(&self.builder, root, MLO_OWN_KEY("code"), all);
  mlo_builder_string(&self.builder, root, MLO_OWN_KEY("text"), self.text, all);
  self.body = self.at;
  while (self.at < self.text.len) read_line(&self);
  end_section(&self, (uint32_t)self.text.len);
  return status;
}
