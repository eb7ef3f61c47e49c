#include "notebook/merge_order.h"

/* One side of the merge. */
typedef struct branch {
  const mlo_cell_list *cells;
  mlo_alignment from_base; /* a is the base, b this side */
  uint32_t at;             /* the next cell */
  uint32_t *gap;           /* for each cell: how many fixed cells stand before it */
} branch;

typedef struct planner {
  const mlo_cell_list *base;
  branch ours, theirs;
  bool *fixed; /* for each cell of the base */
  mlo_arena *arena;
  mlo_merge_steps steps;
} planner;

static bool is_changed(const mlo_cell *from, const mlo_cell *to) {
  return from->kind != to->kind || !mlo_str_eq(from->source, to->source);
}

static void find_fixed(planner *self) {
  const mlo_alignment *ours = &self->ours.from_base, *theirs = &self->theirs.from_base;
  self->fixed = MLO_NEW_ARRAY(self->arena, bool, self->base->len);
  for (uint32_t i = 0; i < self->base->len; i++)
    self->fixed[i] = ours->to_b[i] != MLO_NO_CELL && theirs->to_b[i] != MLO_NO_CELL &&
                     !ours->moved[i] && !theirs->moved[i];
}

static void count_gaps(planner *self, branch *side) {
  side->gap = MLO_NEW_ARRAY(self->arena, uint32_t, side->cells->len);
  for (uint32_t i = 0, gap = 0; i < side->cells->len; i++) {
    uint32_t base = side->from_base.to_a[i];
    side->gap[i] = gap;
    gap += base != MLO_NO_CELL && self->fixed[base];
  }
}

/* --- what one side has between two fixed cells ------------------------------------------------- */

static mlo_merge_step cell_step(const planner *self, uint32_t base) {
  return (mlo_merge_step){
      .base = base,
      .ours = base == MLO_NO_CELL ? MLO_NO_CELL : self->ours.from_base.to_b[base],
      .theirs = base == MLO_NO_CELL ? MLO_NO_CELL : self->theirs.from_base.to_b[base]};
}

/* A cell that both sides have stands where it was moved to; ours goes first. */
static bool is_placed_by(const planner *self, const branch *side, uint32_t base) {
  if (self->ours.from_base.moved[base]) return side == &self->ours;
  return side == &self->theirs && self->theirs.from_base.moved[base];
}

static bool moved_apart(const planner *self, const mlo_merge_step *step) {
  return self->ours.from_base.moved[step->base] && self->theirs.from_base.moved[step->base] &&
         self->ours.gap[step->ours] != self->theirs.gap[step->theirs];
}

/* Appends the step for one cell of a side, unless it is placed elsewhere or is gone. */
static void add_cell(planner *self, const branch *side, uint32_t cell, mlo_merge_steps *run) {
  uint32_t base = side->from_base.to_a[cell];
  mlo_merge_step step = cell_step(self, base);
  bool wanted = true;
  *(side == &self->ours ? &step.ours : &step.theirs) = cell;
  if (base != MLO_NO_CELL && step.ours != MLO_NO_CELL && step.theirs != MLO_NO_CELL) {
    wanted = is_placed_by(self, side, base);
    step.moved_apart = moved_apart(self, &step);
  } else if (base != MLO_NO_CELL) {
    wanted = is_changed(self->base->items[base], side->cells->items[cell]);
  }
  if (wanted) MLO_PUSH(self->arena, run, step);
}

static mlo_merge_steps run_to(planner *self, branch *side, uint32_t end) {
  mlo_merge_steps run = {0};
  for (; side->at < end; side->at++) add_cell(self, side, side->at, &run);
  return run;
}

/* --- what both have there ---------------------------------------------------------------------- */

static void put_mark(planner *self, mlo_merge_step_kind kind) {
  mlo_merge_step mark = {kind, MLO_NO_CELL, MLO_NO_CELL, MLO_NO_CELL, true, false};
  MLO_PUSH(self->arena, &self->steps, mark);
}

