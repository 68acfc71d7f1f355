/// What a policy and its critic are made of, except their weights.
public struct PolicyShape: Hashable, Sendable {
    /// Numbers that it looks at, 1...512.
    public let observations: Int
    /// What it chooses of, 2...64.
    public let actions: Int
    /// Units of each of its two hidden layers, 1...512.
    public let width: Int

    /// - Throws: ``NetworkShape/Refusal`` when a number is out of its range.
    public init(observations: Int, actions: Int, width: Int) throws(NetworkShape.Refusal) {
        let ranges = [
            ("observations", observations, 1...512), ("actions", actions, 2...64),
            ("width", width, 1...512),
        ]
        for (name, number, range) in ranges where !range.contains(number) {
            throw NetworkShape.Refusal(
                "\(name) was \(number); allowed is \(range.lowerBound)...\(range.upperBound)")
        }
        self.observations = observations
        self.actions = actions
        self.width = width
    }
}

/// A policy that chooses one of a few actions, and a critic that says what is to be expected.
public struct PolicyNetwork: Sendable {
    /// What it is made of.
    public let shape: PolicyShape
    /// Observations that it reads at once, 1 or more.
    public let batch: Int
    /// Its weights are to be learned, or taken over from another of the same shape.
    public var tape: Tape
    /// Logarithms of the probability of each action, one row for each observation.
    let chances: Node
    /// What the critic expects, one row for each observation.
    let expected: Node
    private let input: Node

    /// - Parameter batch: Observations that it reads at once, 1 or more.
    public init(_ shape: PolicyShape, batch: Int) {
        precondition(batch > 0, "a batch has an observation")
        var tape = Tape()
        input = tape.input(rows: batch, columns: shape.observations)
        let thought = tape.hidden(input, width: shape.width)
        // Small, so that the first policy is close to an even one.
        chances = tape.logSoftmax(tape.linear(thought, to: shape.actions, bound: 0.01))
        expected = tape.linear(
            tape.hidden(input, width: shape.width), to: 1,
            bound: 1 / Double(shape.width).squareRoot())
        self.shape = shape
        self.batch = batch
        self.tape = tape
    }

    /// Sets one observation; as many numbers as the shape says.
    public mutating func observe(
        row: Int = 0, _ body: (UnsafeMutableBufferPointer<Double>) -> Void
    ) {
        precondition(row >= 0 && row < batch, "an observation of the batch")
        let width = shape.observations
        tape.set(input) { body(.init(rebasing: $0[row * width..<(row + 1) * width])) }
    }

    /// The observations, row by row.
    var seen: ArraySlice<Double> { tape.values(input) }

    /// The probability of an action after ``Tape/forward(dropoutSeed:)``.
    public func probability(of action: Int, row: Int = 0) -> Double {
        Elementary.exp(tape.value(chances, row: row, column: action))
    }

    /// The most probable action, the first of equal ones.
    public func best(row: Int = 0) -> Int {
        var best = 0
        for action in 1..<shape.actions
        where tape.value(chances, row: row, column: action)
            > tape.value(chances, row: row, column: best)
        { best = action }
        return best
    }
}

extension Tape {
    /// Two layers of hyperbolic tangents.
    fileprivate mutating func hidden(_ input: Node, width: Int) -> Node {
        let first = linear(input, to: width, bound: 1 / Double(input.columns).squareRoot())
        return tanh(linear(tanh(first), to: width, bound: 1 / Double(width).squareRoot()))
    }
}
