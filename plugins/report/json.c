/* json: the stable machine format, and its one-finding-a-line sibling. */
#include "plugins/report/json_text.h"
#include "plugins/report/tally.h"
#include "plugins/report/writers.h"

static void put_position(mlo_json_out *json, const char *key, mlo_position position) {
  mlo_json_out_object(json, key);
  mlo_json_out_integer(json, "line", position.line);
  mlo_json_out_integer(json, "column", position.column);
  mlo_json_out_end(json);
}

static void put_place(mlo_json_out *json, const mlo_location *location) {
  mlo_json_out_string(json, "path", location->path);
  put_position(json, "start", location->start);
  put_position(json, "end", location->end);
}

static void put_cell(mlo_json_out *json, const mlo_location *location) {
  if (!location->cell) {
    mlo_json_out_null(json, "cell");
    return;
  }
  mlo_json_out_object(json, "cell");
  mlo_json_out_integer(json, "number", location->cell);
  put_position(json, "start", location->cell_start);
  put_position(json, "end", location->cell_end);
  mlo_json_out_end(json);
}

static void put_related(mlo_json_out *json, const mlo_finding *finding) {
  mlo_json_out_array(json, "related");
  for (uint32_t i = 0; i < finding->related.len; i++) {
    mlo_json_out_object(json, NULL);
    put_place(json, &finding->related.items[i].location);
    mlo_json_out_string(json, "message", finding->related.items[i].message);
    mlo_json_out_end(json);
  }
  mlo_json_out_end(json);
}

static void put_edit(mlo_json_out *json, const mlo_edit *edit) {
  mlo_json_out_object(json, NULL);
  mlo_json_out_string(json, "path", edit->path);
  put_position(json, "start", edit->start);
  put_position(json, "end", edit->end);
  mlo_json_out_string(json, "text", edit->text);
  mlo_json_out_end(json);
}

static void put_fixes(mlo_json_out *json, const mlo_finding *finding) {
  mlo_json_out_array(json, "fixes");
  for (uint32_t i = 0; i < finding->fixes.len; i++) {
    const mlo_fix *fix = &finding->fixes.items[i];
    mlo_json_out_object(json, NULL);
    mlo_json_out_string(json, "title", fix->title);
    mlo_json_out_string(json, "safety", mlo_safety_name(fix->safety));
    mlo_json_out_array(json, "edits");
    for (uint32_t k = 0; k < fix->edits.len; k++) put_edit(json, &fix->edits.items[k]);
    mlo_json_out_end(json);
    mlo_json_out_end(json);
  }
  mlo_json_out_end(json);
}

static void put_finding(mlo_json_out *json, const mlo_finding *finding) {
  mlo_json_out_object(json, NULL);
  mlo_json_out_string(json, "code", finding->code);
  mlo_json_out_string(json, "name", finding->name);
  mlo_json_out_string(json, "area", finding->area);
  mlo_json_out_string(json, "severity", mlo_severity_name(finding->severity));
  mlo_json_out_string(json, "message", finding->message);
  put_place(json, &finding->location);
  put_cell(json, &finding->location);
  mlo_json_out_string(json, "fingerprint", mlo_str_c(finding->fingerprint));
  mlo_json_out_string(json, "url", finding->url);
  put_related(json, finding);
  put_fixes(json, finding);
  mlo_json_out_end(json);
}

static void put_problems(mlo_json_out *json, const mlo_problems *problems) {
  mlo_json_out_array(json, "errors");
  for (uint32_t i = 0; i < problems->len; i++) {
    mlo_json_out_object(json, NULL);
    mlo_json_out_string(json, "path", problems->items[i].path);
    mlo_json_out_string(json, "message", problems->items[i].message);
    mlo_json_out_end(json);
  }
  mlo_json_out_end(json);
}

static void put_by_severity(mlo_json_out *json, const mlo_findings *findings) {
  uint32_t counts[MLO_SEVERITY_ERROR + 1] = {0};
  for (uint32_t i = 0; i < findings->len; i++) counts[findings->items[i].severity]++;
  mlo_json_out_object(json, "by_severity");
  for (int severity = MLO_SEVERITY_ERROR; severity >= 0; severity--) {
    mlo_json_out_key(json, mlo_severity_name((mlo_severity)severity));
    mlo_json_out_integer(json, NULL, counts[severity]);
  }
  mlo_json_out_end(json);
}

static void put_by_code(mlo_json_out *json, const mlo_findings *findings) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_tallies tallies = mlo_tallies_of(findings, &arena);
  mlo_json_out_object(json, "by_code");
  for (uint32_t i = 0; i < tallies.len; i++) {
    mlo_json_out_key(json, tallies.items[i].finding->code);
    mlo_json_out_integer(json, NULL, tallies.items[i].count);
  }
  mlo_json_out_end(json);
  mlo_arena_release(&arena);
}

static void put_summary(mlo_json_out *json, const mlo_result *result) {
  mlo_json_out_object(json, "summary");
  mlo_json_out_integer(json, "files", result->summary.files);
  mlo_json_out_integer(json, "findings", result->findings.len);
  put_by_severity(json, &result->findings);
  put_by_code(json, &result->findings);
  if (result->baseline) mlo_json_out_integer(json, "known", result->summary.known);
  mlo_json_out_decimal(json, "seconds", result->summary.seconds);
  mlo_json_out_end(json);
}

static void write_json(const mlo_result *result, const mlo_catalogue *catalogue,
                       const mlo_writer_options *options, mlo_buf *out) {
  (void)catalogue, (void)options;
  mlo_json_out json = {.out = out, .lines = 2};
  mlo_json_out_object(&json, NULL);
  mlo_json_out_string(&json, "version", MLO_STR(MLO_VERSION));
  mlo_json_out_array(&json, "findings");
  for (uint32_t i = 0; i < result->findings.len; i++)
    put_finding(&json, &result->findings.items[i]);
  mlo_json_out_end(&json);
  put_problems(&json, &result->problems);
  put_summary(&json, result);
  mlo_json_out_end(&json);
  mlo_buf_char(out, '\n');
}

static void write_jsonl(const mlo_result *result, const mlo_catalogue *catalogue,
                        const mlo_writer_options *options, mlo_buf *out) {
  (void)catalogue, (void)options;
  for (uint32_t i = 0; i < result->findings.len; i++) {
    mlo_json_out json = {.out = out};
    put_finding(&json, &result->findings.items[i]);
    mlo_buf_char(out, '\n');
  }
}

const mlo_writer mlo_json_writer = {
    .name = MLO_STR_INIT("json"),
    .summary = MLO_STR_INIT("one JSON object with findings, errors and a summary"),
    .write = write_json,
};

const mlo_writer mlo_jsonl_writer = {
    .name = MLO_STR_INIT("jsonl"),
    .summary = MLO_STR_INIT("one finding a line, each a JSON object"),
    .write = write_jsonl,
};
