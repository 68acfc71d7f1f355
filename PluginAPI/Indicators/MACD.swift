/// Moving average convergence and divergence: fast EMA less slow EMA, an EMA of that as signal, and
/// the difference of the two.
///
/// Both EMAs start at row `slow` - 1, the fast one with the mean of the `fast` values that end
/// there. First value at row `slow` + `signal` - 2.
@frozen public struct MACD: Sendable, Codable {
    /// One row's three numbers, in units of the input.
    @frozen public struct Value: Equatable, Sendable {
        /// Fast average less slow average.
        public let macd: Double
        /// Exponential average of `macd`.
        public let signal: Double
        /// `macd` - `signal`.
        public let histogram: Double

        @inlinable init(macd: Double, signal: Double) {
            self.macd = macd
            self.signal = signal
            histogram = macd - signal
        }
    }

    /// The three numbers over a whole column; all start at the same row.
    @frozen public struct Columns: Equatable, Sendable {
        /// Fast average less slow average.
        public let macd: IndicatorColumn
        /// Exponential average of `macd`.
        public let signal: IndicatorColumn
        /// `macd` - `signal`.
        public let histogram: IndicatorColumn

        @inlinable init(
            macd: IndicatorColumn, signal: IndicatorColumn, histogram: IndicatorColumn
        ) {
            self.macd = macd
            self.signal = signal
            self.histogram = histogram
        }
    }

    @usableFromInline var fast: EMA
    @usableFromInline var slow: EMA
    @usableFromInline var signal: EMA
    @usableFromInline var wait: Int

    /// - Parameter fast: 1..<`slow`; `slow` and `signal` are at most 100_000.
    @inlinable public init(fast: Int, slow: Int, signal: Int) {
        precondition(fast < slow)
        self.fast = EMA(length: fast)
        self.slow = EMA(length: slow)
        self.signal = EMA(length: signal)
        wait = slow - fast
    }

    /// Takes the next value in; nil until `slow` + `signal` - 1 were seen.
    @inlinable public mutating func update(_ input: Double) -> Value? {
        let slowValue = slow.update(input)
        guard wait == 0 else {
            wait -= 1
            return nil
        }
        guard let fastValue = fast.update(input), let slowValue else { return nil }
        let macd = fastValue - slowValue
        guard let line = signal.update(macd) else { return nil }
        return Value(macd: macd, signal: line)
    }

    /// Computes the three numbers over a whole column.
    /// - Complexity: O(rows), three allocations.
    @inlinable public static func columns(
        _ input: [Double], fast: Int, slow: Int, signal: Int
    ) -> Columns {
        precondition(fast < slow)
        let warmUp = slow + signal - 2
        var line = IndicatorColumn(first: input.count, values: [])
        var histogram = line
        let macd = IndicatorColumn(rows: input.count, warmUp: warmUp) { macd in
            line = IndicatorColumn(rows: input.count, warmUp: warmUp) { line in
                histogram = IndicatorColumn(rows: input.count, warmUp: warmUp) { histogram in
                    input.withUnsafeBufferPointer {
                        fill(
                            $0, fast: fast, slow: slow, signal: signal, macd: macd, line: line,
                            histogram: histogram)
                    }
                }
            }
        }
        return Columns(macd: macd, signal: line, histogram: histogram)
    }

    /// Writes `input.count` - `slow` - `signal` + 2 values to each output. At least one row fits.
    @inlinable public static func fill(
        _ input: UnsafeBufferPointer<Double>, fast: Int, slow: Int, signal: Int,
        macd: UnsafeMutablePointer<Double>, line: UnsafeMutablePointer<Double>,
        histogram: UnsafeMutablePointer<Double>
    ) {
        var state = MACD(fast: fast, slow: slow, signal: signal)
        let warmUp = slow + signal - 2
        for row in 0..<warmUp { _ = state.update(input[row]) }
        let first = state.update(input[warmUp]) ?? Value(macd: 0, signal: 0)
        (macd[0], line[0], histogram[0]) = (first.macd, first.signal, first.histogram)
        var quick = state.fast.value
        var slack = state.slow.value
        var smooth = first.signal
        let a = state.fast.factor
        let b = state.slow.factor
        let c = state.signal.factor
        let keepA = 1 - a
        let keepB = 1 - b
        let keepC = 1 - c
        for row in warmUp + 1..<max(warmUp + 1, input.count) {
            let value = input[row]
            quick = quick * keepA + value * a
            slack = slack * keepB + value * b
            let difference = quick - slack
            smooth = smooth * keepC + difference * c
            macd[row - warmUp] = difference
            line[row - warmUp] = smooth
            histogram[row - warmUp] = difference - smooth
        }
    }
}
