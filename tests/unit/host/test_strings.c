#include "lua/host/host.h"

#include "unit.h"

#include "base/os.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

/* Lua's own string functions are the oracle: a table whose right column was made by them, and random patterns that
 * both have to answer alike. */

static const mlo_catalogue no_rules;

static void open_sandbox(mlo_rule_worker *self) {
  mlo_error err = {0};
  *self = (mlo_rule_worker){.catalogue = &no_rules};
  assert_int_equal(mlo_sandbox_open(self, &err), MLO_OK);
}

/* show: values as text. all: what gmatch gives. call: the text, or "! " and the error. */
static const char prelude[] =
    "local function show(...)\n"
    "  local out = {}\n"
    "  for i = 1, select('#', ...) do\n"
    "    local value = (select(i, ...))\n"
    "    out[i] = type(value) == 'string' and \"'\" .. value .. \"'\" or tostring(value)\n"
    "  end\n"
    "  return table.concat(out, ' ')\n"
    "end\n"
    "local function all(...)\n"
    "  local out = {}\n"
    "  for a, b in string.gmatch(...) do out[#out + 1] = show(a, b) end\n"
    "  return table.concat(out, '; ')\n"
    "end\n"
    "local library = { all = all }\n"
    "for name, each in pairs(string) do library[name] = each end\n"
    "local function call(run)\n"
    "  local ok, value = pcall(run)\n"
    "  return ok and value or '! ' .. string.match(value, ':%d+: (.*)') or value\n"
    "end\n";

