import RialtoEngine
import RialtoOrders

/// What a venue was sent and what it answered, written down by the venue itself.
package final class VenueLog {
    /// Each order: number, time, instrument, side, type, quantity, price.
    private var orders: [[Int64]] = []
    /// Each answer: number, time, state, filled, price, quantity of the fill.
    private var answers: [[Int64]] = []

    package init() {}

    /// Adds an order, as the port does.
    package func add(order: [Int64]) { orders.append(order) }

    /// Where an engine's orders go through.
    var port: ExchangePort {
        ExchangePort(
            onOrder: { terms, number, time in
                self.add(order: [
                    Int64(number), time, Int64(terms.instrument), Int64(terms.side.rawValue),
                    Int64(terms.type.rawValue), terms.quantity, terms.price,
                ])
                return nil
            },
            onAnswer: { answer in
                self.answers.append([
                    Int64(answer.number), answer.time_ns, Int64(answer.state.rawValue),
                    answer.filled, answer.fillPrice, answer.fillQuantity,
                ])
                return nil
            })
    }

    var orderCount: Int { orders.count }

    /// Orders and answers of `truth` that are not here.
    package func lost(of truth: VenueLog) -> Int { truth.excess(over: self) }

    /// Orders and answers that are here more often than in `truth`, or not at all there.
    package func doubled(beside truth: VenueLog) -> Int { excess(over: truth) }

    private func excess(over other: VenueLog) -> Int {
        Self.excess(orders, other.orders) + Self.excess(answers, other.answers)
    }

    /// Rows of `mine` that `theirs` does not have so often.
    private static func excess(_ mine: [[Int64]], _ theirs: [[Int64]]) -> Int {
        var left: [[Int64]: Int] = [:]
        for row in theirs { left[row, default: 0] += 1 }
        var excess = 0
        for row in mine {
            if let count = left[row], count > 0 { left[row] = count - 1 } else { excess += 1 }
        }
        return excess
    }
}
