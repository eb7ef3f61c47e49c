#include "project/view.h"

#include "facts/known.h"

/* Where following a name has led so far. */
typedef enum place_kind {
  PLACE_NONE,
  PLACE_MODULE,
  PLACE_OFFER,
  PLACE_DEFINED, /* a function or class of a module, of which nothing but its name is asked */
  PLACE_FOREIGN
} place_kind;
typedef struct place {
  place_kind kind;
  mlo_py_module module; /* MODULE; OFFER, DEFINED: where it is defined */
  const mlo_offer *offer;
  mlo_str
      name; /* FOREIGN: the qualified name of what is no part of the project; DEFINED: the name in its module */
} place;

/* One question. */
typedef struct chase {
  mlo_view *view;
  mlo_arena *arena;
  unsigned steps, depth;
  unsigned
      inner; /* parts at work that are not the last of the question: more than their name is needed */
  bool constant; /* the question is a constant: an offer that has one is the answer */
  bool path; /* the question is where something stands, so copies of public packages count too */
} chase;

enum { DEEPEST = 24, LONGEST = 512 };

static const place nowhere = {0};

static place follow(chase *self, const mlo_py_module *home, mlo_str name);

static mlo_project_files *files_of(const chase *self) { return self->view->interfaces->files; }

static const mlo_interface *interface_of(chase *self, const mlo_py_module *module) {
  if (!module->path.len || !mlo_str_ends(module->path, MLO_STR(".py"))) return NULL;
  mlo_ask_text(&self->view->asked, module->path);
  return mlo_interfaces_get(self->view->interfaces, module->path, &self->view->reader);
}

static place foreign(chase *self, mlo_str name) {
  (void)self;
  return name.len && name.len <= LONGEST ? (place){.kind = PLACE_FOREIGN, .name = name} : nowhere;
}

/* --- one part further --- */

/* What an offer stands for; a dead end stands for itself. */
static place meant(chase *self, const mlo_py_module *module, const mlo_offer *offer) {
  place itself = {.kind = PLACE_OFFER, .module = *module, .offer = offer};
  if (offer->kind != MLO_OFFER_ALIAS) return itself;
  if (self->constant && offer->constant.kind != MLO_CONSTANT_UNKNOWN) return itself;
  place target = follow(self, module, offer->target);
  return target.kind == PLACE_NONE ? itself : target;
}

static place part_of_module(chase *self, const mlo_py_module *module, mlo_str part);

/* The last star import that gives this name; one from elsewhere only if there is no other. */
static place from_stars(chase *self, const mlo_py_module *module, const mlo_interface *interface,
                        mlo_str part) {
  for (uint32_t i = interface->stars.len; i-- > 0;) {
    self->inner++; /* a module is wanted */
    place star = follow(self, module, interface->stars.items[i]);
    self->inner--;
    if (star.kind == PLACE_FOREIGN && interface->stars.len == 1 && part.ptr[0] != '_')
      return foreign(self, mlo_arena_join(self->arena, star.name, ".", part));
    const mlo_interface *other =
        star.kind == PLACE_MODULE ? interface_of(self, &star.module) : NULL;
    if (!other || !mlo_interface_exports(other, part)) continue;
    place found = part_of_module(self, &star.module, part);
    if (found.kind != PLACE_NONE) return found;
  }
  return nowhere;
}

/* Most questions end here, without parsing the module. */
static const mlo_outline *outline_of(chase *self, const mlo_py_module *module) {
  static const mlo_outline nothing = {0};
  mlo_view *view = self->view;
  if (!mlo_str_ends(module->path, MLO_STR(".py"))) return &nothing;
  mlo_ask_text(&view->asked, module->path);
  return mlo_interfaces_outline(view->interfaces, module->path, &view->reader);
}

static place part_of_module(chase *self, const mlo_py_module *module, mlo_str part) {
  if (++self->steps > MLO_VIEW_STEPS || self->depth >= DEEPEST) return nowhere;
  const mlo_outline *outline = outline_of(self, module);
  if (self->inner == 0 && mlo_outline_defines(outline, part))
    return (place){.kind = PLACE_DEFINED, .module = *module, .name = part};
  self->depth++;
  const mlo_interface *interface =
      mlo_outline_lacks(outline, part) ? NULL : interface_of(self, module);
  const mlo_offer *offer = interface ? mlo_interface_offer(interface, part) : NULL;
  place found = nowhere;
  if (offer)
    found = meant(self, module, offer);
  else if (interface)
    found = from_stars(self, module, interface, part);
  self->depth--;
  if (found.kind != PLACE_NONE) return found;
  mlo_py_module inner =
      mlo_ask_inside(&self->view->asked, files_of(self), module, part, self->arena);
  return mlo_py_module_exists(&inner) ? (place){.kind = PLACE_MODULE, .module = inner} : nowhere;
}

