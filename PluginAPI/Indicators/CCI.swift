/// Commodity channel index: the typical price's distance from its mean over `length` bars, in units
/// of 0.015 mean absolute deviations. 0 where there is no deviation. First value at row `length` -
/// 1.
@frozen public struct CCI: Sendable {
    @usableFromInline var window: Window

    /// - Parameter length: 2...100_000.
    @inlinable public init(length: Int) {
        checkLength(length, from: 2)
        window = Window(length: length)
    }

    /// Takes the next bar in; nil until `length` were seen.
    /// - Complexity: O(`length`): the mean deviation has no running form.
    @inlinable public mutating func update(high: Double, low: Double, close: Double) -> Double? {
        let typical = (high + low + close) / 3
        window.push(typical)
        guard window.isFull else { return nil }
        let count = Double(window.values.count)
        var mean = 0.0
        var deviation = 0.0
        for value in window.values { mean += value }
        mean /= count
        for value in window.values { deviation += abs(value - mean) }
        // Less than rounding of the mean itself is no deviation.
        guard deviation > 1e-14 * count * abs(mean) else { return 0 }
        return (typical - mean) / (0.015 * deviation / count)
    }

    /// Computes the index over whole columns of the same length.
    /// - Complexity: O(rows * `length`).
    @inlinable public static func column(
        high: [Double], low: [Double], close: [Double], length: Int
    ) -> IndicatorColumn {
        precondition(high.count == low.count && low.count == close.count)
        var state = CCI(length: length)
        return IndicatorColumn(rows: high.count, warmUp: length - 1) { output in
            for row in high.indices {
                let value = state.update(high: high[row], low: low[row], close: close[row])
                if let value { output[row - length + 1] = value }
            }
        }
    }
}

/// Rate of change in percent against the value `length` rows before; 0 where that was 0. First
/// value at row `length`.
@frozen public struct ROC: Sendable {
    @usableFromInline var window: Window

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) { window = Window(length: length) }

    /// Takes the next value in; nil until `length` came before it.
    @inlinable public mutating func update(_ input: Double) -> Double? {
        defer { window.push(input) }
        return window.isFull ? Self.change(from: window.oldest, to: input) : nil
    }

    @inlinable static func change(from old: Double, to new: Double) -> Double {
        old != 0 ? (new / old - 1) * 100 : 0
    }

    /// Computes the rate over a whole column.
    @inlinable public static func column(_ input: [Double], length: Int) -> IndicatorColumn {
        checkLength(length)
        return IndicatorColumn(rows: input.count, warmUp: length) { output in
            for row in length..<input.count {
                output[row - length] = change(from: input[row - length], to: input[row])
            }
        }
    }
}
