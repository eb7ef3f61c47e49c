#include "lua/host/layer.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A pack of one rule file in a folder of its own, checked over one Python text. */
typedef struct pack {
  char folder[64];
  char file[96];
  mlo_engine *engine;
  mlo_result *result;
} pack;

static pack check_with_pack(const char *rule, const char *python, const mlo_request *like) {
  pack self = {.folder = "/tmp/mlopslint-pack-XXXXXX"};
  assert_non_null(mkdtemp(self.folder));
  snprintf(self.file, sizeof self.file, "%s/r.lua", self.folder);
  FILE *file = fopen(self.file, "w");
  fputs(rule, file);
  fclose(file);
  mlo_str packs[] = {mlo_str_c(self.folder)};
  mlo_error err = {0};
  mlo_engine_options options = {.layer = &mlo_lua_layer, .packs = packs, .pack_count = 1};
  assert_int_equal(mlo_engine_new(&options, &self.engine, &err), MLO_OK);
  mlo_input input = {.path = MLO_STR("a.py"), .bytes = mlo_str_c(python)};
  mlo_request request = like ? *like : (mlo_request){0};
  request.root = MLO_STR("/");
  request.inputs = &input;
  request.input_count = 1;
  request.jobs = 1;
  request.overrides.isolated = true;
  assert_int_equal(mlo_engine_check(self.engine, &request, &self.result, &err), MLO_OK);
  return self;
}

static void drop(pack *self) {
  mlo_result_free(self->result);
  mlo_engine_free(self->engine);
  unlink(self->file);
  rmdir(self->folder);
}

#define RULE(body)                                                                                 \
  "local rule = require 'mlopslint.rule'\n"                                                        \
  "return rule.call { code = 'ORG001', name = 'org-rule', severity = 'warning', summary = 's', "   \
  "docs = 'd',\n"                                                                                  \
  "  calls = { 'builtins.open' }, check = function(ctx, call) " body " end }\n"

/* Two built-in findings stand in this text beside the call that wakes the pack's rule. */
static const char *const python = "import torch\nimport numpy as np\nopen('x')\ntorch.load('m', "
                                  "weights_only=False)\nx == np.nan\n";

static bool has_code(const mlo_result *result, const char *code) {
  for (uint32_t i = 0; i < result->findings.len; i++)
    if (mlo_str_eq(result->findings.items[i].code, mlo_str_c(code))) return true;
  return false;
}

static void assert_named_and_others_ran(const pack *self, const char *message) {
  assert_int_equal(self->result->problems.len, 1);
  mlo_str got = self->result->problems.items[0].message;
  if (!mlo_str_contains(got, mlo_str_c(message)))
    fail_msg("\"%.*s\" does not say \"%s\"", MLO_FMT(got), message);
  assert_true(mlo_str_ends(self->result->problems.items[0].path, MLO_STR("/r.lua")));
  assert_true(has_code(self->result, "SEC101"));
  assert_true(has_code(self->result, "FIT050"));
  assert_false(has_code(self->result, "ORG001"));
}

static void test_layer__pack_rule_reports(void **state) {
  (void)state;
  pack self = check_with_pack(RULE("ctx:report(call, '%s is called', call.name)"), python, NULL);
  assert_int_equal(self.result->problems.len, 0);
  assert_true(has_code(self.result, "ORG001"));
  const mlo_finding *first = &self.result->findings.items[0];
  assert_str(first->message, "builtins.open is called");
  assert_int_equal(first->location.start.line, 3);
  drop(&self);
}

static void test_layer__messages_are_one_line_with_short_quotes(void **state) {
  (void)state;
  pack self = check_with_pack(
      RULE("ctx:report(call, 'see\\n `%s`  and `%s`', ('é'):rep(50), 'x = (\\n 1)')"), python,
      NULL);
  assert_str(self.result->findings.items[0].message,
             "see `éééééééééééééééééééééééééééééééééééé...` and `x = ( 1)`");
  drop(&self);
}