/* What a class defines or assigns, then its bases: one of the project that has it, else the first other one. */
static place part_of_class(chase *self, const place *class, mlo_str part) {
  if (++self->steps > MLO_VIEW_STEPS || self->depth >= DEEPEST) return nowhere;
  const mlo_interface *interface = interface_of(self, &class->module);
  const mlo_offer *offer =
      mlo_interface_offer(interface, mlo_arena_join(self->arena, class->offer->name, ".", part));
  if (offer) return meant(self, &class->module, offer);
  place found = nowhere;
  mlo_str other = {0};
  self->depth++;
  self->inner++;
  for (uint32_t i = 0; i < class->offer->bases.len && found.kind == PLACE_NONE; i++) {
    place base = follow(self, &class->module, class->offer->bases.items[i]);
    if (base.kind == PLACE_FOREIGN && !other.len) other = base.name;
    if (base.kind == PLACE_OFFER && base.offer->kind == MLO_OFFER_CLASS)
      found = part_of_class(self, &base, part);
  }
  self->inner--;
  self->depth--;
  if (found.kind != PLACE_NONE || !other.len) return found;
  return foreign(self, mlo_arena_join(self->arena, other, ".", part));
}

static place part_of(chase *self, const place *at, mlo_str part) {
  switch (at->kind) {
  case PLACE_MODULE: return part_of_module(self, &at->module, part);
  case PLACE_FOREIGN: {
    mlo_str known = mlo_attribute_class(at->name, part);
    return foreign(self, known.len ? known : mlo_arena_join(self->arena, at->name, ".", part));
  }
  case PLACE_OFFER:
    return at->offer->kind == MLO_OFFER_CLASS ? part_of_class(self, at, part) : nowhere;
  case PLACE_DEFINED:
  case PLACE_NONE: break;
  }
  return nowhere;
}

/* --- calls --- */

static mlo_str known_result(mlo_str callee) {
  mlo_str known = mlo_result_class(callee);
  size_t dot = mlo_str_rfind_char(callee, '.');
  if (known.len || dot == SIZE_MAX) return known;
  return mlo_method_class(mlo_str_slice(callee, 0, dot), mlo_str_from(callee, dot + 1));
}

static place called(chase *self, const place *callee) {
  if (callee->kind == PLACE_FOREIGN) {
    mlo_str known = known_result(callee->name);
    if (!known.len && mlo_name_is_class(callee->name)) known = callee->name;
    return foreign(self,
                   known.len ? known : mlo_arena_concat(self->arena, callee->name, MLO_STR("()")));
  }
  if (callee->kind != PLACE_OFFER) return nowhere;
  if (callee->offer->kind == MLO_OFFER_CLASS) return *callee;
  if (callee->offer->kind != MLO_OFFER_FUNCTION) return nowhere;
  return follow(self, &callee->module, callee->offer->target);
}

/* --- whole names --- */

static place module_place(mlo_py_module module) {
  return mlo_py_module_exists(&module) ? (place){.kind = PLACE_MODULE, .module = module} : nowhere;
}

/* Top-level names of the file at work are asked for again and again. */
static mlo_py_module top_module(chase *self, const mlo_py_module *home, mlo_str name) {
  mlo_view *view = self->view;
  if (!mlo_str_eq(home->path, view->home.path))
    return mlo_ask_top(&self->view->asked, files_of(self), home->path, name, self->arena);
  const uint32_t *known = mlo_map_get(&view->tops, name);
  if (known) return view->found.items[*known - 1];
  mlo_str key = mlo_arena_str(view->arena, name);
  mlo_py_module found =
      mlo_ask_top(&self->view->asked, files_of(self), home->path, key, view->arena);
  MLO_PUSH(view->arena, &view->found, found);
  *mlo_map_put(&view->tops, key, view->arena) = view->found.len;
  return found;
}

/* A copy of a well-known package that stands in the project, or its own repository, is that package all the same: rules
 * know it by its public names, not by the modules that define them. */
static bool is_public_package(const chase *self, const mlo_py_module *module) {
  /* words that people also choose for packages of their own */
  static const mlo_str common[] = {MLO_STR_INIT("datasets"),  MLO_STR_INIT("evaluate"),
                                   MLO_STR_INIT("feast"),     MLO_STR_INIT("hydra"),
                                   MLO_STR_INIT("lightning"), MLO_STR_INIT("ray"),
                                   MLO_STR_INIT("requests")};
  mlo_str rest = module->name, first = mlo_str_cut(&rest, '.');
  for (size_t i = 0; i < sizeof common / sizeof *common; i++)
    if (mlo_str_eq(first, common[i])) return false;
  return !self->path && module->folder.ptr && mlo_is_known_package(first);
}

