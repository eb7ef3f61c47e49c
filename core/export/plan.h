/* plan: what stands where in the module that is made. Inside core/export only.
 *
 * The steps, each from what stands before it: mlo_plan_items (statements and magics of the cells), mlo_plan_place (which
 * go to the module's level), mlo_plan_steps (the functions, and what they take and give), mlo_plan_name_steps. */
#ifndef MLO_PLAN_H
#define MLO_PLAN_H

#include "base/map.h"
#include "export/export.h"

typedef enum mlo_item_place {
  MLO_PLACE_STEP,       /* in the function of its step */
  MLO_PLACE_FUTURE,     /* from __future__ import */
  MLO_PLACE_IMPORT,     /* on top */
  MLO_PLACE_DEFINITION, /* at the module's level */
  MLO_PLACE_PARAMETER,  /* a keyword parameter of main */
  MLO_PLACE_CONSTANT,   /* at the module's level */
  MLO_PLACE_NOWHERE     /* `pass` that a magic left */
} mlo_item_place;

/* A statement, comment or magic at the margin of a cell. */
typedef struct mlo_item {
  mlo_node node;  /* MLO_NO_NODE: a magic */
  uint32_t magic; /* index into the module's magics, or UINT32_MAX */
  mlo_span span;  /* in the module's text */
  uint32_t cell;  /* index into the module's cells */
  bool is_comment;
  bool shows; /* the last expression of its cell, which a notebook displays */
  mlo_item_place place;
  uint32_t first_use, last_use; /* range of uses */
} mlo_item;

/* A name of the notebook. */
typedef struct mlo_plan_name {
  mlo_str name;
  uint32_t bindings;
  uint32_t item;  /* of its last binding */
  bool global;    /* stays a global of the module */
  bool imported;  /* bound by imports on top alone */
  bool defined;   /* a function or class of the module's level */
  bool literal;   /* bound once, to a literal */
  bool parameter; /* of main; else, if literal, a constant or an ordinary name */
} mlo_plan_name;

/* One function. Lists hold indices of names, in the order in which they come up. */
typedef MLO_ARRAY(uint32_t) mlo_name_list;
typedef struct mlo_step {
  uint32_t first_item, last_item; /* range of items */
  uint32_t heading;               /* 1 + index of the notebook's cell with its heading, or 0 */
  mlo_str name, title;
  mlo_name_list takes, gives, globals;
  bool is_async, is_empty; /* empty: nothing of it is left for a function */
} mlo_step;

typedef struct mlo_plan {
  const mlo_export_request *request;
  const mlo_tree *tree;
  mlo_arena *arena;
  mlo_name_uses uses;
  mlo_map by_name; /* to 1 + index into names */
  MLO_ARRAY(mlo_plan_name) names;
  MLO_ARRAY(mlo_item) items;
  MLO_ARRAY(mlo_step) steps;
  mlo_map taken; /* names that no step may have; to how far they were counted */
  mlo_str show;  /* the name of the helper that displays */
} mlo_plan;

void mlo_plan_items(mlo_plan *self);
void mlo_plan_place(mlo_plan *self);
void mlo_plan_steps(mlo_plan *self);
void mlo_plan_name_steps(mlo_plan *self);
mlo_plan_name *mlo_plan_name_of(mlo_plan *self, mlo_str name);

/* What stands in the way of an export. */
void mlo_plan_obstacles(mlo_plan *self, mlo_export *out);

/* --- magics --- */

typedef enum mlo_magic_kind {
  MLO_MAGIC_CODE,    /* %time f(): its Python is in the tree */
  MLO_MAGIC_DROPPED, /* means nothing outside a notebook: %matplotlib inline */
  MLO_MAGIC_INSTALL, /* !pip install x */
  MLO_MAGIC_PYTHON,  /* there is Python for it */
  MLO_MAGIC_LEFT_OUT
} mlo_magic_kind;
/* whole: the magic as it is written, of a cell magic with the cell. python: for MLO_MAGIC_PYTHON, one line: a statement, or
 * the value if is_value (x = !ls). import: the module that it needs. */
mlo_magic_kind mlo_magic_translate(const mlo_magic *magic, mlo_str whole, bool is_value,
                                   mlo_arena *arena, mlo_str *python, mlo_str *import);
/* True if a shell line has Python values in it: !ls {folder}. */
bool mlo_magic_interpolates(const mlo_magic *magic);
/* The text as a Python string literal. */
mlo_str mlo_python_string(mlo_str text, mlo_arena *arena);

/* --- texts --- */

mlo_str mlo_plan_module_text(mlo_plan *self);
mlo_str mlo_plan_test_text(mlo_plan *self);

#endif
