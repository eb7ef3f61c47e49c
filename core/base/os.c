#include "base/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Paths are copied to the stack before a system call, so that nothing here needs an arena but for results. */
typedef struct path_buffer {
  char text[PATH_MAX];
} path_buffer;

static mlo_status path_of(mlo_str path, path_buffer *out, mlo_error *err) {
  if (path.len == 0) return mlo_error_set(err, MLO_ERR_IO, path, "the path is empty");
  if (memchr(path.ptr, 0, path.len))
    return mlo_error_set(err, MLO_ERR_IO, path,
                         "the path holds a NUL byte: no file has such a name");
  if (path.len >= sizeof out->text)
    return mlo_error_set(err, MLO_ERR_IO, path,
                         "the path is longer than %zu bytes: move the project up",
                         sizeof out->text - 1);
  memcpy(out->text, path.ptr, path.len);
  out->text[path.len] = 0;
  return MLO_OK;
}

/* What the user can do about an errno, or nothing. */
static const char *advice(int code) {
  switch (code) {
  case ENOENT: return ": check the spelling";
  case EACCES:
  case EPERM: return ": grant access, or exclude it";
  case ELOOP: return ": links are not followed; name the file it points to";
  case ENOTDIR: return ": a part of the path is a file";
  case ENOSPC:
  case EDQUOT: return ": free some space";
  case EMFILE:
  case ENFILE: return ": raise the limit of open files (ulimit -n)";
  case EROFS: return ": make the file system writable";
  default: return "";
  }
}

static mlo_status system_error(mlo_error *err, int code, mlo_str path, const char *what) {
  char text[128];
  return mlo_error_set(err, MLO_ERR_IO, path, "cannot %s: %s%s", what,
                       strerror_r(code, text, sizeof text), advice(code));
}

static mlo_file_kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return MLO_FILE_REGULAR;
  if (S_ISDIR(mode)) return MLO_FILE_FOLDER;
  return S_ISLNK(mode) ? MLO_FILE_LINK : MLO_FILE_SPECIAL;
}

static mlo_status not_regular(mlo_error *err, mlo_file_kind kind, mlo_str path) {
  static const char *const why[] = {
      [MLO_FILE_MISSING] = "does not exist: check the spelling",
      [MLO_FILE_FOLDER] = "is a folder: name a file in it",
      [MLO_FILE_LINK] = "is a symbolic link, which is not followed: name the file it points to",
      [MLO_FILE_SPECIAL] = "is a FIFO, a socket or a device, not a file: exclude it"};
  return mlo_error_set(err, MLO_ERR_IO, path, "%s", why[kind]);
}

mlo_status mlo_os_stat(mlo_str path, mlo_stat *out, mlo_error *err) {
  path_buffer name;
  *out = (mlo_stat){0};
  mlo_status status = path_of(path, &name, err);
  if (status) return status;
  struct stat found;
  if (lstat(name.text, &found) != 0)
    return errno == ENOENT ? MLO_OK : system_error(err, errno, path, "look at it");
  *out = (mlo_stat){.kind = kind_of(found.st_mode),
                    .size = (uint64_t)found.st_size,
                    .device = found.st_dev,
                    .inode = found.st_ino,
                    .modified = (uint64_t)found.st_mtim.tv_sec * 1000000000u +
                                (uint64_t)found.st_mtim.tv_nsec};
  return MLO_OK;
}

/* Fills at most cap bytes; *len is what was read. The descriptor lives only inside this function. */
static mlo_status read_up_to(const char *name, mlo_str path, char *bytes, size_t cap, size_t *len,
                             mlo_error *err) {
  int file = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (file < 0) return system_error(err, errno, path, "open it");
  mlo_status status = MLO_OK;
  struct stat found;
  *len = 0;
  if (fstat(file, &found) != 0)
    status = system_error(err, errno, path, "look at it");
  else if (!S_ISREG(found.st_mode))
    status = not_regular(err, kind_of(found.st_mode), path);
  while (status == MLO_OK && *len < cap) {
    ssize_t got = read(file, bytes + *len, cap - *len);
    if (got == 0) break;
    if (got > 0)
      *len += (size_t)got;
    else if (errno != EINTR)
      status = system_error(err, errno, path, "read it");
  }
  close(file);
  return status;
}

static mlo_status too_large(mlo_error *err, mlo_str path, uint64_t max) {
  return mlo_error_set(err, MLO_ERR_TOO_LARGE, path,
                       "is larger than %llu bytes: raise max-file-size, or exclude it",
                       (unsigned long long)max);
}

/* Memory is taken before the file is opened, since a full arena does not come back. One byte more than the file
 * should have shows that it grew: then once more with twice the room. */
