/* text: what people read: each finding with its code, what else is concerned, and the next step. */
#include "plugins/report/frame.h"
#include "plugins/report/tally.h"
#include "plugins/report/terminal.h"
#include "plugins/report/writers.h"

enum { MOST_RELATED = 5 };

typedef enum ink { PLAIN, BOLD, ERROR, WARNING, INFO, FRAME, GOOD } ink;
static const char *const styles[] = {
    [PLAIN] = "\x1b[0m",   [BOLD] = "\x1b[1m",     [ERROR] = "\x1b[1;31m", [WARNING] = "\x1b[1;33m",
    [INFO] = "\x1b[1;36m", [FRAME] = "\x1b[1;34m", [GOOD] = "\x1b[1;32m",
};
static const ink severity_styles[] = {
    [MLO_SEVERITY_INFO] = INFO, [MLO_SEVERITY_WARNING] = WARNING, [MLO_SEVERITY_ERROR] = ERROR};

typedef struct page {
  const mlo_writer_options *options;
  mlo_buf *out;
} page;

static void set(const page *self, ink style) {
  if (self->options->color) mlo_buf_add(self->out, mlo_str_c(styles[style]));
}

static void put_styled(const page *self, ink style, mlo_str ours) {
  set(self, style);
  mlo_buf_add(self->out, ours);
  set(self, PLAIN);
}

/* A URL inside an escape sequence: only printable ASCII gets there. */
static void put_url(mlo_buf *out, mlo_str url) {
  for (size_t i = 0; i < url.len; i++) {
    unsigned char c = (unsigned char)url.ptr[i];
    if (c > 0x20 && c < 0x7f)
      mlo_buf_char(out, (char)c);
    else
      mlo_buf_format(out, "%%%02X", c);
  }
}

static void put_link(const page *self, mlo_str url, mlo_str label) {
  bool linked = self->options->color && url.len;
  if (linked) {
    mlo_buf_lit(self->out, "\x1b]8;;");
    put_url(self->out, url);
    mlo_buf_lit(self->out, "\x1b\\");
  }
  mlo_terminal_add(self->out, label);
  if (linked) mlo_buf_lit(self->out, "\x1b]8;;\x1b\\");
}

static void put_indent(const page *self, uint32_t columns) {
  for (uint32_t i = 0; i < columns; i++) mlo_buf_char(self->out, ' ');
}

/* --- places ---------------------------------------------------------------------------------- */

static void put_place(const page *self, const mlo_location *location) {
  mlo_terminal_add(self->out, location->path);
  bool shows_cell = mlo_location_shows_cell(location);
  if (shows_cell) mlo_buf_format(self->out, ": cell %u", location->cell);
  if (shows_cell && location->cell_start.line)
    mlo_buf_format(self->out, ", line %u", location->cell_start.line);
  if (shows_cell)
    mlo_buf_format(self->out, " (file line %u)", location->start.line);
  else if (location->start.line)
    mlo_buf_format(self->out, ":%u:%u", location->start.line, location->start.column);
  mlo_buf_char(self->out, '\n');
}

static void put_gutter(const page *self, uint32_t gutter, uint32_t line) {
  set(self, FRAME);
  if (line)
    mlo_buf_format(self->out, "%*u |", (int)gutter, line);
  else
    mlo_buf_format(self->out, "%*s |", (int)gutter, "");
  set(self, PLAIN);
}

static void put_code(const page *self, const mlo_frame *frame, mlo_str code, uint32_t gutter,
                     ink style) {
  put_gutter(self, gutter, 0);
  mlo_buf_char(self->out, '\n');
  put_gutter(self, gutter, frame->line);
  if (code.len) mlo_buf_char(self->out, ' ');
  mlo_buf_add(self->out, code);
  mlo_buf_char(self->out, '\n');
  put_gutter(self, gutter, 0);
  put_indent(self, frame->indent + 1);
  set(self, style);
  for (uint32_t i = 0; i < frame->carets; i++) mlo_buf_char(self->out, '^');
  set(self, PLAIN);
  mlo_buf_char(self->out, '\n');
}

