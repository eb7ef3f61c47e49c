#include "match/trigger.h"

#include "base/glob.h"
#include "base/map.h"
#include "match/name_pattern.h"
#include "match/regex.h"

#include <stdlib.h>

enum { MOST_TEXTS = 300, LONGEST_TEXT = 500 };

static bool are_fit(const mlo_str *texts, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (texts[i].len > LONGEST_TEXT) return false;
  return count <= MOST_TEXTS;
}

mlo_status mlo_trigger_check(const mlo_trigger *trigger, mlo_arena *arena, mlo_error *err) {
  bool fit = are_fit(trigger->names.items, trigger->names.len) &&
             are_fit(trigger->files.items, trigger->files.len) &&
             are_fit(trigger->ignores.items, trigger->ignores.len) && are_fit(&trigger->select, 1);
  uint32_t literals = 0;
  for (uint32_t i = 0; i < trigger->needs.len && fit; i++) {
    literals += 1 + trigger->needs.items[i].literals.len;
    fit = literals <= MOST_TEXTS &&
          are_fit(trigger->needs.items[i].literals.items, trigger->needs.items[i].literals.len);
  }
  if (!fit)
    return mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0},
                         "a trigger takes at most %d names, globs or literals of at most %d bytes",
                         MOST_TEXTS, LONGEST_TEXT);
  mlo_path path = {0};
  mlo_status status =
      trigger->select.len ? mlo_path_compile(trigger->select, arena, &path, err) : MLO_OK;
  return status == MLO_OK && trigger->regex.len ? mlo_regex_check(trigger->regex, err) : status;
}

/* A literal condition in disjunctive form: met if one of its sets is in the file. */
typedef MLO_ARRAY(mlo_bits) condition;

/* A name pattern of a trigger, in the chain of those with the same kind and last part. */
typedef struct name_entry {
  uint32_t trigger;
  mlo_str pattern;
  uint32_t next; /* 1 + index, or 0 */
} name_entry;

typedef struct compiled {
  condition names; /* empty: no condition */
  condition needs;
  uint32_t formats;
  mlo_path select;
  bool has_select;
  mlo_regex *regex;
  mlo_query *queries[MLO_FORMAT_COUNT];
} compiled;

struct mlo_trigger_index {
  const mlo_catalogue *catalogue;
  mlo_arena arena;
  compiled *triggers;
  MLO_ARRAY(name_entry) entries;
  mlo_map heads
      [MLO_TRIGGER_KIND_COUNT]; /* last part -> 1 + index of its first entry; "*" for open ends */
  MLO_ARRAY(mlo_str) literals;
  mlo_map literal_numbers; /* literal -> 1 + number */
  mlo_prefilter *prefilter;
  mlo_pattern_index patterns;
};

#define FORMAT(name) (1u << MLO_FORMAT_##name)
static const uint32_t python_formats = FORMAT(PYTHON) | FORMAT(NOTEBOOK);
static const uint32_t query_formats = FORMAT(PYTHON) | FORMAT(NOTEBOOK) | FORMAT(JSON) |
                                      FORMAT(YAML) | FORMAT(TOML) | FORMAT(HCL) | FORMAT(BASH);
static const uint32_t document_formats = FORMAT(JSON) | FORMAT(YAML) | FORMAT(TOML) | FORMAT(HCL) |
                                         FORMAT(DOCKERFILE) | FORMAT(REQUIREMENTS) | FORMAT(INI) |
                                         FORMAT(MARKDOWN);
static const uint32_t command_formats = FORMAT(BASH) | FORMAT(DOCKERFILE) | FORMAT(YAML) |
                                        FORMAT(JSON) | FORMAT(TOML) | FORMAT(NOTEBOOK);
static const uint32_t dependency_formats = FORMAT(REQUIREMENTS) | FORMAT(TOML) | FORMAT(INI) |
                                           FORMAT(YAML) | FORMAT(DOCKERFILE) | FORMAT(BASH);

