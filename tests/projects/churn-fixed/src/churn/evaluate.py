"""Writes slices.json, how well the model does by contract: python -m churn.evaluate"""
import json

import mlflow
import pandas as pd

from churn.features import CATEGORICAL
from churn.train import MODEL_PATH, measure


def evaluate(model, rows):
    slices = {
        contract: {"customers": len(part), **measure(model, part)}
        for contract, part in rows.groupby(CATEGORICAL[0])
    }
    return {"all": measure(model, rows), **slices}


def main(path="data/test.csv"):
    model = mlflow.sklearn.load_model(MODEL_PATH)
    with open("slices.json", "w") as f:
        json.dump(evaluate(model, pd.read_csv(path)), f, indent=2)


if __name__ == "__main__":
    main()
