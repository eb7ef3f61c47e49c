#include "plugins/cli/output.h"

#include "plugins/report/terminal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0, or the errno of the write that failed. */
static int write_all(int fd, mlo_str text) {
  while (text.len) {
    ssize_t count = write(fd, text.ptr, text.len);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text = mlo_str_from(text, (size_t)count);
  }
  return 0;
}

bool mlo_output_print(mlo_str text) {
  int failure = write_all(STDOUT_FILENO, text);
  if (failure && failure != EPIPE)
    mlo_output_complain(MLO_STR("standard output"), mlo_str_c(strerror(failure)));
  return !failure;
}

bool mlo_output_print_foreign(mlo_str text) {
  if (isatty(STDOUT_FILENO) != 1) return mlo_output_print(text);
  mlo_buf escaped = {0};
  for (mlo_str rest = text; rest.len;) {
    mlo_terminal_add_code(&escaped, mlo_str_cut(&rest, '\n'));
    if (rest.ptr) mlo_buf_char(&escaped, '\n');
  }
  bool printed = !escaped.failed && mlo_output_print(mlo_buf_str(&escaped));
  mlo_buf_release(&escaped);
  return printed;
}

bool mlo_output_say(mlo_str text) { return write_all(STDERR_FILENO, text) == 0; }

bool mlo_output_file(mlo_str path, mlo_str text) {
  if (mlo_str_eq(path, MLO_STR("-"))) return mlo_output_print(text);
  mlo_error err = {0};
  if (mlo_os_write(path, text, &err) == MLO_OK) return true;
  mlo_output_fail(&err);
  return false;
}

static void say(const char *kind, mlo_str path, mlo_str message) {
  mlo_buf line = {0};
  mlo_buf_add(&line, mlo_str_c(kind));
  mlo_terminal_add(&line, path);
  if (path.len) mlo_buf_lit(&line, ": ");
  mlo_terminal_add(&line, message);
  mlo_buf_char(&line, '\n');
  write_all(STDERR_FILENO, mlo_buf_str(&line));
  mlo_buf_release(&line);
}

void mlo_output_complain(mlo_str path, mlo_str message) { say("error: ", path, message); }
void mlo_output_note(mlo_str message) { say("note: ", (mlo_str){0}, message); }

int mlo_output_fail(const mlo_error *err) {
  mlo_output_complain(mlo_str_c(err->path), mlo_str_c(err->message));
  return MLO_EXIT_FAILED;
}

/* --- colours --------------------------------------------------------------------------------- */

mlo_color_world mlo_color_world_of(int fd) {
  return (mlo_color_world){.no_color = getenv("NO_COLOR"),
                           .force_color = getenv("FORCE_COLOR"),
                           .clicolor_force = getenv("CLICOLOR_FORCE"),
                           .clicolor = getenv("CLICOLOR"),
                           .term = getenv("TERM"),
                           .terminal = isatty(fd) == 1};
}

static bool is_set(const char *variable) { return variable && *variable; }
static bool is_on(const char *variable) { return is_set(variable) && strcmp(variable, "0") != 0; }

bool mlo_color_wanted(mlo_str when, const mlo_color_world *world) {
  if (mlo_str_eq(when, MLO_STR("always"))) return true;
  if (mlo_str_eq(when, MLO_STR("never"))) return false;
  if (is_set(world->no_color)) return false;
  if (is_on(world->force_color) || is_on(world->clicolor_force)) return true;
  if (is_set(world->clicolor) && !is_on(world->clicolor)) return false;
  return world->terminal && is_set(world->term) && strcmp(world->term, "dumb") != 0;
}

uint32_t mlo_output_width(int fd) {
  struct winsize size = {0};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* A folder that is there already is what was wanted; anything else in its place fails when the file is written. */
static void make_folders(mlo_str path) {
  char name[PATH_MAX];
  if (path.len >= sizeof name) return;
  for (size_t i = 0; i < path.len; i++) {
    name[i] = path.ptr[i];
    if (i == 0 || path.ptr[i] != '/') continue;
    name[i] = 0;
    mkdir(name, 0777);
    name[i] = '/';
  }
}

mlo_status mlo_output_create(mlo_str path, mlo_str text, mlo_error *err) {
  mlo_stat found;
  mlo_status status = mlo_os_stat(path, &found, err);
  if (status != MLO_OK) return status;
  if (found.kind != MLO_FILE_MISSING)
    return mlo_error_set(err, MLO_ERR_USAGE, path, "is there already, and is not overwritten");
  make_folders(path);
  return mlo_os_write(path, text, err);
}