/* What a trigger's kind allows. */
static uint32_t formats_of_kind(mlo_trigger_kind kind) {
  switch (kind) {
  case MLO_TRIGGER_CALL:
  case MLO_TRIGGER_REFERENCE:
  case MLO_TRIGGER_IMPORT:
  case MLO_TRIGGER_ROUTE:
  case MLO_TRIGGER_FUNCTION:
  case MLO_TRIGGER_PATTERN:
  case MLO_TRIGGER_ASSIGN: return python_formats;
  case MLO_TRIGGER_QUERY: return query_formats;
  case MLO_TRIGGER_COMMAND: return command_formats;
  case MLO_TRIGGER_DOCUMENT: return document_formats;
  case MLO_TRIGGER_DEPENDENCY: return dependency_formats;
  case MLO_TRIGGER_CELL:
  case MLO_TRIGGER_NOTEBOOK: return FORMAT(NOTEBOOK);
  case MLO_TRIGGER_TEXT: return ~FORMAT(NONE);
  case MLO_TRIGGER_FILE:
  case MLO_TRIGGER_KIND_COUNT: break;
  }
  return ~0u;
}

static uint32_t literal_number(mlo_trigger_index *self, mlo_str literal) {
  uint32_t *slot = mlo_map_put(&self->literal_numbers, literal, &self->arena);
  if (*slot == 0) {
    MLO_PUSH(&self->arena, &self->literals, literal);
    *slot = self->literals.len;
  }
  return *slot - 1;
}

/* The literal runs of a pattern's part that must stand in any file which mentions it by name. Made-up parts
 * ("<module>", "?", "builtins") and stars give nothing. */
static mlo_str literal_of_part(mlo_str part) {
  if (mlo_str_ends(part, MLO_STR("()"))) part = mlo_str_slice(part, 0, part.len - 2);
  if (part.len && (part.ptr[0] == '<' || part.ptr[0] == '?')) return (mlo_str){0};
  if (mlo_str_eq(part, MLO_STR("builtins"))) return (mlo_str){0};
  mlo_str best = {0};
  while (part.ptr) {
    mlo_str run = mlo_str_cut(&part, '*');
    if (run.len > best.len) best = run;
  }
  return best;
}

/* Numbers first, sets after: the size of a set is known only when all literals are. So a condition is built as
 * lists of numbers and turned into sets at the end. */
typedef MLO_ARRAY(uint32_t) number_list;
typedef struct draft_condition {
  MLO_ARRAY(number_list) alternatives;
} draft_condition;

static void add_alternative(mlo_trigger_index *self, draft_condition *to, const mlo_str *literals,
                            uint32_t count) {
  number_list numbers = {0};
  for (uint32_t i = 0; i < count; i++)
    if (literals[i].len) MLO_PUSH(&self->arena, &numbers, literal_number(self, literals[i]));
  MLO_PUSH(&self->arena, &to->alternatives, numbers);
}

static bool names_are_literal(mlo_trigger_kind kind) {
  return kind == MLO_TRIGGER_CALL || kind == MLO_TRIGGER_REFERENCE || kind == MLO_TRIGGER_IMPORT ||
         kind == MLO_TRIGGER_FUNCTION || kind == MLO_TRIGGER_ASSIGN || kind == MLO_TRIGGER_COMMAND;
}

/* Programs and packages are plain words, whose dots mean nothing ("start-notebook.sh"). */
static bool is_dotted(mlo_trigger_kind kind) {
  return kind != MLO_TRIGGER_COMMAND && kind != MLO_TRIGGER_DEPENDENCY;
}

/* "*.fit" means a method of something, so the dot stands before it in the file. */
static bool is_method(mlo_trigger_kind kind, mlo_str name) {
  mlo_str last = mlo_name_last(name);
  return (kind == MLO_TRIGGER_CALL || kind == MLO_TRIGGER_REFERENCE) &&
         mlo_str_starts(name, MLO_STR("*.")) && last.len && last.ptr[0] != '*';
}

/* What a file with HTTP handlers mentions: the frameworks that mlo_facts_routes knows. */
static const mlo_str route_literals[][2] = {
    {MLO_STR_INIT("fastapi"), {0}},
    {MLO_STR_INIT("flask"), {0}},
    {MLO_STR_INIT("starlette"), {0}},
    {MLO_STR_INIT("litestar"), {0}},
    {MLO_STR_INIT("sanic"), {0}},
    {MLO_STR_INIT("aiohttp"), {0}},
    {MLO_STR_INIT("quart"), {0}},
    {MLO_STR_INIT("bentoml"), {0}},
    {MLO_STR_INIT("ray.serve"), {0}},
    {MLO_STR_INIT("from ray"), MLO_STR_INIT("serve")},
    {MLO_STR_INIT("def init("), MLO_STR_INIT("def run(")},
};

