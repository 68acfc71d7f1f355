/// Money that an owner's positions brought or cost without a trade.
package struct PaymentSummary: Sendable {
    /// Id of the strategy; of the account, for money of none.
    package let owner: String
    /// Funding, dividends, fractions of splits, or the venue's cover of a loss.
    package let kind: String
    package internal(set) var count = 0
    /// In 10^-18 of the account's currency.
    package internal(set) var amount: Int128 = 0

    private static let kinds = ["", "funding", "dividends", "fractions of splits", "venue's cover"]

    /// Sums by owner and kind, in the order in which they first occur.
    package static func sums(_ tables: RunTables) -> [PaymentSummary] {
        let table = tables["payments"], money = RunMoney(tables)
        let instances = table.integers("instance"), accounts = table.integers("account")
        let what = table.integers("kind"), amounts = table.wide("amount")
        let instruments = table.integers("instrument")
        var places: [[Int64]: Int] = [:], sums: [PaymentSummary] = []
        for row in 0..<table.count {
            let key = [accounts[row], instances[row], what[row]]
            let place = places[key] ?? sums.count
            if place == sums.count {
                places[key] = place
                let owner =
                    instances[row] >= 0
                    ? tables["instances"].texts("id")[Int(instances[row])]
                    : tables["accounts"].texts("id")[Int(accounts[row])]
                sums.append(PaymentSummary(owner: owner, kind: kinds[Int(what[row])]))
            }
            sums[place].count += 1
            sums[place].amount += money.inHome(
                amounts[row], Int(instruments[row]), account: Int(accounts[row]))
        }
        return sums
    }
}
