#include "project/index_table.h"

/* clang-format off */
#define CALL(part, name, keyword, position, label) \
  {MLO_INDEX_##part, MLO_TRIGGER_CALL, name, keyword, position, label, NULL, NULL, MLO_INDEX_SURE},
#define LOOSE(part, name, keyword, position) \
  {MLO_INDEX_##part, MLO_TRIGGER_CALL, name, keyword, position, NULL, NULL, NULL, MLO_INDEX_LOOSE},
#define NAMED(part, name, keyword, position) \
  {MLO_INDEX_##part, MLO_TRIGGER_CALL, name, keyword, position, NULL, NULL, NULL, MLO_INDEX_NAMED},
#define PLAIN(part, name) CALL(part, name, NULL, -1, NULL)
#define DOCUMENT(part, select, label, files, needs) \
  {MLO_INDEX_##part, MLO_TRIGGER_DOCUMENT, select, NULL, -1, label, files, needs, MLO_INDEX_SURE},
#define DECORATED(library) \
  {MLO_INDEX_STAGES, MLO_TRIGGER_FUNCTION, "*", NULL, -1, NULL, NULL, library, MLO_INDEX_SURE},
#define HANDLER(method, library) \
  {MLO_INDEX_ROUTES, MLO_TRIGGER_FUNCTION, method, NULL, -1, NULL, NULL, library, MLO_INDEX_SURE},

#define SKIMMED(part, needs) \
  {MLO_INDEX_##part, MLO_TRIGGER_FILE, NULL, NULL, -1, NULL, "*.py", needs, MLO_INDEX_SURE}, \
  {MLO_INDEX_##part, MLO_TRIGGER_NOTEBOOK, NULL, NULL, -1, NULL, NULL, needs, MLO_INDEX_SURE},

const mlo_index_source mlo_index_sources[] = {
  SKIMMED(IMPORTS, "import")
  SKIMMED(DEFINITIONS, "def ")
  {MLO_INDEX_DEPENDENCIES, MLO_TRIGGER_DEPENDENCY, "*", NULL, -1, NULL, NULL, NULL, MLO_INDEX_SURE},
  {MLO_INDEX_ROUTES, MLO_TRIGGER_ROUTE, NULL, NULL, -1, NULL, NULL, NULL, MLO_INDEX_SURE},
  CALL(ROUTES, "gradio.Interface", "fn", 0, NULL)
  CALL(ROUTES, "gradio.ChatInterface", "fn", 0, NULL)
  PLAIN(ROUTES, "streamlit.*")
  HANDLER("predict", "kserve")
  HANDLER("predict", "kfserving")
  HANDLER("predict", "seldon_core")
  HANDLER("predict", "mlserver")
  HANDLER("handle", "torch_handler")
  HANDLER("inference", "torch_handler")

  {MLO_INDEX_ENTRY_POINTS, MLO_TRIGGER_TEXT, "(?m)^if\\s+__name__\\s*==\\s*.__main__.", NULL, -1, "main", "*.py", "__main__", MLO_INDEX_SURE},
  {MLO_INDEX_ENTRY_POINTS, MLO_TRIGGER_COMMAND, "*", NULL, -1, NULL, NULL, NULL, MLO_INDEX_SURE},
  DOCUMENT(ENTRY_POINTS, "project.scripts.*", "console", "pyproject.toml", "scripts")
  DOCUMENT(ENTRY_POINTS, "tool.poetry.scripts.*", "console", "pyproject.toml", "scripts")
  DOCUMENT(ENTRY_POINTS, "['options.entry_points'].console_scripts", "console", "setup.cfg", "console_scripts")

  /* Calls that write a fitted model where something else can pick it up. */
  CALL(SAVES, "joblib.dump", "filename", 1, NULL)
  CALL(SAVES, "skops.io.dump", "file", 1, NULL)
  CALL(SAVES, "torch.save", "f", 1, NULL)
  CALL(SAVES, "torch.jit.save", "f", 1, NULL)
  CALL(SAVES, "mlflow.*.log_model", "artifact_path", 1, "registered_model_name")
  CALL(SAVES, "mlflow.*.save_model", "path", 1, NULL)
  CALL(SAVES, "mlflow.register_model", "model_uri", 0, "name")
  CALL(SAVES, "keras.*.save", "filepath", 0, NULL)
  CALL(SAVES, "tensorflow.keras.*.save", "filepath", 0, NULL)
  CALL(SAVES, "tensorflow.saved_model.save", "export_dir", 1, NULL)
  CALL(SAVES, "bentoml.*.save_model", NULL, -1, "name")
  CALL(SAVES, "*.push_to_hub", "repo_id", 0, NULL)
  CALL(SAVES, "torch.onnx.export", "f", 2, NULL)
  PLAIN(SAVES, "skl2onnx.*")
  CALL(SAVES, "xgboost.*.save_model", "fname", 0, NULL)
  CALL(SAVES, "lightgbm.*.save_model", "filename", 0, NULL)
  CALL(SAVES, "catboost.*.save_model", "fname", 0, NULL)
  NAMED(SAVES, "pickle.dump", "file", 1)
  NAMED(SAVES, "cloudpickle.dump", "file", 1)
  NAMED(SAVES, "dill.dump", "file", 1)

  /* Calls that bring a model from a file, a registry or a hub into memory. */
  CALL(LOADS, "joblib.load", "filename", 0, NULL)
  CALL(LOADS, "pickle.load", "file", 0, NULL)
  PLAIN(LOADS, "pickle.loads")
  CALL(LOADS, "cloudpickle.load", "file", 0, NULL)
  CALL(LOADS, "dill.load", "file", 0, NULL)
  CALL(LOADS, "skops.io.load", "file", 0, NULL)
  CALL(LOADS, "torch.load", "f", 0, NULL)
  CALL(LOADS, "torch.jit.load", "f", 0, NULL)
  CALL(LOADS, "mlflow.*.load_model", "model_uri", 0, NULL)
  CALL(LOADS, "keras.*.load_model", "filepath", 0, NULL)
  CALL(LOADS, "tensorflow.keras.*.load_model", "filepath", 0, NULL)
  CALL(LOADS, "tensorflow.saved_model.load", "export_dir", 0, NULL)
  CALL(LOADS, "onnxruntime.InferenceSession", "path_or_bytes", 0, NULL)
  CALL(LOADS, "transformers.pipeline", "model", 1, NULL)
  CALL(LOADS, "transformers.*.from_pretrained", "pretrained_model_name_or_path", 0, NULL)
  CALL(LOADS, "spacy.load", "name", 0, NULL)
  CALL(LOADS, "sentence_transformers.SentenceTransformer", "model_name_or_path", 0, NULL)
  CALL(LOADS, "*.load_from_checkpoint", "checkpoint_path", 0, NULL)
  CALL(LOADS, "bentoml.*.load_model", "bento_model", 0, NULL)
  CALL(LOADS, "catboost.*.load_model", "fname", 0, NULL)
  CALL(LOADS, "xgboost.*.load_model", "fname", 0, NULL)
  CALL(LOADS, "lightgbm.Booster", "model_file", 2, NULL)
  CALL(LOADS, "fasttext.load_model", "path", 0, NULL)
  CALL(LOADS, "ultralytics.YOLO", "model", 0, NULL)
  LOOSE(LOADS, "*.load_model", NULL, 0)
  LOOSE(LOADS, "*.load_state_dict", NULL, -1)
  LOOSE(LOADS, "*.from_pretrained", NULL, 0)
  LOOSE(LOADS, "*.load_context", NULL, -1)
  LOOSE(LOADS, "*.load_checkpoint", NULL, 0)
  LOOSE(LOADS, "*.load_model_artifact", NULL, 0)

  /* Calls that train a model. */
  PLAIN(TRAININGS, "sklearn.*.fit")
  PLAIN(TRAININGS, "xgboost.*.fit")
  PLAIN(TRAININGS, "xgboost.train")
  PLAIN(TRAININGS, "lightgbm.*.fit")
  PLAIN(TRAININGS, "lightgbm.train")
  PLAIN(TRAININGS, "catboost.*.fit")
  PLAIN(TRAININGS, "keras.*.fit")
  PLAIN(TRAININGS, "tensorflow.keras.*.fit")
  PLAIN(TRAININGS, "imblearn.*.fit")
  PLAIN(TRAININGS, "pytorch_lightning.*.fit")
  PLAIN(TRAININGS, "lightning.*.fit")
  PLAIN(TRAININGS, "transformers.*.train")
  PLAIN(TRAININGS, "autogluon.*.fit")

  PLAIN(EVALUATIONS, "sklearn.metrics.*")
  PLAIN(EVALUATIONS, "sklearn.model_selection.cross_val_score")
  PLAIN(EVALUATIONS, "sklearn.model_selection.cross_validate")
  PLAIN(EVALUATIONS, "sklearn.*.score")
  PLAIN(EVALUATIONS, "torchmetrics.*")
  PLAIN(EVALUATIONS, "keras.*.evaluate")
  PLAIN(EVALUATIONS, "tensorflow.keras.*.evaluate")
  PLAIN(EVALUATIONS, "transformers.*.evaluate")
  PLAIN(EVALUATIONS, "pytorch_lightning.Trainer.test")
  PLAIN(EVALUATIONS, "lightning.*.test")
  PLAIN(EVALUATIONS, "mlflow.evaluate")
  PLAIN(EVALUATIONS, "mlflow.models.evaluate")
  PLAIN(EVALUATIONS, "evaluate.load")

  {MLO_INDEX_TESTS, MLO_TRIGGER_FUNCTION, "test*", NULL, -1, NULL, NULL, "def test", MLO_INDEX_SURE},

  DOCUMENT(STAGES, "stages.*", "dvc", "dvc.yaml", "stages")
  DOCUMENT(STAGES, "jobs.*", "github", "**/.github/workflows/*", "jobs")
  DOCUMENT(STAGES, "entry_points.*", "mlproject", "MLproject", "entry_points")
  DECORATED("airflow")
  DECORATED("prefect")
  DECORATED("zenml")
  DECORATED("metaflow")
  DECORATED("dagster")
  DECORATED("flytekit")
  DECORATED("kfp")
  DECORATED("sagemaker")
  DECORATED("azure")
  DECORATED("mldesigner")
  CALL(STAGES, "kedro.pipeline.node", "func", 0, "name")
  CALL(STAGES, "kedro.pipeline.*.node", "func", 0, "name")
  CALL(STAGES, "airflow.*Operator", NULL, -1, "task_id")
  CALL(STAGES, "airflow.*.*Operator", NULL, -1, "task_id")
  CALL(STAGES, "sagemaker.workflow.*.*Step", NULL, -1, "name")
  CALL(STAGES, "azure.ai.ml.command", "command", -1, "name")
  CALL(STAGES, "azureml.pipeline.steps.*Step", NULL, -1, "name")
  CALL(STAGES, "kfp.dsl.ContainerOp", NULL, -1, "name")
  CALL(STAGES, "google.cloud.aiplatform.PipelineJob", NULL, -1, "display_name")

  DOCUMENT(METRICS, "stages.*.metrics[*]", "dvc", "dvc.yaml", "metrics")
  DOCUMENT(METRICS, "metrics[*]", "dvc", "dvc.yaml", "metrics")
  DOCUMENT(METRICS, "*", "file", "metrics.json", NULL)
  CALL(METRICS, "mlflow.log_metric", "key", 0, NULL)
  CALL(METRICS, "mlflow.log_metrics", "metrics", 0, NULL)
  CALL(METRICS, "mlflow.*.log_metric", "key", 1, NULL)
  CALL(METRICS, "wandb.log", "data", 0, NULL)
  CALL(METRICS, "dvclive.Live.log_metric", "name", 0, NULL)
  CALL(METRICS, "pytorch_lightning.*.log", "name", 0, NULL)
  CALL(METRICS, "lightning.*.log", "name", 0, NULL)
};
const uint32_t mlo_index_source_count = sizeof mlo_index_sources / sizeof *mlo_index_sources;
/* clang-format on */
