"""A question in, an answer out whose every claim is checked. Start reading at `app/answer.py`."""
