/* writer: the shape of an output format. plugins/report and plugins/ci define one record each. */
#ifndef MLO_WRITER_H
#define MLO_WRITER_H

#include "base/buf.h"
#include "run/engine.h"

typedef struct mlo_writer_options {
  bool color;      /* ANSI colours and OSC 8 links */
  uint32_t width;  /* terminal columns; 0: unknown */
  bool statistics; /* text: counts per rule instead of findings */
  bool quiet;      /* text: findings only, no summary */
  bool verbose;    /* text: related places and the docs' first line too */
  mlo_str folder;  /* absolute path of the root, for formats that want one */
} mlo_writer_options;

typedef struct mlo_writer {
  mlo_str name;    /* as in --format */
  mlo_str summary; /* one line for --help */
  /* Appends the whole output to out. All text of findings is hostile: the writer escapes it for its format. */
  void (*write)(const mlo_result *result, const mlo_catalogue *catalogue,
                const mlo_writer_options *options, mlo_buf *out);
} mlo_writer;

#endif
