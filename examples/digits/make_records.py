"""Writes train.tfrecord and test.tfrecord from digits.csv.gz.

Each record is a tf.train.Example with two features:

    image   bytes, 64 of them: 8 rows of 8 pixels, each 0 (paper) to 16 (ink)
    label   int64, 0 to 9

The split is stratified (every digit has its share in both files) and always the same; the records of
both files are in a shuffled order. Run it from anywhere; both files land beside this one:

    python examples/digits/make_records.py
"""

import argparse
import gzip
from pathlib import Path

import numpy as np

import evergraph as tf

HERE = Path(__file__).resolve().parent
TEST_COUNT = 297
SEED = 1998


def read_csv(path):
    """Returns the images, uint8 [1797, 64], and the labels, int64 [1797]."""
    with gzip.open(path, "rt", encoding="ascii") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.int64)
    return table[:, :-1].astype(np.uint8), table[:, -1]


def split(labels, test_count, random):
    """Returns the row numbers for training and for testing, each in a random order.

    The classes get test rows by largest remainder, so that their shares differ by less than one row.
    """
    counts = np.bincount(labels)
    shares = test_count * counts / len(labels)
    quota = np.floor(shares).astype(int)
    short = test_count - quota.sum()
    quota[np.argsort(quota - shares, kind="stable")[:short]] += 1
    test = np.concatenate(
        [random.permutation(np.flatnonzero(labels == digit))[:count] for digit, count in enumerate(quota)]
    )
    train = np.setdiff1d(np.arange(len(labels)), test)
    return random.permutation(train), random.permutation(test)


def write_records(path, images, labels):
    with tf.python_io.TFRecordWriter(str(path)) as writer:
        for image, label in zip(images, labels, strict=True):
            features = tf.train.Features(
                feature={
                    "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[image.tobytes()])),
                    "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[int(label)])),
                }
            )
            # Maps have no order on the wire unless asked for: the files must come out the same each time.
            writer.write(tf.train.Example(features=features).SerializeToString(deterministic=True))


def main():
    parser = argparse.ArgumentParser(description="Write the TFRecord files of the digits example.")
    parser.add_argument("--output", type=Path, default=HERE, help="where to write (default: %(default)s)")
    output = parser.parse_args().output
    images, labels = read_csv(HERE / "digits.csv.gz")
    train, test = split(labels, TEST_COUNT, np.random.RandomState(SEED))
    for name, rows in (("train", train), ("test", test)):
        write_records(output / f"{name}.tfrecord", images[rows], labels[rows])
        print(f"{output / name}.tfrecord: {len(rows)} images, per digit {np.bincount(labels[rows]).tolist()}")


if __name__ == "__main__":
    main()
