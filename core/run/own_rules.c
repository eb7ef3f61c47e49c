#include "run/own_rules.h"

#include "run/selection.h"

static const mlo_str unused_code = MLO_STR_INIT("MLO001"), invalid_code = MLO_STR_INIT("MLO002"),
                     unread_code = MLO_STR_INIT("MLO003");

static const mlo_rule records[] = {
    {.code = MLO_STR_INIT("MLO001"),
     .name = MLO_STR_INIT("unused-suppression"),
     .area = MLO_STR_INIT("mlopslint"),
     .severity = MLO_SEVERITY_INFO,
     .enabled = true,
     .summary = MLO_STR_INIT("a comment takes a finding back that isn't there"),
     .docs = MLO_STR_INIT(
         "A suppression that outlives its finding hides the next one: nobody will hear of it.\n"
         "Next step: remove the comment, or the one code of its list (--fix does it; the reason\n"
         "stays with the codes that stay). Said only when the whole project was checked, for "
         "rules\n"
         "that were on."),
     .file = MLO_STR_INIT("core/run/own_rules.c")},
    {.code = MLO_STR_INIT("MLO002"),
     .name = MLO_STR_INIT("invalid-suppression"),
     .area = MLO_STR_INIT("mlopslint"),
     .severity = MLO_SEVERITY_WARNING,
     .enabled = true,
     .summary = MLO_STR_INIT("a comment that should take a finding back names no rule"),
     .docs = MLO_STR_INIT(
         "A suppression without a rule, or with a word that names none, takes nothing back.\n"
         "Next step: write `ignore[CODE] reason`; `mlopslint rules` lists codes and names."),
     .file = MLO_STR_INIT("core/run/own_rules.c")},
    {.code = MLO_STR_INIT("MLO003"),
     .name = MLO_STR_INIT("python-not-read"),
     .area = MLO_STR_INIT("mlopslint"),
     .severity = MLO_SEVERITY_INFO,
     .enabled = true,
     .summary = MLO_STR_INIT("a part of this Python file was not understood, so no rule judged it"),
     .docs = MLO_STR_INIT("What is not scanned is not clean. The file was judged as far as it "
                          "parses, once a rule wanted\n"
                          "to see it: the rest is unknown.\n"
                          "Next step: repair the syntax (`python3 -m py_compile FILE` names the "
                          "error). Python 2 is not read."),
     .file = MLO_STR_INIT("core/run/own_rules.c")}};

void mlo_own_rules_add(mlo_catalogue *catalogue, mlo_arena *arena) {
  for (size_t i = 0; i < sizeof records / sizeof *records; i++)
    MLO_PUSH(arena, &catalogue->rules, records[i]);
}

typedef struct judge {
  const mlo_own_file *file;
  uint32_t unused, invalid; /* rules; UINT32_MAX: off here */
  mlo_arena *arena;
  mlo_drafts *out;
} judge;

static uint32_t rule_if_on(const mlo_own_file *file, mlo_str code) {
  uint32_t rule = mlo_selection_rule(file->catalogue, code);
  bool on = rule != UINT32_MAX && mlo_settings_wants(file->settings, rule, file->path);
  return on ? rule : UINT32_MAX;
}

/* --- words --- */

typedef enum verdict { USED, UNUSED, UNKNOWN } verdict;

static bool is_own(const mlo_rule *rule) {
  return mlo_str_eq(rule->code, unused_code) || mlo_str_eq(rule->code, invalid_code);
}

static bool names(mlo_str words, const mlo_rule *rule) {
  while (words.ptr)
    if (mlo_rule_is_named(rule, mlo_str_trim(mlo_str_cut(&words, ',')))) return true;
  return false;
}

bool mlo_own_rules_named(const mlo_catalogue *catalogue, const mlo_suppressions *suppressions) {
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    if (!is_own(&catalogue->rules.items[i])) continue;
    for (uint32_t k = 0; k < suppressions->len; k++)
      if (names(suppressions->items[k].words, &catalogue->rules.items[i])) return true;
  }
  return false;
}

static mlo_str letters_of(mlo_str code) {
  size_t len = 0;
  while (len < code.len && (code.ptr[len] < '0' || code.ptr[len] > '9')) len++;
  return mlo_str_slice(code, 0, len);
}

/* Without packs, only a word that begins as a code of ours is known to be wrong. */
static bool may_be_elsewhere(const mlo_own_file *file, mlo_str word) {
  if (file->catalogue->problems.len) return true;
  if (!file->isolated) return false;
  for (uint32_t i = 0; i < file->catalogue->rules.len; i++)
    if (mlo_str_eq(letters_of(file->catalogue->rules.items[i].code), letters_of(word)))
      return false;
  return true;
}

/* A word is unused if some rule that it names is on, and could have spoken. */
static verdict judge_word(const mlo_own_file *file, mlo_str word, bool used) {
  bool known = false, on = false;
  for (uint32_t i = 0; i < file->catalogue->rules.len; i++) {
    const mlo_rule *rule = &file->catalogue->rules.items[i];
    if (!mlo_rule_is_named(rule, word)) continue;
    if (is_own(rule)) return USED;
    known = true;
    on = on || mlo_settings_wants(file->settings, i, file->path);
  }
  if (!known && word.len) return may_be_elsewhere(file, word) ? USED : UNKNOWN;
  return used || !on || !file->complete ? USED : UNUSED;
}

