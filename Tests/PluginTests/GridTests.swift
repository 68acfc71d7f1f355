import RialtoTestHost
import Testing

/// A venue for one instrument: fills limit orders that a bar passes, market orders at its close.
private struct Venue {
    var position: Int64 = 0
    var mostHeld: Int64 = 0
    var bought: Int64 = 0
    var sold: Int64 = 0
    private var working: [UInt64: TestIntent] = [:]
    private var time: Int64 = 0

    var prices: [Int64] { working.values.map(\.price).sorted() }
    var count: Int { working.count }

    /// Hands over a bar and all that comes of it.
    mutating func bar(_ host: TestHost, close: Int64, reach: Int64 = 10, up: Int64 = 0) throws {
        time += minute
        let bar = TestEvent.bar(
            at: time, close: close, high: close + reach + up, low: close - reach)
        var reports: [TestEvent] = []
        for order in working.values.sorted(by: { $0.orderId < $1.orderId }) {
            let isBuy = order.side == RIALTO_BUY
            let fills = isBuy ? order.price >= close - reach : order.price <= close + reach
            if fills { reports += fill(order) }
        }
        var intents = try host.push(reports + [bar])
        while !intents.isEmpty {
            let next = intents.flatMap { answer($0, close) }
            intents = try host.push(next)
        }
    }

    private mutating func answer(_ intent: TestIntent, _ close: Int64) -> [TestEvent] {
        switch intent.kind {
        case RIALTO_INTENT_CANCEL:
            guard let order = working.removeValue(forKey: intent.orderId) else { return [] }
            return [report(order, RIALTO_ORDER_CANCELED, filled: 0)]
        case RIALTO_INTENT_ORDER where intent.orderType == RIALTO_ORDER_LIMIT:
            working[intent.orderId] = intent
            return [report(intent, RIALTO_ORDER_ACCEPTED, filled: 0)]
        case RIALTO_INTENT_ORDER: return fill(intent)
        default: return []
        }
    }

    private mutating func fill(_ order: TestIntent) -> [TestEvent] {
        working[order.orderId] = nil
        position += order.side == RIALTO_BUY ? order.quantity : -order.quantity
        mostHeld = max(mostHeld, Int64(position.magnitude))
        if order.side == RIALTO_BUY { bought += order.quantity } else { sold += order.quantity }
        return [
            report(order, RIALTO_ORDER_FILLED, filled: order.quantity),
            .fill(
                FillEvent(
                    time_ns: time, orderId: order.orderId, instrument: 0, side: UInt8(order.side),
                    liquidity: UInt8(RIALTO_LIQUIDITY_MAKER), price: order.price,
                    quantity: order.quantity, position: position, fee: 0)),
        ]
    }

    private func report(_ order: TestIntent, _ state: UInt32, filled: Int64) -> TestEvent {
        .order(
            OrderEvent(
                time_ns: time, orderId: order.orderId, instrument: 0, state: UInt8(state),
                side: UInt8(order.side), price: order.price, quantity: order.quantity,
                filled: filled))
    }
}

