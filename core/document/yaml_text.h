/* yaml_text: the text of YAML's scalars, and templates inside YAML. Inside core/document only. */
#ifndef MLO_YAML_TEXT_H
#define MLO_YAML_TEXT_H

#include "document/builder.h"

/* The node of a scalar at text[span], decoded and typed. */
mlo_value_node mlo_yaml_plain(mlo_str text, mlo_span span, mlo_arena *arena);
mlo_value_node mlo_yaml_single_quoted(mlo_str text, mlo_span span, mlo_arena *arena);
mlo_value_node mlo_yaml_double_quoted(mlo_str text, mlo_span span, mlo_arena *arena);
/* column: where the entry that the scalar belongs to starts. */
mlo_value_node mlo_yaml_block_scalar(mlo_str text, mlo_span span, uint32_t column,
                                     mlo_arena *arena);

/* A copy of text in which template actions {{ }} and {% %} of text[span] are painted over byte by byte: with
 * spaces where they stand alone or only steer, with letters where they stand for a value. Block scalars are left as
 * they are. NULL if nothing was painted. */
char *mlo_yaml_paint_templates(mlo_str text, mlo_span span, mlo_arena *arena);

#endif
