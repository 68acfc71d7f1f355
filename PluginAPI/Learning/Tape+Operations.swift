extension Tape {
    /// The matrix product; `a` has as many columns as `b` has rows.
    public mutating func matmul(_ a: Node, _ b: Node) -> Node {
        precondition(a.columns == b.rows, "the product's shapes fit")
        return join(.matmul(a.index, b.index), a.rows, b.columns, [a, b])
    }

    /// The sum. `b` may have fewer rows, which then repeat: a row of biases, or a block of them.
    public mutating func add(_ a: Node, _ b: Node) -> Node {
        precondition(a.columns == b.columns && a.rows % b.rows == 0, "the sum's shapes fit")
        return join(.add(a.index, b.index), a.rows, a.columns, [a, b])
    }

    /// The difference of equal shapes.
    public mutating func subtract(_ a: Node, _ b: Node) -> Node {
        pair(.subtract(a.index, b.index), a, b)
    }

    /// The products, place by place, of equal shapes.
    public mutating func multiply(_ a: Node, _ b: Node) -> Node {
        pair(.multiply(a.index, b.index), a, b)
    }

    /// The smaller of both, place by place, of equal shapes.
    public mutating func minimum(_ a: Node, _ b: Node) -> Node {
        pair(.minimum(a.index, b.index), a, b)
    }

    /// `factor` * a + `offset`.
    public mutating func affine(_ a: Node, factor: Double, offset: Double = 0) -> Node {
        each(.affine(a.index, factor: factor, offset: offset), a)
    }

    /// Each value within `low`...`high`.
    public mutating func clamp(_ a: Node, _ low: Double, _ high: Double) -> Node {
        each(.clamp(a.index, low: low, high: high), a)
    }

    /// The hyperbolic tangent of each value.
    public mutating func tanh(_ a: Node) -> Node { each(.tanh(a.index), a) }

    /// 1 / (1 + e^-x) of each value.
    public mutating func sigmoid(_ a: Node) -> Node { each(.sigmoid(a.index), a) }

    /// Each value, or 0 where it is below.
    public mutating func relu(_ a: Node) -> Node { each(.relu(a.index), a) }

    /// The Gaussian error linear unit, in its form with the hyperbolic tangent.
    ///
    /// - Source: Hendrycks and Gimpel, arXiv 1606.08415.
    public mutating func gelu(_ a: Node) -> Node { each(.gelu(a.index), a) }

    /// e to the power of each value.
    public mutating func exp(_ a: Node) -> Node { each(.exp(a.index), a) }

    /// Each value times itself.
    public mutating func square(_ a: Node) -> Node { each(.square(a.index), a) }

    /// Each row as parts that add up to 1.
    public mutating func softmax(_ a: Node) -> Node { each(.softmax(a.index), a) }

    /// The logarithms of ``softmax(_:)``.
    public mutating func logSoftmax(_ a: Node) -> Node { each(.logSoftmax(a.index), a) }

    /// Each row less its mean, over its deviation, times `gain` plus `bias`, both one row.
    ///
    /// - Source: Ba, Kiros, Hinton, arXiv 1607.06450; 1e-5 is added to the variance.
    public mutating func layerNorm(_ a: Node, gain: Node, bias: Node) -> Node {
        precondition(gain.rows == 1 && gain.columns == a.columns, "one gain for each column")
        precondition(bias.rows == 1 && bias.columns == a.columns, "one bias for each column")
        return join(
            .layerNorm(a.index, gain: gain.index, bias: bias.index), a.rows, a.columns,
            [a, gain, bias], scratch: 2 * a.rows)
    }

    /// Some rows, one behind the other.
    public mutating func rows(_ a: Node, _ range: Range<Int>) -> Node {
        precondition(range.lowerBound >= 0 && range.upperBound <= a.rows, "rows of the matrix")
        return join(.rows(a.index, first: range.lowerBound), range.count, a.columns, [a])
    }

    /// Some columns, side by side.
    public mutating func columns(_ a: Node, _ range: Range<Int>) -> Node {
        precondition(range.lowerBound >= 0 && range.upperBound <= a.columns, "columns of it")
        return join(.columns(a.index, first: range.lowerBound), a.rows, range.count, [a])
    }

    /// Matrices of equally many rows, side by side.
    public mutating func joinColumns(_ parts: [Node]) -> Node {
        let rows = parts.first?.rows ?? 0
        precondition(parts.allSatisfy { $0.rows == rows }, "equally many rows")
        return join(
            .joinColumns(parts.map(\.index)), rows, parts.reduce(0) { $0 + $1.columns }, parts)
    }

    /// Matrices of equally many columns, one below the other.
    public mutating func joinRows(_ parts: [Node]) -> Node {
        let columns = parts.first?.columns ?? 0
        precondition(parts.allSatisfy { $0.columns == columns }, "equally many columns")
        return join(
            .joinRows(parts.map(\.index)), parts.reduce(0) { $0 + $1.rows }, columns, parts)
    }

    /// One row of `a` for each number of the list.
    public mutating func gather(_ a: Node, _ list: IndexNode) -> Node {
        join(.gather(a.index, list), list.count, a.columns, [a])
    }

    /// One value of each row: that in the column that the list names.
    public mutating func pick(_ a: Node, _ list: IndexNode) -> Node {
        precondition(list.count == a.rows, "one number for each row")
        return join(.pick(a.index, list), a.rows, 1, [a])
    }

    /// In training, 0 with probability `rate` and else 1 / (1 - rate) as large; else unchanged.
    public mutating func dropout(_ a: Node, rate: Double) -> Node {
        precondition(rate >= 0 && rate < 1, "a rate of 0..<1")
        guard rate > 0 else { return a }
        return join(.dropout(a.index, rate: rate), a.rows, a.columns, [a], scratch: a.count)
    }

    /// Attention of several heads within blocks of `length` rows.
    ///
    /// - Parameter isCausal: Whether a row sees only itself and the rows of its block before it.
    /// - Source: Vaswani et al., arXiv 1706.03762, section 3.2.
    public mutating func attention(
        queries: Node, keys: Node, values: Node, length: Int, heads: Int, isCausal: Bool
    ) -> Node {
        let a = queries
        precondition(length > 0 && a.rows % length == 0, "whole blocks")
        precondition(heads > 0 && a.columns % heads == 0, "heads of equal width")
        for other in [keys, values] {
            precondition(other.rows == a.rows && other.columns == a.columns, "equal shapes")
        }
        let attention = Attention(
            queries: a.index, keys: keys.index, values: values.index, length: length, heads: heads,
            isCausal: isCausal)
        return join(
            .attention(attention), a.rows, a.columns, [queries, keys, values],
            scratch: (a.rows * heads + 1) * length)
    }

    /// The mean of all values.
    public mutating func mean(_ a: Node) -> Node { join(.mean(a.index), 1, 1, [a]) }

    /// The mean of -y ln p - (1 - y) ln(1 - p), with p = sigmoid(logit) and y of `targets`, 0...1.
    /// Nothing flows back into `targets`.
    public mutating func logLoss(_ logits: Node, targets: Node) -> Node {
        precondition(
            logits.columns == targets.columns && logits.rows == targets.rows, "equal shapes")
        return join(.logLoss(logits.index, targets: targets.index), 1, 1, [logits])
    }

    private mutating func each(_ operation: Operation, _ a: Node) -> Node {
        join(operation, a.rows, a.columns, [a])
    }

    private mutating func pair(_ operation: Operation, _ a: Node, _ b: Node) -> Node {
        precondition(a.rows == b.rows && a.columns == b.columns, "equal shapes")
        return join(operation, a.rows, a.columns, [a, b])
    }

    private mutating func join(
        _ operation: Operation, _ rows: Int, _ columns: Int, _ parts: [Node], scratch: Int = 0
    ) -> Node {
        append(
            operation, rows, columns, scratch: scratch, isTracked: parts.contains { isTracked($0) })
    }
}
