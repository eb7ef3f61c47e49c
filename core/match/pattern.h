/* pattern: code that stands for other code, parsed once with the Python grammar; const from then on and shared by
 * threads. mask.h says how it is written, matching.h how it is compared.
 *
 * What means what:
 *   torch.load, open         a name: whatever is called so once aliases are resolved (mlo_facts_name), or is written so
 *   pandas.$FN               a name with open parts
 *   "a", 1, True, None       any expression that is known to be this constant (mlo_facts_constant)
 *   "..."  f"..."            any known string; any f-string. f"SELECT {$X}" compares part by part
 *   f(...), [...], {...}     an ellipsis is any number of elements; keyword arguments and pairs come in any order, and
 *                            those the pattern doesn't name are allowed only beside an ellipsis
 *   $X. ... .fit()           any calls, attributes and subscripts in between
 *   statements, bodies       without an ellipsis the pattern's statements are all there is, in a row; with one they are
 *                            what occurs in this order, inside nested blocks too (not inside nested functions and
 *                            classes). An expression alone on its line occurs anywhere in a statement
 *   class A(B):              the bases named are among the bases; without a list any
 *   def, if, try, with       decorators, annotations, defaults, else, except ... that the pattern leaves out may be there
 *   import a, from a import b  these are among what the statement imports */
#ifndef MLO_PATTERN_H
#define MLO_PATTERN_H

#include "facts/facts.h"
#include "lang/language.h"

enum { MLO_MOST_VARIABLES = 32 };
#define MLO_NO_VARIABLE 0xff

/* The metavariables of patterns that are matched together: the same name is the same number. */
typedef struct mlo_variables {
  mlo_str names[MLO_MOST_VARIABLES];
  bool many[MLO_MOST_VARIABLES]; /* $...NAME: a list */
  uint32_t count;
} mlo_variables;

typedef enum mlo_part_role {
  MLO_PART_PLAIN, /* the same kind of node with matching children; a leaf: the same text */
  MLO_PART_VARIABLE,
  MLO_PART_ELLIPSIS,
  MLO_PART_DEEP, /* the child, here or anywhere below */
  MLO_PART_NAME, /* an identifier or a chain of them */
  MLO_PART_CONSTANT,
  MLO_PART_STRING,  /* any known string */
  MLO_PART_FSTRING, /* any f-string */
  MLO_PART_COMMENT
} mlo_part_role;

/* What a node of the pattern's tree stands for, beside it. */
typedef struct mlo_part {
  mlo_part_role role;
  uint8_t variable;        /* VARIABLE, ELLIPSIS; MLO_NO_VARIABLE */
  mlo_str type;            /* VARIABLE: the qualified name of its type, or empty */
  mlo_str name;            /* NAME: "a.b", "a.*.c" with open parts */
  mlo_str last;            /* NAME, and a CALL by its callee: the last part, if it is known */
  mlo_constant constant;   /* CONSTANT */
  MLO_ARRAY(uint8_t) open; /* NAME: the variable of each open part */
} mlo_part;

typedef struct mlo_pattern {
  mlo_str source;
  mlo_tree tree;
  const mlo_part *parts; /* by node */
  mlo_node root;         /* an expression or a statement; the first of several statements */
  bool sequence;         /* several statements: root and its next siblings */
  bool opens;            /* the sequence begins with an ellipsis */
} mlo_pattern;

/* Compiles text; its variables are added to variables. Everything lives in arena. Fails with MLO_ERR_RULE, naming line
 * and column. */
mlo_status mlo_pattern_compile(mlo_parser *parser, mlo_str text, mlo_variables *variables,
                               mlo_arena *arena, mlo_pattern *out, mlo_error *err);
/* True if the pattern takes any node: "$X", "...". */
bool mlo_pattern_takes_all(const mlo_pattern *self);
/* Adds the literals that stand in any file in which the pattern matches. Strings are not among them: a constant may
 * be put together from parts. */
typedef MLO_ARRAY(mlo_str) mlo_literals;
void mlo_pattern_literals(const mlo_pattern *self, mlo_arena *arena, mlo_literals *out);
/* The number of a variable, with or without its "$"; MLO_NO_VARIABLE if there is none of this name. */
uint8_t mlo_variables_find(const mlo_variables *self, mlo_str name);

#endif
