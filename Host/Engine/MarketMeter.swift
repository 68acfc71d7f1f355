import RialtoExecution
import RialtoValues

/// What algorithms know of the market: volumes and moves of the events that have passed.
///
/// It reads nothing before an algorithm asks, and then all of what has passed, so a run without
/// algorithms pays nothing and no result depends on when it was asked.
struct MarketMeter {
    private let sources: [VolumeSource]
    /// First entry that it has not read.
    private var cursor = 0
    /// Traded so far, by instrument, in quantity units.
    private(set) var volumes: [Int64]
    private var days: [VolumeCurve]
    private var weeks: [VolumeCurve]
    private var moves: [VolatilityMeter]
    /// Time of the first event, by instrument.
    private var first_ns: [Int64]

    /// Weeks after which the curve is that of a week.
    private static let weeksMin = 2
    private static let day_ns = 86_400_000_000_000.0

    init(_ sources: [VolumeSource]) {
        self.sources = sources
        volumes = Array(repeating: 0, count: sources.count)
        days = Array(repeating: .day, count: sources.count)
        weeks = Array(repeating: .week, count: sources.count)
        moves = Array(repeating: VolatilityMeter(), count: sources.count)
        first_ns = Array(repeating: .max, count: sources.count)
    }

    /// Reads the entries before `position`.
    mutating func read(_ market: MarketColumns, to position: Int) {
        while cursor < position {
            let (kind, row) = market.place(cursor), time = market.times[cursor]
            cursor += 1
            if kind == EventKind.bars.rawValue {
                let instrument = market.bar(row), opened = market.opened(row, deliveredAt: time)
                if sources[instrument] == .bars {
                    add(market.barVolume[row], instrument, from_ns: opened, to_ns: time)
                }
                note(market.barClose[row], instrument, at: time)
            } else if kind == EventKind.trades.rawValue {
                let instrument = market.trade(row)
                add(market.tradeQuantity[row], instrument, from_ns: time, to_ns: time)
                note(market.tradePrice[row], instrument, at: time)
            } else if kind == EventKind.quotes.rawValue {
                note(
                    market.quoteBidPrice[row], market.quoteAskPrice[row], market.quote(row),
                    at: time)
            } else if kind == EventKind.books.rawValue, market.bookBidCount[row] > 0,
                market.bookAskCount[row] > 0
            {
                // Changes of a book are left out: whole ones and trades say enough of its moves.
                let bid = Int(market.bookFirstLevel[row])
                let ask = bid + Int(market.bookBidCount[row])
                note(
                    market.levelPrice[bid], market.levelPrice[ask], market.book(row), at: time)
            }
        }
    }

    private mutating func note(_ bid: Int64, _ ask: Int64, _ instrument: Int, at time_ns: Int64) {
        guard bid > 0, ask > 0 else { return }
        note(bid + (ask - bid) / 2, instrument, at: time_ns)
    }

    private mutating func add(_ volume: Int64, _ instrument: Int, from_ns: Int64, to_ns: Int64) {
        let (sum, over) = volumes[instrument].addingReportingOverflow(volume)
        volumes[instrument] = over ? .max : sum
        days[instrument].add(volume, from_ns: from_ns, to_ns: to_ns)
        weeks[instrument].add(volume, from_ns: from_ns, to_ns: to_ns)
    }

    private mutating func note(_ price: Int64, _ instrument: Int, at time_ns: Int64) {
        if first_ns[instrument] == .max { first_ns[instrument] = time_ns }
        moves[instrument].add(price: price, at: time_ns)
    }

    /// Whether anything tells what the others trade of an instrument.
    func knowsVolume(of instrument: Int) -> Bool { sources[instrument] != .none }

    /// How volume is spread: over the week once two are known, before that over the day.
    func curve(_ instrument: Int) -> VolumeCurve {
        weeks[instrument].sessions >= Self.weeksMin ? weeks[instrument] : days[instrument]
    }

    /// Variance of relative changes for a day; nil before there were two prices.
    func dailyVariance(_ instrument: Int) -> Double? { moves[instrument].dailyVariance }

    /// Mean volume of a day, in quantity units; nil without any.
    func dailyVolume(_ instrument: Int, at now_ns: Int64) -> Double? {
        guard volumes[instrument] > 0, now_ns > first_ns[instrument] else { return nil }
        return Double(volumes[instrument]) / Double(now_ns - first_ns[instrument]) * Self.day_ns
    }
}
