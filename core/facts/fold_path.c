#include "facts/fold.h"

/* Paths are text. Where the machine decides (the working directory, the home, where a module stands), that part is not
 * known. */

/* --- joining --- */

/* Adds a part as os.path.join and Path / do: an absolute part starts over. */
static void add_path(mlo_text_builder *b, const mlo_constant *part) {
  bool text = mlo_is_text(part);
  if (text && part->text.len && part->text.ptr[0] == '/') {
    b->len = 0;
    b->partial = false;
  } else if (b->len && b->ptr[b->len - 1] != '/') {
    mlo_text_add(b, MLO_STR("/"));
  }
  if (text)
    mlo_text_add_constant(b, part);
  else
    mlo_text_add_unknown(b);
}

/* As pathlib writes a path: without empty parts, "." and a / at the end. */
static mlo_constant as_pathlib(mlo_folding *f, mlo_node node, const mlo_constant *path) {
  if (!mlo_is_text(path)) return *path;
  mlo_str rest = path->text;
  mlo_text_builder b = {.f = f, .partial = path->partial};
  bool rooted = mlo_str_starts(rest, MLO_STR("/"));
  if (rooted) mlo_text_add(&b, MLO_STR("/"));
  for (uint32_t parts = 0; rest.len;) {
    mlo_str part = mlo_str_cut(&rest, '/');
    if (!part.len || mlo_str_eq(part, MLO_STR("."))) continue;
    if (parts++) mlo_text_add(&b, MLO_STR("/"));
    mlo_text_add(&b, part);
  }
  if (!b.len) mlo_text_add(&b, MLO_STR("."));
  return mlo_text_done(&b, node);
}

static mlo_constant below(mlo_folding *f, mlo_node node, const mlo_constant *folder,
                          const mlo_constant *rest) {
  mlo_text_builder b = {.f = f};
  add_path(&b, folder);
  add_path(&b, rest);
  return mlo_text_done(&b, node);
}

mlo_constant mlo_fold_path_below(mlo_folding *f, mlo_node node, const mlo_constant *folder,
                                 const mlo_constant *rest) {
  mlo_constant path = below(f, node, folder, rest);
  return as_pathlib(f, node, &path);
}

/* first (NULL: none) and the arguments. */
static mlo_constant joined(mlo_folding *f, const mlo_call *call, const mlo_constant *first) {
  const mlo_tree *tree = f->tree;
  mlo_text_builder b = {.f = f};
  bool some = first && mlo_is_text(first);
  if (first) add_path(&b, first);
  for (mlo_node n = mlo_tree_part(tree, call->arguments); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind == MLO_PY_KEYWORD_ARGUMENT) continue;
    mlo_constant part = mlo_fold(f, n);
    some |= mlo_is_text(&part);
    add_path(&b, &part);
  }
  return some ? mlo_text_done(&b, call->node) : mlo_unknown_at(call->node);
}

/* --- parts --- */

static bool is_open(mlo_str text) { return mlo_str_contains(text, MLO_STR(MLO_UNKNOWN_PART)); }

/* Text that is a part of path: unknown if nothing of it is known. */
static mlo_constant part_at(mlo_node node, mlo_str text) {
  if (mlo_str_eq(text, MLO_STR(MLO_UNKNOWN_PART))) return mlo_unknown_at(node);
  return mlo_text_at(node, text, is_open(text));
}

/* What stands before the last /; none: `alone`. */
static mlo_constant folder_of(mlo_node node, mlo_str path, const char *alone) {
  while (path.len > 1 && mlo_str_ends(path, MLO_STR("/"))) path.len--;
  size_t slash = mlo_str_rfind_char(path, '/');
  if (slash == SIZE_MAX)
    return is_open(path) ? mlo_unknown_at(node) : mlo_text_at(node, mlo_str_c(alone), false);
  return part_at(node, mlo_str_slice(path, 0, slash ? slash : 1));
}

static mlo_str last_part(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
}

/* Where the suffix of a last part begins. */
static size_t suffix_at(mlo_str name) {
  size_t dot = mlo_str_rfind_char(name, '.');
  return dot == SIZE_MAX || dot == 0 || dot + 1 == name.len ? name.len : dot;
}

mlo_constant mlo_fold_path_part(mlo_node node, const mlo_constant *path, mlo_str attribute) {
  if (!mlo_is_text(path)) return mlo_unknown_at(node);
  mlo_str name = last_part(path->text);
  size_t suffix = suffix_at(name);
  if (mlo_str_eq(attribute, MLO_STR("parent"))) return folder_of(node, path->text, ".");
  if (mlo_str_eq(attribute, MLO_STR("name"))) return part_at(node, name);
  if (mlo_str_eq(attribute, MLO_STR("stem"))) return part_at(node, mlo_str_slice(name, 0, suffix));
  if (mlo_str_eq(attribute, MLO_STR("suffix")) && (suffix < name.len || !is_open(name)))
    return part_at(node, mlo_str_from(name, suffix));
  return mlo_unknown_at(node);
}