static void draft_selector(mlo_trigger_index *self, const mlo_selector *selector,
                           draft_condition *to) {
  mlo_literal_sets sets = {0};
  mlo_selector_literals(selector, &self->arena, &sets);
  for (uint32_t i = 0; i < sets.len; i++)
    add_alternative(self, to, sets.items[i].items, sets.items[i].len);
}

static void draft_conditions(mlo_trigger_index *self, const mlo_trigger *trigger,
                             draft_condition *names, draft_condition *needs) {
  if (names_are_literal(trigger->kind)) {
    for (uint32_t i = 0; i < trigger->names.len; i++) {
      mlo_str name = trigger->names.items[i];
      mlo_str both[2] = {literal_of_part(mlo_name_first(name)),
                         literal_of_part(mlo_name_last(name))};
      if (is_method(trigger->kind, name))
        both[1] = mlo_arena_concat(&self->arena, MLO_STR("."), both[1]);
      if (!is_dotted(trigger->kind)) both[0] = both[1] = literal_of_part(name);
      add_alternative(self, names, both, 2);
    }
  }
  for (size_t i = 0;
       trigger->kind == MLO_TRIGGER_ROUTE && i < sizeof route_literals / sizeof *route_literals;
       i++)
    add_alternative(self, names, route_literals[i], 2);
  if (trigger->selector) draft_selector(self, trigger->selector, names);
  for (uint32_t i = 0; i < trigger->needs.len; i++)
    add_alternative(self, needs, trigger->needs.items[i].literals.items,
                    trigger->needs.items[i].literals.len);
}

static condition finish_condition(mlo_trigger_index *self, const draft_condition *draft) {
  condition out = {0};
  for (uint32_t i = 0; i < draft->alternatives.len; i++) {
    const number_list *numbers = &draft->alternatives.items[i];
    mlo_bits bits = mlo_bits_new(self->literals.len, &self->arena);
    for (uint32_t n = 0; n < numbers->len; n++) mlo_bits_set(bits, numbers->items[n]);
    MLO_PUSH(&self->arena, &out, bits);
  }
  return out;
}

static void index_name(mlo_trigger_index *self, const mlo_trigger *trigger, uint32_t number,
                       mlo_str name) {
  mlo_str last = trigger->kind == MLO_TRIGGER_IMPORT ? mlo_name_first(name) : mlo_name_last(name);
  if (!is_dotted(trigger->kind)) last = name;
  if (mlo_str_find_char(last, '*') != SIZE_MAX) last = MLO_STR("*");
  uint32_t *head = mlo_map_put(&self->heads[trigger->kind], last, &self->arena);
  name_entry entry = {.trigger = number, .pattern = name, .next = *head};
  MLO_PUSH(&self->arena, &self->entries, entry);
  *head = self->entries.len;
}

/* A query is compiled for each grammar; its literals are the same in all. */
static mlo_status compile_queries(mlo_trigger_index *self, const mlo_trigger *trigger, compiled *to,
                                  draft_condition *names, mlo_error *err) {
  mlo_literal_sets sets = {0};
  for (int f = 0; f < MLO_FORMAT_COUNT; f++) {
    if (!(to->formats >> f & 1)) continue;
    mlo_status status = mlo_query_new(self->catalogue->grammars, (mlo_format)f, trigger->query,
                                      &to->queries[f], err);
    if (status != MLO_OK) return status;
    if (!sets.len) mlo_query_literals(to->queries[f], &self->arena, &sets);
  }
  for (uint32_t i = 0; i < sets.len; i++)
    add_alternative(self, names, sets.items[i].items, sets.items[i].len);
  return MLO_OK;
}

static mlo_status compile_trigger(mlo_trigger_index *self, uint32_t number, draft_condition *names,
                                  mlo_error *err) {
  const mlo_trigger *trigger = &self->catalogue->triggers.items[number];
  compiled *to = &self->triggers[number];
  to->formats = formats_of_kind(trigger->kind);
  if (trigger->formats) to->formats &= trigger->formats;
  for (uint32_t i = 0; i < trigger->names.len; i++)
    index_name(self, trigger, number, trigger->names.items[i]);
  if (trigger->query.len) {
    mlo_status status = compile_queries(self, trigger, to, names, err);
    if (status != MLO_OK) return status;
  }
  if (trigger->selector)
    mlo_pattern_index_add(&self->patterns, number, trigger->selector, &self->arena);
  if (trigger->select.len) {
    mlo_status status = mlo_path_compile(trigger->select, &self->arena, &to->select, err);
    if (status != MLO_OK) return status;
    to->has_select = true;
  }
  return trigger->regex.len ? mlo_regex_new(trigger->regex, false, &to->regex, err) : MLO_OK;
}

