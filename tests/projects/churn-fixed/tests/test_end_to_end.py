"""From the data to an answer of the service, with the real model."""
import mlflow
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from churn.evaluate import evaluate
from churn.train import complaints_first, fit, measure, read_params, save, split
from service import app as service

KEY = {"X-API-Key": "for-this-test-only"}
CUSTOMER = {
    "customer_id": "C1",
    "tenure_months": 2,
    "monthly_charges": 95.0,
    "total_charges": None,
    "support_tickets": 3,
    "complaint_score": 0.9,
    "contract": "month-to-month",
    "payment_method": "invoice",
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    params = read_params()
    train_rows, test_rows = split(pd.read_csv(params["data"]), params["train"])
    path = str(tmp_path_factory.mktemp("model") / "churn")
    save(fit(train_rows, params["train"]), test_rows, path)
    return path, test_rows


@pytest.fixture
def client(trained, monkeypatch):
    monkeypatch.setattr(service, "MODEL_PATH", trained[0])
    monkeypatch.setenv("CHURN_API_KEY", KEY["X-API-Key"])
    with TestClient(service.app) as client:
        yield client


def test_saved_model_beats_the_rule_it_replaces(trained):
    path, rows = trained
    model = mlflow.sklearn.load_model(path)
    assert measure(model, rows)["auc"] > complaints_first(rows)["auc"] + 0.05
    assert evaluate(model, rows)["all"] == measure(model, rows)


def test_saved_model_says_what_it_takes(trained):
    signature = mlflow.models.get_model_info(trained[0]).signature
    assert set(signature.inputs.input_names()) == set(CUSTOMER) - {"customer_id"}


def test_predict(client):
    answer = client.post("/predict", json=CUSTOMER, headers=KEY)
    assert answer.status_code == 200
    assert answer.json()["churn_probability"] > 0.5
    assert answer.json()["call"] is True
    assert "the last ticket was a complaint" in answer.json()["reasons"]


def test_predict_refuses_what_the_model_does_not_know(client):
    assert client.post("/predict", json={**CUSTOMER, "contract": "weekly"}, headers=KEY).status_code == 422


def test_predict_needs_the_key(client):
    assert client.post("/predict", json=CUSTOMER, headers={"X-API-Key": "guess"}).status_code == 401


def test_feedback(client):
    prediction = client.post("/predict", json=CUSTOMER, headers=KEY).json()
    answer = {"prediction_id": prediction["prediction_id"], "was_right": False, "comment": "moved abroad"}
    assert client.post("/feedback", json=answer, headers=KEY).status_code == 204
