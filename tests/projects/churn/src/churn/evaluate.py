"""Writes metrics.json for the dashboard: python -m churn.evaluate"""
import json

import joblib
import pandas as pd
from sklearn.metrics import accuracy_score, roc_auc_score

from churn.features import build_features


def evaluate(path="data/churn.csv", model_path="model/model.joblib"):
    model = joblib.load(model_path)
    df = build_features(pd.read_csv(path))
    X = df.drop(columns=["customer_id", "last_ticket"])
    return {
        "accuracy": accuracy_score(df["churned"], model.predict(X)),
        "auc": roc_auc_score(df["churned"], model.predict_proba(X)[:, 1]),
    }


if __name__ == "__main__":
    with open("metrics.json", "w") as f:
        json.dump(evaluate(), f, indent=2)
