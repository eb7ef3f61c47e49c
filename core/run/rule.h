/* rule: what the core knows of rules. The rule layer (Lua) fills these records once; they are const from then on.
 * The core never sees Lua; the layer never sees files: it is woken with a hit and answers with reports. */
#ifndef MLO_RULE_H
#define MLO_RULE_H

#include "document/command.h"
#include "document/dependency.h"
#include "facts/facts.h"
#include "match/selector.h"
#include "notebook/module.h"
#include "notebook/script.h"
#include "notebook/policy.h"
#include "report/finding.h"
#include "text/encoding.h"

/* --- what a rule declares --- */

typedef enum mlo_trigger_kind {
  MLO_TRIGGER_CALL,      /* a call of one of `names` */
  MLO_TRIGGER_REFERENCE, /* any other mention of one of `names` */
  MLO_TRIGGER_IMPORT,    /* an import of one of `names`, or of something inside it */
  MLO_TRIGGER_ROUTE,     /* an HTTP handler */
  MLO_TRIGGER_FUNCTION,  /* a function definition whose name matches one of `names` */
  MLO_TRIGGER_ASSIGN,    /* an assignment whose target text (last part) matches one of `names` */
  MLO_TRIGGER_COMMAND,   /* a command line whose program is one of `names` */
  MLO_TRIGGER_DOCUMENT, /* values of a document that `select` leads to (the stream without select) */
  MLO_TRIGGER_DEPENDENCY, /* a declared dependency named one of `names` */
  MLO_TRIGGER_CELL,       /* each cell of a notebook */
  MLO_TRIGGER_NOTEBOOK,   /* a notebook, once */
  MLO_TRIGGER_TEXT,       /* a match of `regex` in a file's raw text, whatever the format */
  MLO_TRIGGER_PATTERN,    /* code that `selector` takes */
  MLO_TRIGGER_QUERY,      /* a match of the tree-sitter query `query` */
  MLO_TRIGGER_FILE,       /* a file that passes `files`, once; never parsed for it */
  MLO_TRIGGER_KIND_COUNT
} mlo_trigger_kind;

/* A set of literals that must all occur in the file's bytes. */
typedef struct mlo_needs {
  MLO_ARRAY(mlo_str) literals;
} mlo_needs;

typedef struct mlo_trigger {
  mlo_trigger_kind kind;
  MLO_ARRAY(mlo_str)
  names;            /* name patterns: "torch.load", "transformers.*.from_pretrained", "*.fit" */
  uint32_t formats; /* bit set 1 << mlo_format; 0: what the kind allows */
  mlo_str select;   /* DOCUMENT: a path */
  mlo_str regex;    /* TEXT: PCRE2 syntax */
  const mlo_selector *selector; /* PATTERN */
  mlo_str query;                /* QUERY: tree-sitter's syntax */
  MLO_ARRAY(mlo_str) files;     /* globs; empty: all */
  MLO_ARRAY(mlo_str) ignores;   /* globs */
  MLO_ARRAY(mlo_needs) needs;   /* alternatives: one of them must be met; empty: no condition */
  uint32_t rule;                /* index of its rule */
  uint32_t number;              /* which of the rule's triggers, from 0 */
} mlo_trigger;

typedef struct mlo_option {
  mlo_str name;
  mlo_str type; /* "string", "integer", "number", "boolean", "string[]" */
  mlo_str help;
  mlo_str fallback;           /* the default, as JSON */
  MLO_ARRAY(mlo_str) choices; /* "string", "string[]": the values it may have; empty: any */
  double least, most; /* "integer", "number": its bounds, infinite on an open side; both 0: none */
} mlo_option;

typedef enum mlo_example_kind { MLO_EXAMPLE_BAD, MLO_EXAMPLE_GOOD } mlo_example_kind;
typedef struct mlo_example_file {
  mlo_str path;
  mlo_str text;
} mlo_example_file;
typedef struct mlo_example {
  mlo_example_kind kind;
  MLO_ARRAY(mlo_example_file) files;
  mlo_str fixed;   /* what the first file must become when all fixes are applied, or ptr NULL */
  mlo_str message; /* text that one finding's message must hold, or empty */
  mlo_str options; /* the rule's options for this example, as JSON, or empty */
  mlo_str expect;  /* lines "3: ORG001" where the file can't hold comments, or empty */
} mlo_example;

