import RialtoExecution
import RialtoLedger
import RialtoOrders
import RialtoTestSupport
import RialtoValues
import Testing

private let cash: Int128 = 1_000_000 * 1_000_000_000_000_000_000

private func mirror() throws -> AccountMirror {
    var mirror = AccountMirror(
        ledger: AccountLedger(
            id: "main", equity: cash, capital: [cash], valuations: [try Valuation(sketchCoin())]))
    mirror.sent(order(.buy, 10), number: 1, book: 1)
    return mirror
}

private func order(_ side: Side, _ quantity: Int64) -> Order {
    Order(
        purpose: .explicit,
        terms: Order.Terms(
            instrument: 0, side: side, type: .limit, timeInForce: .goodTillCancel,
            isPostOnly: false, isReduceOnly: false, quantity: quantity, price: 100, trigger: 0,
            expires_ns: 0))
}

private func fill(_ id: UInt64, _ quantity: Int64) -> VenueExecution {
    VenueExecution(id: id, price: 100, quantity: quantity, fee: cent)
}

@Suite struct `An account's mirror` {
    @Test func `counts each execution once, in whatever order it is told`() throws {
        var mirror = try mirror()
        for id in [2, 1, 2, 1, 1] as [UInt64] {
            try mirror.hear(.execution(fill(id, 3)), on: 1)
        }
        try mirror.hear(.accepted, on: 1)
        #expect(mirror.filled(of: 1) == 6 && mirror.state(of: 1) == .partlyFilled)
        #expect(mirror.ledger.account.cash == cash - 600 * cent - 2 * cent)
        #expect(mirror.repeated == 3)
    }

    @Test func `takes an order without an answer as unknown until the venue was asked`() throws {
        var lost = try mirror(), taken = try mirror()
        for mirror in [0, 1] {
            if mirror == 0 { lost.unanswered(1) } else { taken.unanswered(1) }
        }
        #expect(lost.state(of: 1) == .unknown && lost.open == [1])
        let nothing = VenueOrderState(end: nil, isKnown: false, executions: [])
        #expect(try lost.reconcile(nothing, on: 1) == 1)
        #expect(lost.state(of: 1) == .rejected && lost.open.isEmpty)
        let truth = VenueOrderState(
            end: .canceled, isKnown: true, executions: [fill(1, 4), fill(2, 1)])
        #expect(try taken.reconcile(truth, on: 1) == 4)
        #expect(taken.state(of: 1) == .canceled && taken.filled(of: 1) == 5)
        #expect(try taken.reconcile(truth, on: 1) == 0, "asked twice is asked once")
        #expect(taken.ledger.account.cash == cash - 500 * cent - 2 * cent)
    }

    @Test func `keeps what contradicts out of its books and says so`() throws {
        var mirror = try mirror()
        try mirror.hear(.execution(fill(1, 8)), on: 1)
        try mirror.hear(.execution(fill(2, 8)), on: 1)
        #expect(mirror.contradicted == [1] && mirror.filled(of: 1) == 8)
        #expect(mirror.state(of: 1) == .unknown)
        #expect(mirror.ledger.account.positions[0].quantity == 8)
    }

    @Test func `books nothing for an order that it never sent`() throws {
        var mirror = try mirror()
        try mirror.hear(.execution(fill(1, 8)), on: 7)
        #expect(mirror.strangers == 1 && mirror.ledger.account.cash == cash)
    }
}
