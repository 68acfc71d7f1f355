/// Wilder's directional movement: how much of the range went up (+DI) and down (-DI), each 0...100.
/// First value at row `length`.
@frozen public struct DirectionalMovement: Sendable {
    /// One row's indices, 0...100.
    @frozen public struct Value: Equatable, Sendable {
        /// +DI, the part of the range that went up.
        public let plus: Double
        /// -DI, the part of the range that went down.
        public let minus: Double

        @inlinable init(plus: Double, minus: Double) {
            self.plus = plus
            self.minus = minus
        }

        /// The difference of the two beside their sum, 0...100; nil when both are 0.
        @inlinable public var strength: Double? {
            let sum = plus + minus
            return sum > 0 ? 100 * abs(plus - minus) / sum : nil
        }
    }

    @usableFromInline let length: Int
    @usableFromInline var seen = 0
    @usableFromInline var last: (high: Double, low: Double, close: Double) = (0, 0, 0)
    @usableFromInline var plus = 0.0
    @usableFromInline var minus = 0.0
    @usableFromInline var range = 0.0

    /// - Parameter length: 2...100_000.
    @inlinable public init(length: Int) {
        checkLength(length, from: 2)
        self.length = length
    }

    /// Takes the next bar in; nil until `length` + 1 were seen.
    @inlinable public mutating func update(high: Double, low: Double, close: Double) -> Value? {
        defer { last = (high, low, close) }
        seen = min(seen + 1, length + 1)
        guard seen > 1 else { return nil }
        let up = high - last.high
        let down = last.low - low
        let keep = seen > length ? 1 - 1 / Double(length) : 1
        plus = plus * keep + (up > down && up > 0 ? up : 0)
        minus = minus * keep + (down > up && down > 0 ? down : 0)
        range = range * keep + TrueRange.range(high: high, low: low, last: last.close)
        guard seen > length else { return nil }
        guard range > 0 else { return Value(plus: 0, minus: 0) }
        return Value(plus: 100 * plus / range, minus: 100 * minus / range)
    }

    /// Computes both indices over whole columns of the same length.
    @inlinable public static func columns(
        high: [Double], low: [Double], close: [Double], length: Int
    ) -> (plus: IndicatorColumn, minus: IndicatorColumn) {
        precondition(high.count == low.count && low.count == close.count)
        var state = DirectionalMovement(length: length)
        var minus = IndicatorColumn(first: high.count, values: [])
        let plus = IndicatorColumn(rows: high.count, warmUp: length) { plus in
            minus = IndicatorColumn(rows: high.count, warmUp: length) { minus in
                for row in high.indices {
                    guard
                        let value = state.update(high: high[row], low: low[row], close: close[row])
                    else { continue }
                    plus[row - length] = value.plus
                    minus[row - length] = value.minus
                }
            }
        }
        return (plus, minus)
    }
}

/// Average directional index, 0...100: Wilder's average of the strength of directional movement,
/// started with the mean of `length` strengths. First value at row 2 `length` - 1.
@frozen public struct ADX: Sendable {
    @usableFromInline var movement: DirectionalMovement
    @usableFromInline var seen = 0
    @usableFromInline var mean: WilderMean

    /// - Parameter length: 2...100_000.
    @inlinable public init(length: Int) {
        movement = DirectionalMovement(length: length)
        mean = WilderMean(length: length, start: 0)
    }

    /// Takes the next bar in; nil until 2 `length` were seen. A bar without any movement in its
    /// window leaves the index as it was.
    @inlinable public mutating func update(high: Double, low: Double, close: Double) -> Double? {
        guard let value = movement.update(high: high, low: low, close: close) else { return nil }
        if seen >= movement.length {
            if let strength = value.strength { mean.update(strength) }
            return mean.value
        }
        mean.value += value.strength ?? 0
        seen += 1
        guard seen == movement.length else { return nil }
        mean.value /= Double(movement.length)
        return mean.value
    }

    /// Computes the index over whole columns of the same length.
    @inlinable public static func column(
        high: [Double], low: [Double], close: [Double], length: Int
    ) -> IndicatorColumn {
        precondition(high.count == low.count && low.count == close.count)
        var state = ADX(length: length)
        let warmUp = 2 * length - 1
        return IndicatorColumn(rows: high.count, warmUp: warmUp) { output in
            for row in high.indices {
                let value = state.update(high: high[row], low: low[row], close: close[row])
                if let value { output[row - warmUp] = value }
            }
        }
    }
}
