#include "run/config_reader.h"

static uint32_t line_at(mlo_str text, uint32_t offset) {
  uint32_t line = 1;
  for (uint32_t i = 0; i < offset && i < text.len; i++) line += text.ptr[i] == '\n';
  return line;
}

mlo_source mlo_config_source(const mlo_config_reader *self, uint32_t offset) {
  return (mlo_source){self->document->path, line_at(self->document->text, offset)};
}

mlo_status mlo_config_wrong(const mlo_config_reader *self, uint32_t offset, const char *format,
                            mlo_str a, mlo_str b) {
  const mlo_document *document = self->document;
  mlo_str text = mlo_arena_format(self->arena, format, MLO_FMT(a), MLO_FMT(b));
  return mlo_error_set(self->err, MLO_ERR_CONFIG, document->path, "line %u: %.*s",
                       line_at(document->text, offset), MLO_FMT(text));
}

mlo_status mlo_config_wrong_value(const mlo_config_reader *self, mlo_value value,
                                  const char *wanted) {
  const mlo_value_node *node = mlo_config_node(self, value);
  return mlo_config_wrong(self, node->span.start, "`%.*s` must be %.*s", node->key,
                          mlo_str_c(wanted));
}

mlo_status mlo_config_check_kind(const mlo_config_reader *self, mlo_value value,
                                 mlo_value_kind kind, const char *wanted) {
  bool right = mlo_config_node(self, value)->kind == kind;
  return right ? MLO_OK : mlo_config_wrong_value(self, value, wanted);
}

mlo_status mlo_config_check_strings(const mlo_config_reader *self, mlo_value list,
                                    const char *wanted) {
  mlo_status status = mlo_config_check_kind(self, list, MLO_VALUE_LIST, wanted);
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, list, &cursor, &item))
    if (mlo_config_node(self, item)->kind != MLO_VALUE_STRING)
      status = mlo_config_wrong_value(self, list, wanted);
  return status;
}

mlo_status mlo_config_read_strings(const mlo_config_reader *self, mlo_value list,
                                   const char *wanted, mlo_config_words *out) {
  mlo_status status = mlo_config_check_strings(self, list, wanted);
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, list, &cursor, &item)) {
    mlo_str word = mlo_arena_str(self->arena, mlo_config_node(self, item)->text);
    MLO_PUSH(self->arena, &out->words, word);
  }
  return status;
}
