#include "facts/scope.h"
void mlo_facts_early_reads(const mlo_facts *self, mlo_early_reads *out) {
  (void)self;
  out->len = 0;
}
