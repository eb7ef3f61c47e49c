#include "lang/language.h"

#include "base/os.h"
#include "lang/grammar.h"

#include <stdlib.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_python(void);
const TSLanguage *tree_sitter_json(void);
const TSLanguage *tree_sitter_yaml(void);
const TSLanguage *tree_sitter_toml(void);
const TSLanguage *tree_sitter_hcl(void);
const TSLanguage *tree_sitter_bash(void);

/* One language: how its files are called and what parses them. Names match the last part of a path: whole names
 * ("MLmodel"), endings (".py") and beginnings ("Dockerfile*"). */
typedef struct mlo_language {
  mlo_format format;
  mlo_str name;
  const TSLanguage *(*grammar)(void); /* NULL: the document front end reads the text itself */
  const char *names[16];
} mlo_language;

static const mlo_language languages[] = {
    {MLO_FORMAT_PYTHON, MLO_STR_INIT("python"), tree_sitter_python, {".py", ".pyi", ".pyw"}},
    {MLO_FORMAT_NOTEBOOK, MLO_STR_INIT("notebook"), NULL, {".ipynb"}},
    {MLO_FORMAT_JSON,
     MLO_STR_INIT("json"),
     tree_sitter_json,
     {".json", ".avsc", ".webmanifest", "Pipfile.lock"}},
    {MLO_FORMAT_YAML,
     MLO_STR_INIT("yaml"),
     tree_sitter_yaml,
     {".yaml", ".yml", "MLmodel", "MLproject", "dvc.lock", ".dvc", ".clang-format"}},
    {MLO_FORMAT_TOML,
     MLO_STR_INIT("toml"),
     tree_sitter_toml,
     {".toml", "Pipfile", "uv.lock", "poetry.lock"}},
    {MLO_FORMAT_HCL, MLO_STR_INIT("hcl"), tree_sitter_hcl, {".tf", ".hcl", ".tfvars"}},
    {MLO_FORMAT_BASH,
     MLO_STR_INIT("bash"),
     tree_sitter_bash,
     {".sh", ".bash", ".sbatch", ".slurm", ".bashrc", "Procfile", ".zsh"}},
    {MLO_FORMAT_DOCKERFILE,
     MLO_STR_INIT("dockerfile"),
     NULL,
     {"Dockerfile*", "dockerfile*", "Containerfile*", ".dockerfile", ".Dockerfile"}},
    {MLO_FORMAT_REQUIREMENTS,
     MLO_STR_INIT("requirements"),
     NULL,
     {"requirements*.txt", "*requirements.txt", "requirements*.in", "constraints*.txt",
      "requirements*.pip"}},
    {MLO_FORMAT_INI,
     MLO_STR_INIT("ini"),
     NULL,
     {".ini", ".cfg", ".gitattributes", ".properties", ".env", ".env.*", ".conf", ".netrc", ".pypirc"}},
    {MLO_FORMAT_MARKDOWN, MLO_STR_INIT("markdown"), NULL, {".md", ".markdown"}},
};
enum { LANGUAGE_COUNT = sizeof languages / sizeof *languages };

mlo_str mlo_format_name(mlo_format format) {
  for (size_t i = 0; i < LANGUAGE_COUNT; i++)
    if (languages[i].format == format) return languages[i].name;
  return (mlo_str){0};
}

mlo_format mlo_format_named(mlo_str name) {
  for (size_t i = 0; i < LANGUAGE_COUNT; i++)
    if (mlo_str_eq(languages[i].name, name)) return languages[i].format;
  return MLO_FORMAT_NONE;
}

/* ".py" is an ending, "a*b" has one star, anything else is the whole name. A name that starts with a dot is an
 * ending of longer names and a whole name as well (".env"). */
static bool name_fits(mlo_str pattern, mlo_str name) {
  size_t star = mlo_str_find_char(pattern, '*');
  if (star != SIZE_MAX)
    return name.len + 1 >= pattern.len && mlo_str_starts(name, mlo_str_slice(pattern, 0, star)) &&
           mlo_str_ends(name, mlo_str_from(pattern, star + 1));
  if (pattern.ptr[0] == '.') return mlo_str_ends(name, pattern);
  return mlo_str_eq(name, pattern);
}