/* ` --> path:3:9` and the line of code under it. */
static void put_location(const page *self, const mlo_location *location, uint32_t gutter,
                         ink style) {
  put_indent(self, gutter);
  put_styled(self, FRAME, MLO_STR("--> "));
  put_place(self, location);
  mlo_buf code = {0};
  mlo_frame frame;
  uint32_t width = self->options->width;
  uint32_t columns = width > gutter + 3 ? width - gutter - 3 : width;
  if (mlo_frame_of(location, columns, &frame, &code))
    put_code(self, &frame, mlo_buf_str(&code), gutter, style);
  mlo_buf_release(&code);
}

static uint32_t digits(const mlo_location *location) {
  uint32_t line =
               mlo_location_shows_cell(location) ? location->cell_start.line : location->start.line,
           count = 1;
  while (line /= 10) count++;
  return count;
}

static uint32_t shown_related(const page *self, const mlo_finding *finding) {
  bool all = self->options->verbose || finding->related.len <= MOST_RELATED;
  return all ? finding->related.len : MOST_RELATED;
}

static uint32_t gutter_of(const page *self, const mlo_finding *finding) {
  uint32_t gutter = digits(&finding->location);
  for (uint32_t i = 0; i < shown_related(self, finding); i++) {
    uint32_t other = digits(&finding->related.items[i].location);
    if (other > gutter) gutter = other;
  }
  return gutter;
}

/* --- findings -------------------------------------------------------------------------------- */

static void put_heading(const page *self, const mlo_finding *finding) {
  set(self, severity_styles[finding->severity]);
  mlo_buf_add(self->out, mlo_severity_name(finding->severity));
  mlo_buf_char(self->out, '[');
  put_link(self, finding->url, finding->code);
  mlo_buf_char(self->out, ']');
  set(self, PLAIN);
  mlo_buf_char(self->out, ' ');
  set(self, BOLD);
  mlo_terminal_add(self->out, finding->name);
  mlo_buf_lit(self->out, ": ");
  mlo_terminal_add(self->out, finding->message);
  set(self, PLAIN);
  mlo_buf_char(self->out, '\n');
}

static void put_related(const page *self, const mlo_finding *finding, uint32_t gutter) {
  uint32_t count = shown_related(self, finding);
  for (uint32_t i = 0; i < count; i++) {
    const mlo_related *related = &finding->related.items[i];
    put_styled(self, FRAME, MLO_STR("note"));
    mlo_buf_lit(self->out, ": ");
    mlo_terminal_add(self->out, related->message);
    mlo_buf_char(self->out, '\n');
    put_location(self, &related->location, gutter, FRAME);
  }
  if (count < finding->related.len)
    mlo_buf_format(self->out, "note: and %u more places (-v shows all)\n",
                   finding->related.len - count);
}

static const char *const fix_hints[] = {
    [MLO_SAFETY_SAFE] = " (--fix does it)",
    [MLO_SAFETY_UNSAFE] = " (--fix --unsafe-fixes does it)",
    [MLO_SAFETY_DISPLAY] = "",
};

static void put_help(const page *self, const mlo_finding *finding) {
  for (uint32_t i = 0; i < finding->fixes.len; i++) {
    const mlo_fix *fix = &finding->fixes.items[i];
    put_styled(self, GOOD, MLO_STR("help"));
    mlo_buf_lit(self->out, ": ");
    mlo_terminal_add(self->out, fix->title);
    mlo_buf_add(self->out, mlo_str_c(fix_hints[fix->safety]));
    mlo_buf_char(self->out, '\n');
  }
}

