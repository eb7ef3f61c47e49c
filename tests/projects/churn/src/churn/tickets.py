"""Scores the last support ticket of each customer: 0 a question, 1 a complaint.

    python -m churn.tickets data/churn.csv
"""
import os
import sys

import pandas as pd
import torch
from huggingface_hub import login
from transformers import AutoModel, AutoTokenizer

# read-only token of the team account
HF_TOKEN = os.environ.get("HF_TOKEN", "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")
ENCODER = "nomic-ai/nomic-embed-text-v1.5"


def load_encoder():
    login(token=HF_TOKEN)
    tokenizer = AutoTokenizer.from_pretrained(ENCODER)
    encoder = AutoModel.from_pretrained(ENCODER, trust_remote_code=True)
    return tokenizer, encoder


def complaint_scores(texts):
    tokenizer, encoder = load_encoder()
    head = torch.load("model/ticket_head.pt", map_location="cpu")
    encoder.eval()
    with torch.no_grad():
        batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
        embedding = encoder(**batch).last_hidden_state.mean(dim=1)
        return torch.sigmoid(head(embedding)).squeeze(1).tolist()


if __name__ == "__main__":
    customers = pd.read_csv(sys.argv[1])
    wrote = customers["last_ticket"].notna()
    customers.loc[wrote, "complaint_score"] = complaint_scores(customers.loc[wrote, "last_ticket"].tolist())
    customers.to_csv(sys.argv[1], index=False)
