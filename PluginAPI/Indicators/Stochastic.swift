/// Where the close lies between the lowest low and the highest high of the last `length` bars.
@frozen @usableFromInline struct Channel: Sendable {
    @usableFromInline var top: Extreme
    @usableFromInline var bottom: Extreme
    @usableFromInline let length: Int
    @usableFromInline var seen = 0

    @inlinable init(length: Int) {
        top = Extreme(length: length, largest: true)
        bottom = Extreme(length: length, largest: false)
        self.length = length
    }

    /// Takes the next bar in; nil until `length` were seen.
    @inlinable mutating func update(high: Double, low: Double) -> (top: Double, bottom: Double)? {
        let edges = (top.update(high), bottom.update(low))
        if seen < length { seen += 1 }
        return seen == length ? edges : nil
    }
}

/// Slow stochastic: the close's place in the channel of `length` bars, 0...100, averaged over
/// `smooth` rows (%K), and that averaged over `signal` rows (%D). A channel without width counts as
/// 0. First value at row `length` + `smooth` + `signal` - 3.
@frozen public struct Stochastic: Sendable {
    /// One row's two lines, 0...100.
    @frozen public struct Value: Equatable, Sendable {
        /// %K, the smoothed place in the channel.
        public let k: Double
        /// %D, the average of %K.
        public let d: Double

        @inlinable init(k: Double, d: Double) {
            self.k = k
            self.d = d
        }
    }

    @usableFromInline var channel: Channel
    @usableFromInline var k: SMA
    @usableFromInline var d: SMA

    /// - Parameter length: 1...100_000, as are `smooth` and `signal`.
    @inlinable public init(length: Int, smooth: Int, signal: Int) {
        channel = Channel(length: length)
        k = SMA(length: smooth)
        d = SMA(length: signal)
    }

    /// Takes the next bar in; nil until `length` + `smooth` + `signal` - 2 were seen.
    @inlinable public mutating func update(high: Double, low: Double, close: Double) -> Value? {
        guard let (top, bottom) = channel.update(high: high, low: low) else { return nil }
        let place = top > bottom ? 100 * (close - bottom) / (top - bottom) : 0
        guard let k = k.update(place), let d = d.update(k) else { return nil }
        return Value(k: k, d: d)
    }

    /// Computes both lines over whole columns of the same length.
    @inlinable public static func columns(
        high: [Double], low: [Double], close: [Double], length: Int, smooth: Int, signal: Int
    ) -> (k: IndicatorColumn, d: IndicatorColumn) {
        precondition(high.count == low.count && low.count == close.count)
        var state = Stochastic(length: length, smooth: smooth, signal: signal)
        let warmUp = length + smooth + signal - 3
        var d = IndicatorColumn(first: high.count, values: [])
        let k = IndicatorColumn(rows: high.count, warmUp: warmUp) { k in
            d = IndicatorColumn(rows: high.count, warmUp: warmUp) { d in
                for row in high.indices {
                    guard
                        let value = state.update(high: high[row], low: low[row], close: close[row])
                    else { continue }
                    k[row - warmUp] = value.k
                    d[row - warmUp] = value.d
                }
            }
        }
        return (k, d)
    }
}

/// Williams %R, -100...0: how far the close lies below the highest high of `length` bars. A channel
/// without width counts as 0. First value at row `length` - 1.
@frozen public struct WilliamsR: Sendable {
    @usableFromInline var channel: Channel

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) { channel = Channel(length: length) }

    /// Takes the next bar in; nil until `length` were seen.
    @inlinable public mutating func update(high: Double, low: Double, close: Double) -> Double? {
        guard let (top, bottom) = channel.update(high: high, low: low) else { return nil }
        return top > bottom ? -100 * (top - close) / (top - bottom) : 0
    }

    /// Computes the indicator over whole columns of the same length.
    @inlinable public static func column(
        high: [Double], low: [Double], close: [Double], length: Int
    ) -> IndicatorColumn {
        precondition(high.count == low.count && low.count == close.count)
        var state = WilliamsR(length: length)
        return IndicatorColumn(rows: high.count, warmUp: length - 1) { output in
            for row in high.indices {
                let value = state.update(high: high[row], low: low[row], close: close[row])
                if let value { output[row - length + 1] = value }
            }
        }
    }
}
