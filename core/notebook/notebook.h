/* notebook: a notebook as cells whose every byte is located in the file.
 *
 * The reader of Jupyter's format (nbformat 3 and 4) is our own: cells and outputs are found by one scan of the JSON,
 * strings are decoded only when asked for, and base64 images never. What the reader gives no field for is reached by
 * its span: mlo_json_find and mlo_json_members (json.h) read any metadata. Format:
 * https://nbformat.readthedocs.io/en/latest/format_description.html */
#ifndef MLO_NOTEBOOK_H
#define MLO_NOTEBOOK_H

#include "base/array.h"
#include "base/error.h"
#include "notebook/json.h"
#include "text/origin.h"

/* Instead of an index into a notebook's cells. */
#define MLO_NO_CELL UINT32_MAX

typedef enum mlo_cell_kind { MLO_CELL_CODE, MLO_CELL_MARKDOWN, MLO_CELL_RAW } mlo_cell_kind;

typedef enum mlo_output_kind {
  MLO_OUTPUT_STREAM,
  MLO_OUTPUT_DISPLAY,
  MLO_OUTPUT_RESULT, /* execute_result, pyout */
  MLO_OUTPUT_ERROR   /* error, pyerr */
} mlo_output_kind;

/* How the file holds its cells. */
typedef enum mlo_notebook_form {
  MLO_FORM_IPYNB,      /* Jupyter's JSON */
  MLO_FORM_DATABRICKS, /* the others are Python files: script.h */
  MLO_FORM_PERCENT,
  MLO_FORM_MARIMO,
  MLO_FORM_COUNT
} mlo_notebook_form;

/* Where a notebook was last written, by the keys that each leaves in the metadata; of several, the first here:
 * a service that runs notebooks tells more than an editor. */
typedef enum mlo_platform {
  MLO_PLATFORM_JUPYTER, /* nothing says otherwise */
  MLO_PLATFORM_DATABRICKS,
  MLO_PLATFORM_DEEPNOTE,
  MLO_PLATFORM_SNOWFLAKE,
  MLO_PLATFORM_SAGEMAKER,
  MLO_PLATFORM_AZURE, /* Azure ML, Synapse, Fabric */
  MLO_PLATFORM_KAGGLE,
  MLO_PLATFORM_COLAB,
  MLO_PLATFORM_PYCHARM,
  MLO_PLATFORM_VSCODE,
  MLO_PLATFORM_MARIMO,
  MLO_PLATFORM_COUNT
} mlo_platform;

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
  mlo_str stream;                  /* of a stream: "stdout", "stderr" */
  mlo_str error_name, error_value; /* of an error: "ValueError", its message */
  int64_t execution_count;         /* -1: null, absent or 0 */
  mlo_span count_span;             /* raw: the execution_count value, or empty */
  mlo_span metadata_span;          /* raw: the metadata value, or empty */
} mlo_output;

/* What a flag of the metadata says. */
typedef enum mlo_said { MLO_UNSAID, MLO_SAID_YES, MLO_SAID_NO } mlo_said;

/* A file within a Markdown cell: an image that was pasted. */
typedef struct mlo_attachment {
  mlo_str name; /* "image.png", as the cell's text names it: attachment:image.png */
  mlo_str mime;
  mlo_span span; /* raw: the JSON value, base64 */
} mlo_attachment;

/* Spans are empty where the file has no such thing. */
typedef struct mlo_cell {
  mlo_cell_kind kind;
  uint32_t number;          /* from 1, counting all cells */
  mlo_span span;            /* raw: the cell object */
  mlo_str source;           /* decoded, lines joined */
  mlo_origin source_origin; /* source offsets to raw offsets; never without anchors */
  mlo_span source_span;     /* raw: the JSON value, a string or a list of strings */
  mlo_str id;
  mlo_span id_span;        /* raw: its value */
  int64_t execution_count; /* -1: null, absent, or 0, which Databricks writes into every cell */
  mlo_span count_span;     /* raw: the execution_count value */
  mlo_span outputs_span;   /* raw: the outputs list */
  mlo_span metadata_span;  /* raw: the metadata object */
  mlo_said keep_output;    /* metadata "keep_output"; "init_cell": true says yes too */
  mlo_span attachments_span;
  MLO_ARRAY(mlo_output) outputs;
  MLO_ARRAY(mlo_attachment) attachments;
  MLO_ARRAY(mlo_str) tags;
  mlo_str
      language; /* of a code cell: lower case; the notebook's, unless its platform's metadata or a magic in
                       its first line (%%bash; %sql on Databricks) says otherwise */
  bool magic_language;    /* a magic says it: the cell is sent to the notebook's own kernel */
  bool collapsed_source;  /* jupyter.source_hidden, Kaggle's _kg_hide-input, Colab's form view */
  bool collapsed_outputs; /* collapsed, jupyter.outputs_hidden, Kaggle's _kg_hide-output */
} mlo_cell;

/* Something that Jupyter would pass over in silence, and that hides a part of the file from every reader. */
typedef struct mlo_notebook_doubt {
  mlo_span span; /* raw: the name that stands for the second time */
  mlo_str what;  /* for the user: what is wrong, and what to do */
} mlo_notebook_doubt;

typedef struct mlo_notebook {
  mlo_str raw; /* the file's text; spans called raw index it */
  mlo_notebook_form form;
  int nbformat;
  int nbformat_minor; /* -1: not said */
  mlo_platform platform;
  mlo_str
      language; /* of the kernel, lower case, without version: "python", "r", "julia", "sql"; "python" if
                       nothing is said */
  mlo_str kernel;         /* kernelspec.name: "python3", "ir", or empty */
  mlo_span metadata_span; /* raw: the metadata object, or empty; below it: */
  mlo_span kernelspec_span, language_info_span, widgets_span; /* widgets: the state of ipywidgets */
  mlo_said keep_output;                                       /* metadata "keep_output" */
  mlo_span cells_span; /* raw: the list of cells (of nbformat 3: the list of worksheets) */
  MLO_ARRAY(mlo_cell) cells;
  MLO_ARRAY(mlo_span) outside; /* raw: Python between the cells, which runs too (marimo) */
  MLO_ARRAY(mlo_notebook_doubt)
  doubts; /* members that stand twice with different values: the last one counts, as in Python */
  bool repeats; /* a member that was read stands twice, also with one value, or there are two lists of cells: spans
                   lead to the last one only */
} mlo_notebook;

/* Reads raw (borrowed). Fails with MLO_ERR_SYNTAX for what is not a notebook, saying where and what; a file of
 * conflict markers says so. Nesting is bounded (MLO_ERR_TOO_LARGE). */
mlo_status mlo_notebook_read(mlo_str raw, mlo_str path, mlo_arena *arena, mlo_notebook *out,
                             mlo_error *err);
/* "ipynb", "databricks", "percent", "marimo". */
mlo_str mlo_form_name(mlo_notebook_form form);
/* "jupyter", "databricks", ... */
mlo_str mlo_platform_name(mlo_platform platform);
#endif
