import RialtoOrders
import RialtoValues
import Testing

private func order(_ quantity: Int64) -> Order {
    Order(
        purpose: .explicit,
        terms: Order.Terms(
            instrument: 0, side: .buy, type: .market, timeInForce: .goodTillCancel,
            isPostOnly: false,
            isReduceOnly: false, quantity: quantity, price: 0, trigger: 0, expires_ns: 0))
}

private func randomEvent(_ random: inout SeededGenerator) -> OrderEvent {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: .submitted
    case 1: .accepted
    case 2: .canceled
    case 3: .expired
    case 4: .rejected
    default: .filled(quantity: .random(in: -1...4, using: &random))
    }
}

@Suite struct `An order` {
    @Test func `never fills beyond its quantity, whatever happens to it`() {
        for seed in UInt64(0)..<3000 {
            var random = SeededGenerator(seed: seed)
            var order = order(.random(in: 1...9, using: &random)), sum: Int64 = 0
            for _ in 0..<20 {
                let event = randomEvent(&random), before = order
                do throws(OrderError) {
                    try order.apply(event)
                    if case .filled(let quantity) = event { sum += quantity }
                } catch { #expect(order == before, "seed \(seed): unchanged when refused") }
                #expect(order.filled == sum && order.left >= 0, "seed \(seed)")
                #expect((order.state == .filled) == (order.left == 0), "seed \(seed)")
            }
        }
    }

    @Test func `that has ended takes no more than a late fill`() throws {
        for end in [OrderEvent.canceled, .expired] {
            var late = order(3)
            try late.apply(.accepted)
            try late.apply(end)
            let state = late.state
            #expect(throws: OrderError.unexpected(state: state)) { try late.apply(.accepted) }
            try late.apply(.filled(quantity: 1))
            #expect(late.state == state && late.left == 2)
            try late.apply(.filled(quantity: 2))
            #expect(late.state == .filled)
        }
        var refused = order(1)
        try refused.apply(.rejected)
        #expect(throws: OrderError.unexpected(state: .rejected)) {
            try refused.apply(.filled(quantity: 1))
        }
    }

    @Test(arguments: [0, -1, 4] as [Int64])
    func `refuses a fill that is not above zero or exceeds what is left`(quantity: Int64) throws {
        var order = order(3)
        #expect(throws: OrderError.overfilled(left: 3, found: quantity)) {
            try order.apply(.filled(quantity: quantity))
        }
    }
}
