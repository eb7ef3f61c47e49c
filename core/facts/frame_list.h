/* frame_list: lists of column names as values. Inside core/facts only. */
#ifndef MLO_FRAME_LIST_H
#define MLO_FRAME_LIST_H

#include "facts/frame.h"

bool mlo_columns_have(const mlo_str *items, uint32_t len, mlo_str name);
/* The changes that steps make to a table (or to a list of its columns); lists are copied, never shared. */
void mlo_frame_add(mlo_frame *self, mlo_str name, mlo_arena *arena);
void mlo_frame_lose(mlo_frame *self, mlo_str name, mlo_arena *arena);
void mlo_frame_own_lists(mlo_frame *self, mlo_arena *arena);
/* Only these columns are left. */
void mlo_frame_select(mlo_frame *self, const mlo_strs *names, mlo_arena *arena);
/* What is certain of a value that is one of the two. */
void mlo_frame_meet(mlo_frame *self, const mlo_frame *other, mlo_arena *arena);

#endif
