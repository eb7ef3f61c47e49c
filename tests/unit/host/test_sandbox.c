#include "lua/host/host.h"

#include "unit.h"

#include <string.h>

static const mlo_catalogue no_rules;

static mlo_rule_worker open_sandbox(void) { return (mlo_rule_worker){.catalogue = &no_rules}; }

/* What the text returns as text, or why it failed. */
static const char *run(mlo_rule_worker *self, const char *text) {
  lua_settop(self->lua, 0);
  if (!mlo_sandbox_run(self, mlo_str_c(text), MLO_STR("x.lua"), NULL)) return mlo_sandbox_why(self);
  return lua_isnil(self->lua, -1) ? "nil" : lua_tostring(self->lua, -1);
}

#define OPEN(name)                                                                                 \
  mlo_rule_worker name = open_sandbox();                                                           \
  mlo_error name##_err = {0};                                                                      \
  assert_int_equal(mlo_sandbox_open(&name, &name##_err), MLO_OK)

static void test_sandbox__only_what_is_safe_is_there(void **state) {
  (void)state;
  OPEN(self);
  static const char *const gone[] = {
      "io",       "os",          "debug",           "package",     "coroutine",   "load",
      "loadfile", "dofile",      "loadstring",      "print",       "warn",        "collectgarbage",
      "next",     "rawset",      "rawget",          "rawequal",    "rawlen",      "getmetatable",
      "xpcall",   "math.random", "math.randomseed", "string.dump", "string.pack", "table.move",
  };
  for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
    char text[64];
    snprintf(text, sizeof text, "return %s", gone[i]);
    assert_string_equal(run(&self, text), "nil");
  }
  assert_string_equal(
      run(&self, "local n = '' for k in pairs(_G) do n = n .. k .. ' ' end return n"),
      "_G _VERSION assert error ipairs math pairs pcall require select setmetatable "
      "string table tonumber tostring type utf8 ");
  mlo_sandbox_close(&self);
}

static void test_sandbox__safe_parts_answer_as_in_lua(void **state) {
  (void)state;
  OPEN(self);
  static const struct {
    const char *text, *result;
  } cases[] = {
      {"return select('#', pcall(function() return 1, nil, 3 end))", "4"},
      {"local ok, why = pcall(error, 'x') return tostring(ok) .. why", "falsex"},
      {"return tostring(setmetatable({}, { __tostring = function() return 't' end }))", "t"},
      {"return tostring({}) .. tostring(print) .. tostring(pcall)", "tablenilfunction"},
      {"return ('%s %5.1f'):format({}, 1)", "table   1.0"},
      {"local b = { x = 1 } local o = setmetatable({}, { __index = b }) return o.x", "1"},
      {"local b = {} setmetatable({}, { __newindex = b }).x = 2 return b.x", "2"},
      {"local A = {} A.__index = A function A.f() return 3 end\n"
       "local B = setmetatable({}, A) B.__index = B return setmetatable({}, B).f()",
       "3"},
      {"local t = setmetatable({}, { __call = function(_, x) return x end }) return t(4)", "4"},
      {"local o = setmetatable({ 1 }, {}) setmetatable(o, nil) return #o", "1"},
      {"local m = { __lt = function() return true end } return tostring(setmetatable({}, m) < "
       "setmetatable({}, m))",
       "true"},
      {"local n = '' for k, v in pairs { b = 1, a = 2, [2] = 3, [1] = 4 } do n = n .. k .. v end "
       "return n",
       "1423a2b1"},
      {"local t = { 3, 1, 2 } table.sort(t) return table.concat(t, ',')", "1,2,3"},
      {"local t = { 1, 2 } table.insert(t, 3) table.insert(t, 1, 0) return table.concat(t)",
       "0123"},
      {"local t = { 1, 2, 3 } return table.remove(t) .. table.remove(t, 1) .. #t", "311"},
      {"return select('#', table.unpack({ 1, 2, nil, 4 }, 1, 4))", "4"},
      {"return table.concat({ 1, 2, 3 }, '-', 2, 3)", "2-3"},
      {"return tonumber('0x10') + tonumber('7', 8)", "23"},
      {"return utf8.len('aé') .. utf8.char(233)", "2é"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(run(&self, cases[i].text), cases[i].result);
  mlo_sandbox_close(&self);
}

static void test_sandbox__what_is_not_for_rules_is_refused(void **state) {
  (void)state;
  OPEN(self);
  static const struct {
    const char *text, *why;
  } cases[] = {
      {"\x1bLua", "binary chunk"},
      {"setmetatable({}, { __gc = 1 })", "__gc is not for rules"},
      {"setmetatable({}, { __mode = 'k' })", "__mode is not for rules"},
      {"setmetatable({}, { __metatable = 1 })", "__metatable is not for rules"},
      {"setmetatable({}, { __close = 1 })", "__close is not for rules"},
      {"setmetatable({}, { __call = {} })", "__call must be a function"},
      {"setmetatable('', {})", "table expected"},
      {"return ('%p'):format({})", "%p is not for rules"},
      {"string.rep('x', 1 << 40)", "string.rep of over 1 MiB"},
      {"require 'os'", "no module 'os'"},
      {"local x <close> = setmetatable({}, {})", "non-closable"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *why = run(&self, cases[i].text);
    if (!strstr(why, cases[i].why)) fail_msg("%s: %s", cases[i].text, why);
  }
  mlo_sandbox_close(&self);
}

/* What a rule may use must not hang on the machine: the same steps are counted each time. */
/* The steps of a call that is too short for its time to be charged for, which may only add: the least of some runs. */
static uint64_t counted_steps(const char *text, const char *expected) {
  uint64_t least = UINT64_MAX;
  for (int i = 0; i < 8; i++) {
    OPEN(self);
    assert_string_equal(run(&self, text), expected);
    if (self.steps < least) least = self.steps;
    mlo_sandbox_close(&self);
  }
  return least;
}

static void test_sandbox__steps_are_the_same_in_each_run(void **state) {
  (void)state;
  const char *text = "local t = {} for i = 1, 30 do t[#t + 1] = ('a%d+b'):rep(3) .. i end\n"
                     "local n = 0 for _, s in pairs(t) do n = n + #s:gsub('%d+', 'x') end return n";
  uint64_t steps = counted_steps(text, "480");
  assert_true(steps > 100);
  assert_int_equal(counted_steps(text, "480"), steps);
}

/* With steps in plenty, memory is what ends it; then the state serves the next rule. */
static void test_sandbox__memory_error_leaves_the_state_usable(void **state) {
  (void)state;
  OPEN(self);
  self.byte_limit = (size_t)8 << 20;
  self.step_limit = UINT64_MAX / 2;
  static const char *const bombs[] = {
      "local t = {} while true do t[#t + 1] = {} end",
      "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
      "local s = 'x' while true do s = s .. s end",
      "local t = {} while true do pcall(function() t[#t + 1] = ('x'):rep(#t) end) end",
  };
  for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
    assert_string_equal(run(&self, bombs[i]), "needed more memory than a rule may");
    assert_true(self.bytes <= self.byte_limit);
    assert_string_equal(run(&self, "local t = {} for i = 1, 1000 do t[i] = 'x' .. i end return #t"),
                        "1000");
  }
  mlo_sandbox_close(&self);
}

/* What a rule leaves behind is collected; what it keeps makes the state one to be replaced. */
static void test_sandbox__state_that_is_full_is_told(void **state) {
  (void)state;
  OPEN(self);
  self.step_limit = UINT64_MAX / 2;
#define FILL "local x, kept = ('x'):rep(1 << 20), {} for i = 1, 40 do kept[i] = x .. i end "
  assert_string_equal(run(&self, FILL "return #kept"), "40");
  assert_false(self.crowded);
  assert_null(run(&self, FILL "return function() return kept end"));
  assert_true(self.crowded);
  mlo_sandbox_close(&self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sandbox__only_what_is_safe_is_there),
      cmocka_unit_test(test_sandbox__safe_parts_answer_as_in_lua),
      cmocka_unit_test(test_sandbox__what_is_not_for_rules_is_refused),
      cmocka_unit_test(test_sandbox__steps_are_the_same_in_each_run),
      cmocka_unit_test(test_sandbox__memory_error_leaves_the_state_usable),
      cmocka_unit_test(test_sandbox__state_that_is_full_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
