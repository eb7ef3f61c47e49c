#include "python.h"

/* framework method path handler */
static mlo_str routes(python *py) {
  mlo_routes found = {0};
  mlo_str list = {0};
  mlo_facts_routes(&py->facts, &found);
  for (uint32_t i = 0; i < found.len; i++) {
    const mlo_route *r = &found.items[i];
    python_list(py, &list,
                mlo_arena_format(&py->arena, "%.*s %.*s %.*s %.*s", MLO_FMT(r->framework),
                                 MLO_FMT(r->method), MLO_FMT(r->path),
                                 MLO_FMT(py->facts.functions.items[r->function].name)));
  }
  return list;
}

static void test_route__decorators(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"from fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict')\nasync def f(): pass",
       "fastapi post /predict f"},
      {"import fastapi\nr = fastapi.APIRouter(prefix='/v1')\n@r.get('/x')\n@r.head(path='/y')\ndef "
       "f(): pass",
       "fastapi get /x f | fastapi head /y f"},
      {"from fastapi import FastAPI\napp = FastAPI()\n@app.api_route('/x', methods=['PUT'])\ndef "
       "f(): pass",
       "fastapi put /x f"},
      {"from fastapi import FastAPI\napp = FastAPI()\n@app.websocket('/ws')\nasync def f(w): pass",
       "fastapi websocket /ws f"},
      {"from fastapi import FastAPI\napp = FastAPI()\nP = '/x'\n@app.delete(P + '/y')\ndef f(): "
       "pass",
       "fastapi delete /x/y f"},
      {"from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef f(): pass",
       "flask get / f"},
      {"from flask import Flask\napp = Flask(__name__)\n@app.route('/p', methods=['POST'])\ndef "
       "f(): pass",
       "flask post /p f"},
      {"from flask import Flask\napp = Flask(__name__)\n@app.route('/p', methods=['GET', "
       "'POST'])\ndef f(): pass",
       "flask any /p f"},
      {"from flask import Blueprint\nbp = Blueprint('a', __name__)\n@bp.post('/p')\ndef f(): pass",
       "flask post /p f"},
      {"from quart import Quart\napp = Quart(__name__)\n@app.route('/p')\nasync def f(): pass",
       "quart get /p f"},
      {"from sanic import Sanic\napp = Sanic('a')\n@app.post('/p')\nasync def f(r): pass",
       "sanic post /p f"},
      {"from litestar import post\n@post('/p')\nasync def f(): pass", "litestar post /p f"},
      {"from aiohttp import web\nroutes = web.RouteTableDef()\n@routes.get('/p')\nasync def f(r): "
       "pass",
       "aiohttp get /p f"},
      {"import bentoml\n@bentoml.service\nclass S:\n  @bentoml.api\n  def predict(self, x): pass",
       "bentoml post /predict predict"},
      {"import bentoml\nsvc = bentoml.Service('a')\n@svc.api(input=x, output=y)\ndef f(x): pass",
       "bentoml post /f f"},
      {"import bentoml\nclass S:\n  @bentoml.api(route='/v2')\n  def f(self): pass",
       "bentoml post /v2 f"},
      {"from ray import serve\n@serve.deployment(num_replicas=2)\nclass M:\n  async def "
       "__call__(self, r): pass",
       "ray any  __call__"},
      {"from ray import serve\n@serve.deployment\ndef f(r): pass", "ray any  f"},
      {"from rest_framework.decorators import api_view\n@api_view(['POST'])\ndef f(r): pass",
       "django get  f"},
      {"class S:\n  def __init__(self):\n    self.x = 1\n  @property\n  def get(self): pass", ""},
  };
  PYTHON_CHECK(cases, routes);
}

static void test_route__routers_from_other_files(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"from .main import app\n@app.get('/x')\ndef f(): pass", "fastapi get /x f"},
      {"from flask import request\nfrom .main import app\n@app.route('/x')\ndef f(): pass",
       "flask get /x f"},
      {"from service import v1_router\n@v1_router.post('/x')\ndef f(): pass", "fastapi post /x f"},
      /* not a path, not a router, not a web framework */
      {"from .main import app\n@app.get('x')\ndef f(): pass", ""},
      {"import cache\n@cache.get('/x')\ndef f(): pass", ""},
      {"from typer import Typer\napp = Typer()\n@app.get('/x')\ndef f(): pass", ""},
  };
  PYTHON_CHECK(cases, routes);
}

static void test_route__registrations(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"from flask import Flask\napp = Flask(__name__)\ndef f(): pass\napp.add_url_rule('/x', 'x', "
       "f, methods=['POST'])",
       "flask post /x f"},
      {"from flask import Flask\napp = Flask(__name__)\ndef f(): pass\napp.add_url_rule('/x', "
       "view_func=f)",
       "flask get /x f"},
      {"from fastapi import FastAPI\napp = FastAPI()\ndef f(): pass\napp.add_api_route('/x', f, "
       "methods=['PUT'])",
       "fastapi put /x f"},
      {"from starlette.applications import Starlette\nfrom starlette.routing import Route\ndef "
       "f(r): pass\n"
       "app = Starlette(routes=[Route('/x', endpoint=f, methods=['POST'])])",
       "starlette post /x f"},
      {"from aiohttp import web\nasync def f(r): pass\napp = "
       "web.Application()\napp.router.add_post('/x', f)",
       "aiohttp post /x f"},
      {"from aiohttp import web\nasync def f(r): pass\napp.add_routes([web.get('/x', f)])",
       "aiohttp get /x f"},
      {"from aiohttp import web\nasync def f(r): pass\napp = "
       "web.Application()\napp.router.add_route('PUT', '/x', f)",
       "aiohttp put /x f"},
      {"from sanic import Sanic\napp = Sanic('a')\ndef f(r): pass\napp.add_route(f, '/x')",
       "sanic get /x f"},
      {"from fastapi import FastAPI\nclass A:\n  def __init__(self):\n    self.app = FastAPI()\n   "
       " "
       "self.app.add_api_route('/x', self.f)\n  def f(self): pass",
       "fastapi get /x f"},
      {"from fastapi import FastAPI\nfrom b import f\napp = FastAPI()\napp.add_api_route('/x', f)",
       ""},
  };
  PYTHON_CHECK(cases, routes);
}

static void test_route__classes_and_scoring_scripts(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"from flask.views import MethodView\nclass V(MethodView):\n  def post(self): pass\n  def "
       "helper(self): pass",
       "flask post  post"},
      {"def init():\n  global m\n  m = load()\ndef run(data): pass", "azureml post  run"},
      {"def init(): pass\ndef run(data): pass\nrun(1)", ""},
      {"def init(x): pass\ndef run(data): pass", ""},
      {"def run(data): pass", ""},
  };
  PYTHON_CHECK(cases, routes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_route__decorators),
      cmocka_unit_test(test_route__routers_from_other_files),
      cmocka_unit_test(test_route__registrations),
      cmocka_unit_test(test_route__classes_and_scoring_scripts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
