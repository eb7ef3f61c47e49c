#include "plugins/lsp/message.h"

/* The number in "\u12ab" at `at`, or UINT32_MAX if there is no such escape. */
static uint32_t escape_at(const char *text, size_t len, size_t at) {
  if (len < 6 || at > len - 6 || text[at] != '\\' || text[at + 1] != 'u') return UINT32_MAX;
  uint32_t value = 0;
  for (size_t i = at + 2; i < at + 6; i++) {
    char c = text[i], lower = (char)(c | 0x20);
    bool digit = c >= '0' && c <= '9', letter = lower >= 'a' && lower <= 'f';
    if (!digit && !letter) return UINT32_MAX;
    value = value << 4 | (uint32_t)(digit ? c - '0' : lower - 'a' + 10);
  }
  return value;
}

static bool is_high(uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
static bool is_low(uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

void mlo_message_mend(char *text, size_t len) {
  for (size_t at = 0; at < len; at++) {
    if (text[at] != '\\') continue;
    uint32_t unit = escape_at(text, len, at);
    bool pair = is_high(unit) && is_low(escape_at(text, len, at + 6));
    bool alone = !pair && (is_high(unit) || is_low(unit));
    if (unit == 0 || alone) memcpy(text + at, "\\ufffd", 6);
    at += pair ? 11 : unit == UINT32_MAX ? 1 : 5;
  }
}

static const cJSON *member(const cJSON *object, const char *name) {
  return object ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const cJSON *mlo_message_object(const cJSON *object, const char *name) {
  const cJSON *found = member(object, name);
  return cJSON_IsObject(found) ? found : NULL;
}

const cJSON *mlo_message_array(const cJSON *object, const char *name) {
  const cJSON *found = member(object, name);
  return cJSON_IsArray(found) ? found : NULL;
}

mlo_str mlo_message_string(const cJSON *object, const char *name) {
  const cJSON *found = member(object, name);
  return cJSON_IsString(found) ? mlo_str_c(found->valuestring) : (mlo_str){0};
}

bool mlo_message_true(const cJSON *object, const char *name) {
  return cJSON_IsTrue(member(object, name));
}

uint32_t mlo_message_uint(const cJSON *object, const char *name) {
  const cJSON *found = member(object, name);
  if (!cJSON_IsNumber(found) || !(found->valuedouble > 0)) return 0;
  return found->valuedouble >= UINT32_MAX ? UINT32_MAX : (uint32_t)found->valuedouble;
}

void mlo_message_add_string(cJSON *object, const char *name, mlo_str text, mlo_arena *scratch) {
  mlo_arena_mark mark = mlo_arena_save(scratch);
  cJSON_AddStringToObject(object, name, mlo_arena_cstr(scratch, text));
  mlo_arena_restore(scratch, mark);
}