static void test_layer__broken_rules_are_named_and_skipped(void **state) {
  (void)state;
  static const struct {
    const char *rule, *message;
  } cases[] = {
      {"return rule.call {", "unexpected symbol"},
      {"local x = 1", "a rule file returns a rule, or a list of rules"},
      {"error 'no'", "no"},
      {"return require('mlopslint.rule').call { code = 'x' }", "code must be capitals"},
      {"return io.open('/etc/passwd')", "attempt to index a nil value (global 'io')"},
      {RULE("error('oops')"), "rule ORG001 failed and was skipped"},
      {RULE("local x = call.nonsense"), "no field or method 'nonsense'"},
      {RULE("ctx:report('here', 'x')"), "a place in the file is needed"},
      {RULE("while true do end"), "used more instructions than a rule may"},
      {RULE("while true do pcall(function() while true do end end) end"),
       "used more instructions than a rule may"},
      {RULE("local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end"), "than a rule may"},
      {RULE("return ('x'):rep(1 << 40)"), "string.rep of over 1 MiB"},
      {RULE("setmetatable({}, { __gc = function() end })"), "__gc is not for rules"},
      {RULE("string.dump(function() end)"), "attempt to call a nil value (field 'dump')"},
      {RULE("table.move({}, 1, 1 << 52, 2, {})"), "attempt to call a nil value (field 'move')"},
      {RULE("table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 1)"),
       "a list with __len"},
      {RULE("local t = {1} for i = 1, 29 do t = {t, t} end return t"), "a fact is too large"},
      {RULE("for i = 1, 1e9 do require('mlopslint.text').matches('x', 'a' .. i) end"),
       "used more instructions"},
      {RULE("error(setmetatable({}, { __tostring = function() while true do end end }))"),
       "an error that is no text"},
      {"error(setmetatable({}, { __tostring = function() error('again') end }))",
       "an error that is no text"},
      {"return { code = 'ORG001', name = 'n', severity = 'info', triggers = {} }",
       "a rule needs a code, a name and a trigger"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    pack self = check_with_pack(cases[i].rule, python, NULL);
    assert_named_and_others_ran(&self, cases[i].message);
    drop(&self);
  }
}

/* What a rule does to its globals and modules is its own affair. */
static void test_layer__rules_cannot_change_each_other(void **state) {
  (void)state;
  pack self = check_with_pack("for name in pairs(string) do string[name] = nil end\n"
                              "require('mlopslint.ml').tests = 1\n"
                              "require('mlopslint.rule').any = nil\n" RULE(
                                  "ctx:report(call, 'x %s', 1)\n"
                                  "local all = _G for name in pairs(all) do all[name] = nil end"),
                              python, NULL);
  assert_int_equal(self.result->problems.len, 0);
  assert_true(has_code(self.result, "SEC101"));
  assert_true(has_code(self.result, "FIT050"));
  assert_true(has_code(self.result, "ORG001"));
  drop(&self);
}

static void test_layer__handle_of_a_closed_file_fails_politely(void **state) {
  (void)state;
  const char *rule = "local rule = require 'mlopslint.rule'\nlocal kept\n"
                     "return rule.project { code = 'ORG001', name = 'org-rule', severity = "
                     "'warning', summary = 's', docs = 'd',\n"
                     "  collect = { { calls = { 'builtins.open' }, fact = function(ctx, call) kept "
                     "= call return { a = 1 } end } },\n"
                     "  finish = function(ctx, facts) local x = kept.text end }\n";
  pack self = check_with_pack(rule, python, NULL);
  assert_named_and_others_ran(&self, "belongs to a file that is closed");
  drop(&self);
}

/* Whatever allocation fails, the file is told as not scanned, or judged whole: never a crash, never half a result. */
static void test_layer__every_allocation_may_fail(void **state) {
  (void)state;
  size_t told = 0;
  for (size_t n = 1; n < 2000; n++) {
    mlo_request request = {.fail_allocation = n};
    pack self =
        check_with_pack(RULE("ctx:report(call, '%s is called', call.name)"), python, &request);
    if (self.result->problems.len == 0) {
      assert_int_equal(self.result->findings.len, 3);
      drop(&self);
      break;
    }
    told++;
    drop(&self);
  }
  assert_true(told > 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_layer__pack_rule_reports),
      cmocka_unit_test(test_layer__messages_are_one_line_with_short_quotes),
      cmocka_unit_test(test_layer__broken_rules_are_named_and_skipped),
      cmocka_unit_test(test_layer__rules_cannot_change_each_other),
      cmocka_unit_test(test_layer__handle_of_a_closed_file_fails_politely),
      cmocka_unit_test(test_layer__every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