static void put_steps(planner *self, const mlo_merge_step *steps, uint32_t count, bool in_region) {
  for (uint32_t i = 0; i < count; i++) {
    mlo_merge_step step = steps[i];
    step.in_region = in_region;
    MLO_PUSH(self->arena, &self->steps, step);
  }
}

static void put_both(planner *self, const mlo_merge_step *ours, uint32_t our_count,
                     const mlo_merge_step *theirs, uint32_t their_count) {
  bool region = our_count > 0 && their_count > 0;
  if (region) put_mark(self, MLO_MERGE_REGION_OURS);
  put_steps(self, ours, our_count, region);
  if (region) put_mark(self, MLO_MERGE_REGION_THEIRS);
  put_steps(self, theirs, their_count, region);
  if (region) put_mark(self, MLO_MERGE_REGION_END);
}

static mlo_cell_list cells_of(const planner *self, const branch *side, const mlo_merge_steps *run) {
  mlo_cell_list list = {0};
  for (uint32_t i = 0; i < run->len; i++) {
    const mlo_merge_step *step = &run->items[i];
    uint32_t cell = side == &self->ours ? step->ours : step->theirs;
    MLO_PUSH(self->arena, &list, side->cells->items[cell]);
  }
  return list;
}

/* Cells that both sides added at the same place are one cell, as far as they keep their order. */
static void put_runs(planner *self, const mlo_merge_steps *ours, const mlo_merge_steps *theirs) {
  if (ours->len == 0 || theirs->len == 0)
    return put_both(self, ours->items, ours->len, theirs->items, theirs->len);
  mlo_cell_list our_cells = cells_of(self, &self->ours, ours);
  mlo_cell_list their_cells = cells_of(self, &self->theirs, theirs);
  mlo_alignment same = mlo_cells_align(&our_cells, &their_cells, self->arena);
  uint32_t i = 0, j = 0;
  for (uint32_t at = 0; at < ours->len; at++) {
    uint32_t partner = same.to_b[at];
    if (partner == MLO_NO_CELL || same.moved[at]) continue;
    mlo_merge_step step = ours->items[at];
    if (step.base != MLO_NO_CELL || theirs->items[partner].base != MLO_NO_CELL) continue;
    put_both(self, ours->items + i, at - i, theirs->items + j, partner - j);
    step.theirs = theirs->items[partner].theirs;
    put_steps(self, &step, 1, false);
    i = at + 1, j = partner + 1;
  }
  put_both(self, ours->items + i, ours->len - i, theirs->items + j, theirs->len - j);
}

static void put_gap(planner *self, uint32_t our_end, uint32_t their_end) {
  mlo_merge_steps ours = run_to(self, &self->ours, our_end);
  mlo_merge_steps theirs = run_to(self, &self->theirs, their_end);
  put_runs(self, &ours, &theirs);
}

mlo_merge_steps mlo_merge_order(const mlo_cell_list *base, const mlo_cell_list *ours,
                                const mlo_cell_list *theirs, mlo_arena *arena) {
  planner self = {.base = base,
                  .ours = {.cells = ours, .from_base = mlo_cells_align(base, ours, arena)},
                  .theirs = {.cells = theirs, .from_base = mlo_cells_align(base, theirs, arena)},
                  .arena = arena};
  find_fixed(&self);
  count_gaps(&self, &self.ours);
  count_gaps(&self, &self.theirs);
  for (uint32_t i = 0; i < base->len; i++) {
    if (!self.fixed[i]) continue;
    mlo_merge_step step = cell_step(&self, i);
    put_gap(&self, step.ours, step.theirs);
    put_steps(&self, &step, 1, false);
    self.ours.at++, self.theirs.at++;
  }
  put_gap(&self, ours->len, theirs->len);
  return self.steps;
}
