/* rule_page: the documentation of rules as one Markdown text: a table, and a section for each rule. */
#ifndef MLO_RULE_PAGE_H
#define MLO_RULE_PAGE_H

#include "mlopslint.h"

void mlo_rule_pages_put(const mlo_catalogue *catalogue, mlo_buf *out);

#endif
