import pandas as pd
import pytest

from churn.features import derive


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


@pytest.mark.parametrize("months, group", [(0, "new"), (6, "new"), (7, "settled"), (24, "settled"), (25, "loyal")])
def test_tenure_group(months, group):
    assert derive(customer(tenure_months=months))["tenure_group"].tolist() == [group]


def test_charges_per_ticket():
    assert derive(customer(monthly_charges=90.0, support_tickets=2))["charges_per_ticket"].tolist() == [30.0]


def test_no_bill_yet():
    assert derive(customer(tenure_months=0, total_charges=None))["total_charges"].tolist() == [0.0]
