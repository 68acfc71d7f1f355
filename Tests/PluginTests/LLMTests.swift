import Foundation
import RialtoTestHost
import Testing

private let second: Int64 = 1_000_000_000

/// What a model said of the only instrument, in the words of the schema.
private func answer(_ asOf: String, _ decision: String) -> [UInt8] {
    let head = "{\"version\":1,\"as_of\":\"\(asOf)\",\"decisions\":[{\"symbol\":\"BTC/USD\","
    let text = head + decision + "}]}"
    let escaped = text.replacing("\"", with: "\\\"")
    return Array(
        """
        {"choices":[{"message":{"role":"assistant","content":"\(escaped)"},\
        "finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":50}}
        """.utf8)
}

private let long = """
    "action":"open_long","size_fraction_of_equity":0.2,"leverage":1,"stop_loss":45,\
    "take_profit":60,"invalidation":{"kind":"close_below","value":48},"prob_up":0.6,\
    "horizon_minutes":60,"confidence":0.7,"reason":"test"
    """

/// A desk that asks at the first bar, at a price of 50 and with 1,000 of equity.
private final class Trader {
    let host: TestHost
    /// Minutes that have passed.
    private var now: Int64 = 0

    init(_ more: [String: TestValue] = [:]) throws(TestFailure) {
        let prices: [String: TestValue] = [
            "model": "m", "price_input": .decimal(1, decimals: 0),
            "price_output": .decimal(1, decimals: 0), "size_max": 0.5,
        ]
        host = try TestHost(
            library: Bundled.folder + "/libllm.so", id: "org.rialto.llm",
            parameters: prices.merging(more) { $1 })
    }

    /// Another instance of the same parameters that goes on with this one's state.
    func restarted(_ more: [String: TestValue] = [:]) throws -> Trader {
        let state = try #require(try host.save())
        let next = try Trader(more)
        try next.host.restore(state)
        next.now = now
        return next
    }

    /// Pushes closes, one a minute, in the quote currency.
    func bars(_ closes: Double...) throws -> [TestIntent] {
        try closes.flatMap { close in
            now += 1
            var events = [TestEvent.bar(at: now * minute, close: Int64(close * 100))]
            if now == 1 { events.append(account(1000)) }
            // What has no time of its own lets timers of that time come.
            events.append(.bar(at: now * minute + second, close: Int64(close * 100)))
            return try host.push(events)
        }
    }

    private func account(_ equity: Int128) -> TestEvent {
        let units = equity * 1_000_000_000_000_000_000
        return .account(
            AccountEvent(
                time_ns: now * minute, cash: units, equity: units, capitalLeft: units,
                isHalted: false))
    }

    func respond(
        _ request: TestIntent, status: Int32 = 200, headers: String = "", body: [UInt8]
    ) throws -> [TestIntent] {
        try host.push([
            .response(
                TestResponse(
                    at: now * minute + 2 * second, requestId: request.orderId, status: status,
                    headers: headers, body: body))
        ])
    }

    func fill(_ order: TestIntent, position: Int64) throws -> [TestIntent] {
        try host.push([
            .fill(
                FillEvent(
                    time_ns: now * minute + 3 * second, orderId: order.orderId, instrument: 0,
                    side: UInt8(order.side), liquidity: 2, price: 5000,
                    quantity: order.quantity, position: position, fee: 0))
        ])
    }
}

extension [TestIntent] {
    fileprivate var requests: [TestIntent] { filter { $0.kind == 9 } }
    fileprivate var orders: [TestIntent] { filter { $0.kind == RIALTO_INTENT_ORDER } }
    fileprivate var notes: String {
        filter { $0.kind == RIALTO_INTENT_NOTE }.map(\.text).joined(separator: "\n")
    }
}

extension TestIntent {
    /// The time that an answer has to repeat.
    fileprivate var asOf: String {
        text.firstMatch(of: /current time is (\S+) \(as_of\)/).map { String($0.1) } ?? ""
    }
}

