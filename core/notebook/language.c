#include "notebook/reader.h"

/* --- platforms ------------------------------------------------------------------------------- */

static const mlo_str platform_names[MLO_PLATFORM_COUNT] = {
    [MLO_PLATFORM_JUPYTER] = MLO_STR_INIT("jupyter"),
    [MLO_PLATFORM_DATABRICKS] = MLO_STR_INIT("databricks"),
    [MLO_PLATFORM_DEEPNOTE] = MLO_STR_INIT("deepnote"),
    [MLO_PLATFORM_SNOWFLAKE] = MLO_STR_INIT("snowflake"),
    [MLO_PLATFORM_SAGEMAKER] = MLO_STR_INIT("sagemaker"),
    [MLO_PLATFORM_AZURE] = MLO_STR_INIT("azure"),
    [MLO_PLATFORM_KAGGLE] = MLO_STR_INIT("kaggle"),
    [MLO_PLATFORM_COLAB] = MLO_STR_INIT("colab"),
    [MLO_PLATFORM_PYCHARM] = MLO_STR_INIT("pycharm"),
    [MLO_PLATFORM_VSCODE] = MLO_STR_INIT("vscode"),
    [MLO_PLATFORM_MARIMO] = MLO_STR_INIT("marimo")};

mlo_str mlo_platform_name(mlo_platform platform) { return platform_names[platform]; }

mlo_str mlo_form_name(mlo_notebook_form form) {
  static const mlo_str names[MLO_FORM_COUNT] = {[MLO_FORM_IPYNB] = MLO_STR_INIT("ipynb"),
                                                [MLO_FORM_DATABRICKS] = MLO_STR_INIT("databricks"),
                                                [MLO_FORM_PERCENT] = MLO_STR_INIT("percent"),
                                                [MLO_FORM_MARIMO] = MLO_STR_INIT("marimo")};
  return names[form];
}

/* Names in the metadata of notebooks and of cells that begin so. */
static const struct {
  mlo_str prefix;
  mlo_platform platform;
} marks[] = {
    {MLO_STR_INIT("application/vnd.databricks.v1+"), MLO_PLATFORM_DATABRICKS},
    {MLO_STR_INIT("deepnote"), MLO_PLATFORM_DEEPNOTE},
    {MLO_STR_INIT("lastEditStatus"), MLO_PLATFORM_SNOWFLAKE},
    {MLO_STR_INIT("sagemaker"), MLO_PLATFORM_SAGEMAKER},
    {MLO_STR_INIT("availableInstances"), MLO_PLATFORM_SAGEMAKER},
    {MLO_STR_INIT("instance_type"), MLO_PLATFORM_SAGEMAKER},
    {MLO_STR_INIT("microsoft"), MLO_PLATFORM_AZURE},
    {MLO_STR_INIT("synapse_widget"), MLO_PLATFORM_AZURE},
    {MLO_STR_INIT("trident"), MLO_PLATFORM_AZURE},
    {MLO_STR_INIT("kaggle"), MLO_PLATFORM_KAGGLE},
    {MLO_STR_INIT("_kg_"), MLO_PLATFORM_KAGGLE},
    {MLO_STR_INIT("_cell_guid"), MLO_PLATFORM_KAGGLE},
    {MLO_STR_INIT("colab"), MLO_PLATFORM_COLAB},
    {MLO_STR_INIT("pycharm"), MLO_PLATFORM_PYCHARM},
    {MLO_STR_INIT("vscode"), MLO_PLATFORM_VSCODE},
    {MLO_STR_INIT("orig_nbformat"), MLO_PLATFORM_VSCODE},
};

void mlo_note_platform(mlo_reader *self, mlo_str name) {
  mlo_platform *known = &self->notebook->platform;
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    bool better = *known == MLO_PLATFORM_JUPYTER || marks[i].platform < *known;
    if (better && mlo_str_starts(name, marks[i].prefix)) *known = marks[i].platform;
  }
}

/* --- languages ------------------------------------------------------------------------------- */

