import RialtoLedger
import RialtoValues

/// What a venue charges, by how much an account has traded lately.
package struct FeeSchedule: Sendable {
    /// Rates from some traded value on.
    package struct Tier: Equatable, Sendable {
        /// Value traded within the window, in units of 10^-18; 0 for the first tier.
        package let from: Int128
        package let maker: Rate
        package let taker: Rate

        package init(from: Int128, maker: Rate, taker: Rate) {
            self.from = from
            self.maker = maker
            self.taker = taker
        }
    }

    /// Why tiers make no schedule.
    package enum Fault: Error, Equatable, Sendable {
        /// There is none, or the first does not start at 0.
        case noBase
        /// A tier does not start above the one before it.
        case unordered(index: Int)
    }

    /// How far back trading counts: 30 days, in whole days UTC.
    package static let windowDays = 30

    package let tiers: [Tier]
    /// The highest taker rate of all tiers: what an order sets aside.
    package let highestTaker: Rate

    package init(maker: Rate, taker: Rate) {
        tiers = [Tier(from: 0, maker: maker, taker: taker)]
        highestTaker = taker
    }

    /// - Parameter tiers: From 0 on, in rising order.
    package init(tiers: [Tier]) throws(Fault) {
        guard tiers.first?.from == 0 else { throw .noBase }
        for index in tiers.indices.dropFirst() where tiers[index].from <= tiers[index - 1].from {
            throw .unordered(index: index)
        }
        self.tiers = tiers
        highestTaker = Rate(e9: tiers.map(\.taker.e9).max() ?? 0)
    }

    /// Whether the rates depend on what was traded.
    package var isTiered: Bool { tiers.count > 1 }

    /// The rates where they do not depend on what was traded; else nil.
    package var flat: (maker: Rate, taker: Rate)? {
        isTiered ? nil : (tiers[0].maker, tiers[0].taker)
    }

    /// The rate for a fill of an account that traded `value` within the window.
    @inline(__always)
    package func rate(_ liquidity: Liquidity, traded value: Int128) -> Rate {
        if tiers.count == 1 { return liquidity == .maker ? tiers[0].maker : tiers[0].taker }
        let tier = tiers.last { $0.from <= value } ?? tiers[0]
        return liquidity == .maker ? tier.maker : tier.taker
    }
}

/// What an account has traded in the last days.
package struct TradedValue: Sendable {
    private static let day_ns: Int64 = 86_400_000_000_000
    private var days: [(day: Int64, value: Int128)] = []
    /// In units of 10^-18.
    package private(set) var total: Int128 = 0

    package init() {}

    /// Adds the value of a fill at `time_ns`, Unix nanoseconds; times never fall.
    package mutating func add(_ value: Int128, at time_ns: Int64) {
        let day = time_ns / TradedValue.day_ns
        forget(before: day)
        if days.last?.day == day {
            days[days.count - 1].value += value
        } else {
            days.append((day, value))
        }
        total += value
    }

    /// Drops the days that have left the window.
    package mutating func forget(before day: Int64) {
        while let first = days.first, first.day <= day - Int64(FeeSchedule.windowDays) {
            total -= first.value
            days.removeFirst()
        }
    }
}