mlo_status mlo_trigger_index_new(const mlo_catalogue *catalogue, mlo_trigger_index **out,
                                 mlo_error *err) {
  mlo_trigger_index *self = calloc(1, sizeof *self);
  if (!self) return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  mlo_arena_init(&self->arena, 0, NULL, NULL);
  self->catalogue = catalogue;
  uint32_t count = catalogue->triggers.len;
  self->triggers = MLO_NEW_ARRAY(&self->arena, compiled, count);
  draft_condition *names = MLO_NEW_ARRAY(&self->arena, draft_condition, count);
  draft_condition *needs = MLO_NEW_ARRAY(&self->arena, draft_condition, count);
  mlo_status status = MLO_OK;
  for (uint32_t i = 0; i < count && status == MLO_OK; i++) {
    draft_conditions(self, &catalogue->triggers.items[i], &names[i], &needs[i]);
    status = compile_trigger(self, i, &names[i], err);
  }
  for (uint32_t i = 0; i < count; i++) {
    self->triggers[i].names = finish_condition(self, &names[i]);
    self->triggers[i].needs = finish_condition(self, &needs[i]);
  }
  if (status == MLO_OK)
    status = mlo_prefilter_new(self->literals.items, self->literals.len, &self->prefilter, err);
  if (status == MLO_OK)
    *out = self;
  else
    mlo_trigger_index_free(self);
  return status;
}

static void free_compiled(compiled *self) {
  mlo_regex_free(self->regex);
  for (int i = 0; i < MLO_FORMAT_COUNT; i++) mlo_query_free(self->queries[i]);
}

void mlo_trigger_index_free(mlo_trigger_index *self) {
  if (!self) return;
  for (uint32_t i = 0; i < self->catalogue->triggers.len; i++) free_compiled(&self->triggers[i]);
  mlo_prefilter_free(self->prefilter);
  mlo_arena_release(&self->arena);
  free(self);
}

const mlo_prefilter *mlo_trigger_index_prefilter(const mlo_trigger_index *self) {
  return self->prefilter;
}
uint32_t mlo_trigger_index_literals(const mlo_trigger_index *self) { return self->literals.len; }
const mlo_path *mlo_trigger_index_select(const mlo_trigger_index *self, uint32_t trigger) {
  return self->triggers[trigger].has_select ? &self->triggers[trigger].select : NULL;
}
const mlo_regex *mlo_trigger_index_regex(const mlo_trigger_index *self, uint32_t trigger) {
  return self->triggers[trigger].regex;
}

const mlo_query *mlo_trigger_index_query(const mlo_trigger_index *self, uint32_t trigger,
                                         mlo_format format) {
  return self->triggers[trigger].queries[format];
}
const mlo_pattern_index *mlo_trigger_index_patterns(const mlo_trigger_index *self) {
  return &self->patterns;
}

static bool condition_met(const condition *self, mlo_bits found) {
  if (self->len == 0 || !found.words) return true;
  for (uint32_t i = 0; i < self->len; i++)
    if (mlo_bits_have(found, self->items[i])) return true;
  return false;
}

/* Packages are declared in files of certain names, and installed by images and scripts. */
static bool may_declare(mlo_format format, mlo_str path) {
  return format == MLO_FORMAT_DOCKERFILE || format == MLO_FORMAT_BASH ||
         mlo_path_declares_dependencies(path);
}

static bool path_fits(const mlo_trigger *trigger, mlo_str path) {
  for (uint32_t i = 0; i < trigger->ignores.len; i++)
    if (mlo_glob_match_file(trigger->ignores.items[i], path)) return false;
  if (trigger->files.len == 0) return true;
  for (uint32_t i = 0; i < trigger->files.len; i++)
    if (mlo_glob_match_file(trigger->files.items[i], path)) return true;
  return false;
}