/* --- calls --- */

static mlo_constant made_absolute(mlo_folding *f, mlo_node node, const mlo_constant *path) {
  mlo_constant somewhere = mlo_unknown_at(node);
  if (!mlo_is_text(path)) return somewhere;
  bool rooted = mlo_str_starts(path->text, MLO_STR("/")) ||
                mlo_str_starts(path->text, MLO_STR(MLO_UNKNOWN_PART));
  return rooted ? *path : below(f, node, &somewhere, path);
}

static mlo_constant without_home(mlo_folding *f, mlo_node node, const mlo_constant *path) {
  if (!mlo_is_text(path) || !mlo_str_starts(path->text, MLO_STR("~"))) return *path;
  mlo_str rest = path->text;
  mlo_str_cut(&rest, '/');
  mlo_constant home = mlo_unknown_at(node), tail = mlo_text_at(node, rest, path->partial);
  return rest.len ? below(f, node, &home, &tail) : home;
}

static mlo_constant with_other(mlo_folding *f, const mlo_call *call, const mlo_constant *path,
                               bool name) {
  mlo_constant other = mlo_fold(f, mlo_call_argument(f->facts, call, MLO_STR(""), 0));
  if (!mlo_is_text(path) || !mlo_is_text(&other)) return mlo_unknown_at(call->node);
  mlo_str last = last_part(path->text);
  mlo_text_builder b = {.f = f, .partial = path->partial || other.partial};
  mlo_text_add(
      &b, mlo_str_slice(path->text, 0, path->text.len - last.len + (name ? 0 : suffix_at(last))));
  mlo_text_add(&b, other.text);
  return mlo_text_done(&b, call->node);
}

typedef enum path_function {
  JOIN,
  JOIN_BELOW,
  FOLDER,
  NAME,
  ABSOLUTE,
  HOME,
  SAME,
  WITH_SUFFIX,
  WITH_NAME,
  NONE
} path_function;

static path_function function_of(mlo_str name) {
  static const struct {
    mlo_str name;
    path_function function;
  } functions[] = {
#define F(name, function) {MLO_STR_INIT(name), function}
      F("os.path.join", JOIN),
      F("pathlib.Path", JOIN),
      F("pathlib.PosixPath", JOIN),
      F("pathlib.PurePath", JOIN),
      F("pathlib.Path.joinpath", JOIN_BELOW),
      F("os.path.dirname", FOLDER),
      F("os.path.basename", NAME),
      F("os.path.abspath", ABSOLUTE),
      F("os.path.realpath", ABSOLUTE),
      F("pathlib.Path.absolute", ABSOLUTE),
      F("pathlib.Path.resolve", ABSOLUTE),
      F("os.path.expanduser", HOME),
      F("pathlib.Path.expanduser", HOME),
      F("os.fspath", SAME),
      F("os.path.normpath", SAME),
      F("pathlib.Path.as_posix", SAME),
      F("pathlib.Path.with_suffix", WITH_SUFFIX),
      F("pathlib.Path.with_name", WITH_NAME),
#undef F
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (mlo_str_eq(functions[i].name, name)) return functions[i].function;
  return NONE;
}

static mlo_constant fold_call(mlo_folding *f, const mlo_call *call, path_function function,
                              bool method) {
  mlo_node node = call->node;
  if (function == NONE) return mlo_unknown_at(node);
  if (function == JOIN) return joined(f, call, NULL);
  mlo_constant path = mlo_fold(f, method ? mlo_call_receiver(f->facts, call)
                                         : mlo_call_argument(f->facts, call, MLO_STR("path"), 0));
  switch (function) {
  case JOIN_BELOW: return joined(f, call, &path);
  case FOLDER: return mlo_is_text(&path) ? folder_of(node, path.text, "") : mlo_unknown_at(node);
  case NAME: return mlo_fold_path_part(node, &path, MLO_STR("name"));
  case ABSOLUTE: return made_absolute(f, node, &path);
  case HOME: return without_home(f, node, &path);
  case SAME: return mlo_is_text(&path) ? path : mlo_unknown_at(node);
  case WITH_SUFFIX: return with_other(f, call, &path, false);
  case WITH_NAME: return with_other(f, call, &path, true);
  case JOIN:
  case NONE: break;
  }
  return mlo_unknown_at(node);
}

mlo_constant mlo_fold_path_call(mlo_folding *f, const mlo_call *call, mlo_str name) {
  bool pathlib = mlo_str_starts(name, MLO_STR("pathlib."));
  mlo_constant path = fold_call(f, call, function_of(name), pathlib);
  return pathlib ? as_pathlib(f, call->node, &path) : path;
}
