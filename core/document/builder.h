/* builder: appends values to a document while a front end reads it. Inside core/document only.
 *
 * Every front end has one shape: it reads out->text into out->values, which hold the stream already (values[0],
 * an empty list), and notes what it could not read with mlo_builder_broken. It fails only when nothing can be
 * read. Children may be added to any value at any time: they keep the order in which they were added. */
#ifndef MLO_BUILDER_H
#define MLO_BUILDER_H

#include "base/map.h"
#include "document/document.h"

/* Values deeper than this are left out and noted as broken: readers may recurse. */
enum { MLO_DOCUMENT_DEPTH = 200 };

typedef struct mlo_builder {
  mlo_document *document;
  mlo_arena *arena;
  MLO_ARRAY(mlo_value) last; /* last child of each value, in step with document->values */
  mlo_map places;            /* containers that mlo_builder_place made, by parent, kind and key */
} mlo_builder;

/* A key and its bytes. Keys that we name ourselves ("instructions") have the empty span of their value's start;
 * list items have no key: MLO_NO_KEY. */
typedef struct mlo_key {
  mlo_str text;
  mlo_span span;
} mlo_key;
#define MLO_NO_KEY ((mlo_key){{NULL, 0}, {0, 0}})
/* A key of our own, from a literal. */
#define MLO_OWN_KEY(literal) ((mlo_key){MLO_STR(literal), {0, 0}})

/* Starts a document: sets out->values to the stream alone. out has format, path and text. */
mlo_builder mlo_builder_of(mlo_document *out, mlo_arena *arena);

/* Appends node as parent's last child and returns it. Links, key, target and count of node are set here. */
mlo_value mlo_builder_add(mlo_builder *self, mlo_value parent, mlo_key key, mlo_value_node node);
mlo_value mlo_builder_map(mlo_builder *self, mlo_value parent, mlo_key key, mlo_span span);
mlo_value mlo_builder_list(mlo_builder *self, mlo_value parent, mlo_key key, mlo_span span);
/* inner is span: nothing is quoted. */
mlo_value mlo_builder_string(mlo_builder *self, mlo_value parent, mlo_key key, mlo_str text,
                             mlo_span span);
mlo_value mlo_builder_integer(mlo_builder *self, mlo_value parent, mlo_key key, int64_t integer,
                              mlo_span span);
mlo_value mlo_builder_bool(mlo_builder *self, mlo_value parent, mlo_key key, bool boolean,
                           mlo_span span);
/* The map or list that stands below parent under key: the one this function made before, its span widened to
 * hold span, or a new one. For formats that come back to a container (TOML tables, HCL blocks, INI sections). */
mlo_value mlo_builder_place(mlo_builder *self, mlo_value parent, mlo_key key, mlo_value_kind kind,
                            mlo_span span);
/* The container that mlo_builder_place made, or MLO_NO_VALUE. */
mlo_value mlo_builder_placed(mlo_builder *self, mlo_value parent, mlo_str key, mlo_value_kind kind);
/* True the first time it is asked for this parent, key and kind: to tell a key that stands twice. */
bool mlo_builder_claim(mlo_builder *self, mlo_value parent, mlo_str key, mlo_value_kind kind);
/* The node while the document is built; the pointer holds until the next value is added. */
static inline mlo_value_node *mlo_builder_at(mlo_builder *self, mlo_value value) {
  return &self->document->values.items[value];
}
/* The bytes of the text between two offsets. */
static inline mlo_str mlo_builder_text(const mlo_builder *self, uint32_t start, uint32_t end) {
  return mlo_str_slice(self->document->text, start, end);
}
/* Notes what could not be read; the place that comes first in the text is kept. */
void mlo_builder_broken(mlo_builder *self, mlo_span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Scalars from their source text, shared by formats. number_of reads decimal, 0x, 0o, 0b and floats with '_'
 * between digits allowed; false if s is no number as a whole. Sets kind, text, number and integer of out. */
bool mlo_number_of(mlo_str s, mlo_value_node *out);
/* Makes a NULL, BOOL, INTEGER, FLOAT or STRING node by the core schema of YAML 1.2. */
mlo_value_node mlo_scalar_of(mlo_str s, mlo_span span);

/* A text being decoded: a growable byte string in the arena. */
typedef MLO_ARRAY(char) mlo_decoded;
void mlo_decoded_add(mlo_decoded *self, mlo_str s, mlo_arena *arena);
void mlo_decoded_char(mlo_decoded *self, uint32_t code_point, mlo_arena *arena);
static inline mlo_str mlo_decoded_str(const mlo_decoded *self) {
  return mlo_str_of(self->items, self->len);
}
/* Decodes one backslash escape at s[*at] (the byte behind the backslash) by the rules that JSON, TOML and HCL
 * share: b t n f r e " \ / 0 uXXXX (with surrogate pairs) UXXXXXXXX xXX. Moves *at behind it. An unknown escape
 * is kept as written and gives false. */
bool mlo_decode_escape(mlo_str s, size_t *at, mlo_decoded *out, mlo_arena *arena);

/* Cuts text: the next piece of text[*at, end) starts at *at and ends before the next line that starts one; *at
 * moves behind it. False at the end. */
typedef bool mlo_piece_fn(mlo_str line, const void *ctx);
bool mlo_next_piece(mlo_str text, uint32_t *at, uint32_t end, mlo_piece_fn *starts, const void *ctx,
                    mlo_span *piece);

/* A text that does not parse as a whole, read as the longest runs of pieces that do: halves of halves, down to the
 * single piece that is broken. read tries a run; it says by *done that nothing is left to do there, and must say so
 * for a single piece. */
typedef struct mlo_rescue {
  mlo_str text;
  mlo_piece_fn *starts;
  const void *starts_ctx;
  mlo_status (*read)(void *reader, mlo_span run, bool single, bool *done);
  void *reader;
} mlo_rescue;
enum { MLO_RESCUE_PARSES = 2000 }; /* in one document, for readers to count */
mlo_status mlo_rescue_span(const mlo_rescue *self, mlo_span span, mlo_arena *arena);

/* Which of a reader's named kinds a node is: an index into names (ended by an empty one), or MLO_OTHER_KIND.
 * Names are compared once for each symbol of the grammar. */
enum { MLO_OTHER_KIND = 255, MLO_SYMBOLS_KNOWN = 1024 };
typedef struct mlo_kind_table {
  const mlo_str *names;
  uint8_t of[MLO_SYMBOLS_KNOWN]; /* index + 1; 0: not asked yet */
} mlo_kind_table;
unsigned mlo_kind_in(mlo_kind_table *self, const mlo_tree *tree, mlo_node node);

/* The front ends. */
typedef mlo_status mlo_front_end(mlo_document *out, mlo_parser *parser, mlo_arena *arena,
                                 mlo_error *err);
mlo_front_end mlo_read_json, mlo_read_yaml, mlo_read_toml, mlo_read_hcl, mlo_read_ini,
    mlo_read_dockerfile, mlo_read_requirements, mlo_read_markdown;
/* Reads text[span] as YAML and adds its first document below parent: front matter. */
mlo_status mlo_read_yaml_below(mlo_builder *self, mlo_parser *parser, mlo_value parent, mlo_key key,
                               mlo_span span, mlo_error *err);

#endif
