#include "match/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

enum {
  LONGEST_PATTERN = 8192,
  MOST_GROUPS = 32,
  SMALLEST_WINDOW = 16,
  LARGEST_WINDOW = 4096,
  STEPS_FOR_ONE_WINDOW = 1 << 24 /* shared by the places in it */
};

struct mlo_regex {
  pcre2_code *code;
  uint32_t options; /* for matching */
  uint32_t groups;  /* with the match itself */
};

struct mlo_regex_scratch {
  pcre2_match_data *match;
  pcre2_match_context *limits;
};

static mlo_status compile(mlo_str pattern, uint32_t options, pcre2_code **out, mlo_error *err) {
  if (pattern.len > LONGEST_PATTERN)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, (mlo_str){0}, "the regex is over %d bytes long",
                         LONGEST_PATTERN);
  int code = 0;
  PCRE2_SIZE at = 0;
  *out = pcre2_compile((PCRE2_SPTR)(pattern.len ? pattern.ptr : ""), pattern.len,
                       PCRE2_UTF | PCRE2_USE_OFFSET_LIMIT | options, &code, &at, NULL);
  if (*out) return MLO_OK;
  PCRE2_UCHAR why[128] = {0};
  pcre2_get_error_message(code, why, sizeof why);
  return mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0}, "the regex does not compile at %zu: %s",
                       (size_t)at, (const char *)why);
}

mlo_status mlo_regex_check(mlo_str pattern, mlo_error *err) {
  pcre2_code *code = NULL;
  mlo_status status = compile(pattern, 0, &code, err);
  pcre2_code_free(code);
  return status;
}

mlo_status mlo_regex_new(mlo_str pattern, bool any_bytes, mlo_regex **out, mlo_error *err) {
  mlo_regex *self = calloc(1, sizeof *self);
  if (!self) return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  self->options = any_bytes ? 0 : PCRE2_NO_UTF_CHECK;
  mlo_status status = compile(pattern, any_bytes ? PCRE2_MATCH_INVALID_UTF : 0, &self->code, err);
  if (status != MLO_OK) {
    free(self);
    return status;
  }
  pcre2_jit_compile(self->code, PCRE2_JIT_COMPLETE);
  pcre2_pattern_info(self->code, PCRE2_INFO_CAPTURECOUNT, &self->groups);
  self->groups = self->groups < MOST_GROUPS ? self->groups + 1 : MOST_GROUPS;
  *out = self;
  return MLO_OK;
}

void mlo_regex_free(mlo_regex *self) {
  if (!self) return;
  pcre2_code_free(self->code);
  free(self);
}

size_t mlo_regex_size(const mlo_regex *self) {
  size_t code = 0, machine = 0;
  pcre2_pattern_info(self->code, PCRE2_INFO_SIZE, &code);
  pcre2_pattern_info(self->code, PCRE2_INFO_JITSIZE, &machine);
  return sizeof *self + code + machine;
}

mlo_status mlo_regex_scratch_new(mlo_regex_scratch **out, mlo_error *err) {
  mlo_regex_scratch *self = calloc(1, sizeof *self);
  if (self) {
    self->match = pcre2_match_data_create(MOST_GROUPS, NULL);
    self->limits = pcre2_match_context_create(NULL);
  }
  if (self && self->match && self->limits) {
    *out = self;
    return MLO_OK;
  }
  mlo_regex_scratch_free(self);
  return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
}

void mlo_regex_scratch_free(mlo_regex_scratch *self) {
  if (!self) return;
  pcre2_match_data_free(self->match);
  pcre2_match_context_free(self->limits);
  free(self);
}

static int match_window(const mlo_regex_search *self) {
  size_t last = self->at + self->window - 1;
  pcre2_set_offset_limit(self->scratch->limits,
                         last < self->subject.len ? last : self->subject.len);
  pcre2_set_match_limit(self->scratch->limits, (uint32_t)(STEPS_FOR_ONE_WINDOW / self->window));
  return pcre2_match(self->regex->code, (PCRE2_SPTR)(self->subject.len ? self->subject.ptr : ""),
                     self->subject.len, self->at, self->regex->options, self->scratch->match,
                     self->scratch->limits);
}

/* `at` or, if that is inside of a character, behind it. */
static size_t next_character(mlo_str text, size_t at) {
  while (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80) at++;
  return at;
}

/* No match begins in the window: go on behind it, with more at a time. */
static mlo_regex_answer pause_search(mlo_regex_search *self) {
  if (self->window > self->subject.len - self->at) {
    self->at = self->subject.len + 1;
    return MLO_REGEX_NONE;
  }
  self->at = next_character(self->subject, self->at + self->window);
  if (self->window < LARGEST_WINDOW) self->window *= 2;
  return MLO_REGEX_PAUSE;
}

mlo_regex_answer mlo_regex_next(mlo_regex_search *self, const size_t **ends, uint32_t *count) {
  if (self->at > self->subject.len) return MLO_REGEX_NONE;
  if (!self->window) self->window = SMALLEST_WINDOW;
  int groups = match_window(self);
  if (groups == PCRE2_ERROR_NOMATCH) return pause_search(self);
  if (groups < 0 && self->window > SMALLEST_WINDOW) {
    self->window = SMALLEST_WINDOW;
    return MLO_REGEX_PAUSE;
  }
  if (groups < 0) {
    self->at = self->subject.len + 1;
    return MLO_REGEX_TOO_LONG;
  }
  *ends = pcre2_get_ovector_pointer(self->scratch->match);
  *count = self->regex->groups;
  size_t from = (*ends)[0], to = (*ends)[1];
  self->at = to > from ? to : next_character(self->subject, to + 1);
  return MLO_REGEX_FOUND;
}
