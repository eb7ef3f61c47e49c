"""The form asks the service for what it was told, and shows what comes back."""
import httpx

from demo.app import score


def test_score(monkeypatch):
    asked = []

    def post(url, json, headers, timeout):
        asked.append(json)
        answer = {"churn_probability": 0.8, "reasons": ["two months with us", "three tickets"]}
        return httpx.Response(200, json=answer, request=httpx.Request("POST", url))

    monkeypatch.setattr(httpx, "post", post)
    monkeypatch.setenv("CHURN_API_KEY", "for-this-test-only")
    assert score(2, "month-to-month", "invoice", 95.0, 3, 0.9) == (0.8, "two months with us, three tickets")
    assert asked[0]["total_charges"] == 190.0
