/* resolve: which share of the calls in real projects has a callee with a qualified name, and why the rest has none.
 *
 *     resolve [--sample N | --unknown] FOLDER...
 *
 * Prints a table for each folder and for all together. --sample prints N names spread over all that were found, with
 * the place, for a reader to check; --unknown every callee without a name, with the reason. */
#include "facts/facts.h"

#include "base/os.h"
#include "lang/language.h"
#include "notebook/module.h"
#include "project/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_FILE = 64 << 20, DEEPEST_FOLDER = 64 };

/* Why a callee has no name: what stands where the trail ends. */
typedef enum why {
  PARAMETER,
  TYPED_PARAMETER,
  LOOP,
  SUBSCRIPT,
  UNPACKED,
  MEMBER,
  UNBOUND,
  OWN_RESULT,
  OPERATOR,
  LAMBDA,
  OTHER,
  WHYS
} why;
static const char *const why_names[WHYS] = {
    [PARAMETER] = "parameter without annotation",
    [TYPED_PARAMETER] = "parameter whose annotation names no class",
    [LOOP] = "loop or comprehension variable",
    [SUBSCRIPT] = "item of a container",
    [UNPACKED] = "part of an unpacked value",
    [MEMBER] = "attribute that its own class does not tell",
    [UNBOUND] = "name that nothing binds",
    [OWN_RESULT] = "result of an unnamed call",
    [OPERATOR] = "result of an operator",
    [LAMBDA] = "lambda",
    [OTHER] = "other",
};

/* A name says where it begins. "()" in it means that it goes on from a result whose class is not known, "[]" from an
 * item of such a thing. */
typedef enum found { IMPORTED, BUILTIN, OWN, OF_RESULT, OF_ITEM, FOUNDS } found;
static const char *const found_names[FOUNDS] = {
    [IMPORTED] = "imported",
    [BUILTIN] = "built in",
    [OWN] = "of the same file",
    [OF_RESULT] = "of what a named call gives",
    [OF_ITEM] = "of an item of something named",
};

typedef struct counts {
  unsigned long files, calls, found[FOUNDS], missing[WHYS];
} counts;

typedef struct resolving {
  mlo_parser *parser;
  mlo_view view;          /* of the folder at work */
  size_t root;            /* length of its path */
  mlo_arena files, arena; /* of one folder's listing, of one file */
  counts now, all;
  bool unknown;
  unsigned long sample, every, seen;
} resolving;

/* --- reasons --- */

static why why_binding(const mlo_facts *facts, const mlo_binding *binding) {
  if (!binding) return UNBOUND;
  switch (binding->kind) {
  case MLO_BIND_PARAMETER: return binding->type == MLO_NO_NODE ? PARAMETER : TYPED_PARAMETER;
  case MLO_BIND_FOR: return LOOP;
  case MLO_BIND_CAPTURE: return UNPACKED;
  default: break;
  }
  if (binding->item >= 0) return UNPACKED;
  return mlo_tree_kind(facts->tree, binding->value) == MLO_PY_LAMBDA ? LAMBDA : OTHER;
}

/* The expression that the trail goes on with, or MLO_NO_NODE. */
static mlo_node behind(const mlo_facts *facts, mlo_node node) {
  const mlo_tree *tree = facts->tree;
  switch (tree->nodes[node].kind) {
  case MLO_PY_ATTRIBUTE: {
    mlo_node object = mlo_tree_field(tree, node, MLO_FIELD_OBJECT);
    return mlo_facts_name(facts, object).len ? MLO_NO_NODE : object;
  }
  case MLO_PY_CALL: return mlo_tree_field(tree, node, MLO_FIELD_FUNCTION);
  case MLO_PY_PARENTHESIZED:
  case MLO_PY_AWAIT: return mlo_tree_first_child(tree, node);
  case MLO_PY_IDENTIFIER: {
    const mlo_binding *binding = mlo_facts_binding(facts, node);
    bool whole = binding && binding->item < 0 &&
                 (binding->kind == MLO_BIND_ASSIGN || binding->kind == MLO_BIND_WITH);
    return whole ? binding->value : MLO_NO_NODE;
  }
  default: return MLO_NO_NODE;
  }
}

