/* context: ctx, what a check is given beside its hit. Private to lua/host. */
#ifndef MLO_CONTEXT_H
#define MLO_CONTEXT_H

#include "lua/host/host.h"

int mlo_context_report(lua_State *lua);
int mlo_context_report_at(lua_State *lua);

#endif
