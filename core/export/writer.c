#include "export/writer.h"

/* --- strings that go on over lines --- */

static void find_strings(mlo_code_writer *self) {
  const mlo_tree *tree = self->plan->tree;
  for (mlo_node n = 0; n < tree->count; n++) {
    if (tree->nodes[n].kind != MLO_PY_STRING) continue;
    mlo_span span = mlo_tree_span(tree, n);
    if (!mlo_str_contains(mlo_span_of(tree->text, span), MLO_STR("\n"))) continue;
    MLO_PUSH(self->plan->arena, &self->strings, span);
  }
}

/* Strings may stand in strings (in f-strings): the outer one comes first and holds the inner. */
static bool is_in_string(const mlo_code_writer *self, uint32_t at) {
  uint32_t low = 0, high = self->strings.len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (self->strings.items[middle].start < at)
      low = middle + 1;
    else
      high = middle;
  }
  for (uint32_t i = low; i > 0 && low - i < 8; i--)
    if (at <= self->strings.items[i - 1].end - 1) return true;
  return false;
}

void mlo_code_writer_open(mlo_code_writer *self, mlo_plan *plan) {
  *self = (mlo_code_writer){.plan = plan};
  find_strings(self);
}

mlo_str mlo_code_writer_close(mlo_code_writer *self) {
  mlo_str text = mlo_arena_str(self->plan->arena, mlo_buf_str(&self->out));
  mlo_buf_release(&self->out);
  return text;
}

/* --- what is replaced within a statement --- */

typedef struct replacement {
  mlo_span span;
  mlo_str text;
} replacement;
typedef MLO_ARRAY(replacement) replacements;

