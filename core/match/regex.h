/* regex: PCRE2 within bounds. A rule's expression may backtrack without end over a file that was made for it, and
 * PCRE2's own limit counts anew at each place where a match may begin. So a search looks at a window of such places at
 * a time and comes back between windows: the caller counts, or looks at the clock, and goes on or not. */
#ifndef MLO_REGEX_H
#define MLO_REGEX_H

#include "base/error.h"
#include "base/str.h"

/* A compiled expression, const from then on. */
typedef struct mlo_regex mlo_regex;
/* What one thread matches with. */
typedef struct mlo_regex_scratch mlo_regex_scratch;

/* Whether pattern compiles. */
mlo_status mlo_regex_check(mlo_str pattern, mlo_error *err);
/* any_bytes: subjects need not be UTF-8. */
mlo_status mlo_regex_new(mlo_str pattern, bool any_bytes, mlo_regex **out, mlo_error *err);
void mlo_regex_free(mlo_regex *self);
/* Bytes of memory that it holds. */
size_t mlo_regex_size(const mlo_regex *self);

mlo_status mlo_regex_scratch_new(mlo_regex_scratch **out, mlo_error *err);
void mlo_regex_scratch_free(mlo_regex_scratch *self);

typedef struct mlo_regex_search {
  const mlo_regex *regex;
  mlo_regex_scratch *scratch;
  mlo_str subject;
  size_t at;     /* where the next match may begin; past the end when the search is over */
  size_t window; /* private; 0 at first */
} mlo_regex_search;

typedef enum mlo_regex_answer {
  MLO_REGEX_FOUND,
  MLO_REGEX_NONE,    /* no more */
  MLO_REGEX_PAUSE,   /* nothing in this window: ask again */
  MLO_REGEX_TOO_LONG /* it takes too long here: the search is over */
} mlo_regex_answer;

/* The next match. ends: start and end of it and of each of its groups, MLO_REGEX_UNSET if a group took no part; they
 * are the scratch's and hold until it is used again. count: of those pairs. */
mlo_regex_answer mlo_regex_next(mlo_regex_search *self, const size_t **ends, uint32_t *count);
#define MLO_REGEX_UNSET (~(size_t)0)

#endif
