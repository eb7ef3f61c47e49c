/* known: what calls of well-known libraries give back, as data. Inside core/facts only. */
#ifndef MLO_KNOWN_H
#define MLO_KNOWN_H

#include "base/str.h"

bool mlo_is_builtin(mlo_str name);
/* The class that calling this gives: "pandas.DataFrame" for "pandas.read_csv"; empty when nothing is known. */
mlo_str mlo_result_class(mlo_str callee);
/* The class that a method call gives: ("pandas.DataFrame", "dropna") gives the receiver itself. */
mlo_str mlo_method_class(mlo_str receiver, mlo_str method);
/* True for copy.deepcopy, sklearn.base.clone ...: the result is what the first argument is. */
bool mlo_returns_argument(mlo_str callee);
/* True for methods that change the object they are called on: append, pop, update, fit ... */
bool mlo_changes_receiver(mlo_str method);
/* The class of an attribute that is no method: Path.parent is a Path. */
mlo_str mlo_attribute_class(mlo_str owner, mlo_str attribute);
/* True if the last part of a qualified name begins with a capital, underscores skipped. */
bool mlo_name_is_class(mlo_str qualified);

#endif
