/* rule ast: the syntax tree of code or of a pattern, with what the facts know, so that the author of a rule sees what to
 * write. */
#include "base/os.h"
#include "plugins/cli/command.h"
#include "plugins/cli/input.h"
#include "plugins/report/terminal.h"

enum { AST_PATTERN, AST_FLAG_COUNT };
static const mlo_flag flags[] = {
    [AST_PATTERN] = {.name = "pattern", .help = "the operand is a pattern, not a file"},
};

enum { LONGEST_TEXT = 60, MOST_BYTES = 16 << 20 };

/* What is to be shown. pattern and facts are set as far as there are any. */
typedef struct showing {
  const mlo_cli *cli;
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_tree tree;
  mlo_facts facts;
  bool has_facts;
  mlo_pattern pattern;
  mlo_variables variables;
  bool is_pattern;
  mlo_lines lines;
  mlo_buf out;
} showing;

/* --- one node -------------------------------------------------------------------------------- */

static void put_quoted(mlo_buf *out, mlo_str text) {
  mlo_buf_char(out, '"');
  mlo_terminal_add(out, mlo_str_slice(text, 0, LONGEST_TEXT));
  mlo_buf_add(out, text.len > LONGEST_TEXT ? MLO_STR("...\"") : MLO_STR("\""));
}

static void put_constant(mlo_buf *out, const mlo_constant *constant) {
  switch (constant->kind) {
  case MLO_CONSTANT_NONE: mlo_buf_lit(out, "  = None"); return;
  case MLO_CONSTANT_BOOL:
    mlo_buf_add(out, constant->boolean ? MLO_STR("  = True") : MLO_STR("  = False"));
    return;
  case MLO_CONSTANT_INTEGER: mlo_buf_format(out, "  = %lld", (long long)constant->integer); return;
  case MLO_CONSTANT_FLOAT: mlo_buf_format(out, "  = %g", constant->number); return;
  case MLO_CONSTANT_STRING:
    mlo_buf_add(out, constant->partial ? MLO_STR("  ~ ") : MLO_STR("  = "));
    put_quoted(out, constant->text);
    return;
  case MLO_CONSTANT_LIST:
  case MLO_CONSTANT_DICT:
  case MLO_CONSTANT_UNKNOWN: return;
  }
}

static bool is_leaf(const mlo_tree *tree, mlo_node node) {
  return mlo_tree_first_child(tree, node) == MLO_NO_NODE;
}

static bool may_have_name(uint8_t kind) {
  return kind == MLO_PY_IDENTIFIER || kind == MLO_PY_ATTRIBUTE || kind == MLO_PY_CALL;
}

static bool may_be_constant(uint8_t kind) {
  return kind == MLO_PY_STRING || kind == MLO_PY_CONCATENATED_STRING || kind == MLO_PY_INTEGER ||
         kind == MLO_PY_FLOAT || kind == MLO_PY_UNARY_OPERATOR || kind == MLO_PY_BINARY_OPERATOR ||
         kind == MLO_PY_ATTRIBUTE || kind == MLO_PY_IDENTIFIER || kind == MLO_PY_CALL;
}

static void put_facts(showing *self, mlo_node node) {
  uint8_t kind = self->tree.nodes[node].kind;
  if (may_have_name(kind)) {
    mlo_str name = mlo_facts_name(&self->facts, node);
    if (name.len) mlo_buf_lit(&self->out, "  -> ");
    mlo_terminal_add(&self->out, name);
  }
  if (!may_be_constant(kind)) return;
  mlo_constant constant = mlo_facts_constant(&self->facts, node);
  put_constant(&self->out, &constant);
}

static void put_variable(showing *self, const mlo_part *part) {
  mlo_buf_char(&self->out, '$');
  if (part->role == MLO_PART_ELLIPSIS) mlo_buf_lit(&self->out, "...");
  if (part->variable == MLO_NO_VARIABLE)
    mlo_buf_char(&self->out, '_');
  else
    mlo_buf_add(&self->out, self->variables.names[part->variable]);
}

/* What the node stands for in a pattern; false: what is below it says nothing more. */
static bool put_part(showing *self, mlo_node node) {
  const mlo_part *part = &self->pattern.parts[node];
  switch (part->role) {
  case MLO_PART_PLAIN: return true;
  case MLO_PART_COMMENT: return false;
  case MLO_PART_DEEP: mlo_buf_lit(&self->out, "  anywhere inside:"); return true;
  case MLO_PART_VARIABLE:
    mlo_buf_lit(&self->out, "  any code: ");
    put_variable(self, part);
    if (part->type.len) mlo_buf_format(&self->out, " of type %.*s", MLO_FMT(part->type));
    return false;
  case MLO_PART_ELLIPSIS:
    mlo_buf_lit(&self->out, "  any number");
    if (part->variable == MLO_NO_VARIABLE) return false;
    mlo_buf_lit(&self->out, ": ");
    put_variable(self, part);
    return false;
  case MLO_PART_NAME:
    mlo_buf_lit(&self->out, "  -> ");
    mlo_terminal_add(&self->out, part->name);
    return false;
  case MLO_PART_CONSTANT: put_constant(&self->out, &part->constant); return false;
  case MLO_PART_STRING: mlo_buf_lit(&self->out, "  any string"); return false;
  case MLO_PART_FSTRING: mlo_buf_lit(&self->out, "  any f-string"); return false;
  }
  return true;
}

