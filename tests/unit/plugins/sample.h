/* sample: a hand-made result for the tests of the writers. */
#ifndef MLO_SAMPLE_H
#define MLO_SAMPLE_H

#include "../unit.h"
#include "mlopslint.h"

/* A location in a plain file whose excerpt is its first line. */
static inline mlo_location sample_at(const char *path, uint32_t line, uint32_t column,
                                     uint32_t end_column, const char *excerpt) {
  return (mlo_location){.path = mlo_str_c(path),
                        .start = {line, column, column},
                        .end = {line, end_column, end_column},
                        .excerpt = mlo_str_c(excerpt),
                        .excerpt_line = line};
}

static inline mlo_finding sample_finding(mlo_severity severity, const char *message,
                                         mlo_location location) {
  return (mlo_finding){.code = MLO_STR("SEC101"),
                       .name = MLO_STR("torch-load-unsafe"),
                       .area = MLO_STR("security"),
                       .summary = MLO_STR("torch.load runs code"),
                       .url = MLO_STR("https://example.org/SEC101"),
                       .severity = severity,
                       .message = mlo_str_c(message),
                       .location = location,
                       .fingerprint = "00112233445566778899aabbccddeeff"};
}

typedef struct sample {
  mlo_result result;
  mlo_arena arena;
  mlo_catalogue catalogue;
  mlo_writer_options options;
  mlo_buf out;
} sample;

static inline void sample_add(sample *self, mlo_finding finding) {
  MLO_PUSH(&self->arena, &self->result.findings, finding);
}

/* What the writer makes of it: until sample_release. */
static inline mlo_str sample_write(sample *self, const mlo_writer *writer) {
  mlo_buf_clear(&self->out);
  writer->write(&self->result, &self->catalogue, &self->options, &self->out);
  return mlo_buf_str(&self->out);
}

static inline void sample_release(sample *self) {
  mlo_buf_release(&self->out);
  mlo_arena_release(&self->arena);
}

#endif