static const struct {
  const char *call, *result;
} cases[] = {
    {"find('hello world', 'o')", "5 5"},
    {"find('hello world', 'o', 6)", "8 8"},
    {"find('hello world', 'o', -1)", "nil"},
    {"find('hello', '')", "1 0"},
    {"find('hello', '', 6)", "6 5"},
    {"find('hello', '', 7)", "nil"},
    {"find('hello', '', 10)", "nil"},
    {"find('', '')", "1 0"},
    {"find('', 'a')", "nil"},
    {"find('hello', 'l+')", "3 4"},
    {"find('hello', 'l-')", "1 0"},
    {"find('hello', 'l*')", "1 0"},
    {"find('hello', '^h')", "1 1"},
    {"find('hello', '^e')", "nil"},
    {"find('hello', 'o$')", "5 5"},
    {"find('hello', 'l$')", "nil"},
    {"find('a$b', '$b')", "2 3"},
    {"find('a^b', 'a^')", "1 2"},
    {"find('a.b', '.', 1, true)", "2 2"},
    {"find('a.b', '.', 3, true)", "nil"},
    {"find('a+b', '+', 1, true)", "2 2"},
    {"find('abc', 'b', nil, true)", "2 2"},
    {"find('abc', 'b', 1, false)", "2 2"},
    {"find('a%b', '%', 1, true)", "2 2"},
    {"find('abc', 'c', -2)", "3 3"},
    {"find('abc', 'a', -2)", "nil"},
    {"find('abc', 'a', -10)", "1 1"},
    {"find('abc', 'a', 0)", "1 1"},
    {"find('abc', '()b()')", "2 2 2 3"},
    {"find('abcabc', '(b)(c)')", "2 3 'b' 'c'"},
    {"find('key = value', '(%w+)%s*=%s*(%w+)')", "1 11 'key' 'value'"},
    {"find('x\\0y', '\\0')", "2 2"},
    {"find('x\\0y', '%z')", "2 2"},
    {"find('x\\0y', 'y')", "3 3"},
    {"find('x\\0y', '[^\\0]', 2)", "3 3"},
    {"find('a\\0b', '\\0b', 1, true)", "2 3"},
    {"find(123, 2)", "2 2"},
    {"find('abc', 'x')", "nil"},
    {"find('aXb', '%u')", "2 2"},
    {"find('abc', '[b-]')", "2 2"},
    {"find('a-c', '[a%-]', 2)", "2 2"},
    {"find('a]c', '[]]')", "2 2"},
    {"find('a]c', '[^]]', 2)", "3 3"},
    {"find('a^c', '[x^]')", "2 2"},
    {"find('abc', '[a-b]+')", "1 2"},
    {"find('a-b', '[a-]+')", "1 2"},
    {"find('a-b', '[-a]+')", "1 2"},
    {"find('5', '[0-9-]')", "1 1"},
    {"find('%', '[%%]')", "1 1"},
    {"find('caf\\xc3\\xa9', '[\\x80-\\xff]+')", "4 5"},
    {"match('hello', 'l+')", "'ll'"},
    {"match('hello', '(h)(.)')", "'h' 'e'"},
    {"match('hello', '()ll()')", "3 5"},
    {"match('hello', '.-(l+)')", "'ll'"},
    {"match('hello', 'xyz')", "nil"},
    {"match('  trim  ', '^%s*(.-)%s*$')", "'trim'"},
    {"match('2024-05-06', '(%d+)-(%d+)-(%d+)')", "'2024' '05' '06'"},
    {"match('key=val', '^(%w+)=(%w*)$')", "'key' 'val'"},
    {"match('key=', '^(%w+)=(%w*)$')", "'key' ''"},
    {"match('aaa', 'a-')", "''"},
    {"match('aaa', 'a-$')", "'aaa'"},
    {"match('aaab', 'a*b')", "'aaab'"},
    {"match('aaab', 'a+b')", "'aaab'"},
    {"match('b', 'a?b')", "'b'"},
    {"match('ab', 'a?b')", "'ab'"},
    {"match('aab', 'a?b')", "'ab'"},
    {"match('ab', 'a?a?b')", "'ab'"},
    {"match('abc', '((a)(b))')", "'ab' 'a' 'b'"},
    {"match('abc', '(a(b(c)))')", "'abc' 'bc' 'c'"},
    {"match('hello', '', 3)", "''"},
    {"match('hello', '()', 3)", "3"},
    {"match('f(a(b)c)d', '%b()')", "'(a(b)c)'"},
    {"match('f(a(b)c', '%b()')", "'(b)'"},
    {"match('||a|b|', '%b||')", "'||'"},
    {"match('((', '%b((')", "'(('"},
    {"match('x<y>', '%b<>')", "'<y>'"},
    {"match('THE (quick) fox', '%f[%a]%a+', 5)", "'quick'"},
    {"match('THE (quick) fox', '%f[%a](%a+)%f[%A]')", "'THE'"},
    {"match('foo', '%f[%z]')", "''"},
    {"match('foo', '%f[^%z]')", "''"},
    {"match('foo.bar', '%f[%w]%w+$')", "'bar'"},
    {"match('\"it\\'s\"', '([\"\\'])(.-)%1')", "'\"' 'it's'"},
    {"match(\"say 'a\\\"b'\", '([\"\\'])(.-)%1')", "''' 'a\"b'"},
    {"match('abab', '(ab)%1')", "'ab'"},
    {"match('abac', '(ab)%1')", "nil"},
    {"match('xx', '(x)%1')", "'x'"},
    {"match('x', '(x)%1')", "nil"},
    {"match('aba', '()a%1')", "nil"},
    {"match('aa', '(a*)%1')", "'a'"},
    {"match('hello', '.', -1)", "'o'"},
    {"match('hello', 'h', 2)", "nil"},
    {"match('hello', '^l', 3)", "'l'"},
    {"match('aXbY', '%l%u')", "'aX'"},
    {"match('tab\\there', '%c')", "'\t'"},
    {"match('a b', '%S+$')", "'b'"},
    {"match('0x1F', '^0[xX](%x+)$')", "'1F'"},
    {"match('a_b', '[%w_]+')", "'a_b'"},
    {"match('a.b', '%p')", "'.'"},
    {"match('a b', '%g+')", "'a'"},
    {"match('model.fit', '([%w_%.]+)%.([%w_]+)$')", "'model' 'fit'"},
    {"match('x = 1', '^(%a[%w_]*)%s*=%s*(.+)$')", "'x' '1'"},
    {"match('a,b,,c', '([^,]*),([^,]*),([^,]*),([^,]*)')", "'a' 'b' '' 'c'"},
    {"match('-12.5e3', '^[+-]?%d+%.?%d*[eE]?[+-]?%d*$')", "'-12.5e3'"},
    {"match('abc', '.?.?.?.?')", "'abc'"},
    {"match('abc', 'a.-c')", "'abc'"},
    {"match('a.b.c', '^(.*)%.(.*)$')", "'a.b' 'c'"},
    {"match('a.b.c', '^(.-)%.(.*)$')", "'a' 'b.c'"},
    {"match('aaa', '^(a-)(a*)$')", "'' 'aaa'"},
    {"match('', '^$')", "''"},
    {"match('', '.*')", "''"},
    {"match('\\n', '^.$')", "'\n'"},
    {"match('a\\nb', 'a.b')", "'a\nb'"},
    {"match('abc', '[^%a]')", "nil"},
    {"match('abc1', '[^%a]')", "'1'"},
    {"match('abc', '[%a-z]')", "'a'"},
    {"match('a-z', '[%a-z]+')", "'a-z'"},
    {"match('[x]', '%[(.-)%]')", "'x'"},
    {"match('a*b', 'a%*b')", "'a*b'"},
    {"match('$5', '%$(%d)')", "'5'"},
    {"match('$', '^%$$')", "'$'"},
    {"gsub('hello', 'l', 'L')", "'heLLo' 2"},
    {"gsub('hello', 'l', 'L', 1)", "'heLlo' 1"},
    {"gsub('hello', 'l', 'L', 0)", "'hello' 0"},
    {"gsub('hello', 'l', 'L', -1)", "'hello' 0"},
    {"gsub('hello', '', '-')", "'-h-e-l-l-o-' 6"},
    {"gsub('hello', 'x*', '-')", "'-h-e-l-l-o-' 6"},
    {"gsub('', '', '-')", "'-' 1"},
    {"gsub('abc', '%w', '%0%0')", "'aabbcc' 3"},
    {"gsub('abc', '%w', '%1')", "'abc' 3"},
    {"gsub('abc', '(%w)(%w)', '%2%1')", "'bac' 1"},
    {"gsub('abc', '()', '%1')", "'1a2b3c4' 4"},
    {"gsub('abc', '%w', '%%')", "'%%%' 3"},
    {"gsub('hello world', '(%w+)', '<%1>')", "'<hello> <world>' 2"},
    {"gsub('hello', '(l)', string.upper)", "'heLLo' 2"},
    {"gsub('abc', '%w', { a = '1', b = true, c = false })",
     "! invalid replacement value (a boolean)"},
    {"gsub('abc', '%w', { a = 1, b = 2.5 })", "'12.5c' 3"},
    {"gsub('abc', '%w', function(c) if c == 'b' then return 'X' end end)", "'aXc' 3"},
    {"gsub('abc', '(%w)()', function(c, at) return c .. at end)", "'a2b3c4' 3"},
    {"gsub('abc', '^a', 'x')", "'xbc' 1"},
    {"gsub('aaa', '^a', 'x')", "'xaa' 1"},
    {"gsub('abc', 'b$', 'x')", "'abc' 0"},
    {"gsub('abc', 'c$', 'x')", "'abx' 1"},
    {"gsub('a,b,c', ',', '%%')", "'a%b%c' 2"},
    {"gsub('a b', '%s+', '')", "'ab' 1"},
    {"gsub('  x  ', '^%s+', '')", "'x  ' 1"},
    {"gsub('x^2', '%^', '**')", "'x**2' 1"},
    {"gsub('abc', '.', { })", "'abc' 3"},
    {"gsub('hello', '', function() end)", "'hello' 6"},
    {"gsub('a.b.c', '%.', '/')", "'a/b/c' 2"},
    {"gsub('$name is $age', '%$(%w+)', { name = 'x', age = 3 })", "'x is 3' 2"},
    {"gsub('abc', 'b', 5)", "'a5c' 1"},
    {"gsub('THE (quick) fox', '%f[%a]%a+', 'w')", "'w (w) w' 3"},
    {"gsub('a\\0b', '\\0', 'N')", "'aNb' 1"},
    {"gsub('aaaa', 'aa', 'b')", "'bb' 2"},
    {"gsub('abab', 'a-b', '.')", "'..' 2"},
    {"gsub('f(a)g(b)', '%b()', '')", "'fg' 2"},
    {"all('one two', '%a+')", "''one' nil; 'two' nil'"},
    {"all('k=v, x=y', '(%w+)=(%w+)')", "''k' 'v'; 'x' 'y''"},
    {"all('abc', '')", "''' nil; '' nil; '' nil; '' nil'"},
    {"all('abc', '()')", "'1 nil; 2 nil; 3 nil; 4 nil'"},
    {"all('hello', 'l', 4)", "''l' nil'"},
    {"all('hello', 'l', -1)", "''"},
    {"all('hello', 'l', 20)", "''"},
    {"all('^a^a', '^a')", "''^a' nil; '^a' nil'"},
    {"all('aXbX', '(.)X')", "''a' nil; 'b' nil'"},
    {"all('a\\nb\\n', '([^\\n]*)\\n')", "''a' nil; 'b' nil'"},
    {"all('abc', '.-')", "''' nil; '' nil; '' nil; '' nil'"},
    {"all('aab', 'a*')", "''aa' nil; '' nil'"},
    {"find('abc', '[a')", "! malformed pattern (missing ']')"},
    {"find('abc', '[a', 4)", "! malformed pattern (missing ']')"},
    {"find('abc', '[]')", "! malformed pattern (missing ']')"},
    {"find('abc', '[^')", "! malformed pattern (missing ']')"},
    {"find('abc', 'b%')", "! malformed pattern (ends with '%')"},
    {"find('abc', '%')", "! malformed pattern (ends with '%')"},
    {"find('abc', '(b')", "! unfinished capture"},
    {"find('abc', 'b)')", "nil"},
    {"find('abc', '%1')", "! invalid capture index %1"},
    {"find('abc', '(a)%2')", "! invalid capture index %2"},
    {"find('abc', '(a%1)')", "! invalid capture index %1"},
    {"find('abc', '%0')", "! invalid capture index %0"},
    {"find('abc', '%b')", "! malformed pattern (missing arguments to '%b')"},
    {"find('abc', '%bx')", "! malformed pattern (missing arguments to '%b')"},
    {"find('abc', '%f')", "! missing '[' after '%f' in pattern"},
    {"find('abc', '%fa')", "! missing '[' after '%f' in pattern"},
    {"find('abc', 'x[')", "nil"},
    {"find('abc', ('(a)'):rep(33))", "nil"},
    {"find(('a'):rep(300), ('a?'):rep(250))", "! pattern too complex"},
    {"find(('()'):rep(10), ('%(%)'):rep(10))", "1 20"},
    {"match('abc', ('()'):rep(33))", "! too many captures"},
    {"gsub('abc', 'b', '%2')", "! invalid capture index %2"},
    {"gsub('abc', '(b)', '%2')", "! invalid capture index %2"},
    {"gsub('abc', 'b', '%x')", "! invalid use of '%' in replacement string"},
    {"gsub('abc', 'b', '%')", "! invalid use of '%' in replacement string"},
    {"gsub('abc', 'b', function() return {} end)", "! invalid replacement value (a table)"},
    {"gsub('abc', 'b', { b = pcall })", "! invalid replacement value (a function)"},
    {"gsub('abc', 'b')",
     "! bad argument #3 to 'gsub' (string/function/table expected, got no value)"},
    {"gsub('abc', 'b', true)",
     "! bad argument #3 to 'gsub' (string/function/table expected, got boolean)"},
    {"gsub('abc', 'b', 'x', 'y')", "! bad argument #4 to 'gsub' (number expected, got string)"},
    {"gsub('abc', '(', 'x')", "'xaxbxcx' 4"},
    {"find()", "! bad argument #1 to 'find' (string expected, got no value)"},
    {"find('a')", "! bad argument #2 to 'find' (string expected, got no value)"},
    {"find({}, 'a')", "! bad argument #1 to 'find' (string expected, got table)"},
    {"find('a', 'a', {})", "! bad argument #3 to 'find' (number expected, got table)"},
    {"find('a', 'a', 1.5)", "! bad argument #3 to 'find' (number has no integer representation)"},
    {"match('a', nil)", "! bad argument #2 to 'match' (string expected, got nil)"},
    {"gmatch('a')", "! bad argument #2 to 'gmatch' (string expected, got no value)"},
    {"gmatch({}, 'a')", "! bad argument #1 to 'gmatch' (string expected, got table)"},
    {"rep('ab', 3)", "'ababab'"},
    {"rep('ab', 3, ',')", "'ab,ab,ab'"},
    {"rep('ab', 0)", "''"},
    {"rep('ab', -1, ',')", "''"},
    {"rep('', 5, '-')", "'----'"},
    {"format('%5.2f|%-5s|%q', 1.5, 'ab', 'c\"')", "' 1.50|ab   |\"c\\\"\"'"},
    {"format('%s %s %s', nil, true, 12)", "'nil true 12'"},
    {"format('%d', 1.5)", "! bad argument #2 to 'format' (number has no integer representation)"},
    {"format('%s')", "! bad argument #2 to 'format' (no value)"},
};

