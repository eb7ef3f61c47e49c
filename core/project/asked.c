#include "project/asked.h"

static mlo_str copy_of(const mlo_asked_log *log, mlo_str text) {
  return mlo_arena_str(log->arena, text);
}

static void note(mlo_asked_log *log, mlo_asked asked) {
  log->full |= log->items.len >= MLO_ASKED_MAX;
  if (!log->arena || log->full) return;
  mlo_str key = mlo_arena_format(log->arena, "%d%c%.*s%c%.*s", (int)asked.kind, 0,
                                 MLO_FMT(asked.where), 0, MLO_FMT(asked.name));
  uint32_t *place = mlo_map_put(&log->known, key, log->arena);
  if (*place) return;
  asked.where = copy_of(log, asked.where);
  asked.name = copy_of(log, asked.name);
  asked.answer = copy_of(log, asked.answer);
  MLO_PUSH(log->arena, &log->items, asked);
  *place = log->items.len;
}

/* "shop/io.py", or "shop/" for a folder without __init__.py, or nothing. */
static mlo_str place_of(const mlo_py_module *module, mlo_arena *arena) {
  if (module->path.len || !module->folder.ptr) return module->path;
  return mlo_arena_concat(arena, module->folder, MLO_STR("/"));
}

mlo_py_module mlo_ask_file(mlo_asked_log *log, mlo_project_files *files, mlo_str path,
                           mlo_arena *arena) {
  mlo_py_module found = mlo_modules_of_file(files, path, arena);
  note(log, (mlo_asked){.kind = MLO_ASKED_FILE, .where = path, .answer = found.name});
  return found;
}

mlo_py_module mlo_ask_top(mlo_asked_log *log, mlo_project_files *files, mlo_str importer,
                          mlo_str name, mlo_arena *arena) {
  mlo_py_module found = mlo_modules_top(files, importer, name, arena);
  note(log, (mlo_asked){.kind = MLO_ASKED_TOP,
                        .where = importer,
                        .name = name,
                        .answer = place_of(&found, arena)});
  return found;
}

mlo_py_module mlo_ask_inside(mlo_asked_log *log, mlo_project_files *files,
                             const mlo_py_module *package, mlo_str name, mlo_arena *arena) {
  mlo_py_module found = mlo_modules_inside(files, package, name, arena);
  if (package->folder.ptr)
    note(log, (mlo_asked){.kind = MLO_ASKED_INSIDE,
                          .where = package->folder,
                          .name = name,
                          .answer = place_of(&found, arena)});
  return found;
}

mlo_py_module mlo_ask_above(mlo_asked_log *log, mlo_project_files *files, const mlo_py_module *self,
                            unsigned dots, mlo_arena *arena) {
  mlo_py_module found = mlo_modules_above(files, self, dots, arena);
  if (!found.folder.ptr) return found;
  mlo_str start = mlo_arena_format(arena, "%.*s%s__init__.py", MLO_FMT(found.folder),
                                   found.folder.len ? "/" : "");
  mlo_ask_kind(log, files, start);
  return found;
}

mlo_file_kind mlo_ask_kind(mlo_asked_log *log, mlo_project_files *files, mlo_str path) {
  mlo_file_kind kind = mlo_project_files_kind(files, path);
  note(log, (mlo_asked){.kind = MLO_ASKED_KIND, .where = path, .digest = kind});
  return kind;
}

void mlo_ask_text(mlo_asked_log *log, mlo_str path) {
  note(log, (mlo_asked){.kind = MLO_ASKED_TEXT, .where = path});
}

void mlo_asked_finish(mlo_asked_items *items, mlo_interfaces *interfaces,
                      mlo_module_reader *reader) {
  for (uint32_t i = 0; i < items->len; i++)
    if (items->items[i].kind == MLO_ASKED_TEXT)
      items->items[i].digest = mlo_interfaces_digest(interfaces, items->items[i].where, reader);
}

bool mlo_asked_holds(const mlo_asked *self, mlo_interfaces *interfaces, mlo_module_reader *reader,
                     mlo_arena *arena) {
  mlo_project_files *files = interfaces->files;
  mlo_py_module found = {0}, package = {.folder = self->where};
  switch (self->kind) {
  case MLO_ASKED_FILE:
    found = mlo_modules_of_file(files, self->where, arena);
    return mlo_str_eq(found.name, self->answer);
  case MLO_ASKED_TOP: found = mlo_modules_top(files, self->where, self->name, arena); break;
  case MLO_ASKED_INSIDE: found = mlo_modules_inside(files, &package, self->name, arena); break;
  case MLO_ASKED_KIND: return mlo_project_files_kind(files, self->where) == self->digest;
  case MLO_ASKED_TEXT:
    return mlo_interfaces_digest(interfaces, self->where, reader) == self->digest;
  case MLO_ASKED_KIND_COUNT: return false;
  }
  return mlo_str_eq(place_of(&found, arena), self->answer);
}
