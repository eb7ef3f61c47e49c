/* step_names: what the functions are called: after the heading above them, or after what they do. */
#include "export/plan.h"
#include "facts/known.h"
#include "match/name_pattern.h"

enum { LONGEST = 40 };

static bool is_keyword(mlo_str word) {
  static const char *const words[] = {
      "False", "None",     "True",   "and",      "as",      "assert", "async",  "await",
      "break", "class",    "case",   "def",      "del",     "elif",   "else",   "except",
      "for",   "from",     "global", "if",       "import",  "in",     "is",     "lambda",
      "match", "nonlocal", "not",    "or",       "pass",    "raise",  "return", "try",
      "while", "with",     "yield",  "continue", "finally", "main",   "type"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (mlo_str_eq(word, mlo_str_c(words[i]))) return true;
  return false;
}

/* Lower case words joined by _, ASCII only; numbers in front are left out ("2.1 Load" is load). Empty if nothing is left. */
static mlo_str slug(mlo_str text, mlo_arena *arena) {
  char *out = MLO_NEW_ARRAY(arena, char, text.len + 1);
  size_t len = 0;
  for (size_t i = 0; i < text.len && len < LONGEST; i++) {
    char c = text.ptr[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c | 32);
    bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'z';
    bool quote = c == '\'' || (unsigned char)c >= 128;
    if (letter || (digit && len))
      out[len++] = c;
    else if (len && out[len - 1] != '_' && !quote)
      out[len++] = '_';
  }
  while (len && out[len - 1] == '_') len--;
  return mlo_str_of(out, len);
}

mlo_str mlo_export_module_name(mlo_str path, mlo_arena *arena) {
  size_t slash = mlo_str_rfind_char(path, '/');
  mlo_str name = slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
  size_t dot = mlo_str_rfind_char(name, '.');
  mlo_str found = slug(dot == SIZE_MAX || dot == 0 ? name : mlo_str_slice(name, 0, dot), arena);
  if (!found.len) return MLO_STR("notebook");
  return is_keyword(found) || mlo_is_builtin(found)
             ? mlo_arena_concat(arena, found, MLO_STR("_module"))
             : found;
}

static mlo_str heading_text(const mlo_plan *self, const mlo_step *step) {
  if (!step->heading) return (mlo_str){0};
  mlo_str text = mlo_str_trim(self->request->notebook->cells.items[step->heading - 1].source);
  mlo_str line = mlo_str_cut(&text, '\n');
  while (mlo_str_starts(line, MLO_STR("#"))) line = mlo_str_from(line, 1);
  line = mlo_str_trim(line);
  while (line.len && strchr("*_`#", line.ptr[0])) line = mlo_str_from(line, 1);
  while (line.len && strchr("*_`#:", line.ptr[line.len - 1])) line.len--;
  return mlo_str_trim(line);
}

/* The first call at or behind an offset: calls are in document order. */
static uint32_t first_call(const mlo_plan *self, uint32_t offset) {
  const mlo_facts *facts = self->request->facts;
  uint32_t low = 0, high = facts->calls.len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (self->tree->nodes[facts->calls.items[middle].node].start < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* What calls say of a step, the most telling first. */
static mlo_str deed(const mlo_plan *self, const mlo_step *step) {
  static const struct {
    const char *call, *name;
  } deeds[] = {{"train_test_split", "split"},
               {"fit", "train"},
               {"fit_transform", "transform"},
               {"predict", "predict"},
               {"accuracy_score", "evaluate"},
               {"classification_report", "evaluate"},
               {"mean_squared_error", "evaluate"},
               {"read_csv", "load"},
               {"read_parquet", "load"},
               {"read_sql", "load"},
               {"load", "load"},
               {"plot", "plot"},
               {"hist", "plot"},
               {"dump", "save"},
               {"save", "save"},
               {"merge", "merge"},
               {"groupby", "aggregate"},
               {"dropna", "clean"},
               {"fillna", "clean"}};
  const mlo_facts *facts = self->request->facts;
  uint32_t from = first_call(self, self->items.items[step->first_item].span.start);
  uint32_t to = first_call(self, self->items.items[step->last_item - 1].span.end);
  for (size_t d = 0; d < sizeof deeds / sizeof *deeds; d++)
    for (uint32_t i = from; i < to; i++)
      if (mlo_str_eq(facts->calls.items[i].method, mlo_str_c(deeds[d].call)))
        return mlo_str_c(deeds[d].name);
  return (mlo_str){0};
}

static mlo_str first_given(const mlo_plan *self, const mlo_step *step) {
  if (!step->gives.len) return (mlo_str){0};
  mlo_str name = slug(self->names.items[step->gives.items[0]].name, self->arena);
  return name;
}

/* Names of the notebook, in whatever scope, and of steps. What a function calls its own would hide a step's name. */
static void collect_taken(mlo_plan *self) {
  const mlo_facts *facts = self->request->facts;
  for (uint32_t i = 0; i < self->names.len; i++)
    *mlo_map_put(&self->taken, self->names.items[i].name, self->arena) = 1;
  for (uint32_t i = 0; i < facts->bindings.len; i++)
    *mlo_map_put(&self->taken, facts->bindings.items[i].name, self->arena) = 1;
}

static bool is_taken(const mlo_plan *self, mlo_str name) {
  return is_keyword(name) || mlo_is_builtin(name) || mlo_map_get(&self->taken, name);
}

/* The wish, or make_WISH, or WISH_2 and so on; a wish remembers how far it has counted. */
static mlo_str free_name(mlo_plan *self, mlo_str wish) {
  mlo_str name = wish;
  if (is_taken(self, name)) name = mlo_arena_concat(self->arena, MLO_STR("make_"), wish);
  for (uint32_t i = 2; is_taken(self, name); i++) {
    uint32_t *count = mlo_map_put(&self->taken, wish, self->arena);
    if (*count > i) i = *count;
    *count = i + 1;
    name = mlo_arena_format(self->arena, "%.*s_%u", MLO_FMT(wish), i);
  }
  *mlo_map_put(&self->taken, name, self->arena) = 1;
  return name;
}

static mlo_str wish_for(mlo_plan *self, const mlo_step *step) {
  mlo_str title = slug(step->title, self->arena), what = deed(self, step);
  if (title.len >= 3 && title.ptr[0] >= 'a') return title;
  mlo_str given = first_given(self, step);
  if (what.len && given.len) return mlo_arena_join(self->arena, what, "_", given);
  if (what.len) return mlo_arena_concat(self->arena, what, MLO_STR("_data"));
  if (given.len) return mlo_arena_concat(self->arena, MLO_STR("make_"), given);
  uint32_t cell = self->request->module->cells.items[self->items.items[step->first_item].cell].cell;
  return mlo_arena_format(self->arena, "cell_%u",
                          cell == MLO_NO_CELL ? 0
                                              : self->request->notebook->cells.items[cell].number);
}

void mlo_plan_name_steps(mlo_plan *self) {
  collect_taken(self);
  for (uint32_t i = 0; i < self->steps.len; i++) {
    mlo_step *step = &self->steps.items[i];
    step->title = heading_text(self, step);
    if (!step->is_empty) step->name = free_name(self, wish_for(self, step));
  }
  mlo_str show = MLO_STR("show");
  self->show = free_name(self, is_taken(self, show) ? MLO_STR("show_value") : show);
}