mlo_status mlo_os_read(mlo_str path, uint64_t max, mlo_arena *arena, mlo_str *bytes,
                       mlo_error *err) {
  path_buffer name;
  mlo_stat found;
  *bytes = (mlo_str){0};
  mlo_status status = mlo_os_stat(path, &found, err);
  if (status || (status = path_of(path, &name, err))) return status;
  if (found.kind != MLO_FILE_REGULAR) return not_regular(err, found.kind, path);
  for (uint64_t size = found.size;; size = size < 4096 ? 8192 : size * 2) {
    if (found.size > max || size > SIZE_MAX / 4) return too_large(err, path, max);
    size_t cap = (size_t)(size < max ? size : max) + 1, len = 0;
    mlo_arena_mark mark = mlo_arena_save(arena);
    char *room = MLO_NEW_ARRAY(arena, char, cap);
    status = read_up_to(name.text, path, room, cap, &len, err);
    if (status == MLO_OK && len < cap) {
      *bytes = mlo_str_of(room, len);
      return MLO_OK;
    }
    mlo_arena_restore(arena, mark);
    if (status) return status;
    if (len > max) return too_large(err, path, max);
  }
}

static mlo_status write_all(int file, mlo_str bytes) {
  while (bytes.len > 0) {
    ssize_t put = write(file, bytes.ptr, bytes.len);
    if (put < 0 && errno != EINTR) return MLO_ERR_IO;
    if (put > 0) bytes = mlo_str_from(bytes, (size_t)put);
  }
  return MLO_OK;
}

/* The temporary file stands beside the target: rename does not cross file systems. */
static mlo_status temporary_name(mlo_str path, path_buffer *out, mlo_error *err) {
  size_t slash = mlo_str_rfind_char(path, '/');
  size_t folder = slash == SIZE_MAX ? 0 : slash + 1;
  int len = snprintf(out->text, sizeof out->text, "%.*s.mlopslint-XXXXXX", (int)folder, path.ptr);
  if (len > 0 && (size_t)len < sizeof out->text) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_IO, path, "the path is too long: move the project up");
}

/* Makes file what shall stand under the name: owner first, since chown drops mode bits. */
static mlo_status fill(int file, mlo_str bytes, const struct stat *before) {
  if (before->st_uid != geteuid() || before->st_gid != getegid()) {
    int kept = fchown(file, before->st_uid, before->st_gid);
    (void)kept; /* only root may; the content matters more than the owner */
  }
  if (fchmod(file, before->st_mode & 07777) != 0) return MLO_ERR_IO;
  if (write_all(file, bytes) || fsync(file) != 0) return MLO_ERR_IO;
  return MLO_OK;
}