static place public_place(chase *self, const mlo_py_module *module, mlo_str *rest) {
  mlo_str name = module->name;
  if (rest->ptr) name = mlo_arena_join(self->arena, name, ".", *rest);
  *rest = (mlo_str){0};
  return foreign(self, name);
}

/* Where a name begins; cuts what it took from rest. */
static place beginning(chase *self, const mlo_py_module *home, mlo_str *rest) {
  unsigned dots = 0;
  while (dots < rest->len && rest->ptr[dots] == '.') dots++;
  *rest = dots == rest->len ? (mlo_str){0} : mlo_str_from(*rest, dots);
  if (dots) {
    mlo_py_module above =
        mlo_ask_above(&self->view->asked, files_of(self), home, dots, self->arena);
    return is_public_package(self, &above) ? public_place(self, &above, rest) : module_place(above);
  }
  mlo_str whole = *rest, first = mlo_str_cut(rest, '.');
  if (mlo_str_eq(first, MLO_STR("<module>"))) return module_place(*home);
  place top =
      mlo_str_ends(first, MLO_STR(")")) ? nowhere : module_place(top_module(self, home, first));
  bool public = top.kind == PLACE_MODULE && is_public_package(self, &top.module);
  if (top.kind != PLACE_NONE && !public) return top;
  *rest = (mlo_str){0};
  return foreign(self, whole);
}

static unsigned cut_calls(mlo_str *part) {
  unsigned calls = 0;
  for (; mlo_str_ends(*part, MLO_STR("()")); calls++) part->len -= 2;
  return calls;
}

/* One part further, and its calls. */
static place next_place(chase *self, const place *at, mlo_str part, bool last) {
  unsigned calls = cut_calls(&part), inner = self->inner;
  if (calls || !last) self->inner++;
  place next = part.len ? part_of(self, at, part) : nowhere;
  for (; calls && next.kind != PLACE_NONE; calls--) {
    self->inner = inner + (calls > 1 || !last);
    next = called(self, &next);
  }
  self->inner = inner;
  return next;
}

/* In `from .predict import predict` the first is the module, although the package may bind the same name to the
 * function by now: a module that has the part behind it comes first. Takes that part too. */
static place through_module(chase *self, const place *at, mlo_str part, mlo_str *rest) {
  if (at->kind != PLACE_MODULE || !rest->ptr) return nowhere;
  mlo_py_module inner =
      mlo_ask_inside(&self->view->asked, files_of(self), &at->module, part, self->arena);
  if (!inner.path.len) return nowhere;
  mlo_str behind = *rest, next = mlo_str_cut(&behind, '.');
  mlo_py_module deeper = {0};
  if (behind.ptr)
    deeper = mlo_ask_inside(&self->view->asked, files_of(self), &inner, next, self->arena);
  if (deeper.path.len) return (place){.kind = PLACE_MODULE, .module = inner};
  place found =
      next_place(self, &(place){.kind = PLACE_MODULE, .module = inner}, next, !behind.ptr);
  if (found.kind != PLACE_NONE) *rest = behind;
  return found;
}

/* home is the module in whose words the name is written. */
static place follow(chase *self, const mlo_py_module *home, mlo_str name) {
  if (!name.len || self->depth >= DEEPEST || ++self->steps > MLO_VIEW_STEPS) return nowhere;
  self->depth++;
  mlo_str rest = name;
  place at = beginning(self, home, &rest);
  while (at.kind != PLACE_NONE && rest.ptr) {
    mlo_str part = mlo_str_cut(&rest, '.');
    place next = through_module(self, &at, part, &rest);
    at = next.kind == PLACE_NONE ? next_place(self, &at, part, !rest.ptr) : next;
  }
  self->depth--;
  return at;
}

static mlo_str name_of(chase *self, const place *at) {
  switch (at->kind) {
  case PLACE_MODULE: return mlo_arena_str(self->arena, at->module.name);
  case PLACE_FOREIGN: return mlo_arena_str(self->arena, at->name);
  case PLACE_DEFINED:
    return mlo_arena_join(self->arena, at->module.name, at->module.name.len ? "." : "", at->name);
  case PLACE_OFFER:
    return mlo_arena_join(self->arena, at->module.name, at->module.name.len ? "." : "",
                          at->offer->name);
  case PLACE_NONE: break;
  }
  return (mlo_str){0};
}

/* --- questions --- */

