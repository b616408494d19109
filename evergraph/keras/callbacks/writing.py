"""Callbacks that write what happens: event files, CSV, a server."""

import csv
import json
import os
import urllib.parse
import urllib.request
from collections.abc import Iterable
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import Summary

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.callbacks.callback import Callback
from evergraph.ops import array as array_ops
from evergraph.summary import summary as summaries
from evergraph.summary.writer import FileWriter

public_module("python.keras.callbacks")


@public("keras.callbacks.TensorBoard")
class TensorBoard(Callback):
    """Writes loss and metrics of each epoch to an event file, and histograms of weights and outputs if wanted.

    Args:
      log_dir: the folder.
      histogram_freq: after how many epochs each the histograms are computed; 0 for never. They need validation data.
      batch_size: of the validation data, for histograms.
      write_graph: whether the graph is written.
      write_grads, write_images: whether, with the histograms, those of gradients, and weights as images, are written.
    """

    def __init__(
        self,
        log_dir: str = "./logs",
        histogram_freq: int = 0,
        batch_size: int = 32,
        write_graph: bool = True,
        write_grads: bool = False,
        write_images: bool = False,
    ) -> None:
        super().__init__()
        self.log_dir = log_dir
        self.histogram_freq = histogram_freq
        self.batch_size = batch_size
        self.write_graph = write_graph
        self.write_grads = write_grads
        self.write_images = write_images
        self.merged = None

    def set_model(self, model: Any) -> None:
        """Takes the model, and records the summaries."""
        self.model = model
        self.sess = backend.get_session()
        if self.histogram_freq and self.merged is None:
            with self.sess.graph.as_default():
                self.merged = summaries.merge(self._summaries(model))
        self.writer = FileWriter(self.log_dir, self.sess.graph if self.write_graph else None)

    def _summaries(self, model):
        made = []
        for layer in model.layers:
            for weight in layer.weights:
                name = weight.name.replace(":", "_")
                made.append(summaries.histogram(name, weight))
                if self.write_grads and any(weight is each for each in model.trainable_weights):
                    grads = model.optimizer.get_gradients(model.total_loss, [weight])
                    made.append(summaries.histogram(f"{name}_grad", grads[0]))
                if self.write_images:
                    image = _image_of(weight)
                    if image is not None:
                        made.append(summaries.image(name, image))
            outputs = getattr(layer, "output", None)
            if outputs is not None:
                for number, each in enumerate(outputs if isinstance(outputs, list) else [outputs]):
                    made.append(
                        summaries.histogram(f"{layer.name}_out" + (f"_{number}" if number else ""), each)
                    )
        return made

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Writes an epoch. ValueError when histograms are wanted without validation data."""
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            if not self.validation_data:
                raise ValueError(
                    "histograms are of validation data: give `validation_data` to fit(), as arrays"
                )
            self._write_histograms(epoch)
        for name, value in (logs or {}).items():
            if name not in ("batch", "size"):
                summary = Summary(value=[Summary.Value(tag=name, simple_value=float(np.mean(value)))])
                self.writer.add_summary(summary, epoch)
        self.writer.flush()

    def _write_histograms(self, epoch):
        model, data = self.model, self.validation_data or []
        tensors = [*model._feed_inputs, *model._feed_targets, *model._feed_sample_weights]
        for start in range(0, data[0].shape[0], self.batch_size):
            feeds = {tensor: each[start : start + self.batch_size] for tensor, each in zip(tensors, data)}
            feeds.update((phase, False) for phase in model._phase())
            self.writer.add_summary(self.sess.run(self.merged, feed_dict=feeds), epoch)

    def on_train_end(self, logs: dict | None = None) -> None:
        """Closes the file."""
        self.writer.close()


def _image_of(weight):
    """A weight as one or more images with one channel; None where its shape is none of an image."""
    image = array_ops.squeeze(weight)
    sizes = image.shape.as_list()
    if len(sizes) == 2:
        if sizes[0] > sizes[1]:
            image, sizes = array_ops.transpose(image), sizes[::-1]
        return array_ops.reshape(image, [1, *sizes, 1])
    if len(sizes) == 3:
        if backend.image_data_format() == "channels_last":
            image, sizes = array_ops.transpose(image, [2, 0, 1]), [sizes[2], *sizes[:2]]
        return array_ops.reshape(image, [*sizes, 1])
    return array_ops.reshape(image, [1, sizes[0], 1, 1]) if len(sizes) == 1 else None


@public("keras.callbacks.CSVLogger")
class CSVLogger(Callback):
    """Writes a row for each epoch to a CSV file.

    Args:
      filename: the file.
      separator: between fields.
      append: whether rows are added to a file that is there.
    """

    def __init__(self, filename: str, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename = filename
        self.sep = separator
        self.append = append
        self.keys: list | None = None
        self.writer: Any = None
        self.csv_file: Any = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Opens the file."""
        self._has_header = (
            self.append and os.path.exists(self.filename) and os.path.getsize(self.filename) > 0
        )
        self.csv_file = open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Writes a row."""
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
        if self.writer is None:
            self.writer = csv.DictWriter(
                self.csv_file, fieldnames=["epoch", *self.keys], delimiter=self.sep, lineterminator="\n"
            )
            if not self._has_header:
                self.writer.writeheader()
        stopped = getattr(self.model, "stop_training", False)
        values = {name: _field(logs[name]) if name in logs else "NA" for name in self.keys}
        self.writer.writerow({"epoch": epoch, **values} if stopped or logs else {"epoch": epoch})
        self.csv_file.flush()

    def on_train_end(self, logs: dict | None = None) -> None:
        """Closes the file."""
        self.csv_file.close()
        self.writer = None


def _field(value):
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable) and not (isinstance(value, np.ndarray) and value.ndim == 0):
        return f'"[{", ".join(map(str, value))}]"'
    return value


@public("keras.callbacks.RemoteMonitor")
class RemoteMonitor(Callback):
    """Sends the values of each epoch to a server.

    Args:
      root, path: where to.
      field: the name of the form's field that has the values as JSON.
      headers: of the request.
      send_as_json: whether the values are the whole body.
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Sends an epoch; a server that does not answer is only warned of."""
        text = json.dumps({"epoch": epoch, **{name: float(value) for name, value in (logs or {}).items()}})
        body = text if self.send_as_json else urllib.parse.urlencode({self.field: text})
        kind = "application/json" if self.send_as_json else "application/x-www-form-urlencoded"
        request = urllib.request.Request(
            self.root + self.path, body.encode(), {"Content-Type": kind, **(self.headers or {})}
        )
        try:
            urllib.request.urlopen(request, timeout=10).close()
        except OSError as error:
            logging.warning("no server at %s takes what RemoteMonitor sends: %s", self.root, error)
