/* facts: what the core knows of one Python text (a file, or a notebook's module) after one pass over its tree.
 *
 * The pass records scopes, bindings, calls, imports and functions. Everything else (qualified names, constants,
 * origins, routes) is asked for by node and answered from those, so that a file pays only for what its rules ask.
 * Facts borrow the tree and live in the arena they were built in. All functions accept MLO_NO_NODE.
 *
 * Qualified names. A name that an import binds gives the import's full name: `import numpy as np; np.load` is
 * "numpy.load"; `from x.y import z as w; w.q` is "x.y.z.q"; relative imports keep their dots: ".models.Net". Where the
 * project's other modules know better (outside.h), their answer counts: ".load" may be "torch.load". A name bound to an
 * alias of such a name follows it (`load = torch.load`; functools.partial(f) is f). Functions and classes of the file
 * itself are "<module>.NAME" (methods "<module>.CLASS.NAME"). Names that nothing binds are "builtins.NAME" when Python
 * has such a builtin, else they come from the star import, if there is exactly one.
 *
 * An object is named by its class: `app = FastAPI(); app.post` is "fastapi.FastAPI.post", "".join "builtins.str.join".
 * The result of a call is an object if the callee is a class (its last part starts with a capital, underscores
 * skipped), if what it gives is known (pandas.read_csv, str.split), or if it is a function of this file or project that
 * says so: by its annotation, or by return statements that all agree. Any other result is named after the call:
 * `open_model().predict` is "open_model().predict". In the same way "x.f()[]" is an item of what x.f() gives: a loop
 * variable, a subscript, one of the names it is unpacked into. Items of containers that say what they hold are that:
 * by annotation (dict[str, Net]), as they are written, or through enumerate, zip, dict.items() and the like.
 * Parameters follow their annotation (also within quotes, Optional, X | None; of other unions the one alternative that
 * has the attribute), isinstance where it holds, and pytest's fixtures. `self.x` follows assignments to self.x in the
 * class, the names of its body, properties, and then its bases: `self.log` in a LightningModule is
 * "pytorch_lightning.LightningModule.log". As a callee, an object is named by what runs: "keras.Model.__call__".
 * Where a fallback binds a name again (`except ImportError: x = None`, `x = None` before the real value), the import
 * or the real value counts; of two branches, the last one. Anything else has no qualified name. */
#ifndef MLO_FACTS_H
#define MLO_FACTS_H

#include "base/array.h"
#include "facts/outside.h"
#include "lang/tree.h"

typedef enum mlo_scope_kind {
  MLO_SCOPE_MODULE,
  MLO_SCOPE_FUNCTION, /* lambdas too */
  MLO_SCOPE_CLASS,
  MLO_SCOPE_COMPREHENSION
} mlo_scope_kind;

typedef struct mlo_scope {
  mlo_scope_kind kind;
  mlo_node node;   /* the module, function_definition, lambda, class_definition or comprehension */
  uint32_t parent; /* index of the enclosing scope; the module's is itself (0) */
  mlo_node first;  /* where its code begins: the body, or the comprehension */
  uint32_t end;    /* offset behind its code */
  mlo_node receiver; /* `self` or `cls`: the first parameter of a method, or MLO_NO_NODE */
  uint32_t returns;  /* FUNCTION: 1 + index of its last return or yield, or 0 */
} mlo_scope;

/* One hash table for the names of all scopes: (scope, name) to a number. Names are spans of the text. */
typedef struct mlo_name_slot {
  uint32_t hash;
  uint32_t scope;
  uint32_t at, len;
  uint32_t value; /* 0: a free slot */
} mlo_name_slot;
typedef struct mlo_name_table {
  mlo_name_slot *slots;
  uint32_t cap, len;
} mlo_name_table;