@Suite struct `A grid` {
    private let fixed: [String: TestValue] = [
        "lower": 80, "upper": 120, "levels": 4, "atr_length": 2,
    ]

    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        try Bundled.host("grid", fixed.merging(more) { $1 })
    }

    @Test func `lays buys below the price, evenly over the given range`() throws {
        let host = try host()
        var venue = Venue()
        for _ in 0..<4 { try venue.bar(host, close: 10_500) }
        #expect(venue.prices == [8000, 9000, 10_000])
    }

    @Test func `sells each purchase one spacing higher, and buys again`() throws {
        let host = try host()
        var venue = Venue()
        for close in [10_500, 10_500, 10_500, 9995, 10_500] as [Int64] {
            try venue.bar(host, close: close)
        }
        #expect(venue.position == 10_000)
        #expect(venue.prices == [8000, 9000, 11_000])
        for close in [11_000, 11_100] as [Int64] { try venue.bar(host, close: close) }
        #expect(venue.position == 0 && venue.sold == 10_000)
        #expect(venue.prices == [8000, 9000, 10_000, 11_000])
    }

    @Test func `widens its exits while volatility is above the grid's`() throws {
        let host = try host()
        var venue = Venue()
        for close in [10_500, 10_500, 10_500] as [Int64] { try venue.bar(host, close: close) }
        try venue.bar(host, close: 10_500, up: 4000)
        try venue.bar(host, close: 9995)
        #expect(venue.prices.last ?? 0 > 11_500)
    }

    @Test func `closes everything beyond its stop, rests, and waits for the price to return`()
        throws
    {
        let host = try host(["stop": 1, "pause": 3])
        var venue = Venue()
        for close in [10_500, 10_500, 10_500, 8500, 7900, 7500, 6000, 6000] as [Int64] {
            try venue.bar(host, close: close)
        }
        for _ in 0..<9 { try venue.bar(host, close: 6000) }
        #expect(venue.position == 0 && venue.count == 0 && venue.bought > 0)
        for _ in 0..<3 { try venue.bar(host, close: 10_500) }
        #expect(venue.count == 3)
    }

    @Test func `never holds or orders more than its inventory`() throws {
        let host = try host(["inventory_max": 2, "stop": 0])
        var venue = Venue()
        for close in [10_500, 10_500, 10_500, 9500, 8500, 7500, 7000] as [Int64] {
            try venue.bar(host, close: close)
            #expect(venue.position <= 20_000)
        }
        #expect(venue.mostHeld == 20_000)
    }

    @Test func `lays itself around the price by volatility, and follows it while idle`() throws {
        let host = try Bundled.host("grid", ["levels": 3, "atr_length": 2, "sides": "both"])
        var venue = Venue()
        for _ in 0..<4 { try venue.bar(host, close: 10_000, reach: 50) }
        #expect(venue.prices == [9700, 9800, 9900, 10_100, 10_200, 10_300])
        let long = try Bundled.host("grid", ["levels": 3, "atr_length": 2])
        var other = Venue()
        for close in [10_000, 10_000, 10_000, 10_000, 10_400, 10_800, 10_800, 10_800] as [Int64] {
            try other.bar(long, close: close, reach: 50)
        }
        #expect(other.prices.last ?? 0 > 10_000 && other.position == 0)
    }

    @Test func `sells short and buys back where it may`() throws {
        let host = try Bundled.host(
            "grid", ["levels": 3, "atr_length": 2, "sides": "both", "stop": 0])
        var venue = Venue()
        for close in [10_000, 10_000, 10_000, 10_060] as [Int64] {
            try venue.bar(host, close: close, reach: 50)
        }
        #expect(venue.position == -10_000)
        for close in [9990, 9990] as [Int64] { try venue.bar(host, close: close, reach: 50) }
        #expect(venue.position == 0)
    }

    @Test func `keeps its books equal to the venue's, on any path`() throws {
        for seed in UInt64(0)..<20 {
            let host = try Bundled.host(
                "grid", ["levels": 5, "atr_length": 5, "sides": "both", "pause": 2])
            var venue = Venue()
            for event in walk(seed, bars: 300) {
                guard case .bar(let bar) = event, bar.instrument == 0 else { continue }
                try venue.bar(host, close: bar.close, reach: 30)
                #expect(venue.position.magnitude <= 50_000, "seed \(seed)")
                #expect(venue.count <= 10, "seed \(seed)")
            }
            #expect(venue.bought > 0 && venue.sold > 0, "seed \(seed)")
        }
    }

    @Test func `refuses a range that has no room for its levels`() {
        #expect(throws: TestFailure.self) { try host(["upper": 80]) }
        #expect(throws: TestFailure.self) { try host(["lower": 0]) }
    }

    @Test func `does nothing on history`() throws {
        #expect(try host().push(bars(Array(repeating: 10_500, count: 20)), warmUp: true).isEmpty)
    }
}