mlo_format mlo_format_of_path(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  mlo_str name = slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
  /* requirements/dev.txt is a requirements file too */
  if (slash != SIZE_MAX && mlo_str_ends(name, MLO_STR(".txt")) &&
      mlo_str_ends(mlo_str_slice(path, 0, slash), MLO_STR("requirements")))
    return MLO_FORMAT_REQUIREMENTS;
  for (size_t i = 0; i < LANGUAGE_COUNT; i++)
    for (const char *const *p = languages[i].names; *p; p++)
      if (name_fits(mlo_str_c(*p), name)) return languages[i].format;
  return MLO_FORMAT_NONE;
}

/* --- grammars --- */

struct mlo_grammars {
  mlo_grammar of[MLO_FORMAT_COUNT];
};

static const struct {
  uint8_t kind;
  mlo_str name;
} python_kinds[] = {
#define KIND(id, text) {MLO_##id, MLO_STR_INIT(text)},
    MLO_PYTHON_KINDS(KIND)
#undef KIND
};

static const struct {
  uint8_t field;
  mlo_str name;
} fields[] = {
#define FIELD(id, text) {MLO_FIELD_##id, MLO_STR_INIT(text)},
    MLO_FIELDS(FIELD)
#undef FIELD
};

static uint8_t kind_named(mlo_format format, mlo_str name) {
  if (format != MLO_FORMAT_PYTHON) return MLO_KIND_OTHER;
  for (size_t i = 0; i < sizeof python_kinds / sizeof *python_kinds; i++)
    if (mlo_str_eq(python_kinds[i].name, name)) return python_kinds[i].kind;
  return MLO_KIND_OTHER;
}

static bool is_punctuation(mlo_str name) {
  return name.len == 1 && name.ptr[0] && strchr("()[]{},.:;", name.ptr[0]) != NULL;
}

static mlo_status read_grammar(const mlo_language *language, mlo_grammar *out, mlo_error *err) {
  const TSLanguage *ts = language->grammar();
  uint32_t abi = ts_language_abi_version(ts);
  if (abi < TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION || abi > TREE_SITTER_LANGUAGE_VERSION)
    return mlo_error_set(err, MLO_ERR_INTERNAL, (mlo_str){0},
                         "the %.*s grammar (ABI %u) does not fit the tree-sitter runtime: rebuild",
                         MLO_FMT(language->name), abi);
  *out = (mlo_grammar){
      .format = language->format, .ts = ts, .symbol_count = ts_language_symbol_count(ts)};
  out->symbols = calloc(out->symbol_count, sizeof *out->symbols);
  out->field_count = ts_language_field_count(ts) + 1;
  out->fields = calloc(out->field_count, sizeof *out->fields);
  if (!out->symbols || !out->fields)
    return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  for (uint32_t i = 0; i < out->symbol_count; i++) {
    mlo_str name = mlo_str_c(ts_language_symbol_name(ts, (TSSymbol)i));
    bool named = ts_language_symbol_type(ts, (TSSymbol)i) == TSSymbolTypeRegular;
    out->symbols[i] = (mlo_symbol){
        .name = name,
        .named = named,
        .skipped = !named && is_punctuation(name),
        .kind = named ? kind_named(language->format, name) : MLO_KIND_OTHER,
    };
  }
  for (uint32_t i = 1; i < out->field_count; i++) {
    mlo_str name = mlo_str_c(ts_language_field_name_for_id(ts, (TSFieldId)i));
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
      if (mlo_str_eq(fields[f].name, name)) out->fields[i] = fields[f].field;
  }
  return MLO_OK;
}

mlo_status mlo_grammars_new(mlo_grammars **out, mlo_error *err) {
  mlo_grammars *self = calloc(1, sizeof *self);
  if (!self) return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
    if (!languages[i].grammar) continue;
    mlo_status status = read_grammar(&languages[i], &self->of[languages[i].format], err);
    if (status != MLO_OK) {
      mlo_grammars_free(self);
      return status;
    }
  }
  *out = self;
  return MLO_OK;
}

