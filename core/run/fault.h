/* fault: how many syntax errors a text has, so that two versions of a file can be compared. */
#ifndef MLO_FAULT_H
#define MLO_FAULT_H

#include "lang/language.h"

typedef struct mlo_fault_reader {
  mlo_parser *parser;
  mlo_format format;
  mlo_str path;
  mlo_arena *arena; /* scratch: what is taken is given back */
} mlo_fault_reader;

/* 0 for formats without a syntax; UINT32_MAX: can't be read at all. */
uint32_t mlo_faults_count(const mlo_fault_reader *self, mlo_str text);

#endif