static const mlo_rule *rule_of(const mlo_catalogue *catalogue, mlo_str code) {
  for (uint32_t i = 0; i < catalogue->rules.len; i++)
    if (mlo_str_eq(catalogue->rules.items[i].code, code)) return &catalogue->rules.items[i];
  return NULL;
}

static void put_why(const page *self, const mlo_finding *finding, const mlo_catalogue *catalogue) {
  const mlo_rule *rule = rule_of(catalogue, finding->code);
  mlo_str docs = rule ? mlo_str_trim(rule->docs) : (mlo_str){0};
  if (docs.len) {
    mlo_buf_lit(self->out, "why: ");
    mlo_terminal_add(self->out, mlo_str_trim(mlo_str_cut(&docs, '\n')));
    mlo_buf_char(self->out, '\n');
  }
  if (!finding->url.len) return;
  mlo_buf_lit(self->out, "more: ");
  mlo_terminal_add(self->out, finding->url);
  mlo_buf_char(self->out, '\n');
}

static void put_finding(const page *self, const mlo_finding *finding,
                        const mlo_catalogue *catalogue) {
  uint32_t gutter = gutter_of(self, finding);
  put_heading(self, finding);
  put_location(self, &finding->location, gutter, severity_styles[finding->severity]);
  put_related(self, finding, gutter);
  put_help(self, finding);
  if (self->options->verbose) put_why(self, finding, catalogue);
  mlo_buf_char(self->out, '\n');
}

/* --- counts ---------------------------------------------------------------------------------- */

/* The mildest safety at which finding can be fixed; MLO_SAFETY_DISPLAY: not at all. */
static mlo_safety fixable(const mlo_finding *finding) {
  mlo_safety best = MLO_SAFETY_DISPLAY;
  for (uint32_t i = 0; i < finding->fixes.len; i++) {
    const mlo_fix *fix = &finding->fixes.items[i];
    if (fix->edits.len && fix->safety < best) best = fix->safety;
  }
  return best;
}

static uint32_t number_width(uint32_t number) {
  uint32_t width = 1;
  while (number /= 10) width++;
  return width;
}

static void put_statistics(const page *self, const mlo_result *result) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_tallies tallies = mlo_tallies_of(&result->findings, &arena);
  mlo_tallies_by_count(&tallies);
  uint32_t width = tallies.len ? number_width(tallies.items[0].count) : 1;
  for (uint32_t i = 0; i < tallies.len; i++) {
    const mlo_finding *finding = tallies.items[i].finding;
    mlo_buf_format(self->out, "%*u  ", (int)width, tallies.items[i].count);
    set(self, severity_styles[finding->severity]);
    mlo_buf_format(self->out, "%-7.*s", MLO_FMT(mlo_severity_name(finding->severity)));
    set(self, PLAIN);
    mlo_buf_lit(self->out, "  ");
    put_link(self, finding->url, finding->code);
    mlo_buf_lit(self->out, "  ");
    mlo_terminal_add(self->out, finding->name);
    mlo_buf_char(self->out, '\n');
  }
  if (tallies.len) mlo_buf_char(self->out, '\n');
  mlo_arena_release(&arena);
}

static void put_count(mlo_buf *out, uint32_t count, const char *noun) {
  mlo_buf_format(out, "%u %s%s", count, noun, count == 1 ? "" : "s");
}

static void put_severities(mlo_buf *out, const mlo_findings *findings) {
  static const char *const nouns[] = {"info", "warning", "error"};
  uint32_t counts[] = {0, 0, 0};
  for (uint32_t i = 0; i < findings->len; i++) counts[findings->items[i].severity]++;
  const char *separator = " (";
  for (int severity = MLO_SEVERITY_ERROR; severity >= 0; severity--) {
    if (!counts[severity]) continue;
    mlo_buf_format(out, "%s", separator);
    if (severity == MLO_SEVERITY_INFO)
      mlo_buf_format(out, "%u info", counts[severity]);
    else
      put_count(out, counts[severity], nouns[severity]);
    separator = ", ";
  }
  mlo_buf_char(out, ')');
}

