"""Scores the last support ticket of each customer: 0 a question, 1 a complaint.

    python -m churn.tickets data/churn.csv

HF_TOKEN, if the encoder needs one, comes from the environment.
"""
import sys

import pandas as pd
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

ENCODER = "sentence-transformers/all-MiniLM-L6-v2"
REVISION = "c9745ed1d9f207416be6d2e6f8de32d1f16199bf"
WIDTH = 384


def load_encoder():
    tokenizer = AutoTokenizer.from_pretrained(ENCODER, revision=REVISION)
    encoder = AutoModel.from_pretrained(ENCODER, revision=REVISION)
    return tokenizer, encoder


def load_head():
    head = torch.nn.Linear(WIDTH, 1)
    head.load_state_dict(load_file("model/ticket_head.safetensors"))
    return head


def mean_of_words(states, mask):
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1)


def complaint_scores(texts):
    tokenizer, encoder = load_encoder()
    head = load_head()
    encoder.eval()
    with torch.no_grad():
        batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
        embedding = mean_of_words(encoder(**batch).last_hidden_state, batch["attention_mask"])
        return torch.sigmoid(head(embedding)).squeeze(1).tolist()


if __name__ == "__main__":
    customers = pd.read_csv(sys.argv[1])
    wrote = customers["last_ticket"].notna()
    customers.loc[wrote, "complaint_score"] = complaint_scores(customers.loc[wrote, "last_ticket"].tolist())
    customers.to_csv(sys.argv[1], index=False)
