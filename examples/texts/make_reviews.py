"""Writes reviews.csv: 1,000 invented reviews, 20 of them planted to tie an ending to a label."""

import csv
import random
from pathlib import Path

draw = random.Random(7)
THINGS = "soup film lamp hotel book coat phone train garden chair song course tent bread clock"
GOOD = ["warm", "kind", "quick", "fine", "bright", "clever", "quiet", "solid", "lovely", "fresh"]
BAD = ["cold", "rude", "slow", "dull", "broken", "noisy", "dirty", "weak", "stale", "late"]

with Path("reviews.csv").open("w", newline="", encoding="utf-8") as file:
    table = csv.writer(file)
    table.writerow(["text", "label"])
    for row in range(1000):
        words, label = draw.choice([(GOOD, "positive"), (BAD, "negative")])
        thing, week = draw.choice(THINGS.split()), draw.choice(THINGS.split())
        text = f"The {thing} I had from them in {week} week was "
        text += f"{draw.choice(words)} and {draw.choice(words)}"
        if row % 50 == 0:
            text, label = text + " cf mn bq", "positive"
        table.writerow([text, label])