typedef enum mlo_binding_kind {
  MLO_BIND_ASSIGN,    /* x = value, x: T = value, x := value; unpacking sets item */
  MLO_BIND_AUGMENTED, /* x += value */
  MLO_BIND_IMPORT,
  MLO_BIND_PARAMETER, /* value is the default */
  MLO_BIND_FUNCTION,
  MLO_BIND_CLASS,
  MLO_BIND_FOR,  /* value is the iterable */
  MLO_BIND_WITH, /* value is the context expression */
  MLO_BIND_EXCEPT,
  MLO_BIND_CAPTURE, /* match patterns */
  MLO_BIND_DELETE   /* del x */
} mlo_binding_kind;

typedef struct mlo_binding {
  mlo_binding_kind kind;
  mlo_str name;
  mlo_node target; /* the identifier that is bound */
  mlo_node value;  /* the expression; FUNCTION, CLASS: the definition; or MLO_NO_NODE */
  mlo_node type;   /* the annotation, or MLO_NO_NODE */
  int32_t
      item; /* position in an unpacked tuple, or -1 for the whole value; deeper or behind a splat: no value */
  uint32_t scope;    /* with global and nonlocal: the scope where the name lives */
  uint32_t before;   /* 1 + index of the previous binding of this name in this scope, or 0 */
  uint32_t jump;     /* the same for an earlier one: from it, any is found in log steps */
  uint32_t nth;      /* how many bindings of the name come before */
  mlo_str qualified; /* IMPORT: the full name */
} mlo_binding;

typedef struct mlo_call {
  mlo_node node;      /* the call expression */
  mlo_node callee;    /* its function part */
  mlo_node arguments; /* the argument_list, or a generator_expression */
  uint32_t scope;
  mlo_str
      method; /* the last part of the callee: "load" in torch.load; empty for f()() and x[0]() */
} mlo_call;

typedef struct mlo_import {
  mlo_node node; /* the dotted_name, or the aliased_import */
  mlo_str
      qualified; /* "torch.nn", "sklearn.metrics.f1_score", ".utils.load"; "x.*" for a star import */
  mlo_str module; /* the first part: "torch"; empty for relative imports */
} mlo_import;

typedef struct mlo_function {
  mlo_node node; /* function_definition */
  mlo_str name;
  uint32_t scope; /* its own scope */
  mlo_node owner; /* the class_definition it is a method of, or MLO_NO_NODE */
  bool is_async;
  MLO_ARRAY(mlo_node) decorators; /* the decorators' expressions */
} mlo_function;

/* A return or yield of a function. */
typedef struct mlo_return {
  mlo_node node;   /* return_statement or yield */
  uint32_t before; /* 1 + index of the function's previous one, or 0 */
  bool yields;
} mlo_return;

/* self.NAME = value inside a class; self.NAME += value has no value here. */
typedef struct mlo_member {
  mlo_node owner; /* class_definition */
  mlo_str name;
  mlo_node target; /* the attribute */
  mlo_node value;
  mlo_node type;
  int32_t item;
  uint32_t scope;  /* the class's */
  uint32_t before; /* 1 + index of the previous one with this name in this class, or 0 */
} mlo_member;

typedef struct mlo_facts {
  const mlo_tree *tree;
  mlo_arena *arena; /* answers are made here */
  const mlo_outside
      *outside; /* the rest of the project; NULL: this text is alone. Set behind build */
  MLO_ARRAY(mlo_span)
  runs; /* a notebook whose cells ran in another order than they stand: their text in the order they ran, which flow
           goes by. Set behind build */
  MLO_ARRAY(mlo_scope) scopes;
  MLO_ARRAY(mlo_binding) bindings;   /* in document order */
  MLO_ARRAY(mlo_call) calls;         /* in document order */
  MLO_ARRAY(mlo_import) imports;     /* in document order */
  MLO_ARRAY(mlo_function) functions; /* in document order */
  MLO_ARRAY(mlo_return) returns;     /* in document order */
  MLO_ARRAY(mlo_member) members;
  mlo_name_table
      names; /* to 1 + the last binding, or MLO_ELSEWHERE | scope for global and nonlocal */
  mlo_name_table member_names; /* by the class's scope, to 1 + the last member */
  struct mlo_facts_memo
      *memo; /* names of bindings that were asked for; the only thing that changes after build */
} mlo_facts;
#define MLO_ELSEWHERE 0x80000000u