/* --- reports --- */

static mlo_draft *report(judge *self, uint32_t rule, const mlo_location *at, mlo_str message) {
  mlo_draft draft = {.rule = rule, .located = *at, .message = message};
  MLO_PUSH(self->arena, self->out, draft);
  return &self->out->items[self->out->len - 1];
}

static void add_fix(judge *self, mlo_draft *draft, const char *title, const mlo_location *at,
                    mlo_str text) {
  mlo_draft_fix fix = {.title = mlo_str_c(title), .safety = MLO_SAFETY_SAFE};
  mlo_draft_edit edit = {*at, text};
  MLO_PUSH(self->arena, &fix.edits, edit);
  MLO_PUSH(self->arena, &draft->fixes, fix);
}

static mlo_str join(mlo_str list, const char *between, mlo_str quote, mlo_str word,
                    mlo_arena *arena) {
  return mlo_arena_format(arena, "%.*s%s%.*s%.*s%.*s", MLO_FMT(list), list.len ? between : "",
                          MLO_FMT(quote), MLO_FMT(word), MLO_FMT(quote));
}

static void report_unused(judge *self, const mlo_suppression *one, mlo_str unused, mlo_str kept) {
  mlo_str message = mlo_arena_format(
      self->arena, "nothing is found here that %.*s would take back: the next finding goes unseen",
      MLO_FMT(unused));
  mlo_draft *draft = report(self, self->unused, &one->at, message);
  if (kept.len)
    add_fix(self, draft, "remove what is unused", &one->list_at, kept);
  else if (one->removal.end > one->removal.start)
    add_fix(self, draft, "remove the comment", &one->removal_at, (mlo_str){0});
}

static void report_unknown(judge *self, const mlo_suppression *one, mlo_str word) {
  mlo_str near = mlo_selection_nearest(self->file->catalogue, word, false);
  report(
      self, self->invalid, &one->at,
      mlo_arena_format(self->arena,
                       "`%.*s` is no rule, so it takes nothing back; the nearest known is `%.*s`",
                       MLO_FMT(word), MLO_FMT(near)));
}

static void judge_one(judge *self, const mlo_suppression *one) {
  mlo_str words = one->words, unused = {0}, kept = {0};
  for (uint32_t i = 0; words.ptr; i++) {
    mlo_str word = mlo_str_trim(mlo_str_cut(&words, ','));
    bool used = one->used & mlo_suppression_bit(i);
    verdict found = judge_word(self->file, word, used);
    if (found == UNKNOWN && self->invalid != UINT32_MAX) report_unknown(self, one, word);
    if (found == UNUSED && word.len)
      unused = join(unused, ", ", MLO_STR("`"), word, self->arena);
    else if (word.len)
      kept = join(kept, ", ", (mlo_str){0}, word, self->arena);
  }
  if (unused.len && self->unused != UINT32_MAX) report_unused(self, one, unused, kept);
}

static const char without_rule[] =
    "names no rule, so it takes nothing back: write `mlopslint: ignore[CODE] reason`";

void mlo_own_rules_judge(const mlo_own_file *self, mlo_arena *arena, mlo_drafts *out) {
  if (!self->suppressions->len && !self->faulty->len) return;
  judge at_work = {.file = self,
                   .unused = rule_if_on(self, unused_code),
                   .invalid = rule_if_on(self, invalid_code),
                   .arena = arena,
                   .out = out};
  for (uint32_t i = 0; i < self->suppressions->len; i++)
    judge_one(&at_work, &self->suppressions->items[i]);
  for (uint32_t i = 0; i < self->faulty->len && at_work.invalid != UINT32_MAX; i++)
    report(&at_work, at_work.invalid, &self->faulty->items[i].at, mlo_str_c(without_rule));
}

/* The first line of the broken part: an error may go on to the end of the file. */
static mlo_span first_line(const mlo_file *file, mlo_node node) {
  mlo_span span = mlo_tree_span(file->tree, node);
  for (uint32_t at = span.start; at < span.end; at++)
    if (file->text.ptr[at] == '\n') span.end = at;
  return span;
}

void mlo_own_rules_unread(const mlo_catalogue *catalogue, const bool *wanted, const mlo_file *file,
                          mlo_arena *arena, mlo_drafts *out) {
  if (file->format != MLO_FORMAT_PYTHON || !file->tree || file->tree->first_error == MLO_NO_NODE)
    return;
  uint32_t rule = mlo_selection_rule(catalogue, unread_code);
  if (rule == UINT32_MAX || !wanted[rule]) return;
  mlo_draft draft = {
      .rule = rule,
      .span = first_line(file, file->tree->first_error),
      .message = MLO_STR("this is not Python 3 as mlopslint reads it: no rule judged this part")};
  MLO_PUSH(arena, out, draft);
}
