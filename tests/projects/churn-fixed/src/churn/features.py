"""Features of a customer. They are a step of the pipeline, so the service can't compute them differently."""
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

NUMERIC = ["tenure_months", "monthly_charges", "total_charges", "support_tickets", "complaint_score"]
CATEGORICAL = ["contract", "payment_method"]
INPUTS = NUMERIC + CATEGORICAL
TARGET = "churned"


def clean(df: pd.DataFrame) -> pd.DataFrame:
    df = df.copy()
    # customers in their first month have no bill yet
    df["total_charges"] = df["total_charges"].astype(float).fillna(0.0)
    df["support_tickets"] = df["support_tickets"].clip(upper=10)
    return df


def add_tenure_group(df: pd.DataFrame) -> pd.DataFrame:
    df["tenure_group"] = "new"
    df.loc[df["tenure_months"] > 6, "tenure_group"] = "settled"
    df.loc[df["tenure_months"] > 24, "tenure_group"] = "loyal"
    return df


def derive(df: pd.DataFrame) -> pd.DataFrame:
    df = add_tenure_group(clean(df))
    df["charges_per_ticket"] = df["monthly_charges"] / (df["support_tickets"] + 1)
    return df


def build_features() -> Pipeline:
    encode = ColumnTransformer(
        [
            ("numeric", StandardScaler(), NUMERIC + ["charges_per_ticket"]),
            ("categorical", OneHotEncoder(handle_unknown="ignore"), CATEGORICAL + ["tenure_group"]),
        ]
    )
    return Pipeline([("derive", FunctionTransformer(derive)), ("encode", encode)])