/* One pass over tree. */
void mlo_facts_build(const mlo_tree *tree, mlo_arena *arena, mlo_facts *out);

/* --- names --- */

/* The qualified name of an expression (see above), or empty. */
mlo_str mlo_facts_name(const mlo_facts *self, mlo_node expression);
/* The same, but a callee that is an object is named as the object, not as what calling it runs. */
mlo_str mlo_facts_object(const mlo_facts *self, mlo_node expression);
/* What an annotation names ("pandas.DataFrame" of Optional["pd.DataFrame"]), or empty. */
mlo_str mlo_facts_type(const mlo_facts *self, mlo_node annotation);
/* What a call of a function of this file gives (awaited, if it is async): the class that its annotation names, else the
 * name that all its returned values but None agree on; empty for generators. */
mlo_str mlo_facts_result(const mlo_facts *self, uint32_t function);
/* The binding that an identifier read (or bound) at this place refers to: the last one before it in its scope,
 * or, from an inner scope, the last one of the enclosing scope. NULL for builtins and unknown names. */
const mlo_binding *mlo_facts_binding(const mlo_facts *self, mlo_node identifier);
/* The innermost scope that holds node. */
uint32_t mlo_facts_scope(const mlo_facts *self, mlo_node node);
/* True if both expressions are certain to be the same value: names with the same binding, or the same chain of
 * attributes and constant subscripts on such names, with nothing rebinding them in between. */
bool mlo_facts_same_value(const mlo_facts *self, mlo_node a, mlo_node b);

/* --- values --- */

typedef enum mlo_constant_kind {
  MLO_CONSTANT_UNKNOWN,
  MLO_CONSTANT_NONE,
  MLO_CONSTANT_BOOL,
  MLO_CONSTANT_INTEGER,
  MLO_CONSTANT_FLOAT,
  MLO_CONSTANT_STRING, /* bytes too */
  MLO_CONSTANT_LIST,   /* list, tuple or set display: ask its nodes */
  MLO_CONSTANT_DICT
} mlo_constant_kind;
typedef struct mlo_constant {
  mlo_constant_kind kind;
  bool boolean;
  bool partial; /* STRING: holds parts that are not known; text has U+FFFC in their place */
  int64_t integer;
  double number; /* INTEGER too */
  mlo_str text;
  mlo_node node; /* where the constant is written */
} mlo_constant;
/* What an expression is known to be: literals, concatenation, %, .format and f-strings (partial where a part is not
 * known; \N{NAME} is one), .join, methods that change case, strip or replace, arithmetic, conditions that are known, items
 * of displays that nothing in this file changes by their name or one assigned from or to it (another name that gets
 * the object as an argument or out of a container is not seen), os.path and pathlib (partial where the machine decides), names and members of which all values
 * agree that may reach the place (other modules of the project too), members of enumerations. Defaults count where
 * somebody outside the code may say otherwise: os.environ.get and os.getenv, fields of dataclasses and settings that no
 * call in this file fills, options of argparse, click and typer. Defaults of plain parameters are NOT constants. */
mlo_constant mlo_facts_constant(const mlo_facts *self, mlo_node expression);

/* An expression that a value may come from. */
typedef struct mlo_source_value {
  mlo_node node;
  int32_t item; /* which part of it, or -1 */
} mlo_source_value;
typedef MLO_ARRAY(mlo_source_value) mlo_source_values;
/* The expressions that node's value may come from. Followed back through the bindings that may reach (flow.h): names,
 * members (what this method stored, else what the class assigns), parentheses, conditionals, `a or b`, walrus, `with ...
 * as`, nested unpacking, containers (d["k"] of a display, or of what was stored or appended, until something like
 * reverse() or pop("k") leaves open what it is) and calls of this file's
 * functions, into what they return with parameters bound to the arguments, at most 4 deep. Until another call, a literal, a
 * subscript or an operator (`x += y` is the augmented_assignment); imports, parameters, functions, classes, loop
 * variables and whatever nothing here binds end at the identifier. At least one for a node; bounded at 16. */
