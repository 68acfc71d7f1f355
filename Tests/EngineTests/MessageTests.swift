import RialtoEngine
import RialtoMatching
import RialtoRisk
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// A minute in which nothing happens.
private let still = (Int64(100), Int64(100), Int64(100), Int64(100))

/// Reports on orders and fills that a scripted instance is told.
private final class Ear {
    var orders: [OrderReport] = []
    var fills: [FillReport] = []

    func hear(_ event: SeenEvent) {
        if case .order(let report) = event { orders.append(report) }
        if case .fill(let report) = event { fills.append(report) }
    }

    /// What it was told of an order, in that order.
    func states(_ id: UInt64) -> [OrderState] { orders.filter { $0.orderId == id }.map(\.state) }
}

private func outcome(
    _ steps: [Int: [Intent]], _ ear: Ear, bars: Int = 60, seed: UInt64 = 0,
    prices: [Int64] = [], positionMax: Int64 = 0, allowsShort: Bool = false,
    _ faults: ConnectionFaults
) throws -> SketchOutcome {
    var run = SketchRun(
        market: MarketSketch(
            prices.isEmpty
                ? Array(repeating: still, count: bars) : prices.map { ($0, $0, $0, $0) }))
    run.venue.faults = faults
    run.venue.seed = seed
    var limits = RiskLimits(instruments: 1)
    limits.positionMax = [positionMax]
    run.accounts = [
        run.account([script(steps, seen: ear.hear)], limits: limits, allowsShort: allowsShort)
    ]
    let outcome = try run.execute()
    #expect(outcome.reserveFault == nil)
    var check = try MessagesCheck(run)
    try check.replay(outcome)
    #expect(check.faults.isEmpty, "\(check.faults.prefix(3))")
    return outcome
}

private let all: Int64 = 1_000_000_000

@Suite struct `An order over a bad line` {
    @Test func `is unknown, keeps its capital and is never sent again when nothing comes through`()
        throws
    {
        let ear = Ear()
        let buy = Intent.order(1, .buy, .limit, 60_000, price: 100)
        let out = try outcome(
            [0: [buy], 30: [.order(2, .buy, .limit, 60_000, price: 100)]], ear,
            ConnectionFaults(lost_e9: all))
        #expect(ear.states(1) == [.unknown])
        #expect(out.fills.isEmpty && out.of(.order).count == 1)
        #expect(out.refusals.map(\.reason) == [.capital], "its capital is not for another order")
        let sent = out.of(.message).filter { $0[2] == MessageEvent.sent.rawValue }
        #expect(sent.count == 1)
    }

    @Test func `counts once when every message comes twice`() throws {
        let ear = Ear()
        let out = try outcome(
            [0: [.order(1, .buy, .market, 3)], 5: [.order(2, .sell, .market, 1), .cancel(9)]], ear,
            ConnectionFaults(doubled_e9: all))
        #expect(out.fills.map(\.quantity) == [3, 1])
        #expect(ear.fills.map(\.quantity) == [3, 1])
        #expect(ear.states(1) == [.accepted, .filled] && ear.states(2) == [.accepted, .filled])
        let ignored = out.of(.message).filter { $0[2] == MessageEvent.ignored.rawValue }
        #expect(ignored.count == 2)
    }

    @Test func `is refused as lost once the venue has said that it is not there`() throws {
        var lost = 0, told: Set<[OrderState]> = []
        for seed in Seeds.share(200) {
            let ear = Ear()
            let out = try outcome(
                [
                    0: [.order(1, .buy, .limit, 60_000, price: 90)],
                    50: [.order(2, .buy, .limit, 60_000, price: 90)],
                ], ear, seed: seed,
                ConnectionFaults(lost_e9: 300_000_000))
            told.insert(ear.states(1))
            guard ear.states(1).last == .rejected else { continue }
            lost += 1
            #expect(ear.orders.first { $0.state == .rejected }?.reason == .lost)
            #expect(ear.states(1).first == .unknown, "seed \(seed)")
            #expect(out.refusals.isEmpty, "what it held was given back: seed \(seed)")
        }
        #expect(lost > 20)
        #expect(told.isSuperset(of: [[.accepted], [.unknown, .accepted], [.unknown, .rejected]]))
    }

