/// Sums of the last `length` values and their squares, taken from the first value on, so that large
/// prices with small moves keep their digits.
@frozen @usableFromInline struct Moments: Sendable {
    @usableFromInline var window: Window
    @usableFromInline var origin = 0.0
    @usableFromInline var started = false
    @usableFromInline var sum = 0.0
    @usableFromInline var squares = 0.0
    @usableFromInline let inverse: Double

    @inlinable init(length: Int) {
        window = Window(length: length)
        inverse = 1 / Double(length)
    }

    @inlinable mutating func update(_ input: Double) -> (mean: Double, deviation: Double)? {
        if !started {
            origin = input
            started = true
        }
        let value = input - origin
        if window.isFull {
            let old = window.oldest
            sum -= old
            squares -= old * old
        }
        sum += value
        squares += value * value
        window.push(value)
        guard window.isFull else { return nil }
        let mean = sum * inverse
        return (mean + origin, max(0, squares * inverse - mean * mean).squareRoot())
    }

    /// Calls `write` with the place from 0 on, mean and deviation of each full window.
    @inlinable @inline(__always) static func each(
        _ input: UnsafeBufferPointer<Double>, length: Int, write: (Int, Double, Double) -> Void
    ) {
        let inverse = 1 / Double(length)
        let origin = input[0]
        var sum = 0.0
        var squares = 0.0
        for row in 0..<length - 1 {
            let value = input[row] - origin
            sum += value
            squares += value * value
        }
        for row in length - 1..<input.count {
            let value = input[row] - origin
            sum += value
            squares += value * value
            let mean = sum * inverse
            write(
                row - length + 1, mean + origin,
                max(0, squares * inverse - mean * mean).squareRoot())
            let old = input[row - length + 1] - origin
            sum -= old
            squares -= old * old
        }
    }
}

/// Standard deviation of the last `length` values as a population (divisor `length`). First value
/// at row `length` - 1.
@frozen public struct StandardDeviation: Sendable {
    @usableFromInline var moments: Moments

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) { moments = Moments(length: length) }

    /// Takes the next value in; nil until `length` were seen.
    @inlinable public mutating func update(_ input: Double) -> Double? {
        moments.update(input)?.deviation
    }

    /// Computes the deviation over a whole column.
    @inlinable public static func column(_ input: [Double], length: Int) -> IndicatorColumn {
        checkLength(length)
        return IndicatorColumn(rows: input.count, warmUp: length - 1) { output in
            input.withUnsafeBufferPointer {
                Moments.each($0, length: length) { output[$0] = $2 }
            }
        }
    }
}

/// Bollinger bands: the simple average, and `width` population deviations above and below it. First
/// value at row `length` - 1.
@frozen public struct Bollinger: Sendable {
    /// One row's bands, in units of the input.
    @frozen public struct Value: Equatable, Sendable {
        /// Mean plus `width` deviations.
        public let upper: Double
        /// The simple average.
        public let middle: Double
        /// Mean minus `width` deviations.
        public let lower: Double

        @inlinable init(upper: Double, middle: Double, lower: Double) {
            self.upper = upper
            self.middle = middle
            self.lower = lower
        }
    }

    /// The bands over a whole column; all start at the same row.
    @frozen public struct Columns: Equatable, Sendable {
        /// Mean plus `width` deviations.
        public let upper: IndicatorColumn
        /// The simple average.
        public let middle: IndicatorColumn
        /// Mean minus `width` deviations.
        public let lower: IndicatorColumn

        @inlinable init(
            upper: IndicatorColumn, middle: IndicatorColumn, lower: IndicatorColumn
        ) {
            self.upper = upper
            self.middle = middle
            self.lower = lower
        }
    }

    @usableFromInline var moments: Moments
    @usableFromInline let width: Double

    /// - Parameter length: 1...100_000. `width` is a number of deviations, 0 or more.
    @inlinable public init(length: Int, width: Double) {
        precondition(width >= 0)
        moments = Moments(length: length)
        self.width = width
    }

    /// Takes the next value in; nil until `length` were seen.
    @inlinable public mutating func update(_ input: Double) -> Value? {
        guard let (mean, deviation) = moments.update(input) else { return nil }
        let reach = width * deviation
        return Value(upper: mean + reach, middle: mean, lower: mean - reach)
    }

    /// Computes the bands over a whole column.
    /// - Complexity: O(rows), three allocations.
    @inlinable public static func columns(_ input: [Double], length: Int, width: Double) -> Columns
    {
        checkLength(length)
        precondition(width >= 0)
        let rows = input.count
        let warmUp = length - 1
        var middle = IndicatorColumn(first: rows, values: [])
        var lower = middle
        let upper = IndicatorColumn(rows: rows, warmUp: warmUp) { upper in
            middle = IndicatorColumn(rows: rows, warmUp: warmUp) { middle in
                lower = IndicatorColumn(rows: rows, warmUp: warmUp) { lower in
                    input.withUnsafeBufferPointer {
                        fill(
                            $0, length: length, width: width, upper: upper, middle: middle,
                            lower: lower)
                    }
                }
            }
        }
        return Columns(upper: upper, middle: middle, lower: lower)
    }
    /// Writes `input.count` - `length` + 1 values to each output. The input is at least `length`
    /// long.
    @inlinable public static func fill(
        _ input: UnsafeBufferPointer<Double>, length: Int, width: Double,
        upper: UnsafeMutablePointer<Double>, middle: UnsafeMutablePointer<Double>,
        lower: UnsafeMutablePointer<Double>
    ) {
        Moments.each(input, length: length) { place, mean, deviation in
            let reach = width * deviation
            upper[place] = mean + reach
            middle[place] = mean
            lower[place] = mean - reach
        }
    }
}
