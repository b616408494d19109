"""The ranks that operations ask of their inputs, where a shape rule does not say.

A graph that breaks them is refused where it is built, as TensorFlow's shape functions do.  Tests hold each row against TensorFlow.
"""

from evergraph.framework.shapes import TensorShape

# Types of operations: inputs and their ranks; "1+" is a rank of at least 1, "1-" one of at most 1.
_ROWS = """
AdjustContrastv2: contrast_factor 0
AdjustHue AdjustSaturation: images 3+
All Any Max Mean Min Prod ReduceJoin Sum: reduction_indices 1-
ArgMax ArgMin: dimension 0
AvgPool3DGrad AvgPoolGrad: orig_input_shape 1
BatchToSpace: input 4 crops 2
BiasAddGrad: out_backprop 2+
Bincount: size 0
BroadcastGradientArgs: s0 1 s1 1
BroadcastTo StridedSliceGrad: shape 1
ComputeAccidentalHits: true_classes 2 sampled_candidates 1
Conv2DBackpropFilter Conv3DBackpropFilterV2 DepthwiseConv2dNativeBackpropFilter: filter_sizes 1
Conv2DBackpropInput: input_sizes 1 filter 4 out_backprop 4
Conv3DBackpropInputV2 DepthwiseConv2dNativeBackpropInput: input_sizes 1
CropAndResize: box_ind 1 crop_size 1
Cross: a 1+ b 1+
DecodeAndCropJpeg: crop_window 1
DecodeCSV: record_defaults 1-
DecodeGif DecodeImage ExtractJpegShape: contents 0
DenseToDenseSetOperation: set1 2+ set2 2+
DenseToSparseSetOperation: set1 2+ set2_indices 2 set2_values 1 set2_shape 1
DeserializeManySparse: serialized_sparse 2
DrawBoundingBoxes: boxes 3
EditDistance: hypothesis_indices 2 hypothesis_values 1 hypothesis_shape 1
EditDistance: truth_indices 2 truth_values 1 truth_shape 1
FakeQuantWithMinMaxVarsPerChannel: inputs 1+ min 1 max 1
FractionalMaxPoolGrad MaxPoolGrad MaxPoolGradV2: orig_input 4
FusedBatchNormGrad FusedBatchNormGradV2 FusedBatchNormGradV3: y_backprop 4 x 4
FusedBatchNormGrad FusedBatchNormGradV2 FusedBatchNormGradV3: scale 1 reserve_space_1 1 reserve_space_2 1
Gather: params 1+
GatherNd: indices 1+
GatherV2: params 1+ axis 0
GenerateVocabRemapping: new_vocab_file 0 old_vocab_file 0
HistogramFixedWidth: value_range 1 nbins 0
IRFFT IRFFT2D IRFFT3D RFFT RFFT2D RFFT3D: fft_length 1
InTopKV2: predictions 2 targets 1
InvertPermutation: x 1
MatrixSetDiag: diagonal 1+
MatrixSolveLs: l2_regularizer 0
MaxPool3DGrad: orig_input 5
MaxPool3DGradGrad: orig_input 5 orig_output 5
MaxPoolGradGrad: orig_input 4 orig_output 4
MaxPoolGradGradV2: orig_input 4 ksize 1 strides 1
MaxPoolGradGradWithArgmax: input 4 argmax 4
MaxPoolGradWithArgmax: input 4
MaxPoolV2: ksize 1 strides 1
NonMaxSuppressionV3: boxes 2 scores 1 max_output_size 0 iou_threshold 0 score_threshold 0
RegexFullMatch: pattern 0
RegexReplace: pattern 0 rewrite 0
ResizeArea ResizeBicubic ResizeBilinear ResizeNearestNeighbor: size 1
ResizeNearestNeighborGrad: grads 4 size 1
ReverseV2: axis 1
ScatterNd: indices 1+ updates 1+ shape 1
ScatterNdNonAliasingAdd: input 1+ indices 1+
SegmentMax SegmentMean SegmentMin SegmentProd SegmentSum: data 1+ segment_ids 1
SerializeManySparse SerializeSparse: sparse_indices 2 sparse_values 1 sparse_shape 1
SpaceToBatch: input 4 paddings 2
SparseAdd: a_shape 1
SparseAddGrad: a_indices 2 b_indices 2
SparseConcat: values 1
SparseDenseCwiseAdd SparseDenseCwiseDiv SparseDenseCwiseMul: sp_indices 2
SparseFillEmptyRows: indices 2 values 1 dense_shape 1 default_value 0
SparseReorder: input_indices 2 input_values 1 input_shape 1
SparseReshape: input_indices 2 input_shape 1 new_shape 1
SparseSegmentMean SparseSegmentSqrtN SparseSegmentSum: data 1+ indices 1 segment_ids 1
SparseSegmentMeanGrad SparseSegmentSqrtNGrad: grad 1+ indices 1 segment_ids 1 output_dim0 0
SparseSegmentMeanWithNumSegments: data 1+ indices 1 segment_ids 1 num_segments 0
SparseSegmentSqrtNWithNumSegments: data 1+ indices 1 segment_ids 1 num_segments 0
SparseSegmentSumWithNumSegments: data 1+ indices 1 segment_ids 1 num_segments 0
SparseSliceGrad: input_indices 2
SparseSoftmax: sp_indices 2 sp_values 1 sp_shape 1
SparseSparseMaximum SparseSparseMinimum: a_indices 2 a_values 1 a_shape 1 b_indices 2 b_values 1 b_shape 1
SparseTensorDenseMatMul: a_indices 2 a_values 1 a_shape 1
SparseToSparseSetOperation: set1_indices 2 set1_values 1 set1_shape 1
SparseToSparseSetOperation: set2_indices 2 set2_values 1 set2_shape 1
SplitV: value 1+
StridedSlice: begin 1 end 1 strides 1
"""


def require_ranks(operation, layout) -> None:
    """Looks at the static ranks of an operation's inputs.

    Args:
      operation: the Operation.
      layout: (position, name of the input) for each of its tensors.

    Raises:
      ValueError: an input is known to have another rank than it must.
    """
    rows = RANKS.get(operation.type, {})
    for position, name in layout:
        check = rows.get(name)
        if check is not None:
            method, rank = check
            method(operation.input_tensors[position].shape, rank)


def _parsed():
    methods = {
        "+": TensorShape.with_rank_at_least,
        "-": TensorShape.with_rank_at_most,
        "": TensorShape.with_rank,
    }
    found = {}
    for row in filter(None, _ROWS.splitlines()):
        types, inputs = row.split(": ")
        words = inputs.split()
        checks = {name: (methods[rank[1:]], int(rank[0])) for name, rank in zip(words[::2], words[1::2])}
        for type_ in types.split():
            found.setdefault(type_, {}).update(checks)
    return found


RANKS = _parsed()
