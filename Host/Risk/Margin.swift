import RialtoLedger

/// What a position binds from some size on.
package struct MarginTier: Hashable, Sendable {
    /// Notional of the position from which it holds, in units of 10^-18; 0 for the first tier.
    package let from: Int128
    /// Highest leverage allowed, in 10^-6: 20x is 20,000,000.
    package let leverage_e6: Int64
    /// Maintenance margin, as a share of the notional within the tier.
    package let maintenance: Rate

    package init(from: Int128, leverage_e6: Int64, maintenance: Rate) {
        self.from = from
        self.leverage_e6 = leverage_e6
        self.maintenance = maintenance
    }
}

/// Margins by the size of a position.
///
/// Maintenance is progressive, as on Binance USD-M futures: notional times the tier's rate, less
/// the tier's cumulated amount, which makes it continuous where tiers meet. So it is the sum over
/// the tiers of what of the notional lies in each, at that tier's rate.
package struct MarginSchedule: Sendable {
    /// Why tiers make no schedule.
    package enum Fault: Error, Equatable, Sendable {
        /// There is none, or the first does not start at 0.
        case noBase
        /// A tier does not start above the one before it.
        case unordered(index: Int)
        /// A leverage is not 1 or more, or a maintenance rate not below 1 / leverage, or a later
        /// tier asks for less than the one before it.
        case inconsistent(index: Int)
    }

    package let tiers: [MarginTier]
    /// What is taken off notional times rate, by tier, in units of 10^-18.
    private let amounts: [Int128]

    /// - Parameter tiers: From 0 on, in rising order, asking for more and more.
    package init(tiers: [MarginTier]) throws(Fault) {
        guard tiers.first?.from == 0 else { throw .noBase }
        var amounts: [Int128] = [0]
        for (index, tier) in tiers.enumerated() {
            guard tier.leverage_e6 >= 1_000_000, tier.maintenance.e9 >= 0,
                // maintenance < 1 / leverage, both as shares
                Int128(tier.maintenance.e9) * Int128(tier.leverage_e6) < 1_000_000_000_000_000
            else { throw .inconsistent(index: index) }
            guard index > 0 else { continue }
            let last = tiers[index - 1]
            guard tier.from > last.from else { throw .unordered(index: index) }
            guard tier.maintenance.e9 >= last.maintenance.e9, tier.leverage_e6 <= last.leverage_e6
            else { throw .inconsistent(index: index) }
            let step = Rate(e9: tier.maintenance.e9 - last.maintenance.e9)
            guard let more = try? step.applied(to: tier.from) else {
                throw .inconsistent(index: index)
            }
            amounts.append(amounts[index - 1] + more)
        }
        self.tiers = tiers
        self.amounts = amounts
    }

    private func tier(of notional: Int128) -> Int {
        (tiers.lastIndex { $0.from <= notional }) ?? 0
    }

    /// What must be left for a position of this size, or it is liquidated.
    ///
    /// - Parameter notional: 0 or more, in units of 10^-18; so is the result.
    package func maintenance(_ notional: Int128) throws(LedgerError) -> Int128 {
        let index = tier(of: notional)
        return max(0, try tiers[index].maintenance.applied(to: notional) - amounts[index])
    }

    /// What opening a position of this size binds, rounded up.
    ///
    /// - Parameters:
    ///   - notional: 0 or more, in units of 10^-18; so is the result.
    ///   - leverage_e6: Leverage that the account has chosen; a tier's own limit counts where that
    ///     is lower.
    package func initial(_ notional: Int128, leverage_e6: Int64) throws(LedgerError) -> Int128 {
        let leverage = Int128(min(leverage_e6, tiers[tier(of: notional)].leverage_e6))
        let (scaled, over) = notional.multipliedReportingOverflow(by: 1_000_000)
        guard !over else { throw .overflow }
        return (scaled + leverage - 1) / leverage
    }
}

/// How an account borrows against its contracts.
package struct MarginModel: Sendable {
    /// What a position's losses are held against.
    package enum Mode: UInt8, CaseIterable, Sendable {
        /// All of the account's equity: all positions live or go together.
        case cross = 1
        /// The margin that the position was opened with, and no more than that.
        case isolated = 2
    }

    /// Whether opposite positions of an account's strategies stay side by side on the venue.
    package enum Sides: UInt8, CaseIterable, Sendable {
        /// They net: one position per instrument.
        case oneWay = 1
        /// Longs and shorts are positions of their own, each with its margin.
        case hedge = 2
    }

    package var mode: Mode
    package var sides: Sides
    /// In 10^-6, 1 or more.
    package var leverage_e6: Int64
    /// What a liquidation costs, of its notional.
    package var liquidationFee: Rate
    /// By instrument; nil of those that are paid in full.
    package var schedules: [MarginSchedule?]

    package init(
        mode: Mode, sides: Sides, leverage_e6: Int64, liquidationFee: Rate,
        schedules: [MarginSchedule?]
    ) {
        self.mode = mode
        self.sides = sides
        self.leverage_e6 = leverage_e6
        self.liquidationFee = liquidationFee
        self.schedules = schedules
    }
}