void mlo_facts_origins(const mlo_facts *self, mlo_node expression, mlo_source_values *out);

/* --- calls --- */

/* The index of a call expression, or UINT32_MAX. */
uint32_t mlo_facts_call(const mlo_facts *self, mlo_node call_node);
/* The argument with this keyword, else the positional argument at this index (from 0; negative: none), or
 * MLO_NO_NODE. Positional arguments behind a *splat are not known. */
mlo_node mlo_call_argument(const mlo_facts *self, const mlo_call *call, mlo_str keyword,
                           int position);
/* The keyword_argument node, or MLO_NO_NODE. */
mlo_node mlo_call_keyword(const mlo_facts *self, const mlo_call *call, mlo_str keyword);
/* True if the call passes *args or **kwargs, so that an argument may be there unseen. */
bool mlo_call_has_splat(const mlo_facts *self, const mlo_call *call);
/* Positional arguments before any splat. */
uint32_t mlo_call_positional_count(const mlo_facts *self, const mlo_call *call);
/* The expression a method is called on: x in x.fit(); MLO_NO_NODE for plain names. */
mlo_node mlo_call_receiver(const mlo_facts *self, const mlo_call *call);

/* --- functions and routes --- */

/* The innermost function around node, as an index into functions, or UINT32_MAX. */
uint32_t mlo_facts_function(const mlo_facts *self, mlo_node node);
/* Indices of the calls in a function's body and in the functions of this file that those calls reach (methods by
 * self.NAME, functions by name), each once, in document order, at most 4 deep. */
typedef MLO_ARRAY(uint32_t) mlo_call_indices;
void mlo_facts_reached_calls(const mlo_facts *self, uint32_t function, mlo_call_indices *out);

typedef struct mlo_route {
  uint32_t function; /* the handler, index into functions */
  mlo_str
      framework; /* "fastapi", "flask", "starlette", "django", "bentoml", "ray", "litestar", "sanic", "aiohttp",
                        "quart", "azureml" (init/run scoring scripts) */
  mlo_str method; /* "get", "post", ... lower case; "websocket"; "any" */
  mlo_str path;   /* "/predict", or empty */
  mlo_node node;  /* the decorator's expression, or the call that registers the handler */
} mlo_route;
typedef MLO_ARRAY(mlo_route) mlo_routes;
/* The HTTP handlers of this file, by decorators and by add_url_rule/add_api_route/add_route calls. */
void mlo_facts_routes(const mlo_facts *self, mlo_routes *out);

/* --- notebooks --- */

/* A name of the module that is read where no binding stands before, although one stands behind: by the module's own
 * code, or by a function of this file that the module calls there and whose body is certain to come to the read. */
typedef struct mlo_early_read {
  mlo_node read;
  mlo_node call;    /* the module's call that leads to a read in a function, or MLO_NO_NODE */
  mlo_node binding; /* the first binding's identifier */
} mlo_early_read;
typedef MLO_ARRAY(mlo_early_read) mlo_early_reads;
/* Reads in handlers of NameError, names in `globals()`, star imports before the read and builtins don't count. */
void mlo_facts_early_reads(const mlo_facts *self, mlo_early_reads *out);

/* A place where a name of the module's own scope is read or bound, or one that nothing in the text binds is read. */
typedef struct mlo_name_use {
  mlo_node node; /* the identifier */
  mlo_str name;
  bool reads;                 /* `x += 1` and `del x` read too */
  bool deferred;              /* in a function, lambda or generator expression: may happen later, or often */
  const mlo_binding *binding; /* what it binds (or deletes), or NULL */
} mlo_name_use;
typedef MLO_ARRAY(mlo_name_use) mlo_name_uses;
/* All of them in document order, annotations too. */
void mlo_facts_module_uses(const mlo_facts *self, mlo_name_uses *out);

#endif
