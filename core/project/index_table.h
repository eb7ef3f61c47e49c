/* index_table: what the parts of the index look for, as data. Inside core/project only. */
#ifndef MLO_INDEX_TABLE_H
#define MLO_INDEX_TABLE_H

#include "project/index.h"

typedef enum mlo_index_doubt {
  MLO_INDEX_SURE,
  MLO_INDEX_LOOSE, /* a method of something unknown: counts for the index, not for rules about single calls */
  MLO_INDEX_NAMED /* counts if its first argument is named like a model */
} mlo_index_doubt;

/* One thing that wakes a part. */
typedef struct mlo_index_source {
  mlo_index_part part;
  mlo_trigger_kind kind;
  const char *what;    /* name pattern; DOCUMENT: select; TEXT: regex */
  const char *keyword; /* CALL: the argument that goes into `text`, or NULL */
  int position;        /* and where it stands, or -1 */
  const char *label;   /* the argument that goes into `target`; else, for `kind`; or NULL */
  const char *files;   /* glob, or NULL */
  const char *needs;   /* literal, or NULL */
  mlo_index_doubt doubt;
} mlo_index_source;

extern const mlo_index_source mlo_index_sources[];
extern const uint32_t mlo_index_source_count;

/* --- index.c, index_serving.c: collecting --- */

void mlo_collector_add(mlo_collector *self, mlo_index_entry entry, mlo_space space, mlo_span span);
/* What serves without an HTTP route in the text: a call that makes an app of a function (Gradio) or of the file
 * (Streamlit), and a method that a model server calls (KServe, TorchServe, Seldon, MLServer). */
void mlo_collect_app(mlo_collector *self, const mlo_hit *hit);
void mlo_collect_handler(mlo_collector *self, const mlo_hit *hit);

/* --- index_data.c --- */

/* True for a call that saves any object (joblib.dump(housing, "housing.pkl")) if wherever that comes from it is data: what
 * sklearn.datasets, pandas or numpy give, a literal, a display of such. What is not known may be a model. */
bool mlo_index_saves_data(const mlo_facts *facts, const mlo_call *call, mlo_str name);

#endif
