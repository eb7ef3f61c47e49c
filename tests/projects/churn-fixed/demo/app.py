"""A form for the retention team: python demo/app.py

Asks the service, with the key in CHURN_API_KEY.
"""
import os

import gradio as gr
import httpx

SERVICE = os.environ.get("CHURN_URL", "http://127.0.0.1:8000")


def score(tenure_months, contract, payment_method, monthly_charges, support_tickets, complaint_score):
    answer = httpx.post(
        f"{SERVICE}/predict",
        json={
            "customer_id": "demo",
            "tenure_months": int(tenure_months),
            "contract": contract,
            "payment_method": payment_method,
            "monthly_charges": monthly_charges,
            "total_charges": tenure_months * monthly_charges,
            "support_tickets": int(support_tickets),
            "complaint_score": complaint_score,
        },
        headers={"X-API-Key": os.environ["CHURN_API_KEY"]},
        timeout=5,
    ).raise_for_status()
    prediction = answer.json()
    return prediction["churn_probability"], ", ".join(prediction["reasons"])


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
    outputs=[gr.Number(label="Risk of leaving"), gr.Textbox(label="Because of")],
    title="Who is about to leave?",
    flagging_mode="manual",
    flagging_options=["risk too high", "risk too low"],
)

if __name__ == "__main__":
    demo.launch(server_name="127.0.0.1")
