import RialtoOrders
import RialtoTestSupport
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

private let others: [OrderEvent] = [
    .submitted, .accepted, .triggered, .canceled, .expired, .rejected, .unanswered,
    .cancelRequested, .cancelRefused,
]

/// What a venue may report: an execution with its id, or another event.
private enum Report {
    case execution(id: UInt64, price: Int64, quantity: Int64)
    case event(OrderEvent)
}

private func told(_ reports: [Report], of quantity: Int64) -> TrackedOrder {
    var tracked = TrackedOrder(order(quantity))
    for report in reports {
        switch report {
        case .execution(let id, let price, let quantity):
            tracked.apply(execution: id, price: price, quantity: quantity)
        case .event(let event): tracked.apply(event)
        }
    }
    return tracked
}

/// A venue's reports on one order that do not contradict each other.
private func honestReports(_ quantity: Int64, _ random: inout SeededGenerator) -> [Report] {
    if Int.random(in: 0..<8, using: &random) == 0 {
        return [.event(.submitted), .event(.unanswered), .event(.rejected)]
    }
    var reports: [Report] = [.event(.accepted)], left = quantity, id: UInt64 = 1
    while left > 0, Int.random(in: 0..<5, using: &random) > 0 {
        let part = Int64.random(in: 1...left, using: &random)
        reports.append(
            .execution(id: id, price: .random(in: 90...110, using: &random), quantity: part))
        left -= part
        id += 1
    }
    for event in [OrderEvent.canceled, .expired, .unanswered, .cancelRequested]
    where Int.random(in: 0..<4, using: &random) == 0 { reports.append(.event(event)) }
    return reports
}

@Suite struct `An order` {
    @Test func `never fills beyond its quantity, whatever happens to it`() {
        for seed in Seeds.share(3000) {
            var random = SeededGenerator(seed: seed)
            var order = order(.random(in: 1...9, using: &random)), sum: Int64 = 0
            for _ in 0..<20 {
                let before = order
                guard Bool.random(using: &random) else {
                    try? order.apply(others.randomElement(using: &random) ?? .accepted)
                    continue
                }
                let quantity = Int64.random(in: -1...4, using: &random)
                do throws(OrderError) {
                    try order.apply(.filled(quantity: quantity))
                    sum += quantity
                } catch { #expect(order == before, "seed \(seed): unchanged when refused") }
                #expect(order.filled == sum && order.left >= 0, "seed \(seed)")
                #expect(order.state != .filled || order.left == 0, "seed \(seed)")
            }
        }
    }

    @Test func `ends in the same state whatever the order of its reports, doubled or not`() {
        for seed in Seeds.share(3000) {
            var random = SeededGenerator(seed: seed)
            let quantity = Int64.random(in: 1...9, using: &random)
            let reports = honestReports(quantity, &random)
            let first = told(reports, of: quantity)
            var mixed = reports
            for report in reports {
                if case .event(.cancelRequested) = report { continue }
                if Bool.random(using: &random) { mixed.append(report) }
            }
            mixed.shuffle(using: &random)
            let second = told(mixed, of: quantity)
            #expect(first == second && !first.needsReconciliation, "seed \(seed)")
            let sum = reports.reduce(into: Int64(0)) { sum, report in
                if case .execution(_, _, let part) = report { sum += part }
            }
            #expect(first.order.filled == sum && first.order.left == quantity - sum, "seed \(seed)")
        }
    }

    @Test func `that has ended takes no more than a late fill`() throws {
        for end in [OrderEvent.canceled, .expired] {
            var late = order(3)
            try late.apply(.accepted)
            try late.apply(end)
            let state = late.state
            try late.apply(.accepted)
            #expect(late.state == state)
            try late.apply(.filled(quantity: 1))
            #expect(late.state == state && late.left == 2)
            try late.apply(.filled(quantity: 2))
            #expect(late.state == .filled)
        }
    }

    @Test func `without an answer is unknown, not rejected, until the venue is heard`() throws {
        var late = order(2), refused = order(2)
        try late.apply(.unanswered)
        #expect(late.state == .unknown && !late.state.isTerminal)
        try late.apply(.accepted)
        #expect(late.state == .accepted)
        try refused.apply(.unanswered)
        try refused.apply(.rejected)
        #expect(refused.state == .rejected)
    }

    @Test func `that was both refused and taken is unknown and asks to be reconciled`() {
        for other in [OrderEvent.accepted, .canceled, .expired, .triggered] {
            for pair in [[other, .rejected], [.rejected, other]] {
                let tracked = told(pair.map(Report.event), of: 3)
                #expect(tracked.needsReconciliation && tracked.state == .unknown, "\(pair)")
            }
        }
        let filled = told(
            [.execution(id: 1, price: 5, quantity: 3), .event(.rejected)], of: 3)
        #expect(filled.needsReconciliation && filled.state == .unknown)
    }

    @Test func `with one execution told in two ways asks to be reconciled, and counts it once`() {
        let tracked = told(
            [.execution(id: 1, price: 5, quantity: 2), .execution(id: 1, price: 6, quantity: 2)],
            of: 3)
        #expect(tracked.needsReconciliation && tracked.order.filled == 2)
        let over = told(
            [.execution(id: 1, price: 5, quantity: 2), .execution(id: 2, price: 5, quantity: 2)],
            of: 3)
        #expect(over.needsReconciliation && over.order.filled == 2)
    }

    @Test func `knows its average price to the half unit`() {
        let tracked = told(
            [.execution(id: 1, price: 10, quantity: 1), .execution(id: 2, price: 13, quantity: 1)],
            of: 2)
        #expect(tracked.filledValue == 23 && tracked.averagePrice == 12)
        #expect(told([], of: 2).averagePrice == 0)
    }

    @Test func `has the status of FIX for each state`() throws {
        let cases: [([OrderEvent], Character)] = [
            ([], "A"), ([.unanswered], "A"), ([.accepted], "0"),
            ([.accepted, .cancelRequested], "6"),
            ([.accepted, .cancelRequested, .cancelRefused], "0"), ([.filled(quantity: 1)], "1"),
            ([.filled(quantity: 2)], "2"), ([.canceled], "4"), ([.rejected], "8"),
            ([.expired], "C"),
        ]
        for (events, status) in cases {
            var told = order(2)
            for event in events { try told.apply(event) }
            #expect(told.fixStatus == status, "\(events)")
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