void mlo_grammars_free(mlo_grammars *self) {
  if (!self) return;
  for (size_t i = 0; i < MLO_FORMAT_COUNT; i++) {
    free(self->of[i].symbols);
    free(self->of[i].fields);
  }
  free(self);
}

const mlo_grammar *mlo_grammars_get(const mlo_grammars *self, mlo_format format) {
  return self->of[format].ts ? &self->of[format] : NULL;
}

mlo_str mlo_field_name(unsigned field) {
  for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
    if (fields[f].field == field) return fields[f].name;
  return (mlo_str){0};
}

/* --- parser --- */

/* The parser owns tree-sitter's tree and cursor, so that an arena that runs full in the middle leaks neither. */
struct mlo_parser {
  const mlo_grammars *grammars;
  TSParser *ts;
  TSTree *tree;
  TSTreeCursor cursor;
  TSQueryCursor *queries; /* made when it is needed */
};

enum { SECONDS_FOR_ONE_FILE = 30 };

mlo_status mlo_parser_new(const mlo_grammars *grammars, mlo_parser **out, mlo_error *err) {
  mlo_parser *self = calloc(1, sizeof *self);
  if (self) self->ts = ts_parser_new();
  if (!self || !self->ts) {
    free(self);
    return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  }
  self->grammars = grammars;
  *out = self;
  return MLO_OK;
}

static void forget_tree(mlo_parser *self) {
  if (!self->tree) return;
  ts_tree_cursor_delete(&self->cursor);
  ts_tree_delete(self->tree);
  self->tree = NULL;
}

void mlo_parser_free(mlo_parser *self) {
  if (!self) return;
  forget_tree(self);
  if (self->queries) ts_query_cursor_delete(self->queries);
  ts_parser_delete(self->ts);
  free(self);
}

/* The whole text is at hand: each read gives all that is left. */
static const char *read_text(void *payload, uint32_t offset, TSPoint position, uint32_t *len) {
  (void)position;
  const mlo_str *text = payload;
  mlo_str rest = mlo_str_from(*text, offset);
  *len = (uint32_t)rest.len;
  return rest.len ? rest.ptr : "";
}

/* The Python grammar's scanner keeps open blocks in 1 KiB and may write past its end, so texts that could open more
 * than any Python takes (CPython: 100) are not given to it. Counts lines by indentation, as if all began a block. */
enum { BLOCKS_OPEN = 250 };

static bool blocks_too_deep(mlo_str text) {
  uint32_t open[BLOCKS_OPEN], count = 0;
  while (text.ptr) {
    mlo_str line = mlo_str_cut(&text, '\n');
    uint32_t indent = 0, at = 0;
    for (; at < line.len && strchr(" \t\r\f", line.ptr[at]) && line.ptr[at]; at++)
      indent = line.ptr[at] == ' '    ? indent + 1
               : line.ptr[at] == '\t' ? indent + 8
                                      : 0; /* as the scanner counts */
    if (at == line.len) continue;
    while (count && open[count - 1] >= indent) count--;
    if (count == BLOCKS_OPEN) return true;
    open[count++] = indent;
  }
  return false;
}

static bool out_of_time(TSParseState *state) {
  return mlo_os_seconds() > *(const double *)state->payload;
}

