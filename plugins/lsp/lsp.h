/* lsp: the language server: findings as diagnostics, fixes as quick fixes.
 * Protocol: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/ */
#ifndef MLO_LSP_H
#define MLO_LSP_H

#include "mlopslint.h"

/* Serves one client over standard input and output until `exit` or the end of input, and returns the process's exit
 * status: 0 after a `shutdown`, 1 without one, 2 if the rules could not be loaded at all. Standard output carries
 * frames and nothing else; what a person should know goes to standard error and to the client's log. */
int mlo_lsp_main(const mlo_rule_layer *layer);

#endif
