/* shop: a small project in memory, for tests. */
#ifndef MLO_TEST_SHOP_H
#define MLO_TEST_SHOP_H

#include "unit.h"

#include "project/view.h"

typedef struct shop_file {
  const char *path;
  const char *text;
} shop_file;

typedef struct shop {
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_project_files files;
  mlo_interfaces interfaces;
  mlo_view view;
  mlo_arena arena;
} shop;

static inline void shop_open(shop *self, const shop_file *files, size_t count) {
  mlo_error err = {0};
  assert_int_equal(mlo_grammars_new(&self->grammars, &err), MLO_OK);
  assert_int_equal(mlo_parser_new(self->grammars, &self->parser, &err), MLO_OK);
  self->arena = unit_arena();
  mlo_project_files_init(&self->files, MLO_STR("."), 1 << 20, true);
  for (size_t i = 0; i < count; i++)
    mlo_project_files_add(&self->files, mlo_str_c(files[i].path), mlo_str_c(files[i].text));
  mlo_interfaces_init(&self->interfaces, &self->files);
  mlo_view_open(&self->view, &self->interfaces, self->parser, 0);
}
#define SHOP_OPEN(self, files) shop_open((self), (files), sizeof(files) / sizeof *(files))

static inline void shop_close(shop *self) {
  mlo_view_close(&self->view);
  mlo_interfaces_release(&self->interfaces);
  mlo_project_files_release(&self->files);
  mlo_arena_release(&self->arena);
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
}

#endif
