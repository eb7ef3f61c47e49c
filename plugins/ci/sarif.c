/* sarif: SARIF 2.1.0 as GitHub code scanning reads it.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/ and
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 * A pull request shows a result only if every line of its region changed, so a result's region is kept to one line.
 * Positions are the file's own (in a notebook the .ipynb's); the cell stands in logicalLocations. */
#include "plugins/ci/line_hash.h"
#include "plugins/report/frame.h"
#include "plugins/report/json_text.h"
#include "plugins/report/writers.h"

enum { MOST_TAGS = 10, LONGEST_DESCRIPTION = 1000 };
#define SCHEMA MLO_STR("https://json.schemastore.org/sarif-2.1.0.json")

static const char *const levels[] = {
    [MLO_SEVERITY_INFO] = "note",
    [MLO_SEVERITY_WARNING] = "warning",
    [MLO_SEVERITY_ERROR] = "error",
};
static const char *const problem_severities[] = {
    [MLO_SEVERITY_INFO] = "recommendation",
    [MLO_SEVERITY_WARNING] = "warning",
    [MLO_SEVERITY_ERROR] = "error",
};
/* GitHub's bands: low, medium, high. */
static const char *const security_severities[] = {
    [MLO_SEVERITY_INFO] = "3.0",
    [MLO_SEVERITY_WARNING] = "5.5",
    [MLO_SEVERITY_ERROR] = "8.0",
};

/* The rules of the log: the catalogue's, then those that only findings know (the engine's own). */
typedef struct rule_list {
  MLO_ARRAY(mlo_rule) rules;
  mlo_map index; /* code to position + 1 */
} rule_list;

static void list_rule(rule_list *self, const mlo_rule *rule, mlo_arena *arena) {
  uint32_t *place = mlo_map_put(&self->index, rule->code, arena);
  if (*place) return;
  MLO_PUSH(arena, &self->rules, *rule);
  *place = self->rules.len;
}

static rule_list rules_of(const mlo_result *result, const mlo_catalogue *catalogue,
                          mlo_arena *arena) {
  rule_list list = {0};
  for (uint32_t i = 0; i < catalogue->rules.len; i++)
    list_rule(&list, &catalogue->rules.items[i], arena);
  for (uint32_t i = 0; i < result->findings.len; i++) {
    const mlo_finding *finding = &result->findings.items[i];
    mlo_rule known = {.code = finding->code,
                      .name = finding->name,
                      .area = finding->area,
                      .severity = finding->severity,
                      .enabled = true,
                      .summary = finding->summary,
                      .url = finding->url};
    list_rule(&list, &known, arena);
  }
  return list;
}

/* --- small parts ----------------------------------------------------------------------------- */

static void put_c(mlo_json_out *json, const char *key, const char *value) {
  mlo_json_out_string(json, key, mlo_str_c(value));
}

/* A sentence: SARIF wants messages to end as sentences do. */
static void put_sentence(mlo_json_out *json, const char *key, mlo_str text) {
  mlo_buf sentence = {0};
  text = mlo_str_trim(text);
  mlo_buf_add(&sentence, text);
  char last = text.len ? text.ptr[text.len - 1] : ' ';
  if (last != '.' && last != '!' && last != '?') mlo_buf_char(&sentence, '.');
  mlo_json_out_string(json, key, mlo_buf_str(&sentence));
  mlo_buf_release(&sentence);
}

static void put_message(mlo_json_out *json, const char *key, mlo_str text) {
  mlo_json_out_object(json, key);
  put_sentence(json, "text", text);
  mlo_json_out_end(json);
}

