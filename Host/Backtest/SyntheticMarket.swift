import Glibc
import RialtoHistory
import RialtoValues

/// Random walks of many instruments: three years of daily bars, and after them 1-minute bars.
///
/// The same numbers on every machine. They are made once, one instrument after the other, and kept
/// in a history folder.
package struct SyntheticMarket: Sendable {
    /// Instruments, 1...1024.
    package let instruments: Int
    /// Days of 1-minute bars, 1 or more.
    package let days: Int

    private static let dailyBars = 3 * 365
    private static let day_ns: Int64 = 86_400_000_000_000
    private static let minute_ns: Int64 = 60_000_000_000
    /// 2024-01-01: where the daily bars end and the others begin.
    private static let turn_ns: Int64 = 1_704_067_200_000_000_000

    package init(instruments: Int = 1000, days: Int = 30) {
        precondition((1...1024).contains(instruments) && days >= 1, "a market of some size")
        self.instruments = instruments
        self.days = days
    }

    /// Opens the market's series below `data`, and makes those that are not there.
    func open(in data: String) throws(HistoryError) -> ([Instrument], [FeedSource]) {
        let folder = HistoryFolder(path: "\(data)/w7-\(instruments)x\(days)/history")
        var names: [Instrument] = [], sources: [FeedSource] = []
        for index in 0..<instruments {
            let instrument = instrument(index)
            names.append(instrument)
            for series in try open(instrument, index, folder) {
                sources.append(FeedSource(series: series, instrument: index))
            }
        }
        return (names, sources)
    }

    private func instrument(_ index: Int) -> Instrument {
        let number = String(index)
        return Instrument(
            name: "S" + String(repeating: "0", count: 4 - number.count) + number + "/USD",
            venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 0, priceStep: 1,
            quantityStep: 1, currency: "USD", multiplier: 1)
    }

    /// The daily and the 1-minute bars of an instrument.
    private func open(
        _ instrument: Instrument, _ index: Int, _ folder: HistoryFolder
    ) throws(HistoryError) -> [Series] {
        let keys = [Self.day_ns, Self.minute_ns].map {
            SeriesKey(instrument: instrument.name, kind: .bars, interval_ns: $0)
        }
        if access(folder.filePath(keys[1]), F_OK) != 0 {
            var random = SeededGenerator(seed: UInt64(index)), price: Int64 = 10_000
            try folder.write(
                try walk(
                    instrument, Self.day_ns, count: Self.dailyBars, share: 50,
                    from: Self.turn_ns - Int64(Self.dailyBars) * Self.day_ns, &price, &random))
            try folder.write(
                try walk(
                    instrument, Self.minute_ns, count: days * 1440, share: 1000,
                    from: Self.turn_ns, &price, &random))
        }
        return [try folder.open(keys[0]), try folder.open(keys[1])]
    }

    /// - Parameter share: A bar moves by at most one part in so many of the price.
    private func walk(
        _ instrument: Instrument, _ interval: Int64, count: Int, share: Int64, from start: Int64,
        _ price: inout Int64, _ random: inout SeededGenerator
    ) throws(HistoryError) -> Series {
        var series = try SeriesBuilder(
            SeriesDefinition(instrument: instrument, kind: .bars, interval_ns: interval),
            capacity: count)
        for bar in 1...Int64(count) {
            let open = price, most = max(2, price / share)
            price = max(100, open + Int64.random(in: -most...most, using: &random))
            let up = Int64.random(in: 0...most / 2, using: &random)
            let down = Int64.random(in: 0...most / 2, using: &random)
            try series.append(
                bar: start + bar * interval, open: open, high: max(open, price) + up,
                low: max(1, min(open, price) - down), close: price,
                volume: .random(in: 1...1000, using: &random))
        }
        return series.finish()
    }
}
