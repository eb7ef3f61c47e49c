/* view: the project as one file at work sees it: what the names that it imports stand for in other modules.
 *
 * A worker owns one view and turns it to each file in turn; facts get it as their mlo_outside. A name is followed through
 * aliases, re-exports, star imports, attributes of instances and base classes, from interface to interface, for at most
 * MLO_VIEW_STEPS steps. A copy of a well-known package within the project is not followed: "joblib.load" stays that. */
#ifndef MLO_VIEW_H
#define MLO_VIEW_H

#include "project/asked.h"

typedef struct mlo_view {
  mlo_outside outside; /* for facts: its ctx is this view */
  mlo_interfaces *interfaces;
  mlo_module_reader reader;
  mlo_arena *arena;    /* of the file at work: what was found so far stands there */
  mlo_py_module home;  /* the file at work */
  mlo_asked_log asked; /* by the file at work, if keeps is set */
  bool keeps;
  mlo_map tops; /* top-level names asked for, to 1 + index into found */
  MLO_ARRAY(mlo_py_module) found;
} mlo_view;

enum { MLO_VIEW_STEPS = 256 };

/* memory: see mlo_module_reader_init. The view must not move afterwards. */
void mlo_view_open(mlo_view *self, mlo_interfaces *interfaces, mlo_parser *parser, size_t memory);
void mlo_view_close(mlo_view *self);
/* Turns to a file; arena is that file's. */
void mlo_view_turn(mlo_view *self, mlo_str path, mlo_arena *arena);
/* The path of the project file that holds what a qualified name stands for (a module, or something in one), or empty. */
mlo_str mlo_view_path(mlo_view *self, mlo_str qualified, mlo_arena *arena);
/* The path of the module that an import of this name runs: "shop/__init__.py" for shop.load, wherever load is defined.
 * Reads no file; empty if the project has no such module. */
mlo_str mlo_view_module(mlo_view *self, mlo_str qualified, mlo_arena *arena);

#endif
