/* writer: code of the notebook put into the module that is made. Inside core/export only. */
#ifndef MLO_EXPORT_WRITER_H
#define MLO_EXPORT_WRITER_H

#include "base/buf.h"
#include "export/plan.h"

typedef struct mlo_code_writer {
  mlo_plan *plan;
  mlo_buf out;
  MLO_ARRAY(mlo_span) strings; /* that go on over lines: their inside is never indented */
} mlo_code_writer;

void mlo_code_writer_open(mlo_code_writer *self, mlo_plan *plan);
/* What was written, in the plan's arena. Releases the writer. */
mlo_str mlo_code_writer_close(mlo_code_writer *self);
/* A statement, magic or comment of the notebook, from the margin `indent` on, with the end of its line. */
void mlo_code_put_item(mlo_code_writer *self, const mlo_item *item, unsigned indent);
/* Code as it stands in span, without the end of the line. */
void mlo_code_put(mlo_code_writer *self, mlo_span span, unsigned indent);
/* Each line of text as a comment; nothing in it can end the comment. */
void mlo_code_put_comment(mlo_code_writer *self, mlo_str text, unsigned indent);
/* text inside a docstring: it can't end it, nor hold escapes. */
void mlo_code_put_prose(mlo_code_writer *self, mlo_str text);

#endif