static why why_not(const mlo_facts *facts, mlo_node node) {
  for (int i = 0; i < 32; i++) {
    mlo_node next = behind(facts, node);
    if (next == MLO_NO_NODE || mlo_tree_kind(facts->tree, next) == MLO_PY_LAMBDA) break;
    node = next;
  }
  switch (facts->tree->nodes[node].kind) {
  case MLO_PY_IDENTIFIER: return why_binding(facts, mlo_facts_binding(facts, node));
  case MLO_PY_ATTRIBUTE: return MEMBER;
  case MLO_PY_SUBSCRIPT: return SUBSCRIPT;
  case MLO_PY_CALL: return OWN_RESULT;
  case MLO_PY_BINARY_OPERATOR:
  case MLO_PY_UNARY_OPERATOR:
  case MLO_PY_COMPARISON: return OPERATOR;
  case MLO_PY_LAMBDA: return LAMBDA;
  default: return OTHER;
  }
}

static found found_as(mlo_str name) {
  if (mlo_str_contains(name, MLO_STR("[]"))) return OF_ITEM;
  if (mlo_str_contains(name, MLO_STR("()"))) return OF_RESULT;
  if (mlo_str_starts(name, MLO_STR("builtins."))) return BUILTIN;
  return mlo_str_starts(name, MLO_STR("<module>.")) ? OWN : IMPORTED;
}

/* --- files --- */

static void print_place(const mlo_facts *facts, mlo_str path, mlo_node callee) {
  mlo_str text = facts->tree->text;
  unsigned line = 1;
  for (uint32_t i = 0; i < facts->tree->nodes[callee].start; i++) line += text.ptr[i] == '\n';
  printf("%.*s:%u: %.*s", MLO_FMT(path), line, MLO_FMT(mlo_tree_text(facts->tree, callee)));
}

static void judge_call(resolving *self, const mlo_facts *facts, mlo_str path, mlo_node callee) {
  mlo_str name = mlo_facts_name(facts, callee);
  self->now.calls++;
  if (!name.len) {
    why reason = why_not(facts, callee);
    self->now.missing[reason]++;
    if (!self->unknown) return;
    print_place(facts, path, callee);
    printf("  # %s\n", why_names[reason]);
    return;
  }
  self->now.found[found_as(name)]++;
  if (!self->every || self->seen++ % self->every) return;
  print_place(facts, path, callee);
  printf("  = %.*s\n", MLO_FMT(name));
}

static mlo_status read_tree(resolving *self, mlo_str path, bool notebook, mlo_tree *tree,
                            mlo_error *err) {
  mlo_str bytes;
  mlo_status status = mlo_os_read(path, LARGEST_FILE, &self->arena, &bytes, err);
  if (status != MLO_OK) return status;
  if (!notebook)
    return mlo_parser_parse(self->parser, MLO_FORMAT_PYTHON, bytes, &self->arena, tree, err);
  mlo_notebook *cells = MLO_NEW(&self->arena, mlo_notebook);
  mlo_module *module = MLO_NEW(&self->arena, mlo_module);
  status = mlo_notebook_read(bytes, path, &self->arena, cells, err);
  if (status != MLO_OK) return status;
  return mlo_module_of_notebook(cells, self->parser, &self->arena, module, tree, err);
}

static void judge_file(resolving *self, mlo_str path) {
  bool notebook = mlo_str_ends(path, MLO_STR(".ipynb"));
  if (!notebook && !mlo_str_ends(path, MLO_STR(".py"))) return;
  mlo_error err = {0};
  mlo_tree tree;
  mlo_facts facts;
  mlo_arena_reset(&self->arena);
  if (read_tree(self, path, notebook, &tree, &err) != MLO_OK) {
    fprintf(stderr, "%.*s: not read\n", MLO_FMT(path));
    return;
  }
  mlo_facts_build(&tree, &self->arena, &facts);
  mlo_view_turn(&self->view, mlo_str_from(path, self->root + 1), &self->arena);
  facts.outside = &self->view.outside;
  self->now.files++;
  for (uint32_t i = 0; i < facts.calls.len; i++)
    judge_call(self, &facts, path, facts.calls.items[i].callee);
}

