/* record: what a file gave, as bytes that a later run can take over. Private to core/run.
 *
 * Rules are written by code, and read back only under the catalogue that they were written under, so that a record holds
 * none of a rule's own texts. Reading checks every length: bytes that are no record are refused. */
#ifndef MLO_RECORD_H
#define MLO_RECORD_H

#include "base/buf.h"
#include "run/worker.h"

/* out, with what the file asked of the project; fills the buffer. */
void mlo_record_write(const mlo_file_result *result, const mlo_asked_items *asked, mlo_buf *out);
/* What the file asked: false if bytes are no record. Everything that is read lives in arena. */
bool mlo_record_read_asked(mlo_str record, mlo_arena *arena, mlo_asked_items *out);
bool mlo_record_read(mlo_str record, const mlo_catalogue *catalogue, mlo_arena *arena,
                     mlo_file_result *out);

#endif
