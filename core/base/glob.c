#include "base/glob.h"

#include <ctype.h>

typedef struct class_name {
  mlo_str name;
  int (*holds)(int c);
} class_name;

static const class_name class_names[] = {
    {MLO_STR_INIT("alnum"), isalnum}, {MLO_STR_INIT("alpha"), isalpha},
    {MLO_STR_INIT("blank"), isblank}, {MLO_STR_INIT("cntrl"), iscntrl},
    {MLO_STR_INIT("digit"), isdigit}, {MLO_STR_INIT("graph"), isgraph},
    {MLO_STR_INIT("lower"), islower}, {MLO_STR_INIT("print"), isprint},
    {MLO_STR_INIT("punct"), ispunct}, {MLO_STR_INIT("space"), isspace},
    {MLO_STR_INIT("upper"), isupper}, {MLO_STR_INIT("xdigit"), isxdigit}};

/* isalpha and its like ask the locale; path patterns are about ASCII. */
static bool named_class_holds(mlo_str name, unsigned char c) {
  for (size_t i = 0; i < sizeof class_names / sizeof *class_names; i++)
    if (mlo_str_eq(class_names[i].name, name)) return c < 128 && class_names[i].holds(c);
  return false;
}

/* The [:name:] at s[at], or empty. */
static mlo_str named_class(mlo_str s, size_t at) {
  mlo_str rest = mlo_str_from(s, at);
  if (!mlo_str_starts(rest, MLO_STR("[:"))) return (mlo_str){0};
  size_t end = mlo_str_find_char(mlo_str_from(rest, 2), ']');
  if (end == SIZE_MAX || end < 2 || rest.ptr[end + 1] != ':') return (mlo_str){0};
  return mlo_str_slice(rest, 2, end + 1);
}

/* Reads one member of a class, escapes undone, and moves *at behind it. */
static unsigned char class_member(mlo_str s, size_t *at) {
  if (s.ptr[*at] == '\\' && *at + 1 < s.len) (*at)++;
  return (unsigned char)s.ptr[(*at)++];
}

static bool is_range(mlo_str s, size_t at) {
  return at + 1 < s.len && s.ptr[at] == '-' && s.ptr[at + 1] != ']';
}

/* Matches c against the class whose '[' stands at *at, and moves *at behind its ']'. A class without end matches
 * nothing, as in git. */
static bool class_holds(mlo_str s, size_t *at, unsigned char c) {
  size_t i = *at + 1;
  bool negated = i < s.len && (s.ptr[i] == '!' || s.ptr[i] == '^');
  bool found = false;
  if (negated) i++;
  for (size_t first = i; i < s.len && (s.ptr[i] != ']' || i == first);) {
    mlo_str name = named_class(s, i);
    if (name.len) {
      found |= named_class_holds(name, c);
      i += name.len + 4;
      continue;
    }
    unsigned char low = class_member(s, &i), high = low;
    if (is_range(s, i)) i++, high = class_member(s, &i);
    found |= low <= c && c <= high;
  }
  *at = i + 1;
  return i < s.len && c != '/' && found != negated;
}

/* Matches one character of the path against what stands at *at in the pattern, and moves *at behind that. */
static bool one_holds(mlo_str pattern, size_t *at, char c) {
  if (*at >= pattern.len) return false;
  switch (pattern.ptr[*at]) {
  case '?': ++*at; return c != '/';
  case '[': return class_holds(pattern, at, (unsigned char)c);
  case '\\':
    if (++*at == pattern.len) return false;
    break;
  default: break;
  }
  return pattern.ptr[(*at)++] == c;
}

/* Where the stars at `at` end. */
static size_t stars_end(mlo_str pattern, size_t at) {
  while (at < pattern.len && pattern.ptr[at] == '*') at++;
  return at;
}

/* Two or more stars are special only as a whole part of the path. */
static bool is_deep(mlo_str pattern, size_t from, size_t to) {
  return to - from >= 2 && (from == 0 || pattern.ptr[from - 1] == '/') &&
         (to == pattern.len || pattern.ptr[to] == '/');
}

/* A place to try again from: pattern offset and path offset; the pattern's is never 0. */
typedef struct retry {
  size_t pattern, path;
} retry;

/* On a mismatch the last '*' takes one more character of its part of the path; when it can't, the last double star
 * takes one more part. Earlier stars need no second try: what they matched ends where a later one begins. */
static bool try_again(mlo_str path, retry *star, retry *deep) {
  if (star->pattern && star->path < path.len && path.ptr[star->path] != '/') {
    star->path++;
    return true;
  }
  *star = (retry){0};
  if (!deep->pattern) return false;
  size_t slash = mlo_str_find_char(mlo_str_from(path, deep->path), '/');
  if (slash == SIZE_MAX) return false;
  deep->path += slash + 1;
  return true;
}

bool mlo_glob_match(mlo_str pattern, mlo_str path) {
  retry star = {0}, deep = {0};
  size_t p = 0, t = 0;
  while (p < pattern.len || t < path.len) {
    if (p < pattern.len && pattern.ptr[p] == '*') {
      size_t end = stars_end(pattern, p);
      if (!is_deep(pattern, p, end)) {
        star = (retry){end, t};
        p = end;
        continue;
      }
      if (end == pattern.len) return true;
      star = (retry){0};
      deep = (retry){end + 1, t};
      p = end + 1;
      continue;
    }
    if (t < path.len && one_holds(pattern, &p, path.ptr[t])) {
      t++;
      continue;
    }
    if (!try_again(path, &star, &deep)) return false;
    retry from = star.pattern ? star : deep;
    p = from.pattern, t = from.path;
  }
  return true;
}

/* The last part of a path. */
static mlo_str last_part(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
}

bool mlo_glob_match_file(mlo_str pattern, mlo_str path) {
  bool folder_only = mlo_str_ends(pattern, MLO_STR("/"));
  if (folder_only) pattern.len--;
  bool anchored = mlo_str_contains(pattern, MLO_STR("/"));
  if (mlo_str_starts(pattern, MLO_STR("./"))) pattern = mlo_str_from(pattern, 2);
  if (mlo_str_starts(pattern, MLO_STR("/"))) pattern = mlo_str_from(pattern, 1);
  for (size_t end = 0; end < path.len; end++) {
    size_t slash = mlo_str_find_char(mlo_str_from(path, end), '/');
    bool is_file = slash == SIZE_MAX;
    end = is_file ? path.len : end + slash;
    mlo_str part = mlo_str_slice(path, 0, end);
    if (is_file && folder_only) return false;
    if (mlo_glob_match(pattern, anchored ? part : last_part(part))) return true;
  }
  return false;
}