/* A folder of rules: the layer's own. */
typedef struct mlo_pack mlo_pack;

typedef struct mlo_rule {
  mlo_str code, name, area; /* "SEC110", "trust-remote-code", "security" */
  mlo_severity severity;
  bool enabled; /* by default */
  bool project; /* has a finish over the whole project's facts */
  uint32_t
      index; /* parts of the project index that its finish asks, 1 << mlo_index_part (project/index.h) */
  bool whole; /* finish speaks of absence: runs only when the whole project was read */
  mlo_str summary, docs, url;
  mlo_str since;   /* the version that brought it, or empty */
  mlo_str message; /* of findings that say no other, or empty */
  mlo_str file;    /* where the rule is written, for messages */
  mlo_str source;  /* the layer's own: the text of that file; empty: a rule of the core itself */
  uint32_t item;   /* the layer's own: which of the file's rules, from 1; 0: it has one */
  const mlo_pack *pack; /* NULL: built in */
  MLO_ARRAY(mlo_str) tags;
  MLO_ARRAY(mlo_str) deprecated; /* codes and names that it had before: they still mean it */
  MLO_ARRAY(mlo_option) options;
  MLO_ARRAY(mlo_example) examples;
} mlo_rule;

/* --- what the layer gets to see --- */

/* One file at work. Everything lives in the file's arena and is gone after the file. */
typedef struct mlo_file {
  mlo_str path; /* relative to the run's root, with '/' */
  mlo_format format;
  mlo_notebook_form form; /* of a Python file: what it seems to be; MLO_FORM_IPYNB: no notebook */
  mlo_str raw;            /* the decoded file text: locations and edits index it */
  mlo_str text; /* what the tree indexes: raw, or the module of a notebook or a script of cells */
  const mlo_tree *tree; /* Python and notebooks */
  const mlo_facts *facts;
  const mlo_document *document; /* config formats */
  const mlo_commands *commands;
  const mlo_dependencies *dependencies;
  const mlo_notebook *notebook;
  const mlo_policy *policy; /* what of the notebook may stay in version control */
  const mlo_module *module;
  const mlo_lines *lines; /* of raw */
  mlo_arena *arena;
} mlo_file;

/* Where a span of a file counts. */
typedef enum mlo_space {
  MLO_SPACE_TEXT, /* file->text: nodes of the tree, magics */
  MLO_SPACE_RAW   /* file->raw: documents, words, outputs, matches */
} mlo_space;

typedef struct mlo_hit {
  const mlo_trigger *trigger;
  uint32_t
      index; /* CALL: facts->calls; IMPORT: facts->imports; ROUTE: routes; COMMAND, DEPENDENCY, CELL:
                          that array; FUNCTION: facts->functions; ASSIGN: facts->bindings; DOCUMENT: the mlo_value */
  mlo_node node;          /* CALL, REFERENCE, IMPORT, ASSIGN, ROUTE, FUNCTION: the node */
  const mlo_route *route; /* ROUTE */
  const mlo_match *match; /* PATTERN, QUERY */
  mlo_str
      name; /* CALL, REFERENCE: the qualified name, or what of it is known ("*.fit" matches: "?.fit") */
  MLO_ARRAY(mlo_span) groups; /* TEXT: the match and its groups in raw; an unset group is empty */
} mlo_hit;

/* The parts of a report as the layer gives them: spans of the file at work. */
typedef struct mlo_draft_edit {
  mlo_location at; /* located when it was made, so that a fact can carry it to the end of the run */
  mlo_str text;    /* as it goes into the file: mlo_file_edit_text */
} mlo_draft_edit;
typedef struct mlo_draft_fix {
  mlo_str title;
  mlo_safety safety;
  MLO_ARRAY(mlo_draft_edit) edits;
} mlo_draft_fix;
typedef struct mlo_draft_related {
  mlo_space space;
  mlo_span span;
  mlo_location located; /* instead, if its path is set */
  mlo_str message;
} mlo_draft_related;
typedef struct mlo_draft {
  uint32_t rule;
  mlo_space space;
  mlo_span span;
  mlo_location located; /* instead, if its path is set: project rules */
  mlo_str message;
  bool secret; /* the place holds a secret: it is masked wherever a finding of the file shows it */
  MLO_ARRAY(mlo_draft_related) related;
  MLO_ARRAY(mlo_draft_fix) fixes;
} mlo_draft;
typedef MLO_ARRAY(mlo_draft) mlo_drafts;

