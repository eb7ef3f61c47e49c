/* summaries: what functions of the project's modules do, made for all of a module when one is first asked for. */
#include "project/interfaces.h"

enum { MOST_FUNCTIONS = 400 };

/* What one module's functions do, in the reader's scratch. */
typedef struct made_summaries {
  MLO_ARRAY(mlo_str) names;
  MLO_ARRAY(mlo_function_summary) items;
} made_summaries;

static bool make(mlo_interfaces *self, mlo_str path, mlo_module_reader *reader,
                 made_summaries *out) {
  mlo_arena *arena = &reader->scratch;
  mlo_facts facts;
  if (!mlo_interfaces_read_facts(self, path, reader, &facts)) return false;
  static const mlo_str own = MLO_STR_INIT("<module>.");
  for (uint32_t i = 0; i < facts.functions.len && i < MOST_FUNCTIONS; i++) {
    mlo_node definition = facts.functions.items[i].node;
    mlo_str name = mlo_facts_name(&facts, mlo_tree_field(facts.tree, definition, MLO_FIELD_NAME));
    if (!mlo_str_starts(name, own)) continue;
    mlo_function_summary summary = {0};
    mlo_facts_summary(&facts, i, &summary);
    MLO_PUSH(arena, &out->names, mlo_str_from(name, own.len));
    MLO_PUSH(arena, &out->items, summary);
  }
  return true;
}

/* --- keeping them --- */

typedef MLO_ARRAY(mlo_str) name_list;

static void keep_names(name_list *names, mlo_arena *arena) {
  mlo_str *copy = MLO_NEW_ARRAY(arena, mlo_str, names->len + 1);
  for (uint32_t i = 0; i < names->len; i++) copy[i] = mlo_arena_str(arena, names->items[i]);
  names->items = copy;
  names->cap = names->len;
}

#define KEEP_NAMES(list, arena)                                                                    \
  do {                                                                                             \
    name_list names_ = {(list).items, (list).len, (list).cap};                                     \
    keep_names(&names_, (arena));                                                                  \
    (list).items = names_.items;                                                                   \
    (list).cap = names_.cap;                                                                       \
  } while (0)

static const mlo_function_summary *keep(const mlo_function_summary *made, mlo_arena *arena) {
  mlo_function_summary *out = MLO_NEW(arena, mlo_function_summary);
  out->tuple = made->tuple;
  for (uint32_t i = 0; i < made->parameters.len; i++) {
    mlo_summary_parameter parameter = made->parameters.items[i];
    parameter.name = mlo_arena_str(arena, parameter.name);
    MLO_PUSH(arena, &out->parameters, parameter);
  }
  for (uint32_t i = 0; i < made->returned.len; i++) {
    mlo_returned returned = made->returned.items[i];
    returned.call = mlo_arena_str(arena, returned.call);
    KEEP_NAMES(returned.columns.has, arena);
    KEEP_NAMES(returned.columns.lost, arena);
    MLO_PUSH(arena, &out->returned, returned);
  }
  return out;
}

static mlo_str key_of(mlo_str path, mlo_str name, mlo_arena *arena) {
  return mlo_arena_format(arena, "%.*s%c%.*s", MLO_FMT(path), 0, MLO_FMT(name));
}

/* The module itself stands under no name, so that one without functions is read once too. The last function of a name
 * counts, as in Python. */
static void publish(mlo_interfaces *self, mlo_str path, const made_summaries *made) {
  mlo_arena *arena = &self->arena;
  pthread_mutex_lock(&self->lock);
  uint32_t *module = mlo_map_put(&self->summarised, key_of(path, (mlo_str){0}, arena), arena);
  bool first = *module == 0;
  *module = 1;
  for (uint32_t i = 0; i < made->items.len && first; i++) {
    MLO_PUSH(arena, &self->summaries, keep(&made->items.items[i], arena));
    *mlo_map_put(&self->summarised, key_of(path, made->names.items[i], arena), arena) =
        self->summaries.len;
  }
  pthread_mutex_unlock(&self->lock);
}

static bool look_up(mlo_interfaces *self, mlo_str path, mlo_str name, mlo_arena *arena,
                    const mlo_function_summary **out) {
  mlo_str key = key_of(path, name, arena), module = key_of(path, (mlo_str){0}, arena);
  pthread_mutex_lock(&self->lock);
  bool known = mlo_map_get(&self->summarised, module) != NULL;
  const uint32_t *index = mlo_map_get(&self->summarised, key);
  *out = index ? self->summaries.items[*index - 1] : NULL;
  pthread_mutex_unlock(&self->lock);
  return known;
}

const mlo_function_summary *mlo_interfaces_summary(mlo_interfaces *self, mlo_str path, mlo_str name,
                                                   mlo_module_reader *reader, mlo_arena *arena) {
  const mlo_function_summary *found = NULL;
  if (look_up(self, path, name, arena, &found)) return found;
  mlo_arena_reset(&reader->scratch);
  made_summaries made = {0};
  volatile bool whole = false;
  if (setjmp(reader->full) == 0) whole = make(self, path, reader, &made);
  publish(self, path, whole ? &made : &(made_summaries){0});
  look_up(self, path, name, arena, &found);
  return found;
}
