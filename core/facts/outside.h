/* outside: what facts may ask about the other modules of the project.
 *
 * Facts of one text know what its imports are called; what those names stand for is written in other files. Whoever
 * builds facts within a project hands them this record (core/project makes it). All names are qualified names as in
 * facts.h: "shop.io.load", or ".io.load" for a relative import, which is relative to the text's own module. Answers are
 * made in the arena that is given, depend only on the project's files (never on who asked before), and are bounded. */
#ifndef MLO_OUTSIDE_H
#define MLO_OUTSIDE_H

#include "base/arena.h"

struct mlo_constant;
struct mlo_function_summary;

typedef struct mlo_outside {
  void *ctx;
  /* What a name of a project's module stands for: "shop.load" is "torch.load" if shop/__init__.py imports it from
   * there; a project's own function or class is its name in the module that defines it ("shop.io.load_model"); an
   * attribute of a project's class is what the class assigns to it or inherits ("shop.net.Net.scaler" is
   * "sklearn.preprocessing.StandardScaler"). Empty if no module of the project binds this name. */
  mlo_str (*name)(void *ctx, mlo_str qualified, mlo_arena *arena);
  /* The qualified name of what a call of this project function gives ("pandas.DataFrame"), or empty. */
  mlo_str (*result)(void *ctx, mlo_str callee, mlo_arena *arena);
  /* The scalar constant that a module of the project gives this name; false if there is none. */
  bool (*constant)(void *ctx, mlo_str qualified, mlo_arena *arena, struct mlo_constant *out);
  /* What a function of another module gives back and does to its arguments (facts/summary.h), or NULL. The callback may
   * be NULL. */
  const struct mlo_function_summary *(*summary)(void *ctx, mlo_str qualified, mlo_arena *arena);
} mlo_outside;

#endif
