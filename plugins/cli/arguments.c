#include "plugins/cli/arguments.h"

typedef struct reader {
  const mlo_flag *flags;
  uint32_t flag_count;
  char *const *argv;
  int argc, at;
  mlo_arena *arena;
  mlo_arguments *out;
  mlo_error *err;
} reader;

static mlo_status usage(reader *self, mlo_str message) {
  return mlo_error_set(self->err, MLO_ERR_USAGE, (mlo_str){0}, "%.*s", MLO_FMT(message));
}

static mlo_status unknown_flag(reader *self, mlo_str name) {
  mlo_nearest nearest = {.word = name};
  for (uint32_t i = 0; i < self->flag_count; i++)
    mlo_nearest_offer(&nearest, mlo_str_c(self->flags[i].name));
  mlo_nearest_offer(&nearest, MLO_STR("help"));
  mlo_str near = mlo_nearest_suggestion(&nearest);
  if (!near.ptr)
    return usage(self, mlo_arena_format(self->arena, "unknown option '--%.*s'", MLO_FMT(name)));
  return usage(self,
               mlo_arena_format(self->arena, "unknown option '--%.*s'; did you mean '--%.*s'?",
                                MLO_FMT(name), MLO_FMT(near)));
}

static mlo_status check_choice(reader *self, const mlo_flag *flag, mlo_str value) {
  if (!flag->choices) return MLO_OK;
  mlo_nearest nearest = {.word = value};
  for (mlo_str rest = mlo_str_c(flag->choices); rest.ptr;) {
    mlo_str choice = mlo_str_cut(&rest, '|');
    if (mlo_str_eq(choice, value)) return MLO_OK;
    mlo_nearest_offer(&nearest, choice);
  }
  mlo_str near = mlo_nearest_suggestion(&nearest), hint = {0};
  if (near.ptr) hint = mlo_arena_format(self->arena, "; did you mean '%.*s'?", MLO_FMT(near));
  return usage(self, mlo_arena_format(self->arena, "--%s can't be '%.*s': it is one of %s%.*s",
                                      flag->name, MLO_FMT(value), flag->choices, MLO_FMT(hint)));
}

static mlo_status give(reader *self, uint32_t flag, mlo_str value) {
  mlo_argument argument = {flag, value};
  MLO_PUSH(self->arena, &self->out->given, argument);
  return self->flags[flag].value ? check_choice(self, &self->flags[flag], value) : MLO_OK;
}

static mlo_status give_next(reader *self, uint32_t flag) {
  if (self->at == self->argc)
    return usage(self, mlo_arena_format(self->arena, "--%s needs a value: %s",
                                        self->flags[flag].name, self->flags[flag].value));
  return give(self, flag, mlo_str_c(self->argv[self->at++]));
}

/* --name, --name=value, --name value. */
static mlo_status read_long(reader *self, mlo_str text) {
  mlo_str value = text, name = mlo_str_cut(&value, '=');
  for (uint32_t i = 0; i < self->flag_count; i++) {
    const mlo_flag *flag = &self->flags[i];
    if (!mlo_str_eq(mlo_str_c(flag->name), name)) continue;
    if (flag->value) return value.ptr ? give(self, i, value) : give_next(self, i);
    if (!value.ptr) return give(self, i, (mlo_str){0});
    return usage(self, mlo_arena_format(self->arena, "--%s takes no value", flag->name));
  }
  return unknown_flag(self, name);
}

/* -q, -qv, -j 4, -j4. */
static mlo_status read_letters(reader *self, mlo_str letters) {
  for (size_t at = 0; at < letters.len; at++) {
    uint32_t i = 0;
    while (i < self->flag_count && self->flags[i].letter != letters.ptr[at]) i++;
    if (i == self->flag_count)
      return usage(self, mlo_arena_format(self->arena, "unknown option '-%.*s'",
                                          MLO_FMT(mlo_str_from(letters, at))));
    mlo_str rest = mlo_str_from(letters, at + 1);
    if (self->flags[i].value) return rest.len ? give(self, i, rest) : give_next(self, i);
    mlo_status status = give(self, i, (mlo_str){0});
    if (status != MLO_OK) return status;
  }
  return MLO_OK;
}

static bool asks_for_help(const reader *self) {
  for (int i = 0; i < self->argc; i++) {
    mlo_str word = mlo_str_c(self->argv[i]);
    if (mlo_str_eq(word, MLO_STR("--"))) return false;
    if (mlo_str_eq(word, MLO_STR("--help")) || mlo_str_eq(word, MLO_STR("-h"))) return true;
  }
  return false;
}

static mlo_status read_word(reader *self, bool *only_operands) {
  mlo_str word = mlo_str_c(self->argv[self->at++]);
  if (*only_operands || word.len < 2 || word.ptr[0] != '-') {
    MLO_PUSH(self->arena, &self->out->operands, word);
    return MLO_OK;
  }
  *only_operands = mlo_str_eq(word, MLO_STR("--"));
  if (*only_operands) return MLO_OK;
  if (word.ptr[1] == '-') return read_long(self, mlo_str_from(word, 2));
  return read_letters(self, mlo_str_from(word, 1));
}

mlo_status mlo_arguments_read(const mlo_flag *flags, uint32_t flag_count, char *const *argv,
                              int argc, mlo_arena *arena, mlo_arguments *out, mlo_error *err) {
  reader self = {flags, flag_count, argv, argc, 0, arena, out, err};
  out->help = asks_for_help(&self);
  bool only_operands = false;
  mlo_status status = MLO_OK;
  while (!out->help && status == MLO_OK && self.at < argc)
    status = read_word(&self, &only_operands);
  return status;
}

mlo_str mlo_nearest_suggestion(const mlo_nearest *nearest) {
  size_t near_enough = nearest->word.len < 4 ? 1 : nearest->word.len / 3 + 1;
  bool near = nearest->best.len && nearest->distance <= near_enough;
  return near ? nearest->best : (mlo_str){0};
}

bool mlo_arguments_has(const mlo_arguments *self, uint32_t flag) {
  for (uint32_t i = 0; i < self->given.len; i++)
    if (self->given.items[i].flag == flag) return true;
  return false;
}

mlo_str mlo_arguments_last(const mlo_arguments *self, uint32_t flag) {
  for (uint32_t i = self->given.len; i-- > 0;)
    if (self->given.items[i].flag == flag) return self->given.items[i].value;
  return (mlo_str){0};
}

mlo_words mlo_arguments_words(const mlo_arguments *self, uint32_t flag, mlo_arena *arena) {
  mlo_words words = {0};
  for (uint32_t i = 0; i < self->given.len; i++) {
    if (self->given.items[i].flag != flag) continue;
    for (mlo_str rest = self->given.items[i].value; rest.ptr;) {
      mlo_str word = mlo_str_trim(mlo_str_cut(&rest, ','));
      if (word.len) MLO_PUSH(arena, &words, word);
    }
  }
  return words;
}