/* Of what only notebooks have, a script of cells has its share. */
static bool takes_format(const compiled *made, mlo_trigger_kind kind, mlo_format format,
                         bool has_cells) {
  bool of_cells =
      kind == MLO_TRIGGER_CELL || kind == MLO_TRIGGER_NOTEBOOK || kind == MLO_TRIGGER_COMMAND;
  if (made->formats >> format & 1) return true;
  return has_cells && of_cells && format == MLO_FORMAT_PYTHON && (made->formats & FORMAT(NOTEBOOK));
}

mlo_active mlo_trigger_index_activate(const mlo_trigger_index *self, mlo_format format,
                                      mlo_str path, bool has_cells, const bool *wanted,
                                      mlo_bits found, mlo_arena *arena) {
  mlo_active active = {.triggers = mlo_bits_new(self->catalogue->triggers.len, arena)};
  for (uint32_t i = 0; i < self->catalogue->triggers.len; i++) {
    const mlo_trigger *trigger = &self->catalogue->triggers.items[i];
    const compiled *made = &self->triggers[i];
    if (!wanted[trigger->rule] || !takes_format(made, trigger->kind, format, has_cells)) continue;
    if (trigger->kind == MLO_TRIGGER_DEPENDENCY && !may_declare(format, path)) continue;
    if (!condition_met(&made->names, found) || !condition_met(&made->needs, found)) continue;
    if (!path_fits(trigger, path)) continue;
    mlo_bits_set(active.triggers, i);
    active.kinds[trigger->kind] = active.any = true;
  }
  return active;
}

/* An import is also matched by its packages: "evidently" takes "evidently.report.Report". */
static bool entry_matches(const name_entry *entry, mlo_trigger_kind kind, mlo_str name) {
  if (!is_dotted(kind)) return mlo_glob_match(entry->pattern, name);
  if (mlo_name_matches(entry->pattern, name)) return true;
  if (kind != MLO_TRIGGER_IMPORT) return false;
  for (size_t dot; (dot = mlo_str_rfind_char(name, '.')) != SIZE_MAX;) {
    name = mlo_str_slice(name, 0, dot);
    if (mlo_name_matches(entry->pattern, name)) return true;
  }
  return false;
}

static void wake_chain(const mlo_trigger_index *self, const mlo_active *active, uint32_t head,
                       mlo_str *name, mlo_full_name_fn *full, mlo_trigger_fn *fn, void *ctx) {
  uint32_t woken =
      UINT32_MAX; /* a trigger's entries stand together: remembering the last one is enough */
  for (uint32_t at = head; at; at = self->entries.items[at - 1].next) {
    const name_entry *entry = &self->entries.items[at - 1];
    if (entry->trigger == woken || !mlo_bits_get(active->triggers, entry->trigger)) continue;
    if (!name->ptr) *name = full(ctx);
    const mlo_trigger *trigger = &self->catalogue->triggers.items[entry->trigger];
    if (!name->len || !entry_matches(entry, trigger->kind, *name)) continue;
    woken = entry->trigger;
    fn(&self->catalogue->triggers.items[woken], *name, ctx);
  }
}

void mlo_trigger_index_named(const mlo_trigger_index *self, const mlo_active *active,
                             mlo_trigger_kind kind, mlo_str last, mlo_full_name_fn *full,
                             mlo_trigger_fn *fn, void *ctx) {
  mlo_str name = {0};
  const uint32_t *head = mlo_map_get(&self->heads[kind], last);
  if (head) wake_chain(self, active, *head, &name, full, fn, ctx);
  const uint32_t *open = mlo_map_get(&self->heads[kind], MLO_STR("*"));
  if (open) wake_chain(self, active, *open, &name, full, fn, ctx);
}

bool mlo_trigger_index_knows(const mlo_trigger_index *self, mlo_trigger_kind kind, mlo_str last) {
  return mlo_map_get(&self->heads[kind], last) || mlo_map_get(&self->heads[kind], MLO_STR("*"));
}

void mlo_trigger_index_each(const mlo_trigger_index *self, const mlo_active *active,
                            mlo_trigger_kind kind, mlo_trigger_fn *fn, void *ctx) {
  if (!active->kinds[kind]) return;
  for (uint32_t i = 0; i < self->catalogue->triggers.len; i++)
    if (self->catalogue->triggers.items[i].kind == kind && mlo_bits_get(active->triggers, i))
      fn(&self->catalogue->triggers.items[i], (mlo_str){0}, ctx);
}