static void judge_folder(resolving *self, mlo_str folder, int depth) {
  mlo_dir_entries entries = {0};
  mlo_error err = {0};
  if (depth > DEEPEST_FOLDER || mlo_os_list(folder, &self->files, &entries, &err) != MLO_OK) return;
  for (uint32_t i = 0; i < entries.len; i++) {
    const mlo_dir_entry *entry = &entries.items[i];
    if (mlo_str_starts(entry->name, MLO_STR("."))) continue;
    mlo_str path =
        mlo_arena_format(&self->files, "%.*s/%.*s", MLO_FMT(folder), MLO_FMT(entry->name));
    if (entry->kind == MLO_FILE_FOLDER) judge_folder(self, path, depth + 1);
    if (entry->kind == MLO_FILE_REGULAR) judge_file(self, path);
  }
}

/* --- tables --- */

static double share(unsigned long part, unsigned long whole) {
  return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_counts(const char *title, const counts *c) {
  unsigned long missing = 0;
  for (int i = 0; i < WHYS; i++) missing += c->missing[i];
  printf("%s: %lu files, %lu calls, %.1f %% with a qualified name\n", title, c->files, c->calls,
         share(c->calls - missing, c->calls));
  for (int i = 0; i < FOUNDS; i++)
    printf("  %6.2f %%  %7lu  %s\n", share(c->found[i], c->calls), c->found[i], found_names[i]);
  puts("  without:");
  for (int i = 0; i < WHYS; i++)
    if (c->missing[i])
      printf("  %6.2f %%  %7lu  %s\n", share(c->missing[i], c->calls), c->missing[i], why_names[i]);
}

static void add(counts *all, const counts *now) {
  all->files += now->files;
  all->calls += now->calls;
  for (int i = 0; i < FOUNDS; i++) all->found[i] += now->found[i];
  for (int i = 0; i < WHYS; i++) all->missing[i] += now->missing[i];
}

static void judge_project(resolving *self, const char *folder, bool quiet) {
  mlo_arena_reset(&self->files);
  self->now = (counts){0};
  mlo_project_files files;
  mlo_interfaces interfaces;
  self->root = strlen(folder);
  mlo_project_files_init(&files, mlo_str_c(folder), LARGEST_FILE, false);
  mlo_interfaces_init(&interfaces, &files);
  mlo_view_open(&self->view, &interfaces, self->parser, 0);
  judge_folder(self, mlo_str_c(folder), 0);
  mlo_view_close(&self->view);
  mlo_interfaces_release(&interfaces);
  mlo_project_files_release(&files);
  if (!quiet) print_counts(folder, &self->now);
  add(&self->all, &self->now);
}

static void judge_projects(resolving *self, int count, char **folders) {
  bool quiet = self->sample || self->unknown;
  for (int i = 0; i < count; i++) judge_project(self, folders[i], quiet);
  if (!quiet) print_counts("all", &self->all);
}

/* The first round counts, so that the second can take every so-many-th. */
static void print_sample(resolving *self, int count, char **folders) {
  judge_projects(self, count, folders);
  unsigned long named = 0;
  for (int i = 0; i < FOUNDS; i++) named += self->all.found[i];
  self->every = named / self->sample + 1;
  judge_projects(self, count, folders);
}

int main(int argc, char **argv) {
  resolving self = {0};
  mlo_grammars *grammars;
  mlo_error err = {0};
  int at = 1;
  if (at < argc && strcmp(argv[at], "--unknown") == 0) self.unknown = true, at++;
  if (at + 1 < argc && strcmp(argv[at], "--sample") == 0) {
    self.sample = strtoul(argv[at + 1], NULL, 10);
    at += 2;
  }
  if (at >= argc || mlo_grammars_new(&grammars, &err) != MLO_OK ||
      mlo_parser_new(grammars, &self.parser, &err) != MLO_OK) {
    fputs("usage: resolve [--sample N | --unknown] FOLDER...\n", stderr);
    return 2;
  }
  mlo_arena_init(&self.files, 0, NULL, NULL);
  mlo_arena_init(&self.arena, 0, NULL, NULL);
  if (self.sample)
    print_sample(&self, argc - at, argv + at);
  else
    judge_projects(&self, argc - at, argv + at);
  mlo_arena_release(&self.files);
  mlo_arena_release(&self.arena);
  mlo_parser_free(self.parser);
  mlo_grammars_free(grammars);
  return 0;
}
