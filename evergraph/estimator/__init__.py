"""`tf.estimator`: a model as a function, trained, evaluated, asked and exported by one object.

1. an `input_fn` gives features and labels             `input_fn.py`, `inputs/`
2. a `model_fn` makes an `EstimatorSpec` of them       `model_fn.py`; `canned/` for models that are there
3. `Estimator` runs it in monitored sessions           `estimator.py`, as `run_config.py` says
4. `train_and_evaluate` does so by turns               `training.py`
5. what serves is a SavedModel                         `export/`, `exporter.py`
"""