static void test_strings__functions_answer_as_lua_does(void **state) {
  (void)state;
  mlo_rule_worker sandbox;
  open_sandbox(&sandbox);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char source[4096];
    snprintf(source, sizeof source, "%sreturn call(function() return show(library.%s) end)",
             prelude, cases[i].call);
    bool ok = mlo_sandbox_run(&sandbox, mlo_str_c(source), MLO_STR("case"), NULL);
    const char *got = ok ? lua_tostring(sandbox.lua, -1) : mlo_sandbox_why(&sandbox);
    if (!got || strcmp(got, cases[i].result) != 0)
      fail_msg("%s is %s, not %s", cases[i].call, got, cases[i].result);
    lua_settop(sandbox.lua, 0);
  }
  mlo_sandbox_close(&sandbox);
}

static void test_strings__a_plain_search_costs_as_far_as_it_went(void **state) {
  (void)state;
  mlo_rule_worker sandbox;
  open_sandbox(&sandbox);
  mlo_str near = MLO_STR("local text, at = ('@'):rep(1 << 20), 0\n"
                         "for _ = 1, 3000 do at = string.find(text, '@', at + 1, true) end\n"
                         "return at");
  assert_true(mlo_sandbox_run(&sandbox, near, MLO_STR("near"), NULL));
  assert_int_equal(lua_tointeger(sandbox.lua, -1), 3000);
  lua_settop(sandbox.lua, 0);
  mlo_str far = MLO_STR("local text = ('a'):rep(1 << 20)\n"
                        "for _ = 1, 3000 do string.find(text, '@', 1, true) end");
  assert_false(mlo_sandbox_run(&sandbox, far, MLO_STR("far"), NULL));
  assert_non_null(strstr(mlo_sandbox_why(&sandbox), "more instructions"));
  mlo_sandbox_close(&sandbox);
}

