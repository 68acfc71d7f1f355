import RialtoAnalytics
import RialtoExecution
import RialtoValues

/// What one strategy's orders of one way of working cost together, or one parent alone.
package struct CostSummary: Sendable, Equatable {
    /// Id of the strategy; of the account where an order nets several.
    package let owner: String
    /// `targets`, `orders`, `protection` or the name of an algorithm.
    package let way: String
    /// Id of the instrument; empty for a sum over orders.
    package let instrument: String
    /// Unix nanoseconds UTC of the first decision.
    package let time_ns: Int64
    package var orders = 0
    /// Shares of quantity that filled, summed over the orders.
    package var filledShare = 0.0
    /// In 10^-18, as ``ExecutionCost`` has them.
    package var traded: Int128 = 0
    package var slippage: Int128 = 0
    package var spread: Int128 = 0
    package var fee: Int128 = 0
    package var opportunity: Int128 = 0
    package var shortfall: Int128 = 0

    /// Whether the parts are the whole, to the unit.
    package var addsUp: Bool { slippage + spread + fee + opportunity == shortfall }

    /// The shortfall in basis points of what was traded; nil where nothing was.
    package var bps: Double? {
        traded > 0 ? EquityCurve.amount(shortfall) / EquityCurve.amount(traded) * 10_000 : nil
    }

    private mutating func add(_ costs: Columns, _ row: Int) {
        orders += 1
        filledShare += Double(costs.filled[row]) / Double(max(1, costs.quantity[row]))
        // Inverse contracts are valued below 0.
        traded += costs.traded[row] < 0 ? -costs.traded[row] : costs.traded[row]
        slippage += costs.slippage[row]
        spread += costs.spread[row]
        fee += costs.fee[row]
        opportunity += costs.opportunity[row]
        shortfall += costs.shortfall[row]
    }

    /// The table of costs, taken apart once.
    private struct Columns {
        let count: Int
        let time_ns, account, instance, instrument: KeptColumn<Int64>
        let algorithm, purpose, quantity, filled: KeptColumn<Int64>
        let traded, slippage, spread, fee, opportunity, shortfall: KeptColumn<Int128>

        init(_ table: RunTable) {
            count = table.count
            time_ns = table.integers("time_ns")
            account = table.integers("account")
            instance = table.integers("instance")
            instrument = table.integers("instrument")
            algorithm = table.integers("algorithm")
            purpose = table.integers("purpose")
            quantity = table.integers("quantity")
            filled = table.integers("filled")
            traded = table.wide("traded")
            slippage = table.wide("slippage")
            spread = table.wide("spread")
            fee = table.wide("fee")
            opportunity = table.wide("opportunity")
            shortfall = table.wide("shortfall")
        }
    }

    private static func way(_ algorithm: Int64, _ purpose: Int64) -> String {
        let named = Int(algorithm)
        if named > 0, named < Algorithm.names.count { return Algorithm.names[named] }
        return switch purpose {
        case 1: "targets"
        case 3: "protection"
        case 5: "liquidations"
        case 6: "settlements"
        default: "orders"
        }
    }

    private static func start(
        _ tables: RunTables, _ costs: Columns, _ row: Int, names: Bool
    ) -> CostSummary {
        let instance = Int(costs.instance[row]), account = Int(costs.account[row])
        let instrument = Int(costs.instrument[row])
        return CostSummary(
            owner: instance >= 0
                ? tables["instances"].texts("id")[instance]
                : tables["accounts"].texts("id")[account],
            way: way(costs.algorithm[row], costs.purpose[row]),
            instrument: names ? tables["instruments"].texts("name")[instrument] : "",
            time_ns: costs.time_ns[row])
    }

    /// Sums by owner and way, in the order in which they first occur.
    package static func sums(_ tables: RunTables) -> [CostSummary] {
        let costs = Columns(tables[RunCosts.name])
        var found: [[Int64]: Int] = [:], sums: [CostSummary] = []
        for row in 0..<costs.count {
            let key = [
                costs.instance[row], costs.account[row], costs.algorithm[row], costs.purpose[row],
            ]
            let place = found[key] ?? sums.count
            if place == sums.count {
                found[key] = place
                sums.append(start(tables, costs, row, names: false))
            }
            sums[place].add(costs, row)
        }
        return sums
    }

    /// Each parent alone, the dearest first.
    package static func parents(_ tables: RunTables) -> [CostSummary] {
        let costs = Columns(tables[RunCosts.name])
        return (0..<costs.count).filter { costs.algorithm[$0] > 0 }.map { row in
            var one = start(tables, costs, row, names: true)
            one.add(costs, row)
            return one
        }.sorted { $0.shortfall > $1.shortfall }
    }
}
