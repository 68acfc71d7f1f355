import RialtoTestHost
import Testing

@Suite struct `An exchange of the Swift kit` {
    private func host() throws -> TestExchange {
        try TestExchange(
            .exchange(ProbeExchange.self),
            instruments: [.test("ETH/USD"), .test("BTC/USD", index: 1, quantityDecimals: 8)])
    }

    private func order(_ quantity: Int64, _ instrument: UInt32 = 1) -> TestIntent {
        .order(id: 42, instrument, side: RIALTO_SELL, quantity: quantity, limit: 9)
    }

    @Test func `describes a request whole`() throws {
        let output = try host().encode(order(5))
        #expect(output.body == "2,42,BTCUSD,2,5,9")
        #expect(output.clientId == 42 && output.instrument == 1 && output.id == 7)
        #expect(output.url == "/orders?x=1" && output.headers == "S: 0000")
        #expect(output.steps.map(\.operation) == [.sha256, .hmacSHA512])
        #expect(output.steps[1].ranges == [.url, .step(0)] && output.steps[1].key == "main")
        #expect(output.steps[1].insert == ByteRange(.headers, from: 3, size: 4))
        #expect(
            output.placeholders == [Placeholder("token", at: ByteRange(.url, from: 8, size: 3))])
        #expect(output.captures == [Capture("token", path: "data/token")])
        #expect(output.bucketCost == 1)
    }

    @Test func `encodes cancels and replaces, and reads them back`() throws {
        let host = try host()
        var replace = TestIntent.cancel(id: 3, 1)
        replace.kind = RIALTO_INTENT_REPLACE
        replace.price = 8
        for intent in [TestIntent.cancel(id: 2, 0), replace] {
            #expect(try host.encode(intent).clientId == intent.orderId)
        }
        let terms = try host.readBack(url: "/orders", body: Array("2,42,BTCUSD,2,5,9".utf8))
        #expect(terms?.places.instrument == ByteRange(.body, from: 5, size: 6))
        #expect(try host.readBack(url: "/other", body: Array("2,42,BTCUSD,2,5,9".utf8)) == nil)
        #expect(try host.readBack(url: "/orders", body: Array("2,42,XRP,2,5,9".utf8)) == nil)
        #expect(try host.readBack(url: "/orders", body: []) == nil)
    }

    @Test func `knows an order that has a lifetime and nothing more`() throws {
        let host = try host()
        func isPlain(_ change: (inout TestIntent) -> Void) throws -> Bool {
            var intent = order(5)
            change(&intent)
            return try host.encode(intent).bucketCost == 1
        }
        #expect(try isPlain { $0.timeInForce = RIALTO_FILL_OR_KILL })
        #expect(try !isPlain { $0.timeInForce = RIALTO_GOOD_TILL_TIME })
        #expect(try !isPlain { $0.orderFlags = RIALTO_ORDER_POST_ONLY })
        #expect(try !isPlain { $0.orderType = RIALTO_ORDER_STOP })
        #expect(try !isPlain { $0.link = RIALTO_LINK_OCO })
        #expect(try !isPlain { $0.kind = RIALTO_INTENT_REPLACE })
    }

    @Test func `rejects an order with its terms`() throws {
        let output = try host().encode(order(66))
        #expect(output.kind == .order && output.state == RIALTO_ORDER_REJECTED)
        #expect(output.clientId == 42 && output.quantity == 66)
        #expect(output.reason == RIALTO_REASON_UNSUPPORTED)
    }

    @Test(arguments: [
        (13, "read back is"), (68, "endpoint 1 is not declared for trading"),
        (14, "the quantity is not what stands at its place: 2"),
        (15, "the places of side and client id overlap"), (69, "a field is out of range"),
        (70, "encode gave 0 outputs"),
    ])
    func `is found out when the host would refuse its request`(
        quantity: Int64, why: String
    ) throws {
        let host = try host()
        do throws(TestFailure) {
            _ = try host.encode(order(quantity))
            Issue.record("it was accepted")
        } catch {
            guard case .contract(let text) = error else { throw error }
            #expect(text.hasPrefix(why))
        }
    }

    @Test func `names no place of a market order's price`() throws {
        let host = try host()
        func market(_ quantity: Int64) -> TestIntent {
            .order(id: 1, 0, side: RIALTO_BUY, quantity: quantity, limit: 0)
        }
        #expect(try host.encode(market(5)).kind == .request)
        let failure = TestFailure.contract("the price is not what stands at its place: 0")
        #expect(throws: failure) { try host.encode(market(16)) }
    }

    @Test func `never sees an intent that no venue could be sent`() throws {
        let host = try host()
        #expect(throws: TestFailure.ended(code: RIALTO_NOT_FOUND)) { try host.encode(order(5, 2)) }
        var target = order(5), noSide = order(5), noId = order(5)
        target.kind = RIALTO_INTENT_TARGET
        noSide.side = 0
        noId.orderId = 0
        for intent in [target, noSide, noId, order(0), order(-1)] {
            #expect(throws: TestFailure.ended(code: RIALTO_ERROR_ARGUMENT)) {
                try host.encode(intent)
            }
        }
    }

    @Test(arguments: [71, 72] as [Int64])
    func `describes no request that does not fit`(quantity: Int64) throws {
        let host = try host()
        #expect(throws: TestFailure.ended(code: RIALTO_TRUNCATED)) {
            try host.encode(order(quantity))
        }
        #expect(try host.encode(order(5)).kind == .request)
    }

    @Test func `says every kind of output`() throws {
        let all = try host().respond("all")
        let kinds: [TestOutput.Kind] = [
            .socketOpen, .socketSend, .socketClose, .trade, .quote, .order, .fill, .balance,
            .instrument, .timer,
        ]
        try #require(all.map(\.kind) == kinds)
        #expect(all[0].url == "wss://probe.invalid/feed" && all[1].body == "hello")
        #expect(all[3].price == 5 && all[3].quantity == 6 && all[3].side == RIALTO_SELL)
        #expect([all[4].price, all[4].quantity, all[4].price2, all[4].quantity2] == [1, 2, 3, 0])
        #expect(all[5].clientId == 9 && all[5].filled == 1 && all[5].venueTime_ns == 8)
        #expect(all[6].fee == -(1 << 100) && all[6].quantity == 1)
        #expect(all[7].body == "USD" && all[7].amount == 1 << 90 && all[7].held == 7)
        #expect(all[8].body == "BTCUSD" && all[8].price2 == 10 && all[8].quantity2 == 100)
    }

    @Test func `reads answers and timers in their order, whatever the status`() throws {
        let late = TestResponse(at: 3, requestId: 8, status: -3, body: Array("late".utf8))
        let said = try host().push([
            .response(at: 1, requestId: 6, "x"), .timer(id: 20, time_ns: 2), .response(late),
        ])
        #expect(said.map(\.kind) == [.timer, .timer, .error])
        #expect(said.map(\.id) == [6, 21, 8] && said[2].body == "late")
        #expect(said.map(\.row) == [0, 1, 2])
    }

    @Test func `cuts a batch where its outputs do not fit, and loses and doubles nothing`() throws {
        let batch = (0..<40).map { index in
            TestEvent.response(at: Int64(index / 3) + 1, requestId: UInt64(index) + 1, "two")
        }
        let whole = try host().push(batch, room: 200).map(\.id)
        #expect(whole.count == 80)
        for room in [2, 3, 5, 8, 64, 200] {
            let host = try host()
            #expect(try host.push(batch, room: room).map(\.id) == whole, "room for \(room)")
            #expect((host.calls > 1) == (room < 200))
        }
    }

    @Test func `is found out when the outputs of one answer never fit`() throws {
        let host = try host()
        #expect(throws: TestFailure.contract("the outputs of one event do not fit")) {
            try host.respond("many")
        }
    }

    @Test func `finds instruments by the venue's name, or refuses them`() {
        for (names, why) in [
            ([], "no instrument was given"), (["ODD"], "the venue has no ODD"),
            (["A/B", "AB"], "two instruments have the venue's name AB"),
        ] {
            let list = names.enumerated().map { InstrumentInfo.test($1, index: UInt32($0)) }
            #expect(throws: TestFailure.refused(code: RIALTO_ERROR_PARAMETER, text: why)) {
                try TestExchange(.exchange(ProbeExchange.self), instruments: list)
            }
        }
    }

    @Test func `must declare the buckets that its endpoints name`() {
        let text = "an endpoint names bucket 0 of 0"
        #expect(throws: TestFailure.refused(code: RIALTO_ERROR_PARAMETER, text: text)) {
            try TestExchange(.exchange(ProbeExchange.self), parameters: ["buckets": 0])
        }
    }

    @Test func `is found by its kind beside others in a library`() throws {
        let library = Library(.strategy(Probe.self), .exchange(ProbeExchange.self))
        let host = try TestExchange(entry: { library.answer($0, $1, $2) })
        #expect(host.endpoints.map(\.path) == ["/orders", "/time"])
        #expect(host.endpoints.map(\.isTrade) == [true, false])
        #expect(throws: TestFailure.noPlugin("exchange")) {
            try TestExchange(.strategy(Probe.self))
        }
    }
}
