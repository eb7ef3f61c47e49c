/* show_config: the settings in force for a file, each with the place that says so. */
#ifndef MLO_SHOW_CONFIG_H
#define MLO_SHOW_CONFIG_H

#include "mlopslint.h"

typedef struct mlo_shown_config {
  const mlo_catalogue *catalogue;
  const mlo_settings *settings;
  mlo_str path;
  mlo_str fail_on, severity; /* as the command line has them; or empty */
} mlo_shown_config;

void mlo_show_config_text(const mlo_shown_config *self, mlo_buf *out);
void mlo_show_config_json(const mlo_shown_config *self, mlo_buf *out);

#endif
