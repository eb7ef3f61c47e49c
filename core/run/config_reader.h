/* config_reader: one configuration file while it is read. Private to config.c and rule_options.c. */
#ifndef MLO_CONFIG_READER_H
#define MLO_CONFIG_READER_H

#include "document/document.h"
#include "run/settings.h"

typedef struct mlo_config_layers
    mlo_config_layers; /* config.c's: what the files of a chain share */

typedef struct mlo_config_reader {
  const mlo_document *document;
  const mlo_catalogue *catalogue;
  mlo_arena *arena;
  mlo_settings *settings;
  mlo_config_layers *layers;
  mlo_str place;  /* the file on disk, links resolved; or empty */
  mlo_str prefix; /* its folder as seen from that of the first file: "", "../base" */
  bool *ruled;    /* by rule: options were given in this file */
  mlo_error *err;
} mlo_config_reader;

/* Fails with MLO_ERR_CONFIG, the file and the line of offset; format takes two mlo_str. */
mlo_status mlo_config_wrong(const mlo_config_reader *self, uint32_t offset, const char *format,
                            mlo_str a, mlo_str b);
/* "`key` must be ..." */
mlo_status mlo_config_wrong_value(const mlo_config_reader *self, mlo_value value,
                                  const char *wanted);
mlo_status mlo_config_check_kind(const mlo_config_reader *self, mlo_value value,
                                 mlo_value_kind kind, const char *wanted);
mlo_status mlo_config_check_strings(const mlo_config_reader *self, mlo_value list,
                                    const char *wanted);
/* The strings of a list, copied behind what out holds already. */
typedef struct mlo_config_words {
  MLO_ARRAY(mlo_str) words;
} mlo_config_words;
mlo_status mlo_config_read_strings(const mlo_config_reader *self, mlo_value list,
                                   const char *wanted, mlo_config_words *out);
mlo_source mlo_config_source(const mlo_config_reader *self, uint32_t offset);

static inline const mlo_value_node *mlo_config_node(const mlo_config_reader *self,
                                                    mlo_value value) {
  return mlo_document_node(self->document, value);
}

#endif
