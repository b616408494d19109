"""Tables, irises and points of a plane."""

import numpy as np
import pytest

import evergraph as tf

datasets = tf.contrib.learn.datasets


def test_irises():
    irises = datasets.load_dataset("iris")
    assert irises.data.shape == (150, 4) and np.bincount(irises.target).tolist() == [50, 50, 50]
    np.testing.assert_allclose(irises.data.mean(0), [5.84, 3.05, 3.76, 1.2], atol=0.01)
    with pytest.raises(ValueError, match="not found: roses"):
        datasets.load_dataset("roses")
    with pytest.raises(ValueError, match="does not come with Evergraph"):
        datasets.load_boston()


def test_tables(tmp_path):
    path = str(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_text("2,2,a,b\n1,2,0\n3,4,1\n")
    found = datasets.base.load_csv_with_header(path, np.int64, np.float32)
    assert found.data.tolist() == [[1, 2], [3, 4]] and found.target.tolist() == [0, 1]
    (tmp_path / "u.csv").write_text("1,2,0\n3,4,1\n5,6,0\n")
    found = datasets.base.load_csv_without_header(str(tmp_path / "u.csv"), np.int64, np.float32, 0)
    assert found.data.tolist() == [[2, 0], [4, 1], [6, 0]] and found.target.tolist() == [1, 3, 5]
    datasets.base.shrink_csv(str(tmp_path / "u.csv"), 2)
    assert (tmp_path / "u_small.csv").read_text().split() == ["1,2,0", "5,6,0"]


@pytest.mark.parametrize("name, options", [("circles", {}), ("spirals", {}), ("spirals", {"mode": "fermat"})])
def test_points(name, options):
    found = datasets.make_dataset(name, 101, None, 1, **options)
    assert found.data.shape == (101, 2) and sorted(set(found.target)) == [0, 1]
    again = datasets.make_dataset(name, 101, None, 1, **options)
    np.testing.assert_array_equal(found.data, again.data)
    if name == "circles":
        radii = np.linalg.norm(found.data, axis=1)
        np.testing.assert_allclose(radii[found.target == 1], 0.8)


def test_points_of_no_kind():
    with pytest.raises(ValueError, match="mode zigzag"):
        datasets.synthetic.spirals(mode="zigzag")


def test_texts_that_are_made_up():
    texts = datasets.load_dataset("dbpedia", test_with_fake_data=True)
    for part, count in ((texts.train, 20), (texts.test, 5)):
        assert part.data.shape == (14 * count, 2) and part.data.dtype.kind == "U"
        assert np.bincount(part.target).tolist() == [0, *[count] * 14]
    assert texts.validation is None


def test_texts_at_hand(tmp_path, monkeypatch):
    folder = tmp_path / "dbpedia_data" / "dbpedia_csv"
    folder.mkdir(parents=True)
    for part in ("train", "test"):
        (folder / f"{part}.csv").write_text(
            "".join(f'{n % 14 + 1},"T {n}","An abstract."\n' for n in range(1500))
        )
    monkeypatch.setenv("TF_EXP_BASE_DIR", str(tmp_path))
    small, large = datasets.DATASETS["dbpedia"](), datasets.DATASETS["dbpedia"]("large")
    assert small.train.data.tolist() == [["T 0", "An abstract."], ["T 1000", "An abstract."]]
    assert large.test.target.shape == (1500,) and large.test.target.dtype == np.int32