static void put_place(showing *self, mlo_node node, uint32_t depth) {
  mlo_position at = mlo_lines_position(&self->lines, self->tree.nodes[node].start);
  mlo_buf_format(&self->out, "%4u:%-4u%*s", at.line, at.column,
                 (int)(depth < 200 ? depth : 200) * 2, "");
  mlo_str field = mlo_tree_field_name(&self->tree, node);
  if (field.len) mlo_buf_format(&self->out, "%.*s: ", MLO_FMT(field));
  mlo_buf_format(&self->out, "%.*s", MLO_FMT(mlo_tree_kind_name(&self->tree, node)));
}

/* --- the tree -------------------------------------------------------------------------------- */

/* Words and operators are told by their parents. */
static bool is_shown(const mlo_tree *tree, mlo_node node) {
  return mlo_tree_is_named(tree, node) || tree->nodes[node].field != MLO_FIELD_NONE;
}

static void put_tree(showing *self) {
  const mlo_tree *tree = &self->tree;
  uint32_t depth = 0, *depths = MLO_NEW_ARRAY(self->cli->arena, uint32_t, tree->count);
  for (mlo_node node = 0; node < tree->count;) {
    mlo_node parent = tree->nodes[node].parent, next = node + 1;
    depth = parent == MLO_NO_NODE ? 0 : depths[parent] + 1;
    depths[node] = depth;
    if (is_shown(tree, node)) {
      put_place(self, node, depth);
      bool deeper = !self->is_pattern || put_part(self, node);
      if (is_leaf(tree, node) && deeper && mlo_tree_is_named(tree, node)) {
        mlo_buf_char(&self->out, ' ');
        put_quoted(&self->out, mlo_tree_text(tree, node));
      }
      if (self->has_facts) put_facts(self, node);
      mlo_buf_char(&self->out, '\n');
      if (!deeper) next = mlo_tree_skip(tree, node);
    }
    node = next;
  }
}

/* --- what is read ---------------------------------------------------------------------------- */

static mlo_status read_pattern(showing *self, mlo_str text, mlo_error *err) {
  self->is_pattern = true;
  mlo_status status = mlo_pattern_compile(self->parser, text, &self->variables, self->cli->arena,
                                          &self->pattern, err);
  self->tree = self->pattern.tree;
  self->lines = mlo_lines_of(self->pattern.source, self->cli->arena);
  return status;
}

static mlo_status read_input(showing *self, mlo_str path, mlo_str *text, mlo_error *err) {
  if (!mlo_str_eq(path, MLO_STR("-")))
    return mlo_os_read(path, MOST_BYTES, self->cli->arena, text, err);
  return mlo_input_read(self->cli->arena, text, err);
}

static mlo_status read_code(showing *self, mlo_str path, mlo_error *err) {
  mlo_str bytes = {0}, text = {0};
  mlo_encoding encoding;
  mlo_format format = mlo_format_of_path(path);
  if (mlo_str_eq(path, MLO_STR("-"))) format = MLO_FORMAT_PYTHON;
  if (!mlo_grammars_get(self->grammars, format))
    return mlo_error_set(err, MLO_ERR_UNSUPPORTED, path,
                         "there is no syntax tree for files of this name");
  mlo_status status = read_input(self, path, &bytes, err);
  if (status == MLO_OK)
    status =
        mlo_decode(bytes, format == MLO_FORMAT_PYTHON, self->cli->arena, &text, &encoding, err);
  if (status == MLO_OK)
    status = mlo_parser_parse(self->parser, format, text, self->cli->arena, &self->tree, err);
  if (status != MLO_OK) return status;
  self->lines = mlo_lines_of(text, self->cli->arena);
  self->has_facts = format == MLO_FORMAT_PYTHON;
  if (self->has_facts) mlo_facts_build(&self->tree, self->cli->arena, &self->facts);
  return MLO_OK;
}

static mlo_status show(showing *self, const mlo_arguments *arguments, mlo_error *err) {
  mlo_status status = mlo_operands_expect(arguments, 1, 1, "a file, or - for standard input", err);
  if (status == MLO_OK) status = mlo_grammars_new(&self->grammars, err);
  if (status == MLO_OK) status = mlo_parser_new(self->grammars, &self->parser, err);
  if (status != MLO_OK) return status;
  mlo_str operand = arguments->operands.items[0];
  status = mlo_arguments_has(arguments, AST_PATTERN) ? read_pattern(self, operand, err)
                                                     : read_code(self, operand, err);
  if (status == MLO_OK) put_tree(self);
  return status;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  showing self = {.cli = cli};
  int code = MLO_EXIT_FAILED;
  if (show(&self, arguments, &err) != MLO_OK)
    mlo_output_fail(&err);
  else if (!self.out.failed && mlo_output_print(mlo_buf_str(&self.out)))
    code = MLO_EXIT_CLEAN;
  mlo_buf_release(&self.out);
  mlo_parser_free(self.parser);
  mlo_grammars_free(self.grammars);
  return code;
}

const mlo_cli_command mlo_rule_ast_command = {
    .name = "rule ast",
    .operands = "FILE|-",
    .summary = "show the syntax tree of code or of a pattern",
    .help = "A line for each node: its place, its role in the node above, its kind as `node.kind` "
            "and queries\n"
            "name it, the text of a leaf, -> the qualified name and = the constant that are known "
            "of it.",
    .flags = flags,
    .flag_count = AST_FLAG_COUNT,
    .run = run,
};