/* --- random patterns --- */

static uint32_t draw(uint64_t *seed, uint32_t below) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*seed >> 33) % below;
}

static const char *pick(uint64_t *seed, const char *const *of, uint32_t count) {
  return of[draw(seed, count)];
}
#define PICK(seed, of) pick((seed), (of), sizeof(of) / sizeof *(of))

static mlo_str random_subject(uint64_t *seed, char out[16]) {
  static const char letters[] = {'a', 'a', 'b', 'b', 'c', '(', ')', '%', '.', '1', ' ', '\0'};
  uint32_t len = draw(seed, 13);
  for (uint32_t i = 0; i < len; i++) out[i] = letters[draw(seed, sizeof letters)];
  out[len] = '\0';
  return mlo_str_of(out, len);
}

/* Mostly sound, now and then cut short. */
static mlo_str random_pattern(uint64_t *seed, char out[256]) {
  static const char *const items[] = {
      "a",     "b",      "c",    ".",     ".",    "%a",   "%A",    "%d",   "%s",
      "%w",    "%W",     "%p",   "%z",    "[ab]", "[^a]", "[a-c]", "[%a]", "[^%s(]",
      "[]a]",  "[^]]",   "[a-]", "[%-a]", "%(",   "%%",   "%.",    "(",    "(",
      "(",     ")",      ")",    ")",     "()",   "%1",   "%2",    "%b()", "%bab",
      "%f[a]", "%f[%W]", "$",    "^",     "x",    "[",    "%",     "%f",   "-"};
  static const char *const repeats[] = {"", "", "", "*", "+", "-", "?"};
  static const char *const starts[] = {"", "", "", "^"};
  uint32_t count = draw(seed, 7);
  int len = snprintf(out, 256, "%s", PICK(seed, starts));
  for (uint32_t i = 0; i < count; i++) {
    const char *item = PICK(seed, items);
    len += snprintf(out + len, 256 - (size_t)len, "%s%s", item, PICK(seed, repeats));
  }
  if (len > 0 && draw(seed, 30) == 0) len -= 1;
  out[len] = '\0';
  return mlo_str_of(out, (size_t)len);
}

