/* interface: what one Python module offers to the others, made from that file alone.
 *
 * All names in it are in the file's own words, as facts give them: ".io.load" is relative to this module, "<module>.Net" is
 * its own class. What they lead to in other modules is asked at query time (project/view.h), so that an interface
 * depends on one file and nothing else. */
#ifndef MLO_INTERFACE_H
#define MLO_INTERFACE_H

#include "base/map.h"
#include "facts/facts.h"

typedef enum mlo_offer_kind {
  MLO_OFFER_VALUE, /* bound, and nothing more is known but perhaps a constant */
  MLO_OFFER_ALIAS, /* stands for `target`: an import, an assignment, a property, an attribute of instances */
  MLO_OFFER_FUNCTION, /* a call of it gives `target`, or empty */
  MLO_OFFER_CLASS
} mlo_offer_kind;

/* A name at the top level of the module ("load", "Net") or inside a class of it ("Net.fit", "Net.scaler"). */
typedef struct mlo_offer {
  mlo_offer_kind kind;
  mlo_str name;
  mlo_str target;
  mlo_constant constant;    /* scalars only; its node is MLO_NO_NODE */
  MLO_ARRAY(mlo_str) bases; /* CLASS: qualified names, in order; an unknown one is empty */
} mlo_offer;

typedef struct mlo_interface {
  MLO_ARRAY(mlo_offer) offers; /* in document order */
  mlo_map names;               /* to 1 + index */
  MLO_ARRAY(mlo_str) stars;    /* modules of star imports: ".io", "torch.nn" */
  bool lists;                  /* has an __all__ that is written out */
  MLO_ARRAY(mlo_str) all;
} mlo_interface;

/* Plain data in arena: nothing in it points into facts or their text. At most MLO_OFFERS_MAX names. */
void mlo_interface_of_facts(const mlo_facts *facts, mlo_arena *arena, mlo_interface *out);
/* The offer of this name, or NULL. */
const mlo_offer *mlo_interface_offer(const mlo_interface *self, mlo_str name);
/* True if `from module import *` gives this name, provided that the module has it. */
bool mlo_interface_exports(const mlo_interface *self, mlo_str name);

enum { MLO_OFFERS_MAX = 20000 };

#endif
