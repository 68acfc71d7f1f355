import RialtoBinding
import RialtoHistory
import RialtoIndicators
import RialtoText

/// Columns of a series as numbers in whole units, for indicators.
struct IndicatorColumns {
    let time_ns: [Int64]
    let columns: [BoundFunction.InputColumn: [Double]]

    /// - Parameter series: Bars or trades.
    init(_ series: Series) throws(HouseMessage) {
        let rows = series.count
        let price = Self.scale(series.instrument.priceDecimals)
        let quantity = Self.scale(series.instrument.quantityDecimals)
        let column = { (numbers: UnsafePointer<Int64>, scale: Double) in
            (0..<rows).map { Double(numbers[$0]) / scale }
        }
        time_ns = (0..<rows).map { series.time_ns[$0] }
        if let bars = series.bars {
            let close = column(bars.close, price)
            columns = [
                .open: column(bars.open, price), .high: column(bars.high, price),
                .low: column(bars.low, price), .close: close, .price: close,
                .volume: column(bars.volume, quantity),
            ]
        } else if let trades = series.trades {
            columns = [
                .price: column(trades.price, price), .volume: column(trades.quantity, quantity),
            ]
        } else {
            throw HouseMessage(
                "indicators read bars or trades, \(series.key.text) holds \(series.kind.name)",
                help: "name a series of bars; see rialto data list", cause: .calledWrongly)
        }
        guard rows > 0 else {
            throw HouseMessage(
                "there is no row in \(series.key.text)", help: "name another series")
        }
    }

    private static func scale(_ decimals: Int) -> Double {
        (0..<decimals).reduce(1) { product, _ in product * 10 }
    }

    /// The same as bars, for the built-in indicators.
    func bars() throws(HouseMessage) -> RialtoIndicators.BarColumns {
        guard let open = columns[.open], let high = columns[.high], let low = columns[.low],
            let close = columns[.close], let volume = columns[.volume]
        else {
            throw HouseMessage(
                "built-in indicators read bars",
                help: "name a series of bars; see rialto data list",
                cause: .calledWrongly)
        }
        return RialtoIndicators.BarColumns(
            open: open, high: high, low: low, close: close, volume: volume)
    }
}
