#include "facts/scope.h"

/* --- what frameworks look like, as data --- */

/* The qualified name in front of the verb: app.post of a fastapi.FastAPI, litestar.post of the module litestar. */
static const struct {
  mlo_str owner, framework;
} owners[] = {
#define O(owner, framework)                                                                        \
  { MLO_STR_INIT(owner), MLO_STR_INIT(framework) }
    O("fastapi.FastAPI", "fastapi"),
    O("fastapi.APIRouter", "fastapi"),
    O("fastapi.applications.FastAPI", "fastapi"),
    O("fastapi.routing.APIRouter", "fastapi"),
    O("fastapi.routing", "fastapi"),
    O("flask.Flask", "flask"),
    O("flask.Blueprint", "flask"),
    O("flask_openapi3.OpenAPI", "flask"),
    O("flask_smorest.Blueprint", "flask"),
    O("quart.Quart", "quart"),
    O("quart.Blueprint", "quart"),
    O("starlette.applications.Starlette", "starlette"),
    O("starlette.routing.Router", "starlette"),
    O("starlette.routing", "starlette"),
    O("litestar", "litestar"),
    O("litestar.handlers", "litestar"),
    O("starlite", "litestar"),
    O("sanic.Sanic", "sanic"),
    O("sanic.Blueprint", "sanic"),
    O("aiohttp.web.RouteTableDef", "aiohttp"),
    O("aiohttp.web.Application.router", "aiohttp"),
    O("aiohttp.web", "aiohttp"),
    O("bentoml", "bentoml"),
    O("bentoml.Service", "bentoml"),
    O("bentoml.legacy.Service", "bentoml"),
    O("ray.serve", "ray"),
    O("rest_framework.decorators", "django"),
    O("ninja.NinjaAPI", "django"),
    O("ninja.Router", "django"),
#undef O
};

/* What a decorator's last part says of the method. LISTED: the argument `methods` does, get without it. */
#define LISTED ""
static const struct {
  mlo_str verb, method;
} verbs[] = {
#define V(verb, method)                                                                            \
  { MLO_STR_INIT(verb), MLO_STR_INIT(method) }
    V("get", "get"),
    V("post", "post"),
    V("put", "put"),
    V("delete", "delete"),
    V("patch", "patch"),
    V("head", "head"),
    V("options", "options"),
    V("view", "any"),
    V("websocket", "websocket"),
    V("websocket_route", "websocket"),
    V("api", "post"),
    V("deployment", "any"),
    V("route", LISTED),
    V("api_route", LISTED),
    V("api_view", LISTED),
#undef V
};

/* Calls that register a handler: where it, the path and the method stand. */
typedef struct registration {
  mlo_str verb, method;
  mlo_str framework; /* only this one, or empty */
  mlo_str path_name, handler_name;
  int path_at, handler_at, method_at;
} registration;
static const registration registrations[] = {
#define N(verb, method, framework, path, handler, path_at, handler_at, method_at)                  \
  {                                                                                                \
    MLO_STR_INIT(verb), MLO_STR_INIT(method), MLO_STR_INIT(framework), MLO_STR_INIT(path),         \
        MLO_STR_INIT(handler), path_at, handler_at, method_at                                      \
  }
    N("add_url_rule", LISTED, "", "rule", "view_func", 0, 2, -1),
    N("add_api_route", LISTED, "", "path", "endpoint", 0, 1, -1),
    N("add_route", LISTED, "sanic", "uri", "handler", 1, 0, -1),
    N("add_route", LISTED, "aiohttp", "path", "handler", 1, 2, 0),
    N("add_route", LISTED, "", "path", "endpoint", 0, 1, -1),
    N("add_websocket_route", "websocket", "", "path", "endpoint", 0, 1, -1),
    N("add_api_websocket_route", "websocket", "", "path", "endpoint", 0, 1, -1),
    N("Route", LISTED, "starlette", "path", "endpoint", 0, 1, -1),
    N("APIRoute", LISTED, "fastapi", "path", "endpoint", 0, 1, -1),
    N("WebSocketRoute", "websocket", "starlette", "path", "endpoint", 0, 1, -1),
    N("route", LISTED, "aiohttp", "path", "handler", 1, 2, 0),
    N("add_get", "get", "aiohttp", "path", "handler", 0, 1, -1),
    N("add_post", "post", "aiohttp", "path", "handler", 0, 1, -1),
    N("add_put", "put", "aiohttp", "path", "handler", 0, 1, -1),
    N("add_delete", "delete", "aiohttp", "path", "handler", 0, 1, -1),
    N("add_patch", "patch", "aiohttp", "path", "handler", 0, 1, -1),
    N("add_view", "any", "aiohttp", "path", "handler", 0, 1, -1),
    N("get", "get", "aiohttp", "path", "handler", 0, 1, -1),
    N("post", "post", "aiohttp", "path", "handler", 0, 1, -1),
    N("put", "put", "aiohttp", "path", "handler", 0, 1, -1),
    N("delete", "delete", "aiohttp", "path", "handler", 0, 1, -1),
    N("patch", "patch", "aiohttp", "path", "handler", 0, 1, -1),
#undef N
};

