/* layer: the Lua rule layer, as the engine takes it. */
#ifndef MLO_LAYER_H
#define MLO_LAYER_H

#include "mlopslint.h"

extern const mlo_rule_layer mlo_lua_layer;

#endif
