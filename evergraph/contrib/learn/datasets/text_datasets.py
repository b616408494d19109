"""Texts in classes: the abstracts of DBpedia, from files at hand or made up."""

import os
import tarfile
from pathlib import Path

import numpy as np

from evergraph.contrib.learn.datasets.downloads import Dataset, Datasets, maybe_download
from evergraph.contrib.learn.datasets.tables import load_csv_without_header, shrink_csv
from evergraph.framework import logging
from evergraph.framework.public import public, public_module

public_module("contrib.learn.python.learn.datasets.text_datasets")

# Zhang et al. 2015, arXiv:1509.01626, made it of DBpedia: title, abstract and class of 630,000 articles.
DBPEDIA_URL = "https://s3.amazonaws.com/fast-ai-nlp/dbpedia_csv.tgz"
_SUBJECTS = (
    "company school artist athlete politician vehicle building river village animal plant album film book"
).split()
_VERBS = "is was became remained".split()
_MADE_UP = 20  # of each class, for training


@public()
def maybe_download_dbpedia(data_dir: str) -> None:
    """Sees to it that there are `dbpedia_csv/train.csv` and `test.csv` in a directory; fetches them if they are not there.

    Raises:
      URLError: they cannot be had.
    """
    folder = Path(data_dir) / "dbpedia_csv"
    if (folder / "train.csv").exists() and (folder / "test.csv").exists():
        return
    archive = maybe_download("dbpedia_csv.tgz", str(data_dir), DBPEDIA_URL)
    with tarfile.open(archive) as files:
        files.extractall(data_dir, filter="data")


@public()
def load_dbpedia(size: str = "small", test_with_fake_data: bool = False) -> Datasets:
    """Articles of 14 classes, from 1 to 14.

    Args:
      size: "small" for a thousandth of them, "large" for all.
      test_with_fake_data: whether to make up a few, without reading a file.

    Returns:
      Datasets with `train` and `test`, each with `data` `[n, 2]` of strings (title, abstract) and `target` `[n]`, int32.

    Raises:
      URLError: they are not in `$TF_EXP_BASE_DIR/dbpedia_data`, and cannot be fetched.
    """
    if test_with_fake_data:
        return Datasets(train=_made_up(_MADE_UP, 0), validation=None, test=_made_up(_MADE_UP // 4, 1))
    data_dir = os.path.join(os.environ.get("TF_EXP_BASE_DIR", ""), "dbpedia_data")
    maybe_download_dbpedia(data_dir)
    loaded = {}
    for part in ("train", "test"):
        path = os.path.join(data_dir, "dbpedia_csv", f"{part}.csv")
        if size == "small":
            path, whole = path.replace(".csv", "_small.csv"), path
            if not os.path.exists(path):
                logging.info("Making a smaller file of %s", whole)
                shrink_csv(whole, 1000)
        loaded[part] = load_csv_without_header(path, np.int32, str, target_column=0)
    return Datasets(train=loaded["train"], validation=None, test=loaded["test"])


def _made_up(count, seed):
    """`count` articles of each class in random order; each says its class by a word."""
    random = np.random.RandomState(seed)
    data, target = [], []
    for place in random.permutation(count * len(_SUBJECTS)):
        kind = place % len(_SUBJECTS)
        name = f"{_SUBJECTS[kind].title()} {place}"
        year, verb = random.randint(1800, 2016), _VERBS[random.randint(len(_VERBS))]
        data.append((name, f"{name} {verb} a {_SUBJECTS[kind]} known since {year} ."))
        target.append(kind + 1)
    return Dataset(data=np.array(data), target=np.array(target, np.int32))