    @Test func `is told as it is in the end, whatever was lost, doubled or late`() throws {
        var told: Set<[OrderState]> = []
        for seed in Seeds.share(300) {
            let ear = Ear()
            let steps: [Int: [Intent]] = [
                0: [.order(1, .buy, .market, 4), .order(2, .buy, .limit, 2, price: 50)],
                3: [.replace(2, quantity: 3, price: 60)], 6: [.cancel(2)],
            ]
            let faults = ConnectionFaults(
                lost_e9: 250_000_000, doubled_e9: 250_000_000, late_e9: 500_000_000,
                lateMax_ns: 90_000_000_000, patience_ns: 120_000_000_000)
            let out = try outcome(steps, ear, bars: 4000, seed: seed, faults)
            let settled = out.of(.message).filter { $0[2] == MessageEvent.settled.rawValue }
            #expect(settled.count == 2, "seed \(seed): all is known in the end")
            let filled = out.fills.reduce(Int64(0)) { $0 + $1.quantity }
            #expect(ear.fills.reduce(Int64(0)) { $0 + $1.quantity } == filled, "seed \(seed)")
            #expect(ear.fills.last?.position ?? 0 == filled)
            #expect(ear.states(1).last == (filled > 0 ? .filled : .rejected), "seed \(seed)")
            let last = ear.orders.last { $0.orderId == 2 && $0.reason != .unknownOrder }
            #expect(
                last?.state == .canceled || last?.state == .rejected && last?.reason == .lost,
                "seed \(seed): \(ear.states(2))")
            told.insert(ear.states(2))
        }
        #expect(told.count > 10, "they come in many orders: \(told.count)")
    }

    @Test func `for a target that was lost is made anew, once the venue does not have it`() throws {
        var anew = 0
        for seed in Seeds.share(100) {
            let ear = Ear()
            let out = try outcome(
                [0: [.target(5)]], ear, bars: 4000, seed: seed,
                ConnectionFaults(lost_e9: 400_000_000))
            #expect(out.fills.map(\.quantity) == [5], "seed \(seed)")
            #expect(ear.fills.map(\.quantity) == [5], "seed \(seed)")
            if out.of(.order).count > 1 { anew += 1 }
        }
        #expect(anew > 10)
    }
}

/// Every message is late by up to ten minutes; none is lost.
private let late = ConnectionFaults(
    late_e9: all, lateMax_ns: 600_000_000_000, patience_ns: 3_600_000_000_000)

@Suite struct `A stop that the host keeps over a bad line` {
    @Test func `is made anew when it was lost, and closes what it protects once`() throws {
        var anew = 0
        let prices = Array(repeating: Int64(100), count: 4000) + Array(repeating: 80, count: 500)
        for seed in Seeds.share(60) {
            let ear = Ear()
            let out = try outcome(
                [0: [.target(5, stop: 90)]], ear, seed: seed, prices: prices,
                ConnectionFaults(lost_e9: 300_000_000))
            #expect(out.fills.map(\.side) == [.buy, .sell], "seed \(seed)")
            #expect(out.fills.map(\.price) == [100, 80] && ear.fills.map(\.quantity) == [5, 5])
            if out.of(.order).filter({ $0[4] == 3 }).count > 1 { anew += 1 }
        }
        #expect(anew > 5)
    }

    @Test func `is sent when the host has heard of the fill, not before`() throws {
        for seed in Seeds.share(50) {
            let ear = Ear()
            let out = try outcome(
                [0: [.target(5, stop: 90)]], ear, bars: 60, seed: seed, late)
            let bought = try #require(out.fills.first), heard = try #require(ear.fills.first)
            let sent = try #require(out.of(.order).first { $0[4] == 3 })
            #expect(heard.time_ns > bought.time_ns && sent[0] == heard.time_ns, "seed \(seed)")
        }
    }

