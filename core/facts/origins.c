#include "facts/term.h"

/* Origins are the ends of all ways back from an expression. */

enum { MOST_ORIGINS = 16, MOST_STOPS = 128 };

typedef struct tracing {
  const mlo_facts *facts;
  mlo_term queue[MOST_STOPS];
  uint32_t queued;
  mlo_source_values *out;
} tracing;

static void visit(tracing *t, const mlo_term *v) {
  if (t->queued == MOST_STOPS) return;
  for (uint32_t i = 0; i < t->queued; i++)
    if (mlo_term_same(&t->queue[i], v)) return;
  t->queue[t->queued++] = *v;
}

static void emit(tracing *t, mlo_source_value value) {
  if (t->out->len == MOST_ORIGINS) return;
  for (uint32_t i = 0; i < t->out->len; i++)
    if (t->out->items[i].node == value.node && t->out->items[i].item == value.item) return;
  MLO_PUSH(t->facts->arena, t->out, value);
}

void mlo_term_origins(const mlo_facts *self, const mlo_term *v, mlo_source_values *out) {
  out->len = 0;
  if (v->node == MLO_NO_NODE) return;
  tracing t = {.facts = self, .out = out};
  visit(&t, v);
  for (uint32_t i = 0; i < t.queued; i++) {
    mlo_term_list back;
    mlo_term_back(self, &t.queue[i], &back);
    for (uint32_t b = 0; b < back.len; b++) visit(&t, &back.items[b]);
    if (!back.len) emit(&t, mlo_term_end(&t.queue[i]));
  }
  if (out->len == 0) emit(&t, (mlo_source_value){v->node, -1});
}

void mlo_facts_origins(const mlo_facts *self, mlo_node expression, mlo_source_values *out) {
  mlo_term v = mlo_term_of(expression);
  mlo_term_origins(self, &v, out);
}
