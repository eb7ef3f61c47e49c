#include "document/dependency.h"

#include <ctype.h>

/* Versions as PEP 440 orders them (https://peps.python.org/pep-0440/), and what specifiers say of them. */

static bool is_digit_at(mlo_str s, size_t at) {
  return at < s.len && isdigit((unsigned char)s.ptr[at]);
}

/* Takes the digits at the front; leading zeros dropped, so that numbers of any size compare as text. */
static mlo_str take_digits(mlo_str *s) {
  size_t end = 0, zeros = 0;
  while (is_digit_at(*s, end)) end++;
  while (zeros < end && s->ptr[zeros] == '0') zeros++;
  mlo_str digits = mlo_str_slice(*s, zeros, end);
  *s = mlo_str_from(*s, end);
  return digits;
}

static int compare_numbers(mlo_str a, mlo_str b) {
  if (a.len != b.len) return a.len < b.len ? -1 : 1;
  return mlo_str_compare(a, b);
}

/* What stands behind the release: order decides first, then the number. */
typedef struct suffix {
  int order;
  mlo_str number;
} suffix;

/* a < b < rc < nothing; nothing < post; dev < nothing. */
enum { EARLIEST = -9, ALPHA = 1, BETA = 2, CANDIDATE = 3, LATEST = 9 };

typedef struct version {
  mlo_str epoch, release, local;
  suffix pre, post, dev;
} version;

static const struct tag {
  const char *text;
  char kind; /* p: pre-release, P: post-release, d: development release */
  int order;
} tags[] = {
    {"alpha", 'p', ALPHA},   {"beta", 'p', BETA},    {"preview", 'p', CANDIDATE},
    {"pre", 'p', CANDIDATE}, {"rc", 'p', CANDIDATE}, {"post", 'P', 0},
    {"rev", 'P', 0},         {"dev", 'd', 0},        {"a", 'p', ALPHA},
    {"b", 'p', BETA},        {"c", 'p', CANDIDATE},  {"r", 'P', 0},
};

static const struct tag *take_tag(mlo_str *s) {
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
    mlo_str text = mlo_str_c(tags[i].text);
    if (!mlo_str_eq_nocase(mlo_str_slice(*s, 0, text.len), text)) continue;
    *s = mlo_str_from(*s, text.len);
    return &tags[i];
  }
  return NULL;
}

static void skip_separator(mlo_str *s) {
  if (s->len && strchr(".-_", s->ptr[0]) && s->ptr[0]) *s = mlo_str_from(*s, 1);
}

/* One of rc1, .post2, -3, .dev4; false at anything else. */
static bool take_suffix(mlo_str *s, version *out) {
  mlo_str rest = *s;
  if (rest.len && rest.ptr[0] == '-' && is_digit_at(rest, 1)) {
    rest = mlo_str_from(rest, 1);
    out->post = (suffix){0, take_digits(&rest)};
    *s = rest;
    return true;
  }
  skip_separator(&rest);
  const struct tag *found = take_tag(&rest);
  if (!found) return false;
  if (rest.len && !isdigit((unsigned char)rest.ptr[0]) && is_digit_at(rest, 1))
    skip_separator(&rest);
  suffix number = {found->order, take_digits(&rest)};
  if (found->kind == 'p')
    out->pre = number;
  else if (found->kind == 'P')
    out->post = number;
  else
    out->dev = number;
  *s = rest;
  return true;
}

static mlo_str take_release(mlo_str *s) {
  size_t end = 0;
  while (is_digit_at(*s, end) || (end < s->len && s->ptr[end] == '.' && is_digit_at(*s, end + 1)))
    end++;
  mlo_str release = mlo_str_slice(*s, 0, end);
  *s = mlo_str_from(*s, end);
  return release;
}

static version read_version(mlo_str s) {
  s = mlo_str_trim(s);
  if (s.len && (s.ptr[0] == 'v' || s.ptr[0] == 'V')) s = mlo_str_from(s, 1);
  version out = {.pre = {LATEST, {0}}, .post = {EARLIEST, {0}}, .dev = {LATEST, {0}}};
  size_t epoch = mlo_str_find_char(s, '!');
  if (epoch != SIZE_MAX) {
    mlo_str number = mlo_str_slice(s, 0, epoch);
    out.epoch = take_digits(&number);
    s = mlo_str_from(s, epoch + 1);
  }
  out.release = take_release(&s);
  while (take_suffix(&s, &out)) {
  }
  if (s.len && s.ptr[0] == '+') out.local = mlo_str_from(s, 1);
  if (out.pre.order == LATEST && out.post.order == EARLIEST && out.dev.order != LATEST)
    out.pre.order = EARLIEST;
  return out;
}

