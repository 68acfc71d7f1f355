/// An indicator over a whole column: no value before `first`, one for every row from there on.
@frozen public struct IndicatorColumn: Equatable, Sendable {
    /// Row of the input that `values[0]` belongs to; the input's count when there is no value.
    public let first: Int
    /// One for each row from `first` to the end of the input, always finite for finite input.
    public let values: [Double]

    /// A column whose first value belongs to row `first`.
    @inlinable public init(first: Int, values: [Double]) {
        self.first = first
        self.values = values
    }

    /// Makes room for the rows from `warmUp` to `rows` and lets `fill` write them.
    ///
    /// - Parameter fill: Writes every element of the memory it gets; not called when there is none.
    @inlinable public init(
        rows: Int, warmUp: Int, fill: (UnsafeMutablePointer<Double>) -> Void
    ) {
        let count = max(0, rows - warmUp)
        first = rows - count
        values = [Double](unsafeUninitializedCapacity: count) { memory, written in
            if count > 0, let start = memory.baseAddress { fill(start) }
            written = count
        }
    }

    /// The value at a row of the input, or nil in the warm-up.
    @inlinable public subscript(row: Int) -> Double? {
        row >= first && row - first < values.count ? values[row - first] : nil
    }
}

/// Most rows that an indicator looks back. Larger windows are a mistake more often than a wish.
public let indicatorLengthMax = 100_000

@inlinable func checkLength(_ length: Int, from least: Int = 1) {
    precondition(length >= least)
    precondition(length <= indicatorLengthMax)
}
