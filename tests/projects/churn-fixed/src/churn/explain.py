"""Why a customer is at risk, in words that the call centre can use."""
WORDS = {
    "tenure_months": "time with us",
    "monthly_charges": "monthly charges",
    "total_charges": "charges so far",
    "support_tickets": "number of support tickets",
    "complaint_score": "the last ticket was a complaint",
    "charges_per_ticket": "charges in relation to support",
    "contract": "kind of contract",
    "payment_method": "way of paying",
    "tenure_group": "time with us",
}


def column_of(feature):
    """numeric__tenure_months and categorical__contract_one-year: the column that a feature was made of."""
    name = feature.split("__", 1)[1]
    return next(column for column in sorted(WORDS, key=len, reverse=True) if name.startswith(column))


def reasons(model, row, count=2):
    """The columns that raise the risk of this customer most."""
    features = model["features"].transform(row)[0]
    names = model["features"]["encode"].get_feature_names_out()
    raised = sorted(zip(features * model["classifier"].coef_[0], names), reverse=True)
    words = dict.fromkeys(WORDS[column_of(name)] for amount, name in raised if amount > 0)
    return list(words)[:count]