/* Copies tree-sitter's tree into ours: one cursor, parents on a stack, no recursion. */
static void flatten(TSTreeCursor *cursor, const mlo_grammar *grammar, mlo_arena *arena,
                    mlo_tree *out) {
  uint32_t cap = ts_node_descendant_count(ts_tree_cursor_current_node(cursor));
  mlo_tree_node *nodes = MLO_NEW_ARRAY(arena, mlo_tree_node, cap ? cap : 1);
  mlo_arena_mark mark = mlo_arena_save(arena);
  MLO_ARRAY(mlo_node)
  last = {0}; /* last[d]: the latest node at depth d, MLO_NO_NODE after a new parent */
  uint32_t count = 0, depth = 0;
  out->first_error = MLO_NO_NODE;
  MLO_PUSH(arena, &last, MLO_NO_NODE);
  for (bool more = true; more;) {
    TSNode node = ts_tree_cursor_current_node(cursor);
    TSSymbol symbol = ts_node_symbol(node);
    bool error = symbol == (TSSymbol)-1;
    const mlo_symbol *known = error ? NULL : &grammar->symbols[symbol];
    bool missing = !error && ts_node_is_missing(node);
    if (error || missing || !known->skipped) {
      mlo_node id = count++;
      nodes[id] = (mlo_tree_node){
          .start = ts_node_start_byte(node),
          .end = ts_node_end_byte(node),
          .parent = depth ? last.items[depth - 1] : MLO_NO_NODE,
          .next = MLO_NO_NODE,
          .symbol = symbol,
          .kind = error ? MLO_KIND_ERROR : known->kind,
          .field = grammar->fields[ts_tree_cursor_current_field_id(cursor)],
      };
      if ((error || missing) && out->first_error == MLO_NO_NODE) out->first_error = id;
      if (last.items[depth] != MLO_NO_NODE) nodes[last.items[depth]].next = id;
      last.items[depth] = id;
    }
    if (ts_tree_cursor_goto_first_child(cursor)) {
      depth++;
      if (last.len == depth)
        MLO_PUSH(arena, &last, MLO_NO_NODE);
      else
        last.items[depth] = MLO_NO_NODE;
      continue;
    }
    while (!ts_tree_cursor_goto_next_sibling(cursor)) {
      if (!ts_tree_cursor_goto_parent(cursor)) {
        more = false;
        break;
      }
      depth--;
    }
  }
  mlo_arena_restore(arena, mark);
  out->nodes = nodes;
  out->count = count;
}

/* Parses text into self->tree. */
static mlo_status parse_text(mlo_parser *self, mlo_format format, mlo_str text, mlo_error *err) {
  const mlo_grammar *grammar = mlo_grammars_get(self->grammars, format);
  if (!grammar)
    return mlo_error_set(err, MLO_ERR_INTERNAL, (mlo_str){0}, "no grammar for this format");
  if (text.len >= UINT32_MAX)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, (mlo_str){0}, "over 4 GiB");
  if (format == MLO_FORMAT_PYTHON && blocks_too_deep(text))
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, (mlo_str){0},
                         "blocks are nested deeper than %d: not scanned", (int)BLOCKS_OPEN);
  if (!ts_parser_set_language(self->ts, grammar->ts))
    return mlo_error_set(err, MLO_ERR_INTERNAL, (mlo_str){0}, "grammar and runtime do not fit");
  ts_parser_reset(self->ts);
  forget_tree(self);
  double deadline = mlo_os_seconds() + SECONDS_FOR_ONE_FILE;
  TSInput input = {.payload = &text, .read = read_text, .encoding = TSInputEncodingUTF8};
  TSParseOptions options = {.payload = &deadline, .progress_callback = out_of_time};
  self->tree = ts_parser_parse_with_options(self->ts, NULL, input, options);
  if (!self->tree)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, (mlo_str){0},
                         "parsing took over %d seconds: not scanned", (int)SECONDS_FOR_ONE_FILE);
  self->cursor = ts_tree_cursor_new(ts_tree_root_node(self->tree));
  return MLO_OK;
}

mlo_status mlo_parser_parse(mlo_parser *self, mlo_format format, mlo_str text, mlo_arena *arena,
                            mlo_tree *tree, mlo_error *err) {
  mlo_status status = parse_text(self, format, text, err);
  if (status != MLO_OK) return status;
  *tree = (mlo_tree){.text = text, .grammar = mlo_grammars_get(self->grammars, format)};
  flatten(&self->cursor, tree->grammar, arena, tree);
  forget_tree(self);
  return MLO_OK;
}

mlo_status mlo_parser_syntax(mlo_parser *self, mlo_format format, mlo_str text, const TSTree **tree,
                             TSQueryCursor **cursor, mlo_error *err) {
  mlo_status status = parse_text(self, format, text, err);
  if (status != MLO_OK) return status;
  if (!self->queries) self->queries = ts_query_cursor_new();
  *tree = self->tree;
  *cursor = self->queries;
  return MLO_OK;
}