    @Test func `closes what a target then closes too, and that is made good`() throws {
        var twice = 0
        var prices = Array(repeating: Int64(100), count: 60)
        prices += Array(repeating: 80, count: 200)
        for seed in Seeds.share(200) {
            // The stop fills at bar 61; the target leaves before the host has heard of it.
            for allowsShort in [false, true] {
                let out = try outcome(
                    [0: [.target(5, stop: 90)], 61: [.target(0)]], Ear(), seed: seed,
                    prices: prices, allowsShort: allowsShort, late)
                let positions = out.of(.fill).map { $0[11] }
                #expect(positions.last == 0, "seed \(seed)")
                #expect(allowsShort || positions.allSatisfy { $0 >= 0 }, "seed \(seed)")
                if positions.contains(-5) { twice += 1 }
            }
        }
        #expect(twice > 10)
    }
}

@Suite struct `Linked orders over a bad line` {
    @Test func `may both fill before the host has heard, where a short is granted`() throws {
        let prices =
            Array(repeating: Int64(100), count: 60) + Array(repeating: 106, count: 12)
            + Array(repeating: 94, count: 60)
        let steps: [Int: [Intent]] = [
            0: [.target(5)],
            30: [
                Intent.order(1, .sell, .limit, 5, price: 105).with {
                    ($0.link, $0.linkId) = (1, 9)
                },
                Intent.order(2, .sell, .stop, 5, trigger: 95).with {
                    ($0.link, $0.linkId) = (1, 9)
                },
            ],
        ]
        var both = 0, one = 0
        for seed in Seeds.share(100) {
            let ear = Ear()
            let granted = try outcome(
                steps, ear, seed: seed, prices: prices, allowsShort: true, late)
            let sold = granted.fills.filter { $0.side == .sell }.reduce(0) { $0 + $1.quantity }
            both += sold == 10 ? 1 : 0
            one += sold == 5 ? 1 : 0
            if sold == 5 {
                #expect(ear.orders.last { $0.orderId == 2 }?.reason == .linked, "seed \(seed)")
            }
            let long = try outcome(steps, Ear(), seed: seed, prices: prices, late)
            #expect(long.of(.fill).allSatisfy { $0[11] >= 0 }, "seed \(seed)")
        }
        #expect(both > 5 && one > 5, "\(both) and \(one)")
    }
}

@Suite struct `What the host trims over a bad line` {
    @Test func `is canceled once it has heard, and never sold twice meanwhile`() throws {
        // The stop closes the five that are offered above; those are asked back late.
        let prices = Array(repeating: Int64(100), count: 60) + Array(repeating: 80, count: 60)
        let steps: [Int: [Intent]] = [
            0: [.target(5, stop: 90)], 50: [.order(1, .sell, .limit, 5, price: 120)],
        ]
        for seed in Seeds.share(50) {
            let ear = Ear()
            let out = try outcome(steps, ear, seed: seed, prices: prices, late)
            #expect(out.fills.map(\.side) == [.buy, .sell], "seed \(seed)")
            let end = try #require(ear.orders.last { $0.orderId == 1 })
            #expect(end.state == .canceled || end.state == .rejected, "seed \(seed)")
            #expect(end.reason == .position, "seed \(seed)")
        }
    }
}

@Suite struct `Risk over a bad line` {
    private let steps: [Int: [Intent]] = [
        0: [.order(1, .buy, .market, 3)], 6: [.order(2, .buy, .market, 3)],
    ]

    @Test func `sees a fill when the host hears of it`() throws {
        let quiet = try outcome(steps, Ear(), positionMax: 3, .none)
        #expect(quiet.refusals.map(\.reason) == [.position])
        var passed = 0, refused = 0
        for seed in Seeds.share(100) {
            let ear = Ear()
            let out = try outcome(steps, ear, seed: seed, positionMax: 3, late)
            let asked = try #require(out.of(.intent).first { $0[7] == 2 }?[0])
            let hasHeard = ear.fills.contains { $0.orderId == 1 && $0.time_ns <= asked }
            #expect(out.refusals.isEmpty != hasHeard, "seed \(seed)")
            if hasHeard { refused += 1 } else { passed += 1 }
        }
        #expect(passed > 5 && refused > 5, "\(passed) and \(refused)")
    }
}

@Suite struct `A line without faults` {
    @Test func `writes no word of messages`() throws {
        let out = try outcome([0: [.target(5)]], Ear(), .none)
        #expect(out.of(.message).isEmpty && out.fills.count == 1)
    }
}
