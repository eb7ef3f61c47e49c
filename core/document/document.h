/* document: the located tree of a config file, one shape for YAML, TOML, JSON, HCL, Dockerfile, INI,
 * requirements, Markdown and shell scripts.
 *
 * Values are plain and stand in one array; an index names one. values[0] is the stream: a list whose items are
 * the file's documents (one, except in YAML and JSON Lines). Every value knows the bytes it came from.
 *
 * What each format becomes:
 *   json, yaml, toml   what they say. YAML anchors, aliases and merge keys (<<) are followed on reading, never
 *                      copied; tags are dropped; a document that is a Helm template is read as far as it can be.
 *   hcl                blocks nest by type and labels: resource "a" "b" { x = 1 } is resource.a.b[0].x
 *                      (a block is always an item of a list, since it may repeat); expressions that are not
 *                      literals are strings with their source text.
 *   ini                section -> key -> string; keys before a section stand in section "".
 *   dockerfile         {instructions: [{name: "FROM" (upper case), value: "the rest", arguments: ["words"],
 *                      flags: {platform: "..."}, form: "shell"|"exec", stage: 0}]}; line continuations and
 *                      heredocs belong to their instruction. FROM has image, tag, digest, alias too; ENV and ARG
 *                      and LABEL have variables: {K: "V"}; heredocs: ["text"] and, of ONBUILD, instruction: {..}
 *                      where there are any; no stage in front of the first FROM. Directives ("syntax", "escape")
 *                      stand beside instructions. What is absent in the file is absent here.
 *   requirements       {requirements: [{name (normalised as PEP 503), specifier: "==1.2", extras: [..], marker,
 *                      url, hashes: n}], options: [{name: "--extra-index-url", value: ".."}]}
 *   markdown           {front_matter: <the YAML>, sections: [{level, title, text}], code: [{language, text}],
 *                      text: the whole}. A section reaches to the next heading; text before the first heading is
 *                      a section of level 0 with an empty title.
 *   bash               {} : shell scripts are read through mlo_commands. */
#ifndef MLO_DOCUMENT_H
#define MLO_DOCUMENT_H

#include "base/array.h"
#include "base/error.h"
#include "lang/language.h"

typedef enum mlo_value_kind {
  MLO_VALUE_NULL,
  MLO_VALUE_BOOL,
  MLO_VALUE_INTEGER,
  MLO_VALUE_FLOAT,
  MLO_VALUE_STRING,
  MLO_VALUE_LIST,
  MLO_VALUE_MAP,
  MLO_VALUE_ALIAS /* while YAML is read: nobody else sees one */
} mlo_value_kind;

typedef uint32_t mlo_value; /* an index into values; MLO_NO_VALUE: none */
#define MLO_NO_VALUE UINT32_MAX

typedef struct mlo_value_node {
  mlo_value_kind kind;
  mlo_span span;     /* the value's own bytes, quotes included */
  mlo_span key_span; /* the key's bytes; empty for list items */
  mlo_str key;       /* decoded key; empty for list items */
  mlo_str text;      /* a scalar, decoded: 'yes', "0.10", text of a string */
  mlo_span inner;    /* strings: the bytes between the quotes, or the block scalar's lines */
  double number;     /* INTEGER, FLOAT */
  int64_t integer;   /* INTEGER that fits; else the nearest */
  bool boolean;
  bool folded;      /* string whose line ends mean spaces (YAML '>' and plain multi-line) */
  mlo_value parent; /* MLO_NO_VALUE for the stream */
  mlo_value first;  /* first child or MLO_NO_VALUE */
  mlo_value next;   /* next sibling or MLO_NO_VALUE */
  mlo_value
      target; /* what a YAML alias stands for; else MLO_NO_VALUE. The node is then a second view of its
                        target: own key, place and span, shared text and children. Children may lead back to an
                        ancestor: bound your walk */
  uint32_t count; /* children */
} mlo_value_node;

typedef struct mlo_document {
  mlo_format format;
  mlo_str path; /* as the source has it */
  mlo_str text; /* the text that spans index */
  MLO_ARRAY(mlo_value_node) values;
  bool broken;          /* something in the file could not be read */
  mlo_span broken_span; /* the first place */
  char broken_why[120]; /* in words */
} mlo_document;

/* Reads text as a document. Broken parts are left out and noted in `broken`; the rest is read. Fails only when
 * nothing can be read. The document lives in arena and borrows text. */
mlo_status mlo_document_read(mlo_parser *parser, mlo_format format, mlo_str path, mlo_str text,
                             mlo_arena *arena, mlo_document *out, mlo_error *err);

/* The node of a value; a NULL-kind node for MLO_NO_VALUE. */
const mlo_value_node *mlo_document_node(const mlo_document *self, mlo_value value);
/* The child of a map by key (merge keys looked through; the last of duplicate keys wins, as parsers do it). */
mlo_value mlo_document_member(const mlo_document *self, mlo_value map, mlo_str key);
/* The item of a list, from 0. */
mlo_value mlo_document_item(const mlo_document *self, mlo_value list, uint32_t index);

/* Visits map members (merge keys included, own keys first) or list items: start with cursor {0}. */
typedef struct mlo_value_cursor {
  mlo_value at, merge;
  bool started;
} mlo_value_cursor;
bool mlo_document_each(const mlo_document *self, mlo_value parent, mlo_value_cursor *cursor,
                       mlo_value *child);

/* A path: a.b[*].c  a[0]  ['key.with.dots']  a.*  and ** for any depth (a.**.image, **.containers[*]; a.** is all
 * that is below a). * and [*] mean the same: all members or items. $ alone is the value itself: each document. Compiled once, const afterwards. */
typedef enum mlo_step_kind {
  MLO_STEP_KEY,
  MLO_STEP_INDEX,
  MLO_STEP_ANY,
  MLO_STEP_DEEP
} mlo_step_kind;
typedef struct mlo_step {
  mlo_step_kind kind;
  mlo_str key;
  uint32_t index;
} mlo_step;
typedef struct mlo_path {
  MLO_ARRAY(mlo_step) steps;
} mlo_path;
mlo_status mlo_path_compile(mlo_str text, mlo_arena *arena, mlo_path *out, mlo_error *err);
/* The first value below `from` that path leads to, or MLO_NO_VALUE. */
mlo_value mlo_document_get(const mlo_document *self, mlo_value from, const mlo_path *path);
/* All of them in document order, each once; fn returns false to stop. From the stream the path is applied to
 * each document. */
typedef bool mlo_value_fn(const mlo_document *document, mlo_value value, void *ctx);
void mlo_document_select(const mlo_document *self, mlo_value from, const mlo_path *path,
                         mlo_value_fn *fn, void *ctx);
/* The path of a value as text, e.g. services.api.ports[0]. */
mlo_str mlo_document_path_of(const mlo_document *self, mlo_value value, mlo_arena *arena);

#endif