/* Missing parts count as 0. */
static int compare_releases(mlo_str a, mlo_str b) {
  while (a.len || b.len) {
    int order = compare_numbers(take_digits(&a), take_digits(&b));
    if (order != 0) return order;
    a = mlo_str_from(a, a.len > 0);
    b = mlo_str_from(b, b.len > 0);
  }
  return 0;
}

static int compare_suffixes(suffix a, suffix b) {
  return a.order != b.order ? a.order - b.order : compare_numbers(a.number, b.number);
}

static mlo_str cut_local(mlo_str *s) {
  size_t end = 0;
  while (end < s->len && isalnum((unsigned char)s->ptr[end])) end++;
  mlo_str part = mlo_str_slice(*s, 0, end);
  *s = mlo_str_from(*s, end + 1);
  return part;
}

static bool is_number(mlo_str s) {
  for (size_t i = 0; i < s.len; i++)
    if (!is_digit_at(s, i)) return false;
  return s.len > 0;
}

/* Part by part: numbers above words, more parts above fewer. */
static int compare_locals(mlo_str a, mlo_str b) {
  while (a.len && b.len) {
    mlo_str x = cut_local(&a), y = cut_local(&b);
    bool number = is_number(x);
    if (number != is_number(y)) return number ? 1 : -1;
    int order = number ? compare_numbers(take_digits(&x), take_digits(&y)) : mlo_str_compare(x, y);
    if (order != 0) return order;
  }
  return (a.len > 0) - (b.len > 0);
}

int mlo_version_compare(mlo_str a, mlo_str b) {
  version x = read_version(a), y = read_version(b);
  int order = compare_numbers(x.epoch, y.epoch);
  if (order == 0) order = compare_releases(x.release, y.release);
  if (order == 0) order = compare_suffixes(x.pre, y.pre);
  if (order == 0) order = compare_suffixes(x.post, y.post);
  if (order == 0) order = compare_suffixes(x.dev, y.dev);
  return order != 0 ? order : compare_locals(x.local, y.local);
}

/* --- specifiers --- */

/* The version behind an operator, without wildcard, build string and "v". */
static mlo_str bare_version(mlo_str s) {
  s = mlo_str_trim(s);
  if (s.len && (s.ptr[0] == 'v' || s.ptr[0] == 'V')) s = mlo_str_from(s, 1);
  if (!is_digit_at(s, 0)) return (mlo_str){0};
  size_t end = 0;
  while (end < s.len &&
         (isalnum((unsigned char)s.ptr[end]) || (s.ptr[end] && strchr("._-+!", s.ptr[end]))))
    end++;
  while (end > 0 && strchr("._-+!", s.ptr[end - 1])) end--;
  return mlo_str_slice(s, 0, end);
}

/* The lower bound that one part states: all operators but <, <=, != do. */
static mlo_str bound_of(mlo_str part) {
  part = mlo_str_trim(part);
  size_t at = 0;
  while (at < part.len && part.ptr[at] && strchr("<>=!~^", part.ptr[at])) at++;
  mlo_str operator= mlo_str_slice(part, 0, at);
  bool none = operator.len &&(operator.ptr[0] == '<' || operator.ptr[0] == '!');
  return none ? (mlo_str){0} : bare_version(mlo_str_from(part, at));
}

/* All parts must hold: the highest of their bounds. */
static mlo_str highest_bound(mlo_str parts) {
  mlo_str highest = {0};
  while (parts.ptr) {
    mlo_str bound = bound_of(mlo_str_cut(&parts, ','));
    if (bound.len && (highest.len == 0 || mlo_version_compare(bound, highest) > 0)) highest = bound;
  }
  return highest;
}

/* Poetry and conda know alternatives (|| and |): the lowest counts, and one without a bound leaves none. */
mlo_str mlo_specifier_lowest(mlo_str specifier) {
  mlo_str lowest = {0};
  bool first = true;
  while (specifier.ptr) {
    mlo_str part = mlo_str_cut(&specifier, '|');
    if (mlo_str_trim(part).len == 0) continue;
    mlo_str bound = highest_bound(part);
    if (bound.len == 0) return bound;
    if (first || mlo_version_compare(bound, lowest) < 0) lowest = bound;
    first = false;
  }
  return lowest;
}