typedef struct question {
  const char *function;
  mlo_str subject, pattern;
  const char *replacement; /* a Lua expression; NULL: the function takes none */
  lua_Integer number;      /* init or the most replacements; 99: none is given */
} question;

static void push_answer(mlo_buf *out, lua_State *lua, int from) {
  for (int i = from; i <= lua_gettop(lua); i++) {
    size_t len = 0;
    mlo_buf_add(out, mlo_str_c(luaL_typename(lua, i)));
    const char *text = luaL_tolstring(lua, i, &len);
    mlo_buf_add(out, mlo_str_of(text, len));
    mlo_buf_add(out, MLO_STR(";"));
    lua_pop(lua, 1);
  }
}

/* Writes what the function answers: in the sandbox, or, without one, in a plain state. */
static void ask(lua_State *lua, mlo_rule_worker *sandbox, const question *self, mlo_buf *out) {
  lua_settop(lua, 0);
  lua_getglobal(lua, "string");
  lua_getfield(lua, -1, self->function);
  lua_remove(lua, -2);
  lua_pushlstring(lua, self->subject.ptr, self->subject.len);
  lua_pushlstring(lua, self->pattern.ptr, self->pattern.len);
  if (self->replacement) lua_getglobal(lua, self->replacement);
  if (self->number != 99) lua_pushinteger(lua, self->number);
  int arguments = lua_gettop(lua) - 1;
  int status = sandbox ? mlo_sandbox_call(sandbox, arguments, LUA_MULTRET)
                       : lua_pcall(lua, arguments, LUA_MULTRET, 0);
  mlo_buf_add(out, status == LUA_OK ? MLO_STR("ok ") : MLO_STR("error "));
  if (strcmp(self->function, "gmatch") != 0 || status != LUA_OK) {
    push_answer(out, lua, 1);
    return;
  }
  for (int i = 0; i < 20 && status == LUA_OK; i++) {
    lua_settop(lua, 1);
    lua_pushvalue(lua, 1);
    status =
        sandbox ? mlo_sandbox_call(sandbox, 0, LUA_MULTRET) : lua_pcall(lua, 0, LUA_MULTRET, 0);
    if (lua_isnoneornil(lua, 2)) break;
    push_answer(out, lua, 2);
  }
}

