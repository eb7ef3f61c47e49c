#include "run/record.h"

#include "base/buf.h"

/* One list of fields serves both ways: a cursor either writes to a buffer or reads from a view. */
typedef struct cursor {
  mlo_buf *to; /* NULL: reading */
  mlo_str from;
  mlo_arena *arena;
  bool failed;
} cursor;

static void bytes_of(cursor *self, void *value, size_t size) {
  if (self->to) {
    mlo_buf_add(self->to, mlo_str_of(value, size));
  } else if (self->from.len < size) {
    self->failed = true;
    memset(value, 0, size);
  } else {
    memcpy(value, self->from.ptr, size);
    self->from = mlo_str_slice(self->from, size, self->from.len);
  }
}

#define PLAIN(self, value) bytes_of((self), &(value), sizeof(value))

static void text_of(cursor *self, mlo_str *text) {
  uint32_t len = (uint32_t)text->len;
  PLAIN(self, len);
  if (self->to) {
    mlo_buf_add(self->to, *text);
    return;
  }
  self->failed |= len > self->from.len;
  if (self->failed) len = 0;
  *text = mlo_arena_str(self->arena, mlo_str_slice(self->from, 0, len));
  self->from = mlo_str_slice(self->from, len, self->from.len);
}

/* The number of items; when reading, none of them is smaller than a byte. */
static uint32_t count_of(cursor *self, uint32_t len) {
  PLAIN(self, len);
  if (!self->to && len > self->from.len) self->failed = true;
  return self->failed ? 0 : len;
}

/* Makes room for all items of an array when reading, then visits each. */
#define EACH(self, array, visit)                                                                   \
  do {                                                                                             \
    uint32_t count_ = count_of((self), (array)->len);                                              \
    if (!(self)->to) {                                                                             \
      (array)->items = mlo_arena_alloc((self)->arena, count_ + 1, sizeof *(array)->items,          \
                                       alignof(max_align_t));                                      \
      (array)->len = (array)->cap = count_;                                                        \
    }                                                                                              \
    for (uint32_t i_ = 0; i_ < count_ && !(self)->failed; i_++)                                    \
      visit((self), &(array)->items[i_]);                                                          \
  } while (0)

static void location_of(cursor *self, mlo_location *at) {
  text_of(self, &at->path);
  PLAIN(self, at->span);
  PLAIN(self, at->start);
  PLAIN(self, at->end);
  PLAIN(self, at->cell);
  PLAIN(self, at->script);
  PLAIN(self, at->cell_start);
  PLAIN(self, at->cell_end);
  text_of(self, &at->excerpt);
  PLAIN(self, at->excerpt_line);
}

static void related_of(cursor *self, mlo_related *related) {
  location_of(self, &related->location);
  text_of(self, &related->message);
}

static void edit_of(cursor *self, mlo_edit *edit) {
  text_of(self, &edit->path);
  PLAIN(self, edit->span);
  PLAIN(self, edit->start);
  PLAIN(self, edit->end);
  text_of(self, &edit->text);
}

static void fix_of(cursor *self, mlo_fix *fix) {
  text_of(self, &fix->title);
  PLAIN(self, fix->safety);
  EACH(self, &fix->edits, edit_of);
}

/* The rule's texts are filled in afterwards, by its code. */
static void finding_of(cursor *self, mlo_finding *finding) {
  text_of(self, &finding->code);
  PLAIN(self, finding->severity);
  text_of(self, &finding->message);
  location_of(self, &finding->location);
  EACH(self, &finding->related, related_of);
  EACH(self, &finding->fixes, fix_of);
}

static void number_of(cursor *self, uint32_t *number) { PLAIN(self, *number); }

static void fact_of(cursor *self, mlo_project_fact *fact) {
  PLAIN(self, fact->rule);
  text_of(self, &fact->json);
}

static void entry_of(cursor *self, mlo_index_entry *entry) {
  PLAIN(self, entry->part);
  text_of(self, &entry->kind);
  text_of(self, &entry->name);
  text_of(self, &entry->text);
  text_of(self, &entry->target);
  location_of(self, &entry->at);
  EACH(self, &entry->reaches, text_of);
}

static void suppression_of(cursor *self, mlo_suppression *suppression) {
  PLAIN(self, suppression->span);
  PLAIN(self, suppression->covers);
  PLAIN(self, suppression->list);
  PLAIN(self, suppression->removal);
  text_of(self, &suppression->words);
  text_of(self, &suppression->reason);
  PLAIN(self, suppression->used);
  PLAIN(self, suppression->reach);
  location_of(self, &suppression->at);
  location_of(self, &suppression->list_at);
  location_of(self, &suppression->removal_at);
}

static void asked_of(cursor *self, mlo_asked *asked) {
  PLAIN(self, asked->kind);
  text_of(self, &asked->where);
  text_of(self, &asked->name);
  text_of(self, &asked->answer);
  PLAIN(self, asked->digest);
}

static void result_of(cursor *self, mlo_file_result *result) {
  EACH(self, &result->findings, finding_of);
  EACH(self, &result->facts, fact_of);
  EACH(self, &result->entries, entry_of);
  EACH(self, &result->suppressions, suppression_of);
  EACH(self, &result->faulty, suppression_of);
  PLAIN(self, result->bytes);
  EACH(self, &result->suppressed, number_of);
  PLAIN(self, result->read);
  PLAIN(self, result->parsed);
}

void mlo_record_write(const mlo_file_result *result, const mlo_asked_items *asked, mlo_buf *out) {
  cursor self = {.to = out};
  mlo_asked_items items = *asked;
  mlo_file_result copy = *result; /* writing changes nothing in it */
  EACH(&self, &items, asked_of);
  result_of(&self, &copy);
}

bool mlo_record_read_asked(mlo_str record, mlo_arena *arena, mlo_asked_items *out) {
  cursor self = {.from = record, .arena = arena};
  *out = (mlo_asked_items){0};
  EACH(&self, out, asked_of);
  return !self.failed;
}

/* A rule's own texts are those of today's catalogue, which is the one that the record was written under. */
static bool adopt(mlo_finding *finding, const mlo_catalogue *catalogue) {
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    const mlo_rule *rule = &catalogue->rules.items[i];
    if (!mlo_str_eq(rule->code, finding->code)) continue;
    finding->code = rule->code;
    finding->name = rule->name;
    finding->area = rule->area;
    finding->summary = rule->summary;
    finding->url = rule->url;
    return finding->severity <= MLO_SEVERITY_ERROR;
  }
  return false;
}

bool mlo_record_read(mlo_str record, const mlo_catalogue *catalogue, mlo_arena *arena,
                     mlo_file_result *out) {
  cursor self = {.from = record, .arena = arena};
  mlo_asked_items skipped = {0};
  *out = (mlo_file_result){0};
  EACH(&self, &skipped, asked_of);
  result_of(&self, out);
  bool whole = !self.failed && self.from.len == 0;
  for (uint32_t i = 0; i < out->findings.len && whole; i++)
    whole = adopt(&out->findings.items[i], catalogue);
  for (uint32_t i = 0; i < out->facts.len && whole; i++)
    whole = out->facts.items[i].rule < catalogue->rules.len;
  for (uint32_t i = 0; i < out->suppressed.len && whole; i++)
    whole = out->suppressed.items[i] < catalogue->rules.len;
  for (uint32_t i = 0; i < out->entries.len && whole; i++)
    whole = out->entries.items[i].part < MLO_INDEX_PART_COUNT;
  if (!whole) *out = (mlo_file_result){0};
  return whole;
}
