#include "run/fault.h"

#include "document/document.h"
#include "notebook/module.h"

typedef uint32_t count_fn(const mlo_fault_reader *self, mlo_str text);

static uint32_t count_tree_faults(const mlo_fault_reader *self, mlo_str text) {
  mlo_tree tree;
  uint32_t count = 0;
  if (mlo_parser_parse(self->parser, self->format, text, self->arena, &tree, NULL))
    return UINT32_MAX;
  for (mlo_node i = 0; i < tree.count; i++) count += tree.nodes[i].kind == MLO_KIND_ERROR;
  return count == 0 && tree.first_error != MLO_NO_NODE ? 1 : count;
}

static uint32_t count_cell_faults(const mlo_fault_reader *self, mlo_str text) {
  mlo_notebook notebook;
  mlo_module module;
  uint32_t count = 0;
  if (mlo_notebook_read(text, self->path, self->arena, &notebook, NULL)) return UINT32_MAX;
  if (mlo_module_of_notebook(&notebook, self->parser, self->arena, &module, NULL, NULL))
    return UINT32_MAX;
  for (uint32_t i = 0; i < module.cells.len; i++) count += module.cells.items[i].broken;
  return count;
}

static uint32_t count_document_faults(const mlo_fault_reader *self, mlo_str text) {
  mlo_document document;
  if (mlo_document_read(self->parser, self->format, self->path, text, self->arena, &document, NULL))
    return UINT32_MAX;
  return document.broken;
}

/* A document says only whether it is broken; where it was before, its tree tells more. */
static uint32_t count_config_faults(const mlo_fault_reader *self, mlo_str text) {
  uint32_t count = count_document_faults(self, text), more = count_tree_faults(self, text);
  return count == UINT32_MAX || more == UINT32_MAX ? UINT32_MAX : count + more;
}

static count_fn *const fault_counters[MLO_FORMAT_COUNT] = {
    [MLO_FORMAT_PYTHON] = count_tree_faults,
    [MLO_FORMAT_BASH] = count_tree_faults,
    [MLO_FORMAT_NOTEBOOK] = count_cell_faults,
    [MLO_FORMAT_JSON] = count_config_faults,
    [MLO_FORMAT_YAML] = count_config_faults,
    [MLO_FORMAT_TOML] = count_config_faults,
    [MLO_FORMAT_HCL] = count_config_faults,
    [MLO_FORMAT_DOCKERFILE] = count_document_faults,
    [MLO_FORMAT_REQUIREMENTS] = count_document_faults,
    [MLO_FORMAT_INI] = count_document_faults,
    [MLO_FORMAT_MARKDOWN] = count_document_faults};

uint32_t mlo_faults_count(const mlo_fault_reader *self, mlo_str text) {
  count_fn *count = fault_counters[self->format];
  if (!count) return 0;
  mlo_arena_mark mark = mlo_arena_save(self->arena);
  uint32_t faults = count(self, text);
  mlo_arena_restore(self->arena, mark);
  return faults;
}
