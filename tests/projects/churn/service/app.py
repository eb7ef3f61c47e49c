"""The API behind the call centre's desktop."""
import os

import joblib
import pandas as pd
from fastapi import FastAPI, HTTPException, Request

from churn.features import build_features

MODEL_PATH = os.environ.get("MODEL_PATH", "model/model.joblib")

app = FastAPI(title="churn")


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/predict")
async def predict(request: Request):
    payload = await request.json()
    try:
        model = joblib.load(MODEL_PATH)
        row = build_features(pd.DataFrame([payload]))
        row = row.reindex(columns=model.feature_names_in_, fill_value=0)
        probability = model.predict_proba(row)[:, 1]
        return {"customer_id": payload["customer_id"], "probability": probability}
    except Exception as e:
        raise HTTPException(status_code=500, detail=str(e))
