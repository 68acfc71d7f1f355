import RialtoAnalytics
import RialtoLedger
import RialtoValues

/// What the orders of a run cost, one row for each decision: a parent with all its children, or a
/// plain order.
///
/// The price of the decision is the last price when the order left the strategy; of a stop, its
/// trigger. What was never filled counts at the last price when the order ended, or at the end of
/// the run. Stops, and what only protects, count as far as they have filled.
package enum RunCosts {
    /// Name of the table in the record of a run.
    package static let name = "costs"

    private struct Row {
        let time_ns: Int64
        /// Number of the order, or of the parent.
        let number: Int64
        let account: Int64
        let instance: Int64
        let instrument: Int
        let isBuy: Bool
        /// 0 of a plain order.
        let algorithm: Int64
        let purpose: Int64
        var quantity: Int64
        let arrival: Int64
        /// It counts as far as it has filled.
        let isConditional: Bool
        /// A trailing stop, and what is closed by force: the decision is the first fill.
        var startsWithFill = false
        var last: Int64 = 0
        var cost: ExecutionCost
    }

    /// - Parameter tables: Of one run.
    package static func table(_ tables: RunTables) -> RunTable {
        let money = RunMoney(tables)
        var (rows, places) = rows(tables)
        let fills = tables["fills"], orders = fills.integers("order")
        let prices = fills.integers("price"), quantities = fills.integers("quantity")
        let references = fills.integers("reference"), fees = fills.wide("fee")
        var arrivals = rows.map(\.arrival)
        for fill in 0..<fills.count {
            let at = places[Int(orders[fill])], k = rows[at].instrument
            let account = Int(rows[at].account)
            func worth(_ price: Int64) -> Int128 {
                money.value(k, price: price, quantity: quantities[fill], account: account)
            }
            if rows[at].startsWithFill {
                arrivals[at] = references[fill]
                rows[at].startsWithFill = false
            }
            rows[at].cost.fill(
                quantities[fill], paid: worth(prices[fill]), market: worth(references[fill]),
                arrival: worth(arrivals[at]),
                fee: money.inHome(fees[fill], k, account: account))
        }
        let ends = tables["instruments"].integers("last_price")
        for at in rows.indices {
            let k = rows[at].instrument
            if rows[at].last == 0 { rows[at].last = ends[k] }
            if rows[at].isConditional { rows[at].quantity = rows[at].cost.filled }
            // Targets that are worked in parts may come to want more.
            rows[at].quantity = max(rows[at].quantity, rows[at].cost.filled)
            let left = rows[at].quantity - rows[at].cost.filled
            guard left > 0 else { continue }
            func worth(_ price: Int64) -> Int128 {
                money.value(k, price: price, quantity: left, account: Int(rows[at].account))
            }
            rows[at].cost.left(last: worth(rows[at].last), arrival: worth(arrivals[at]))
        }
        return made(
            zip(rows, arrivals).filter { !$0.0.isConditional || $0.0.cost.filled > 0 })
    }

    /// A row for each parent and each plain order, and the row of each order by its number.
    private static func rows(_ tables: RunTables) -> ([Row], [Int]) {
        var (rows, parents) = parentRows(tables)
        let children = tables["children"]
        var parentOf: [Int64: Int] = [:]
        for (order, parent) in zip(children.integers("order"), children.integers("parent")) {
            parentOf[order] = parents[parent]
        }
        let orders = tables["orders"], numbers = orders.integers("order")
        let columns = ["time_ns", "account", "instance", "purpose", "instrument", "terms"]
            .map { orders.integers($0) }
        let quantities = orders.integers("quantity"), limits = orders.integers("price")
        let triggers = orders.integers("trigger"), markets = orders.integers("market")
        var places = Array(repeating: 0, count: numbers.count)
        rows.reserveCapacity(rows.count + numbers.count)
        for row in numbers.indices {
            if let parent = parentOf[numbers[row]] {
                places[row] = parent
                continue
            }
            places[row] = rows.count
            let terms = columns[5][row], type = terms >> 8 & 255
            let isProtective = columns[3][row] == 3
            let arrival =
                triggers[row] > 0
                ? triggers[row] : isProtective && limits[row] > 0 ? limits[row] : markets[row]
            rows.append(
                Row(
                    time_ns: columns[0][row], number: numbers[row], account: columns[1][row],
                    instance: columns[2][row], instrument: Int(columns[4][row]),
                    isBuy: terms & 255 == 1, algorithm: 0, purpose: columns[3][row],
                    quantity: quantities[row], arrival: arrival,
                    isConditional: isProtective || type >= 3,
                    startsWithFill: type == 5 || columns[3][row] >= 5,
                    cost: ExecutionCost(isBuy: terms & 255 == 1)))
        }
        note(tables["order_states"], "order") { number, market in
            if parentOf[number] == nil { rows[places[Int(number)]].last = market }
        }
        note(tables["parent_states"], "parent") { number, market in
            if let at = parents[number] { rows[at].last = market }
        }
        return (rows, places)
    }

    /// Hands on the last price at each terminal state.
    private static func note(
        _ states: RunTable, _ name: String, _ take: (Int64, Int64) -> Void
    ) {
        let numbers = states.integers(name), markets = states.integers("market")
        for (row, state) in states.integers("state").enumerated() where (4...7).contains(state) {
            take(numbers[row], markets[row])
        }
    }

    /// Rows of parents, with the place of each by its number. A replaced one is there once, with
    /// the price of its first decision and its last quantity.
    private static func parentRows(_ tables: RunTables) -> ([Row], [Int64: Int]) {
        let parents = tables["parents"], numbers = parents.integers("parent")
        let times = parents.integers("time_ns"), accounts = parents.integers("account")
        let instances = parents.integers("instance"), what = parents.integers("instrument")
        let sides = parents.integers("side"), algorithms = parents.integers("algorithm")
        let quantities = parents.integers("quantity"), markets = parents.integers("market")
        var rows: [Row] = [], places: [Int64: Int] = [:]
        for row in numbers.indices {
            if let place = places[numbers[row]] {
                rows[place].quantity = quantities[row]
                continue
            }
            places[numbers[row]] = rows.count
            rows.append(
                Row(
                    time_ns: times[row], number: numbers[row], account: accounts[row],
                    instance: instances[row], instrument: Int(what[row]), isBuy: sides[row] == 1,
                    algorithm: algorithms[row], purpose: 4, quantity: quantities[row],
                    arrival: markets[row], isConditional: false,
                    cost: ExecutionCost(isBuy: sides[row] == 1)))
        }
        return (rows, places)
    }

    private static func made(_ rows: [(row: Row, arrival: Int64)]) -> RunTable {
        func integers(_ value: (Row) -> Int64) -> RunColumn {
            .integers(rows.map { value($0.row) })
        }
        func wide(_ value: (ExecutionCost) -> Int128) -> RunColumn {
            .wide(KeptColumn(rows.map { value($0.row.cost) }))
        }
        return RunTable(
            name,
            [
                ("time_ns", integers(\.time_ns)), ("number", integers(\.number)),
                ("account", integers(\.account)), ("instance", integers(\.instance)),
                ("instrument", integers { Int64($0.instrument) }),
                ("side", integers { $0.isBuy ? 1 : 2 }), ("algorithm", integers(\.algorithm)),
                ("purpose", integers(\.purpose)), ("quantity", integers(\.quantity)),
                ("filled", integers(\.cost.filled)), ("arrival", .integers(rows.map(\.arrival))),
                ("last", integers(\.last)), ("traded", wide(\.traded)),
                ("slippage", wide(\.slippage)), ("spread", wide(\.spread)), ("fee", wide(\.fee)),
                ("opportunity", wide(\.opportunity)), ("shortfall", wide(\.total)),
            ])
    }
}
