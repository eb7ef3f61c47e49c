#include "plugins/ci/line_hash.h"

enum { WINDOW = 100, BASE = 37, END_OF_FILE = 0xffff };

typedef struct roll {
  uint64_t hash;
  unsigned units;
} roll;

static void roll_unit(roll *self, uint32_t unit) {
  if (self->units == WINDOW) return;
  self->hash = self->hash * BASE + unit;
  self->units++;
}

static void roll_character(roll *self, uint32_t c) {
  if (c > 0xffff) {
    roll_unit(self, 0xd800 + ((c - 0x10000) >> 10));
    c = 0xdc00 + ((c - 0x10000) & 0x3ff);
  }
  roll_unit(self, c);
}

uint64_t mlo_line_hash(mlo_str text) {
  roll self = {0};
  bool after_cr = false;
  for (size_t at = 0; at < text.len && self.units < WINDOW;) {
    uint32_t c = mlo_utf8_next(text, &at);
    bool skipped = c == ' ' || c == '\t' || (after_cr && c == '\n');
    after_cr = c == '\r';
    if (!skipped) roll_character(&self, after_cr ? '\n' : c);
  }
  if (self.units < WINDOW) roll_unit(&self, END_OF_FILE);
  while (self.units < WINDOW) roll_unit(&self, 0);
  return self.hash;
}
