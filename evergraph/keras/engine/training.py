"""`Model`: a network that is compiled, fitted and evaluated."""

from typing import Any

import numpy as np

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.keras import backend, losses, optimizers
from evergraph.keras.backend.session import graph_phase
from evergraph.keras.basics.generic import has_arg, single_or_list
from evergraph.keras.engine import training_arrays, training_generator
from evergraph.keras.engine.network import Network, to_list_of
from evergraph.keras.engine.node import Node, depends_on_phase
from evergraph.keras.engine.objectives import (
    add_metrics,
    loss_functions,
    sample_weight_modes,
    sample_weight_placeholder,
    total_loss,
    weights_of_losses,
)
from evergraph.keras.engine.registry import known_layer
from evergraph.keras.engine.standardize import (
    check_array_lengths,
    check_loss_and_target_compatibility,
    check_steps_argument,
    has_symbolic_tensors,
    standardize_class_weights,
    standardize_input_data,
    standardize_sample_weights,
    standardize_weights,
)
from evergraph.keras.engine.user_data import from_iterator, split_validation

public_module("python.keras.engine.training", "python.keras.models", "python.keras.engine")


@public("keras.Model", "keras.models.Model")
@known_layer
class Model(Network):
    """A network that can be trained.

        Model(inputs, outputs)    the layers between tensors of `Input` and others made from them
        class Mine(Model)         layers as attributes, and `call(inputs)` that applies them

    Args:
      inputs, outputs: tensors, or lists of them.
      name: the name; `model`, made unique, when None.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._forget_compilation()
        self.stop_training = False

    def _forget_compilation(self):
        self.optimizer: Any = None
        self.train_function = self.test_function = self.predict_function = None

    # -- compiling -------------------------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: Any,
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        sample_weight_mode: Any = None,
        weighted_metrics: Any = None,
        target_tensors: Any = None,
        **kwargs: Any,
    ) -> None:
        """Says how the model is trained.

        Args:
          optimizer: a name, an optimizer of Keras, or one of `tf.train`.
          loss: a name or function `(y_true, y_pred)`; or a list, or dict by output name, of them.
          metrics: a list of names and functions, "accuracy" for that of the loss; or a dict of lists.
          loss_weights: the weights of the losses of several outputs, as a list or dict.
          sample_weight_mode: "temporal" when each step has a weight; or a list or dict of modes.
          weighted_metrics: metrics that the weights of examples apply to.
          target_tensors: tensors that hold the targets, instead of what `fit` is given.
          **kwargs: for `Session.run`: `options`, `run_metadata`, `feed_dict`, `fetches`.

        Raises:
          ValueError: losses, weights, targets or modes that do not fit the outputs; nothing to minimise.
          TypeError: what is neither a list nor a dict where one is needed.
        """
        self._compile_arguments = dict(
            optimizer=optimizer,
            loss=loss,
            metrics=metrics,
            loss_weights=loss_weights,
            sample_weight_mode=sample_weight_mode,
            weighted_metrics=weighted_metrics,
            target_tensors=target_tensors,
            **kwargs,
        )
        self.optimizer = optimizers.get(optimizer)
        self.loss = loss
        self.loss_weights = loss_weights
        self.metrics = metrics or []
        self.weighted_metrics = weighted_metrics
        self.sample_weight_mode = sample_weight_mode
        self._function_kwargs = kwargs
        self.train_function = self.test_function = self.predict_function = None
        if not self.inputs or not self.outputs:
            return  # a model whose inputs are not known yet is compiled when they are
        self.loss_functions = loss_functions(loss, self.output_names)
        self._skip_target_indices = [at for at, each in enumerate(self.loss_functions) if each is None]
        self.loss_weights_list = weights_of_losses(loss_weights, self.output_names)
        self._output_masks = [getattr(each, "_keras_mask", None) for each in self.outputs]
        self._make_targets(target_tensors)
        modes = sample_weight_modes(sample_weight_mode, self.output_names, self._skip_target_indices)
        self.sample_weight_modes = modes
        trained = [at for at in range(len(self.outputs)) if at not in self._skip_target_indices]
        self.sample_weights = [
            sample_weight_placeholder(name, modes[at]) if at in trained else None
            for at, name in enumerate(self.output_names)
        ]
        self._feed_sample_weight_modes = [modes[at] for at in trained]
        self._feed_sample_weights = [self.sample_weights[at] for at in trained]
        self.metrics_names, self.metrics_tensors = ["loss"], []
        self.metrics_updates, self.stateful_metric_names, self.stateful_metric_functions = [], [], []
        self.total_loss = total_loss(self)
        add_metrics(self, metrics, weighted_metrics)
        self._collected_trainable_weights = self.trainable_weights

    def _make_targets(self, given):
        """Makes placeholders for the targets, but where tensors are given."""
        given = _target_tensors(given, self.output_names)
        self.targets = []
        self._feed_targets, self._feed_outputs = [], []
        self._feed_output_names, self._feed_output_shapes, self._feed_loss_fns = [], [], []
        for at, (name, output) in enumerate(zip(self.output_names, self.outputs)):
            if at in self._skip_target_indices:
                self.targets.append(None)
                continue
            target, loss = given[at], self.loss_functions[at]
            if target is None:
                target = backend.placeholder(
                    ndim=output.shape.ndims,
                    name=name + "_target",
                    sparse=backend.is_sparse(output),
                    dtype=backend.dtype(output),
                )
            if backend.is_placeholder(target):
                self._feed_targets.append(target)
                self._feed_outputs.append(output)
                self._feed_output_names.append(name)
                self._feed_output_shapes.append(_target_shape(output, loss))
                self._feed_loss_fns.append(loss)
            self.targets.append(target)

    def _check_compiled(self):
        if self.optimizer is None:
            raise RuntimeError(
                f"model {self.name} is not compiled: call its compile(optimizer, loss) before it is trained or tested"
            )

    # -- the functions that run ------------------------------------------------------------------------------------

    def _phase(self):
        """The tensor that says whether the model trains, in a list; an empty one when there is none."""
        phase = graph_phase(self.inputs[0].graph)
        return [phase] if isinstance(phase, Tensor) else []

    @property
    def uses_learning_phase(self) -> bool:
        """Whether the outputs depend on the learning phase."""
        return bool(self.outputs) and depends_on_phase(self.outputs)

    def _make_train_function(self):
        self._check_compiled()
        if self.train_function is None:
            with name_scope("training"):
                with name_scope(type(self.optimizer).__name__):
                    updates = self.optimizer.get_updates(
                        params=self._collected_trainable_weights, loss=self.total_loss
                    )
                updates = [*updates, *self.get_updates_for(None), *self.get_updates_for(self.inputs)]
                self.train_function = self._function(
                    "train_function",
                    [*self._feed_inputs, *self._feed_targets, *self._feed_sample_weights],
                    [self.total_loss, *self.metrics_tensors],
                    [*updates, *self.metrics_updates],
                )

    def _make_test_function(self):
        self._check_compiled()
        if self.test_function is None:
            self.test_function = self._function(
                "test_function",
                [*self._feed_inputs, *self._feed_targets, *self._feed_sample_weights],
                [self.total_loss, *self.metrics_tensors],
                [*self.state_updates, *self.metrics_updates],
            )

    def _make_predict_function(self):
        if self.predict_function is None:
            self._function_kwargs = vars(self).get("_function_kwargs", {})
            self.predict_function = self._function(
                "predict_function", self._feed_inputs, self.outputs, self.state_updates
            )

    def _function(self, name, inputs, outputs, updates):
        phase = self._phase()
        function = backend.function(
            [*inputs, *phase], outputs, updates=updates, name=name, **self._function_kwargs
        )
        function.takes_phase = bool(phase)
        return function

    def _run(self, function, values, phase):
        """What one of the functions gives for these arrays, in training (1.0) or not (0.0)."""
        return function([*values, *([phase] if getattr(function, "takes_phase", False) else [])])

    # -- data ------------------------------------------------------------------------------------------------------

    def _standardize_user_data(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        batch_size: int | None = None,
        check_steps: bool = False,
        steps_name: str = "steps",
        steps: int | None = None,
        validation_split: float = 0,
    ) -> tuple[list, list, list]:
        """Inputs, targets and weights of examples as lists of arrays (or tensors)."""
        x, y = from_iterator(self, x, y, sample_weight)
        y = None if self._made_for(y) else y
        if check_steps:
            check_steps_argument(x, steps, steps_name)
        if not self.inputs:
            if y is not None and has_symbolic_tensors(to_list_of(x)) and has_symbolic_tensors(to_list_of(y)):
                # a model that is made for tensors has them built in, targets too
                self._compile_arguments["target_tensors"] = to_list_of(y)
            self._set_inputs(x)
            y = None if self._made_for(y) else y
        inputs = standardize_input_data(
            x,
            self._feed_input_names,
            self._input_shapes_to_check(),
            check_batch_axis=False,
            exception_prefix="input",
        )
        targets, weights = [], []
        if y is not None:
            self._check_compiled()
            targets = standardize_input_data(
                y, self._feed_output_names, None, check_batch_axis=False, exception_prefix="target"
            )
            shapes = [
                shape if each is not None else None for each, shape in zip(targets, self._feed_output_shapes)
            ]
            targets = standardize_input_data(
                targets, self._feed_output_names, shapes, check_batch_axis=False, exception_prefix="target"
            )
            of_samples = standardize_sample_weights(sample_weight, self._feed_output_names)
            of_classes = standardize_class_weights(class_weight, self._feed_output_names)
            weights = [
                standardize_weights(target, each, classes, mode)
                for target, each, classes, mode in zip(
                    targets, of_samples, of_classes, self._feed_sample_weight_modes
                )
            ]
            check_array_lengths(inputs, targets, weights)
            if not has_symbolic_tensors(targets):
                check_loss_and_target_compatibility(targets, self._feed_loss_fns, self._feed_output_shapes)
        elif self.optimizer is not None and not self._feed_targets:
            weights = [None for _ in self._feed_sample_weights]  # the targets are the model's own
        if self.stateful and batch_size and inputs and not has_symbolic_tensors(inputs):
            if inputs[0].shape[0] % batch_size:
                raise ValueError(
                    f"a stateful model takes whole batches: {inputs[0].shape[0]} samples are no multiple of {batch_size}"
                )
        return inputs, targets, weights

    def _made_for(self, y):
        """Whether tensors are the model's own targets."""
        given = [] if y is None else to_list_of(y)
        own = {id(each) for each in vars(self).get("targets", ())}
        return bool(given) and all(id(each) in own for each in given)

    def _input_shapes_to_check(self):
        return self._feed_input_shapes if self._is_graph_network else None

    def _set_inputs(self, inputs: Any, outputs: Any = None, training: Any = None) -> None:
        """Makes the inputs of a model that was not called yet, in the likeness of data, and calls it.

        Raises:
          ValueError: the inputs are known already.
        """
        if self.inputs:
            raise ValueError(f"the inputs of model {self.name} are set already")
        given = [each.values if type(each).__name__ == "DataFrame" else each for each in to_list_of(inputs)]
        if isinstance(inputs, dict):
            given = list(inputs.values())
        self.inputs, self.input_names = [], []
        self._feed_inputs, self._feed_input_names, self._feed_input_shapes = [], [], []
        for number, each in enumerate(given, 1):
            name = f"input_{number}"
            if isinstance(each, Tensor):
                tensor = each
                if each.op.type == "Placeholder":
                    self._add_feed(name, tensor)
            else:
                value = np.asarray(each)
                sizes = (None, *(value.shape[1:] if value.ndim > 1 else (1,)))
                tensor = backend.placeholder(sizes, dtype=_input_type(value), name=name)
                self._add_feed(name, tensor)
            self.inputs.append(tensor)
            self.input_names.append(name)
        if outputs is None:
            phase = {"training": backend.learning_phase()} if has_arg(self.call, "training") else {}
            outputs = self(single_or_list(self.inputs), **phase)
        self.outputs = flatten(outputs) if isinstance(outputs, dict) else to_list_of(outputs)
        self.output_names = [f"output_{number}" for number in range(1, len(self.outputs) + 1)]
        if not self._inbound_nodes:
            Node(self, [], [], [], input_tensors=self.inputs, output_tensors=self.outputs)
        self.built = True
        self._load_pending_weights()
        if self.optimizer is not None:
            self.compile(**{**self._compile_arguments, "optimizer": self.optimizer})

    def _add_feed(self, name, tensor):
        self._feed_inputs.append(tensor)
        self._feed_input_names.append(name)
        self._feed_input_shapes.append(backend.int_shape(tensor))

    # -- what users call -------------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int = 1,
        callbacks: list | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: Any = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        **kwargs: Any,
    ) -> Any:
        """Trains for a number of epochs; returns the `History`.

        Args:
          x, y: arrays, lists or dicts of them, tensors; or a dataset or iterator as `x` alone.
          batch_size: how many examples a step takes; 32 when None.
          epochs: up to which epoch to train; the first is `initial_epoch`.
          verbose: 0 prints nothing, 1 a bar, 2 a line for each epoch.
          callbacks: a list of `tf.keras.callbacks.Callback`.
          validation_split: which share of the data, from its end, validates.
          validation_data: `(x, y)` or `(x, y, weights)` to validate with.
          shuffle: whether the order is new in each epoch; "batch" shuffles whole batches.
          class_weight, sample_weight: weights of classes ({class: weight}) and of examples.
          initial_epoch: the number of the first epoch.
          steps_per_epoch, validation_steps: how many batches there are, for tensors, which have no end.

        Raises:
          RuntimeError: the model is not compiled.
          ValueError: data that does not fit the model.
          TypeError: an unknown argument.
        """
        if "nb_epoch" in kwargs:
            epochs = kwargs.pop("nb_epoch")
        if kwargs:
            raise TypeError(f"Unrecognized keyword arguments: {kwargs}")
        if batch_size is None and steps_per_epoch is None:
            batch_size = 32
        if self.inputs:
            self._check_compiled()
        inputs, targets, weights = self._standardize_user_data(
            x,
            y,
            sample_weight,
            class_weight,
            batch_size,
            check_steps=True,
            steps_name="steps_per_epoch",
            steps=steps_per_epoch,
        )
        held = [None, None, None]
        if validation_data:
            held = self._validation_data(validation_data, batch_size, validation_steps)
        elif validation_split and 0.0 < validation_split < 1.0:
            (inputs, targets, weights), held = split_validation((inputs, targets, weights), validation_split)
        return training_arrays.fit_loop(
            self,
            inputs,
            targets,
            sample_weights=weights,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            val_inputs=held[0],
            val_targets=held[1],
            val_sample_weights=held[2],
            shuffle=shuffle,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
        )

    def _validation_data(self, given, batch_size, steps):
        if isinstance(given, (list, tuple)):
            if len(given) not in (2, 3):
                raise ValueError(
                    f"`validation_data` should be (x, y) or (x, y, sample_weight), got {len(given)} elements"
                )
            x, y, *weight = given
        else:
            x, y, weight = given, None, []
        return self._standardize_user_data(
            x, y, sample_weight=weight[0] if weight else None, batch_size=batch_size, steps=steps
        )

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int = 1,
        sample_weight: Any = None,
        steps: int | None = None,
    ) -> Any:
        """The loss, and the metrics after it, over data; arguments and errors as for `fit`."""
        if batch_size is None and steps is None:
            batch_size = 32
        inputs, targets, weights = self._standardize_user_data(
            x, y, sample_weight, batch_size=batch_size, check_steps=True, steps=steps
        )
        return training_arrays.test_loop(
            self, inputs, targets, weights, batch_size=batch_size, verbose=verbose, steps=steps
        )

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: int = 0, steps: int | None = None
    ) -> Any:
        """The outputs for inputs, as an array, or a list of them for several outputs."""
        if batch_size is None and steps is None:
            batch_size = 32
        inputs, _, _ = self._standardize_user_data(x, check_steps=True, steps=steps)
        return training_arrays.predict_loop(self, inputs, batch_size=batch_size, verbose=verbose, steps=steps)

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None
    ) -> Any:
        """One step with one batch; returns the loss, and the metrics after it."""
        inputs, targets, weights = self._standardize_user_data(x, y, sample_weight, class_weight)
        self._make_train_function()
        return single_or_list(self._run(self.train_function, [*inputs, *targets, *weights], 1.0))

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        """The loss, and the metrics after it, of one batch."""
        inputs, targets, weights = self._standardize_user_data(x, y, sample_weight)
        self._make_test_function()
        return single_or_list(self._run(self.test_function, [*inputs, *targets, *weights], 0.0))

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch."""
        inputs, _, _ = self._standardize_user_data(x)
        self._make_predict_function()
        return single_or_list(self._run(self.predict_function, inputs, 0.0))

    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: int = 1,
        callbacks: list | None = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        class_weight: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> Any:
        """Trains with batches `(x, y)` or `(x, y, weights)` of a generator or `Sequence`; returns the `History`.

        Args:
          generator: gives batches for ever; or a `tf.keras.utils.Sequence`.
          steps_per_epoch: how many batches are an epoch; the length of a `Sequence` when None.
          validation_data: a generator or `Sequence`, or data as for `fit`.
          max_queue_size: how many batches are kept ready.
          workers: how many threads make batches; 0 for none.
          use_multiprocessing: not used: threads make the batches, whatever it says.
          shuffle: whether the batches of a `Sequence` come in a new order in each epoch.
          The other arguments: as for `fit`.
        """
        return training_generator.fit_generator(
            self,
            generator,
            steps_per_epoch=steps_per_epoch,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            validation_steps=validation_steps,
            class_weight=class_weight,
            max_queue_size=max_queue_size,
            workers=workers,
            use_multiprocessing=use_multiprocessing,
            shuffle=shuffle,
            initial_epoch=initial_epoch,
        )

    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: int = 0,
    ) -> Any:
        """The loss, and the metrics after it, over batches of a generator; see `fit_generator`."""
        return training_generator.evaluate_generator(
            self, generator, steps, max_queue_size, workers, use_multiprocessing, verbose
        )

    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: int = 0,
    ) -> Any:
        """The outputs for batches of a generator; see `fit_generator`."""
        return training_generator.predict_generator(
            self, generator, steps, max_queue_size, workers, use_multiprocessing, verbose
        )


def _target_tensors(given, names):
    """The tensor with the targets of each output, None where there is none."""
    if given is None or isinstance(given, list) and not given:
        return [None] * len(names)
    if isinstance(given, dict):
        for name in given:
            if name not in names:
                raise ValueError(
                    f'Unknown entry in `target_tensors` dictionary: "{name}". Only the following are: {names}'
                )
        return [given.get(name) for name in names]
    if isinstance(given, list):
        if len(given) != len(names):
            raise ValueError(
                f"a list of `target_tensors` should have one for each output: {names}, got {given}"
            )
        return given
    if len(names) == 1:
        return [given]
    raise TypeError(f"`target_tensors` should be a list, or a dict by output name, got {given!r}")


def _target_shape(output, loss):
    """The shape that targets must have; None when the loss may take any."""
    shape = backend.int_shape(output)
    if shape is None:
        return None
    if loss is losses.sparse_categorical_crossentropy:
        return (*shape[:-1], 1)
    return shape if getattr(losses, getattr(loss, "__name__", ""), None) is loss else None


def _input_type(value):
    return value.dtype.name if value.dtype.kind == "i" and value.dtype.itemsize <= 8 else backend.floatx()
