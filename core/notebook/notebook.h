/* notebook: a Jupyter notebook (nbformat 3 and 4) as cells whose every byte is located in the file.
 *
 * The reader is our own: cells and outputs are found by one scan of the JSON, strings are decoded only when
 * asked for, and base64 images never. Format: https://nbformat.readthedocs.io/en/latest/format_description.html */
#ifndef MLO_NOTEBOOK_H
#define MLO_NOTEBOOK_H

#include "base/array.h"
#include "base/error.h"
#include "notebook/json.h"
#include "text/origin.h"

typedef enum mlo_cell_kind { MLO_CELL_CODE, MLO_CELL_MARKDOWN, MLO_CELL_RAW } mlo_cell_kind;

typedef enum mlo_output_kind {
  MLO_OUTPUT_STREAM,
  MLO_OUTPUT_DISPLAY,
  MLO_OUTPUT_RESULT, /* execute_result, pyout */
  MLO_OUTPUT_ERROR
} mlo_output_kind;

/* One text of an output: a stream, a MIME type's text, a traceback. */
typedef struct mlo_output_text {
  mlo_str
      mime; /* "text/plain", "text/html", ...; "stdout"/"stderr" for streams; "traceback" for errors */
  mlo_span
      span; /* raw: the JSON value, a string, a list of strings or (application/json and its kin) an object:
                    mlo_json_text reads it */
} mlo_output_text;

typedef struct mlo_output {
  mlo_output_kind kind;
  mlo_span span; /* raw: the output object */
  MLO_ARRAY(mlo_output_text) texts;
} mlo_output;

/* What a flag of the metadata says. */
typedef enum mlo_said { MLO_UNSAID, MLO_SAID_YES, MLO_SAID_NO } mlo_said;

typedef struct mlo_cell {
  mlo_cell_kind kind;
  uint32_t number;          /* from 1, counting all cells */
  mlo_span span;            /* raw: the cell object */
  mlo_str source;           /* decoded, lines joined */
  mlo_origin source_origin; /* source offsets to raw offsets; never without anchors */
  mlo_str id;
  int64_t execution_count; /* -1: null or absent */
  mlo_span count_span;     /* raw: the execution_count value, or empty */
  mlo_span outputs_span;   /* raw: the outputs list, or empty */
  mlo_span metadata_span;  /* raw: the metadata object, or empty */
  mlo_said keep_output;    /* metadata "keep_output"; "init_cell": true says yes too */
  MLO_ARRAY(mlo_output) outputs;
  MLO_ARRAY(mlo_str) tags;
  bool collapsed_source; /* jupyter.source_hidden */
} mlo_cell;

typedef struct mlo_notebook {
  mlo_str raw; /* the file's text; spans called raw index it */
  int nbformat;
  mlo_str
      language; /* of the kernel, lower case, without version: "python", "r", "julia", "sql"; "python" if
                       nothing is said */
  mlo_span metadata_span; /* raw: the metadata object, or empty */
  mlo_said keep_output;   /* metadata "keep_output" */
  MLO_ARRAY(mlo_cell) cells;
} mlo_notebook;

/* Reads raw (borrowed). Fails with MLO_ERR_SYNTAX for what is not a notebook, saying where and what; a file of
 * conflict markers says so. Nesting is bounded (MLO_ERR_TOO_LARGE). */
mlo_status mlo_notebook_read(mlo_str raw, mlo_str path, mlo_arena *arena, mlo_notebook *out,
                             mlo_error *err);
#endif
