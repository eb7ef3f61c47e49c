"""Features of a customer, for training and for the service."""
import numpy as np
import pandas as pd

NUMERIC = ["tenure_months", "monthly_charges", "total_charges", "support_tickets", "complaint_score"]
CATEGORICAL = ["contract", "payment_method"]


def clean(df):
    df = df.copy()
    # customers in their first month have no bill yet
    df.loc[df["total_charges"] == np.nan, "total_charges"] = 0.0
    df["support_tickets"] = df["support_tickets"].clip(upper=10)
    return df


def add_tenure_group(df):
    df["tenure_group"] = "new"
    df["tenure_group"][df["tenure_months"] > 6] = "settled"
    df["tenure_group"][df["tenure_months"] > 24] = "loyal"
    return df


def build_features(df):
    df = add_tenure_group(clean(df))
    df["charges_per_ticket"] = df["monthly_charges"] / (df["support_tickets"] + 1)
    return pd.get_dummies(df, columns=CATEGORICAL + ["tenure_group"], dtype=float)
