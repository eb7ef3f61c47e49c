/* kinds: the node kinds and fields of each grammar that our code names, as small enums.
 * Kinds that no C code names are MLO_KIND_OTHER; rules in Lua see every kind by its grammar's name. */
#ifndef MLO_KINDS_H
#define MLO_KINDS_H

/* clang-format off */
/* X(ENUM, "grammar name"); the name is that of a named node unless it starts with a quote-less symbol below. */
#define MLO_PYTHON_KINDS(X)                                                                     \
  X(PY_MODULE, "module") X(PY_IDENTIFIER, "identifier") X(PY_ATTRIBUTE, "attribute")            \
  X(PY_CALL, "call") X(PY_ARGUMENTS, "argument_list") X(PY_KEYWORD_ARGUMENT, "keyword_argument") \
  X(PY_LIST_SPLAT, "list_splat") X(PY_DICT_SPLAT, "dictionary_splat")                           \
  X(PY_STRING, "string") X(PY_STRING_START, "string_start") X(PY_STRING_CONTENT, "string_content") \
  X(PY_STRING_END, "string_end") X(PY_ESCAPE, "escape_sequence") X(PY_INTERPOLATION, "interpolation") \
  X(PY_CONCATENATED_STRING, "concatenated_string") X(PY_INTEGER, "integer") X(PY_FLOAT, "float") \
  X(PY_TRUE, "true") X(PY_FALSE, "false") X(PY_NONE, "none") X(PY_ELLIPSIS, "ellipsis")         \
  X(PY_LIST, "list") X(PY_TUPLE, "tuple") X(PY_SET, "set") X(PY_DICT, "dictionary")             \
  X(PY_PAIR, "pair") X(PY_SUBSCRIPT, "subscript") X(PY_SLICE, "slice")                          \
  X(PY_COMPARISON, "comparison_operator") X(PY_BOOLEAN_OPERATOR, "boolean_operator")            \
  X(PY_BINARY_OPERATOR, "binary_operator") X(PY_UNARY_OPERATOR, "unary_operator")               \
  X(PY_NOT, "not_operator") X(PY_CONDITIONAL, "conditional_expression")                         \
  X(PY_PARENTHESIZED, "parenthesized_expression") X(PY_AWAIT, "await") X(PY_YIELD, "yield")     \
  X(PY_NAMED_EXPRESSION, "named_expression") X(PY_LAMBDA, "lambda")                             \
  X(PY_LAMBDA_PARAMETERS, "lambda_parameters") X(PY_LIST_COMPREHENSION, "list_comprehension")   \
  X(PY_SET_COMPREHENSION, "set_comprehension") X(PY_DICT_COMPREHENSION, "dictionary_comprehension") \
  X(PY_GENERATOR, "generator_expression") X(PY_FOR_IN_CLAUSE, "for_in_clause")                  \
  X(PY_IF_CLAUSE, "if_clause") X(PY_EXPRESSION_STATEMENT, "expression_statement")               \
  X(PY_ASSIGNMENT, "assignment") X(PY_AUGMENTED_ASSIGNMENT, "augmented_assignment")             \
  X(PY_PATTERN_LIST, "pattern_list") X(PY_TUPLE_PATTERN, "tuple_pattern")                       \
  X(PY_LIST_PATTERN, "list_pattern") X(PY_LIST_SPLAT_PATTERN, "list_splat_pattern")             \
  X(PY_DICT_SPLAT_PATTERN, "dictionary_splat_pattern") X(PY_EXPRESSION_LIST, "expression_list") \
  X(PY_TYPE, "type") X(PY_IMPORT, "import_statement") X(PY_IMPORT_FROM, "import_from_statement") \
  X(PY_FUTURE_IMPORT, "future_import_statement") X(PY_ALIASED_IMPORT, "aliased_import")         \
  X(PY_WILDCARD_IMPORT, "wildcard_import") X(PY_RELATIVE_IMPORT, "relative_import")             \
  X(PY_IMPORT_PREFIX, "import_prefix") X(PY_DOTTED_NAME, "dotted_name")                         \
  X(PY_FUNCTION, "function_definition") X(PY_CLASS, "class_definition")                         \
  X(PY_DECORATED, "decorated_definition") X(PY_DECORATOR, "decorator")                          \
  X(PY_PARAMETERS, "parameters") X(PY_DEFAULT_PARAMETER, "default_parameter")                   \
  X(PY_TYPED_PARAMETER, "typed_parameter") X(PY_TYPED_DEFAULT_PARAMETER, "typed_default_parameter") \
  X(PY_BLOCK, "block") X(PY_IF, "if_statement") X(PY_ELIF, "elif_clause") X(PY_ELSE, "else_clause") \
  X(PY_FOR, "for_statement") X(PY_WHILE, "while_statement") X(PY_WITH, "with_statement")        \
  X(PY_WITH_CLAUSE, "with_clause") X(PY_WITH_ITEM, "with_item") X(PY_AS_PATTERN, "as_pattern")  \
  X(PY_AS_PATTERN_TARGET, "as_pattern_target") X(PY_TRY, "try_statement")                       \
  X(PY_EXCEPT, "except_clause") X(PY_FINALLY, "finally_clause") X(PY_RETURN, "return_statement") \
  X(PY_RAISE, "raise_statement") X(PY_ASSERT, "assert_statement") X(PY_DELETE, "delete_statement") \
  X(PY_GLOBAL, "global_statement") X(PY_NONLOCAL, "nonlocal_statement")                         \
  X(PY_MATCH, "match_statement") X(PY_CASE, "case_clause") X(PY_CASE_PATTERN, "case_pattern")   \
  X(PY_PASS, "pass_statement") X(PY_COMMENT, "comment") X(PY_PRINT, "print_statement")          \
  X(PY_KEYWORD_PATTERN, "keyword_pattern") X(PY_SPLAT_PATTERN, "splat_pattern")                 \
  X(PY_GENERIC_TYPE, "generic_type") X(PY_UNION_TYPE, "union_type")

