#include "project/project.h"

#include <stdlib.h>

void mlo_project_add(mlo_project *self, mlo_project_files *files, mlo_str path, mlo_format format,
                     const mlo_index_entries *entries, mlo_arena *arena) {
  if (format == MLO_FORMAT_PYTHON || format == MLO_FORMAT_NOTEBOOK) {
    mlo_project_module module = {.path = path,
                                 .name = mlo_modules_of_file(files, path, arena).name};
    MLO_PUSH(arena, &self->modules, module);
  }
  for (uint32_t i = 0; i < entries->len; i++)
    MLO_PUSH(arena, &self->entries[entries->items[i].part], entries->items[i]);
}

static int compare_modules(const void *a, const void *b) {
  const mlo_project_module *x = a, *y = b;
  return mlo_str_compare(x->path, y->path);
}

static int compare_numbers(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void sort_imports(mlo_project_module *self) {
  if (!self->imports.len) return;
  uint32_t kept = 1;
  qsort(self->imports.items, self->imports.len, sizeof *self->imports.items, compare_numbers);
  for (uint32_t i = 1; i < self->imports.len; i++)
    if (self->imports.items[i] != self->imports.items[kept - 1])
      self->imports.items[kept++] = self->imports.items[i];
  self->imports.len = kept;
}

void mlo_project_join(mlo_project *self, mlo_arena *arena) {
  if (self->modules.len)
    qsort(self->modules.items, self->modules.len, sizeof *self->modules.items, compare_modules);
  const mlo_index_entries *imports = &self->entries[MLO_INDEX_IMPORTS];
  for (uint32_t i = 0; i < imports->len; i++) {
    uint32_t from = mlo_project_module_at(self, imports->items[i].at.path),
             to = mlo_project_module_at(self, imports->items[i].target);
    if (from != UINT32_MAX && to != UINT32_MAX && from != to)
      MLO_PUSH(arena, &self->modules.items[from].imports, to);
  }
  for (uint32_t i = 0; i < self->modules.len; i++) sort_imports(&self->modules.items[i]);
}

uint32_t mlo_project_module_at(const mlo_project *self, mlo_str path) {
  const mlo_project_module *found = NULL;
  mlo_project_module wanted = {.path = path};
  if (self->modules.len && path.len)
    found =
        bsearch(&wanted, self->modules.items, self->modules.len, sizeof wanted, compare_modules);
  return found ? (uint32_t)(found - self->modules.items) : UINT32_MAX;
}

const bool *mlo_project_reached(const mlo_project *self, const uint32_t *from, uint32_t count,
                                mlo_arena *arena) {
  bool *seen = MLO_NEW_ARRAY(arena, bool, self->modules.len + 1);
  uint32_t *queue = MLO_NEW_ARRAY(arena, uint32_t, self->modules.len + 1);
  uint32_t waiting = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (!seen[from[i]]) queue[waiting++] = from[i];
    seen[from[i]] = true;
  }
  for (uint32_t at = 0; at < waiting; at++) {
    const mlo_project_module *module = &self->modules.items[queue[at]];
    for (uint32_t i = 0; i < module->imports.len; i++) {
      uint32_t next = module->imports.items[i];
      if (!seen[next]) queue[waiting++] = next;
      seen[next] = true;
    }
  }
  return seen;
}
