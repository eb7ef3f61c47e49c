/* sinks: where results go: pairs of --format and --output. */
#ifndef MLO_SINKS_H
#define MLO_SINKS_H

#include "plugins/cli/arguments.h"
#include "plugins/cli/output.h"

/* The names of all formats, as the choices of an option; the writers stand in the same order. */
#define MLO_FORMATS "text|json|jsonl|github|sarif"

typedef struct mlo_sink {
  const mlo_writer *writer; /* NULL: not said yet */
  mlo_str path;             /* ptr NULL: standard output */
} mlo_sink;
typedef MLO_ARRAY(mlo_sink) mlo_sinks;

/* Reads the pairs in the user's order: a second --format or --output begins the next pair. Fails with MLO_ERR_USAGE if
 * two pairs go to the same place. At least one sink comes out. */
mlo_status mlo_sinks_read(const mlo_arguments *arguments, uint32_t format_flag,
                          uint32_t output_flag, mlo_arena *arena, mlo_sinks *out, mlo_error *err);

typedef struct mlo_sink_options {
  mlo_writer_options writer; /* color and width are found per sink */
  mlo_str color;             /* --color */
  bool to_stderr;            /* standard output is taken (fixed text): say it on standard error */
} mlo_sink_options;

/* Writes result to every sink; false, said on standard error, if one failed. */
bool mlo_sinks_write(const mlo_sinks *self, const mlo_result *result,
                     const mlo_catalogue *catalogue, const mlo_sink_options *options);

#endif
