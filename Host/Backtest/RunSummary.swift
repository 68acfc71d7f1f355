import RialtoAnalytics
import RialtoValues

/// How one account, or one instance, did.
package struct BookSummary: Sendable {
    /// Id of the account or instance.
    package let id: String
    /// Id of the account that an instance belongs to; empty for an account.
    package let account: String
    /// In units of 10^-18.
    package let start: Int128
    package let end: Int128
    package let curve: EquityCurve
    package let performance: Performance
    package let trading: Trading
}

/// What a run comes to: per account, per instance, beside buying and holding.
package struct RunSummary: Sendable {
    package let accounts: [BookSummary]
    package let instances: [BookSummary]
    /// Growth of each instrument from its first to its last price: 0.1 is ten per cent.
    package let holding: [(instrument: String, growth: Double)]
    /// Whether each account's last equity is the sum of its instances' and of what no one was
    /// given.
    package let addsUp: Bool

    /// - Parameter tables: Of one run.
    package init(_ tables: RunTables) {
        let equity = tables["equity"]
        let sampling = tables["run"].integers("sampling_ns").first ?? 86_400_000_000_000
        let period = (
            tables["run"].integers("first_time_ns").first ?? 0,
            tables["run"].integers("last_time_ns").first ?? 0
        )
        let accountIds = tables["accounts"].texts("id")
        let owners = tables["instances"].texts("account"), ids = tables["instances"].texts("id")
        func curve(_ account: Int, _ instance: Int) -> (EquityCurve, [Int128]) {
            RunSummary.curve(equity, account: account, instance: instance)
        }
        func summary(_ id: String, _ owner: String, _ a: Int, _ i: Int) -> BookSummary {
            let (curve, values) = curve(a, i)
            return BookSummary(
                id: id, account: owner, start: values.first ?? 0, end: values.last ?? 0,
                curve: curve,
                performance: Performance(curve, Annualisation(.everyDay, interval: sampling)),
                trading: Trading(
                    RunSummary.fills(tables, account: a, instance: i), from: period.0,
                    to: max(period.1, period.0 + 1)))
        }
        let wholes = accountIds.enumerated().map { summary($0.element, "", $0.offset, -1) }
        let parts = ids.enumerated().map { index, id in
            summary(id, owners[index], accountIds.firstIndex(of: owners[index]) ?? 0, index)
        }
        holding = RunSummary.holding(tables["instruments"])
        accounts = wholes
        instances = parts
        let sums = wholes.map { account in
            let books = parts.filter { $0.account == account.id }
            let unused = account.start - books.reduce(0) { $0 + $1.start }
            return account.end == unused + books.reduce(0) { $0 + $1.end }
        }
        addsUp = sums.allSatisfy { $0 }
    }

    private static func curve(
        _ equity: RunTable, account: Int, instance: Int
    )
        -> (EquityCurve, [Int128])
    {
        let accounts = equity.integers("account"), instances = equity.integers("instance")
        let times = equity.integers("time_ns"), values = equity.wide("equity")
        var chosen: [Int] = []
        for row in 0..<equity.count where accounts[row] == account && instances[row] == instance {
            if let last = chosen.last, times[last] == times[row] { chosen.removeLast() }
            chosen.append(row)
        }
        let amounts = chosen.map { values[$0] }
        return (EquityCurve(times: chosen.map { times[$0] }, cash: amounts), amounts)
    }

    private static func holding(_ table: RunTable) -> [(instrument: String, growth: Double)] {
        let first = table.integers("first_price"), last = table.integers("last_price")
        return table.texts("name").enumerated().map { index, name in
            (name, first[index] > 0 ? Double(last[index]) / Double(first[index]) - 1 : 0)
        }
    }

    /// Fills of an account (`instance` -1), or an instance's shares and crossings.
    private static func fills(_ tables: RunTables, account: Int, instance: Int) -> [ReportedFill] {
        let fills = tables["fills"], shares = tables["shares"]
        let times = fills.integers("time_ns"), instruments = fills.integers("instrument")
        let sides = fills.integers("side"), prices = fills.integers("price")
        let scale = RunSummary.scales(tables["instruments"])
        func made(
            _ time: Int64, _ k: Int, _ signed: Int64, _ price: Int64, _ fee: Int128
        ) -> ReportedFill {
            let notional = Int128(signed.magnitude) * Int128(price) * scale[k]
            return ReportedFill(
                time: time, instrument: k, signed: signed, notional: notional, fee: fee)
        }
        if instance < 0 {
            let accounts = fills.integers("account"), quantities = fills.integers("quantity")
            let fees = fills.wide("fee")
            return (0..<fills.count).filter { accounts[$0] == account }.map { row in
                let sign: Int64 = sides[row] & 255 == 1 ? 1 : -1
                return made(
                    times[row], Int(instruments[row]), sign * quantities[row], prices[row],
                    fees[row])
            }
        }
        let owners = shares.integers("instance"), numbers = shares.integers("fill")
        let quantities = shares.integers("quantity"), fees = shares.wide("fee")
        var result: [ReportedFill] = []
        for row in 0..<shares.count where owners[row] == instance {
            let fill = Int(numbers[row])
            let sign: Int64 = sides[fill] & 255 == 1 ? 1 : -1
            result.append(
                made(
                    times[fill], Int(instruments[fill]), sign * quantities[row], prices[fill],
                    fees[row]))
        }
        let crossings = tables["crossings"], crossed = crossings.integers("instance")
        let crossTimes = crossings.integers("time_ns"), crossed_k = crossings.integers("instrument")
        let signed = crossings.integers("quantity"), crossPrices = crossings.integers("price")
        for row in 0..<crossings.count where crossed[row] == instance {
            result.append(
                made(
                    crossTimes[row], Int(crossed_k[row]), signed[row], crossPrices[row], 0))
        }
        return result.sorted { $0.time < $1.time }
    }

    /// What one price unit times one quantity unit is worth, in 10^-18.
    private static func scales(_ table: RunTable) -> [Int128] {
        let prices = table.integers("price_decimals"),
            quantities = table.integers("quantity_decimals")
        let multipliers = table.integers("multiplier")
        return prices.indices.map { index in
            let exponent = 18 - Int(prices[index]) - Int(quantities[index])
            return (ExactDecimal.power10(max(0, exponent)) ?? 1) * Int128(multipliers[index])
        }
    }
}
