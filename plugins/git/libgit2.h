/* libgit2: the library, loaded when it is first called. It brings a dozen others along, and to load them takes twice as
 * long as all else that most commands do; git runs some of those for each file. Its functions keep their names; one that
 * is called must be in both lists. */
#ifndef MLO_LIBGIT2_H
#define MLO_LIBGIT2_H

#include <git2.h>

#define MLO_LIBGIT2_FUNCTIONS(X)                                                                   \
  X(git_buf_dispose)                                                                               \
  X(git_config_free)                                                                               \
  X(git_config_get_path)                                                                           \
  X(git_diff_free)                                                                                 \
  X(git_diff_get_delta)                                                                            \
  X(git_diff_num_deltas)                                                                           \
  X(git_diff_options_init)                                                                         \
  X(git_diff_tree_to_index)                                                                        \
  X(git_error_last)                                                                                \
  X(git_index_entry_is_conflict)                                                                   \
  X(git_index_entrycount)                                                                          \
  X(git_index_free)                                                                                \
  X(git_index_get_byindex)                                                                         \
  X(git_libgit2_init)                                                                              \
  X(git_libgit2_shutdown)                                                                          \
  X(git_merge_file)                                                                                \
  X(git_merge_file_input_init)                                                                     \
  X(git_merge_file_options_init)                                                                   \
  X(git_merge_file_result_free)                                                                    \
  X(git_odb_free)                                                                                  \
  X(git_odb_object_data)                                                                           \
  X(git_odb_object_free)                                                                           \
  X(git_odb_read)                                                                                  \
  X(git_odb_read_header)                                                                           \
  X(git_oid_fromstrn)                                                                              \
  X(git_oid_tostr)                                                                                 \
  X(git_patch_free)                                                                                \
  X(git_patch_from_buffers)                                                                        \
  X(git_patch_to_buf)                                                                              \
  X(git_reference_free)                                                                            \
  X(git_reference_peel)                                                                            \
  X(git_repository_commondir)                                                                      \
  X(git_repository_config_snapshot)                                                                \
  X(git_repository_free)                                                                           \
  X(git_repository_head)                                                                           \
  X(git_repository_index)                                                                          \
  X(git_repository_item_path)                                                                      \
  X(git_repository_odb)                                                                            \
  X(git_repository_open_ext)                                                                       \
  X(git_repository_workdir)                                                                        \
  X(git_tree_free)

typedef struct mlo_libgit2 {
#define MLO_FUNCTION(name) __typeof__(name) *name;
  MLO_LIBGIT2_FUNCTIONS(MLO_FUNCTION)
#undef MLO_FUNCTION
} mlo_libgit2;

/* Loads it in any thread's first call; ends the process if it can't be loaded, as the system's loader would. */
const mlo_libgit2 *mlo_libgit2_load(void);

#ifndef MLO_LIBGIT2_LOADER
#define git_buf_dispose (mlo_libgit2_load()->git_buf_dispose)
#define git_config_free (mlo_libgit2_load()->git_config_free)
#define git_config_get_path (mlo_libgit2_load()->git_config_get_path)
#define git_diff_free (mlo_libgit2_load()->git_diff_free)
#define git_diff_get_delta (mlo_libgit2_load()->git_diff_get_delta)
#define git_diff_num_deltas (mlo_libgit2_load()->git_diff_num_deltas)
#define git_diff_options_init (mlo_libgit2_load()->git_diff_options_init)
#define git_diff_tree_to_index (mlo_libgit2_load()->git_diff_tree_to_index)
#define git_error_last (mlo_libgit2_load()->git_error_last)
#define git_index_entry_is_conflict (mlo_libgit2_load()->git_index_entry_is_conflict)
#define git_index_entrycount (mlo_libgit2_load()->git_index_entrycount)
#define git_index_free (mlo_libgit2_load()->git_index_free)
#define git_index_get_byindex (mlo_libgit2_load()->git_index_get_byindex)
#define git_libgit2_init (mlo_libgit2_load()->git_libgit2_init)
#define git_libgit2_shutdown (mlo_libgit2_load()->git_libgit2_shutdown)
#define git_merge_file (mlo_libgit2_load()->git_merge_file)
#define git_merge_file_input_init (mlo_libgit2_load()->git_merge_file_input_init)
#define git_merge_file_options_init (mlo_libgit2_load()->git_merge_file_options_init)
#define git_merge_file_result_free (mlo_libgit2_load()->git_merge_file_result_free)
#define git_odb_free (mlo_libgit2_load()->git_odb_free)
#define git_odb_object_data (mlo_libgit2_load()->git_odb_object_data)
#define git_odb_object_free (mlo_libgit2_load()->git_odb_object_free)
#define git_odb_read (mlo_libgit2_load()->git_odb_read)
#define git_odb_read_header (mlo_libgit2_load()->git_odb_read_header)
#define git_oid_fromstrn (mlo_libgit2_load()->git_oid_fromstrn)
#define git_oid_tostr (mlo_libgit2_load()->git_oid_tostr)
#define git_patch_free (mlo_libgit2_load()->git_patch_free)
#define git_patch_from_buffers (mlo_libgit2_load()->git_patch_from_buffers)
#define git_patch_to_buf (mlo_libgit2_load()->git_patch_to_buf)
#define git_reference_free (mlo_libgit2_load()->git_reference_free)
#define git_reference_peel (mlo_libgit2_load()->git_reference_peel)
#define git_repository_commondir (mlo_libgit2_load()->git_repository_commondir)
#define git_repository_config_snapshot (mlo_libgit2_load()->git_repository_config_snapshot)
#define git_repository_free (mlo_libgit2_load()->git_repository_free)
#define git_repository_head (mlo_libgit2_load()->git_repository_head)
#define git_repository_index (mlo_libgit2_load()->git_repository_index)
#define git_repository_item_path (mlo_libgit2_load()->git_repository_item_path)
#define git_repository_odb (mlo_libgit2_load()->git_repository_odb)
#define git_repository_open_ext (mlo_libgit2_load()->git_repository_open_ext)
#define git_repository_workdir (mlo_libgit2_load()->git_repository_workdir)
#define git_tree_free (mlo_libgit2_load()->git_tree_free)
#endif

#endif