/* Without this the rename may be lost with the power; no harm if the file system can't. */
static void sync_folder(const char *name) {
  path_buffer folder;
  const char *slash = strrchr(name, '/');
  snprintf(folder.text, sizeof folder.text, "%.*s", slash ? (int)(slash - name) + 1 : 1,
           slash ? name : ".");
  int file = open(folder.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  fsync(file);
  close(file);
}

static mlo_status writable(const char *name, mlo_str path, struct stat *before, mlo_error *err) {
  if (lstat(name, before) != 0) {
    if (errno != ENOENT) return system_error(err, errno, path, "look at it");
    *before = (struct stat){.st_mode = S_IFREG | 0644, .st_uid = geteuid(), .st_gid = getegid()};
    return MLO_OK;
  }
  if (!S_ISREG(before->st_mode)) return not_regular(err, kind_of(before->st_mode), path);
  if (faccessat(AT_FDCWD, name, W_OK, AT_EACCESS) != 0)
    return system_error(err, errno, path, "write it");
  return MLO_OK;
}

mlo_status mlo_os_write(mlo_str path, mlo_str bytes, mlo_error *err) {
  path_buffer name, temporary;
  struct stat before;
  mlo_status status = path_of(path, &name, err);
  if (status || (status = writable(name.text, path, &before, err))) return status;
  if ((status = temporary_name(path, &temporary, err))) return status;
  int file = mkostemp(temporary.text, O_CLOEXEC);
  if (file < 0) return system_error(err, errno, path, "write beside it");
  errno = 0;
  status = fill(file, bytes, &before);
  int code = errno;
  if (close(file) != 0 && status == MLO_OK) status = MLO_ERR_IO, code = errno;
  if (status == MLO_OK && rename(temporary.text, name.text) != 0) status = MLO_ERR_IO, code = errno;
  if (status) {
    unlink(temporary.text);
    return system_error(err, code, path, "write it");
  }
  sync_folder(name.text);
  return MLO_OK;
}

void mlo_os_remove(mlo_str path) {
  path_buffer name;
  if (path_of(path, &name, NULL) == MLO_OK) unlink(name.text);
}

mlo_status mlo_os_make_folder(mlo_str path, mlo_error *err) {
  path_buffer name;
  mlo_status status = path_of(path, &name, err);
  for (char *at = name.text + 1; status == MLO_OK && at[-1]; at++) {
    char sign = *at;
    if (sign != '/' && sign) continue;
    *at = 0;
    if (mkdir(name.text, 0700) != 0 && errno != EEXIST)
      status = system_error(err, errno, path, "make the folder");
    *at = sign;
    if (!sign) break;
  }
  return status;
}

/* Entries of a folder as the reader leaves them in a block: a byte for the kind, the name, a NUL. */
typedef struct listing {
  char *block;
  size_t cap, len;
  uint32_t count;
  bool overflow;
} listing;

static mlo_file_kind entry_kind(DIR *folder, const struct dirent *entry) {
  switch (entry->d_type) {
  case DT_REG: return MLO_FILE_REGULAR;
  case DT_DIR: return MLO_FILE_FOLDER;
  case DT_LNK: return MLO_FILE_LINK;
  case DT_UNKNOWN: break;
  default: return MLO_FILE_SPECIAL;
  }
  struct stat found;
  if (fstatat(dirfd(folder), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0)
    return MLO_FILE_MISSING;
  return kind_of(found.st_mode);
}

static void add_entry(listing *self, DIR *folder, const struct dirent *entry) {
  const char *name = entry->d_name;
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return;
  size_t need = strlen(name) + 2;
  if (need > self->cap - self->len) {
    self->overflow = true;
    return;
  }
  self->block[self->len] = (char)entry_kind(folder, entry);
  memcpy(self->block + self->len + 1, name, need - 1);
  self->len += need;
  self->count++;
}

static mlo_status read_folder(const char *name, mlo_str path, listing *self, mlo_error *err) {
  int file = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return system_error(err, errno, path, "open the folder");
  DIR *folder = fdopendir(file);
  if (!folder) {
    int code = errno;
    close(file);
    return system_error(err, code, path, "open the folder");
  }
  self->len = 0, self->count = 0, self->overflow = false;
  struct dirent *entry;
  while ((errno = 0, entry = readdir(folder)) && !self->overflow) add_entry(self, folder, entry);
  int code = entry ? 0 : errno;
  closedir(folder);
  return code ? system_error(err, code, path, "list the folder") : MLO_OK;
}

static int entry_order(const void *a, const void *b) {
  return mlo_str_compare(((const mlo_dir_entry *)a)->name, ((const mlo_dir_entry *)b)->name);
}

static void take_entries(const listing *from, mlo_arena *arena, mlo_dir_entries *out) {
  mlo_str block = mlo_arena_str(arena, mlo_str_of(from->block, from->len));
  out->items = MLO_NEW_ARRAY(arena, mlo_dir_entry, from->count);
  out->cap = from->count;
  for (size_t at = 0; at < block.len; at += out->items[out->len - 1].name.len + 2)
    out->items[out->len++] = (mlo_dir_entry){.kind = (mlo_file_kind)block.ptr[at],
                                             .name = mlo_str_c(block.ptr + at + 1)};
  if (out->len) qsort(out->items, out->len, sizeof *out->items, entry_order);
}

/* Most folders fit the block on the stack; larger ones are read again into room taken beforehand. */
mlo_status mlo_os_list(mlo_str folder, mlo_arena *arena, mlo_dir_entries *out, mlo_error *err) {
  enum { LARGEST = 1 << 30 };
  path_buffer name;
  char block[16 * 1024];
  *out = (mlo_dir_entries){0};
  mlo_status status = path_of(folder, &name, err);
  if (status) return status;
  listing entries = {.block = block, .cap = sizeof block};
  for (;;) {
    status = read_folder(name.text, folder, &entries, err);
    if (status) return status;
    if (!entries.overflow) break;
    if (entries.cap >= LARGEST)
      return mlo_error_set(err, MLO_ERR_TOO_LARGE, folder, "holds too many files: exclude it");
    entries.cap *= 8;
    entries.block = MLO_NEW_ARRAY(arena, char, entries.cap);
  }
  take_entries(&entries, arena, out);
  return MLO_OK;
}

mlo_status mlo_os_cwd(mlo_arena *arena, mlo_str *out, mlo_error *err) {
  path_buffer name;
  if (!getcwd(name.text, sizeof name.text))
    return system_error(err, errno, MLO_STR("."), "tell the working directory");
  *out = mlo_arena_str(arena, mlo_str_c(name.text));
  return MLO_OK;
}

mlo_status mlo_os_real(mlo_str path, mlo_arena *arena, mlo_str *out, mlo_error *err) {
  path_buffer name, found;
  mlo_status status = path_of(path, &name, err);
  if (status) return status;
  if (!realpath(name.text, found.text)) return system_error(err, errno, path, "find it");
  *out = mlo_arena_str(arena, mlo_str_c(found.text));
  return MLO_OK;
}

static double seconds_of(clockid_t clock) {
  struct timespec now = {0};
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double mlo_os_seconds(void) { return seconds_of(CLOCK_MONOTONIC); }
double mlo_os_cpu_seconds(void) { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }
double mlo_os_thread_seconds(void) { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

unsigned mlo_os_processors(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count > 0 ? (unsigned)count : 1;
}
