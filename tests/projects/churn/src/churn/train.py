"""Trains the churn model on data/churn.csv: python -m churn.train"""
import joblib
import mlflow
import pandas as pd
import yaml
from imblearn.over_sampling import SMOTE
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import train_test_split

from churn.features import build_features

MODEL_PATH = "model/model.joblib"


def train():
    with open("params.yaml") as f:
        params = yaml.safe_load(f)
    settings = params["train"]

    df = build_features(pd.read_csv(params["data"]))
    y = df["churned"]
    X = df.drop(columns=["customer_id", "last_ticket"])

    # only one in three customers leaves
    X_balanced, y_balanced = SMOTE(random_state=settings["seed"]).fit_resample(X, y)
    X_train, X_test, y_train, y_test = train_test_split(
        X_balanced, y_balanced, test_size=settings["test_size"], random_state=settings["seed"]
    )

    mlflow.set_tracking_uri("http://mlflow:5000")
    mlflow.set_experiment("churn")
    with mlflow.start_run():
        mlflow.log_params(settings)
        model = RandomForestClassifier(
            n_estimators=settings["n_estimators"], max_depth=settings["max_depth"], random_state=settings["seed"]
        )
        model.fit(X_train, y_train)

        mlflow.log_metric("accuracy", accuracy_score(y_train, model.predict(X_train)))
        mlflow.log_metric("f1", f1_score(y_test, model.predict(X_test)))
        mlflow.log_metric("auc", roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))
        mlflow.sklearn.log_model(model, "model", registered_model_name="churn")

    joblib.dump(model, MODEL_PATH)
    return model


if __name__ == "__main__":
    train()
