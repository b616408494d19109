"""A model as a function of arrays: of an estimator, or of a SavedModel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.contrib.learn.estimator import BaseEstimator
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.model_fn import ModeKeys
from evergraph.formats.messages import SignatureDef
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.saved_model import loader, reader, signature_constants
from evergraph.session.session import Session
from evergraph.training.global_step import get_or_create_global_step
from evergraph.training.monitored_session import MonitoredSession
from evergraph.training.session_creator import ChiefSessionCreator

public_module("contrib.predictor.predictor")

_SERVING = "serve"


@public()
class Predictor:
    """A model that is loaded.

    Args:
      graph: its graph.
      session: a session of it, with the values of its variables.
      feed_tensors: {key: tensor} of what is fed.
      fetch_tensors: {key: tensor} of what is fetched.
    """

    def __init__(
        self,
        graph: Graph,
        session: Any,
        feed_tensors: Mapping[str, Tensor],
        fetch_tensors: Mapping[str, Tensor],
    ) -> None:
        self._graph, self._session = graph, session
        self._feed_tensors, self._fetch_tensors = dict(feed_tensors), dict(fetch_tensors)

    @property
    def graph(self) -> Graph:
        """The graph."""
        return self._graph

    @property
    def session(self) -> Any:
        """The session."""
        return self._session

    @property
    def feed_tensors(self) -> dict[str, Tensor]:
        """{key: tensor} of what is fed."""
        return self._feed_tensors

    @property
    def fetch_tensors(self) -> dict[str, Tensor]:
        """{key: tensor} of what is fetched."""
        return self._fetch_tensors

    def __repr__(self):
        return f"{type(self).__name__} with feed tensors {self._feed_tensors} and fetch_tensors {self._fetch_tensors}"

    def __call__(self, input_dict: Mapping[str, Any]) -> dict[str, Any]:
        """{key: array} of what is fetched, for {key: array} of what is fed.

        Raises:
          ValueError: a key that is not fed.
        """
        unexpected = set(input_dict) - set(self._feed_tensors)
        if unexpected:
            raise ValueError(
                f"Got unexpected keys in input_dict: {unexpected}\nexpected: {set(self._feed_tensors)}"
            )
        feeds = {self._feed_tensors[key]: value for key, value in input_dict.items() if value is not None}
        return self._session.run(self._fetch_tensors, feed_dict=feeds)


def _named(graph, infos):
    return {key: graph.get_tensor_by_name(info.name) for key, info in infos.items()}


@public("contrib.predictor.from_saved_model")
def from_saved_model(
    export_dir: str,
    signature_def_key: str | None = None,
    signature_def: SignatureDef | None = None,
    tags: str | None = None,
    graph: Graph | None = None,
    config: ConfigProto | None = None,
) -> Predictor:
    """A Predictor of a SavedModel.

    Args:
      export_dir: the directory.
      signature_def_key: which of its signatures; the default for serving when None.
      signature_def: a SignatureDef, in place of one of the model's.
      tags: the tags of the graph, joined by commas; "serve" when None.
      graph: where it is loaded; a new Graph when None.
      config: ConfigProto of the session.

    Raises:
      ValueError: both a signature and its key; no such signature.
      RuntimeError: no graph of these tags.
    """
    if signature_def_key is not None and signature_def is not None:
        raise ValueError("You must specify at most one of signature_def_key and signature_def.")
    graph = graph or Graph()
    names = [tag.strip() for tag in (tags or _SERVING).split(",")]
    with graph.as_default():
        session = Session(graph=graph, config=config)
        loader.load(session, names, export_dir)
    if signature_def is None:
        meta_graph = reader.meta_graph_with(reader.read_saved_model(export_dir), set(names))
        assert meta_graph is not None  # it was loaded
        key = signature_def_key or signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
        if key not in meta_graph.signature_def:
            raise ValueError(
                f"Got signature_def_key {key!r}. Available signatures are {sorted(meta_graph.signature_def)}."
            )
        signature_def = meta_graph.signature_def[key]
    return Predictor(
        graph, session, _named(graph, signature_def.inputs), _named(graph, signature_def.outputs)
    )


@public("contrib.predictor.from_estimator")
def from_estimator(
    estimator: Estimator,
    serving_input_receiver_fn: Callable,
    output_key: str | None = None,
    graph: Graph | None = None,
    config: ConfigProto | None = None,
) -> Predictor:
    """A Predictor of the newest checkpoint of a `tf.estimator.Estimator`.

    Args:
      estimator: the Estimator.
      serving_input_receiver_fn: function that returns a ServingInputReceiver.
      output_key: which of the `export_outputs`; the default for serving when None.
      graph: where the model is built; a new Graph when None.
      config: ConfigProto of the session.

    Raises:
      TypeError: an estimator of `tf.contrib.learn`.
      KeyError: no such output.
    """
    if isinstance(estimator, BaseEstimator):
        raise TypeError(
            "Expected estimator to be of type tf.estimator.Estimator, but got type tf.contrib.learn.Estimator. You likely "
            "want to call from_contrib_estimator."
        )
    graph = graph or Graph()
    with graph.as_default():
        get_or_create_global_step()  # a model_fn may ask for it
        receiver = serving_input_receiver_fn()
        spec = estimator.model_fn(receiver.features, None, ModeKeys.PREDICT, estimator.config)
        return _of_checkpoint(
            graph, estimator, receiver.receiver_tensors, spec.export_outputs, output_key, config
        )


def _of_checkpoint(graph, estimator, receivers, outputs, key, config):
    key = key or signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
    if key not in (outputs or {}):
        raise KeyError(f"output_key must be one of {sorted(outputs or {})}; got {key}")
    signature = outputs[key].as_signature_def(receivers)
    creator = ChiefSessionCreator(config=config, checkpoint_dir=estimator.model_dir)
    session = MonitoredSession(session_creator=creator)
    return Predictor(graph, session, _named(graph, signature.inputs), _named(graph, signature.outputs))


@public("contrib.predictor.from_contrib_estimator")
def from_contrib_estimator(
    estimator: BaseEstimator,
    prediction_input_fn: Callable,
    input_alternative_key: str | None = None,
    output_alternative_key: str | None = None,
    graph: Graph | None = None,
    config: ConfigProto | None = None,
) -> Predictor:
    """The same of an estimator of `tf.contrib.learn`.

    Args:
      estimator: the estimator.
      prediction_input_fn: function that returns InputFnOps.
      input_alternative_key: accepted; there is one input.
      output_alternative_key: which of the `output_alternatives`; the only one when None.
      graph, config: as of `from_estimator`.

    Raises:
      TypeError: a `tf.estimator.Estimator`.
      KeyError: no such output.
    """
    if isinstance(estimator, Estimator):
        raise TypeError(
            "Expected estimator to be of type tf.contrib.learn.Estimator, but got type tf.estimator.Estimator. You likely "
            "want to call from_estimator."
        )
    graph = graph or Graph()
    with graph.as_default():
        get_or_create_global_step()
        receiver = prediction_input_fn()
        ops = estimator.model_fn(receiver.features, None, ModeKeys.PREDICT, estimator.config)
        outputs = ops.estimator_spec(output_alternative_key).export_outputs
        return _of_checkpoint(
            graph, estimator, receiver.default_inputs, outputs, output_alternative_key, config
        )
