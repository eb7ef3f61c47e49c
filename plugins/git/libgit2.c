#define MLO_LIBGIT2_LOADER
#include "plugins/git/libgit2.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY "libgit2.so." LIBGIT2_SOVERSION

/* The one thing here that changes: once, from nothing to all. */
static mlo_libgit2 loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find(void *library, const char *name, void *into) {
  void *function = library ? dlsym(library, name) : NULL;
  if (!function) {
    fprintf(stderr, "error: %s: install " LIBRARY "\n", dlerror());
    _exit(2);
  }
  memcpy(into, &function, sizeof function);
}

static void load(void) {
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
#define FIND(name) find(library, #name, &loaded.name);
  MLO_LIBGIT2_FUNCTIONS(FIND)
}

const mlo_libgit2 *mlo_libgit2_load(void) {
  pthread_once(&once, load);
  return &loaded;
}
