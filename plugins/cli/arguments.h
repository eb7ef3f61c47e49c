/* arguments: a command's options as a table, and what the user gave of them. */
#ifndef MLO_ARGUMENTS_H
#define MLO_ARGUMENTS_H

#include "base/nearest.h"
#include "mlopslint.h"

/* One option of a command. Its index in the command's table is its identity. */
typedef struct mlo_flag {
  const char *name;    /* without the dashes */
  const char *value;   /* what it takes, as the help names it: "FILE"; NULL: it is a switch */
  const char *choices; /* the words it may be, separated by '|'; NULL: anything */
  const char *help;
  char letter; /* -q; 0: none */
} mlo_flag;

typedef struct mlo_argument {
  uint32_t flag;
  mlo_str value; /* empty for a switch */
} mlo_argument;

typedef MLO_ARRAY(mlo_str) mlo_words;

typedef struct mlo_arguments {
  MLO_ARRAY(mlo_argument) given; /* in the user's order */
  mlo_words operands;
  bool help; /* --help or -h is among them: nothing else was looked at */
} mlo_arguments;

/* Reads argv. Fails with MLO_ERR_USAGE, naming the nearest known word. Values borrow from argv. */
mlo_status mlo_arguments_read(const mlo_flag *flags, uint32_t flag_count, char *const *argv,
                              int argc, mlo_arena *arena, mlo_arguments *out, mlo_error *err);

/* The nearest word if it is near enough to be worth a question; else ptr NULL. */
mlo_str mlo_nearest_suggestion(const mlo_nearest *nearest);

bool mlo_arguments_has(const mlo_arguments *self, uint32_t flag);
/* The last value given; ptr NULL if there is none. */
mlo_str mlo_arguments_last(const mlo_arguments *self, uint32_t flag);
/* All values given, split at commas, without spaces and empty ones. */
mlo_words mlo_arguments_words(const mlo_arguments *self, uint32_t flag, mlo_arena *arena);

#endif
