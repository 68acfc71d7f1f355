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
    /// Capital that came from other strategies of the account, less what went to them.
    package let moved: Int128
    /// Worth over time; of a strategy as if its capital had never moved.
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
    /// What of each account's last equity no instance was given.
    package let unused: [Int128]
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
            let (whole, values) = curve(a, i)
            let moves = CapitalMoves(tables, account: a, instance: i)
            let curve = moves.unmoved(whole)
            return BookSummary(
                id: id, account: owner, start: values.first ?? 0, end: values.last ?? 0,
                moved: moves.sum, curve: curve,
                performance: Performance(curve, Annualisation(.everyDay, interval: sampling)),
                trading: Trading(
                    FillStream(tables, account: a, instance: i), from: period.0,
                    to: max(period.1, period.0 + 1)))
        }
        let wholes = accountIds.enumerated().map { summary($0.element, "", $0.offset, -1) }
        let parts = ids.enumerated().map { index, id in
            summary(id, owners[index], accountIds.firstIndex(of: owners[index]) ?? 0, index)
        }
        holding = RunSummary.holding(tables["instruments"])
        accounts = wholes
        instances = parts
        unused = wholes.enumerated().map { index, account in
            let books = parts.filter { $0.account == account.id }
            return curve(index, -2).1.last ?? books.reduce(account.start) { $0 - $1.start }
        }
        let sums = zip(wholes, unused).map { account, unused in
            let books = parts.filter { $0.account == account.id }
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

}

/// The fills of an account, or an instance's shares and crossings, in order of time; read from the
/// tables as they are asked for.
private struct FillStream: Sequence, IteratorProtocol {
    private let tables: RunTables
    private let account: Int64
    private let instance: Int64
    private let money: RunMoney
    private let times: KeptColumn<Int64>
    private let instruments: KeptColumn<Int64>
    private let sides: KeptColumn<Int64>
    private let prices: KeptColumn<Int64>
    /// Of an account's fills, or of an instance's shares.
    private let owners: KeptColumn<Int64>
    private let quantities: KeptColumn<Int64>
    private let fees: KeptColumn<Int128>
    /// Fill of each share.
    private let numbers: KeptColumn<Int64>
    private let crossTimes: KeptColumn<Int64>
    private let crossInstruments: KeptColumn<Int64>
    private let crossOwners: KeptColumn<Int64>
    private let crossQuantities: KeptColumn<Int64>
    private let crossPrices: KeptColumn<Int64>
    /// Payments of the account or instance, in order of time.
    private let payments: [ReportedFill]
    private var row = 0
    private var crossing = 0
    private var payment = 0

    /// Rows that are read between two times at which what was read is let go of.
    private static let releaseStep = 1 << 16

    /// - Parameter instance: -1 for the account's own fills.
    init(_ tables: RunTables, account: Int, instance: Int) {
        let fills = tables["fills"], own = instance < 0 ? fills : tables["shares"]
        let crossings = tables["crossings"]
        self.tables = tables
        self.account = Int64(account)
        self.instance = Int64(instance)
        money = RunMoney(tables)
        times = fills.integers("time_ns")
        instruments = fills.integers("instrument")
        sides = fills.integers("side")
        prices = fills.integers("price")
        owners = own.integers(instance < 0 ? "account" : "instance")
        quantities = own.integers("quantity")
        fees = own.wide("fee")
        numbers = own.integers("fill")
        crossTimes = crossings.integers("time_ns")
        crossInstruments = crossings.integers("instrument")
        crossOwners = crossings.integers("instance")
        crossQuantities = crossings.integers("quantity")
        crossPrices = crossings.integers("price")
        payments = Self.payments(tables["payments"], money, account: account, instance: instance)
    }

    private static func payments(
        _ table: RunTable, _ money: RunMoney, account: Int, instance: Int
    ) -> [ReportedFill] {
        let times = table.integers("time_ns"), instruments = table.integers("instrument")
        let owners = table.integers(instance < 0 ? "account" : "instance")
        let amounts = table.wide("amount"), after = table.integers("position")
        let before = table.integers("before")
        let owner = Int64(instance < 0 ? account : instance)
        return (0..<table.count).filter { owners[$0] == owner }.map { row in
            let instrument = Int(instruments[row])
            return ReportedFill(
                time: times[row], instrument: instrument, signed: after[row] - before[row],
                notional: money.inHome(amounts[row], instrument, account: account), fee: 0,
                isPayment: true)
        }
    }

    /// The earliest of the next fill, crossing and payment; at one time in this order.
    mutating func next() -> ReportedFill? {
        skip()
        let fill = row >= owners.count ? -1 : instance < 0 ? row : Int(numbers[row])
        let fillTime = fill < 0 ? Int64.max : times[fill]
        let hasCrossing = instance >= 0 && crossing < crossOwners.count
        let crossTime = hasCrossing ? crossTimes[crossing] : Int64.max
        let payTime = payment < payments.count ? payments[payment].time : Int64.max
        if hasCrossing, crossTime < fillTime, crossTime <= payTime { return nextCrossing() }
        if fill >= 0, fillTime <= payTime { return nextFill(fill) }
        guard payment < payments.count else { return nil }
        defer { payment += 1 }
        return payments[payment]
    }

    private mutating func nextFill(_ fill: Int) -> ReportedFill {
        let sign: Int64 = sides[fill] & 255 == 1 ? 1 : -1
        defer { row += 1 }
        return made(
            times[fill], instruments[fill], sign * quantities[row], prices[fill],
            instance < 0
                ? money.inHome(fees[row], Int(instruments[fill]), account: Int(account))
                : fees[row])
    }

    /// Goes on to the next row and crossing that are asked for.
    private mutating func skip() {
        let owner = instance < 0 ? account : instance
        while row < owners.count, owners[row] != owner {
            row += 1
            if row % Self.releaseStep == 0 { tables.release() }
        }
        while crossing < crossOwners.count, crossOwners[crossing] != instance { crossing += 1 }
    }

    private mutating func nextCrossing() -> ReportedFill {
        defer { crossing += 1 }
        return made(
            crossTimes[crossing], crossInstruments[crossing], crossQuantities[crossing],
            crossPrices[crossing], 0)
    }

    private func made(
        _ time: Int64, _ instrument: Int64, _ signed: Int64, _ price: Int64, _ fee: Int128
    ) -> ReportedFill {
        ReportedFill(
            time: time, instrument: Int(instrument), signed: signed,
            notional: money.value(
                Int(instrument), price: price, quantity: Int64(signed.magnitude),
                account: Int(account)),
            fee: fee)
    }
}
