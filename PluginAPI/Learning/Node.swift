/// A matrix of a tape, row by row.
public struct Node: Hashable, Sendable {
    let index: Int
    /// 1 or more.
    public let rows: Int
    /// 1 or more.
    public let columns: Int

    var count: Int { rows * columns }
}

/// A list of row or column numbers of a tape, set before each ``Tape/forward(dropoutSeed:)``.
public struct IndexNode: Hashable, Sendable {
    let offset: Int
    /// Numbers in it, 1 or more.
    public let count: Int
}

/// What a matrix of weights begins with.
public enum Initial: Hashable, Sendable {
    case constant(Double)
    /// Even between -`bound` and `bound`.
    case uniform(bound: Double)
}

/// How a matrix comes from those before it.
enum Operation: Sendable {
    case leaf
    case matmul(Int, Int)
    /// The second's rows repeat where it has fewer.
    case add(Int, Int)
    case subtract(Int, Int)
    case multiply(Int, Int)
    case minimum(Int, Int)
    case affine(Int, factor: Double, offset: Double)
    case clamp(Int, low: Double, high: Double)
    case tanh(Int)
    case sigmoid(Int)
    case relu(Int)
    case gelu(Int)
    case exp(Int)
    case square(Int)
    case softmax(Int)
    case logSoftmax(Int)
    /// Of each row, then times a gain plus a bias. Scratch: mean and 1 / deviation of each row.
    case layerNorm(Int, gain: Int, bias: Int)
    case rows(Int, first: Int)
    case columns(Int, first: Int)
    case joinColumns([Int])
    case joinRows([Int])
    case gather(Int, IndexNode)
    case pick(Int, IndexNode)
    /// Scratch: the mask.
    case dropout(Int, rate: Double)
    /// Scratch: the weights of each block, head and row.
    case attention(Attention)
    case mean(Int)
    /// Mean over rows of the log loss of a logit against a probability.
    case logLoss(Int, targets: Int)
}

/// Scaled dot-product attention within blocks of `length` rows.
struct Attention: Sendable {
    let queries: Int
    let keys: Int
    let values: Int
    let length: Int
    let heads: Int
    let isCausal: Bool
}

/// A matrix of a tape: how it comes about and where it lies.
struct Entry: Sendable {
    let operation: Operation
    let rows: Int
    let columns: Int
    /// Where its values, and its gradients, begin.
    let offset: Int
    /// Where its scratch begins.
    let scratch: Int
    /// Whether weights have a part in it.
    let isTracked: Bool

    var count: Int { rows * columns }
}
