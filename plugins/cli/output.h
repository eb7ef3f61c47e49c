/* output: standard output and error, files, and whether colours belong there. */
#ifndef MLO_OUTPUT_H
#define MLO_OUTPUT_H

#include "mlopslint.h"

enum { MLO_EXIT_CLEAN = 0, MLO_EXIT_FINDINGS = 1, MLO_EXIT_FAILED = 2 };

/* Writes all of text to standard output, or says why it could not and returns false. A reader that went away (a
 * pager, `head`) is no news: false without a word. */
bool mlo_output_print(mlo_str text);
/* The same for text that must stay as it is in a file (a patch, fixed source): escaped only on a terminal. */
bool mlo_output_print_foreign(mlo_str text);
/* The same to standard error. */
bool mlo_output_say(mlo_str text);
/* The same to a file, replaced in one step; "-" is standard output. */
bool mlo_output_file(mlo_str path, mlo_str text);

/* Writes a file that must not exist yet, and the folders around it. */
mlo_status mlo_output_create(mlo_str path, mlo_str text, mlo_error *err);

/* "error: path: message" on standard error, escaped; path may be empty. */
void mlo_output_complain(mlo_str path, mlo_str message);
/* The same for an error; returns MLO_EXIT_FAILED, so that a command can `return` it. */
int mlo_output_fail(const mlo_error *err);
/* "note: message" on standard error. */
void mlo_output_note(mlo_str message);

/* What the environment says about colours. */
typedef struct mlo_color_world {
  const char *no_color, *force_color, *clicolor_force, *clicolor, *term; /* NULL: not set */
  bool terminal;
} mlo_color_world;

mlo_color_world mlo_color_world_of(int fd);
/* when: "always", "never", or anything else for "auto": https://no-color.org, https://force-color.org and
 * https://bixense.com/clicolors, in this order; then terminals that can. */
bool mlo_color_wanted(mlo_str when, const mlo_color_world *world);
/* Columns of the terminal behind fd; 0: not one, or unknown. */
uint32_t mlo_output_width(int fd);

#endif
