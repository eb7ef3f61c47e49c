/* mlopslint: the library's one header, which the rule layer, the adapters and other programs include.
 *
 *   mlo_engine_new     load the rules           core/run/engine.h
 *   mlo_engine_check   files in, findings out   core/run/engine.h
 *   mlo_writer_...     findings to a format     core/run/writer.h
 *
 * Everything is documented where it is declared. */
#ifndef MLOPSLINT_H
#define MLOPSLINT_H

#define MLO_VERSION "0.1.0"

#include "base/buf.h"
#include "base/map.h"
#include "base/os.h"
#include "run/engine.h"
#include "run/fix.h"
#include "run/repair.h"
#include "run/suppression.h"
#include "run/writer.h"

#endif
