"""Texts, sequences, images and data sets."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import evergraph as tf

keras = tf.keras
text, sequence, image = keras.preprocessing.text, keras.preprocessing.sequence, keras.preprocessing.image


def test_words_as_numbers():
    tokenizer = text.Tokenizer(num_words=4, oov_token="?")
    tokenizer.fit_on_texts(["the cat, the mat", "The dog!"])
    assert tokenizer.word_index["the"] == 1
    assert tokenizer.texts_to_sequences(["the bird"]) == [[1, tokenizer.word_index["?"]]]
    assert tokenizer.texts_to_matrix(["the the cat"], mode="count")[0, 1] == 2
    with pytest.raises(ValueError):
        tokenizer.texts_to_matrix(["the"], mode="other")
    assert text.hashing_trick("a b a", 9, "md5")[0] == text.hashing_trick("a", 9, "md5")[0]


def test_sequences_of_one_length():
    found = sequence.pad_sequences([[1], [1, 2, 3]], maxlen=2)
    assert found.tolist() == [[0, 1], [2, 3]]
    assert sequence.pad_sequences([[1], [1, 2, 3]], 2, padding="post", truncating="post").tolist() == [
        [1, 0],
        [1, 2],
    ]
    with pytest.raises(ValueError):
        sequence.pad_sequences([1, 2])
    couples, labels = sequence.skipgrams([1, 2, 3], 4, window_size=1, negative_samples=0)
    assert sorted(couples) == [[1, 2], [2, 1], [2, 3], [3, 2]] and labels == [1] * 4
    windows = sequence.TimeseriesGenerator(np.arange(10), np.arange(10), length=3, batch_size=4)
    x, y = windows[0]
    assert x[0].tolist() == [0, 1, 2] and y[0] == 3


def test_images_from_folders(tmp_path):
    pytest.importorskip("scipy")
    for kind in ("a", "b"):
        (tmp_path / kind).mkdir()
        for number in range(3):
            Image.fromarray(np.random.RandomState(number).randint(0, 255, (8, 8, 3), "uint8")).save(
                tmp_path / kind / f"{number}.png"
            )
    change = image.ImageDataGenerator(
        rotation_range=20, width_shift_range=0.1, zoom_range=0.1, horizontal_flip=True, rescale=1 / 255
    )
    batches = change.flow_from_directory(str(tmp_path), target_size=(6, 6), batch_size=4)
    x, y = next(batches)
    assert x.shape == (4, 6, 6, 3) and y.shape == (4, 2) and 0 <= x.min() and x.max() <= 1
    assert batches.class_indices == {"a": 0, "b": 1} and len(batches) == 2


def test_images_brought_to_a_standard():
    x = np.random.RandomState(0).rand(16, 4, 4, 3)
    change = image.ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True)
    change.fit(x)
    batch = next(change.flow(x, batch_size=16, shuffle=False))
    np.testing.assert_allclose(batch.mean((0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(batch.std((0, 1, 2)), 1, atol=1e-4)
    with pytest.raises(ValueError):
        change.flow(x[0])


def test_a_data_set_comes_from_its_file(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    arrays = {
        f"{name}_{part}": np.zeros((2, 28, 28) if name == "x" else 2)
        for name in "xy"
        for part in ("train", "test")
    }
    np.savez(tmp_path / "datasets" / "mnist.npz", **arrays)
    (x, y), _ = keras.datasets.mnist.load_data()
    assert x.shape == (2, 28, 28) and y.shape == (2,)


def test_a_file_that_cannot_be_fetched(tmp_path):
    with pytest.raises(OSError, match="put the file there"):
        keras.utils.get_file("x.txt", origin=f"file://{tmp_path}/nothing.txt", cache_dir=str(tmp_path))
    (tmp_path / "there.txt").write_text("words")
    path = keras.utils.get_file("x.txt", origin=f"file://{tmp_path}/there.txt", cache_dir=str(tmp_path))
    assert Path(path).read_text() == "words"