@Suite struct `The strategy of a language model` {
    @Test func `asks behind the bars of a time, with a name in the place of the key`() throws {
        let trader = try Trader(["address": "http://127.0.0.1:8080"])
        let requests = try trader.bars(50, 50, 50, 50).requests
        #expect(
            requests.map { $0.time_ns / minute } == [1, 4], "at once, then every three minutes")
        let request = try #require(requests.first)
        let lines = request.text.split(separator: "\n", maxSplits: 3)
        #expect(lines.first == "POST http://127.0.0.1:8080/v1/chat/completions")
        #expect(request.text.contains("authorization: Bearer {{llm-key}}\n"))
        #expect(request.asOf == "1970-01-01T00:01:00Z" && request.expires_ns > request.time_ns)
        #expect(request.text.contains("Account value") && request.text.contains("1000.00"))
    }

    @Test func `opens what survives the rules, with the stop and target that the host keeps`()
        throws
    {
        let trader = try Trader()
        let request = try #require(try trader.bars(50).requests.first)
        let done = try trader.respond(request, body: answer(request.asOf, long))
        let order = try #require(done.orders.first)
        #expect(done.orders.count == 1 && order.side == RIALTO_BUY)
        #expect(order.stop == 4500 && order.takeProfit == 6000)
        // A fifth of 1,000 at 50 is 4, in units of 10^-4.
        #expect(order.quantity == 40_000)
        #expect(done.notes.contains("\"outcome\":\"read\"") && done.notes.contains("open_long"))
    }

    @Test func `leaves when a bar closes beyond what makes the idea wrong, once`() throws {
        let trader = try Trader()
        let request = try #require(try trader.bars(50).requests.first)
        let done = try trader.respond(request, body: answer(request.asOf, long))
        let order = try #require(done.orders.first)
        _ = try trader.fill(order, position: order.quantity)
        #expect(try trader.bars(49, 48).orders.isEmpty)
        let left = try trader.bars(47.9, 47)
        let close = try #require(left.orders.first)
        #expect(left.orders.count == 1 && close.side == RIALTO_SELL)
        #expect(close.quantity == order.quantity)
        #expect(close.orderFlags == RIALTO_ORDER_REDUCE_ONLY)
        #expect(left.notes.contains("invalidated"))
    }

    @Test(
        arguments: [
            "\"action\":\"open_long\",\"size_fraction_of_equity\":0.2,\"stop_loss\":55",
            "\"action\":\"open_short\",\"size_fraction_of_equity\":0.2,\"stop_loss\":55",
            "\"action\":\"open_long\",\"size_fraction_of_equity\":0.2", "\"action\":\"close\"",
            "\"action\":\"open_long\",\"size_fraction_of_equity\":0.000001,\"stop_loss\":45",
        ])
    func `opens nothing that breaks a rule, and says which`(decision: String) throws {
        let trader = try Trader()
        let request = try #require(try trader.bars(50).requests.first)
        let done = try trader.respond(request, body: answer(request.asOf, decision))
        #expect(done.orders.isEmpty)
        #expect(
            done.notes.contains("\"refused\":\"") || done.notes.contains("too_small"),
            "\(done.notes)")
    }

    @Test func `opens nothing on garbage, silence, refusal or an answer about another time`()
        throws
    {
        for (status, body) in [
            (200, Array("no json".utf8)), (200, []), (-1, []), (-3, []), (500, [0xFF, 0xFE]),
            (200, answer("2031-01-01T00:00:00Z", long)),
        ] as [(Int32, [UInt8])] {
            let trader = try Trader(["retries": 0])
            let request = try #require(try trader.bars(50).requests.first)
            let done = try trader.respond(request, status: status, body: body)
            #expect(done.orders.isEmpty, "\(status)")
            #expect(!done.notes.isEmpty)
        }
    }

    @Test func `asks again where that may help, no sooner than it is told to`() throws {
        let trader = try Trader()
        let request = try #require(try trader.bars(50).requests.first)
        let soon = try trader.respond(
            request, status: 429, headers: "retry-after: 50\n", body: Array("{}".utf8))
        #expect(soon.requests.isEmpty)
        let later = try trader.bars(50).requests
        #expect(later.count == 1 && later[0].orderId != request.orderId)
        #expect(later[0].time_ns >= request.time_ns + 50 * second)
        #expect(later[0].text == request.text)
    }

    @Test func `remembers across a restart what it has asked, and what ends its position`() throws {
        let before = try Trader()
        let request = try #require(try before.bars(50).requests.first)
        let trader = try before.restarted()
        let done = try trader.respond(request, body: answer(request.asOf, long))
        let order = try #require(done.orders.first)
        #expect(order.quantity == 40_000 && done.notes.contains("\"invocation\":1,"))
        _ = try trader.fill(order, position: order.quantity)
        let after = try trader.restarted()
        #expect(try after.bars(49).requests.isEmpty, "the next question is not due yet")
        let next = try #require(try after.bars(49, 49).requests.first)
        #expect(next.text.contains("you have been invoked 2 times"))
        #expect(next.text.contains("close below 48.0"))
        let left = try after.bars(47.9)
        #expect(left.orders.first?.quantity == order.quantity)
        #expect(left.notes.contains("invalidated"))
    }

    @Test func `takes over nothing of another kind`() throws {
        let trader = try Trader(), state = try #require(try trader.host.save())
        let debate = try Trader(["roles": "debate"])
        #expect(throws: TestFailure.self) { try debate.host.restore(state) }
        #expect(throws: TestFailure.self) { try trader.host.restore(Array(state.dropLast())) }
        #expect(try trader.bars(50).requests.count == 1)
    }

    @Test func `says in its notes how far it knows, and what it was not shown`() throws {
        let trader = try Trader(["knowledge_until": "2024-02-29", "mask": "both"])
        let request = try #require(try trader.bars(50).requests.first)
        #expect(request.text.contains("ASSET-1") && request.text.contains("minute-0"))
        #expect(!request.text.contains("BTC") && !request.text.contains("1970"))
        let done = try trader.respond(request, body: Array("{}".utf8))
        #expect(done.notes.contains("\"knowledge_until_ns\":1709251200000000000"))
        #expect(done.notes.contains("\"mask\":\"both\""))
    }

    @Test(arguments: ["2024-02-30", "2024", "soon", "2024-02-29T00:00", "-024-02-29"])
    func `is not made with an end of knowledge that is no date`(text: String) {
        #expect {
            try Trader(["knowledge_until": .init(stringLiteral: text)])
        } throws: {
            "\($0)".contains("such as 2024-07-31")
        }
    }

    @Test(
        arguments: [
            (["price_input": .decimal(0, decimals: 0)], "no budget can hold"),
            (
                ["run_money": .decimal(1, decimals: 0), "price_output": .decimal(0, decimals: 0)],
                "above 0"
            ),
        ] as [([String: TestValue], String)])
    func `is not made where no budget could hold`(
        parameters: [String: TestValue], reason: String
    ) throws {
        #expect {
            try Trader(parameters)
        } throws: {
            "\($0)".contains(reason)
        }
    }
}
