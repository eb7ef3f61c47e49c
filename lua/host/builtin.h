/* builtin: the Lua files that travel inside the library; the table is made by the build. */
#ifndef MLO_BUILTIN_H
#define MLO_BUILTIN_H

typedef struct mlo_builtin {
  const char *path; /* "lua/rules/security/torch-load-unsafe.lua"; NULL ends the table */
  const char *start, *end;
} mlo_builtin;

extern const mlo_builtin mlo_builtins[];

#endif
