import pandas as pd

from churn.features import build_features


def customer(**changes):
    row = {
        "tenure_months": 12,
        "contract": "one-year",
        "payment_method": "card",
        "monthly_charges": 40.0,
        "total_charges": 480.0,
        "support_tickets": 1,
        "complaint_score": 0.2,
    }
    return pd.DataFrame([{**row, **changes}])


def test_contract_is_encoded():
    features = build_features(customer(contract="two-year"))
    assert features["contract_two-year"].iloc[0] == 1.0


def test_charges_per_ticket():
    features = build_features(customer(monthly_charges=90.0, support_tickets=2))
    assert features["charges_per_ticket"].iloc[0] == 30.0