/* Magics are in document order. */
static uint32_t first_magic(const mlo_module *module, uint32_t offset) {
  uint32_t low = 0, high = module->magics.len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (module->magics.items[middle].span.start < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void replace_magics(const mlo_code_writer *self, mlo_span span, replacements *out) {
  const mlo_module *module = self->plan->request->module;
  mlo_arena *arena = self->plan->arena;
  for (uint32_t i = first_magic(module, span.start); i < module->magics.len; i++) {
    const mlo_magic *magic = &module->magics.items[i];
    if (!mlo_span_has(span, magic->span)) break;
    mlo_str filler = mlo_span_of(module->text, magic->span), python, import;
    bool is_value = mlo_str_starts(mlo_str_trim(filler), MLO_STR("..."));
    mlo_magic_kind kind = mlo_magic_translate(magic, mlo_span_of(module->original, magic->span),
                                              is_value, arena, &python, &import);
    if (kind == MLO_MAGIC_PYTHON)
      MLO_PUSH(arena, out, ((replacement){magic->span, python}));
    else if (kind != MLO_MAGIC_CODE)
      MLO_PUSH(arena, out, ((replacement){magic->span, mlo_str_trim(filler)}));
  }
}

/* display(x) is a notebook's; `x: int = 1` can't be said of a global. */
static void replace_uses(const mlo_code_writer *self, const mlo_item *item, replacements *out) {
  mlo_plan *plan = self->plan;
  for (uint32_t u = item->first_use; u < item->last_use; u++) {
    const mlo_name_use *use = &plan->uses.items[u];
    const mlo_plan_name *name = mlo_plan_name_of(plan, use->name);
    mlo_span span = mlo_tree_span(plan->tree, use->node);
    if (!name->bindings && mlo_str_eq(use->name, MLO_STR("display")))
      MLO_PUSH(plan->arena, out, ((replacement){span, plan->show}));
    if (!use->binding || !name->global || use->binding->type == MLO_NO_NODE) continue;
    if (use->binding->kind != MLO_BIND_ASSIGN || item->place != MLO_PLACE_STEP) continue;
    mlo_span type = {span.end, plan->tree->nodes[use->binding->type].end};
    MLO_PUSH(plan->arena, out, ((replacement){type, MLO_STR("")}));
  }
}

static void sort(replacements *list) {
  for (uint32_t i = 1; i < list->len; i++)
    for (uint32_t k = i; k > 0 && list->items[k - 1].span.start > list->items[k].span.start; k--) {
      replacement swap = list->items[k];
      list->items[k] = list->items[k - 1];
      list->items[k - 1] = swap;
    }
}

/* --- code --- */

static void put_indent(mlo_code_writer *self, unsigned indent) {
  for (unsigned i = 0; i < indent; i++) mlo_buf_char(&self->out, ' ');
}

static void end_line(mlo_code_writer *self) {
  mlo_buf *out = &self->out;
  while (out->len && (out->ptr[out->len - 1] == ' ' || out->ptr[out->len - 1] == '\t')) out->len--;
  mlo_buf_char(out, '\n');
}

/* The blanks before the first line: IPython takes them off all lines of such a cell. */
static uint32_t lead_of(mlo_str text, uint32_t start) {
  uint32_t line = start, end;
  while (line > 0 && text.ptr[line - 1] != '\n') line--;
  for (end = line; end < start && (text.ptr[end] == ' ' || text.ptr[end] == '\t');) end++;
  return end - line;
}

static uint32_t skip_lead(mlo_str text, uint32_t at, uint32_t end, uint32_t lead) {
  while (lead-- > 0 && at < end && (text.ptr[at] == ' ' || text.ptr[at] == '\t')) at++;
  return at;
}

static void put_code(mlo_code_writer *self, mlo_span span, unsigned indent,
                     const replacements *replaced) {
  mlo_str text = self->plan->tree->text;
  uint32_t lead = lead_of(text, span.start);
  uint32_t next = 0;
  for (uint32_t at = span.start; at < span.end; at++) {
    while (next < replaced->len && replaced->items[next].span.start < at) next++;
    if (next < replaced->len && replaced->items[next].span.start == at) {
      mlo_buf_add(&self->out, replaced->items[next].text);
      if (replaced->items[next].span.end > at) {
        at = replaced->items[next++].span.end - 1;
        continue;
      }
    }
    char c = text.ptr[at];
    bool inside = c == '\n' && is_in_string(self, at);
    if (c != '\n' || inside) {
      mlo_buf_char(&self->out, c);
      continue;
    }
    end_line(self);
    bool blank = at + 1 < span.end && text.ptr[at + 1] == '\n';
    if (blank || is_in_string(self, at + 1)) continue;
    put_indent(self, indent);
    at = skip_lead(text, at + 1, span.end, lead) - 1;
  }
}

void mlo_code_put(mlo_code_writer *self, mlo_span span, unsigned indent) {
  put_code(self, span, indent, &(replacements){0});
}

static bool is_bare_tuple(const mlo_tree *tree, mlo_node statement) {
  mlo_node first = mlo_tree_first_child(tree, statement);
  mlo_str text = mlo_tree_text(tree, statement);
  return mlo_tree_kind(tree, first) == MLO_PY_EXPRESSION_LIST ||
         (first != MLO_NO_NODE && mlo_tree_next(tree, first) != MLO_NO_NODE) ||
         (mlo_tree_kind(tree, first) == MLO_PY_TUPLE && text.len && text.ptr[0] != '(');
}

static void put_statement(mlo_code_writer *self, const mlo_item *item, unsigned indent) {
  replacements replaced = {0};
  replace_magics(self, item->span, &replaced);
  replace_uses(self, item, &replaced);
  sort(&replaced);
  bool tuple = item->shows && is_bare_tuple(self->plan->tree, item->node);
  if (item->shows)
    mlo_buf_format(&self->out, "%.*s(%s", MLO_FMT(self->plan->show), tuple ? "(" : "");
  put_code(self, item->span, indent, &replaced);
  if (item->shows) mlo_buf_format(&self->out, ")%s", tuple ? ")" : "");
}

static void put_magic(mlo_code_writer *self, const mlo_item *item, unsigned indent) {
  const mlo_module *module = self->plan->request->module;
  const mlo_magic *magic = &module->magics.items[item->magic];
  mlo_str whole = mlo_span_of(module->original, magic->span), python, import;
  mlo_magic_kind kind =
      mlo_magic_translate(magic, whole, false, self->plan->arena, &python, &import);
  if (kind != MLO_MAGIC_PYTHON) return; /* the docstring names it, if it matters */
  put_indent(self, indent);
  mlo_buf_add(&self->out, python);
  mlo_buf_char(&self->out, '\n');
}

void mlo_code_put_item(mlo_code_writer *self, const mlo_item *item, unsigned indent) {
  if (item->node == MLO_NO_NODE) return put_magic(self, item, indent);
  put_indent(self, indent);
  put_statement(self, item, indent);
  end_line(self);
}

/* --- prose --- */

static bool is_printable(char c) { return (unsigned char)c >= 32 && c != 127; }

void mlo_code_put_comment(mlo_code_writer *self, mlo_str text, unsigned indent) {
  for (mlo_str rest = mlo_str_trim(text); rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    put_indent(self, indent);
    mlo_buf_lit(&self->out, "# ");
    for (size_t i = 0; i < line.len; i++)
      if (is_printable(line.ptr[i])) mlo_buf_char(&self->out, line.ptr[i]);
    end_line(self);
  }
}

void mlo_code_put_prose(mlo_code_writer *self, mlo_str text) {
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    if (c == '\\') c = '/';
    if (c == '"') c = '\'';
    if (is_printable(c) || c == '\n') mlo_buf_char(&self->out, c);
  }
}
