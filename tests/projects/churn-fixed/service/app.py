"""The API behind the call centre's desktop."""
import hmac
import logging
import os
import uuid
from contextlib import asynccontextmanager
from typing import Annotated, Literal

import mlflow
import pandas as pd
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import APIKeyHeader
from prometheus_client import Counter, Histogram, make_asgi_app
from pydantic import BaseModel, Field

from churn.explain import reasons

MODEL_PATH = os.environ.get("MODEL_PATH", "model")
CALL_THRESHOLD = 0.45

log = logging.getLogger("churn")
risks = Histogram("churn_risk", "Risk that the model gave", buckets=[i / 10 for i in range(11)])
answers = Counter("churn_feedback", "What the call centre found", ["was_right"])


class Customer(BaseModel):
    customer_id: str
    tenure_months: int = Field(ge=0, description="full months since the contract began")
    monthly_charges: float = Field(ge=0, description="EUR")
    total_charges: float | None = Field(ge=0, description="EUR; null before the first bill")
    support_tickets: int = Field(ge=0, description="in the last twelve months")
    complaint_score: float = Field(ge=0, le=1, description="of the last ticket, by churn.tickets")
    contract: Literal["month-to-month", "one-year", "two-year"]
    payment_method: Literal["card", "bank-transfer", "invoice"]


class Prediction(BaseModel):
    prediction_id: str
    model_version: str
    churn_probability: float = Field(ge=0, le=1, description="that the customer cancels within 60 days")
    call: bool
    reasons: list[str]


class Feedback(BaseModel):
    prediction_id: str
    was_right: bool
    comment: str = Field(default="", max_length=500)


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.model = mlflow.sklearn.load_model(MODEL_PATH)
    app.state.version = mlflow.models.get_model_info(MODEL_PATH).model_uuid
    yield


app = FastAPI(title="churn", lifespan=lifespan)
app.mount("/metrics", make_asgi_app())


def require_key(key: Annotated[str, Depends(APIKeyHeader(name="X-API-Key"))]):
    if not hmac.compare_digest(key.encode(), os.environ["CHURN_API_KEY"].encode()):
        raise HTTPException(status_code=401, detail="unknown key")


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/predict", response_model=Prediction, dependencies=[Depends(require_key)])
def predict(customer: Customer, request: Request) -> Prediction:
    model = request.app.state.model
    row = pd.DataFrame([customer.model_dump(exclude={"customer_id"})])
    probability = float(model.predict_proba(row)[0, 1])
    prediction = Prediction(
        prediction_id=str(uuid.uuid4()),
        model_version=request.app.state.version,
        churn_probability=probability,
        call=probability >= CALL_THRESHOLD,
        reasons=reasons(model, row),
    )
    risks.observe(probability)
    log.info("prediction %s for %s", prediction.model_dump_json(), customer.model_dump_json())
    return prediction


@app.post("/feedback", status_code=204, dependencies=[Depends(require_key)])
def feedback(answer: Feedback) -> None:
    answers.labels(was_right=answer.was_right).inc()
    log.info("feedback %s", answer.model_dump_json())