/* A path as a relative URI: every byte but the unreserved ones percent-encoded (RFC 3986). */
static void put_uri(mlo_json_out *json, const char *prefix, mlo_str path, const char *suffix) {
  static const char kept[] = "-._~/";
  mlo_buf uri = {0};
  mlo_buf_add(&uri, mlo_str_c(prefix));
  for (size_t i = 0; i < path.len; i++) {
    char c = path.ptr[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 (c && strchr(kept, c));
    if (plain)
      mlo_buf_char(&uri, c);
    else
      mlo_buf_format(&uri, "%%%02X", (unsigned char)c);
  }
  mlo_buf_add(&uri, mlo_str_c(suffix));
  mlo_json_out_string(json, "uri", mlo_buf_str(&uri));
  mlo_buf_release(&uri);
}

static void put_artifact(mlo_json_out *json, mlo_str path) {
  mlo_json_out_object(json, "artifactLocation");
  put_uri(json, "", path.len ? path : MLO_STR("."), "");
  put_c(json, "uriBaseId", "SRCROOT");
  mlo_json_out_end(json);
}

static uint32_t units16(mlo_str text) {
  uint32_t units = 0;
  for (size_t at = 0; at < text.len;) units += mlo_utf8_next(text, &at) > 0xffff ? 2 : 1;
  return units;
}

static void put_region(mlo_json_out *json, const char *key, mlo_position start, mlo_position end) {
  mlo_json_out_object(json, key);
  mlo_json_out_integer(json, "startLine", start.line);
  mlo_json_out_integer(json, "startColumn", start.column16);
  mlo_json_out_integer(json, "endLine", end.line);
  mlo_json_out_integer(json, "endColumn", end.column16);
  mlo_json_out_end(json);
}

/* Where the region of location ends when it is kept to its first line. */
static mlo_position end_on_line(const mlo_location *location) {
  mlo_position start = location->start, end = location->end;
  if (end.line == start.line) return end;
  end = start;
  end.column16++;
  if (mlo_location_shows_cell(location)) return end; /* the excerpt is the cell's text, not the file's line */
  uint32_t behind = units16(mlo_excerpt_line(location)) + 1;
  if (behind > end.column16) end.column16 = behind;
  return end;
}

/* A finding on a file or folder as a whole stands at its first line. */
static mlo_location placed(const mlo_location *location) {
  mlo_location copy = *location;
  if (!copy.start.line) copy.start = (mlo_position){1, 1, 1};
  if (!copy.end.line) copy.end = copy.start;
  return copy;
}

static void put_physical(mlo_json_out *json, const mlo_location *location) {
  mlo_location place = placed(location);
  mlo_json_out_object(json, "physicalLocation");
  put_artifact(json, place.path);
  put_region(json, "region", place.start, end_on_line(&place));
  mlo_json_out_end(json);
}

static void put_logical(mlo_json_out *json, const mlo_location *location) {
  if (!location->cell) return;
  mlo_buf name = {0};
  mlo_buf_format(&name, "cell %u", location->cell);
  mlo_json_out_array(json, "logicalLocations");
  mlo_json_out_object(json, NULL);
  mlo_json_out_string(json, "name", mlo_buf_str(&name));
  put_c(json, "kind", "cell");
  mlo_json_out_end(json);
  mlo_json_out_end(json);
  mlo_buf_release(&name);
}

/* --- rules ----------------------------------------------------------------------------------- */

/* The first paragraph of the docs, or the summary; at most LONGEST_DESCRIPTION bytes, in whole characters. */
static mlo_str description_of(const mlo_rule *rule) {
  mlo_str docs = mlo_str_trim(rule->docs);
  if (!docs.len) return rule->summary;
  docs = mlo_str_slice(docs, 0, mlo_str_find(docs, MLO_STR("\n\n")));
  if (docs.len <= LONGEST_DESCRIPTION) return docs;
  size_t end = LONGEST_DESCRIPTION;
  while (end > 0 && ((unsigned char)docs.ptr[end] & 0xc0) == 0x80) end--;
  return mlo_str_slice(docs, 0, end);
}

static void put_help(mlo_json_out *json, const mlo_rule *rule) {
  mlo_str docs = mlo_str_trim(rule->docs);
  if (!docs.len) docs = rule->summary;
  mlo_json_out_object(json, "help");
  mlo_json_out_string(json, "text", docs);
  mlo_json_out_string(json, "markdown", docs);
  mlo_json_out_end(json);
}

static void put_tags(mlo_json_out *json, const mlo_rule *rule) {
  mlo_json_out_array(json, "tags");
  put_c(json, NULL, "machine-learning");
  mlo_json_out_string(json, NULL, rule->area);
  for (uint32_t i = 0; i < rule->tags.len && i + 2 < MOST_TAGS; i++)
    if (!mlo_str_eq(rule->tags.items[i], rule->area))
      mlo_json_out_string(json, NULL, rule->tags.items[i]);
  mlo_json_out_end(json);
}

static void put_rule_properties(mlo_json_out *json, const mlo_rule *rule) {
  mlo_json_out_object(json, "properties");
  put_tags(json, rule);
  put_c(json, "precision", rule->enabled ? "high" : "medium");
  put_c(json, "problem.severity", problem_severities[rule->severity]);
  if (mlo_str_eq(rule->area, MLO_STR("security")))
    put_c(json, "security-severity", security_severities[rule->severity]);
  mlo_json_out_end(json);
}

/* Results that were told under a former code are the same results. */
static void put_former_codes(mlo_json_out *json, const mlo_rule *rule) {
  if (!rule->deprecated.len) return;
  mlo_json_out_array(json, "deprecatedIds");
  for (uint32_t i = 0; i < rule->deprecated.len; i++)
    mlo_json_out_string(json, NULL, rule->deprecated.items[i]);
  mlo_json_out_end(json);
}

static void put_rule(mlo_json_out *json, const mlo_rule *rule) {
  mlo_json_out_object(json, NULL);
  mlo_json_out_string(json, "id", rule->code);
  mlo_json_out_string(json, "name", rule->name);
  put_former_codes(json, rule);
  put_message(json, "shortDescription", rule->summary);
  put_message(json, "fullDescription", description_of(rule));
  put_help(json, rule);
  if (rule->url.len) mlo_json_out_string(json, "helpUri", rule->url);
  mlo_json_out_object(json, "defaultConfiguration");
  mlo_json_out_boolean(json, "enabled", rule->enabled);
  put_c(json, "level", levels[rule->severity]);
  mlo_json_out_end(json);
  put_rule_properties(json, rule);
  mlo_json_out_end(json);
}

static void put_tool(mlo_json_out *json, const rule_list *list) {
  mlo_json_out_object(json, "tool");
  mlo_json_out_object(json, "driver");
  put_c(json, "name", "mlopslint");
  put_c(json, "version", MLO_VERSION);
  put_c(json, "semanticVersion", MLO_VERSION);
  mlo_json_out_array(json, "rules");
  for (uint32_t i = 0; i < list->rules.len; i++) put_rule(json, &list->rules.items[i]);
  mlo_json_out_end(json);
  mlo_json_out_end(json);
  mlo_json_out_end(json);
}

/* --- results --------------------------------------------------------------------------------- */

/* How many results before this one stand in the same file with the same hash but on another line, counted as
 * codeql-action counts lines. */
static uint32_t occurrence_of(mlo_map *seen, const mlo_finding *finding, uint64_t hash,
                              mlo_arena *arena) {
  const mlo_location *location = &finding->location;
  mlo_str line = mlo_arena_format(arena, "line %016llx %u %.*s", (unsigned long long)hash,
                                  location->start.line, MLO_FMT(location->path));
  mlo_str text = mlo_arena_format(arena, "text %016llx %.*s", (unsigned long long)hash,
                                  MLO_FMT(location->path));
  uint32_t *at_line = mlo_map_put(seen, line, arena);
  if (*at_line) return *at_line;
  uint32_t number = ++*mlo_map_put(seen, text, arena);
  return *mlo_map_get(seen, line) = number;
}

static mlo_str text_from_line(const mlo_location *location) {
  mlo_str line = mlo_excerpt_line(location);
  if (!line.ptr) return line;
  return mlo_str_from(location->excerpt, (size_t)(line.ptr - location->excerpt.ptr));
}

static void put_fingerprints(mlo_json_out *json, const mlo_finding *finding, mlo_map *seen,
                             mlo_arena *arena) {
  uint64_t hash = mlo_line_hash(text_from_line(&finding->location));
  uint32_t occurrence = occurrence_of(seen, finding, hash, arena);
  mlo_str text = mlo_arena_format(arena, "%llx:%u", (unsigned long long)hash, occurrence);
  mlo_json_out_object(json, "partialFingerprints");
  mlo_json_out_string(json, "primaryLocationLineHash", text);
  put_c(json, "mlopslint/v1", finding->fingerprint);
  mlo_json_out_end(json);
}

static void put_related(mlo_json_out *json, const mlo_finding *finding) {
  if (!finding->related.len) return;
  mlo_json_out_array(json, "relatedLocations");
  for (uint32_t i = 0; i < finding->related.len; i++) {
    const mlo_related *related = &finding->related.items[i];
    mlo_json_out_object(json, NULL);
    mlo_json_out_integer(json, "id", i + 1);
    put_physical(json, &related->location);
    put_logical(json, &related->location);
    put_message(json, "message", related->message);
    mlo_json_out_end(json);
  }
  mlo_json_out_end(json);
}

static void put_edit(mlo_json_out *json, const mlo_edit *edit) {
  mlo_json_out_object(json, NULL);
  put_region(json, "deletedRegion", edit->start, edit->end);
  mlo_json_out_object(json, "insertedContent");
  mlo_json_out_string(json, "text", edit->text);
  mlo_json_out_end(json);
  mlo_json_out_end(json);
}

/* The edits of one file, which stand side by side: edits are sorted. Returns the index behind them. */
static uint32_t put_change(mlo_json_out *json, const mlo_fix *fix, uint32_t first) {
  mlo_str path = fix->edits.items[first].path;
  mlo_json_out_object(json, NULL);
  put_artifact(json, path);
  mlo_json_out_array(json, "replacements");
  uint32_t i = first;
  for (; i < fix->edits.len && mlo_str_eq(fix->edits.items[i].path, path); i++)
    put_edit(json, &fix->edits.items[i]);
  mlo_json_out_end(json);
  mlo_json_out_end(json);
  return i;
}

static void put_fix(mlo_json_out *json, const mlo_fix *fix) {
  mlo_json_out_object(json, NULL);
  put_message(json, "description", fix->title);
  mlo_json_out_array(json, "artifactChanges");
  for (uint32_t i = 0; i < fix->edits.len;) i = put_change(json, fix, i);
  mlo_json_out_end(json);
  mlo_json_out_end(json);
}

static bool proposes(const mlo_fix *fix) {
  return fix->edits.len && fix->safety != MLO_SAFETY_DISPLAY;
}

static void put_fixes(mlo_json_out *json, const mlo_finding *finding) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < finding->fixes.len; i++) count += proposes(&finding->fixes.items[i]);
  if (!count) return;
  mlo_json_out_array(json, "fixes");
  for (uint32_t i = 0; i < finding->fixes.len; i++)
    if (proposes(&finding->fixes.items[i])) put_fix(json, &finding->fixes.items[i]);
  mlo_json_out_end(json);
}