static const char replacements[] =
    "text = '<%0%1>' bad = '%2%' map = { a = 1, b = false, ab = 'x' }\n"
    "call = function(a, b) if a == 'b' then return nil end return b and 2 or 'F' end\n";

static question random_question(uint64_t *seed, char subject[16], char pattern[256]) {
  static const char *const functions[] = {"find", "match", "gmatch", "gsub", "gsub"};
  static const char *const with[] = {"text", "bad", "map", "call"};
  question out = {.function = PICK(seed, functions), .number = 99};
  out.subject = random_subject(seed, subject);
  out.pattern = random_pattern(seed, pattern);
  if (strcmp(out.function, "gsub") == 0) out.replacement = PICK(seed, with);
  if (draw(seed, 4) == 0) out.number = (lua_Integer)draw(seed, 30) - 15;
  return out;
}

static void test_strings__random_patterns_answer_as_in_lua(void **state) {
  (void)state;
  enum { QUESTIONS = 200000 };
  const char *given = getenv("SEED");
  uint64_t first = given ? strtoull(given, NULL, 10) : 1, seed = first;
  print_message("seed %llu, %d questions\n", (unsigned long long)first, QUESTIONS);
  mlo_rule_worker sandbox;
  open_sandbox(&sandbox);
  lua_State *lua = luaL_newstate();
  luaL_openlibs(lua);
  assert_int_equal(luaL_dostring(lua, replacements), LUA_OK);
  assert_int_equal(luaL_dostring(sandbox.lua, replacements), LUA_OK);
  mlo_buf theirs = {0}, ours = {0};
  for (int i = 0; i < QUESTIONS; i++) {
    char subject[16], pattern[256];
    question each = random_question(&seed, subject, pattern);
    mlo_buf_clear(&theirs);
    mlo_buf_clear(&ours);
    ask(lua, NULL, &each, &theirs);
    ask(sandbox.lua, &sandbox, &each, &ours);
    if (!mlo_str_eq(mlo_buf_str(&theirs), mlo_buf_str(&ours)))
      fail_msg("seed %llu: string.%s('%.*s', '%.*s', %s, %d)\n  is  %.*s\n  not %.*s",
               (unsigned long long)first, each.function, MLO_FMT(each.subject),
               MLO_FMT(each.pattern), each.replacement ? each.replacement : "-", (int)each.number,
               MLO_FMT(mlo_buf_str(&ours)), MLO_FMT(mlo_buf_str(&theirs)));
  }
  mlo_buf_release(&theirs);
  mlo_buf_release(&ours);
  lua_close(lua);
  mlo_sandbox_close(&sandbox);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_strings__functions_answer_as_lua_does),
      cmocka_unit_test(test_strings__a_plain_search_costs_as_far_as_it_went),
      cmocka_unit_test(test_strings__random_patterns_answer_as_in_lua),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