/* What a name of the file at work leads to, if it begins in a module of the project. */
static place ask(chase *self, mlo_str qualified) {
  mlo_str rest = qualified;
  if (!qualified.len || mlo_str_starts(qualified, MLO_STR("<module>"))) return nowhere;
  place start = beginning(self, &self->view->home, &rest);
  bool inside = start.kind == PLACE_MODULE || qualified.ptr[0] == '.';
  return inside ? follow(self, &self->view->home, qualified) : nowhere;
}

static mlo_str answer_name(void *ctx, mlo_str qualified, mlo_arena *arena) {
  chase self = {.view = ctx, .arena = arena};
  place found = ask(&self, qualified);
  return name_of(&self, &found);
}

static mlo_str answer_result(void *ctx, mlo_str callee, mlo_arena *arena) {
  chase self = {.view = ctx, .arena = arena, .inner = 1};
  place function = ask(&self, callee);
  if (function.kind != PLACE_OFFER) return (mlo_str){0};
  self.inner = 0;
  place found = called(&self, &function);
  return name_of(&self, &found);
}

static bool answer_constant(void *ctx, mlo_str qualified, mlo_arena *arena, mlo_constant *out) {
  chase self = {.view = ctx, .arena = arena, .inner = 1, .constant = true};
  place found = ask(&self, qualified);
  if (found.kind != PLACE_OFFER || found.offer->constant.kind == MLO_CONSTANT_UNKNOWN) return false;
  *out = found.offer->constant;
  out->text = mlo_arena_str(arena, out->text);
  return true;
}

/* The names of calls that a summary tells of are in its module's words. */
static const mlo_function_summary *translated(chase *self, const mlo_function_summary *summary,
                                              const mlo_py_module *module) {
  mlo_function_summary *out = MLO_NEW(self->arena, mlo_function_summary);
  *out = *summary;
  out->returned.items = MLO_NEW_ARRAY(self->arena, mlo_returned, summary->returned.len + 1);
  for (uint32_t i = 0; i < summary->returned.len; i++) {
    out->returned.items[i] = summary->returned.items[i];
    mlo_str *call = &out->returned.items[i].call;
    if (!call->len) continue;
    place made = follow(self, module, *call);
    if (made.kind != PLACE_NONE) *call = name_of(self, &made);
  }
  return out;
}

static const mlo_function_summary *answer_summary(void *ctx, mlo_str qualified, mlo_arena *arena) {
  mlo_view *view = ctx;
  chase self = {.view = view, .arena = arena, .inner = 1};
  place found = ask(&self, qualified);
  if (found.kind != PLACE_OFFER || found.offer->kind != MLO_OFFER_FUNCTION) return NULL;
  const mlo_function_summary *summary = mlo_interfaces_summary(
      view->interfaces, found.module.path, found.offer->name, &view->reader, arena);
  self.inner = 0;
  return summary ? translated(&self, summary, &found.module) : NULL;
}

mlo_str mlo_view_path(mlo_view *self, mlo_str qualified, mlo_arena *arena) {
  chase asking = {.view = self, .arena = arena, .path = true};
  place found = ask(&asking, qualified);
  bool inside = found.kind != PLACE_NONE && found.kind != PLACE_FOREIGN;
  return inside ? mlo_arena_str(arena, found.module.path) : (mlo_str){0};
}

mlo_str mlo_view_module(mlo_view *self, mlo_str qualified, mlo_arena *arena) {
  chase asking = {.view = self, .arena = arena, .path = true};
  mlo_str rest = qualified;
  place at = beginning(&asking, &self->home, &rest);
  if (at.kind != PLACE_MODULE) return (mlo_str){0};
  while (rest.ptr) {
    mlo_py_module inner =
        mlo_ask_inside(&self->asked, files_of(&asking), &at.module, mlo_str_cut(&rest, '.'), arena);
    if (!mlo_py_module_exists(&inner)) break;
    at.module = inner;
  }
  return mlo_arena_str(arena, at.module.path);
}

void mlo_view_open(mlo_view *self, mlo_interfaces *interfaces, mlo_parser *parser, size_t memory) {
  *self = (mlo_view){.interfaces = interfaces};
  self->outside = (mlo_outside){.ctx = self,
                                .name = answer_name,
                                .result = answer_result,
                                .constant = answer_constant,
                                .summary = answer_summary};
  mlo_module_reader_init(&self->reader, parser, memory);
}

void mlo_view_close(mlo_view *self) { mlo_module_reader_release(&self->reader); }

void mlo_view_turn(mlo_view *self, mlo_str path, mlo_arena *arena) {
  self->arena = arena;
  self->tops = (mlo_map){0};
  self->found.items = NULL;
  self->found.len = self->found.cap = 0;
  self->asked = (mlo_asked_log){.arena = self->keeps ? arena : NULL};
  self->home = mlo_ask_file(&self->asked, self->interfaces->files, path, arena);
}
