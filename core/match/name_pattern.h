/* name_pattern: patterns over qualified names.
 *
 * A pattern is dotted. A part that is * stands for one part or more: "transformers.*.from_pretrained" takes
 * "transformers.AutoModel.from_pretrained"; "*.fit" takes any receiver, a name that is not known ("?.fit")
 * included. A * inside a part stands for any characters of that part: "sklearn.dummy.Dummy*". */
#ifndef MLO_NAME_PATTERN_H
#define MLO_NAME_PATTERN_H

#include "base/str.h"

bool mlo_name_matches(mlo_str pattern, mlo_str name);
/* The last part of a dotted name or pattern, "()" behind it dropped. */
mlo_str mlo_name_last(mlo_str name);
/* The first part. */
mlo_str mlo_name_first(mlo_str name);

#endif
