#include <string.h>

/* Two grammars' scanners write their state past the end of tree-sitter's buffer when very many blocks are open: Python's
 * by one byte, YAML's by two. The build renames their functions, and these stand in their place: the state is written
 * into more room, and what does not fit is cut off at a whole entry. A text that deep is parsed wrongly, but nothing
 * else is harmed; blocks_too_deep (language.c) and the YAML reader tell the user. */

enum { BUFFER = 1024 /* TREE_SITTER_SERIALIZATION_BUFFER_SIZE */, ROOM = BUFFER + 64 };

unsigned mlo_unguarded_python_serialize(void *scanner, char *buffer);
unsigned mlo_unguarded_yaml_serialize(void *scanner, char *buffer);
unsigned tree_sitter_python_external_scanner_serialize(void *scanner, char *buffer);
unsigned tree_sitter_yaml_external_scanner_serialize(void *scanner, char *buffer);

static unsigned cut(const char *state, unsigned len, unsigned entry, char *buffer) {
  while (len > BUFFER) len -= entry;
  memcpy(buffer, state, len);
  return len;
}

unsigned tree_sitter_python_external_scanner_serialize(void *scanner, char *buffer) {
  char state[ROOM];
  return cut(state, mlo_unguarded_python_serialize(scanner, state), 2, buffer);
}

unsigned tree_sitter_yaml_external_scanner_serialize(void *scanner, char *buffer) {
  char state[ROOM];
  return cut(state, mlo_unguarded_yaml_serialize(scanner, state), 4, buffer);
}