/* Classes whose methods get, post ... are handlers. */
static const struct {
  mlo_str base, framework;
} view_classes[] = {
#define C(base, framework)                                                                         \
  { MLO_STR_INIT(base), MLO_STR_INIT(framework) }
    C("flask.views.MethodView", "flask"),     C("flask_restful.Resource", "flask"),
    C("flask_restx.Resource", "flask"),       C("quart.views.MethodView", "quart"),
    C("sanic.views.HTTPMethodView", "sanic"), C("starlette.endpoints.HTTPEndpoint", "starlette"),
    C("aiohttp.web.View", "aiohttp"),         C("rest_framework.views.APIView", "django"),
#undef C
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

typedef struct finder {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_routes *out;
} finder;

/* --- parts --- */

static mlo_str before_last_dot(mlo_str name) {
  size_t dot = mlo_str_rfind_char(name, '.');
  return dot == SIZE_MAX ? (mlo_str){0} : mlo_str_slice(name, 0, dot);
}

static mlo_str after_last_dot(mlo_str name) {
  size_t dot = mlo_str_rfind_char(name, '.');
  return dot == SIZE_MAX ? name : mlo_str_from(name, dot + 1);
}

static mlo_str framework_of(mlo_str owner) {
  for (size_t i = 0; i < COUNT(owners); i++)
    if (mlo_str_eq(owners[i].owner, owner)) return owners[i].framework;
  return (mlo_str){0};
}

static const mlo_str *method_of_verb(mlo_str verb) {
  for (size_t i = 0; i < COUNT(verbs); i++)
    if (mlo_str_eq(verbs[i].verb, verb)) return &verbs[i].method;
  return NULL;
}

static mlo_str constant_text(const finder *f, mlo_node node) {
  mlo_constant value = mlo_facts_constant(f->facts, node);
  return value.kind == MLO_CONSTANT_STRING ? value.text : (mlo_str){0};
}

static mlo_str lower_method(const finder *f, mlo_str method) {
  mlo_str copy = mlo_arena_str(f->facts->arena, method);
  char *letters = (char *)copy.ptr;
  for (size_t i = 0; i < copy.len; i++)
    if (letters[i] >= 'A' && letters[i] <= 'Z') letters[i] = (char)(letters[i] + ('a' - 'A'));
  return copy.len && letters[0] == '*' ? MLO_STR("any") : copy;
}

/* methods=["POST"] is post; several are any; none is get. */
static mlo_str listed_method(const finder *f, const mlo_call *call, int method_at) {
  if (!call) return MLO_STR("get");
  if (method_at >= 0)
    return lower_method(
        f, constant_text(f, mlo_call_argument(f->facts, call, MLO_STR("method"), method_at)));
  mlo_node list = mlo_call_argument(f->facts, call, MLO_STR("methods"), -1);
  if (list == MLO_NO_NODE)
    list = mlo_call_argument(f->facts, call, MLO_STR("http_method_names"), -1);
  if (list == MLO_NO_NODE) return MLO_STR("get");
  mlo_constant value = mlo_facts_constant(f->facts, list);
  mlo_node first =
      value.kind == MLO_CONSTANT_LIST ? mlo_tree_part(f->tree, value.node) : MLO_NO_NODE;
  if (first == MLO_NO_NODE || mlo_tree_next_part(f->tree, first) != MLO_NO_NODE)
    return MLO_STR("any");
  mlo_str method = constant_text(f, first);
  return method.len ? lower_method(f, method) : MLO_STR("any");
}

static mlo_str path_of(const finder *f, const mlo_call *call) {
  static const mlo_str names[] = {MLO_STR_INIT("path"), MLO_STR_INIT("rule"), MLO_STR_INIT("uri"),
                                  MLO_STR_INIT("route"), MLO_STR_INIT("route_prefix")};
  if (!call) return (mlo_str){0};
  for (size_t i = 0; i < COUNT(names); i++) {
    mlo_node named = mlo_call_argument(f->facts, call, names[i], -1);
    if (named != MLO_NO_NODE) return constant_text(f, named);
  }
  return constant_text(f, mlo_call_argument(f->facts, call, (mlo_str){0}, 0));
}

static void add(const finder *f, mlo_route route) { MLO_PUSH(f->facts->arena, f->out, route); }

/* --- decorators --- */

/* The router comes from another file: what it is called and a path that starts with / must do. */
static mlo_str guessed_framework(const finder *f, mlo_node callee, mlo_str verb, mlo_str path) {
  static const mlo_str words[] = {MLO_STR_INIT("app"), MLO_STR_INIT("router"),
                                  MLO_STR_INIT("api"), MLO_STR_INIT("blueprint"),
                                  MLO_STR_INIT("bp"),  MLO_STR_INIT("application")};
  static const mlo_str modules[] = {MLO_STR_INIT("fastapi"),  MLO_STR_INIT("flask"),
                                    MLO_STR_INIT("quart"),    MLO_STR_INIT("sanic"),
                                    MLO_STR_INIT("litestar"), MLO_STR_INIT("starlette")};
  if (!path.len || path.ptr[0] != '/' || mlo_tree_kind(f->tree, callee) != MLO_PY_ATTRIBUTE)
    return (mlo_str){0};
  mlo_str receiver =
      after_last_dot(mlo_tree_text(f->tree, mlo_tree_field(f->tree, callee, MLO_FIELD_OBJECT)));
  bool fits = false;
  for (size_t i = 0; i < COUNT(words) && !fits; i++) fits = mlo_str_ends(receiver, words[i]);
  if (!fits) return (mlo_str){0};
  for (size_t m = 0; m < COUNT(modules); m++)
    for (uint32_t i = 0; i < f->facts->imports.len; i++)
      if (mlo_str_eq(f->facts->imports.items[i].module, modules[m])) return modules[m];
  return mlo_str_eq(verb, MLO_STR("route")) ? MLO_STR("flask") : MLO_STR("fastapi");
}

/* True if the name's owner is known, and no web framework: `responses.RequestsMock.get`. */
static bool is_known_otherwise(mlo_str name) {
  mlo_str owner = after_last_dot(before_last_dot(name));
  if (!owner.len || name.ptr[0] == '.') return false;
  bool class = owner.ptr[0] >= 'A' && owner.ptr[0] <= 'Z';
  return class || mlo_str_starts(name, MLO_STR("builtins.")) || mlo_str_ends(owner, MLO_STR(")"));
}

static void read_decorator(const finder *f, uint32_t function, mlo_node expression) {
  const mlo_facts *facts = f->facts;
  uint32_t index = mlo_facts_call(facts, expression);
  const mlo_call *call = index == UINT32_MAX ? NULL : &facts->calls.items[index];
  mlo_node callee = call ? call->callee : expression;
  mlo_str name = mlo_facts_name(facts, callee);
  mlo_str text = mlo_tree_text(f->tree, callee);
  mlo_str verb = after_last_dot(name.len ? name : text);
  const mlo_str *method = method_of_verb(verb);
  if (!method) return;
  mlo_str path = path_of(f, call);
  mlo_str framework = framework_of(before_last_dot(name));
  if (!framework.len && !is_known_otherwise(name))
    framework = guessed_framework(f, callee, verb, path);
  if (!framework.len) return;
  mlo_str listed = method->len ? *method : listed_method(f, call, -1);
  if (mlo_str_eq(verb, MLO_STR("api_view"))) path = (mlo_str){0};
  if (mlo_str_eq(framework, MLO_STR("bentoml")) && !(path.len && path.ptr[0] == '/'))
    path = mlo_arena_concat(facts->arena, MLO_STR("/"), facts->functions.items[function].name);
  add(f, (mlo_route){function, framework, listed, path, expression});
}

static void read_decorators(const finder *f, uint32_t function) {
  const mlo_function *self = &f->facts->functions.items[function];
  for (uint32_t i = 0; i < self->decorators.len; i++)
    read_decorator(f, function, self->decorators.items[i]);
}

/* --- classes --- */

static bool is_http_method(mlo_str name) {
  const mlo_str *method = method_of_verb(name);
  return method && mlo_str_eq(*method, name) && !mlo_str_eq(name, MLO_STR("websocket"));
}

static void read_view_method(const finder *f, uint32_t function, mlo_node owner) {
  const mlo_function *self = &f->facts->functions.items[function];
  if (!is_http_method(self->name)) return;
  mlo_node bases = mlo_tree_field(f->tree, owner, MLO_FIELD_SUPERCLASSES);
  for (mlo_node n = mlo_tree_part(f->tree, bases); n != MLO_NO_NODE;
       n = mlo_tree_next_part(f->tree, n)) {
    mlo_str base = mlo_facts_name(f->facts, n);
    for (size_t i = 0; i < COUNT(view_classes); i++)
      if (mlo_str_eq(base, view_classes[i].base))
        add(f, (mlo_route){function, view_classes[i].framework, self->name, {0}, self->node});
  }
}

/* Ray Serve sends requests to __call__ of a class under @serve.deployment. */
static void read_deployment(const finder *f, uint32_t function, mlo_node owner) {
  const mlo_function *self = &f->facts->functions.items[function];
  mlo_node decorated = mlo_tree_parent(f->tree, owner);
  if (!mlo_str_eq(self->name, MLO_STR("__call__")) ||
      mlo_tree_kind(f->tree, decorated) != MLO_PY_DECORATED)
    return;
  for (mlo_node n = mlo_tree_part(f->tree, decorated); n != MLO_NO_NODE;
       n = mlo_tree_next_part(f->tree, n)) {
    if (f->tree->nodes[n].kind != MLO_PY_DECORATOR) continue;
    mlo_node expression = mlo_tree_part(f->tree, n);
    uint32_t index = mlo_facts_call(f->facts, expression);
    const mlo_call *call = index == UINT32_MAX ? NULL : &f->facts->calls.items[index];
    if (!mlo_str_eq(mlo_facts_name(f->facts, call ? call->callee : expression),
                    MLO_STR("ray.serve.deployment")))
      continue;
    mlo_node prefix =
        call ? mlo_call_argument(f->facts, call, MLO_STR("route_prefix"), -1) : MLO_NO_NODE;
    add(f, (mlo_route){function, MLO_STR("ray"), MLO_STR("any"), constant_text(f, prefix),
                       expression});
  }
}

/* --- registrations --- */

static const registration *registration_of(mlo_str verb, mlo_str framework) {
  for (size_t i = 0; i < COUNT(registrations); i++) {
    const registration *r = &registrations[i];
    if (mlo_str_eq(r->verb, verb) && (!r->framework.len || mlo_str_eq(r->framework, framework)))
      return r;
  }
  return NULL;
}

static uint32_t function_at(const finder *f, mlo_node handler) {
  uint32_t scope = mlo_facts_scope_named(f->facts, mlo_facts_name(f->facts, handler));
  return scope == UINT32_MAX ? UINT32_MAX
                             : mlo_facts_function_of(f->facts, f->facts->scopes.items[scope].node);
}

static void read_registration(const finder *f, const mlo_call *call) {
  const mlo_facts *facts = f->facts;
  if (f->tree->nodes[call->node].parent != MLO_NO_NODE &&
      mlo_tree_kind(f->tree, f->tree->nodes[call->node].parent) == MLO_PY_DECORATOR)
    return;
  mlo_str name = mlo_facts_name(facts, call->callee);
  mlo_str framework = framework_of(before_last_dot(name));
  const registration *r = framework.len ? registration_of(after_last_dot(name), framework) : NULL;
  if (!r) return;
  uint32_t function =
      function_at(f, mlo_call_argument(facts, call, r->handler_name, r->handler_at));
  if (function == UINT32_MAX) return;
  mlo_str method = r->method.len ? r->method : listed_method(f, call, r->method_at);
  mlo_str path = constant_text(f, mlo_call_argument(facts, call, r->path_name, r->path_at));
  add(f, (mlo_route){function, framework, method, path, call->node});
}

/* --- AzureML --- */

static uint32_t parameter_count(const finder *f, const mlo_function *function) {
  uint32_t count = 0;
  mlo_node parameters = mlo_tree_field(f->tree, function->node, MLO_FIELD_PARAMETERS);
  for (mlo_node n = mlo_tree_part(f->tree, parameters); n != MLO_NO_NODE;
       n = mlo_tree_next_part(f->tree, n))
    count++;
  return count;
}

/* A scoring script defines init() and run(data) and calls neither. */
static void read_scoring_script(const finder *f) {
  const mlo_facts *facts = f->facts;
  const mlo_binding *init = mlo_scope_last(facts, 0, MLO_STR("init")),
                    *run = mlo_scope_last(facts, 0, MLO_STR("run"));
  if (!init || !run || init->kind != MLO_BIND_FUNCTION || run->kind != MLO_BIND_FUNCTION) return;
  uint32_t start = mlo_facts_function_of(facts, init->value),
           handler = mlo_facts_function_of(facts, run->value);
  if (start == UINT32_MAX || handler == UINT32_MAX) return;
  const mlo_function *functions = facts->functions.items;
  if (parameter_count(f, &functions[start]) != 0 || parameter_count(f, &functions[handler]) == 0)
    return;
  for (uint32_t i = 0; i < facts->calls.len; i++) {
    const mlo_call *call = &facts->calls.items[i];
    bool plain = mlo_tree_kind(f->tree, call->callee) == MLO_PY_IDENTIFIER;
    if (plain && mlo_str_eq(call->method, MLO_STR("run"))) return;
  }
  add(f, (mlo_route){handler, MLO_STR("azureml"), MLO_STR("post"), {0}, functions[handler].node});
}

void mlo_facts_routes(const mlo_facts *self, mlo_routes *out) {
  out->len = 0;
  finder f = {.facts = self, .tree = self->tree, .out = out};
  for (uint32_t i = 0; i < self->functions.len; i++) {
    read_decorators(&f, i);
    mlo_node owner = self->functions.items[i].owner;
    if (owner == MLO_NO_NODE) continue;
    read_view_method(&f, i, owner);
    read_deployment(&f, i, owner);
  }
  for (uint32_t i = 0; i < self->calls.len; i++) read_registration(&f, &self->calls.items[i]);
  read_scoring_script(&f);
}
