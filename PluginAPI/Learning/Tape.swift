import RialtoValues

/// A computation over matrices that is written down once and then run again and again, forward
/// and backward: reverse-mode differentiation.
///
/// Matrices are made from those before them; shapes are fixed. Running it allocates nothing. A tape
/// is a value: a copy has weights of its own. Sums go in a fixed order and nothing comes from the
/// outside, so equal inputs give equal bits.
public struct Tape: Sendable {
    var entries: [Entry] = []
    var values: [Double] = []
    var gradients: [Double] = []
    var scratch: [Double] = []
    var indices: [Int] = []
    /// Scratch of the backward pass: as long as the largest matrix.
    var turned: [Double] = []
    /// Where the weights lie, matrix by matrix.
    private(set) var parameterRanges: [Range<Int>] = []
    private var initials: [Initial] = []

    public init() {}

    /// Adds a matrix that the caller sets; nothing is learned of it.
    public mutating func input(rows: Int, columns: Int) -> Node {
        append(.leaf, rows, columns, isTracked: false)
    }

    /// Adds a matrix of weights.
    public mutating func parameter(rows: Int, columns: Int, _ initial: Initial) -> Node {
        let node = append(.leaf, rows, columns, isTracked: true)
        let start = entries[node.index].offset
        parameterRanges.append(start..<start + node.count)
        initials.append(initial)
        return node
    }

    /// Adds a list of `count` numbers, all 0 at first.
    public mutating func indices(_ count: Int) -> IndexNode {
        precondition(count > 0, "a list has a number")
        indices.append(contentsOf: repeatElement(0, count: count))
        return IndexNode(offset: indices.count - count, count: count)
    }

    mutating func append(
        _ operation: Operation, _ rows: Int, _ columns: Int, scratch: Int = 0, isTracked: Bool
    ) -> Node {
        precondition(rows > 0 && columns > 0, "a matrix has a row and a column")
        entries.append(
            Entry(
                operation: operation, rows: rows, columns: columns, offset: values.count,
                scratch: self.scratch.count, isTracked: isTracked))
        let zeros = repeatElement(0.0, count: rows * columns)
        values.append(contentsOf: zeros)
        gradients.append(contentsOf: zeros)
        self.scratch.append(contentsOf: repeatElement(0, count: scratch))
        if turned.count < rows * columns {
            turned.append(contentsOf: repeatElement(0, count: rows * columns - turned.count))
        }
        return Node(index: entries.count - 1, rows: rows, columns: columns)
    }

    func isTracked(_ node: Node) -> Bool { entries[node.index].isTracked }

    // MARK: What is in it

    /// Changes the values of a matrix in place, row by row.
    public mutating func set<Failure: Error>(
        _ node: Node, _ body: (UnsafeMutableBufferPointer<Double>) throws(Failure) -> Void
    ) throws(Failure) {
        let start = entries[node.index].offset
        var failure: Failure?
        values.withUnsafeMutableBufferPointer { all in
            do throws(Failure) {
                try body(.init(rebasing: all[start..<start + node.count]))
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Sets the values of a matrix, row by row; as many as it has.
    public mutating func set(_ node: Node, to numbers: [Double]) {
        precondition(numbers.count == node.count, "as many numbers as the matrix has")
        let start = entries[node.index].offset
        values.replaceSubrange(start..<start + node.count, with: numbers)
    }

    /// Sets one number of a list. It is below the rows or columns of the matrix that it chooses of.
    public mutating func set(_ node: IndexNode, _ place: Int, to index: Int) {
        precondition(place >= 0 && place < node.count, "a place of the list")
        indices[node.offset + place] = index
    }

    /// One value of a matrix.
    public func value(_ node: Node, row: Int = 0, column: Int = 0) -> Double {
        precondition(row < node.rows && column < node.columns, "a place of the matrix")
        return values[entries[node.index].offset + row * node.columns + column]
    }

    /// The values of a matrix, row by row.
    public func values(_ node: Node) -> ArraySlice<Double> {
        let start = entries[node.index].offset
        return values[start..<start + node.count]
    }

    /// What the last ``backward(from:)`` found for a matrix, row by row.
    public func gradients(_ node: Node) -> ArraySlice<Double> {
        let start = entries[node.index].offset
        return gradients[start..<start + node.count]
    }

    // MARK: Weights

    /// How many weights there are.
    public var weightCount: Int { parameterRanges.reduce(0) { $0 + $1.count } }

    /// All weights, matrix by matrix as they were added.
    public var weights: [Double] { parameterRanges.flatMap { values[$0] } }

    /// Their gradients, in the same order.
    public var weightGradients: [Double] { parameterRanges.flatMap { gradients[$0] } }

    /// Takes over all weights, in the order of ``weights``; as many as there are.
    public mutating func setWeights(_ weights: [Double]) {
        precondition(weights.count == weightCount, "as many weights as the tape has")
        var place = 0
        for range in parameterRanges {
            for index in range {
                values[index] = weights[place]
                place += 1
            }
        }
    }

    /// Sets every weight to its beginning.
    public mutating func initialise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for (range, initial) in zip(parameterRanges, initials) {
            switch initial {
            case .constant(let number): for index in range { values[index] = number }
            case .uniform(let bound):
                for index in range { values[index] = bound * (2 * random.unit() - 1) }
            }
        }
    }
}

extension SeededGenerator {
    /// The next number, even in 0..<1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// The next number, even in 0..<`count`; `count` is 1 or more.
    public mutating func below(_ count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }
}
