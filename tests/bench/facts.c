/* facts: what facts cost beside the parse. Reads each file named on standard input, parses it as mlopslint does, builds
 * its facts and asks them everything: the name of every call and read, the constant and the origins of every argument.
 * Rules ask far less: this is the most that facts can cost. Prints the CPU seconds of each step as JSON. */
#include "facts/facts.h"

#include "base/os.h"
#include "lang/language.h"

#include <stdio.h>
#include <string.h>

enum step { READ, PARSE, BUILD, NAMES, CONSTANTS, ORIGINS, STEPS };
static const char *const step_names[STEPS] = {"read",  "parse",     "build",
                                              "names", "constants", "origins"};

typedef struct bench {
  mlo_parser *parser;
  mlo_arena arena;
  double seconds[STEPS], since;
  unsigned long files, calls, named;
} bench;

static void lap(bench *self, enum step step) {
  double now = mlo_os_cpu_seconds();
  self->seconds[step] += now - self->since;
  self->since = now;
}

static void ask_names(bench *self, const mlo_facts *facts) {
  for (uint32_t i = 0; i < facts->calls.len; i++) {
    self->calls++;
    self->named += mlo_facts_name(facts, facts->calls.items[i].callee).len > 0;
  }
  for (mlo_node n = 0; n < facts->tree->count; n++) {
    uint8_t kind = facts->tree->nodes[n].kind;
    if (kind == MLO_PY_IDENTIFIER || kind == MLO_PY_ATTRIBUTE) mlo_facts_name(facts, n);
  }
}

typedef void ask_fn(const mlo_facts *facts, mlo_node argument);

static void ask_constant(const mlo_facts *facts, mlo_node argument) {
  mlo_facts_constant(facts, argument);
}

static void ask_origins(const mlo_facts *facts, mlo_node argument) {
  mlo_source_values origins = {0};
  mlo_facts_origins(facts, argument, &origins);
}

static void each_argument(const mlo_facts *facts, ask_fn *ask) {
  const mlo_tree *tree = facts->tree;
  for (uint32_t i = 0; i < facts->calls.len; i++) {
    mlo_node at = facts->calls.items[i].arguments;
    if (at == MLO_NO_NODE) continue;
    for (at = mlo_tree_first_child(tree, at); at != MLO_NO_NODE; at = mlo_tree_next(tree, at)) {
      bool keyword = mlo_tree_kind(tree, at) == MLO_PY_KEYWORD_ARGUMENT;
      ask(facts, keyword ? mlo_tree_field(tree, at, MLO_FIELD_VALUE) : at);
    }
  }
}

static bool judge(bench *self, const char *path) {
  mlo_error err = {0};
  mlo_str text;
  mlo_tree tree;
  mlo_facts facts = {0};
  mlo_arena_reset(&self->arena);
  self->since = mlo_os_cpu_seconds();
  if (mlo_os_read(mlo_str_c(path), 1u << 30, &self->arena, &text, &err) != MLO_OK) return false;
  lap(self, READ);
  if (mlo_parser_parse(self->parser, MLO_FORMAT_PYTHON, text, &self->arena, &tree, &err) != MLO_OK)
    return false;
  lap(self, PARSE);
  mlo_facts_build(&tree, &self->arena, &facts);
  lap(self, BUILD);
  ask_names(self, &facts);
  lap(self, NAMES);
  each_argument(&facts, ask_constant);
  lap(self, CONSTANTS);
  each_argument(&facts, ask_origins);
  lap(self, ORIGINS);
  self->files++;
  return true;
}

static void print(const bench *self) {
  printf("{\"files\": %lu, \"calls\": %lu, \"named\": %lu", self->files, self->calls, self->named);
  for (int i = 0; i < STEPS; i++) printf(", \"%s\": %.3f", step_names[i], self->seconds[i]);
  puts("}");
}

int main(void) {
  bench self = {0};
  mlo_grammars *grammars;
  mlo_error err = {0};
  if (mlo_grammars_new(&grammars, &err) != MLO_OK ||
      mlo_parser_new(grammars, &self.parser, &err) != MLO_OK)
    return 2;
  mlo_arena_init(&self.arena, 0, NULL, NULL);
  char path[4096];
  while (fgets(path, sizeof path, stdin)) {
    path[strcspn(path, "\n")] = 0;
    if (!judge(&self, path)) {
      fprintf(stderr, "can't judge %s\n", path);
      return 2;
    }
  }
  print(&self);
  mlo_arena_release(&self.arena);
  mlo_parser_free(self.parser);
  mlo_grammars_free(grammars);
  return 0;
}