/* A fact that a project rule collected in a file: plain data as JSON, which its finish sees again. */
typedef struct mlo_project_fact {
  uint32_t rule;
  mlo_str json;
} mlo_project_fact;
typedef MLO_ARRAY(mlo_project_fact) mlo_project_facts;

/* Something that went wrong, for the user. */
typedef struct mlo_problem {
  mlo_str path;
  mlo_str message;
  mlo_str detail; /* more for who wrote the rule: what had called what, a line each; or empty */
} mlo_problem;
typedef MLO_ARRAY(mlo_problem) mlo_problems;

/* A rule that failed: its check raised, or took too much. It is named, and off for the rest of the file. */
typedef struct mlo_failure {
  uint32_t rule;
  bool costly; /* it used up what it may use */
  bool partly; /* what it found before counts */
  mlo_str why;
  mlo_str detail; /* as a problem's */
} mlo_failure;
typedef MLO_ARRAY(mlo_failure) mlo_failures;

/* Where a woken rule leaves its answers. */
typedef struct mlo_answers {
  mlo_arena *arena;
  mlo_drafts drafts;
  mlo_project_facts facts;
  mlo_problems problems; /* of the file */
  mlo_failures failures; /* of rules */
} mlo_answers;

/* The rules of a run. */
typedef struct mlo_catalogue {
  const mlo_grammars *grammars; /* the engine's: what the layer parses patterns with */
  MLO_ARRAY(mlo_rule) rules;    /* sorted by code */
  MLO_ARRAY(mlo_trigger) triggers;
  mlo_problems problems; /* rules that could not be loaded */
  uint64_t digest;       /* of all files of packs */
} mlo_catalogue;

/* The options of one rule in force for a file, as JSON (an object); empty: the defaults. */
typedef mlo_str mlo_options_json;

struct mlo_project;                             /* project/project.h */
typedef struct mlo_rule_worker mlo_rule_worker; /* the layer's own: one per thread */

/* The rule layer: the one door between the core and Lua. */
typedef struct mlo_rule_layer {
  /* Loads the built-in rules and the packs (folders) into out, in arena, beside the rules that stand there already, all
   * sorted by code. Rules that fail become problems. */
  mlo_status (*load)(const mlo_str *packs, uint32_t pack_count, mlo_arena *arena,
                     mlo_catalogue *out, mlo_error *err);
  mlo_status (*open)(const mlo_catalogue *catalogue, mlo_rule_worker **out, mlo_error *err);
  void (*close)(mlo_rule_worker *worker);
  /* The texts that travel with the layer, by number from 0: templates of rules and annotations for editors. False behind
   * the last one. */
  bool (*text)(uint32_t number, mlo_str *path, mlo_str *text);
  /* The file that the next hits belong to. options[i] are rule i's; NULL: all defaults. */
  void (*begin_file)(mlo_rule_worker *worker, const mlo_file *file,
                     const mlo_options_json *options);
  /* Runs the rule's check (or its collector) on a hit. */
  void (*wake)(mlo_rule_worker *worker, const mlo_hit *hit, mlo_answers *answers);
  void (*end_file)(mlo_rule_worker *worker);
  /* Runs the finish of a project rule over all its facts, in the order of files. */
  void (*finish)(mlo_rule_worker *worker, uint32_t rule, const struct mlo_project *project,
                 const mlo_project_fact *facts, uint32_t fact_count,
                 const mlo_options_json *options, mlo_answers *answers);
} mlo_rule_layer;

/* A place of the file at work as a location in arena. The excerpt may hold foreign text. */
mlo_location mlo_file_locate(const mlo_file *file, mlo_space space, mlo_span span,
                             mlo_arena *arena);

/* New text for a place of the file at work, which begins at `at`, as it must be written into the file: escaped where the
 * file is a notebook and the place is in a cell's source; else with the line ends of the file's first line, and in a
 * cell of a script with what its lines begin with. */
mlo_str mlo_file_edit_text(const mlo_file *file, mlo_space space, uint32_t at, mlo_str text,
                           mlo_arena *arena);
/* Masks the secret, but for its first four bytes, where it stands in the excerpt of a place of the same file. */
void mlo_location_mask(mlo_location *self, const mlo_location *secret, mlo_arena *arena);

#endif
