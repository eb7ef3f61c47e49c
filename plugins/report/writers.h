/* writers: the output formats, one record each. */
#ifndef MLO_WRITERS_H
#define MLO_WRITERS_H

#include "mlopslint.h"

extern const mlo_writer mlo_text_writer;
extern const mlo_writer mlo_json_writer;
extern const mlo_writer mlo_jsonl_writer;
extern const mlo_writer mlo_github_writer;
extern const mlo_writer mlo_sarif_writer;

#endif
