/* known: what well-known libraries give back and have, as data. Inside core/facts only. */
#ifndef MLO_KNOWN_H
#define MLO_KNOWN_H

#include "base/str.h"

bool mlo_is_builtin(mlo_str name);
/* The type that calling this gives, as text of names.h with holes that result.c tells: "pandas.DataFrame" for
 * "pandas.read_csv", "builtins.list[@1]" for "builtins.sorted"; empty when nothing is known. */
mlo_str mlo_result_class(mlo_str callee);
/* The class that a method call gives: ("pandas.DataFrame", "dropna") gives the receiver itself. */
mlo_str mlo_method_class(mlo_str receiver, mlo_str method);
/* True for copy.deepcopy, sklearn.base.clone ...: the result is what the first argument is. */
bool mlo_returns_argument(mlo_str callee);
/* True for methods that change the object they are called on: append, pop, update, fit ... */
bool mlo_changes_receiver(mlo_str method);
/* The type of an attribute that is no method: Path.parent is a Path. */
mlo_str mlo_attribute_class(mlo_str owner, mlo_str attribute);
/* The type of the items of something that is known by name: "builtins.str" for "sys.argv". */
mlo_str mlo_known_items(mlo_str container);
/* What `with` gives where that is not the manager itself. */
mlo_str mlo_known_entered(mlo_str manager);
/* The type of a fixture that pytest or a common plugin brings. */
mlo_str mlo_known_fixture(mlo_str name);
/* True if all that the class has is known and this is not among it. */
bool mlo_class_lacks(mlo_str class, mlo_str attribute);
/* True if the last part of a qualified name begins with a capital, underscores skipped. */
bool mlo_name_is_class(mlo_str qualified);
/* True for the classes that do not: "builtins.list", "datetime.datetime". */
bool mlo_is_lower_class(mlo_str name);
/* True for bases that bring no attributes: abc.ABC, typing.Generic. */
bool mlo_is_mixin(mlo_str base);
/* True for what every object has: __class__, __dict__. */
bool mlo_is_of_object(mlo_str name);
/* True for decorators that put an object of their own in the class's place. */
bool mlo_replaces_class(mlo_str decorator);
/* True for decorators behind which a function gives what it gave before. */
bool mlo_keeps_function(mlo_str decorator);
/* True for classes whose arithmetic with numbers and each other gives the same class. */
bool mlo_is_arithmetic_class(mlo_str class);

#endif
