/// A network that reads windows of rows and gives the logit of one probability for each.
public struct SequenceNetwork: Sendable {
    /// What it is made of.
    public let shape: NetworkShape
    /// Windows that it reads at once, 1 or more.
    public let batch: Int
    /// Its weights are to be learned, or taken over from another of the same shape.
    public var tape: Tape
    /// The logits, one row for each window.
    public let logits: Node
    /// Probabilities to learn, one row for each window.
    let targets: Node
    /// Mean log loss of the batch, in nats.
    public let loss: Node
    private let input: Node

    /// - Parameter batch: Windows that it reads at once, 1 or more.
    public init(_ shape: NetworkShape, batch: Int) {
        precondition(batch > 0, "a batch has a window")
        var tape = Tape()
        let input = tape.input(rows: batch * shape.length, columns: shape.features)
        let last =
            switch shape.kind {
            case .lstm: tape.lstm(input, shape, batch: batch)
            case .transformer: tape.transformer(input, shape, batch: batch)
            }
        let bound = 1 / Double(shape.width).squareRoot()
        logits = tape.linear(last, to: 1, bound: bound)
        targets = tape.input(rows: batch, columns: 1)
        loss = tape.logLoss(logits, targets: targets)
        self.shape = shape
        self.batch = batch
        self.input = input
        self.tape = tape
    }

    /// Changes one row of one window; a row has as many numbers as the shape has features.
    public mutating func setRow(
        window: Int, place: Int, _ body: (UnsafeMutableBufferPointer<Double>) -> Void
    ) {
        precondition(window >= 0 && window < batch && place >= 0 && place < shape.length)
        // An LSTM takes all windows a step at a time, a transformer one window behind the other.
        let row = shape.kind == .lstm ? place * batch + window : window * shape.length + place
        let width = shape.features
        tape.set(input) { body(.init(rebasing: $0[row * width..<(row + 1) * width])) }
    }

    /// Sets the probability that a window is to learn, 0...1.
    public mutating func setTarget(window: Int, _ probability: Double) {
        tape.set(targets) { $0[window] = probability }
    }

    /// The logit of a window after ``Tape/forward(dropoutSeed:)``.
    public func logit(window: Int) -> Double { tape.value(logits, row: window) }
}

extension Tape {
    /// x times weights plus biases.
    mutating func linear(_ x: Node, to columns: Int, bound: Double) -> Node {
        let weights = parameter(rows: x.columns, columns: columns, .uniform(bound: bound))
        let biases = parameter(rows: 1, columns: columns, .constant(0))
        return add(matmul(x, weights), biases)
    }

    /// The last state of a stack of layers over a sequence that lies step by step.
    ///
    /// - Source: Hochreiter and Schmidhuber, 1997, with forget gates of Gers et al., 2000; gates in
    ///   the order input, forget, cell, output.
    mutating func lstm(_ input: Node, _ shape: NetworkShape, batch: Int) -> Node {
        var sequence = input, last = input
        for layer in 0..<shape.layers {
            let states = lstmLayer(sequence, width: shape.width, batch: batch)
            guard let end = states.last else { break }
            last = end
            if layer + 1 < shape.layers {
                sequence = dropout(joinRows(states), rate: shape.dropout)
            }
        }
        return dropout(last, rate: shape.dropout)
    }

    private mutating func lstmLayer(_ input: Node, width: Int, batch: Int) -> [Node] {
        let bound = 1 / Double(width).squareRoot()
        let driven = linear(input, to: 4 * width, bound: bound)
        let recurrent = parameter(rows: width, columns: 4 * width, .uniform(bound: bound))
        var states: [Node] = [], cell: Node?
        for step in 0..<input.rows / batch {
            var gates = rows(driven, step * batch..<(step + 1) * batch)
            if let state = states.last { gates = add(gates, matmul(state, recurrent)) }
            let open = sigmoid(columns(gates, 0..<2 * width))
            let fresh = tanh(columns(gates, 2 * width..<3 * width))
            let shown = sigmoid(columns(gates, 3 * width..<4 * width))
            var kept = multiply(columns(open, 0..<width), fresh)
            if let cell { kept = add(multiply(columns(open, width..<2 * width), cell), kept) }
            cell = kept
            states.append(multiply(shown, tanh(kept)))
        }
        return states
    }

    /// The last row of each window after a stack of encoder layers, normalised before each part.
    ///
    /// - Source: Vaswani et al., arXiv 1706.03762; the order of Xiong et al., arXiv 2002.04745;
    ///   learned places.
    mutating func transformer(_ input: Node, _ shape: NetworkShape, batch: Int) -> Node {
        let width = shape.width, bound = 1 / Double(width).squareRoot()
        let places = parameter(rows: shape.length, columns: width, .uniform(bound: 0.1))
        let entered = linear(input, to: width, bound: 1 / Double(shape.features).squareRoot())
        var x = add(entered, places)
        for _ in 0..<shape.layers {
            let seen = linear(attend(normalise(x), shape), to: width, bound: bound)
            x = add(x, dropout(seen, rate: shape.dropout))
            let inner = gelu(linear(normalise(x), to: 2 * width, bound: bound))
            let fed = linear(inner, to: width, bound: bound / 2.0.squareRoot())
            x = add(x, dropout(fed, rate: shape.dropout))
        }
        let ends = indices(batch)
        for window in 0..<batch { set(ends, window, to: (window + 1) * shape.length - 1) }
        return gather(normalise(x), ends)
    }

    private mutating func normalise(_ x: Node) -> Node {
        let gain = parameter(rows: 1, columns: x.columns, .constant(1))
        let bias = parameter(rows: 1, columns: x.columns, .constant(0))
        return layerNorm(x, gain: gain, bias: bias)
    }

    private mutating func attend(_ x: Node, _ shape: NetworkShape) -> Node {
        let width = shape.width
        let all = linear(x, to: 3 * width, bound: 1 / Double(width).squareRoot())
        return attention(
            queries: columns(all, 0..<width), keys: columns(all, width..<2 * width),
            values: columns(all, 2 * width..<3 * width), length: shape.length, heads: shape.heads,
            isCausal: true)
    }
}