/* Fields, shared by all grammars: the same word is the same number. */
#define MLO_FIELDS(X)                                                                          \
  X(NAME, "name") X(VALUE, "value") X(KEY, "key") X(LEFT, "left") X(RIGHT, "right")            \
  X(OBJECT, "object") X(ATTRIBUTE, "attribute") X(FUNCTION, "function") X(ARGUMENTS, "arguments") \
  X(SUBSCRIPT, "subscript") X(OPERATOR, "operator") X(OPERATORS, "operators")                  \
  X(ARGUMENT, "argument") X(MODULE_NAME, "module_name") X(ALIAS, "alias")                      \
  X(PARAMETERS, "parameters") X(RETURN_TYPE, "return_type") X(BODY, "body")                    \
  X(SUPERCLASSES, "superclasses") X(DEFINITION, "definition") X(TYPE, "type")                  \
  X(CONDITION, "condition") X(CONSEQUENCE, "consequence") X(ALTERNATIVE, "alternative")        \
  X(SUBJECT, "subject") X(CAUSE, "cause") X(EXPRESSION, "expression") X(ANCHOR, "anchor")      \
  X(TAG, "tag") X(REDIRECT, "redirect") X(DESCRIPTOR, "descriptor") X(DESTINATION, "destination") \
  X(INDEX, "index") X(HEADING_CONTENT, "heading_content")

/* clang-format on */

#define MLO_ENUM_(id, text) MLO_##id,
#define MLO_FIELD_ENUM_(id, text) MLO_FIELD_##id,

enum mlo_python_kind {
  MLO_KIND_OTHER = 0,
  MLO_KIND_ERROR = 1,
  MLO_PYTHON_KINDS(MLO_ENUM_) MLO_PY_KIND_COUNT
};
enum mlo_field { MLO_FIELD_NONE = 0, MLO_FIELDS(MLO_FIELD_ENUM_) MLO_FIELD_COUNT };

#endif
