#include "plugins/git/child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ARGUMENTS = 24 };

/* Input and complaints go through unlinked files, so that the one pipe can't block against another. */
typedef struct child {
  pid_t pid;
  FILE *input, *complaints;
  int output[2];
  char **environment;
} child;

/* Stands before the caller's own environment: the first of two equal names counts. */
static const char *const guards[] = {"GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0",
                                     "GIT_TERMINAL_PROMPT=0"};
enum { GUARDS = sizeof guards / sizeof *guards };

static char **guarded_environment(void) {
  size_t count = 0;
  while (environ[count]) count++;
  char **all = calloc(count + GUARDS + 1, sizeof *all);
  if (!all) return NULL;
  for (size_t i = 0; i < GUARDS; i++) all[i] = (char *)(uintptr_t)guards[i];
  memcpy(all + GUARDS, environ, count * sizeof *all);
  return all;
}

static mlo_status open_child(child *self, mlo_str input, mlo_error *err) {
  self->environment = guarded_environment();
  self->input = tmpfile();
  self->complaints = tmpfile();
  if (!self->environment || !self->input || !self->complaints || pipe2(self->output, O_CLOEXEC))
    return mlo_error_set(err, MLO_ERR_IO, (mlo_str){0}, "can't start git: %s", strerror(errno));
  if (input.len && fwrite(input.ptr, 1, input.len, self->input) != input.len)
    return mlo_error_set(err, MLO_ERR_IO, (mlo_str){0}, "can't write a temporary file");
  rewind(self->input); /* flushes */
  return MLO_OK;
}

static void close_child(child *self) {
  if (self->input) fclose(self->input);
  if (self->complaints) fclose(self->complaints);
  for (int i = 0; i < 2; i++)
    if (self->output[i] >= 0) close(self->output[i]);
  free(self->environment);
}

static void list_arguments(const mlo_git_command *command, const char *list[MOST_ARGUMENTS]) {
  size_t count = 0;
  list[count++] = "git";
  list[count++] = "-c";
  list[count++] = "core.fsmonitor=false";
  if (command->folder) {
    list[count++] = "-C";
    list[count++] = command->folder;
  }
  for (size_t i = 0; command->arguments[i] && count + 1 < MOST_ARGUMENTS; i++)
    list[count++] = command->arguments[i];
  list[count] = NULL;
}

static mlo_status start(child *self, const mlo_git_command *command, mlo_error *err) {
  const char *arguments[MOST_ARGUMENTS];
  list_arguments(command, arguments);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(self->input), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, self->output[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(self->complaints), STDERR_FILENO);
  int code = posix_spawnp(&self->pid, "git", &actions, NULL, (char *const *)(uintptr_t)arguments,
                          self->environment);
  posix_spawn_file_actions_destroy(&actions);
  close(self->output[1]);
  self->output[1] = -1;
  if (code == 0) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_IO, (mlo_str){0}, "can't start git (%s): install it",
                       strerror(code));
}

/* Reads to the end even when out is full, so that git can end. */
static void drain(child *self, mlo_buf *out) {
  char block[64 * 1024];
  ssize_t count = 0;
  do {
    count = read(self->output[0], block, sizeof block);
    if (count > 0) mlo_buf_add(out, mlo_str_of(block, (size_t)count));
  } while (count > 0 || (count < 0 && errno == EINTR));
}

static int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static mlo_status complain(child *self, const char *verb, mlo_error *err) {
  char text[400] = "";
  rewind(self->complaints);
  size_t count = fread(text, 1, sizeof text - 1, self->complaints);
  mlo_str rest = mlo_str_trim(mlo_str_of(text, count)), line = mlo_str_cut(&rest, '\n');
  return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "git %s: %.*s", verb,
                       MLO_FMT(line.len ? line : MLO_STR("failed without a word")));
}

mlo_status mlo_git_run(const mlo_git_command *command, mlo_buf *out, mlo_error *err) {
  child self = {.output = {-1, -1}};
  mlo_status status = open_child(&self, command->input, err);
  if (status == MLO_OK) status = start(&self, command, err);
  if (status == MLO_OK) {
    drain(&self, out);
    if (wait_for(self.pid) != 0)
      status = complain(&self, command->arguments[0], err);
    else if (out->failed)
      status = mlo_error_set(err, MLO_ERR_TOO_LARGE, (mlo_str){0}, "git %s gives too much to read",
                             command->arguments[0]);
  }
  close_child(&self);
  return status;
}
