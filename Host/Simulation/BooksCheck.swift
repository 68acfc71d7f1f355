import RialtoEngine

/// Adds up the virtual books of a run from its records alone and compares them with the account.
package struct BooksCheck {
    private struct Money: Equatable {
        /// By currency.
        var cash: [Int128]
        var positions: [Int64]
    }

    /// An account as it was set up: money in units of 10^-18.
    package struct Account {
        let equity: Int128
        let instances: [(capital: Int128, allowsShort: Bool)]
        /// Index of the currency of its money.
        let currency: Int
        /// Cash in other currencies, which no instance is given.
        let balances: [(currency: Int, amount: Int128)]

        package init(
            equity: Int128, instances: [(capital: Int128, allowsShort: Bool)], currency: Int = 0,
            balances: [(currency: Int, amount: Int128)] = []
        ) {
            self.equity = equity
            self.instances = instances
            self.currency = currency
            self.balances = balances
        }

        /// What no instance was given, by currency.
        func rest(_ currencies: Int) -> [Int128] {
            var rest = Array(repeating: Int128(0), count: currencies)
            rest[currency] = instances.reduce(equity) { $0 - $1.capital }
            for balance in balances { rest[balance.currency] += balance.amount }
            return rest
        }
    }

    private let setups: [Account]
    private let instruments: Int
    /// The currency of each instrument.
    private let currencies: [Int]
    private let isSpot: [Bool]
    private let currencyCount: Int
    private var books: [[Money]]
    private var totals: [Money]
    private var first: [Int] = []
    private var orders: [Int64: (account: Int, instrument: Int)] = [:]
    private var fillOrder: [Int64: Int64] = [:]
    /// What does not add up, in words.
    package private(set) var faults: [String] = []

    package init(_ run: SketchRun) {
        self.init(
            accounts: run.accounts.map { account in
                Account(
                    equity: account.equity,
                    instances: account.instances.map { ($0.capital, $0.allowsShort) },
                    currency: account.currency, balances: account.balances)
            }, instruments: run.instruments.count,
            currencies: run.currencies?.ofInstrument, count: run.currencies?.names.count ?? 1,
            isSpot: run.instruments.map { $0.kind == .spot })
    }

    /// - Parameters:
    ///   - currencies: The currency of each instrument; nil for one that all share.
    ///   - count: How many currencies there are.
    ///   - isSpot: Whether an instrument is the asset itself; nil for all of them.
    package init(
        accounts: [Account], instruments: Int, currencies: [Int]? = nil, count: Int = 1,
        isSpot: [Bool]? = nil
    ) {
        setups = accounts
        self.instruments = instruments
        self.currencies = currencies ?? Array(repeating: 0, count: instruments)
        self.isSpot = isSpot ?? Array(repeating: true, count: instruments)
        currencyCount = count
        let flat = Array(repeating: Int64(0), count: instruments)
        let none = Array(repeating: Int128(0), count: count)
        books = accounts.map { account in
            account.instances.map { instance in
                var cash = none
                cash[account.currency] = instance.capital
                return Money(cash: cash, positions: flat)
            }
        }
        totals = accounts.map { account in
            var cash = account.rest(count)
            cash[account.currency] = account.equity
            return Money(cash: cash, positions: flat)
        }
        var first = 0
        for account in accounts {
            self.first.append(first)
            first += account.instances.count
        }
    }

    /// Replays the records. Every fill and the end of the run is a point at which all must add up.
    package mutating func replay(_ outcome: SketchOutcome) {
        for (kind, r) in outcome.records {
            switch kind {
            case .order: orders[r[1]] = (Int(r[2]), Int(r[5]))
            case .fill:
                compareAll("before fill \(r[2])")
                fillOrder[r[2]] = r[3]
                let account = Int(r[4]), instrument = Int(r[5])
                totals[account].positions[instrument] = r[11]
                totals[account].cash[currencies[instrument]] = joined(low: r[12], high: r[13])
            case .share:
                guard let order = fillOrder[r[0]], let place = orders[order] else {
                    faults.append("share of an unknown fill \(r[0])")
                    continue
                }
                set(Int(r[1]), place.account, place.instrument, r[5], joined(low: r[6], high: r[7]))
            case .crossing:
                set(Int(r[4]), Int(r[2]), Int(r[3]), r[7], joined(low: r[8], high: r[9]))
            case .payment: pay(r)
            case .capital:
                let book = Int(r[2]) - first[Int(r[1])]
                books[Int(r[1])][book].cash[setups[Int(r[1])].currency] +=
                    joined(low: r[5], high: r[6])
            case .equity where r[2] == -1:
                compareAll("at sample \(r[0])")
                let cash = joined(low: r[5], high: r[6])
                if currencyCount == 1, cash != totals[Int(r[1])].cash[0] {
                    faults.append("sampled cash of account \(r[1])")
                }
            default: break
            }
        }
        compareAll("at the end")
    }

    private mutating func set(
        _ instance: Int, _ account: Int, _ instrument: Int, _ position: Int64, _ cash: Int128
    ) {
        let book = instance - first[account]
        books[account][book].positions[instrument] = position
        books[account][book].cash[currencies[instrument]] = cash
        if position < 0, isSpot[instrument], !setups[account].instances[book].allowsShort {
            faults.append("instance \(instance) is short \(position) without a grant")
        }
    }

    /// Money that moved without a trade, and the position as it is since.
    private mutating func pay(_ r: [Int64]) {
        let account = Int(r[1]), instance = Int(r[2]), instrument = Int(r[3])
        let amount = joined(low: r[5], high: r[6]), cash = joined(low: r[8], high: r[9])
        guard instance >= 0 else {
            faults.append("a payment to nobody in account \(account)")
            return
        }
        let before = books[account][instance - first[account]]
        if before.cash[currencies[instrument]] + amount != cash {
            faults.append("payment of instance \(instance) at \(r[0])")
        }
        if before.positions[instrument] != r[7], r[4] != 3 {
            faults.append("a payment changed the position of instance \(instance)")
        }
        totals[account].cash[currencies[instrument]] += amount
        totals[account].positions[instrument] += r[7] - before.positions[instrument]
        set(instance, account, instrument, r[7], cash)
    }

    private mutating func compareAll(_ place: String) {
        for account in setups.indices {
            let rest = setups[account].rest(currencyCount)
            let cash = rest.indices.map { index in
                books[account].reduce(rest[index]) { $0 + $1.cash[index] }
            }
            if cash != totals[account].cash {
                faults.append("\(place): cash of account \(account)")
            }
            for instrument in 0..<instruments {
                let held = books[account].reduce(Int64(0)) { $0 + $1.positions[instrument] }
                if held != totals[account].positions[instrument] {
                    faults.append("\(place): position of account \(account) in \(instrument)")
                }
            }
        }
    }
}
