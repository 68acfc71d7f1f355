import RialtoTestHost
import RialtoValues
import Testing

/// Bars at the given times, their closes counting from 1.
func bars(_ times: [Int64]) -> [TestEvent] {
    times.enumerated().map { .bar(at: $1, close: Int64($0) + 1) }
}

@Suite struct `A strategy of the Swift kit` {
    @Test func `in a closed loop stops after the time group in which it acted`() throws {
        let host = try TestHost(.strategy(Probe.self), parameters: ["every": 2])
        let intents = try host.push(bars([1, 2, 2, 3, 4, 4, 4]))
        #expect(intents.map(\.quantity) == [2, 4, 6])
        #expect(intents.map(\.time_ns) == [2, 3, 4])
        #expect(host.calls == 3)
    }

    @Test func `in an open loop reads on`() throws {
        let host = try TestHost(.strategy(Probe.self), parameters: ["every": 2, "open": true])
        #expect(try host.push(bars([1, 2, 2, 3, 4, 4, 4])).map(\.time_ns) == [2, 3, 4])
        #expect(host.calls == 1)
    }

    @Test func `acts once on each row of a group, and in their order`() throws {
        let host = try TestHost(
            .strategy(Probe.self), instruments: [.test(), .test("ETH/USD", index: 1)])
        let intents = try host.push([
            .bar(at: 5, 1, close: 10), .bar(at: 5, 0, close: 20), .bar(at: 6, 1, close: 10),
        ])
        #expect(intents.map(\.instrument) == [0, 1, 1])
        #expect(host.calls == 2)
    }

    @Test func `goes on with a group that is larger than a batch`() throws {
        let host = try TestHost(.strategy(Probe.self), parameters: ["every": 3])
        let intents = try host.push(bars([7, 7, 7, 7, 7, 7, 8]), rows: 2)
        #expect(intents.map(\.time_ns) == [7, 7])
        #expect(host.calls == 4)
    }

    @Test(arguments: ["log", "note", "set"])
    func `does not stop for a text`(act: String) throws {
        let host = try TestHost(
            .strategy(Probe.self), parameters: ["act": .text(act)])
        let intents = try host.push(bars([1, 2, 3]))
        #expect(intents.count == 3 && host.calls == 1)
        #expect(intents.last?.text.hasSuffix("3") == true)
    }

    @Test func `writes notes in any script, log lines with a level, and values by key`() throws {
        let note = try TestHost(.strategy(Probe.self), parameters: ["act": "note"]).push(bars([1]))
        #expect(note[0].text == "prix élevé 1")
        let log = try TestHost(.strategy(Probe.self), parameters: ["act": "log"]).push(bars([1]))
        #expect(log[0].text == "bar 1" && log[0].reason == RIALTO_LOG_WARNING)
        let host = try TestHost(.strategy(Probe.self), parameters: ["act": "set"])
        #expect(try host.push(bars([1, 2])).map(\.key) == ["mood", "mood"])
        #expect(host.stored == ["mood": "calm 2"])
        let next = try TestHost(.strategy(Probe.self), stored: host.stored)
        #expect(next.log.contains("before calm 2"))
    }

    @Test(arguments: [false, true])
    func `stops for a timer in either loop, and is called when it comes`(open: Bool) throws {
        let host = try TestHost(
            .strategy(Probe.self),
            parameters: ["act": "timer", "every": 3, "wait": 2, "open": .boolean(open)])
        let intents = try host.push(bars([1, 2, 3, 4, 5, 6, 7]))
        #expect(intents.map(\.kind) == [5, 1, 5])
        #expect(intents[1] == .target(0, -3, at: 5))
        #expect(host.timers.map(\.time_ns) == [8])
        #expect(try host.advance(to: 9) == [.target(0, -6, at: 8)])
    }

    @Test func `stops at the end of a group when its output is nearly full`() throws {
        let host = try TestHost(.strategy(Probe.self), parameters: ["act": "log"])
        let intents = try host.push(bars(Array(1...200)), room: 100)
        #expect(intents.map(\.text) == (1...200).map { "bar \($0)" })
        #expect(host.calls > 1)
    }

    @Test func `stops at the end of a group when its room for text is nearly used`() throws {
        let host = try TestHost(.strategy(Probe.self), parameters: ["act": "note"])
        let intents = try host.push(bars(Array(1...50)), textRoom: 100)
        #expect(intents.map(\.text) == (1...50).map { "prix élevé \($0)" })
    }

    @Test func `ends when one group wants more intents than there is room for`() throws {
        let host = try TestHost(.strategy(Probe.self), parameters: ["act": "flood"])
        #expect(throws: TestFailure.ended(code: RIALTO_ERROR_MEMORY)) {
            try host.push(bars([1]), room: 80)
        }
    }

    @Test func `is given every kind of event`() throws {
        let host = try TestHost(.strategy(Probe.self))
        #expect(host.needs.count == 8 && host.history == 3)
        let intents = try host.push([
            .trade(at: 1, price: 5),
            .quote(
                Quote(
                    time_ns: 1, instrument: 0, bidPrice: 1, bidQuantity: 1, askPrice: 2,
                    askQuantity: 1)),
            .ensemble(at: 1, up: 0.7),
            .order(
                OrderEvent(
                    time_ns: 1, orderId: 1, instrument: 0, state: UInt8(RIALTO_ORDER_ACCEPTED),
                    side: UInt8(RIALTO_BUY), price: 1, quantity: 1, filled: 0)),
            .fill(
                FillEvent(
                    time_ns: 1, orderId: 1, instrument: 0, side: UInt8(RIALTO_BUY),
                    liquidity: UInt8(RIALTO_LIQUIDITY_MAKER), price: 1, quantity: 1, position: 1,
                    fee: 20_000)),
            .account(
                AccountEvent(
                    time_ns: 1, cash: 300_000, equity: 0, capitalLeft: 0, isHalted: false)),
            .bar(at: 2, close: 1),
        ])
        #expect(intents == [.target(0, 321_112, at: 2, stop: 5, reason: 7)])
    }

    @Test func `wants the same, however its events are cut into batches`() throws {
        for seed in UInt64(0)..<60 {
            var random = SeededGenerator(seed: seed)
            let events = Self.events(&random)
            let act = ["target", "order", "timer", "log", "note", "set"].randomElement(
                using: &random)
            let parameters: [String: TestValue] = [
                "act": .text(act ?? "target"),
                "every": .integer(.random(in: 1...9, using: &random)),
                "wait": .integer(.random(in: 1...9, using: &random)),
            ]
            let whole = try TestHost(.strategy(Probe.self), parameters: parameters).push(events)
            for rows in [1, 2, 7, 64] {
                let host = try TestHost(.strategy(Probe.self), parameters: parameters)
                let cut = try host.push(events, rows: rows, room: 70 + rows)
                #expect(cut == whole, "seed \(seed), \(rows) rows")
            }
        }
    }

    /// Bars, trades and forecasts, several at a time.
    private static func events(_ random: inout SeededGenerator) -> [TestEvent] {
        var time: Int64 = 1
        return (0..<200).map { _ in
            time += Int64.random(in: 0...2, using: &random)
            let price = Int64.random(in: 1...50, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return .trade(at: time, price: price)
            case 1: return .ensemble(at: time, up: 0.5)
            default: return .bar(at: time, close: price)
            }
        }
    }
}
