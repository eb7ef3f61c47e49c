/* The composition root: the one place that knows both the core's callers and the rule layer. */
#include "lua/host/layer.h"
#include "plugins/cli/command.h"

int main(int argc, char **argv) { return mlo_cli_main(&mlo_lua_layer, argc, argv); }
