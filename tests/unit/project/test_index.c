#include "unit.h"

#include <stdlib.h>

#include "lua/host/layer.h"
#include "project/project.h"

/* Checks a project of a few files with a rule that asks for every part, and lists what it finds:
 * each entry as "part kind|name|text|target". */
static const char rule[] =
    "local rule = require 'mlopslint.rule'\n"
    "local parts = { 'dependencies', 'entry_points', 'evaluations', 'imports', 'loads', "
    "'metrics',\n"
    "  'routes', 'saves', 'stages', 'tests', 'trainings' }\n"
    "local fields = { 'kind', 'library', 'framework', 'package', 'name', 'call', 'handler',\n"
    "  'specifier', 'command', 'path', 'value', 'method', 'registered' }\n"
    "return rule.project { code = 'ORG001', name = 'all-parts', severity = 'info',\n"
    "  summary = 's', docs = 'd', index = parts,\n"
    "  finish = function(ctx)\n"
    "    for _, part in ipairs(parts) do\n"
    "      for _, entry in ipairs(ctx.project[part](ctx.project)) do\n"
    "        local words = { part }\n"
    "        for _, field in ipairs(fields) do words[#words + 1] = entry[field] end\n"
    "        if entry.pinned then words[#words + 1] = 'pinned' end\n"
    "        for _, name in ipairs(entry.reaches or {}) do words[#words + 1] = '>' .. name end\n"
    "        ctx:report_at(entry.at, '%s', table.concat(words, ' '))\n"
    "      end\n"
    "    end\n"
    "    for _, m in ipairs(ctx.project:modules()) do\n"
    "      if m.path == 'serve.py' and ctx.project:reaches(m.path, 'shop/deep.py') then\n"
    "        ctx:report_at({ path = m.path }, 'serve reaches deep')\n"
    "      end\n"
    "      if ctx.project:reaches(m.path, 'serve.py') and m.path ~= 'serve.py' then\n"
    "        ctx:report_at({ path = m.path }, 'reaches serve')\n"
    "      end\n"
    "    end\n"
    "  end }\n";

static const mlo_input files[] = {
#define FILE_(p, t)                                                                                \
  { .path = MLO_STR_INIT(p), .bytes = MLO_STR_INIT(t) }
    FILE_("Dockerfile", "FROM python:3.11\nCMD [\"python\", \"serve.py\", \"--port\", \"80\"]\n"),
    FILE_("app.py", "import gradio as gr\nimport streamlit as st\n"
                    "def answer(x): ...\ngr.Interface(fn=answer, inputs='text').launch()\n"
                    "st.title('a')\nst.button('b')\n"),
    FILE_("dvc.yaml", "stages:\n  fit:\n    cmd: python train.py\n    metrics: [scores.json]\n"),
    FILE_("metrics.json", "{\"auc\": 0.81, \"note\": \"x\"}"),
    FILE_("pyproject.toml", "[project]\ndependencies = [\"torch==2.1\", \"pandas\"]\n"
                            "[project.scripts]\nfit = \"shop.deep:main\"\n"),
    FILE_("predictor.py", "import kserve\nfrom ts.torch_handler.base_handler import BaseHandler\n"
                          "class Churn(kserve.Model):\n  def predict(self, payload): ...\n"
                          "class Images(BaseHandler):\n  def handle(self, data, context): ...\n"
                          "class Plain:\n  def predict(self, x): ...\n"),
    FILE_("serve.py", "import joblib\nfrom fastapi import FastAPI\nfrom shop import load\n"
                      "app = FastAPI()\nmodel = joblib.load('m.joblib')\n"
                      "@app.post('/predict')\ndef predict(x): return model.predict(x)\n"
                      "if __name__ == '__main__':\n    pass\n"),
    FILE_("shop/__init__.py", "from .deep import load\n"),
    FILE_("shop/deep.py", "import pickle\n"
                          "def load(p):\n  with open('w.pkl', 'rb') as f: return pickle.load(f)\n"),
    FILE_("tests/test_shop.py", "from shop import load\n"
                                "def helper(): return load('a')\n"
                                "def test_load(): assert helper()\n"),
    FILE_("train.py", "import mlflow\nfrom sklearn.linear_model import Ridge\n"
                      "from sklearn.preprocessing import StandardScaler\n"
                      "from sklearn.metrics import r2_score\nfrom zenml import step\n"
                      "StandardScaler().fit(X)\n"
                      "@step\ndef fit():\n"
                      "  m = Ridge().fit(X, y)\n"
                      "  mlflow.log_metrics({'r2': r2_score(y, m.predict(X))})\n"
                      "  mlflow.sklearn.log_model(m, 'm', registered_model_name='churn')\n"),
};