static void put_result(mlo_json_out *json, const mlo_finding *finding, const rule_list *list,
                       mlo_map *seen, mlo_arena *arena) {
  mlo_json_out_object(json, NULL);
  mlo_json_out_string(json, "ruleId", finding->code);
  mlo_json_out_integer(json, "ruleIndex", *mlo_map_get(&list->index, finding->code) - 1);
  put_c(json, "level", levels[finding->severity]);
  put_message(json, "message", finding->message);
  mlo_json_out_array(json, "locations");
  mlo_json_out_object(json, NULL);
  put_physical(json, &finding->location);
  put_logical(json, &finding->location);
  mlo_json_out_end(json);
  mlo_json_out_end(json);
  put_related(json, finding);
  put_fingerprints(json, finding, seen, arena);
  put_fixes(json, finding);
  mlo_json_out_end(json);
}

static void put_results(mlo_json_out *json, const mlo_findings *findings, const rule_list *list,
                        mlo_arena *arena) {
  mlo_map seen = {0};
  mlo_json_out_array(json, "results");
  for (uint32_t i = 0; i < findings->len; i++)
    put_result(json, &findings->items[i], list, &seen, arena);
  mlo_json_out_end(json);
}

/* --- the run --------------------------------------------------------------------------------- */

static void put_notification(mlo_json_out *json, const mlo_problem *problem) {
  mlo_json_out_object(json, NULL);
  put_c(json, "level", "error");
  put_message(json, "message", problem->message);
  if (problem->path.len) {
    mlo_json_out_array(json, "locations");
    mlo_json_out_object(json, NULL);
    mlo_json_out_object(json, "physicalLocation");
    put_artifact(json, problem->path);
    mlo_json_out_end(json);
    mlo_json_out_end(json);
    mlo_json_out_end(json);
  }
  mlo_json_out_end(json);
}

