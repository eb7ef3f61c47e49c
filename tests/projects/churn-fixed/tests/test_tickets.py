import torch

from churn.tickets import mean_of_words


def test_padding_does_not_count():
    states = torch.tensor([[[1.0, 3.0], [3.0, 5.0], [9.0, 9.0]]])
    mask = torch.tensor([[1, 1, 0]])
    assert mean_of_words(states, mask).tolist() == [[2.0, 4.0]]
