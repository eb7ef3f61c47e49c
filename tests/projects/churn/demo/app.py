"""A form for the retention team: python demo/app.py"""
import gradio as gr
import joblib
import pandas as pd

from churn.features import build_features

model = joblib.load("model/model.joblib")


def score(tenure_months, contract, payment_method, monthly_charges, support_tickets, complaint_score):
    row = pd.DataFrame(
        [
            {
                "tenure_months": tenure_months,
                "contract": contract,
                "payment_method": payment_method,
                "monthly_charges": monthly_charges,
                "total_charges": tenure_months * monthly_charges,
                "support_tickets": support_tickets,
                "complaint_score": complaint_score,
            }
        ]
    )
    features = build_features(row).reindex(columns=model.feature_names_in_, fill_value=0)
    return float(model.predict_proba(features)[0, 1])


demo = gr.Interface(
    fn=score,
    inputs=[
        gr.Number(label="Months with us", precision=0),
        gr.Dropdown(["month-to-month", "one-year", "two-year"], label="Contract"),
        gr.Dropdown(["card", "bank-transfer", "invoice"], label="Pays by"),
        gr.Number(label="Monthly charges"),
        gr.Number(label="Support tickets this year", precision=0),
        gr.Slider(0, 1, label="Complaint score of the last ticket"),
    ],
    outputs=gr.Number(label="Risk of leaving"),
    title="Who is about to leave?",
    allow_flagging="never",
)

if __name__ == "__main__":
    demo.launch(server_name="0.0.0.0", share=True)
