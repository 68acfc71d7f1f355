import RialtoEngine

/// Adds up the virtual books of a run from its records alone and compares them with the account.
package struct BooksCheck {
    private struct Money: Equatable {
        var cash: Int128
        var positions: [Int64]
    }

    /// An account as it was set up: money in units of 10^-18.
    package struct Account {
        let equity: Int128
        let instances: [(capital: Int128, allowsShort: Bool)]

        package init(equity: Int128, instances: [(capital: Int128, allowsShort: Bool)]) {
            self.equity = equity
            self.instances = instances
        }
    }

    private let setups: [Account]
    private let instruments: Int
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
                    instances: account.instances.map { ($0.capital, $0.allowsShort) })
            }, instruments: run.instruments.count)
    }

    package init(accounts: [Account], instruments: Int) {
        setups = accounts
        self.instruments = instruments
        let flat = Array(repeating: Int64(0), count: instruments)
        books = accounts.map { $0.instances.map { Money(cash: $0.capital, positions: flat) } }
        totals = accounts.map { Money(cash: $0.equity, positions: flat) }
        var count = 0
        for account in accounts {
            first.append(count)
            count += account.instances.count
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
                let account = Int(r[4])
                totals[account].positions[Int(r[5])] = r[11]
                totals[account].cash = joined(low: r[12], high: r[13])
            case .share:
                guard let order = fillOrder[r[0]], let place = orders[order] else {
                    faults.append("share of an unknown fill \(r[0])")
                    continue
                }
                set(Int(r[1]), place.account, place.instrument, r[5], joined(low: r[6], high: r[7]))
            case .crossing:
                set(Int(r[4]), Int(r[2]), Int(r[3]), r[7], joined(low: r[8], high: r[9]))
            case .equity where r[2] == -1:
                compareAll("at sample \(r[0])")
                let cash = joined(low: r[5], high: r[6])
                if cash != totals[Int(r[1])].cash {
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
        books[account][instance - first[account]].positions[instrument] = position
        books[account][instance - first[account]].cash = cash
        if position < 0, !setups[account].instances[instance - first[account]].allowsShort {
            faults.append("instance \(instance) is short \(position) without a grant")
        }
    }

    private mutating func compareAll(_ place: String) {
        for account in setups.indices {
            let given = setups[account].instances.reduce(Int128(0)) { $0 + $1.capital }
            let cash = books[account].reduce(setups[account].equity - given) { $0 + $1.cash }
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
