/* parse: the yardstick of the benchmark. Reads each file named on standard input, parses it as Python with the same
 * runtime and grammar as mlopslint, frees the tree, and does nothing else. Prints files and bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_python(void);

typedef struct file_text {
  char *bytes;
  size_t length, capacity;
} file_text;

static bool read_file(const char *path, file_text *text) {
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  text->length = 0;
  for (;;) {
    if (text->length == text->capacity) {
      size_t capacity = text->capacity ? 2 * text->capacity : 1 << 20;
      char *bytes = realloc(text->bytes, capacity);
      if (!bytes) break;
      text->bytes = bytes;
      text->capacity = capacity;
    }
    size_t got = fread(text->bytes + text->length, 1, text->capacity - text->length, file);
    if (got == 0) break;
    text->length += got;
  }
  bool whole = feof(file) && !ferror(file);
  fclose(file);
  return whole;
}

static bool parse_file(TSParser *parser, const char *path, file_text *text) {
  if (!read_file(path, text)) return false;
  TSTree *tree = ts_parser_parse_string(parser, NULL, text->bytes, (uint32_t)text->length);
  if (!tree) return false;
  ts_tree_delete(tree);
  return true;
}

/* The build gives the scanner's function another name, for the guard that mlopslint puts in its place
 * (core/lang/scanner_guard.c). The yardstick does without the guard. */
unsigned mlo_unguarded_python_serialize(void *scanner, char *buffer);
unsigned tree_sitter_python_external_scanner_serialize(void *scanner, char *buffer);
unsigned tree_sitter_python_external_scanner_serialize(void *scanner, char *buffer) {
  return mlo_unguarded_python_serialize(scanner, buffer);
}

int main(void) {
  TSParser *parser = ts_parser_new();
  if (!ts_parser_set_language(parser, tree_sitter_python())) return 2;
  file_text text = {0};
  char path[4096];
  unsigned long files = 0, bytes = 0;
  while (fgets(path, sizeof path, stdin)) {
    path[strcspn(path, "\n")] = 0;
    if (!parse_file(parser, path, &text)) {
      fprintf(stderr, "can't parse %s\n", path);
      return 2;
    }
    files++;
    bytes += text.length;
  }
  printf("%lu files, %lu bytes\n", files, bytes);
  free(text.bytes);
  ts_parser_delete(parser);
  return 0;
}
