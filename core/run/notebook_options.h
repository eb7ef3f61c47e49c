/* notebook_options: the section [notebook] of a configuration file. Private to config.c. */
#ifndef MLO_NOTEBOOK_OPTIONS_H
#define MLO_NOTEBOOK_OPTIONS_H

#include "run/config_reader.h"

/* Reads one member of the section into settings->notebook. */
mlo_status mlo_notebook_options_read(mlo_config_reader *self, mlo_value value);

#endif
