#include "document/document.h"

#include "document/builder.h"

static mlo_status read_nothing(mlo_document *out, mlo_parser *parser, mlo_arena *arena,
                               mlo_error *err) {
  (void)parser, (void)err;
  mlo_builder builder = mlo_builder_of(out, arena);
  mlo_builder_map(&builder, 0, MLO_NO_KEY, (mlo_span){0, (uint32_t)out->text.len});
  return MLO_OK;
}

static mlo_front_end *const front_ends[MLO_FORMAT_COUNT] = {
    [MLO_FORMAT_JSON] = mlo_read_json,
    [MLO_FORMAT_YAML] = mlo_read_yaml,
    [MLO_FORMAT_TOML] = mlo_read_toml,
    [MLO_FORMAT_HCL] = mlo_read_hcl,
    [MLO_FORMAT_INI] = mlo_read_ini,
    [MLO_FORMAT_DOCKERFILE] = mlo_read_dockerfile,
    [MLO_FORMAT_REQUIREMENTS] = mlo_read_requirements,
    [MLO_FORMAT_MARKDOWN] = mlo_read_markdown,
    [MLO_FORMAT_BASH] = read_nothing,
};

mlo_status mlo_document_read(mlo_parser *parser, mlo_format format, mlo_str path, mlo_str text,
                             mlo_arena *arena, mlo_document *out, mlo_error *err) {
  mlo_front_end *read = (unsigned)format < MLO_FORMAT_COUNT ? front_ends[format] : NULL;
  if (!read)
    return mlo_error_set(err, MLO_ERR_UNSUPPORTED, path, "files of this kind are no documents");
  if (text.len >= UINT32_MAX)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, path, "over 4 GiB: not scanned");
  *out = (mlo_document){.format = format, .path = path, .text = text};
  return read(out, parser, arena, err);
}
