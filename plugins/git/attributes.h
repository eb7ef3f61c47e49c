/* attributes: our line in a .gitattributes file: "*.ipynb filter=mlopslint diff=mlopslint merge=mlopslint". Everything
 * else in the file is somebody's and stays as it is. */
#ifndef MLO_GIT_ATTRIBUTES_H
#define MLO_GIT_ATTRIBUTES_H

#include "base/buf.h"

typedef enum mlo_attributes_state {
  MLO_ATTRIBUTES_NONE,       /* nothing of ours */
  MLO_ATTRIBUTES_OVERRIDDEN, /* ours, but a later line for *.ipynb names another filter */
  MLO_ATTRIBUTES_OURS
} mlo_attributes_state;

mlo_attributes_state mlo_attributes_read(mlo_str text);
/* Appends text with our line at its end, unless our filter is in force already. Takes an overridden one out. */
void mlo_attributes_add(mlo_str text, mlo_buf *out);
/* Appends text without our words; a line for *.ipynb that has no other words goes. */
void mlo_attributes_remove(mlo_str text, mlo_buf *out);
/* The filter that text sets for *.ipynb, last line first, if it is not ours; else empty. */
mlo_str mlo_attributes_other_filter(mlo_str text);

#endif
