/* requirements: one requirement as PEP 508 writes it (https://peps.python.org/pep-0508/), for requirements files,
 * pyproject.toml and all others that use it. Inside core/document only. */
#ifndef MLO_REQUIREMENTS_H
#define MLO_REQUIREMENTS_H

#include "document/builder.h"

/* Spans are in the text that was read; an absent part is empty. */
typedef struct mlo_requirement {
  mlo_span span; /* name to marker */
  mlo_span name;
  mlo_span extras;    /* between the brackets */
  mlo_span specifier; /* white space included, parentheses not */
  mlo_span marker;    /* behind the ; */
  mlo_span url;       /* behind the @, or all of a bare address or path */
} mlo_requirement;

/* Reads text[span], where an escaped line end counts as white space. False if it is no requirement. */
bool mlo_requirement_read(mlo_str text, mlo_span span, mlo_requirement *out);
/* PEP 503: lower case, runs of - _ . become one -. */
mlo_str mlo_package_name(mlo_str name, mlo_arena *arena);
/* s without white space and escaped line ends. */
mlo_str mlo_specifier_text(mlo_str s, mlo_arena *arena);
/* The name that a bare address or path gives: of `#egg=name`, or of a wheel's file name; may be empty. */
mlo_span mlo_requirement_url_name(mlo_str text, mlo_span url);

#endif
