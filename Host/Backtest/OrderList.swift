import RialtoOrders
import RialtoValues

/// The orders of a run, each as it stood in the end.
package struct OrderList {
    /// One order. Prices and quantities are texts in the instrument's own units.
    package struct Line: Equatable, Sendable {
        package let number: Int
        /// When it left, Unix nanoseconds.
        package let time_ns: Int64
        /// Id of the instance that owns it; of the account where it nets several.
        package let owner: String
        package let instrument: String
        package let purpose: String
        package let type: String
        package let side: String
        package let quantity: String
        /// Empty for orders without a limit.
        package let price: String
        /// Empty for orders without a trigger.
        package let trigger: String
        package let filled: String
        package let state: OrderState
        package let reason: OrderReason
    }

    /// In the order in which they left.
    package let lines: [Line]

    static let purposes = [
        "", "nets targets", "explicit", "protective", "part of an order", "liquidation",
        "the instrument's end",
    ]
    static let types = ["", "market", "limit", "stop", "stop limit", "trailing stop"]

    package init(_ tables: RunTables) {
        let orders = tables["orders"], states = OrderList.ends(tables)
        let instances = tables["instances"].texts("id"), accounts = tables["accounts"].texts("id")
        let instruments = tables["instruments"], names = instruments.texts("name")
        let priceDecimals = instruments.integers("price_decimals")
        let quantityDecimals = instruments.integers("quantity_decimals")
        let numbers = orders.integers("order"), times = orders.integers("time_ns")
        let owners = orders.integers("instance"), of = orders.integers("account")
        let what = orders.integers("instrument"), terms = orders.integers("terms")
        let quantities = orders.integers("quantity"), prices = orders.integers("price")
        let triggers = orders.integers("trigger"), purposes = orders.integers("purpose")
        lines = (0..<orders.count).map { row in
            let instrument = Int(what[row]), owner = Int(owners[row])
            func text(_ units: Int64, _ decimals: Int64) -> String {
                ExactDecimal.text(Int128(units), decimals: Int(decimals))
            }
            func price(_ units: Int64) -> String {
                units > 0 ? text(units, priceDecimals[instrument]) : ""
            }
            let end = states[numbers[row]] ?? (.submitted, .none, 0)
            return Line(
                number: Int(numbers[row]), time_ns: times[row],
                owner: owner >= 0 ? instances[owner] : accounts[Int(of[row])],
                instrument: names[instrument], purpose: OrderList.purposes[Int(purposes[row])],
                type: OrderList.types[Int(terms[row] >> 8 & 255)],
                side: terms[row] & 255 == 1 ? "buy" : "sell",
                quantity: text(quantities[row], quantityDecimals[instrument]),
                price: price(prices[row]), trigger: price(triggers[row]),
                filled: text(end.filled, quantityDecimals[instrument]), state: end.state,
                reason: end.reason)
        }
    }

    /// How many orders ended in each state for each reason, the most first.
    package var outcomes: [(state: OrderState, reason: OrderReason, orders: Int)] {
        var counts: [Int: Int] = [:]
        for line in lines {
            counts[Int(line.state.rawValue) << 16 | Int(line.reason.rawValue), default: 0] += 1
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.compactMap { key, count in
            guard let state = OrderState(rawValue: UInt8(key >> 16)),
                let reason = OrderReason(rawValue: UInt16(key & 0xFFFF))
            else { return nil }
            return (state, reason, count)
        }
    }

    /// The last state of each order by its number.
    static func ends(
        _ tables: RunTables
    ) -> [Int64: (state: OrderState, reason: OrderReason, filled: Int64)] {
        let states = tables["order_states"], numbers = states.integers("order")
        let what = states.integers("state"), why = states.integers("reason")
        let filled = states.integers("filled")
        var ends: [Int64: (state: OrderState, reason: OrderReason, filled: Int64)] = [:]
        for row in 0..<states.count {
            guard let state = OrderState(rawValue: UInt8(what[row])),
                let reason = OrderReason(rawValue: UInt16(why[row]))
            else { continue }
            ends[numbers[row]] = (state, reason, filled[row])
        }
        return ends
    }
}

extension OrderReason {
    /// The reason in words; empty for none.
    package var words: String {
        switch self {
        case .none: ""
        case .size: "size"
        case .notional: "notional"
        case .band: "price band"
        case .position: "position"
        case .drawdown: "drawdown"
        case .capital: "capital"
        case .short: "short"
        case .noPrice: "no price"
        case .unknownOrder: "unknown order"
        case .venue: "venue"
        case .linked: "linked"
        case .unsupported: "unsupported"
        case .duplicate: "duplicate"
        case .overflow: "overflow"
        case .takes: "post-only would take"
        case .unfilled: "unfilled"
        case .selfTrade: "self-trade"
        case .liquidated: "liquidated"
        case .closed: "closed"
        case .lost: "lost"
        case .minimum: "minimum"
        }
    }
}
