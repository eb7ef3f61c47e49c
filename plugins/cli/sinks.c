#include "plugins/cli/sinks.h"

#include "plugins/report/writers.h"

#include <unistd.h>

static const mlo_writer *const writers[] = {
    &mlo_text_writer, &mlo_json_writer, &mlo_jsonl_writer, &mlo_github_writer, &mlo_sarif_writer,
};

static const mlo_writer *writer_named(mlo_str name) {
  for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
    if (mlo_str_eq(writers[i]->name, name)) return writers[i];
  return NULL; /* the option's choices have let only known names through */
}

static bool same_place(const mlo_sink *a, const mlo_sink *b) {
  mlo_str dash = MLO_STR("-");
  return mlo_str_eq(a->path.ptr ? a->path : dash, b->path.ptr ? b->path : dash);
}

static mlo_status refuse_shared_places(const mlo_sinks *self, mlo_error *err) {
  for (uint32_t i = 0; i < self->len; i++)
    for (uint32_t k = i + 1; k < self->len; k++)
      if (same_place(&self->items[i], &self->items[k]))
        return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                             "two formats would go to the same place; follow each --format with "
                             "an --output of its own");
  return MLO_OK;
}

mlo_status mlo_sinks_read(const mlo_arguments *arguments, uint32_t format_flag,
                          uint32_t output_flag, mlo_arena *arena, mlo_sinks *out, mlo_error *err) {
  mlo_sink sink = {0};
  MLO_PUSH(arena, out, sink);
  for (uint32_t i = 0; i < arguments->given.len; i++) {
    const mlo_argument *argument = &arguments->given.items[i];
    bool format = argument->flag == format_flag;
    if (!format && argument->flag != output_flag) continue;
    const mlo_sink *last = &out->items[out->len - 1];
    if (format ? last->writer != NULL : last->path.ptr != NULL) MLO_PUSH(arena, out, sink);
    if (format)
      out->items[out->len - 1].writer = writer_named(argument->value);
    else
      out->items[out->len - 1].path = argument->value;
  }
  for (uint32_t i = 0; i < out->len; i++)
    if (!out->items[i].writer) out->items[i].writer = &mlo_text_writer;
  return refuse_shared_places(out, err);
}

static bool write_sink(const mlo_sink *sink, const mlo_result *result,
                       const mlo_catalogue *catalogue, const mlo_sink_options *options) {
  bool standard = !sink->path.ptr || mlo_str_eq(sink->path, MLO_STR("-"));
  int fd = options->to_stderr ? STDERR_FILENO : STDOUT_FILENO;
  mlo_color_world world = mlo_color_world_of(fd);
  if (!standard) world.terminal = false, world.force_color = world.clicolor_force = NULL;
  mlo_writer_options writer_options = options->writer;
  writer_options.color = mlo_color_wanted(options->color, &world);
  writer_options.width = standard ? mlo_output_width(fd) : 0;

  mlo_buf text = {0};
  sink->writer->write(result, catalogue, &writer_options, &text);
  bool written = !text.failed;
  if (!written)
    mlo_output_complain(sink->path, MLO_STR("the output is too large"));
  else if (!standard)
    written = mlo_output_file(sink->path, mlo_buf_str(&text));
  else if (options->to_stderr)
    written = mlo_output_say(mlo_buf_str(&text));
  else
    written = mlo_output_print(mlo_buf_str(&text));
  mlo_buf_release(&text);
  return written;
}

bool mlo_sinks_write(const mlo_sinks *self, const mlo_result *result,
                     const mlo_catalogue *catalogue, const mlo_sink_options *options) {
  bool written = true;
  for (uint32_t i = 0; i < self->len; i++)
    written = write_sink(&self->items[i], result, catalogue, options) && written;
  return written;
}
