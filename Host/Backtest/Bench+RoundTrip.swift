import RialtoPluginHost
import RialtoValues

extension Bench {
    /// Batches of one trade that are handed over.
    private static let trips = 20_000

    /// Hands trades to a plugin one by one, and times each hand-over with its answer.
    func roundTrips(_ plugin: String) throws(BenchError) -> BenchResult {
        let coin = Instrument(
            name: "SYM", venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 0,
            priceStep: 1, quantityStep: 1, currency: "USD", multiplier: 1)
        var shelf = PluginShelf(folders, tier: tier)
        let strategy = try instance(&shelf, plugin, [coin], [])
        let column = UnsafeMutablePointer<Int64>.allocate(capacity: 4)
        let words = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
        let side = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
        defer {
            column.deallocate()
            words.deallocate()
            side.deallocate()
        }
        column.initialize(repeating: 1, count: 4)
        words.initialize(to: 0)
        side.initialize(to: Side.buy.rawValue)
        var batch = EventBatch(), sink = IntentSink()
        batch.count = 1
        batch.singleKind = EventKind.trades.rawValue
        var times: [Int] = []
        times.reserveCapacity(Self.trips)
        let began = Bench.now()
        for trip in 0..<Self.trips {
            column[0] = Int64(trip)
            column[1] = Int64(trip)
            column[2] = 10_000 + Int64(trip % 100)
            batch.trades = TradeEvents(
                count: 1, time_ns: UnsafePointer(column), venueTime_ns: UnsafePointer(column + 1),
                instrument: UnsafePointer(words), price: UnsafePointer(column + 2),
                quantity: UnsafePointer(column + 3), takerSide: UnsafePointer(side))
            let start = Bench.now_ns()
            guard strategy.onBatch(batch, &sink) == 1 else {
                throw .answer(plugin: plugin, reason: strategy.failure)
            }
            times.append(Bench.now_ns() - start)
        }
        let seconds = Bench.now() - began
        times.sort()
        var result = BenchResult(
            work: .trip, events: Self.trips, seconds: seconds, fills: 0, equity: 0,
            checksum: Bench.number(strategy.saved()), peakRSS_MiB: Bench.peakRSS())
        result.trip = (times[times.count / 2], times[times.count * 99 / 100])
        return result
    }
}
