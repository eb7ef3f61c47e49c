/* module_read: which identifiers read a name of the module while it runs. Inside core/facts only. */
#ifndef MLO_MODULE_READ_H
#define MLO_MODULE_READ_H

#include "facts/facts.h"

/* True for an identifier that Python evaluates where it stands: no target, attribute, keyword or annotation. */
bool mlo_is_read(const mlo_tree *tree, mlo_node identifier);
/* The module's bindings of what is read here (1 + index of the last), or 0 if a scope in between has the name or the
 * module binds it nowhere. */
uint32_t mlo_module_name(const mlo_facts *facts, mlo_node read);

#endif
