import RialtoAnalytics
import RialtoBacktest

/// What executing cost, as tables.
extension RunTablesView {
    /// Most parents that are shown one by one to people; programs are given all.
    private static let parentsMax = 20

    /// What moved money beside prices: payments, then costs.
    static func moneyTables(_ tables: RunTables, isForPeople: Bool) -> [Table] {
        payments(tables, isForPeople: isForPeople) + costs(tables, isForPeople: isForPeople)
    }

    /// Costs by strategy and way of working, then of each parent; nil where nothing was ordered.
    private static func costs(_ tables: RunTables, isForPeople: Bool) -> [Table] {
        let sums = CostSummary.sums(tables), parents = CostSummary.parents(tables)
        guard !sums.isEmpty else { return [] }
        var made = [
            Table(
                [.init("cost_of", "costs of"), .init("way"), .init("orders")] + parts,
                rows: sums.map {
                    [.text($0.owner), .text($0.way), .integer(Int64($0.orders))]
                        + cells($0, isForPeople)
                })
        ]
        let shown = isForPeople ? Array(parents.prefix(parentsMax)) : parents
        guard !shown.isEmpty else { return made }
        made.append(
            Table(
                [
                    .init("parent_of", "dearest parents of"), .init("way"), .init("instrument"),
                    .init("time"),
                ] + parts,
                rows: shown.map {
                    [.text($0.owner), .text($0.way), .text($0.instrument), .time($0.time_ns)]
                        + cells($0, isForPeople)
                }))
        return made
    }

    /// Money that moved without a trade; none where there was none.
    private static func payments(_ tables: RunTables, isForPeople: Bool) -> [Table] {
        let sums = PaymentSummary.sums(tables)
        guard !sums.isEmpty else { return [] }
        return [
            Table(
                [
                    .init("payments_of", "payments of"), .init("kind"), .init("count"),
                    .init("amount"),
                ],
                rows: sums.map {
                    [
                        .text($0.owner), .text($0.kind), .integer(Int64($0.count)),
                        money($0.amount, isForPeople),
                    ]
                })
        ]
    }

    private static var parts: [Table.Column] {
        [
            .init("filled", "filled %"), .init("slippage"), .init("spread"), .init("fee"),
            .init("opportunity"), .init("shortfall", "= shortfall"), .init("bps"),
        ]
    }

    private static func cells(_ cost: CostSummary, _ isForPeople: Bool) -> [Cell] {
        let parts = [cost.slippage, cost.spread, cost.fee, cost.opportunity, cost.shortfall]
        return [.percent(cost.filledShare / Double(max(1, cost.orders)))]
            + parts.map { money($0, isForPeople) }
            + [cost.bps.map { .number($0, decimals: 2) } ?? .none]
    }

    /// Shown to the cent; to programs exact, so that the parts are the whole.
    private static func money(_ value: Int128, _ isForPeople: Bool) -> Cell {
        isForPeople
            ? .number(EquityCurve.amount(value), decimals: 2) : .exact(value, decimals: 18)
    }
}