static const char expected[] =
    "Dockerfile:2 entry_points image python python serve.py --port 80 serve.py\n"
    "app.py:1 imports gradio gradio\n"
    "app.py:2 imports streamlit streamlit\n"
    "app.py:4 routes gradio answer\n"
    "app.py:5 routes streamlit\n"
    "dvc.yaml:2 stages dvc fit\n"
    "dvc.yaml:4 metrics dvc scores.json\n"
    "metrics.json:1 metrics file auc 0.81\n"
    "predictor.py:1 imports kserve kserve\n"
    "predictor.py:2 imports ts ts.torch_handler.base_handler.BaseHandler\n"
    "predictor.py:4 routes kserve predict\n"
    "predictor.py:6 routes torchserve handle\n"
    "pyproject.toml:2 dependencies torch ==2.1 pinned\n"
    "pyproject.toml:2 dependencies pandas\n"
    "pyproject.toml:4 entry_points console fit shop.deep:main shop/deep.py\n"
    "serve.py:1 serve reaches deep\n"
    "serve.py:1 imports joblib joblib\n"
    "serve.py:2 imports fastapi fastapi.FastAPI\n"
    "serve.py:3 imports shop.load shop/__init__.py\n"
    "serve.py:5 loads joblib joblib.load m.joblib\n"
    "serve.py:6 routes fastapi predict /predict post\n"
    "serve.py:8 entry_points main serve.py\n"
    "shop/__init__.py:1 imports .deep.load shop/deep.py\n"
    "shop/deep.py:1 imports pickle pickle\n"
    "shop/deep.py:3 loads pickle pickle.load w.pkl\n"
    "tests/test_shop.py:1 imports shop.load shop/__init__.py\n"
    "tests/test_shop.py:3 tests test_load >shop.deep.load\n"
    "train.py:1 imports mlflow mlflow\n"
    "train.py:2 imports sklearn sklearn.linear_model.Ridge\n"
    "train.py:3 imports sklearn sklearn.preprocessing.StandardScaler\n"
    "train.py:4 imports sklearn sklearn.metrics.r2_score\n"
    "train.py:5 imports zenml zenml.step\n"
    "train.py:8 stages zenml fit\n"
    "train.py:9 trainings sklearn sklearn.linear_model.Ridge.fit\n"
    "train.py:10 metrics mlflow r2\n"
    "train.py:10 evaluations sklearn sklearn.metrics.r2_score\n"
    "train.py:11 saves mlflow mlflow.sklearn.log_model m churn\n";

static mlo_str list_of(const mlo_result *result, mlo_arena *arena) {
  mlo_str out = MLO_STR("");
  for (uint32_t i = 0; i < result->findings.len; i++) {
    const mlo_finding *f = &result->findings.items[i];
    out = mlo_arena_format(arena, "%.*s%.*s:%u %.*s\n", MLO_FMT(out), MLO_FMT(f->location.path),
                           f->location.start.line, MLO_FMT(f->message));
  }
  return out;
}

static mlo_engine *engine_with(const char *text, char *folder) {
  char path[64];
  mlo_error err = {0};
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/rule.lua", folder);
  assert_int_equal(mlo_os_write(mlo_str_c(path), mlo_str_c(text), &err), MLO_OK);
  mlo_str pack = mlo_str_c(folder);
  mlo_engine *engine = NULL;
  mlo_engine_options options = {.layer = &mlo_lua_layer, .packs = &pack, .pack_count = 1};
  assert_int_equal(mlo_engine_new(&options, &engine, &err), MLO_OK);
  assert_int_equal(mlo_engine_catalogue(engine)->problems.len, 0);
  remove(path);
  remove(folder);
  return engine;
}

static mlo_result *check_with(mlo_engine *engine, unsigned jobs) {
  static const mlo_str code = MLO_STR_INIT("ORG001");
  mlo_error err = {0};
  mlo_result *result = NULL;
  mlo_request request = {.inputs = files,
                         .input_count = sizeof files / sizeof *files,
                         .alone = true,
                         .whole = true,
                         .jobs = jobs,
                         .overrides = {.isolated = true, .select = &code, .select_count = 1}};
  assert_int_equal(mlo_engine_check(engine, &request, &result, &err), MLO_OK);
  return result;
}

static void test_index__every_part(void **state) {
  (void)state;
  char folder[] = "/tmp/mlopslint-index-XXXXXX";
  mlo_arena arena = unit_arena();
  mlo_engine *engine = engine_with(rule, folder);
  for (unsigned jobs = 1; jobs <= 8; jobs *= 8) {
    mlo_result *result = check_with(engine, jobs);
    for (uint32_t i = 0; i < result->problems.len; i++)
      print_error("%.*s\n", MLO_FMT(result->problems.items[i].message));
    assert_int_equal(result->problems.len, 0);
    assert_str(list_of(result, &arena), expected);
    mlo_result_free(result);
  }
  mlo_engine_free(engine);
  mlo_arena_release(&arena);
}

static void test_index__a_part_must_be_asked_for(void **state) {
  (void)state;
  static const char text[] =
      "local rule = require 'mlopslint.rule'\n"
      "return rule.project { code = 'ORG001', name = 'forgot', severity = 'info', summary = 's',\n"
      "  docs = 'd', index = { 'saves' }, finish = function(ctx) ctx.project:loads() end }\n";
  char folder[] = "/tmp/mlopslint-index-XXXXXX";
  mlo_engine *engine = engine_with(text, folder);
  mlo_result *result = check_with(engine, 1);
  assert_int_equal(result->problems.len, 1);
  assert_true(mlo_str_contains(result->problems.items[0].message,
                               MLO_STR("must name this part of the index: index = { \"loads\" }")));
  mlo_result_free(result);
  mlo_engine_free(engine);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_index__every_part),
      cmocka_unit_test(test_index__a_part_must_be_asked_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