static mlo_str lower_case(mlo_str s, mlo_arena *arena) {
  char *copy = MLO_NEW_ARRAY(arena, char, s.len + 1);
  for (size_t i = 0; i < s.len; i++) {
    char c = s.ptr[i];
    copy[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  return mlo_str_of(copy, s.len);
}

/* Language names with a version ("ipython3"), and the names of kernels whose notebooks name no language; a
 * kernel that we don't know is somebody's Python environment. */
static mlo_str canonical_language(mlo_str name, bool kernel) {
  static const struct {
    mlo_str prefix, language;
  } known[] = {
      {MLO_STR_INIT("ipython"), MLO_STR_INIT("python")},
      {MLO_STR_INIT("python"), MLO_STR_INIT("python")},
      {MLO_STR_INIT("pyspark"), MLO_STR_INIT("python")},
      {MLO_STR_INIT("julia"), MLO_STR_INIT("julia")},
  };
  static const struct {
    mlo_str name, language;
  } kernels[] = {
      {MLO_STR_INIT("ir"), MLO_STR_INIT("r")},
      {MLO_STR_INIT("sparkkernel"), MLO_STR_INIT("scala")},
      {MLO_STR_INIT("sparkrkernel"), MLO_STR_INIT("r")},
      {MLO_STR_INIT("sql"), MLO_STR_INIT("sql")},
      {MLO_STR_INIT("bash"), MLO_STR_INIT("bash")},
      {MLO_STR_INIT("scala"), MLO_STR_INIT("scala")},
      {MLO_STR_INIT("rust"), MLO_STR_INIT("rust")},
      {MLO_STR_INIT(".net-csharp"), MLO_STR_INIT("c#")},
      {MLO_STR_INIT("javascript"), MLO_STR_INIT("javascript")},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (mlo_str_starts(name, known[i].prefix)) return known[i].language;
  for (size_t i = 0; kernel && i < sizeof kernels / sizeof *kernels; i++)
    if (mlo_str_eq(name, kernels[i].name)) return kernels[i].language;
  return kernel || name.len == 0 ? MLO_STR("python") : name;
}

mlo_str mlo_language_of_notebook(const mlo_languages *said, mlo_arena *arena) {
  const mlo_str named[] = {said->platform, said->kernel_language, said->info_name, said->cell};
  for (size_t i = 0; i < sizeof named / sizeof *named; i++)
    if (named[i].len > 0) return canonical_language(lower_case(named[i], arena), false);
  return canonical_language(lower_case(said->kernel_name, arena), true);
}

/* --- magics that name a language ------------------------------------------------------------- */

/* one_sign: platforms that give the whole cell to the language even with one per cent sign, 1 << platform. */
enum { NOWHERE = 0, DATABRICKS = 1 << MLO_PLATFORM_DATABRICKS };
static const struct {
  mlo_str magic, language;
  uint32_t one_sign;
} language_magics[] = {
    {MLO_STR_INIT("sql"), MLO_STR_INIT("sql"), DATABRICKS},
    {MLO_STR_INIT("bigquery"), MLO_STR_INIT("sql"), NOWHERE},
    {MLO_STR_INIT("python"), MLO_STR_INIT("python"), DATABRICKS},
    {MLO_STR_INIT("pyspark"), MLO_STR_INIT("python"), NOWHERE},
    {MLO_STR_INIT("r"), MLO_STR_INIT("r"), DATABRICKS},
    {MLO_STR_INIT("R"), MLO_STR_INIT("r"), NOWHERE},
    {MLO_STR_INIT("sparkr"), MLO_STR_INIT("r"), NOWHERE},
    {MLO_STR_INIT("scala"), MLO_STR_INIT("scala"), DATABRICKS},
    {MLO_STR_INIT("julia"), MLO_STR_INIT("julia"), NOWHERE},
    {MLO_STR_INIT("sh"), MLO_STR_INIT("bash"), DATABRICKS},
    {MLO_STR_INIT("bash"), MLO_STR_INIT("bash"), DATABRICKS},
    {MLO_STR_INIT("md"), MLO_STR_INIT("markdown"), DATABRICKS},
    {MLO_STR_INIT("md-sandbox"), MLO_STR_INIT("markdown"), DATABRICKS},
    {MLO_STR_INIT("markdown"), MLO_STR_INIT("markdown"), NOWHERE},
    {MLO_STR_INIT("html"), MLO_STR_INIT("html"), NOWHERE},
    {MLO_STR_INIT("HTML"), MLO_STR_INIT("html"), NOWHERE},
    {MLO_STR_INIT("latex"), MLO_STR_INIT("latex"), NOWHERE},
    {MLO_STR_INIT("javascript"), MLO_STR_INIT("javascript"), NOWHERE},
    {MLO_STR_INIT("js"), MLO_STR_INIT("javascript"), NOWHERE},
    {MLO_STR_INIT("cython"), MLO_STR_INIT("cython"), NOWHERE},
    {MLO_STR_INIT("perl"), MLO_STR_INIT("perl"), NOWHERE},
    {MLO_STR_INIT("ruby"), MLO_STR_INIT("ruby"), NOWHERE},
    {MLO_STR_INIT("csharp"), MLO_STR_INIT("c#"), NOWHERE},
};

/* The first line that says something: empty lines and comments may stand above a magic. */
static mlo_str first_line(mlo_str source) {
  while (source.ptr) {
    mlo_str line = mlo_str_trim(mlo_str_cut(&source, '\n'));
    if (line.len > 0 && line.ptr[0] != '#') return line;
  }
  return (mlo_str){0};
}

static mlo_str language_by_magic(mlo_str source, mlo_platform platform) {
  mlo_str line = first_line(source);
  size_t signs = 0;
  while (signs < line.len && line.ptr[signs] == '%') signs++;
  size_t end = signs;
  while (end < line.len && line.ptr[end] != ' ' && line.ptr[end] != '\t') end++;
  mlo_str magic = mlo_str_slice(line, signs, end);
  for (size_t i = 0; i < sizeof language_magics / sizeof *language_magics; i++) {
    bool fits = signs == 2 || (signs == 1 && (language_magics[i].one_sign >> platform & 1));
    if (fits && mlo_str_eq(magic, language_magics[i].magic)) return language_magics[i].language;
  }
  return (mlo_str){0};
}

/* Deepnote's SQL cells hold the Python that sends the SQL, unless they were written by hand. */
static bool is_python_around_sql(mlo_str said, mlo_str source) {
  return mlo_str_eq(said, MLO_STR("sql")) && mlo_str_contains(source, MLO_STR("execute_sql("));
}

void mlo_language_of_cell(const mlo_notebook *notebook, mlo_cell *cell, mlo_str said,
                          mlo_arena *arena) {
  if (cell->kind != MLO_CELL_CODE) return;
  mlo_str magic = language_by_magic(cell->source, notebook->platform);
  cell->magic_language = magic.len > 0;
  if (magic.len > 0)
    cell->language = magic;
  else if (said.len > 0 && !is_python_around_sql(said, cell->source))
    cell->language = canonical_language(lower_case(said, arena), false);
  else
    cell->language = notebook->language;
}