static void put_fixable(mlo_buf *out, const mlo_findings *findings) {
  uint32_t counts[] = {0, 0, 0};
  for (uint32_t i = 0; i < findings->len; i++) counts[fixable(&findings->items[i])]++;
  if (counts[MLO_SAFETY_SAFE])
    mlo_buf_format(out, "; %u can be fixed with --fix", counts[MLO_SAFETY_SAFE]);
  if (counts[MLO_SAFETY_UNSAFE])
    mlo_buf_format(out, "%s %u%s with --fix --unsafe-fixes", counts[MLO_SAFETY_SAFE] ? "," : ";",
                   counts[MLO_SAFETY_UNSAFE], counts[MLO_SAFETY_SAFE] ? " more" : " can be fixed");
}

static void put_failures(const page *self, const mlo_problems *problems) {
  if (!problems->len) return;
  put_styled(self, ERROR, MLO_STR("Incomplete"));
  mlo_buf_lit(self->out, ": ");
  put_count(self->out, problems->len, "error");
  mlo_buf_lit(self->out, " kept mlopslint from checking everything\n");
}

static void put_known(mlo_buf *out, const mlo_summary *summary) {
  if (!summary->known) return;
  mlo_buf_lit(out, "; ");
  put_count(out, summary->known, "finding");
  mlo_buf_add(out, summary->known == 1 ? MLO_STR(" is known") : MLO_STR(" are known"));
  mlo_buf_lit(out, " (baseline)");
}

static void put_found(const page *self, const mlo_result *result) {
  set(self, BOLD);
  mlo_buf_lit(self->out, "Found ");
  put_count(self->out, result->findings.len, "finding");
  set(self, PLAIN);
  put_severities(self->out, &result->findings);
  mlo_buf_lit(self->out, " in ");
  put_count(self->out, result->summary.files, "file");
  mlo_buf_format(self->out, " [%.2fs]", result->summary.seconds);
  put_fixable(self->out, &result->findings);
  put_known(self->out, &result->summary);
  mlo_buf_char(self->out, '\n');
}

static void put_clear(const page *self, const mlo_summary *summary) {
  put_styled(self, GOOD, MLO_STR("All clear"));
  mlo_buf_lit(self->out, ": ");
  put_count(self->out, summary->files, "file");
  mlo_buf_format(self->out, " checked [%.2fs]", summary->seconds);
  put_known(self->out, summary);
  mlo_buf_char(self->out, '\n');
}

/* Unscanned is never clean: with problems and no findings, nothing says "clear". */
static void put_summary(const page *self, const mlo_result *result) {
  if (result->findings.len) put_found(self, result);
  bool clean = !result->findings.len && !result->problems.len;
  if (clean && !result->summary.files)
    mlo_buf_lit(self->out, "Nothing to check: no files that mlopslint reads\n");
  if (clean && result->summary.files) put_clear(self, &result->summary);
  put_failures(self, &result->problems);
  if (self->options->verbose)
    mlo_buf_format(self->out, "%u of %u files parsed, %.1f MB read, %u findings suppressed\n",
                   result->summary.parsed, result->summary.files,
                   (double)result->summary.bytes / 1e6, result->summary.suppressed);
}

static void write_text(const mlo_result *result, const mlo_catalogue *catalogue,
                       const mlo_writer_options *options, mlo_buf *out) {
  page self = {.options = options, .out = out};
  if (options->statistics) put_statistics(&self, result);
  for (uint32_t i = 0; !options->statistics && i < result->findings.len; i++)
    put_finding(&self, &result->findings.items[i], catalogue);
  if (!options->quiet) put_summary(&self, result);
}

const mlo_writer mlo_text_writer = {
    .name = MLO_STR_INIT("text"),
    .summary = MLO_STR_INIT("for people: code frames, help and a summary"),
    .write = write_text,
};
