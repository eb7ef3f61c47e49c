#include "export/export.h"
#include "export/plan.h"

void mlo_export_notebook(const mlo_export_request *request, mlo_arena *arena, mlo_export *out) {
  *out = (mlo_export){0};
  mlo_plan plan = {.request = request, .tree = request->facts->tree, .arena = arena};
  mlo_plan_items(&plan);
  mlo_plan_place(&plan);
  mlo_plan_obstacles(&plan, out);
  if (out->obstacles.len) return;
  mlo_plan_steps(&plan);
  mlo_plan_name_steps(&plan);
  out->module = mlo_plan_module_text(&plan);
  out->test = mlo_plan_test_text(&plan);
}
