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