static void put_invocation(mlo_json_out *json, const mlo_problems *problems) {
  mlo_json_out_array(json, "invocations");
  mlo_json_out_object(json, NULL);
  mlo_json_out_boolean(json, "executionSuccessful", problems->len == 0);
  mlo_json_out_array(json, "toolExecutionNotifications");
  for (uint32_t i = 0; i < problems->len; i++) put_notification(json, &problems->items[i]);
  mlo_json_out_end(json);
  mlo_json_out_end(json);
  mlo_json_out_end(json);
}

static void put_base(mlo_json_out *json, mlo_str folder) {
  mlo_json_out_object(json, "originalUriBaseIds");
  mlo_json_out_object(json, "SRCROOT");
  bool absolute = folder.len && folder.ptr[0] == '/';
  if (absolute) put_uri(json, "file://", folder, mlo_str_ends(folder, MLO_STR("/")) ? "" : "/");
  put_message(json, "description", MLO_STR("The folder in which mlopslint ran."));
  mlo_json_out_end(json);
  mlo_json_out_end(json);
}

static void write_sarif(const mlo_result *result, const mlo_catalogue *catalogue,
                        const mlo_writer_options *options, mlo_buf *out) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  rule_list list = rules_of(result, catalogue, &arena);
  mlo_json_out json = {.out = out, .lines = 4};
  mlo_json_out_object(&json, NULL);
  mlo_json_out_string(&json, "$schema", SCHEMA);
  put_c(&json, "version", "2.1.0");
  mlo_json_out_array(&json, "runs");
  mlo_json_out_object(&json, NULL);
  put_tool(&json, &list);
  put_invocation(&json, &result->problems);
  put_base(&json, options->folder);
  put_c(&json, "columnKind", "utf16CodeUnits");
  put_results(&json, &result->findings, &list, &arena);
  mlo_json_out_end(&json);
  mlo_json_out_end(&json);
  mlo_json_out_end(&json);
  mlo_buf_char(out, '\n');
  mlo_arena_release(&arena);
}

const mlo_writer mlo_sarif_writer = {
    .name = MLO_STR_INIT("sarif"),
    .summary = MLO_STR_INIT("SARIF 2.1.0 for code scanning and SARIF viewers"),
    .write = write_sarif,
};
