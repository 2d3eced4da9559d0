#!/usr/bin/env python3
"""Learns how much each sign of a mail counts in the second opinion of built-in detection.

    SIGNS_OF=tests/corpus SIGNS_TO=signs.tsv cargo test --lib signs_are_told
    pip install lightgbm scikit-learn
    tests/corpus/tools/learn.py signs.tsv            # writes src/extract/opinion/*.trees

Boosted trees over signs that are there or not, with the values that the corpus expects on one side and the best values of
mails that deliver nothing on the other. What is printed is measured on authors whose mails were left out of the learning.
`--test SIGNS EXPECTED` judges other mails by what was learnt. The form of the files is told in
`src/extract/detect/opinion/trees.rs`.
"""

import argparse
import hashlib
import json
import re
from pathlib import Path

import lightgbm
import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GroupKFold

CORPUS = Path(__file__).resolve().parent.parent
CASES = CORPUS.parent.parent / "src/extract/detect/cases"
TARGET = CORPUS.parent.parent / "src/extract/opinion"
# As `POINT` in trees.rs, in logits.
POINT = 0.05
# Values of silent mails this far below the threshold still teach something.
FAR = -84
# A sign that fewer values have is not learnt.
RARE = 15
# As `SHORTEST` in opinion.rs.
LONG_ENOUGH = "bytes>=200"
# So many right answers may be lost.
LOSS = {"code": 0.01, "link": 0.015}
# What is told to be right by so many logits counts although it is a little below the threshold.
ENOUGH = 2.0
FOLDS = 6


def expectations(*files):
    expected = {}
    for file in files:
        for line in file.read_text().splitlines():
            entry = json.loads(line)
            expected[entry["file"]] = entry
    for file in sorted((CORPUS / "short").glob("*.jsonl")):
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            expected[f"short/{file.name}:{number}"] = json.loads(line)
    cases = "---\n".join((CASES / name).read_text() for name in ("mails.txt", "languages.txt"))
    for number, case in enumerate(cases.split("---\n"), start=1):
        value = re.search(r"^Expect: (.*)$", case, re.MULTILINE)[1]
        kind = "none" if value in ("none", "refused") else "link" if value.startswith("http") else "code"
        expected[f"cases/{number}"] = {"kind": kind, "value": value}
    return expected


def author(file):
    """The set that an author wrote, a language of the short mails, or one of sixteen parts of all others."""
    written = re.search(r"-([a-z]+)\d+[a-z]?\.eml$|^short/(\w+)", file)
    return written[1] or written[2] if written else hashlib.md5(file.encode()).hexdigest()[0]


def values(signs, expected, kind):
    """File, points over the threshold, signs, whether it is right: the best value of each mail that teaches something."""
    found, seen = [], set()
    for line in Path(signs).read_text().splitlines():
        file, what, value, over, present = line.split("\t")
        entry = expected.get(file)
        if entry is None or what != kind or file in seen or LONG_ENOUGH not in present.split():
            continue
        seen.add(file)
        over = int(over)
        if entry["kind"] == "none":
            right = False
        elif entry["kind"] == kind and over >= 0 and value in [entry["value"], *entry.get("also", [])]:
            right = True
        else:
            continue
        if right or over >= FAR:
            found.append((file, over, present, right))
    return found


def columns(found):
    over = np.array([row[1] for row in found])
    right = np.array([row[3] for row in found], dtype=bool)
    return over, right


def told(name, sums, least, over, right):
    wrong = ~right & (over >= 0)
    print(
        f"  {name}: {(sums[wrong] < least).sum()} of {wrong.sum()} wrong answers go, "
        f"{(sums[right] < least).sum()} of {right.sum()} right ones"
    )


def written(node, names):
    """A tree in prefix notation: the sign, what follows if it is there, what follows if not."""
    if "leaf_value" in node:
        return str(round(1000 * node["leaf_value"]))
    there, not_there = node["right_child"], node["left_child"]
    assert node["decision_type"] == "<=" and 0 <= node["threshold"] < 1
    return f"{names[node['split_feature']]} {written(there, names)} {written(not_there, names)}"


def learn(kind, arguments):
    found = values(arguments.signs, expectations(CORPUS / "expected.jsonl", CORPUS / "asis/expected.jsonl"), kind)
    over, right = columns(found)
    words = CountVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False, binary=True, min_df=RARE)
    matrix = words.fit_transform(row[2] for row in found).astype(float)
    groups = [author(row[0]) for row in found]

    def model():
        return lightgbm.LGBMClassifier(
            n_estimators=300,
            learning_rate=0.05,
            num_leaves=15,
            min_child_samples=10,
            subsample=0.8,
            subsample_freq=1,
            colsample_bytree=0.4,
            reg_lambda=5,
            random_state=1,
            deterministic=True,
            force_row_wise=True,
            n_jobs=1,
            verbose=-1,
        )

    unseen = np.zeros(len(found))
    for train, test in GroupKFold(FOLDS).split(matrix, right, groups):
        unseen[test] = model().fit(matrix[train], right[train]).predict(matrix[test], raw_score=True)
    sums = unseen + POINT * over
    least = np.sort(sums[right])[int(LOSS[kind] * right.sum())]
    print(f"{kind}: {right.sum()} right and {(~right).sum()} wrong values, {matrix.shape[1]} signs")
    told("authors left out", sums, least, over, right)

    learnt = model().fit(matrix, right)
    for signs, expected in arguments.test or []:
        others = values(signs, expectations(Path(expected)), kind)
        if others:
            judged = learnt.predict(words.transform(row[2] for row in others).astype(float), raw_score=True)
            told(signs, judged + POINT * columns(others)[0], least, *columns(others))
    names = words.get_feature_names_out()
    trees = [written(tree["tree_structure"], names) for tree in learnt.booster_.dump_model()["tree_info"]]
    head = "# Written by tests/corpus/tools/learn.py; src/extract/detect/opinion/trees.rs tells how it is read."
    lines = [head, f"(least) {round(1000 * least)}", f"(enough) {round(1000 * ENOUGH)}", *trees]
    (TARGET / f"{kind}.trees").write_text("\n".join(lines) + "\n")


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("signs", help="the file that the test `signs_are_told…` wrote")
parser.add_argument("--test", nargs=2, action="append", metavar=("SIGNS", "EXPECTED"))
arguments = parser.parse_args()
for kind in ("code", "link"):
    learn(kind, arguments)
