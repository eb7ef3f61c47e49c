#include "plugins/cli/progress.h"

#include "plugins/cli/output.h"

#include <stdio.h>
#include <unistd.h>

static const double patience = 1.0, pause_between = 0.1; /* seconds */
#define WIPE "\r\x1b[2K"

mlo_progress mlo_progress_start(bool wanted) {
  mlo_color_world world = mlo_color_world_of(STDERR_FILENO);
  bool able = world.terminal && world.term && strcmp(world.term, "dumb") != 0;
  return (mlo_progress){.started = mlo_os_seconds(), .on = wanted && able};
}

void mlo_progress_show(void *ctx, uint32_t done, uint32_t total) {
  mlo_progress *self = ctx;
  if (!self->on) return;
  double now = mlo_os_seconds();
  if (now - self->started < patience || now - self->shown < pause_between) return;
  char line[80];
  int len = snprintf(line, sizeof line, WIPE "checking %u of %u files", done, total);
  mlo_output_say(mlo_str_of(line, (size_t)len));
  self->shown = now;
  self->drawn = true;
}

void mlo_progress_end(mlo_progress *self) {
  if (self->drawn) mlo_output_say(MLO_STR(WIPE));
  self->drawn = false;
}
