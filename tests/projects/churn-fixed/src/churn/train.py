"""Trains the churn model on data/churn.csv: python -m churn.train

MLFLOW_TRACKING_URI, and the user name and password, come from the environment.
"""
import json
import shutil

import mlflow
import pandas as pd
import yaml
from mlflow.models import infer_signature
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

from churn.features import INPUTS, TARGET, build_features

MODEL_PATH = "model"


def read_params():
    with open("params.yaml") as f:
        return yaml.safe_load(f)


def split(customers, settings):
    """The rows to learn from, and the rows that nothing may learn from."""
    return train_test_split(
        customers,
        test_size=settings["test_size"],
        stratify=customers[TARGET],
        random_state=settings["seed"],
    )


def fit(train_rows, settings):
    model = Pipeline(
        [
            ("features", build_features()),
            ("classifier", LogisticRegression(C=settings["regularization"], max_iter=1000)),
        ]
    )
    return model.fit(train_rows[INPUTS], train_rows[TARGET])


def measure(model, rows):
    risk = model.predict_proba(rows[INPUTS])[:, 1]
    return {
        "auc": round(roc_auc_score(rows[TARGET], risk), 3),
        "average_precision": round(average_precision_score(rows[TARGET], risk), 3),
    }


def complaints_first(rows):
    """What the retention team did before: call whoever complained last."""
    return {
        "auc": round(roc_auc_score(rows[TARGET], rows["complaint_score"]), 3),
        "average_precision": round(average_precision_score(rows[TARGET], rows["complaint_score"]), 3),
    }


def save(model, rows, path=MODEL_PATH):
    signature = infer_signature(rows[INPUTS], model.predict_proba(rows[INPUTS])[:, 1])
    shutil.rmtree(path, ignore_errors=True)
    mlflow.sklearn.save_model(
        model,
        path,
        signature=signature,
        input_example=rows[INPUTS].head(2),
        pyfunc_predict_fn="predict_proba",
        serialization_format="skops",
        skops_trusted_types=["churn.features.derive"],
    )


def main():
    params = read_params()
    train_rows, test_rows = split(pd.read_csv(params["data"]), params["train"])
    test_rows.to_csv("data/test.csv", index=False)

    model = fit(train_rows, params["train"])
    nobody_leaves = DummyClassifier(strategy="prior").fit(train_rows[INPUTS], train_rows[TARGET])
    metrics = {
        "model": measure(model, test_rows),
        "complaints_first": complaints_first(test_rows),
        "nobody_leaves": measure(nobody_leaves, test_rows),
    }
    save(model, test_rows)

    mlflow.set_experiment("churn")
    with mlflow.start_run():
        mlflow.log_params(params["train"])
        mlflow.log_metrics(metrics["model"])
        mlflow.log_artifacts(MODEL_PATH, "model")
    with open("metrics.json", "w") as f:
        json.dump(metrics, f, indent=2)


if __name__ == "__main__":
    main()
