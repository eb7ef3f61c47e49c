/* github: workflow commands, which GitHub shows as annotations on the changed lines.
 *
 * Escaped as @actions/core does (https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts). GitHub
 * keeps ten of each level per step and drops the rest without a word: the worst come first, and the last line says
 * how many were dropped. */
#include "plugins/report/terminal.h"
#include "plugins/report/writers.h"

enum { KEPT_PER_LEVEL = 10 };

static const char *const levels[] = {
    [MLO_SEVERITY_INFO] = "notice",
    [MLO_SEVERITY_WARNING] = "warning",
    [MLO_SEVERITY_ERROR] = "error",
};

/* What GitHub's runner would take for syntax; NULL for anything else. */
static const char *escape_of(char c, bool property) {
  switch (c) {
  case '%': return "%25";
  case '\r': return "%0D";
  case '\n': return "%0A";
  case ':': return property ? "%3A" : NULL;
  case ',': return property ? "%2C" : NULL;
  default: return NULL;
  }
}

/* A log is read in terminals too: controls and bidi marks are spelled out, invalid bytes become U+FFFD. Line ends are
 * left to the format's own escapes. */
static void put_character(mlo_buf *out, mlo_str text, size_t start, size_t end, uint32_t c) {
  bool invalid = end - start == 1 && (unsigned char)text.ptr[start] >= 0x80;
  if (invalid)
    mlo_buf_lit(out, "\xef\xbf\xbd");
  else if (c != '\t' && mlo_terminal_forbids(c))
    mlo_terminal_add(out, mlo_str_slice(text, start, end));
  else
    mlo_buf_add(out, mlo_str_slice(text, start, end));
}

static void put_escaped(mlo_buf *out, mlo_str text, bool property) {
  for (size_t at = 0; at < text.len;) {
    size_t start = at;
    uint32_t c = mlo_utf8_next(text, &at);
    const char *escape = escape_of(text.ptr[start], property);
    if (escape)
      mlo_buf_add(out, mlo_str_c(escape));
    else
      put_character(out, text, start, at, c);
  }
}

static void put_properties(mlo_buf *out, const mlo_finding *finding) {
  const mlo_location *location = &finding->location;
  mlo_buf_lit(out, " title=");
  put_escaped(out, finding->code, true);
  mlo_buf_char(out, ' ');
  put_escaped(out, finding->name, true);
  mlo_buf_lit(out, ",file=");
  put_escaped(out, location->path, true);
  if (!location->start.line) return;
  mlo_buf_format(out, ",line=%u,endLine=%u", location->start.line, location->end.line);
  if (location->start.line != location->end.line) return; /* GitHub refuses columns over lines */
  mlo_buf_format(out, ",col=%u,endColumn=%u", location->start.column, location->end.column);
}

static void put_message(mlo_buf *out, const mlo_finding *finding) {
  put_escaped(out, finding->message, false);
  const mlo_location *location = &finding->location;
  if (location->cell) mlo_buf_format(out, " (cell %u", location->cell);
  if (location->cell && location->cell_start.line)
    mlo_buf_format(out, ", line %u", location->cell_start.line);
  if (location->cell) mlo_buf_char(out, ')');
}

static uint32_t put_level(mlo_buf *out, const mlo_findings *findings, mlo_severity severity) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < findings->len; i++) {
    const mlo_finding *finding = &findings->items[i];
    if (finding->severity != severity) continue;
    mlo_buf_format(out, "::%s", levels[severity]);
    put_properties(out, finding);
    mlo_buf_lit(out, "::");
    put_message(out, finding);
    mlo_buf_char(out, '\n');
    count++;
  }
  return count;
}

static uint32_t put_problems(mlo_buf *out, const mlo_problems *problems) {
  for (uint32_t i = 0; i < problems->len; i++) {
    mlo_buf_lit(out, "::error title=mlopslint");
    if (problems->items[i].path.len) {
      mlo_buf_lit(out, ",file=");
      put_escaped(out, problems->items[i].path, true);
    }
    mlo_buf_lit(out, "::");
    put_escaped(out, problems->items[i].message, false);
    mlo_buf_char(out, '\n');
  }
  return problems->len;
}

static void write_github(const mlo_result *result, const mlo_catalogue *catalogue,
                         const mlo_writer_options *options, mlo_buf *out) {
  (void)catalogue, (void)options;
  uint32_t dropped = 0, problems = put_problems(out, &result->problems);
  for (int severity = MLO_SEVERITY_ERROR; severity >= 0; severity--) {
    uint32_t count = put_level(out, &result->findings, (mlo_severity)severity);
    if (severity == MLO_SEVERITY_ERROR) count += problems;
    if (count > KEPT_PER_LEVEL) dropped += count - KEPT_PER_LEVEL;
  }
  if (!dropped) return;
  mlo_buf_format(out, "mlopslint: GitHub shows %d annotations of each level per step; %u more %s",
                 KEPT_PER_LEVEL, dropped,
                 dropped == 1 ? "stands only in this log\n" : "stand only in this log\n");
}

const mlo_writer mlo_github_writer = {
    .name = MLO_STR_INIT("github"),
    .summary = MLO_STR_INIT("annotations in GitHub Actions"),
    .write = write_github,
};
